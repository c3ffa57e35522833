// Every screen in both themes and at both sizes: accessible, silent, still, and
// without a violation of the content security policy.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { call, ctl, newAccount, openPage, settled, start } from './lib.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/* What a page may move while it loads; 0.1 is where people begin to notice. */
const MAX_SHIFT = 0.005;

let all;
let account;
let event;
let member;
let role;

before(async () => {
	all = await start();
	const tools = await all.open();
	account = await newAccount(tools.context, { name: 'Ångström & Söhne Überwachung' });
	await call(tools.context, 'POST', `accounts/${account.id}/holds`, {
		kind: 'admin', reason_code: 'other', reason_text: 'Axe', module: '',
	});
	await call(tools.context, 'POST', `accounts/${account.id}/contacts`, { role: 'owner', name: 'Ann Lee', email: 'a@example.org' });
	const events = await call(tools.context, 'GET', 'billing-events?limit=10&state=quarantined');
	event = events.body.items[0];
	[member] = (await call(tools.context, 'GET', `accounts/${account.id}/members`)).body.items;
	[role] = (await call(tools.context, 'GET', `accounts/${account.id}/roles`)).body.items;
	ctl('mail', 'test', '--to', 'axe@e2e.example');
	await tools.context.close();
});
after(() => all?.close());

const click = (selector) => async (page) => {
	await page.locator(selector).first().click();
	await page.waitForTimeout(250);
};
const press = (key) => async (page) => {
	await page.keyboard.press(key);
	await page.waitForTimeout(250);
};
const firstRow = '.grid tbody tr[aria-rowindex="2"] .row-link';

/** [name, hash, what is done there] */
const STATES = () => [
	['list', '#/customers'],
	['list-pane', '#/customers', click(firstRow)],
	['list-columns', '#/customers', click('.tools > .btn.icon-only')],
	['list-views', '#/customers', click('.tools > .views:enabled')],
	['list-status', '#/customers', click('.filter-btn')],
	['list-nothing', '#/customers?q=zzzzqqqq'],
	['list-new', '#/customers', click('.head .btn.primary')],
	['resellers', '#/resellers'],
	['card-overview', `#/accounts/${account.id}/overview`],
	['card-profile', `#/accounts/${account.id}/profile`],
	['card-profile-dirty', `#/accounts/${account.id}/profile`, async (page) => {
		await page.fill('input[name=city]', 'Berlin');
	}],
	['card-contact', `#/accounts/${account.id}/profile`, click('.panel-head .btn.small')],
	['card-changes', `#/accounts/${account.id}/changes`, click('.entry-line')],
	['card-sites', `#/accounts/${account.id}/sites`],
	['card-site-new', `#/accounts/${account.id}/sites`, click('.tab-head .btn')],
	['card-cameras', `#/accounts/${account.id}/cameras`],
	['card-events', `#/accounts/${account.id}/billing-events`],
	['card-users', `#/accounts/${account.id}/users`],
	['card-user', `#/accounts/${account.id}/users?user=${member.id}`],
	['card-user-new', `#/accounts/${account.id}/users`, click('.tab-head .btn.primary')],
	['card-users-chosen', `#/accounts/${account.id}/users`, click('.row-tick')],
	['card-user-roles', `#/accounts/${account.id}/users?user=${member.id}`, click('.pane-foot button.btn')],
	['card-sub-users', `#/accounts/${account.id}/sub-users`],
	['card-access', `#/accounts/${account.id}/access`],
	['card-why', `#/accounts/${account.id}/access`, click('.perm-why')],
	['card-roles', `#/accounts/${account.id}/roles`],
	['card-configuration', `#/accounts/${account.id}/configuration`],
	['card-invitations', `#/accounts/${account.id}/invitations`],
	['card-support', `#/accounts/${account.id}/support`],
	['card-api-keys', `#/accounts/${account.id}/api-keys`],
	['me', '#/me'],
	['registrations', '#/registrations'],
	['roles', '#/roles'],
	['agenda', '#/agenda'],
	['card-move', `#/accounts/${account.id}/life-cycle`, click('.ending button')],
	['role', `#/roles?role=${role.id}`],
	['role-copy', `#/roles?role=new&copy=${role.id}`],
	['people', '#/people'],
	['people-nobody', '#/people?q=zzzzqqqq'],
	['person', `#/people/${member.person_id}`],
	['person-menu', '#/people', click('.person-btn:visible, .topbar .btn:visible')],
	['card-life', `#/accounts/${account.id}/life-cycle`],
	['card-hold', `#/accounts/${account.id}/life-cycle`, click('.tab-head .btn')],
	['card-terminate', `#/accounts/${account.id}/life-cycle`, click('.danger-text')],
	['events', '#/billing-events'],
	['event', `#/billing-events?event=${event.id}`],
	['event-dismiss', `#/billing-events?event=${event.id}`, click('.pane-foot .btn >> nth=-1')],
	['events-replay-all', `#/billing-events?state=quarantined&type=${event.type}`, click('.replay-all')],
	['events-types', '#/billing-events', click('.filter-btn')],
	['sources', '#/billing-sources'],
	['changes', '#/changes'],
	['changes-range', '#/changes', click('.filter-btn >> nth=2')],
	['jobs', '#/jobs'],
	['mail', '#/mails'],
	['problems', '#/problems'],
	['problem', '#/problems/set-by-billing'],
	['reference', '#/api', click('.ref summary')],
	['palette', '#/customers', press('Control+k')],
	['keys', '#/customers', press('?')],
	['not-found', '#/nowhere/at/all'],
	['not-yours', '#/accounts/acc_0000000000ZZZ/overview'],
];

const EXPECTED = { 'not-yours': [/404/] };

/* What is not colour does not change with the theme. */
async function complaints(page, rules) {
	await page.evaluate(axe);
	return page.evaluate(
		async (runOnly) => {
			const found = await window.axe.run(document, { runOnly, resultTypes: ['violations'] });
			return found.violations.map(
				(one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).slice(0, 4).join(' | ')} - ${one.help}`,
			);
		},
		rules ?? { type: 'tag', values: TAGS },
	);
}

async function visit(tab, hash, act) {
	await tab.page.goto('about:blank');
	await tab.goto(hash);
	const moved = await tab.shifts();
	assert.ok(moved <= MAX_SHIFT, `moved by ${moved}`);
	if (act) await act(tab.page);
}

for (const size of ['wide', 'phone']) {
	test(`screens, ${size}`, async (t) => {
		const tab = await all.open({ theme: 'light', size });
		for (const [name, hash, act] of STATES()) {
			await t.test(name, async () => {
				tab.wrong.length = 0;
				await tab.page.emulateMedia({ colorScheme: 'light' });
				await visit(tab, hash, act);
				assert.deepEqual(await complaints(tab.page), []);
				await tab.page.emulateMedia({ colorScheme: 'dark' });
				assert.deepEqual(await complaints(tab.page, { type: 'rule', values: ['color-contrast'] }), []);
				const over = await tab.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
				assert.ok(over <= 0, `wider than the window by ${over}`);
				await tab.clean(EXPECTED[name]);
			});
		}
		await tab.context.close();
	});
}

/* Words are longer there; what is done on a page is looked at in English. */
test('screens in German, on a phone', async (t) => {
	const tab = await all.open({ size: 'phone', locale: 'de-DE' });
	await tab.page.addInitScript(() => {
		if (!location.protocol.startsWith('http')) return;
		const kept = JSON.parse(localStorage.getItem('gatehouse.prefs') ?? '{}');
		localStorage.setItem('gatehouse.prefs', JSON.stringify({ ...kept, locale: 'de' }));
	});
	await tab.goto('#/customers');
	assert.equal(await tab.page.getAttribute('html', 'lang'), 'de');
	for (const [name, hash, act] of STATES()) {
		if (act) continue;
		await t.test(name, async () => {
			tab.wrong.length = 0;
			await tab.page.goto('about:blank');
			await tab.goto(hash);
			const moved = await tab.shifts();
			assert.ok(moved <= MAX_SHIFT, `moved by ${moved}`);
			const over = await tab.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
			assert.ok(over <= 0, `wider than the window by ${over}`);
			await tab.clean(EXPECTED[name]);
		});
	}
	await tab.context.close();
});

test('sign-in, and the whole of it in German', async () => {
	for (const theme of ['light', 'dark']) {
		const tab = await openPage(all.browser, null, { theme, size: 'phone', locale: 'de-DE' });
		await tab.goto('');
		await settled(tab.page);
		assert.match(await tab.page.textContent('h1'), /anmelden/);
		assert.deepEqual(await complaints(tab.page), []);
		await tab.clean();
		await tab.context.close();
	}
});
