import './dom.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from '../src/lib/api.types.ts';
import { Pages } from '../src/lib/pages.ts';

interface Item {
	id: string;
	name: string;
}

function item(id: number, name = ''): Item {
	return { id: String(id), name };
}

function page(items: Item[], next: string | null): Page<Item> {
	return { items, next, prev: null, total: { value: 100, exact: true } };
}

test('pages are appended once, without repeats', async () => {
	const asked: (string | null)[] = [];
	const pages = new Pages<Item>(async (cursor) => {
		asked.push(cursor);
		return cursor ? page([item(2), item(3)], null) : page([item(1), item(2)], 'c');
	});
	await pages.start();
	await Promise.all([pages.more(), pages.more()]);
	await pages.more();
	assert.deepEqual(asked, [null, 'c']);
	assert.deepEqual(
		pages.items.value.map((one) => one.id),
		['1', '2', '3'],
	);
});

test('a failure is kept and can be tried again', async () => {
	let fail = true;
	const pages = new Pages<Item>(async () => {
		if (fail) throw new Error('down');
		return page([item(1)], null);
	});
	await pages.start();
	assert.equal(pages.problem.value?.code, 'no-connection');
	assert.equal(pages.busy.value, false);
	fail = false;
	await pages.again();
	assert.equal(pages.problem.value, null);
	assert.equal(pages.items.value.length, 1);
});

test('a refresh puts new ones on top and changed ones in their place', async () => {
	let first = [item(5), item(4)];
	const pages = new Pages<Item>(
		async (cursor) => (cursor ? page([item(3), item(2)], null) : page(first, 'c')),
		true,
	);
	await pages.start();
	await pages.more();
	first = [item(6), item(5, 'changed')];
	await pages.refresh();
	assert.deepEqual(
		pages.items.value.map((one) => one.id + one.name),
		['6', '5changed', '4', '3', '2'],
	);
});

test('a refresh of an alphabetical list never moves the reader', async () => {
	let first = [item(1), item(2)];
	const pages = new Pages<Item>(async (cursor) => (cursor ? page([item(3)], null) : page(first, 'c')));
	await pages.start();
	await pages.more();
	first = [item(9), item(1, 'x')];
	await pages.refresh();
	assert.deepEqual(
		pages.items.value.map((one) => one.id + one.name),
		['1x', '2', '3'],
	);
});

test('what comes after the end is dropped', async () => {
	const pages = new Pages<Item>(
		(_cursor, stop) =>
			new Promise((_done, fail) => stop.addEventListener('abort', () => fail(new Error('aborted')))),
	);
	const started = pages.start();
	pages.end();
	await started;
	assert.equal(pages.problem.value, null);
});
