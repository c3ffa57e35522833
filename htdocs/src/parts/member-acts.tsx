// What can be done to a member of an account, wherever he is shown, and the
// dialogues of it.
import type { JSX } from 'preact';
import type { Item } from '../kit/menu.tsx';
import { toast, toastProblem } from '../kit/toast.tsx';
import { post, remove } from '../lib/api.ts';
import type { Member } from '../lib/api.types.ts';
import { t } from '../lib/i18n.ts';
import { href } from '../lib/router.ts';
import { can, session } from '../lib/session.ts';
import { ActDialog } from './act-dialog.tsx';
import { MemberEdit } from './member-edit.tsx';
import { MemberRoles } from './member-roles.tsx';
import { MemberSessions } from './member-sessions.tsx';
import { withProof } from './proof.tsx';
import { askVisit, mayVisit } from './visit.tsx';
import { WhyDialog } from './why-dialog.tsx';

export type MemberAct =
	| 'edit'
	| 'roles'
	| 'sessions'
	| 'why'
	| 'suspend'
	| 'reset-password'
	| 'reset-two-step'
	| 'owner'
	| 'remove';
export interface Asked {
	act: MemberAct;
	member: Member;
}

export function pathOf(member: Member): string {
	return `accounts/${member.account_id}/members/${member.id}`;
}

export function isMe(member: Member): boolean {
	return member.person_id === session.value?.person.id;
}

/** What the server calls what may be done to him. */
const WORDS: Partial<Record<MemberAct | 'resume', string>> = {
	sessions: 'view_sessions',
	'reset-password': 'reset_password',
	'reset-two-step': 'reset_two_step',
	owner: 'set_owner',
};

/** The server says of each member what may be done to him. */
export function mayDo(member: Member, act: MemberAct | 'resume'): boolean {
	if (act === 'why') return can('member.view') && can('role.list') && member.state !== 'removed';
	if (act === 'edit' && member.allowed.includes('expiry')) return true;
	return member.allowed.includes(WORDS[act] ?? act);
}

export async function resume(member: Member, done: () => void): Promise<void> {
	try {
		await post(`${pathOf(member)}/resume`, {});
		toast(t('toast.enabled', { name: member.name }));
	} catch (error) {
		toastProblem(error);
	}
	done();
}

function visit({ account_id, account_name, id, name }: Member): void {
	askVisit({ id: account_id, name: account_name }, { id, name });
}

export function memberItems(member: Member, ask: (asked: Asked) => void, done: () => void): Item[] {
	const item = (act: MemberAct, label: string, icon: Item['icon'], more: Partial<Item> = {}): Item | null =>
		mayDo(member, act) ? { label, icon, run: () => ask({ act, member }), ...more } : null;
	const items: (Item | null)[] = [
		{ label: t('user.card'), icon: 'user', href: href(`people/${member.person_id}`) },
		can('member.view')
			? {
					label: t('tab.access'),
					icon: 'sliders-horizontal',
					href: href(`accounts/${member.account_id}/access`, { member: member.id }),
				}
			: null,
		item('edit', t('user.editDots'), 'pencil', { group: true }),
		item('roles', t('user.rolesDots'), 'shield'),
		item('why', t('why.dots'), 'circle-help'),
		item('sessions', t('user.sessionsDots'), 'monitor'),
		member.state === 'active' && mayVisit({ id: member.account_id })
			? { label: t('act.loginAsDots'), icon: 'eye', run: () => visit(member) }
			: null,
		item('reset-password', t('user.resetDots'), 'mail', { group: true }),
		item('reset-two-step', t('user.resetTwoDots'), 'lock'),
		item('owner', t('user.ownerDots'), 'badge-check'),
		item('suspend', t('act.suspendDots'), 'pause', { group: true }),
		mayDo(member, 'resume')
			? { label: t('act.enable'), icon: 'play', run: () => void resume(member, done) }
			: null,
		item('remove', t('user.removeDots'), 'trash-2', { danger: true, group: true }),
	];
	return items.filter((one) => one !== null);
}

export function MemberDialog(props: { asked: Asked; onClose: (done: boolean) => void }): JSX.Element {
	const { member, act } = props.asked;
	const { onClose } = props;
	if (act === 'edit') return <MemberEdit member={member} onClose={onClose} />;
	if (act === 'roles') return <MemberRoles member={member} onClose={onClose} />;
	if (act === 'sessions') return <MemberSessions member={member} onClose={onClose} />;
	if (act === 'why') return <WhyDialog member={member} onClose={() => onClose(false)} />;
	return <Plain act={act} member={member} onClose={onClose} />;
}

/** Those that say what follows and ask for a reason. */
function Plain(props: {
	act: 'suspend' | 'reset-password' | 'reset-two-step' | 'owner' | 'remove';
	member: Member;
	onClose: (done: boolean) => void;
}): JSX.Element {
	const { act, member, onClose } = props;
	const { name } = member;
	const path = pathOf(member);
	const send = async (body: object): Promise<void> => {
		await post(`${path}/${act}`, body);
	};
	if (act === 'suspend')
		return (
			<ActDialog
				title={t('suspend.title', { name })}
				icon="pause"
				tone="warn"
				verb={t('act.suspend')}
				reason="needed"
				onClose={onClose}
				run={async (reason_text) => {
					await send({ reason_text });
					toast(t('toast.suspended', { name }));
				}}
			>
				<p>{t('user.suspendText')}</p>
			</ActDialog>
		);
	if (act === 'reset-password')
		return (
			<ActDialog
				title={t('user.resetTitle', { name })}
				icon="mail"
				verb={t('user.resetDo')}
				onClose={onClose}
				run={async () => {
					await send({});
					toast(t('user.resetDone', { name }));
				}}
			>
				<p>{t('user.resetText', { email: member.email ?? member.login })}</p>
			</ActDialog>
		);
	if (act === 'reset-two-step')
		return (
			<ActDialog
				title={t('user.resetTwoTitle', { name })}
				icon="lock"
				tone="warn"
				verb={t('user.resetTwoDo')}
				reason="needed"
				onClose={onClose}
				run={async (reason_text) => {
					await withProof(() => send({ reason_text }));
					toast(t('user.resetTwoDone', { name }));
				}}
			>
				<p>{t('user.resetTwoText')}</p>
			</ActDialog>
		);
	if (act === 'owner')
		return (
			<ActDialog
				title={t('user.ownerTitle', { name })}
				icon="badge-check"
				tone="warn"
				verb={t('user.ownerDo')}
				onClose={onClose}
				run={async () => {
					await send({});
					toast(t('user.ownerDone', { name }));
				}}
			>
				<p>{t('user.ownerText', { account: member.account_name })}</p>
			</ActDialog>
		);
	return (
		<ActDialog
			title={t('user.removeTitle', { name })}
			icon="trash-2"
			tone="bad"
			verb={t('user.removeDo')}
			typed={name}
			onClose={onClose}
			run={async () => {
				await remove(path, member.ver);
				toast(t('toast.deleted', { name }));
			}}
		>
			<p>{t('user.removeText', { account: member.account_name })}</p>
		</ActDialog>
	);
}
