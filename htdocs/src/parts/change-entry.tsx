import type { JSX } from 'preact';
import { Chip, Copy } from '../kit/bits.tsx';
import { Icon } from '../kit/icon.tsx';
import type { Change } from '../lib/api.types.ts';
import { clock, exact } from '../lib/format.ts';
import { t, tWord } from '../lib/i18n.ts';
import { zone } from '../lib/log-zone.ts';
import { href, withQuery } from '../lib/router.ts';
import { can } from '../lib/session.ts';
import { ActionIcon, ChangeWords } from './change-line.tsx';
import { changedFields, Diff, fieldName } from './diff.tsx';

export function ChangeEntry(props: {
	change: Change;
	open: boolean;
	onToggle: () => void;
	showAccount: boolean;
}): JSX.Element {
	const { change, open } = props;
	const fields = changedFields(change.before, change.after);
	const other = props.showAccount && change.account_label !== change.target_label;
	const summary = fields.slice(0, 3).map(fieldName).join(', ') + (fields.length > 3 ? '…' : '');
	return (
		<li class={`entry${open ? ' open' : ''}`}>
			<button type="button" class="entry-line" aria-expanded={open} onClick={props.onToggle}>
				<time dateTime={change.at} title={exact(change.at, zone())}>
					{clock(change.at, zone())}
				</time>
				<ActionIcon action={change.action} />
				<span class="entry-words">
					<ChangeWords change={change} />
					{change.result !== 'success' && (
						<>
							{' '}
							<Chip tone="bad">{tWord('result', change.result)}</Chip>
						</>
					)}
					{other && <small>{change.account_label}</small>}
				</span>
				<span class="entry-fields">{summary}</span>
				<Icon name={open ? 'chevron-down' : 'chevron-right'} size={14} />
			</button>
			{open && <EntryMore change={change} />}
		</li>
	);
}

function EntryMore({ change }: { change: Change }): JSX.Element {
	return (
		<div class="entry-more">
			{can('audit.view_before_after') ? (
				<Diff before={change.before} after={change.after} />
			) : (
				<p class="muted">{t('log.hidden')}</p>
			)}
			{change.reason && (
				<p class="entry-reason">
					<Icon name="message-square" size={14} /> {change.reason}
				</p>
			)}
			<dl class="meta">
				<Meta label={t('log.when')}>{exact(change.at, zone())}</Meta>
				<Meta label={t('log.account')}>
					<a href={href(`accounts/${change.account_id}/overview`)}>{change.account_label}</a>
				</Meta>
				{change.failure && <Meta label={t('log.failure')}>{tWord('failure', change.failure)}</Meta>}
				{change.ip && (
					<Meta label={t('log.from')}>
						<a
							class="mono"
							title={[t('log.ipAll'), change.user_agent].filter(Boolean).join('\n')}
							href={withQuery({ ip: change.ip, open: null })}
						>
							{change.ip}
						</a>
					</Meta>
				)}
				<Meta label={t('log.correlation')}>
					<span class="together">
						<Copy text={change.correlation_id} label={t('log.correlation')} />
						<a href={withQuery({ correlation: change.correlation_id, open: null })}>{t('log.together')}</a>
					</span>
				</Meta>
				<Meta label={t('log.action')}>
					<span class="mono">{change.action}</span>
				</Meta>
			</dl>
		</div>
	);
}

function Meta({ label, children }: { label: string; children: JSX.Element | string }): JSX.Element {
	return (
		<div>
			<dt>{label}</dt>
			<dd>{children}</dd>
		</div>
	);
}
