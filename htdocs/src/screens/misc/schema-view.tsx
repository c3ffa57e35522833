import type { JSX } from 'preact';
import { resolve, type Schema, type Spec, typeOf } from './openapi.ts';

/** The members of an object, one level at a time; deeper ones open on demand. */
export function SchemaView({
	schema,
	spec,
	depth = 0,
}: {
	schema: Schema;
	spec: Spec;
	depth?: number;
}): JSX.Element {
	const real = resolve(spec, schema);
	const inner = real.items ? resolve(spec, real.items) : real;
	const members = Object.entries(inner.properties ?? {});
	if (members.length === 0 || depth > 3) return <code>{typeOf(schema)}</code>;
	return (
		<table class="diff schema">
			<tbody>
				{members.map(([name, member]) => (
					<Member
						key={name}
						name={name}
						schema={member}
						spec={spec}
						depth={depth}
						required={inner.required?.includes(name) ?? false}
					/>
				))}
			</tbody>
		</table>
	);
}

function Member(props: {
	name: string;
	schema: Schema;
	spec: Spec;
	depth: number;
	required: boolean;
}): JSX.Element {
	const { name, schema, spec, depth } = props;
	const real = resolve(spec, schema);
	const inner = real.items ? resolve(spec, real.items) : real;
	return (
		<tr>
			<th scope="row">
				<code>{name}</code>
				{props.required && ' *'}
			</th>
			<td>
				{inner.properties ? (
					<details>
						<summary>{typeOf(schema)}</summary>
						<SchemaView schema={schema} spec={spec} depth={depth + 1} />
					</details>
				) : (
					<span>{typeOf(schema)}</span>
				)}
				{real.description && <span class="muted"> {real.description}</span>}
			</td>
		</tr>
	);
}
