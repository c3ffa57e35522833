// The filter of a list by the state of its things, kept in the address.
import type { JSX } from 'preact';
import { Filter, Options } from '../kit/filter.tsx';
import { t, tWord } from '../lib/i18n.ts';
import { route, setQuery } from '../lib/router.ts';

export function StateFilter(props: { words: string; states: readonly string[] }): JSX.Element {
	const state = route.value.query.get('state');
	const label = t('col.status');
	return (
		<div>
			<Filter
				label={label}
				value={state && tWord(props.words, state)}
				onClear={() => setQuery({ state: null })}
			>
				{(close) => (
					<Options
						label={label}
						options={props.states.map((value) => ({ value, label: tWord(props.words, value) }))}
						chosen={state ? [state] : []}
						onChange={([one]) => setQuery({ state: one ?? null })}
						close={close}
					/>
				)}
			</Filter>
		</div>
	);
}
