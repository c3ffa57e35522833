// Small things: avatar, chip, time, copy, card, facts, progress, skeleton.
import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { exact, hue, initials, relative } from '../lib/format.ts';
import { t } from '../lib/i18n.ts';
import { Icon, type IconName } from './icon.tsx';

export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'idle';

export function Avatar({
	name,
	size = 28,
	round,
}: {
	name: string;
	size?: number;
	round?: boolean;
}): JSX.Element {
	return (
		<span
			class={`avatar${round ? ' round' : ''}`}
			style={{ '--av-h': String(hue(name)), '--av-size': `${size}px` }}
			aria-hidden="true"
		>
			{initials(name)}
		</span>
	);
}

/** Only exceptions are loud: a quiet chip is a dot and plain text. */
export function Chip(props: {
	tone: Tone;
	children: ComponentChildren;
	quiet?: boolean;
	title?: string;
}): JSX.Element {
	return (
		<span class={`chip ${props.tone}${props.quiet ? ' quiet' : ''}`} title={props.title}>
			<span class="dot" />
			{props.children}
		</span>
	);
}

export function Tag(props: { children: ComponentChildren; icon?: IconName; title?: string }): JSX.Element {
	return (
		<span class="tag" title={props.title}>
			{props.icon && <Icon name={props.icon} size={12} />}
			{props.children}
		</span>
	);
}

export function Time({ at, full }: { at: string | null | undefined; full?: boolean }): JSX.Element | null {
	if (!at) return null;
	return (
		<time dateTime={at} title={exact(at)}>
			{full ? exact(at) : relative(at)}
		</time>
	);
}

/** An address that breaks, if it must, before its host. */
export function MailTo({ to }: { to: string }): JSX.Element {
	const at = to.lastIndexOf('@');
	return (
		<a href={`mailto:${to}`}>
			{to.slice(0, at)}
			<wbr />
			{to.slice(at)}
		</a>
	);
}

export function Copy({
	text,
	label,
	mono = true,
}: {
	text: string;
	label: string;
	mono?: boolean;
}): JSX.Element {
	const [done, setDone] = useState(false);
	const copy = async (event: MouseEvent): Promise<void> => {
		event.stopPropagation();
		await navigator.clipboard?.writeText(text);
		setDone(true);
		setTimeout(() => setDone(false), 1500);
	};
	return (
		<span class={`copy${mono ? ' mono' : ''}`}>
			<span class="copy-text">{text}</span>
			<button type="button" class="copy-btn" onClick={copy} aria-label={t('copy.label', { what: label })}>
				<Icon name={done ? 'check' : 'copy'} size={14} />
			</button>
			<span class="sr-only" role="status">
				{done ? t('copy.done') : ''}
			</span>
		</span>
	);
}

export function Panel(props: {
	title?: ComponentChildren;
	action?: ComponentChildren;
	children: ComponentChildren;
	flush?: boolean;
	class?: string;
	id?: string;
}): JSX.Element {
	return (
		<section
			class={`panel${props.flush ? ' flush' : ''}${props.class ? ` ${props.class}` : ''}`}
			id={props.id}
		>
			{(props.title || props.action) && (
				<header class="panel-head">
					<h2>{props.title}</h2>
					{props.action}
				</header>
			)}
			{props.children}
		</section>
	);
}

export type Fact = [label: string, value: ComponentChildren];

function isNothing(value: ComponentChildren): boolean {
	return value === null || value === '' || value === undefined || value === false;
}

export function Facts({ items, empty = true }: { items: Fact[]; empty?: boolean }): JSX.Element {
	const shown = empty ? items : items.filter(([, value]) => !isNothing(value));
	return (
		<dl class="facts">
			{shown.map(([label, value]) => (
				<div key={label}>
					<dt>{label}</dt>
					<dd>{isNothing(value) ? <span class="none">–</span> : value}</dd>
				</div>
			))}
		</dl>
	);
}

export function Progress({
	done,
	total,
	label,
}: {
	done: number;
	total: number | null;
	label: string;
}): JSX.Element {
	const known = total !== null && total > 0;
	return (
		<progress
			class="progress"
			aria-label={label}
			max={known ? total : undefined}
			value={known ? Math.min(done, total) : undefined}
		/>
	);
}

export function Bones({ lines = 3, class: name = '' }: { lines?: number; class?: string }): JSX.Element {
	return (
		<div class={`bones ${name}`} aria-hidden="true">
			{Array.from({ length: lines }, (_, at) => (
				<span key={at} class={`bone w${(at * 7) % 4}`} />
			))}
		</div>
	);
}

export function Banner(props: {
	tone: Tone;
	icon: IconName;
	children: ComponentChildren;
	action?: ComponentChildren;
	role?: 'alert' | 'status';
}): JSX.Element {
	return (
		<div class={`banner ${props.tone}`} role={props.role}>
			<Icon name={props.icon} />
			<div class="banner-text">{props.children}</div>
			{props.action}
		</div>
	);
}
