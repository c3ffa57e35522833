// What a person did last.
import type { JSX } from 'preact';
import { Panel, Time } from '../../kit/bits.tsx';
import { get } from '../../lib/api.ts';
import type { Change, Page, PersonCard } from '../../lib/api.types.ts';
import { t } from '../../lib/i18n.ts';
import { useLoad } from '../../lib/load.ts';
import { href } from '../../lib/router.ts';
import { ActionIcon, ChangeWords } from '../../parts/change-line.tsx';

const SHOWN = 6;

export function PersonLog({ person }: { person: PersonCard }): JSX.Element {
	const { data, problem } = useLoad<Page<Change>>(
		`changes of ${person.id}`,
		(stop) => get('changes', { actor: person.id, limit: 10 }, stop),
		15_000,
	);
	return (
		<Panel
			title={t('people.log')}
			action={<a href={href('changes', { actor: person.id })}>{t('act.viewAll')}</a>}
		>
			{problem && <p class="muted">{problem.message}</p>}
			<ul class="recent" style={{ '--n': data?.items.length === 0 ? '1' : String(SHOWN) }}>
				{data?.items.length === 0 && <li class="muted">{t('people.noLog')}</li>}
				{!data &&
					!problem &&
					[0, 1, 2].map((at) => (
						<li key={at}>
							<span class={`bone w${at}`} />
						</li>
					))}
				{data?.items.slice(0, SHOWN).map((change) => (
					<li key={change.id}>
						<ActionIcon action={change.action} />
						<a class="recent-text" href={href('changes', { actor: person.id, open: change.id })}>
							<ChangeWords change={change} />
						</a>
						<Time at={change.at} />
					</li>
				))}
			</ul>
		</Panel>
	);
}
