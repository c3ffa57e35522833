// Choosing an account by typing: an input with a list of what the server finds.
import type { JSX } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { Avatar } from '../kit/bits.tsx';
import { Icon } from '../kit/icon.tsx';
import { get } from '../lib/api.ts';
import type { AccountItem, Page } from '../lib/api.types.ts';
import { t, tWord } from '../lib/i18n.ts';

export interface Picked {
	id: string;
	name: string;
}

/** What was found last, and whether it is what the words ask for. */
interface Found {
	items: AccountItem[];
	fresh: boolean;
}

/** Accounts that can stand above others, found by words. */
export function useParents(words: string, on = true): Found | null {
	const [found, setFound] = useState<Found | null>(null);
	useEffect(() => {
		if (!on) return;
		const stop = new AbortController();
		setFound((last) => last && { ...last, fresh: false });
		const timer = setTimeout(
			() => {
				const q = ['kind:reseller', words].filter(Boolean).join(' ');
				get<Page<AccountItem>>('accounts', { q, limit: 10 }, stop.signal).then(
					(page) => setFound({ items: page.items, fresh: true }),
					() => {},
				);
			},
			words ? 150 : 0,
		);
		return () => {
			clearTimeout(timer);
			stop.abort();
		};
	}, [words, on]);
	return found;
}

/** The list itself, for a filter or a field. */
export function AccountPicker(props: {
	label: string;
	onPick: (picked: Picked) => void;
	extra?: Picked[];
	autofocus?: boolean;
}): JSX.Element {
	const id = useId();
	const [text, setText] = useState('');
	const [at, setAt] = useState(0);
	const input = useRef<HTMLInputElement>(null);
	/** Enter came before what was typed had been found. */
	const early = useRef(false);
	const words = text.trim();
	const found = useParents(words);
	const extra = words ? [] : (props.extra ?? []);
	const options: (Picked & { item?: AccountItem })[] = [
		...extra,
		...(found?.items ?? [])
			.filter((item) => !extra.some((one) => one.id === item.id))
			.map((item) => ({ id: item.id, name: item.name, item })),
	];
	const now = Math.min(at, options.length - 1);
	useEffect(() => {
		const first = options[0];
		if (found?.fresh && early.current && first) props.onPick(first);
		if (found?.fresh) early.current = false;
	}, [found]);
	const onKeyDown = (event: KeyboardEvent): void => {
		const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
		const chosen = options[now];
		if (step && options.length) setAt((now + step + options.length) % options.length);
		else if (event.key === 'Enter' && found?.fresh && chosen) props.onPick(chosen);
		else if (event.key === 'Enter') early.current = !found?.fresh;
		else return;
		event.preventDefault();
	};
	return (
		<div class="picker">
			<div class="picker-in">
				<Icon name="search" />
				<input
					ref={input}
					class="bare"
					role="combobox"
					aria-expanded="true"
					aria-controls={id}
					aria-activedescendant={options.length ? `${id}-${now}` : undefined}
					aria-label={props.label}
					placeholder={t('picker.search')}
					value={text}
					autofocus={props.autofocus}
					autocomplete="off"
					spellcheck={false}
					onInput={(event) => {
						setText(event.currentTarget.value);
						setAt(0);
					}}
					onKeyDown={onKeyDown}
				/>
			</div>
			<div id={id} role="listbox" aria-label={props.label} class="picker-list">
				{options.map((one, index) => (
					// biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field above
					<div
						key={one.id}
						id={`${id}-${index}`}
						role="option"
						aria-selected={index === now}
						tabIndex={-1}
						class="menu-item"
						onClick={() => props.onPick(one)}
					>
						<Avatar name={one.name} size={22} />
						<span class="menu-text">
							{one.name}
							{one.item && <small>{one.item.parent_name ?? tWord('kind', one.item.kind)}</small>}
						</span>
					</div>
				))}
				{found && options.length === 0 && <p class="muted picker-none">{t('picker.none')}</p>}
			</div>
		</div>
	);
}
