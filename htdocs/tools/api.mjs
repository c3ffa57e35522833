// Makes the types of the API from its OpenAPI document, which the server prints
// (gatehousectl openapi) and a test compares with htdocs/openapi.json.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { NARROWER } from './api-narrower.mjs';

const root = new URL('../', import.meta.url);

function quoted(words) {
	return words.map((word) => (word === null ? 'null' : `'${word}'`)).join(' | ');
}

function nameOf(ref) {
	return ref.split('/').at(-1);
}

const PLAIN = { string: 'string', integer: 'number', number: 'number', boolean: 'boolean', null: 'null' };

/** A schema as a type of TypeScript. */
export function typeOf(schema, depth = 1) {
	if (schema.$ref) return nameOf(schema.$ref);
	if (schema.enum) return quoted(schema.enum);
	const names = [schema.type].flat();
	return names
		.map((name) => {
			if (name === 'array') return `Array<${typeOf(schema.items, depth)}>`;
			if (name !== 'object') return PLAIN[name] ?? 'unknown';
			return schema.properties ? bodyOf(schema, '', depth) : 'Record<string, unknown>';
		})
		.join(' | ');
}

/** The members between braces. What is narrower than the document stays within it, or tsc complains. */
function bodyOf(schema, name, depth) {
	const pad = '\t'.repeat(depth);
	const narrower = NARROWER[name] ?? {};
	for (const key of Object.keys(narrower))
		if (!schema.properties[key]) throw new Error(`api-narrower: ${name} has no ${key}`);
	const lines = Object.entries(schema.properties).map(([key, one]) => {
		const wide = typeOf(one, depth + 1);
		const type = narrower[key] ? `Within<${wide}, ${narrower[key]}>` : wide;
		return `${pad}${key}${schema.required?.includes(key) ? '' : '?'}: ${type};`;
	});
	return `{\n${lines.join('\n')}\n${'\t'.repeat(depth - 1)}}`;
}

/** What is sent: of each operation its body, of each its query. */
function inputOf(operation) {
	const schema = operation.requestBody?.content['application/json']?.schema;
	return schema?.properties ? `\t${operation.operationId}: ${typeOf(schema, 2)};` : null;
}

export function apiText(document) {
	const { schemas } = document.components;
	for (const name of Object.keys(NARROWER))
		if (!schemas[name]) throw new Error(`api-narrower: the document has no ${name}`);
	const shapes = Object.entries(schemas).map(
		([name, schema]) => `export interface ${name} ${bodyOf(schema, name, 1)}`,
	);
	const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
	const inputs = operations.map(inputOf).filter(Boolean);
	return [
		'// Made by tools/api.mjs from openapi.json.',
		'type Within<Wide, Narrow extends Wide> = Narrow;',
		...shapes,
		`export interface Inputs {\n${inputs.join('\n')}\n}`,
		'',
	].join('\n\n');
}

export function buildApi() {
	const out = new URL('src/gen/', root);
	mkdirSync(out, { recursive: true });
	writeFileSync(
		new URL('api.ts', out),
		apiText(JSON.parse(readFileSync(new URL('openapi.json', root), 'utf8'))),
	);
}
