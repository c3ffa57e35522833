import './dom.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { render } from 'preact';
import { untwistAll, untwisted } from '../src/lib/turned.ts';

test('what turns text round is shown by its number, wherever it stands', () => {
	const name = '\u202Egnp.exe\u2066';
	untwistAll();
	const root = document.body.appendChild(document.createElement('div'));
	const Named = ({ children }: { children: string }) => <>{children}</>;
	render(
		<p title={name}>
			{name} {[name, [name]]} <Named>{name}</Named>
			<input value={name} />
		</p>,
		root,
	);
	const one = '⟨U+202E⟩gnp.exe⟨U+2066⟩';
	assert.equal(root.textContent, `${one} ${one}${one} ${one}`);
	assert.equal(root.firstElementChild?.getAttribute('title'), one);
	// What is typed stays as it is, or saving would change it.
	assert.equal(root.querySelector('input')?.value, name);
	assert.equal(untwisted('שלום \u200Fabc, کتاب\u200Cها'), 'שלום \u200Fabc, کتاب\u200Cها');
});
