// What narrows the change log, and whose clock it is read by.
import type { JSX } from 'preact';
import { Filter, Options } from '../kit/filter.tsx';
import { Icon } from '../kit/icon.tsx';
import { Switch } from '../kit/switch.tsx';
import type { Change } from '../lib/api.types.ts';
import { errorText } from '../lib/form.ts';
import { t, tWord } from '../lib/i18n.ts';
import { inUtc, setUtc } from '../lib/log-zone.ts';
import { setQuery } from '../lib/router.ts';
import { ACTIONS } from './action-words.ts';
import type { Filters } from './change-log.tsx';
import { ANY_TIME, LogWhen } from './log-when.tsx';
import { LogWho } from './log-who.tsx';
import { TextFilter } from './text-filter.tsx';

/** What looks like an address; the server knows better. */
const IP = /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-f:]*:[0-9a-f:.]*)$/i;

export const NO_FILTERS = { ...ANY_TIME, action: null, actor: null, ip: null, correlation: null };

/** Only what one request, billing event or job did; one comes here by a link. */
function Together({ id }: { id: string }): JSX.Element {
	return (
		<span class="filter on">
			<span class="filter-btn" title={id}>
				{t('log.correlation')} <span class="filter-value">{id.slice(0, 8)}…</span>
			</span>
			<button
				type="button"
				class="filter-clear"
				aria-label={t('filter.clear', { what: t('log.correlation') })}
				onClick={() => setQuery({ correlation: null })}
			>
				<Icon name="x" size={14} />
			</button>
		</span>
	);
}

export function LogTools(props: { filters: Filters; items: Change[]; children: JSX.Element[] }): JSX.Element {
	const { filters, items } = props;
	const actors = new Map<string, string>();
	for (const item of items) if (item.actor_id) actors.set(item.actor_id, item.actor_label);
	const chosen = filters.action;
	const words =
		chosen.length === 1
			? tWord('action', chosen[0])
			: chosen.length
				? t('filter.chosen', { n: chosen.length })
				: null;
	return (
		<div class="tools">
			<Filter label={t('log.action')} value={words} onClear={() => setQuery({ action: null })}>
				{(close) => (
					<Options
						many
						label={t('log.action')}
						options={ACTIONS.map((action) => ({
							value: action,
							label: tWord('action', action),
							group: tWord('actionGroup', action.split('.')[0]),
						}))}
						chosen={chosen}
						onChange={(action) => setQuery({ action })}
						close={close}
					/>
				)}
			</Filter>
			<LogWho value={filters.actor} seen={actors} onChange={(actor) => setQuery({ actor })} />
			<TextFilter
				label={t('log.ip')}
				value={filters.ip}
				check={(text) => (IP.test(text) ? null : errorText('not-an-address'))}
				onChange={(ip) => setQuery({ ip })}
			/>
			<LogWhen when={filters} onChange={(when) => setQuery({ ...when })} />
			{filters.correlation && <Together id={filters.correlation} />}
			<span class="push" />
			<span class="log-utc" title={t('log.utcHint')}>
				<span aria-hidden="true">{t('log.utc')}</span>
				<Switch label={t('log.utcHint')} on={inUtc.value} onChange={setUtc} />
			</span>
			{props.children}
		</div>
	);
}
