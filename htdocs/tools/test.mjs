// Unit tests: bundled by esbuild, run by node:test, with a window of happy-dom.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { buildApi } from './api.mjs';
import { buildIcons } from './icons.mjs';
import { buildMessages } from './messages.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const out = join(root, 'test/.out');
const names = readdirSync(join(root, 'test')).filter((name) => /\.test\.tsx?$/.test(name));

buildApi();
buildIcons();
buildMessages();
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
await esbuild.build({
	absWorkingDir: root,
	entryPoints: names.map((name) => `test/${name}`),
	outdir: 'test/.out',
	outExtension: { '.js': '.mjs' },
	bundle: true,
	format: 'esm',
	platform: 'node',
	target: 'node18',
	external: ['happy-dom'],
	banner: {
		js: "import { createRequire as gh_cr } from 'node:module'; const require = gh_cr(import.meta.url);",
	},
	jsx: 'automatic',
	jsxImportSource: 'preact',
	logLevel: 'warning',
});
const files = names.map((name) => join(out, name.replace(/\.tsx?$/, '.mjs')));
const { status } = spawnSync(process.execPath, ['--test', ...files], { cwd: root, stdio: 'inherit' });
process.exit(status ?? 1);
