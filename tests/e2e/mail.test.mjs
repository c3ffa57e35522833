// Mail reaches a real mail server: in both languages, after it was away, and not when it refuses.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { apiOf, eventually, idOf, mailsTo, signIn, startStack, waitForMail } from './lib.mjs';

let stack;
let api;

before(async () => {
	stack = await startStack('--accounts', '0', '--mail');
	api = apiOf(await signIn(stack));
});
after(() => stack?.drop());

const promise = (to, locale) => stack.ctl('mail', 'test', '--to', to, '--locale', locale);
const listed = async (to) => (await api('GET', '/api/v1/mails?limit=100')).body.items.filter((m) => m.to_address === to);
const raw = (id) => {
	const folder = join(stack.dir, 'mail');

	return readFileSync(join(folder, readdirSync(folder).find((f) => f === `${id}.eml`)), 'latin1');
};

test('a mail arrives in the language of its reader, as text and as page', async () => {
	promise('ada@e2e.example', 'en');
	promise('zoe@e2e.example', 'de');
	const en = await waitForMail(stack, 'ada@e2e.example', 'test');
	const de = await waitForMail(stack, 'zoe@e2e.example', 'test');

	assert.equal(en.subject, 'Test mail of Gatehouse');
	assert.equal(de.subject, 'Test-E-Mail von Gatehouse');
	assert.match(de.text, /Wenn Sie das lesen, funktioniert der Versand – auch mit Umlauten\./);
	assert.match(en.html, /<p>If you read it, mail works\.<\/p>/);
	assert.match(de.html, /^<!doctype html>\r?\n<html lang="de">/);
	assert.deepEqual(en.from, [{ address: 'gatehouse@gatehouse.test', name: 'Gatehouse' }]);
	assert.match(en.headers['message-id'], /^<mai_[0-9A-Z]{13}@gatehouse\.test>$/);
	assert.equal(en.headers['auto-submitted'], 'auto-generated');
	assert.equal(de.headers['content-language'], 'de');
	assert.deepEqual(en.envelope.to.map((to) => to.address), ['ada@e2e.example']);
	const text = raw(en.id);

	assert.ok(!/[^\r]\n/.test(text), 'every line ends with CR LF');
	await eventually('the page says sent', async () => (await listed('ada@e2e.example'))[0].state === 'sent');
	assert.equal((await listed('ada@e2e.example'))[0].tries, 1);
});

test('a mail server that is away delays and loses nothing', async () => {
	await stack.kill('mail');
	promise('late@e2e.example', 'en');
	promise('later@e2e.example', 'en');
	await eventually('both wait and say why', async () => {
		const rows = [...(await listed('late@e2e.example')), ...(await listed('later@e2e.example'))];

		return rows.every((m) => m.state === 'waiting' && m.last_error && m.next_at);
	});
	const status = (await api('GET', '/api/v1/mail-status')).body;

	assert.deepEqual([status.set_up, status.waiting], [true, 2]);
	assert.match(await (await fetch(new URL('metrics', stack.url))).text(), /^gatehouse_mails_waiting 2$/m);
	// A worker that dies meanwhile loses nothing either.
	await stack.kill('worker');
	await stack.restart('worker');
	await stack.restart('mail');
	await waitForMail(stack, 'late@e2e.example', 'test', { tries: 1000 });
	await waitForMail(stack, 'later@e2e.example', 'test', { tries: 1000 });
	assert.equal((await mailsTo(stack, 'late@e2e.example')).length, 1, 'once');
});

test('a mail server that does not answer holds up nothing else, and not the end', async () => {
	const silent = new Set();
	const server = net.createServer((socket) => {
		silent.add(socket);
		socket.on('error', () => {});
		socket.on('close', () => silent.delete(socket));
		socket.resume();
	});

	await stack.kill('mail');
	server.on('error', () => {}); // the port is not free at once
	await eventually('our own server has the port', () => {
		if (!server.listening) server.listen(Number(stack.facts.GATEHOUSE_MAIL_SMTP), '127.0.0.1');
		return server.listening;
	});
	try {
		await stack.kill('worker');
		await stack.restart('worker');
		promise('hung@e2e.example', 'en');
		await eventually('the worker speaks to it', () => silent.size === 1);
		// A password that was forgotten is due work of the same outbox.
		const made = await api('POST', '/api/v1/accounts', {
			parent_id: idOf('acc', 1), kind: 'customer', class: 'person', name: 'Meanwhile', login: 'meanwhile', email: 'meanwhile@e2e.example',
		});

		assert.equal(made.status, 201, made.text);
		stack.sql(`UPDATE person SET state = 'active', email_verified_at = UTC_TIMESTAMP(6) WHERE login = 'meanwhile'`);
		const asked = await fetch(new URL('api/v1/session/forgot', stack.url), {
			method: 'POST', body: JSON.stringify({ login: 'meanwhile' }),
			headers: { 'content-type': 'application/json', origin: new URL(stack.url).origin },
		});

		assert.ok(asked.ok, await asked.text());
		await eventually('the mail of the reset is promised', async () =>
			(await listed('meanwhile@e2e.example')).some((m) => m.kind === 'reset-password'), 100);
		assert.equal(silent.size, 1, 'the worker still waits for the mail server');
		const worker = stack.pid('worker');

		process.kill(worker, 'SIGTERM');
		await eventually('the worker has ended', () => !existsSync(`/proc/${worker}`) || readFileSync(`/proc/${worker}/cmdline`, 'utf8') === '');
		assert.equal((await listed('hung@e2e.example'))[0].last_error, 'The worker was told to end.');
		assert.equal((await listed('hung@e2e.example'))[0].state, 'waiting');
	} finally {
		for (const socket of silent) socket.destroy();
		await new Promise((done) => server.close(done));
	}
	await stack.restart('mail');
	await stack.restart('worker');
	await waitForMail(stack, 'meanwhile@e2e.example', 'reset-password', { tries: 1000 });
	await waitForMail(stack, 'hung@e2e.example', 'test', { tries: 1000 });
});

test('what the mail server refuses fails with its reason and is sent again by hand', async () => {
	const { SMTPServer } = createRequire(new URL('../../tools/mail-sink/package.json', import.meta.url))('smtp-server');
	const got = [];
	let answer = { code: 550, text: '5.1.1 No such mailbox' };
	const server = new SMTPServer({
		disabledCommands: ['AUTH', 'STARTTLS'],
		onRcptTo: (to, session, done) => done(answer && Object.assign(new Error(answer.text), { responseCode: answer.code })),
		onData: (stream, session, done) => {
			stream.resume();
			stream.on('end', () => (got.push(session.envelope.rcptTo[0].address), done()));
		},
	});

	await stack.kill('mail');
	server.on('error', () => {}); // the port is not free at once
	await eventually('our own server has the port', () => {
		if (!server.server.listening) server.listen(Number(stack.facts.GATEHOUSE_MAIL_SMTP), '127.0.0.1');
		return server.server.listening;
	});
	try {
		await stack.kill('worker');
		await stack.restart('worker');
		promise('gone@e2e.example', 'en');
		await eventually('it has failed', async () => (await listed('gone@e2e.example'))[0].state === 'failed');
		const [mail] = await listed('gone@e2e.example');

		assert.equal(mail.last_error, '550 5.1.1 No such mailbox');
		assert.equal(mail.tries, 1);
		// Greylisted: it waits for its next turn.
		answer = { code: 451, text: '4.7.1 Come again' };
		assert.equal((await api('POST', `/api/v1/mails/${mail.id}/retry`)).status, 200);
		await eventually('it waits', async () => (await listed('gone@e2e.example'))[0].last_error === '451 4.7.1 Come again');
		assert.equal((await listed('gone@e2e.example'))[0].state, 'waiting');
		answer = null;
		assert.equal((await api('POST', `/api/v1/mails/${mail.id}/retry`)).status, 200);
		await eventually('it is sent', async () => (await listed('gone@e2e.example'))[0].state === 'sent');
		assert.deepEqual(got, ['gone@e2e.example']);
		assert.equal((await api('POST', `/api/v1/mails/${mail.id}/retry`)).status, 409);
	} finally {
		await new Promise((done) => server.close(done));
	}
});
