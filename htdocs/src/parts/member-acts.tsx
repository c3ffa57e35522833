// What can be done to a member of an account, wherever he is shown, and the
// dialogues of it.
import type { JSX } from 'preact';
import type { Key } from '../gen/keys.ts';
import type { Tone } from '../kit/bits.tsx';
import type { IconName } from '../kit/icon.tsx';
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
	| 'unlock'
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
		item('unlock', t('user.unlockDots'), 'lock-open'),
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

type Told = Exclude<MemberAct, 'edit' | 'roles' | 'sessions' | 'why'>;
interface Words {
	icon: IconName;
	tone: Tone;
	title: Key;
	text: Key;
	verb: Key;
	done: Key;
	reason?: 'needed';
}

/** Those that say what follows, some of which ask for a reason. */
const TOLD: Record<Told, Words> = {
	suspend: {
		icon: 'pause',
		tone: 'warn',
		title: 'suspend.title',
		text: 'user.suspendText',
		verb: 'act.suspend',
		done: 'toast.suspended',
		reason: 'needed',
	},
	'reset-password': {
		icon: 'mail',
		tone: 'info',
		title: 'user.resetTitle',
		text: 'user.resetText',
		verb: 'user.resetDo',
		done: 'user.resetDone',
	},
	unlock: {
		icon: 'lock-open',
		tone: 'info',
		title: 'user.unlockTitle',
		text: 'user.unlockText',
		verb: 'user.unlockDo',
		done: 'user.unlockDone',
	},
	'reset-two-step': {
		icon: 'lock',
		tone: 'warn',
		title: 'user.resetTwoTitle',
		text: 'user.resetTwoText',
		verb: 'user.resetTwoDo',
		done: 'user.resetTwoDone',
		reason: 'needed',
	},
	owner: {
		icon: 'badge-check',
		tone: 'warn',
		title: 'user.ownerTitle',
		text: 'user.ownerText',
		verb: 'user.ownerDo',
		done: 'user.ownerDone',
	},
	remove: {
		icon: 'trash-2',
		tone: 'bad',
		title: 'user.removeTitle',
		text: 'user.removeText',
		verb: 'user.removeDo',
		done: 'toast.deleted',
	},
};

async function send(member: Member, act: Told, reason_text: string): Promise<void> {
	if (act === 'remove') return remove(pathOf(member), member.ver);
	const ask = () => post<unknown>(`${pathOf(member)}/${act}`, TOLD[act].reason ? { reason_text } : {});
	await (act === 'reset-two-step' ? withProof(ask) : ask());
}

function Plain(props: { act: Told; member: Member; onClose: (done: boolean) => void }): JSX.Element {
	const { act, member, onClose } = props;
	const { icon, tone, title, text, verb, done, reason } = TOLD[act];
	const { name } = member;
	return (
		<ActDialog
			title={t(title, { name })}
			icon={icon}
			tone={tone}
			verb={t(verb)}
			{...(reason ? { reason } : {})}
			{...(act === 'remove' ? { typed: name } : {})}
			onClose={onClose}
			run={async (why) => {
				await send(member, act, why);
				toast(t(done, { name }));
			}}
		>
			<p>{t(text, { account: member.account_name, email: member.email ?? member.login })}</p>
		</ActDialog>
	);
}
