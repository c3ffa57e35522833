// The little of OpenAPI 3.1 that our document uses.
export interface Schema {
	$ref?: string;
	type?: string | string[];
	format?: string;
	description?: string;
	enum?: unknown[];
	const?: unknown;
	items?: Schema;
	properties?: Record<string, Schema>;
	required?: string[];
	maxLength?: number;
	anyOf?: Schema[];
	oneOf?: Schema[];
	allOf?: Schema[];
}
interface Media {
	content?: Record<string, { schema?: Schema }>;
	description?: string;
	$ref?: string;
}
interface RawOperation {
	operationId?: string;
	summary?: string;
	description?: string;
	tags?: string[];
	parameters?: {
		name?: string;
		in?: string;
		required?: boolean;
		description?: string;
		schema?: Schema;
		$ref?: string;
	}[];
	requestBody?: Media;
	responses?: Record<string, Media>;
	'x-permission'?: string;
}
export interface Spec {
	info: { title: string; version: string };
	paths: Record<string, Record<string, RawOperation>>;
	components?: Record<string, Record<string, unknown>>;
}

export interface Operation {
	id: string;
	method: string;
	path: string;
	summary: string;
	description: string;
	permission: string;
	parameters: { name: string; in: string; required: boolean; type: string; description: string }[];
	body: Schema | null;
	answers: { status: string; description: string; schema: Schema | null }[];
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

/** Follows "#/a/b/c" inside the document. */
export function resolve<T extends { $ref?: string }>(spec: Spec, value: T): T {
	if (!value.$ref) return value;
	let at: unknown = spec;
	for (const key of value.$ref.replace(/^#\//, '').split('/'))
		at = (at as Record<string, unknown> | undefined)?.[key];
	return (at as T | undefined) ?? value;
}

export function typeOf(schema: Schema | undefined): string {
	if (!schema) return '';
	if (schema.$ref) return schema.$ref.split('/').pop() ?? '';
	if (schema.enum) return schema.enum.map(String).join(' | ');
	if (schema.const !== undefined) return JSON.stringify(schema.const);
	const any = schema.anyOf ?? schema.oneOf ?? schema.allOf;
	if (any) return any.map(typeOf).join(' | ');
	const type = Array.isArray(schema.type) ? schema.type.join(' | ') : (schema.type ?? 'object');
	if (schema.items) return `${typeOf(schema.items)}[]`;
	return [type, schema.format, schema.maxLength && `≤ ${schema.maxLength}`].filter(Boolean).join(' ');
}

function schemaOf(media: Media | undefined): Schema | null {
	return Object.values(media?.content ?? {})[0]?.schema ?? null;
}

export function operationsOf(spec: Spec): [string, Operation[]][] {
	const groups = new Map<string, Operation[]>();
	for (const [path, methods] of Object.entries(spec.paths)) {
		for (const [method, raw] of Object.entries(methods)) {
			if (!METHODS.includes(method)) continue;
			const tag = raw.tags?.[0] ?? 'other';
			const list = groups.get(tag) ?? [];
			list.push({
				id: raw.operationId ?? '',
				method,
				path,
				summary: raw.summary ?? '',
				description: raw.description ?? '',
				permission: raw['x-permission'] ?? '',
				parameters: (raw.parameters ?? []).map((one) => {
					const real = resolve(spec, one);
					return {
						name: real.name ?? '',
						in: real.in ?? '',
						required: real.required ?? false,
						type: typeOf(real.schema),
						description: real.description ?? real.schema?.description ?? '',
					};
				}),
				body: schemaOf(raw.requestBody && resolve(spec, raw.requestBody)),
				answers: Object.entries(raw.responses ?? {}).map(([status, media]) => {
					const real = resolve(spec, media);
					return { status, description: real.description ?? '', schema: schemaOf(real) };
				}),
			});
			groups.set(tag, list);
		}
	}
	return [...groups];
}
