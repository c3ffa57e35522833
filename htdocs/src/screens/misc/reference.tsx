// The API reference: the OpenAPI document as a page one can read and search.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Bones } from '../../kit/bits.tsx';
import { Icon } from '../../kit/icon.tsx';
import { Failure } from '../../kit/states.tsx';
import { base, get } from '../../lib/api.ts';
import { t } from '../../lib/i18n.ts';
import { useLoad } from '../../lib/load.ts';
import { useTitle } from '../../lib/title.ts';
import { type Operation, operationsOf, type Spec } from './openapi.ts';
import { SchemaView } from './schema-view.tsx';

export default function Reference(): JSX.Element {
	useTitle(t('reference.title'));
	const { data, problem, reload } = useLoad<Spec>('openapi', (signal) => get('openapi.json', {}, signal));
	const [words, setWords] = useState('');
	const low = words.trim().toLowerCase();
	const groups = data ? operationsOf(data) : [];
	return (
		<section class="card" aria-label={t('reference.title')}>
			<div class="page scroll">
				<header class="tab-head">
					<div>
						<h1>{t('reference.title')}</h1>
						<p class="muted">
							{data?.info.title} {data?.info.version} ·{' '}
							<a href={`${base}api/v1/openapi.json`}>openapi.json</a>
						</p>
					</div>
					<div class="search">
						<Icon name="search" />
						<input
							type="search"
							aria-label={t('reference.search')}
							placeholder={t('reference.search')}
							value={words}
							onInput={(event) => setWords(event.currentTarget.value)}
						/>
					</div>
				</header>
				{problem && <Failure problem={problem} onRetry={reload} />}
				{!data && !problem && <Bones lines={10} />}
				{groups.map(([tag, list]) => {
					const hits = list.filter((one) =>
						`${one.method} ${one.path} ${one.summary} ${one.id}`.toLowerCase().includes(low),
					);
					return (
						hits.length > 0 && (
							<section key={tag} class="ref-group">
								<h2>{tag}</h2>
								{hits.map((one) => (
									<OperationView key={one.id + one.path} operation={one} spec={data as Spec} />
								))}
							</section>
						)
					);
				})}
			</div>
		</section>
	);
}

function OperationView({ operation, spec }: { operation: Operation; spec: Spec }): JSX.Element {
	const [open, setOpen] = useState(false);
	return (
		<details class="ref" onToggle={(event) => setOpen(event.currentTarget.open)}>
			<summary>
				<span class={`verb ${operation.method}`}>{operation.method.toUpperCase()}</span>
				<code class="ref-path">{operation.path}</code>
				<span class="ref-summary">{operation.summary}</span>
			</summary>
			{open && (
				<div class="ref-body">
					{operation.description && <p>{operation.description}</p>}
					<p class="muted">
						operationId <code>{operation.id}</code>
						{operation.permission && (
							<>
								{' · '}
								{t('reference.permission')} <code>{operation.permission}</code>
							</>
						)}
					</p>
					{operation.parameters.length > 0 && (
						<table class="diff">
							<thead>
								<tr>
									<th scope="col">{t('reference.parameter')}</th>
									<th scope="col">{t('reference.in')}</th>
									<th scope="col">{t('reference.type')}</th>
								</tr>
							</thead>
							<tbody>
								{operation.parameters.map((one) => (
									<tr key={one.in + one.name}>
										<th scope="row">
											<code>{one.name}</code>
											{one.required && ' *'}
										</th>
										<td>{one.in}</td>
										<td>
											{one.type} {one.description && <span class="muted">{one.description}</span>}
										</td>
									</tr>
								))}
							</tbody>
						</table>
					)}
					{operation.body && (
						<>
							<h3>{t('reference.body')}</h3>
							<SchemaView schema={operation.body} spec={spec} />
						</>
					)}
					<h3>{t('reference.answers')}</h3>
					{operation.answers.map((one) => (
						<div key={one.status} class="ref-answer">
							<span>
								<code>{one.status}</code> {one.description}
							</span>
							{one.schema && one.status.startsWith('2') && <SchemaView schema={one.schema} spec={spec} />}
						</div>
					))}
				</div>
			)}
		</details>
	);
}
