// A browser on a running installation, and what every page is watched for.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

export const base = process.env.GATEHOUSE_URL;
assert.ok(base, 'GATEHOUSE_URL names the installation under test');

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
	'--disable-component-update', '--disable-sync'];
/* Milliseconds until a page that does not change is a failure, on a busy machine too. */
const PATIENCE = 60_000;
export const SIZES = { wide: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };

/** Signed in once; every page of the browser starts from its cookies. */
export async function start({ login = process.env.GATEHOUSE_LOGIN, password = process.env.GATEHOUSE_PASSWORD } = {}) {
	const browser = await chromium.launch({
		executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
		args: FLAGS,
	});
	const context = await browser.newContext({ viewport: SIZES.wide, locale: 'en-GB' });
	context.setDefaultTimeout(PATIENCE);
	const page = await context.newPage();
	await page.goto(base);
	await page.fill('input[name=login]', login);
	await page.fill('input[name=password]', password);
	await page.click('button[type=submit]');
	await page.waitForSelector('.shell');
	const state = await context.storageState();
	await context.close();
	return {
		browser,
		state,
		close: () => browser.close(),
		/** A page that remembers everything that went wrong on it. */
		open: (options) => openPage(browser, state, options),
	};
}

export async function openPage(browser, state, { theme = 'light', size = 'wide', locale = 'en-GB' } = {}) {
	const context = await browser.newContext({
		viewport: SIZES[size],
		isMobile: size === 'phone',
		hasTouch: size === 'phone',
		colorScheme: theme,
		reducedMotion: 'reduce',
		locale,
		...(state ? { storageState: state } : {}),
	});
	context.setDefaultTimeout(PATIENCE);
	await context.grantPermissions(['clipboard-read', 'clipboard-write']);
	const page = await context.newPage();
	const wrong = [];
	page.on('pageerror', (error) => wrong.push(`error: ${error.message}`));
	page.on('console', (message) => {
		if (message.type() === 'error' || message.type() === 'warning') wrong.push(`console: ${message.text()}`);
	});
	await page.addInitScript(() => {
		window.shifts = 0;
		window.violations = [];
		addEventListener('securitypolicyviolation', (event) => {
			window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`);
		});
		new PerformanceObserver((list) => {
			for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts += entry.value;
		}).observe({ type: 'layout-shift', buffered: true });
	});
	return {
		page,
		context,
		wrong,
		goto: async (hash) => {
			await page.goto(base + hash);
			await settled(page);
		},
		/** Nothing may have gone wrong so far; what is expected is taken off first. */
		clean: async (expected = []) => {
			const left = wrong.filter((one) => !expected.some((pattern) => pattern.test(one)));
			wrong.length = 0;
			assert.deepEqual(left, []);
			assert.deepEqual(await page.evaluate(() => window.violations), []);
		},
		shifts: () => page.evaluate(() => window.shifts),
	};
}

/** Until nothing is loading any more. */
export async function settled(page) {
	await page.waitForSelector('.shell, .sign-in');
	await page.waitForFunction(() => {
		const busy = document.querySelector('[aria-busy=true], .bone');
		const quiet = performance.now() - (performance.getEntriesByType('resource').at(-1)?.responseEnd ?? 0) > 120;
		return !busy && quiet && document.fonts.status === 'loaded';
	});
}

/** A call of the API with the cookies of a page. */
export async function call(context, method, path, body, headers = {}) {
	const answer = await context.request.fetch(`${base}api/v1/${path}`, {
		method,
		headers: {
			Origin: new URL(base).origin,
			'Content-Type': 'application/json',
			'Sec-Fetch-Site': 'same-origin',
			...(method === 'POST' ? { 'Idempotency-Key': crypto.randomUUID() } : {}),
			...headers,
		},
		...(method === 'GET' ? {} : { data: JSON.stringify(body ?? {}) }),
	});
	const text = await answer.text();
	return { status: answer.status(), body: text ? JSON.parse(text) : null };
}

let made = 0;
/** A customer of this test's own. */
export async function newAccount(context, more = {}) {
	const session = await call(context, 'GET', 'session');
	const tag = `${Date.now().toString(36)}${++made}`;
	const { status, body } = await call(context, 'POST', 'accounts', {
		parent_id: session.body.acting.account_id,
		kind: 'customer',
		class: 'organisation',
		name: `Test ${tag}`,
		email: `t${tag}@example.org`,
		...more,
	});
	assert.equal(status, 201, JSON.stringify(body));
	return body;
}

export function source(path) {
	return readFileSync(fileURLToPath(new URL(`../../htdocs/src/${path}`, import.meta.url)), 'utf8');
}

export function ctl(...words) {
	const { GATEHOUSE_CTL, GATEHOUSE_CONF } = process.env;
	return execFileSync(GATEHOUSE_CTL, [`--config=${GATEHOUSE_CONF}`, ...words], { encoding: 'utf8' });
}
