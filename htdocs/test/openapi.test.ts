// The types made from the OpenAPI document.
import assert from 'node:assert/strict';
import { test } from 'node:test';
// @ts-expect-error a tool of the build, without types
import { apiText, typeOf } from '../tools/api.mjs';

test('a schema becomes a type', () => {
	assert.equal(typeOf({ type: ['string', 'null'] }), 'string | null');
	assert.equal(typeOf({ type: 'string', enum: ['a', 'b', null] }), "'a' | 'b' | null");
	assert.equal(typeOf({ type: 'array', items: { $ref: '#/components/schemas/X' } }), 'Array<X>');
	assert.equal(typeOf({ type: 'object' }), 'Record<string, unknown>');
});

test('a schema or member that is gone is an error, not a type of yesterday', () => {
	assert.throws(() => apiText({ paths: {}, components: { schemas: {} } }), /the document has no/);
});
