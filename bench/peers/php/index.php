<?php
// The peer in PHP-FPM: the same four end points, the same SQL, persistent
// connections with emulated prepares, APCu for the count.
$cfg = require $_SERVER['BENCH_CONFIG'];
$sql = $cfg['sql'];

function pdo(string $settings): PDO
{
	global $cfg;
	// A persistent connection belongs to its settings.
	return new PDO("mysql:unix_socket={$cfg['socket']};dbname={$cfg['name']};charset=utf8mb4",
		$cfg['user'], $cfg['password'], [
			PDO::ATTR_PERSISTENT => md5($settings),
			PDO::ATTR_EMULATE_PREPARES => true,
			PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION,
			PDO::ATTR_DEFAULT_FETCH_MODE => PDO::FETCH_ASSOC,
			PDO::MYSQL_ATTR_FOUND_ROWS => true,
			PDO::MYSQL_ATTR_INIT_COMMAND => "SET time_zone = '+00:00'$settings",
		]);
}

function run(PDO $db, string $name, array $args, array $how = []): PDOStatement
{
	global $sql;
	$st = $db->prepare($sql[$name], $how);
	$i = 0;
	foreach ($args as $v)
		$st->bindValue(++$i, $v, $v === null ? PDO::PARAM_NULL :
			(is_int($v) ? PDO::PARAM_INT : PDO::PARAM_STR));
	$st->execute();
	return $st;
}

function answer(int $status, $body): never
{
	http_response_code($status);
	header('Content-Type: application/json');
	header('Cache-Control: no-store');
	$text = json_encode($body, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES);
	header('Content-Length: ' . strlen($text));
	echo $text;
	exit;
}

function id(string $prefix, ?int $n): ?string
{
	static $digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
	if ($n === null || $n === 0)
		return null;
	$s = '';
	for (; $n > 0; $n >>= 5)
		$s = $digits[$n & 31] . $s;
	return $prefix . '_' . str_pad($s, 13, '0', STR_PAD_LEFT);
}

function id_read(string $s): int
{
	$n = 0;
	foreach (str_split(substr($s, 4)) as $c)
		$n = $n << 5 | strpos('0123456789ABCDEFGHJKMNPQRSTVWXYZ', $c);
	return $n;
}

function stamp(?string $s): ?string
{
	return $s === null ? null : strtr($s, ' ', 'T') . 'Z';
}

function now(int $ahead = 0): string
{
	static $t = null;
	$t ??= explode(' ', microtime());
	return gmdate('Y-m-d H:i:s', (int)$t[1] + $ahead) . substr($t[0], 1, 7);
}

function session(PDO $db): array
{
	global $cfg;
	$token = $_COOKIE['__Host-gatehouse'] ?? '';
	if (strlen($token) !== 43)
		answer(401, ['title' => 'Please sign in']);
	$now = now();
	$idle = now(-60 * $cfg['idle_min']);
	$hash = sodium_crypto_generichash($token);
	$s = apcu_fetch("session $hash");
	if ($s) {
		// Known since a moment ago: does it still live?
		$alive = run($db, 'alive', [$hash, $now, $idle])->fetch();
		if (!$alive)
			answer(401, ['title' => 'Please sign in']);
		if ($alive['person_ver'] === $s['person_ver'] && $alive['member_ver'] === $s['member_ver'] &&
		    $alive['main_ver'] === $s['main_ver'] && $alive['epoch'] === $s['epoch'] &&
		    $alive['membership_id'] === $s['membership_id'] && $alive['account_id'] === $s['account_id'])
			return $alive + $s;
	}
	$s = run($db, 'session', [$hash, $now, $idle, $now, $now, $now, $now])->fetch();
	if (!$s)
		answer(401, ['title' => 'Please sign in']);
	$s['permissions'] = $cfg['permissions'][$s['role']] ?? [];
	apcu_store("session $hash", $s, 5);
	return $s;
}

function show_session(): never
{
	global $cfg;
	$s = session(pdo(''));
	$account = ['account_id' => id('acc', $s['account_id']), 'account_name' => $s['account_name'],
		'account_kind' => $s['account_kind']];
	answer(200, [
		'person' => ['id' => id('per', $s['person_id']), 'login' => $s['login'], 'name' => $s['name'],
			'email' => $s['email'], 'locale' => $s['locale'], 'time_zone' => $s['time_zone'],
			'theme' => $s['theme'], 'density' => $s['density'], 'shortcuts' => (bool)$s['shortcuts'],
			'last_login_at' => stamp($s['last_login_at'])],
		'memberships' => [['id' => id('mem', $s['membership_id'])] + $account +
			['kind' => $s['membership_kind'], 'role' => $s['role']]],
		'acting' => ['membership_id' => id('mem', $s['membership_id'])] + $account +
			['role' => $s['role']],
		'permissions' => $s['permissions'], 'visit' => null,
		'step' => 'done', 'expires_at' => stamp($s['expires_at']), 'idle_sec' => 60 * $cfg['idle_min'],
	]);
}

/* Asked once a second: whether the tree's states are the whole. */
function sure(PDO $db, string $now, int $epoch): bool
{
	$key = "sure $epoch " . substr($now, 0, 19);
	$until = apcu_fetch($key);
	if ($until === false) {
		$r = run($db, 'sure', [])->fetch();
		$until = $r['held'] ? '' : ($r['due_at'] ?? '9999');
		apcu_store($key, $until, 2);
	}
	return $now < $until;
}

function show_list(): never
{
	$db = pdo('');
	$s = session($db);
	if (!in_array('account.list', $s['permissions'], true))
		answer(403, ['title' => 'Not allowed']);
	$limit = (int)($_GET['limit'] ?? 50);
	if (($_GET['q'] ?? '') !== 'kind:customer' || !in_array($limit, [10, 25, 50, 100], true))
		answer(422, ['title' => 'Not understood']);
	$now = now();
	$acting = $s['account_id'];
	if (!sure($db, $now, $s['epoch']))
		answer(500, ['title' => 'States to be asked in full']);
	$rows = run($db, 'list', [$acting, 0, 'customer', $limit + 1])->fetchAll();
	$total = apcu_fetch("count $acting");
	if ($total === false) {
		$words = [0, ...array_fill(0, 6, '')];
		$total = run($db, 'count', [$acting, 0, 'customer', 'customer', 'customer', '', $now, $now,
			$now, $now, $now, $now, $now, '', ...$words])->fetch()['n'];
		apcu_store("count $acting", $total, $total > 10000 ? 60 : 15);
	}
	$more = count($rows) > $limit;
	if ($more)
		array_pop($rows);
	$last = end($rows);
	$next = $more ? rtrim(strtr(base64_encode("f:name:0:{$last['id']}:t{$last['sort_text']}"),
		'+/', '-_'), '=') : null;
	foreach ($rows as &$r) {
		$r['number'] = $r['id'] + 100000;
		$root = $r['id'] === $acting;
		$r['id'] = id('acc', $r['id']);
		$r['parent_id'] = $root ? null : id('acc', $r['parent_id']);
		$r['parent_name'] = $root ? null : $r['parent_name'];
		$r['last_login_at'] = stamp($r['last_login_at']);
		$r['created_at'] = stamp($r['created_at']);
		unset($r['sort_text'], $r['sort_at']);
	}
	answer(200, ['items' => $rows, 'next' => $next, 'prev' => null,
		'total' => ['value' => min($total, 10000), 'exact' => $total <= 10000]]);
}

function callback(string $source_name): never
{
	global $cfg;
	$body = file_get_contents('php://input');
	$db = pdo(', autocommit = 0');
	$now = now();
	$source = apcu_fetch("source $source_name");
	if (!$source) {
		$source = run($db, 'source', [$now, $source_name])->fetch();
		apcu_store("source $source_name", $source, 5);
	}
	$at = $_SERVER['HTTP_WEBHOOK_TIMESTAMP'] ?? '';
	$mac = base64_encode(hash_hmac('sha256', ($_SERVER['HTTP_WEBHOOK_ID'] ?? '') . ".$at.$body",
		base64_decode($cfg['secret']), true));
	if (!$source || !$source['enabled'] || abs(time() - (int)$at) > 300 ||
	    !hash_equals("v1,$mac", $_SERVER['HTTP_WEBHOOK_SIGNATURE'] ?? '')) {
		$db->exec('ROLLBACK');
		answer(401, ['title' => 'Not accepted']);
	}
	$ev = json_decode($body, true);
	$type = $ev['type'] ?? '';
	if (($ev['id'] ?? null) !== $_SERVER['HTTP_WEBHOOK_ID'] || !isset($ev['subject']['external_id']) ||
	    !in_array($type, ['billing.pause_entity', 'billing.unpause_entity'], true)) {
		$db->exec('ROLLBACK');
		answer(400, ['title' => 'Not an event']);
	}
	try {
		$answer = apply($db, $source, $ev, $body, $now);
		$db->exec('COMMIT');
	} catch (Throwable $e) {
		$db->exec('ROLLBACK');
		error_log((string)$e);
		answer(503, ['title' => 'Please try again']);
	}
	answer(200, $answer);
}

function apply(PDO $db, array $source, array $ev, string $body, string $now): array
{
	global $sql;
	$sid = $source['id'];
	$type = $ev['type'];
	$key = $ev['subject']['external_id'];
	$seq = $ev['subject']['seq'];
	$occurred = strtr($ev['occurred_at'], ['T' => ' ', 'Z' => '']);
	$corr = bin2hex(random_bytes(16));
	$hash = hash('sha256', $body, true);
	$n = run($db, 'event_insert', [$sid, $ev['id'], $type, $type, 'entity', $key, $seq, $occurred, $now,
		$hash, $body, null, null, 'applied', null, null, now(400 * 86400), null, null, $corr,
		'signature'])->rowCount();
	if ($n !== 1) {
		$known = run($db, 'event_find', [$sid, $ev['id']])->fetch();
		if (!hash_equals($known['body_sha256'], $hash))
			throw new Exception('other body');
		return ['id' => $ev['id'], 'state' => $known['state'], 'duplicate' => true] +
			(json_decode($known['answer'] ?? '', true) ?? []);
	}
	$event = (int)$db->lastInsertId();
	run($db, 'subject', [$sid, 'entity', $key, $seq]);
	$locked = run($db, 'account_lock', [$sid, $key])->fetch();
	if (!$locked || $locked['base_state'] !== 'active')
		throw new Exception('no such account');
	$account = $locked['id'];
	$rows = run($db, 'state', [$sid, $ev['id'], 'hold.account', ...array_fill(0,
		substr_count($sql['state'], '?') - 6, '!'), $sid, 'entity', $key])->fetchAll();
	$a = $rows[0];
	if (($a['source_ver'] ?? $source['ver']) !== $source['ver'])
		throw new Exception('another source');
	$state = 'applied';
	$answer = $changes = null;
	foreach ($rows as $r)
		if ($r['register_name'] === 'hold.account' && $r['applied_seq'] >= $seq)
			$state = 'noop';
	if ($state === 'applied') {
		[$changes, $answer, $log] = $type === 'billing.pause_entity' ?
			pause($db, $source, $ev, $locked, $event, $now) :
			unpause($db, $source, $locked, $now);
		$left = $changes['left'] ?? [];
		unset($changes['left']);
		if ($log)
			run($db, 'log', [$now, $log[0], 'billing', $sid, $source['label'], null, null, 'account',
				$account, $locked['name'], $account, $locked['name'], 'success', null, $log[1], $log[2],
				null, $_SERVER['REMOTE_ADDR'], null, $corr]);
		if ($type === 'billing.unpause_entity')
			$answer = reasons($db, $left);
		if (!$changes)
			$state = 'noop';
		run($db, 'register', [$sid, 'entity', $key, 'hold.account', $seq, $occurred, $event]);
	}
	run($db, 'event_finish', [$type, $account, $state, null, $answer ? json_encode($answer) : null, 0,
		now(400 * 86400), $now, $changes ? json_encode($changes) : null, null, null, null, $event]);
	return ['id' => $ev['id'], 'state' => $state] + ($answer ?? []);
}

function hold_values(string $reason, string $starts): string
{
	return json_encode(['kind' => 'billing', 'module' => '', 'reason_code' => $reason,
		'starts_at' => stamp($starts)]);
}

/* Sessions are looked for only where somebody has signed in of late. */
function set_state(PDO $db, array $a, string $state): void
{
	if ($a['last_login_at'] !== null && $a['last_login_at'] > now(-8 * 86400))
		throw new Exception('sessions to end');
	run($db, 'set_state', [$state, $a['id']]);
}

function pause(PDO $db, array $source, array $ev, array $a, int $event, string $now): array
{
	$reason = $ev['data']['reason'] ?? 'billing';
	foreach (run($db, 'holds_open', [$now, $now, $a['id']])->fetchAll() as $h)
		if ($h['kind'] === 'billing' && $h['module'] === '')
			return [null, null, null];
	run($db, 'hold_insert', [$a['id'], $a['kind'], '', 'billing', $reason, null, $now, null,
		$source['label'], $now, null, null, $event, null]);
	set_state($db, $a, 'suspended');
	if ((int)run($db, 'kept', [$a['id']])->fetch()['n'] > 0)
		throw new Exception('keys to end');
	return [['before' => ['hold' => null], 'after' => ['hold' => $reason]], null,
		['account.suspend', null, hold_values($reason, $now)]];
}

function unpause(PDO $db, array $source, array $a, string $now): array
{
	$open = run($db, 'holds_open', [$now, $now, $a['id']])->fetchAll();
	$mine = fn($h) => $h['kind'] === 'billing' && $h['module'] === '';
	$left = array_values(array_map(fn($h) => $h['kind'],
		array_filter($open, fn($h) => !$mine($h) && $h['effective'] && $h['module'] === '')));
	$log = $changes = null;
	foreach (array_filter($open, $mine) as $h) {
		run($db, 'hold_release', [$now, null, $source['label'], null, $h['id']]);
		set_state($db, $a, $left ? 'suspended' : ($a['confirmed_at'] === null ? 'not_confirmed' : 'active'));
		$log = ['account.resume', hold_values($h['reason_code'], $h['starts_at']), null];
		$changes = ['before' => ['hold' => 'open'], 'after' => ['hold' => 'released'], 'left' => $left];
	}
	return [$changes, null, $log];
}

function reasons(PDO $db, array $left): array
{
	if ((int)run($db, 'holds_above', [])->fetch()['n'] > 0)
		throw new Exception('held above');
	return ['effective' => $left ? 'suspended' : 'active', 'remaining' => $left];
}

function cell(?string $s): string
{
	if ($s === null)
		return '';
	$first = ltrim($s, ' ');
	if ($first !== '' && (strpos("=+-@\t\r\n'", $first[0]) !== false ||
	    preg_match('/^[＝＋－＠]/u', $first)))
		$s = "'" . $s;
	return strpos($s, '"') === false ? $s : str_replace('"', '""', $s);
}

function export(string $acc): never
{
	global $cfg;
	$db = pdo('');
	$s = session($db);
	if (!in_array('audit.export', $s['permissions'], true))
		answer(403, ['title' => 'Not allowed']);
	$account = id_read($acc);
	if (!run($db, 'account_name', [$account, $s['account_id']])->fetch())
		answer(404, ['title' => 'Not found']);
	header('Content-Type: text/csv; charset=utf-8; header=present');
	set_time_limit(0);
	$out = '"' . implode('","', $cfg['csv_head']) . "\"\r\n";
	$st = run($db, 'export', [$s['account_id'], $s['account_id'], $account, 0, PHP_INT_MAX,
		'1000-01-01 00:00:00', '9998-12-31 00:00:00', 0, 0, '', ''], [PDO::MYSQL_ATTR_USE_BUFFERED_QUERY => false]);
	$st->setFetchMode(PDO::FETCH_NUM);
	$ids = [];
	foreach ($st as $r) {
		[$seq, $at, $action, $kind, , $actor, , , $by, $tkind, $tkey, $tlabel, $aid, $alabel, $result, $failure,
			$before, $after, $reason, $ip, $agent, $corr] = $r;
		$ids[$aid] ??= id('acc', $aid);
		$target = $tkey === null ? '' : ($tkind === 'account' ? ($ids[$tkey] ??= id('acc', $tkey)) :
			id($cfg['prefixes'][$tkind], $tkey));
		$out .= '"' . stamp($at) . '","' . cell($action) . '","' . cell($actor) . '","' . $kind . '","' .
			cell($by) . '","' . cell($tlabel) . '","' . $tkind . '","' . $target . '","' .
			cell($alabel) . '","' . $ids[$aid] . '","' . $result . '","' . cell($failure) . '","' .
			cell($before) . '","' . cell($after) . '","' . cell($reason) . '","' . cell($ip) . '","' .
			cell($agent) . '","' . $corr . '","' . id('chg', $seq) . "\"\r\n";
		if (strlen($out) > 65536) {
			echo $out;
			$out = '';
		}
	}
	echo $out;
	exit;
}

$path = strtok($_SERVER['REQUEST_URI'], '?');
if ($path === '/api/v1/session')
	show_session();
if ($path === '/api/v1/accounts')
	show_list();
$parts = explode('/', $path);
if (str_starts_with($path, '/billing/v1/callbacks/') && $_SERVER['REQUEST_METHOD'] === 'POST')
	callback($parts[4]);
if (str_starts_with($path, '/export/v1/accounts/'))
	export($parts[4]);
answer(404, ['title' => 'Not found']);
