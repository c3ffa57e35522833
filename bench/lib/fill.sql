-- A million lines in the change log of one account: the lowest customer.
-- Values vary so that nothing is gained by guessing: labels with quotes and
-- several scripts, values before and after, missing fields.
SET @account = (SELECT MIN(id) FROM account WHERE kind = 'customer' AND state = 'active');
SET @label = (SELECT name FROM account WHERE id = @account);
SET @person = (SELECT MIN(id) FROM person);
INSERT INTO change_log (at, action, actor_kind, actor_id, actor_label, target_kind, target_id,
	target_label, account_id, account_label, result, before_values, after_values, reason, ip,
	user_agent, correlation_id)
SELECT TIMESTAMPADD(SECOND, CAST(seq AS SIGNED) - 1000000, '2026-01-31 00:00:00'),
	ELT(1 + seq % 4, 'account.update', 'account.suspend', 'account.resume', 'contact.update'),
	IF(seq % 5 = 0, 'billing', 'person'), IF(seq % 5 = 0, NULL, @person),
	ELT(1 + seq % 5, 'billing: Bench', 'Ada Admin', 'Jürgen "Jogi" Groß', 'Олена Шевченко',
		'山田 太郎'),
	'account', @account, @label, @account, @label, 'success',
	IF(seq % 3 = 0, NULL, CONCAT('{"name":"Name ', seq, '","city":"Graz"}')),
	IF(seq % 3 = 1, NULL, CONCAT('{"name":"Name, ', seq + 1, '","city":"Łódź"}')),
	IF(seq % 7 = 0, 'asked for by phone, "urgent"', NULL),
	CONCAT('10.1.', seq % 250, '.', seq % 199),
	'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36', MD5(seq)
FROM seq_1_to_1000000;

-- Callbacks are about these: B-0, B-1, ...
UPDATE account a JOIN (SELECT id, ROW_NUMBER() OVER (ORDER BY id) - 1 AS n FROM account
	WHERE kind = 'customer' AND state = 'active' AND id > @account
	AND id NOT IN (SELECT account_id FROM hold WHERE open_slot = 1) LIMIT 2000) x ON x.id = a.id
SET a.billing_source_id = (SELECT id FROM billing_source WHERE name = 'bench'),
	a.external_id = CONCAT('B-', x.n);
