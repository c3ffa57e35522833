import './dom.ts';
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { render } from 'preact';
import { Text } from '../src/kit/field.tsx';
import { Menu, moveIn } from '../src/kit/menu.tsx';
import { Failure } from '../src/kit/states.tsx';
import { Problem } from '../src/lib/api.ts';
import { useForm } from '../src/lib/form.ts';
import { loadProblems, useLanguage } from '../src/lib/i18n.ts';
import { handleKey, useKeys } from '../src/lib/keys.ts';
import { prefs } from '../src/lib/prefs.ts';
import { ConflictDialog } from '../src/parts/conflict.tsx';
import { Diff } from '../src/parts/diff.tsx';
import { button, press, settle, type } from './dom.ts';

let root: HTMLElement;
addEventListener('keydown', handleKey);

beforeEach(async () => {
	await useLanguage('en');
	await loadProblems();
	if (root) render(null, root);
	document.body.replaceChildren();
	root = document.body.appendChild(document.createElement('div'));
});

test('a complaint of the server stands at its field and is tied to it', async () => {
	function Form() {
		const form = useForm({ name: 'x' });
		const refuse = new Problem(422, { title: 'No', errors: [{ pointer: '/name', code: 'too-long' }] }, 'r1');
		return (
			<>
				<Text
					name="name"
					label="Name"
					value={form.values.name}
					error={form.errors.name}
					onInput={(v) => form.set('name', v)}
				/>
				<button type="button" onClick={() => void form.run(() => Promise.reject(refuse))}>
					save
				</button>
				<output>{form.changed.join()}</output>
			</>
		);
	}
	render(<Form />, root);
	const input = root.querySelector('input');
	type(input, 'y');
	await settle();
	assert.equal(root.querySelector('output')?.textContent, 'name');
	button(root, 'save').click();
	await settle();
	assert.equal(input?.getAttribute('aria-invalid'), 'true');
	const id = input?.getAttribute('aria-describedby') ?? '';
	assert.match(document.getElementById(id)?.textContent ?? '', /Too long/);
	type(input, 'z');
	await settle();
	assert.equal(input?.getAttribute('aria-invalid'), null);
});

test('shortcuts: not while typing, pairs, and off when switched off', async () => {
	const pressed: string[] = [];
	function Page() {
		useKeys(
			['j', 'g c', 'mod+k'].map((keys) => ({
				keys,
				label: keys,
				group: 'x',
				run: () => pressed.push(keys),
				always: keys === 'mod+k',
			})),
		);
		return <input />;
	}
	render(<Page />, root);
	await settle();
	press('j');
	press('g');
	press('c');
	root.querySelector('input')?.focus();
	press('j');
	press('k', { ctrlKey: true });
	press('g');
	root.querySelector('input')?.blur();
	press('c');
	root.querySelector('input')?.blur();
	prefs.value = { ...prefs.value, shortcuts: false };
	press('j');
	press('k', { ctrlKey: true });
	prefs.value = { ...prefs.value, shortcuts: true };
	assert.deepEqual(pressed, ['j', 'g c', 'mod+k', 'mod+k']);
	render(null, root);
	await settle();
	press('j');
	assert.equal(pressed.length, 4);
});

test('the items of a menu exist only while it is open', async () => {
	let made = 0;
	const items = () => {
		made++;
		return [{ label: 'One' }, false as const];
	};
	render(<Menu button="Open" items={items} />, root);
	assert.equal(made, 0);
	const open = root.querySelector('button');
	assert.equal(open?.getAttribute('aria-expanded'), 'false');
});

test('letters typed in a menu go to the item that starts with them', async () => {
	const items = () => ['Open', 'Edit', 'Enable', 'End'].map((label) => ({ label }));
	render(<Menu button="Acts" items={items} />, root);
	root.querySelector('button')?.click();
	await settle();
	const menu = root.querySelector<HTMLElement>('[role=menu]');
	const type = (word: string) => {
		for (const key of word) {
			const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true });
			moveIn(event, menu);
		}
		return document.activeElement?.textContent;
	};
	assert.equal(type('en'), 'Enable');
	await new Promise((go) => setTimeout(go, 750));
	assert.equal(type('e'), 'End');
	assert.equal(type('e'), 'Edit');
});

test('a conflict is solved field by field and nothing typed is lost', async () => {
	const was = { name: 'A', city: 'Bonn', phone: '1' };
	const theirs = { name: 'B', city: 'Bonn', phone: '2' };
	const mine = { name: 'C', city: 'Berlin', phone: '1' };
	let done: object | null = null;
	render(
		<ConflictDialog
			clash={{ was, theirs, mine, who: 'Imani' }}
			labels={{ name: 'Name', city: 'City', phone: 'Phone' }}
			onDone={(values) => {
				done = values;
			}}
			onClose={() => {}}
		/>,
		root,
	);
	await settle();
	assert.match(root.textContent ?? '', /Imani saved in the meantime/);
	assert.equal(root.querySelectorAll('tbody tr').length, 3);
	const radio = root.querySelector<HTMLInputElement>('input[name="take-name"]');
	if (radio) radio.checked = true;
	radio?.dispatchEvent(new Event('input', { bubbles: true }));
	await settle();
	root.querySelector('form')?.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
	assert.deepEqual(done, { name: 'B', city: 'Berlin', phone: '2' });
});

test('a difference is told in words, not by colour alone', () => {
	render(<Diff before={{ state: 'active', a: 1 }} after={{ state: 'suspended', a: 1 }} />, root);
	assert.equal(root.querySelector('del')?.textContent, 'Active');
	assert.equal(root.querySelector('ins')?.textContent, 'Suspended');
	assert.equal(root.querySelectorAll('tbody tr').length, 1);
});

test('an error names its request and offers to try again', () => {
	let again = 0;
	render(
		<Failure
			problem={new Problem(503, { type: '/#/problems/unavailable' }, 'req-77')}
			onRetry={() => again++}
		/>,
		root,
	);
	assert.match(root.textContent ?? '', /req-77/);
	button(root, 'Try again').click();
	assert.equal(again, 1);
});
