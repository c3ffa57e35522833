// The examples of docs/billing.md, run as they stand there.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startStack } from './lib.mjs';

const page = readFileSync(resolve(dirname(fileURLToPath(import.meta.url)), '../../docs/billing.md'), 'utf8');
const block = (language) => new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\n\`\`\``).exec(page)[1];
const dir = mkdtempSync(join(tmpdir(), 'gh-examples-'));
const event = JSON.parse(block('json'));
let stack;
let secret;

before(async () => {
	stack = await startStack('--accounts', '20');
	secret = stack.ctl('source', 'add', 'acme').trim();
});
after(async () => {
	rmSync(dir, { recursive: true });
	await stack?.drop();
});

const languages = [
	['sh', 'example.sh', 'sh', 'openssl'],
	['python', 'example.py', 'python3'],
	['js', 'example.mjs', process.execPath],
	['php', 'example.php', 'php'],
];

for (const [language, name, ...programs] of languages)
	test(`the example in ${language}`, (t) => {
		for (const p of programs)
			if (spawnSync(p, ['--version']).error) return t.skip(`${p} is not installed`);
		const file = join(dir, name);
		const id = `doc_${language}`;
		const body = {
			...event, id,
			subject: { ...event.subject, external_id: `DOC-${language}`, login: `doc.${language}` },
			data: { ...event.data, login: `doc.${language}`, contract_no: `K-${language}` },
		};
		const run = (key) =>
			spawnSync(programs[0], [file], {
				encoding: 'utf8',
				input: JSON.stringify(body, null, 2),
				env: { ...process.env, GATEHOUSE_CALLBACK: `${stack.url}billing/v1/callbacks/acme`, GATEHOUSE_SECRET: key },
			});

		writeFileSync(file, block(language));
		assert.deepEqual(JSON.parse(run(secret).stdout), { id, state: 'applied' });
		assert.deepEqual(JSON.parse(run(secret).stdout), { id, state: 'applied', duplicate: true });
		assert.equal(JSON.parse(run('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw').stdout).status, 401);
	});
