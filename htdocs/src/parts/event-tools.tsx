// The filters of billing events; they are the address.
import type { JSX } from 'preact';
import { Button } from '../kit/button.tsx';
import { Filter, Options } from '../kit/filter.tsx';
import { t, tWord } from '../lib/i18n.ts';
import { setQuery } from '../lib/router.ts';
import { EVENT_TYPES, typeLabel } from './event-words.ts';
import { RangeFilter } from './range-filter.tsx';
import { TextFilter } from './text-filter.tsx';
import { EVENT_STATES } from './words.tsx';

export function filtersOf(query: URLSearchParams) {
	return {
		type: query.getAll('type'),
		state: query.get('state'),
		from: query.get('from'),
		to: query.get('to'),
		subject: query.get('subject'),
		correlation: query.get('correlation'),
	};
}
export type Filters = ReturnType<typeof filtersOf>;

export function EventTools({ filters }: { filters: Filters }): JSX.Element {
	const { type } = filters;
	const words =
		type.length === 1
			? typeLabel(type[0] ?? '')
			: type.length
				? t('filter.chosen', { n: type.length })
				: null;
	const work = filters.state === 'quarantined';
	return (
		<div class="tools">
			<Button
				icon="inbox"
				pressed={work}
				class={work ? 'on' : ''}
				onClick={() => setQuery({ state: work ? null : 'quarantined', event: null })}
			>
				{t('event.workList')}
			</Button>
			<Filter label={t('event.type')} value={words} onClear={() => setQuery({ type: null })}>
				{(close) => (
					<Options
						many
						label={t('event.type')}
						options={EVENT_TYPES.map((one) => ({ value: one, label: typeLabel(one), hint: one }))}
						chosen={type}
						onChange={(next) => setQuery({ type: next, event: null })}
						close={close}
					/>
				)}
			</Filter>
			<Filter
				label={t('event.state')}
				value={filters.state && tWord('eventState', filters.state)}
				onClear={() => setQuery({ state: null })}
			>
				{(close) => (
					<Options
						label={t('event.state')}
						options={EVENT_STATES.map((state) => ({ value: state, label: tWord('eventState', state) }))}
						chosen={filters.state ? [filters.state] : []}
						onChange={([state]) => setQuery({ state, event: null })}
						close={close}
					/>
				)}
			</Filter>
			<RangeFilter from={filters.from} to={filters.to} onChange={(from, to) => setQuery({ from, to })} />
			<TextFilter
				label={t('event.subject')}
				hint={t('event.subjectHint')}
				value={filters.subject}
				onChange={(subject) => setQuery({ subject })}
			/>
			<TextFilter
				label={t('log.correlation')}
				hint={t('event.correlationHint')}
				value={filters.correlation}
				onChange={(correlation) => setQuery({ correlation })}
			/>
		</div>
	);
}
