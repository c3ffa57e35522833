// One member of an account beside the list: what he is, and what can be done.
import type { JSX } from 'preact';
import { Avatar, Bones, Copy, Facts, MailTo, Time } from '../kit/bits.tsx';
import { Button, LinkButton } from '../kit/button.tsx';
import { Icon } from '../kit/icon.tsx';
import { Menu } from '../kit/menu.tsx';
import { Failure } from '../kit/states.tsx';
import { get } from '../lib/api.ts';
import type { Member } from '../lib/api.types.ts';
import { t } from '../lib/i18n.ts';
import { useLoad } from '../lib/load.ts';
import { href } from '../lib/router.ts';
import { type Asked, mayDo, memberItems, resume } from './member-acts.tsx';
import { KindTag, LockedChip, MemberChip, rolesOf } from './member-words.tsx';
import { OriginTag } from './words.tsx';

interface Props {
	path: string;
	id: string;
	item: Member | undefined;
	first: boolean;
	last: boolean;
	onStep: (by: number) => void;
	onClose: () => void;
	onAsk: (asked: Asked) => void;
	onDone: () => void;
}

export function MemberPane(props: Props): JSX.Element {
	const { id, item, path } = props;
	const { data, problem, reload } = useLoad<Member>(item ? null : `member ${id}`, (stop) =>
		get(`${path}/${id}`, {}, stop),
	);
	const member = item ?? data;
	return (
		<section class="card pane inside" aria-label={t('user.pane')}>
			<header class="pane-head">
				<Button
					kind="ghost"
					icon="chevron-up"
					label={t('keys.previous')}
					onClick={() => props.onStep(-1)}
					disabled={props.first}
				/>
				<Button
					kind="ghost"
					icon="chevron-down"
					label={t('keys.next')}
					onClick={() => props.onStep(1)}
					disabled={props.last}
				/>
				<span class="push" />
				<Button kind="ghost" icon="x" label={t('keys.closePane')} onClick={props.onClose} />
			</header>
			<div class="pane-body" tabIndex={0}>
				{problem && !member && <Failure problem={problem} onRetry={reload} />}
				{!member && !problem && <Bones lines={6} />}
				{member && <Body member={member} {...props} />}
			</div>
			{member && <Foot member={member} {...props} />}
		</section>
	);
}

function Body({ member }: { member: Member }): JSX.Element {
	return (
		<>
			<div class="pane-top">
				<Avatar name={member.name} size={48} round />
				<div>
					<h2>{member.name}</h2>
					<span class="pane-sub">
						<MemberChip state={member.state} />
						<LockedChip locked={member.locked} />
						<KindTag kind={member.kind} />
						<OriginTag origin={member.origin} />
					</span>
				</div>
			</div>
			{member.origin === 'billing' && (
				<p class="lock">
					<Icon name="lock" size={12} /> {t('lock.member')}
				</p>
			)}
			<Facts
				empty={false}
				items={[
					[t('col.role'), rolesOf(member)],
					[t('user.label'), member.label],
					[t('user.mainUser'), member.parent_name],
					[t('col.login'), <Copy key="l" text={member.login} label={t('col.login')} mono={false} />],
					[t('col.email'), member.email && <MailTo to={member.email} />],
					[t('col.phone'), member.phone && <a href={`tel:${member.phone}`}>{member.phone}</a>],
					[t('user.twoStep'), t(member.two_step ? 'word.yes' : 'word.no')],
					[t('user.ends'), member.expires_at && <Time at={member.expires_at} full />],
					[t('col.lastLogin'), member.last_login_at ? <Time at={member.last_login_at} /> : t('user.never')],
					[t('col.created'), <Time key="c" at={member.created_at} />],
					[t('col.createdBy'), member.created_by],
				]}
			/>
		</>
	);
}

function Foot({ member, onAsk, onDone }: Props & { member: Member }): JSX.Element {
	return (
		<footer class="pane-foot">
			<LinkButton href={href(`people/${member.person_id}`)} icon="user">
				{t('user.card')}
			</LinkButton>
			{mayDo(member, 'roles') && (
				<Button icon="shield" onClick={() => onAsk({ act: 'roles', member })}>
					{t('user.rolesDots')}
				</Button>
			)}
			{mayDo(member, 'unlock') && (
				<Button icon="lock-open" onClick={() => onAsk({ act: 'unlock', member })}>
					{t('user.unlockDots')}
				</Button>
			)}
			{mayDo(member, 'resume') && (
				<Button icon="play" onClick={() => void resume(member, onDone)}>
					{t('act.enable')}
				</Button>
			)}
			<span class="push" />
			<Menu
				class="btn plain icon-only"
				align="end"
				label={t('list.actsOn', { name: member.name })}
				button={<Icon name="ellipsis" />}
				items={() => memberItems(member, onAsk, onDone)}
			/>
		</footer>
	);
}
