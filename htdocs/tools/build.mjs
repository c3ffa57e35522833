// Builds dist/ from src/. With --watch it rebuilds at every change and never
// compresses. The same sources give the same bytes.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import * as esbuild from 'esbuild';
import { buildApi } from './api.mjs';
import { buildIcons } from './icons.mjs';
import { buildMessages } from './messages.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const dist = join(root, 'dist');
const assets = join(dist, 'assets');
const watch = process.argv.includes('--watch');

// Ceilings in bytes after gzip.
const BUDGET = { script: 45000, style: 14000, chunk: 12500, total: 120000 };

const options = {
	absWorkingDir: root,
	entryPoints: { main: 'src/main.tsx', theme: 'src/theme.js', app: 'src/styles/app.css' },
	entryNames: '[name]-[hash]',
	chunkNames: '[name]-[hash]',
	assetNames: '[name]-[hash]',
	outdir: assets,
	bundle: true,
	splitting: true,
	format: 'esm',
	minify: !watch,
	metafile: true,
	jsx: 'automatic',
	jsxImportSource: 'preact',
	loader: { '.woff2': 'file' },
	target: ['chrome125', 'firefox128', 'safari17.5'],
	legalComments: 'none',
	logLevel: 'warning',
};

function outputOf(meta, entry) {
	const hit = Object.entries(meta.outputs).find(([, info]) => info.entryPoint === entry);
	return basename(hit[0]);
}

function page(meta) {
	const font = Object.keys(meta.outputs).find((name) => /inter-latin-wght-normal-[^/]*\.woff2$/.test(name));
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Gatehouse</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<link rel="icon" href="icon.svg" type="image/svg+xml">
<link rel="preload" href="assets/${basename(font)}" as="font" type="font/woff2" crossorigin>
<script src="assets/${outputOf(meta, 'src/theme.js')}"></script>
<link rel="stylesheet" href="assets/${outputOf(meta, 'src/styles/app.css')}">
<script type="module" src="assets/${outputOf(meta, 'src/main.tsx')}"></script>
</head>
<body><noscript>Gatehouse needs JavaScript.</noscript><div id="app"></div></body>
</html>
`;
}

function licences() {
	const names = [
		'preact',
		'@preact/signals',
		'@preact/signals-core',
		'@messageformat/runtime',
		'uqr',
		'lucide-static',
		'@fontsource-variable/inter',
	];
	return names
		.map((name) => {
			const folder = join(root, 'node_modules', name);
			const info = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
			const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
			const text = file ? readFileSync(join(folder, file), 'utf8') : `Licence: ${info.license}\n`;
			return `${name} ${info.version} (${info.license})\n\n${text.trim()}\n`;
		})
		.join(`\n${'-'.repeat(72)}\n\n`);
}

// A path is hashed as it stands in the tree, so that the sum is the same everywhere.
function sourceSum() {
	const hash = createHash('sha256');
	const walk = (folder) => {
		for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) =>
			a.name < b.name ? -1 : 1,
		)) {
			const full = join(folder, entry.name);
			if (entry.isDirectory()) walk(full);
			else hash.update(`${relative(root, full)}\0`).update(readFileSync(full));
		}
	};
	for (const folder of ['src', 'locales', 'tools']) walk(join(root, folder));
	for (const name of ['openapi.json', 'package-lock.json']) hash.update(readFileSync(join(root, name)));
	return hash.digest('hex');
}

const gz = (file) => gzipSync(readFileSync(file), { level: 9 }).length;

// What a first visit to the list loads, and what each screen adds.
function checkBudget(meta) {
	const size = (name) => gz(join(root, name));
	const reach = (name, seen = new Set()) => {
		if (seen.has(name)) return seen;
		seen.add(name);
		for (const item of meta.outputs[name].imports) {
			if (item.kind === 'import-statement') reach(item.path, seen);
		}
		return seen;
	};
	const find = (entry) => Object.keys(meta.outputs).find((name) => meta.outputs[name].entryPoint === entry);
	const first = reach(find('src/main.tsx'));
	const script = [...first].reduce((sum, name) => sum + size(name), 0) + size(find('src/theme.js'));
	const style = size(find('src/styles/app.css'));
	const list = reach(find('src/screens/accounts/list.tsx'), new Set(first));
	const font = size(Object.keys(meta.outputs).find((name) => /inter-latin-wght-normal-/.test(name)));
	const messages = size(find('src/gen/messages.en.js'));
	let total = style + font + messages + size(find('src/theme.js')) + gz(join(dist, 'index.html'));
	for (const name of list) total += size(name);
	const wrong = [];
	if (script > BUDGET.script) wrong.push(`script ${script} > ${BUDGET.script}`);
	if (style > BUDGET.style) wrong.push(`style ${style} > ${BUDGET.style}`);
	if (total > BUDGET.total) wrong.push(`first list ${total} > ${BUDGET.total}`);
	for (const [name, info] of Object.entries(meta.outputs)) {
		if (!info.entryPoint?.startsWith('src/screens/')) continue;
		if (size(name) > BUDGET.chunk) wrong.push(`${basename(name)} ${size(name)} > ${BUDGET.chunk}`);
	}
	console.log(
		`built: script ${script}, style ${style}, messages ${messages}, first list ${total} bytes (gzip)`,
	);
	if (wrong.length) throw new Error(`over budget: ${wrong.join('; ')}`);
}

function compress(folder) {
	for (const entry of readdirSync(folder, { withFileTypes: true })) {
		const full = join(folder, entry.name);
		if (entry.isDirectory()) compress(full);
		else if (/\.(html|js|css|svg|txt)$/.test(entry.name)) {
			writeFileSync(`${full}.gz`, gzipSync(readFileSync(full), { level: 9 }));
		}
	}
}

function finish(meta) {
	writeFileSync(join(dist, 'index.html'), page(meta));
	cpSync(join(root, 'src/icon.svg'), join(dist, 'icon.svg'));
	if (watch) return;
	writeFileSync(join(dist, 'LICENSES.txt'), licences());
	checkBudget(meta);
	compress(dist);
	const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
	writeFileSync(join(dist, 'build.txt'), `version ${version}\nsources ${sourceSum()}\n`);
}

buildApi();
buildIcons();
buildMessages();
if (!watch && existsSync(dist)) rmSync(dist, { recursive: true });
mkdirSync(assets, { recursive: true });
if (watch) {
	options.plugins = [{ name: 'page', setup: (b) => b.onEnd((r) => r.metafile && finish(r.metafile)) }];
	await (await esbuild.context(options)).watch();
} else {
	finish((await esbuild.build(options)).metafile);
}
