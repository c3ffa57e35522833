// What a person did last.
import type { JSX } from 'preact';
import { Bones, Panel, Time } from '../../kit/bits.tsx';
import { get } from '../../lib/api.ts';
import type { Change, Page } from '../../lib/api.types.ts';
import { t } from '../../lib/i18n.ts';
import { useLoad } from '../../lib/load.ts';
import type { PersonCard } from '../../lib/people.types.ts';
import { href } from '../../lib/router.ts';
import { ActionIcon, ChangeWords } from '../../parts/change-line.tsx';

const SHOWN = 10;

export function PersonLog({ person }: { person: PersonCard }): JSX.Element {
	const { data, problem } = useLoad<Page<Change>>(
		`changes of ${person.id}`,
		(stop) => get('changes', { actor: person.id, limit: SHOWN }, stop),
		15_000,
	);
	return (
		<Panel
			title={t('people.log')}
			action={<a href={href('changes', { actor: person.id })}>{t('act.viewAll')}</a>}
		>
			{problem && <p class="muted">{problem.message}</p>}
			{!data && !problem && <Bones lines={4} />}
			{data?.items.length === 0 && <p class="muted">{t('people.noLog')}</p>}
			<ul class="recent">
				{data?.items.map((change) => (
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
