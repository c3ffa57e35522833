import assert from 'node:assert/strict';
import { test } from 'node:test';
import { roomFor } from '../src/kit/grid-window.ts';

type Ranked = { id: string; width?: string; rank?: 1 | 2 | 3 | 4 };

const COLUMNS: Ranked[] = [
	{ id: 'name' },
	{ id: 'state', width: '300px' },
	{ id: 'role', width: '300px', rank: 3 },
	{ id: 'parent', width: '300px', rank: 2 },
	{ id: 'origin', width: '300px', rank: 3 },
];

const shown = (width: number): string => {
	const room = roomFor(COLUMNS, width, false);
	return room.shown.map((column) => column.id).join();
};

test('columns give way one by one, the highest rank first and from the end', () => {
	const all = roomFor(COLUMNS, 9_999, false).need;
	assert.equal(shown(all), 'name,state,role,parent,origin');
	assert.equal(shown(all - 1), 'name,state,role,parent');
	assert.equal(shown(all - 301), 'name,state,parent');
	assert.equal(shown(all - 601), 'name,state');
});

test('what is left when nothing may go needs its width, and the list scrolls', () => {
	const wide = COLUMNS.map(({ rank, ...column }) => column);
	const { shown: left, need } = roomFor(wide, 641, true);
	assert.equal(left.length, 5);
	assert.ok(need > 641);
});

test('a card of a phone keeps every column: the style says which it shows', () => {
	assert.equal(roomFor(COLUMNS, 390, false).shown.length, 5);
});
