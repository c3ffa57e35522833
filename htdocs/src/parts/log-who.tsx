// Who did it: one of those who are shown, or anybody found by name.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Filter, Options } from '../kit/filter.tsx';
import { get } from '../lib/api.ts';
import type { Page, PersonItem } from '../lib/api.types.ts';
import { t } from '../lib/i18n.ts';
import { useLoad } from '../lib/load.ts';
import { can, session } from '../lib/session.ts';

interface Props {
	value: string | null;
	/** Names of those who stand in what is shown, by their ids. */
	seen: Map<string, string>;
	onChange: (id: string | null) => void;
}

export function LogWho({ value, seen, onChange }: Props): JSX.Element {
	const me = session.value?.person;
	const [found, setFound] = useState(() => new Map<string, string>());
	const names = new Map([...(me ? ([[me.id, me.name]] as const) : []), ...seen, ...found]);
	return (
		<Filter
			label={t('log.actor')}
			value={value && (names.get(value) ?? value)}
			onClear={() => onChange(null)}
		>
			{(close) => (
				<Who
					names={new Map([...(me ? ([[me.id, me.name]] as const) : []), ...seen])}
					value={value}
					close={close}
					onChange={(id, name) => {
						if (id && name) setFound(new Map([...found, [id, name]]));
						onChange(id);
					}}
				/>
			)}
		</Filter>
	);
}

function Who(props: {
	names: Map<string, string>;
	value: string | null;
	close: () => void;
	onChange: (id: string | null, name?: string) => void;
}): JSX.Element {
	const [words, setWords] = useState('');
	const me = session.value?.person.id;
	const { data } = useLoad<Page<PersonItem> | null>(`who ${words}`, async (stop) =>
		words.length < 2 ? null : get<Page<PersonItem>>('people', { q: words, limit: 10 }, stop),
	);
	const options = data
		? data.items.map(({ id, name, login }) => ({ value: id, label: name, hint: login }))
		: [...props.names].map(([id, label]) => ({
				value: id,
				label,
				...(id === me ? { hint: t('log.you') } : {}),
			}));
	return (
		<>
			{can('member.list') && (
				<div class="filter-body">
					<input
						class="input"
						type="search"
						aria-label={t('log.findActor')}
						placeholder={t('log.findActor')}
						onInput={(event) => setWords(event.currentTarget.value.trim())}
					/>
				</div>
			)}
			<Options
				label={t('log.actor')}
				options={options}
				chosen={props.value ? [props.value] : []}
				onChange={([id]) => props.onChange(id ?? null, options.find((one) => one.value === id)?.label)}
				close={props.close}
			/>
			{options.length === 0 && <p class="filter-none">{t('log.nobody')}</p>}
		</>
	);
}
