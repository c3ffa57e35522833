// One entry of the change log in words.
import type { ComponentChildren, JSX } from 'preact';
import { Avatar, Tag, Time, type Tone } from '../kit/bits.tsx';
import { Icon, type IconName } from '../kit/icon.tsx';
import { get } from '../lib/api.ts';
import type { Change, Page } from '../lib/api.types.ts';
import { has, parts, t, tWord } from '../lib/i18n.ts';
import { useLoad } from '../lib/load.ts';
import { href } from '../lib/router.ts';

/** "Ann suspended Falcon Motors", with the names made bold. */
export function ChangeWords({ change }: { change: Change }): JSX.Element {
	const actor: ComponentChildren = <ActorName key="a" change={change} />;
	const target: ComponentChildren = <b key="t">{change.target_label}</b>;
	const made = parts<ComponentChildren>(`log.${change.action}`, { actor, target });
	return (
		<>
			{made ?? (
				<>
					{actor} {tWord('action', change.action)} {target}
				</>
			)}
		</>
	);
}

function ActorName({ change }: { change: Change }): JSX.Element {
	const kind = change.actor_kind;
	return (
		<>
			<b>{change.impersonator_label ?? change.actor_label}</b>
			{change.impersonator_label && (
				<>
					{' '}
					<Tag>{t('log.as', { name: change.actor_label })}</Tag>
				</>
			)}
			{kind !== 'person' && (
				<>
					{' '}
					<Tag>{tWord('actorKind', kind)}</Tag>
				</>
			)}
		</>
	);
}

const LOOKS: [RegExp, IconName, Tone][] = [
	[/terminate|purge|remove|delete/, 'trash-2', 'bad'],
	[/release|enable|resume|restore/, 'play', 'good'],
	[/hold|suspend/, 'pause', 'warn'],
	[/sign|session|password|login/, 'lock', 'info'],
	[/export/, 'download', 'idle'],
	[/billing/, 'receipt', 'info'],
	[/site|location/, 'map-pin', 'info'],
	[/camera|device/, 'camera', 'info'],
	[/contact/, 'phone', 'info'],
	[/create|add/, 'plus', 'good'],
];

export function changeLook(action: string): { icon: IconName; tone: Tone } {
	const hit = LOOKS.find(([pattern]) => pattern.test(action));
	return hit ? { icon: hit[1], tone: hit[2] } : { icon: 'pencil', tone: 'info' };
}

export function ActionIcon({ action }: { action: string }): JSX.Element {
	const { icon, tone } = changeLook(action);
	return (
		<span class={`act-icon ${tone}`}>
			<Icon name={icon} size={14} />
		</span>
	);
}

export function RecentChanges({ id, count }: { id: string; count: number }): JSX.Element {
	const { data, problem } = useLoad<Page<Change>>(
		`recent ${id}`,
		(signal) => get(`accounts/${id}/changes`, { limit: 10 }, signal),
		10_000,
	);
	if (problem) return <p class="muted">{problem.message}</p>;
	// The words of what was done come late, and the list does not wait for them.
	if (!data || !has('log.none')) return <RecentBones count={count} />;
	if (data.items.length === 0) return <p class="muted">{t('log.none')}</p>;
	return (
		<ul class="recent" style={{ '--n': String(count) }}>
			{data.items.slice(0, count).map((change) => (
				<li key={change.id}>
					<Avatar name={change.actor_label} size={22} round />
					<a class="recent-text" href={href(`accounts/${id}/changes`, { open: change.id })}>
						<ChangeWords change={change} />
					</a>
					<Time at={change.at} />
				</li>
			))}
		</ul>
	);
}

function RecentBones({ count }: { count: number }): JSX.Element {
	return (
		<ul class="recent" aria-hidden="true" style={{ '--n': String(count) }}>
			{Array.from({ length: count }, (_, at) => (
				<li key={at}>
					<span class={`bone w${at % 4}`} />
				</li>
			))}
		</ul>
	);
}
