// Mail goes out encrypted, to a server whose certificate was checked, with a login.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { apiOf, eventually, signIn, startStack } from './lib.mjs';

const { SMTPServer } = createRequire(new URL('../../tools/mail-sink/package.json', import.meta.url))('smtp-server');
let stack;
let api;
let server;
let got;

/** A server with a certificate for localhost; more: options of smtp-server. */
async function serve(more) {
	await new Promise((done) => (server ? server.close(done) : done()));
	got = [];
	server = new SMTPServer({
		key: readFileSync(join(stack.dir, 'tls.key')),
		cert: readFileSync(join(stack.dir, 'tls.pem')),
		onAuth: (auth, session, done) =>
			auth.username === 'gate' && auth.password === 'open sesame'
				? done(null, { user: 'gate' })
				: done(Object.assign(new Error('5.7.8 no'), { responseCode: 535 })),
		onData: (stream, session, done) => {
			stream.resume();
			stream.on('end', () => (got.push({ secure: session.secure, user: session.user }), done()));
		},
		...more,
	});
	server.on('error', () => {}); // a client that does not trust us hangs up
	await new Promise((done) => server.listen(0, '127.0.0.1', done));
	return server.server.address().port;
}

/** The worker with these settings. */
async function settings(lines) {
	const file = stack.facts.GATEHOUSE_CONF;
	const others = readFileSync(file, 'utf8').split('\n').filter((line) => !/^mail_(smtp|tls|ca)/.test(line));

	await stack.kill('worker');
	writeFileSync(file, [...others, ...Object.entries(lines).map(([key, value]) => `${key} = ${value}`), ''].join('\n'));
	await stack.restart('worker');
}

const find = async (to) => (await api('GET', '/api/v1/mails')).body.items.find((mail) => mail.to_address === to);

async function send(to, state) {
	stack.ctl('mail', 'test', '--to', to);
	await eventually(`${to} is ${state}`, async () => {
		const mail = await find(to);

		return mail?.state === state && (state === 'sent' || mail.last_error);
	});
	return find(to);
}

before(async () => {
	stack = await startStack('--accounts', '0');
	api = apiOf(await signIn(stack));
	execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost',
		'-addext', 'subjectAltName=DNS:localhost', '-keyout', join(stack.dir, 'tls.key'), '-out', join(stack.dir, 'tls.pem')],
		{ stdio: 'ignore' });
	writeFileSync(join(stack.dir, 'secrets', 'smtp'), 'open sesame\n', { mode: 0o400 });
});
after(async () => {
	server?.close(() => {});
	await stack?.drop();
});

test('a server without TLS gets nothing', async () => {
	const port = await serve({ disabledCommands: ['STARTTLS', 'AUTH'] });

	await settings({ mail_smtp_url: `smtp://localhost:${port}` });
	const mail = await send('plain@e2e.example', 'waiting');

	assert.match(mail.last_error, /TLS|SSL/);
	assert.deepEqual(got, []);
});

test('a certificate nobody vouches for, or of another name, is refused', async () => {
	const port = await serve({ authOptional: true });

	await settings({ mail_smtp_url: `smtp://localhost:${port}` });
	assert.match((await send('unknown@e2e.example', 'waiting')).last_error, /certificate/i);
	await settings({ mail_smtp_url: `smtp://127.0.0.1:${port}`, mail_ca_file: join(stack.dir, 'tls.pem') });
	assert.match((await send('other-name@e2e.example', 'waiting')).last_error, /certificate|subject name/i);
	assert.deepEqual(got, []);
});

for (const [scheme, secure] of [['smtp', false], ['smtps', true]]) {
	test(`${scheme}: signed in over TLS with the password of its file`, async () => {
		const port = await serve({ secure });
		const own = { mail_smtp_url: `${scheme}://localhost:${port}`, mail_ca_file: join(stack.dir, 'tls.pem'), mail_smtp_user: 'gate' };

		await settings(own);
		await send(`no-password-${scheme}@e2e.example`, 'waiting');
		assert.deepEqual(got, []);
		await settings({ ...own, mail_smtp_password_file: join(stack.dir, 'secrets', 'smtp') });
		await send(`${scheme}@e2e.example`, 'sent');
		assert.deepEqual(got[0], { secure: true, user: 'gate' });
		assert.ok(!JSON.stringify((await api('GET', '/api/v1/mails')).body).includes('sesame'));
	});
}
