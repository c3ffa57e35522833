// What stands where data would stand: nothing yet, nothing found, or an error.
import type { ComponentChildren, JSX } from 'preact';
import type { Problem } from '../lib/api.ts';
import { has, t, tWord } from '../lib/i18n.ts';
import { href } from '../lib/router.ts';
import { Copy } from './bits.tsx';
import { Button } from './button.tsx';
import { Icon, type IconName } from './icon.tsx';

export function Empty(props: {
	icon: IconName;
	title: string;
	text?: string;
	children?: ComponentChildren;
}): JSX.Element {
	return (
		<div class="empty">
			<span class="empty-icon">
				<Icon name={props.icon} size={20} />
			</span>
			<p class="empty-title">{props.title}</p>
			{props.text && <p class="empty-text">{props.text}</p>}
			{props.children && <div class="empty-acts">{props.children}</div>}
		</div>
	);
}

/** The words for a problem: ours when we know the code, else the server's. */
export function problemTitle(problem: Problem): string {
	return tWord('problem', `${problem.code}.title`, problem.message);
}
export function problemText(problem: Problem): string {
	if (has(`problem.${problem.code}.text`)) return tWord('problem', `${problem.code}.text`);
	return problem.detail;
}

export function Failure({
	problem,
	onRetry,
}: {
	problem: Problem;
	onRetry?: (() => void) | undefined;
}): JSX.Element {
	return (
		<div class="empty failure" role="alert">
			<span class="empty-icon bad">
				<Icon name="circle-alert" size={20} />
			</span>
			<p class="empty-title">{problemTitle(problem)}</p>
			<p class="empty-text">
				{problemText(problem)} <a href={href(`problems/${problem.code}`)}>{t('problem.more')}</a>
			</p>
			{problem.requestId && (
				<p class="empty-text">
					{t('problem.request')} <Copy text={problem.requestId} label={t('problem.request')} />
				</p>
			)}
			{onRetry && (
				<div class="empty-acts">
					<Button icon="refresh-cw" onClick={onRetry}>
						{t('act.retry')}
					</Button>
				</div>
			)}
		</div>
	);
}
