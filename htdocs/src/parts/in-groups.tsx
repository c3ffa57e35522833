// The groups an account is in, of those whom its reader may see.
import type { JSX } from 'preact';
import { Panel } from '../kit/bits.tsx';
import { Icon } from '../kit/icon.tsx';
import { Menu } from '../kit/menu.tsx';
import { toast, toastProblem } from '../kit/toast.tsx';
import { get, post } from '../lib/api.ts';
import type { Account, Group, Page } from '../lib/api.types.ts';
import { t } from '../lib/i18n.ts';
import { useLoad } from '../lib/load.ts';
import { href } from '../lib/router.ts';
import { can, session } from '../lib/session.ts';
import { useGroups } from './group-list.tsx';

const REFRESH = 15_000;
const AWAY = ['suspended', 'terminated', 'purged'];

export default function InGroups({ account }: { account: Account }): JSX.Element | null {
	const acting = session.value?.acting;
	const { data, problem, reload } = useLoad<Page<Group>>(
		`in groups ${account.id}`,
		(stop) => get(`accounts/${account.id}/in-groups`, {}, stop),
		REFRESH,
	);
	const may = can('group.assign') && acting !== undefined && acting.account_id !== account.id;
	const own = useGroups(may ? acting.account_id : null, 'account');
	const mine = data?.items ?? [];
	const others = (own.data?.items ?? []).filter((one) => !mine.some((other) => other.id === one.id));
	const put = async (group: Group, rest: '' | '/remove'): Promise<void> => {
		try {
			await post(`groups/${group.id}/members${rest}`, { member_ids: [account.id] });
			toast(t(rest ? 'group.taken' : 'group.put', { n: 1, name: group.name }));
		} catch (error) {
			toastProblem(error);
		}
		reload();
	};
	return (
		<Panel
			title={t('nav.groups')}
			action={
				may &&
				others.length > 0 && (
					<Menu
						class="btn small"
						align="end"
						button={
							<>
								<Icon name="plus" /> {t('group.putInto')}
							</>
						}
						items={() => others.map((one) => ({ label: one.name, run: () => void put(one, '') }))}
					/>
				)
			}
		>
			{problem && !data && <p class="muted">{problem.message}</p>}
			{data && mine.length === 0 && <p class="muted">{t('group.inNone')}</p>}
			{AWAY.includes(account.state) && mine.length > 0 && <p class="muted">{t('group.awayNow')}</p>}
			<ul class="chips-row">
				{mine.map((group) => (
					<li key={group.id} class="tag">
						<a class="quiet-link" href={href(`groups/${group.id}`)}>
							{group.name}
						</a>
						{may && (
							<button
								type="button"
								class="filter-clear"
								aria-label={t('group.takeFrom', { name: group.name })}
								onClick={() => void put(group, '/remove')}
							>
								<Icon name="x" size={12} />
							</button>
						)}
					</li>
				))}
			</ul>
		</Panel>
	);
}
