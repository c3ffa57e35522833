// Short messages at the foot of the page, with an Undo where there is one.
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { asProblem } from '../lib/api.ts';
import { t } from '../lib/i18n.ts';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';
import { problemText, problemTitle } from './states.tsx';

export interface Toast {
	id: number;
	text: string;
	tone?: 'bad';
	act?: { label: string; run: () => void } | undefined;
	link?: { label: string; href: string; download?: string; blank?: boolean } | undefined;
	seconds: number;
}

const toasts = signal<Toast[]>([]);
let count = 0;

export function dismiss(id: number): void {
	toasts.value = toasts.peek().filter((one) => one.id !== id);
}

export function toast(text: string, more: Partial<Toast> = {}): number {
	const id = ++count;
	toasts.value = [...toasts.peek().slice(-2), { seconds: 8, ...more, id, text }];
	return id;
}

export function toastProblem(error: unknown): void {
	const problem = asProblem(error);
	const detail = problem.errors.length || problem.status >= 500 ? problemText(problem) : problem.detail;
	toast([problemTitle(problem), detail].filter(Boolean).join('. '), { tone: 'bad', seconds: 12 });
}

function One({ item }: { item: Toast }): JSX.Element {
	const held = useRef(false);
	useEffect(() => {
		let left = item.seconds * 4;
		const timer = setInterval(() => {
			if (!held.current && --left <= 0) dismiss(item.id);
		}, 250);
		return () => clearInterval(timer);
	}, [item]);
	const hold = (on: boolean) => () => {
		held.current = on;
	};
	return (
		<li
			class={`toast ${item.tone ?? ''}`}
			onMouseEnter={hold(true)}
			onMouseLeave={hold(false)}
			onFocusIn={hold(true)}
			onFocusOut={hold(false)}
		>
			<Icon name={item.tone === 'bad' ? 'circle-alert' : 'check'} />
			<span>{item.text}</span>
			{item.act && (
				<button
					type="button"
					class="toast-act"
					onClick={() => {
						dismiss(item.id);
						item.act?.run();
					}}
				>
					{item.act.label}
				</button>
			)}
			{item.link && (
				<a
					class="toast-act"
					href={item.link.href}
					download={item.link.download}
					{...(item.link.blank ? { target: '_blank', rel: 'noopener' } : {})}
				>
					{item.link.label}
				</a>
			)}
			<Button kind="ghost" icon="x" label={t('act.dismiss')} onClick={() => dismiss(item.id)} />
		</li>
	);
}

/** In the top layer, so that a modal does not hide it. */
export function Toasts(): JSX.Element {
	const ref = useRef<HTMLDivElement>(null);
	const list = toasts.value;
	useEffect(() => {
		const el = ref.current;
		if (!el) return;
		if (el.matches(':popover-open')) el.hidePopover();
		if (list.length) el.showPopover();
	}, [list]);
	return (
		<div ref={ref} class="toasts" popover="manual" role="status" aria-live="polite">
			<ul>
				{list.map((item) => (
					<One key={item.id} item={item} />
				))}
			</ul>
		</div>
	);
}
