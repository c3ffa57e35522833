// Groups: those of the account one acts for, or one of them.
import type { JSX } from 'preact';
import { t } from '../../lib/i18n.ts';
import { session } from '../../lib/session.ts';
import { useTitle } from '../../lib/title.ts';
import { GroupList } from '../../parts/group-list.tsx';
import { GroupPage } from './group.tsx';

export default function Groups({ rest }: { rest: string[] }): JSX.Element {
	const [id] = rest;
	return id ? <GroupPage key={id} id={id} /> : <Own />;
}

function Own(): JSX.Element {
	useTitle(t('nav.groups'));
	const acting = session.value?.acting;
	return (
		<section class="card" aria-label={t('nav.groups')}>
			<div class="page scroll tab profile">
				{acting && (
					<GroupList
						key={acting.account_id}
						account={{ id: acting.account_id, name: acting.account_name }}
						kind="account"
						heading="h1"
						title={t('nav.groups')}
					/>
				)}
			</div>
		</section>
	);
}
