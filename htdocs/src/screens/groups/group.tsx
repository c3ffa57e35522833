// One group: what it is called, who is in it, and what is done with it.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Bones, Copy } from '../../kit/bits.tsx';
import { Button, LinkButton } from '../../kit/button.tsx';
import { Icon } from '../../kit/icon.tsx';
import { Empty, Failure } from '../../kit/states.tsx';
import { get } from '../../lib/api.ts';
import type { Group } from '../../lib/api.types.ts';
import { day } from '../../lib/format.ts';
import { t } from '../../lib/i18n.ts';
import { useLoad } from '../../lib/load.ts';
import { go, href } from '../../lib/router.ts';
import { can } from '../../lib/session.ts';
import { useTitle } from '../../lib/title.ts';
import { GroupDialog, RemoveGroup } from '../../parts/group-dialog.tsx';
import { GroupMembers } from '../../parts/group-members.tsx';

const REFRESH = 15_000;

export function GroupPage({ id }: { id: string }): JSX.Element {
	const { data, problem, reload } = useLoad<Group>(
		`group ${id}`,
		(stop) => get(`groups/${id}`, {}, stop),
		REFRESH,
	);
	useTitle(data?.name ?? t('nav.groups'));
	if (problem && !data)
		return (
			<section class="card">
				<h1 class="sr-only">{t('nav.groups')}</h1>
				{problem.status === 404 ? (
					<Empty icon="circle-help" title={t('group.notFound')} text={t('notFound.text')}>
						<LinkButton href={href('groups')}>{t('nav.groups')}</LinkButton>
					</Empty>
				) : (
					<Failure problem={problem} onRetry={reload} />
				)}
			</section>
		);
	return (
		<section class="card" aria-label={data?.name ?? t('nav.groups')} aria-busy={!data}>
			<div class="page scroll tab profile stack">
				{data ? (
					<>
						<Head group={data} reload={reload} />
						<GroupMembers group={data} reload={reload} />
					</>
				) : (
					<Bones lines={8} />
				)}
			</div>
		</section>
	);
}

/** Where the groups of this kind are listed. */
function listOf(group: Group): string {
	return group.kind === 'account' ? href('groups') : href(`accounts/${group.account_id}/groups`);
}

function Head({ group, reload }: { group: Group; reload: () => void }): JSX.Element {
	const [open, setOpen] = useState<'edit' | 'remove' | null>(null);
	return (
		<div>
			<nav class="crumbs" aria-label={t('card.path')}>
				<ol>
					<li>
						<a href={listOf(group)}>{t('nav.groups')}</a>
					</li>
					<li>
						<Icon name="chevron-right" size={14} />
						<span aria-current="page">{group.name}</span>
					</li>
				</ol>
			</nav>
			<header class="tab-head">
				<div>
					<h1>{group.name}</h1>
					<p class="muted">{group.description ?? t('group.of', { name: group.account_name })}</p>
					<p class="box-text">
						<Copy text={group.id} label="ID" />
						<span>
							{day(group.created_at)} · {group.created_by}
						</span>
					</p>
				</div>
				<span class="me-acts">
					{group.kind === 'account' && can('account.list') && (
						<LinkButton icon="list-checks" href={href('customers', { group: group.id })}>
							{t('group.show')}
						</LinkButton>
					)}
					{can('group.edit') && (
						<Button icon="pencil" onClick={() => setOpen('edit')}>
							{t('act.edit')}
						</Button>
					)}
					{can('group.remove') && (
						<Button kind="ghost" icon="trash-2" class="danger-text" onClick={() => setOpen('remove')}>
							{t('act.deleteDots')}
						</Button>
					)}
				</span>
			</header>
			{open === 'edit' && (
				<GroupDialog
					accountId={group.account_id}
					kind={group.kind}
					group={group}
					onClose={(saved) => {
						setOpen(null);
						if (saved) reload();
					}}
				/>
			)}
			{open === 'remove' && (
				<RemoveGroup
					group={group}
					onClose={(done) => {
						setOpen(null);
						if (done) go(listOf(group), true);
					}}
				/>
			)}
		</div>
	);
}
