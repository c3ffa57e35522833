// The search box of the list. "status:", "parent:" and "group:" are completed as one types
// and leave the box as chips.
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Kbd } from '../../kit/button.tsx';
import { Icon } from '../../kit/icon.tsx';
import { t, tWord } from '../../lib/i18n.ts';
import { useKeys } from '../../lib/keys.ts';
import { splitTokens, wordAt } from '../../lib/tokens.ts';
import { useParents } from '../../parts/account-picker.tsx';
import { STATES } from '../../parts/words.tsx';
import { useOwnGroups } from './group-filter.tsx';

const KEYS = ['status', 'parent', 'group'] as const;

interface Suggestion {
	text: string;
	label: string;
	hint: string;
	done: boolean;
}

type Named = { id: string; name: string };

function suggestionsFor(word: string, parents: Named[] | null, groups: Named[]): Suggestion[] {
	const [key = '', value] = word.toLowerCase().split(':', 2);
	if (value === undefined) {
		if (key.length < 2) return [];
		return KEYS.filter((one) => one.startsWith(key)).map((one) => ({
			text: `${one}:`,
			label: `${one}:`,
			hint: t(`list.token.${one}`),
			done: false,
		}));
	}
	if (key === 'status') {
		const low = value.toLowerCase();
		return STATES.filter(
			(state) => state.startsWith(low) || tWord('state', state).toLowerCase().startsWith(low),
		).map((state) => ({
			text: `status:${state}`,
			label: tWord('state', state),
			hint: `status:${state}`,
			done: true,
		}));
	}
	if (key === 'group')
		return groups
			.filter((one) => one.name.toLowerCase().includes(value))
			.slice(0, 7)
			.map((one) => ({
				text: `group:${one.id}`,
				label: one.name,
				hint: t('list.token.group'),
				done: true,
			}));
	if (key !== 'parent') return [];
	return (parents ?? []).slice(0, 7).map((one) => ({
		text: `parent:${one.id}`,
		label: one.name,
		hint: t('list.token.parent'),
		done: true,
	}));
}

export function SearchBox(props: {
	words: string;
	label: string;
	onWords: (words: string) => void;
	onToken: (key: string, value: string, words: string) => void;
}): JSX.Element {
	const input = useRef<HTMLInputElement>(null);
	const [text, setText] = useState(props.words);
	const [caret, setCaret] = useState(0);
	const [at, setAt] = useState(0);
	const [open, setOpen] = useState(false);
	const timer = useRef(0);
	const sent = useRef(props.words);
	useKeys([{ keys: '/', label: props.label, group: t('keys.list'), run: () => input.current?.select() }]);
	useLayoutEffect(() => {
		if (props.words !== sent.current) setText(props.words);
		sent.current = props.words;
	}, [props.words]);
	useEffect(() => () => clearTimeout(timer.current), []);

	const here = wordAt(text, caret);
	const asksParent = open && here.word.startsWith('parent:');
	const parents = useParents(asksParent ? here.word.slice(7) : '', asksParent);
	const groups = useOwnGroups(open && here.word.startsWith('group:'));
	const list = open ? suggestionsFor(here.word, parents?.items ?? null, groups) : [];
	const now = Math.min(at, list.length - 1);

	const take = (value: string): boolean => {
		const { words, tokens } = splitTokens(value, KEYS);
		const [token] = Object.entries(tokens).filter(
			([key, one]) => key !== 'status' || STATES.includes(one as never),
		);
		if (!token) return false;
		clearTimeout(timer.current);
		sent.current = words;
		setText(words);
		setOpen(false);
		props.onToken(token[0], token[1], words);
		return true;
	};
	const apply = (one: Suggestion): void => {
		const next = text.slice(0, here.from) + one.text + text.slice(here.to);
		input.current?.focus();
		if (one.done && take(next)) return;
		setText(next);
		setCaret(here.from + one.text.length);
		setAt(0);
	};
	const send = (value: string): void => {
		sent.current = value.trim();
		props.onWords(value.trim());
	};
	const clear = (): void => {
		clearTimeout(timer.current);
		if (input.current) input.current.value = '';
		setText('');
		setOpen(false);
		send('');
	};
	const onInput = (value: string, where: number): void => {
		setText(value);
		setCaret(where);
		setAt(0);
		setOpen(true);
		clearTimeout(timer.current);
		if (/\s$/.test(value) && take(value)) return;
		timer.current = window.setTimeout(() => send(value), 180);
	};
	const onKeyDown = (event: KeyboardEvent): void => {
		const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
		const chosen = list[now];
		if (step && list.length) setAt((now + step + list.length) % list.length);
		else if ((event.key === 'Enter' || event.key === 'Tab') && chosen) apply(chosen);
		else if (event.key === 'Enter') {
			clearTimeout(timer.current);
			if (!take(text)) send(text);
		} else if (event.key === 'Escape') {
			if (list.length) setOpen(false);
			else if (input.current?.value) clear();
			else input.current?.blur();
		} else return;
		event.preventDefault();
	};
	return (
		<div class="search">
			<Icon name="search" />
			<input
				ref={input}
				type="text"
				role="combobox"
				aria-expanded={list.length > 0}
				aria-controls="search-list"
				aria-autocomplete="list"
				aria-activedescendant={list.length ? `search-${now}` : undefined}
				aria-label={props.label}
				placeholder={props.label}
				value={text}
				autocomplete="off"
				spellcheck={false}
				enterKeyHint="search"
				onInput={(event) => onInput(event.currentTarget.value, event.currentTarget.selectionStart ?? 0)}
				onKeyDown={onKeyDown}
				onBlur={() => setOpen(false)}
			/>
			{text ? (
				<button
					type="button"
					class="search-clear"
					aria-label={t('list.clearSearch')}
					onClick={() => {
						clear();
						input.current?.focus();
					}}
				>
					<Icon name="x" size={14} />
				</button>
			) : (
				<Kbd>/</Kbd>
			)}
			<div
				id="search-list"
				role="listbox"
				aria-label={t('list.completion')}
				class="search-list"
				hidden={list.length === 0}
			>
				{list.map((one, index) => (
					// biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field above
					<div
						key={one.text}
						id={`search-${index}`}
						role="option"
						aria-selected={index === now}
						tabIndex={-1}
						class="menu-item"
						onMouseDown={(event) => event.preventDefault()}
						onClick={() => apply(one)}
					>
						<span class="menu-text">
							{one.label}
							<small>{one.hint}</small>
						</span>
					</div>
				))}
			</div>
		</div>
	);
}
