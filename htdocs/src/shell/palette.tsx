// Ctrl+K: accounts by the list's own search, the places, and what can be done here.
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Avatar } from '../kit/bits.tsx';
import { Kbd } from '../kit/button.tsx';
import { Icon, type IconName } from '../kit/icon.tsx';
import { get } from '../lib/api.ts';
import type { AccountItem, Page } from '../lib/api.types.ts';
import { remember } from '../lib/focus.ts';
import { t, tWord } from '../lib/i18n.ts';
import { shortcuts, useKeys } from '../lib/keys.ts';
import { setPrefs } from '../lib/prefs.ts';
import { go, href } from '../lib/router.ts';
import { can, session, signOut } from '../lib/session.ts';
import { StateChip } from '../parts/words.tsx';
import { keyName, openKeySheet } from './key-sheet.tsx';
import { places } from './nav.ts';

const open = signal(false);

export function openPalette(): void {
	open.value = true;
}

interface Entry {
	id: string;
	group: string;
	label: string;
	run: () => void;
	icon?: IconName;
	account?: AccountItem;
	keys?: string;
}

export function Palette(): JSX.Element | null {
	useKeys([
		{ keys: 'mod+k', label: t('nav.search'), group: t('keys.general'), run: openPalette, always: true },
	]);
	return open.value && session.value ? <PaletteDialog /> : null;
}

function commands(): Entry[] {
	const nav = places().map((place) => ({
		id: place.path,
		group: t('palette.go'),
		label: t(place.label),
		icon: place.icon,
		keys: place.keys,
		run: () => go(href(place.path)),
	}));
	const known = new Set(['mod+k', '?', ...nav.map((one) => one.keys)]);
	const here = shortcuts
		.peek()
		.filter((one) => !known.has(one.keys) && !/^(Arrow|Escape|Enter|\/)/.test(one.keys))
		.map((one) => ({
			id: `key ${one.keys}`,
			group: t('palette.here'),
			label: one.label,
			icon: 'corner-down-left' as const,
			keys: one.keys,
			run: one.run,
		}));
	const group = t('palette.do');
	return [
		...nav,
		...here,
		{
			id: 'light',
			group,
			label: t('theme.light'),
			icon: 'sun',
			run: () => void setPrefs({ theme: 'light' }),
		},
		{ id: 'dark', group, label: t('theme.dark'), icon: 'moon', run: () => void setPrefs({ theme: 'dark' }) },
		{ id: 'keys', group, label: t('keys.title'), icon: 'keyboard', keys: '?', run: openKeySheet },
		{ id: 'api', group, label: t('reference.title'), icon: 'book-open', run: () => go(href('api')) },
		{ id: 'out', group, label: t('person.signOut'), icon: 'log-out', run: () => void signOut() },
	];
}

function useAccounts(words: string): AccountItem[] {
	const [found, setFound] = useState<AccountItem[]>([]);
	useEffect(() => {
		if (!words || !can('account.list')) return setFound([]);
		const stop = new AbortController();
		const timer = setTimeout(() => {
			get<Page<AccountItem>>('accounts', { q: words, limit: 10 }, stop.signal).then(
				(page) => setFound(page.items.slice(0, 7)),
				() => {},
			);
		}, 120);
		return () => {
			clearTimeout(timer);
			stop.abort();
		};
	}, [words]);
	return found;
}

function PaletteDialog(): JSX.Element {
	const ref = useRef<HTMLDialogElement>(null);
	const [text, setText] = useState('');
	const [at, setAt] = useState(0);
	const words = text.trim();
	const accounts = useAccounts(words);
	const all = useMemo(commands, []);
	useEffect(() => {
		const back = remember(ref.current);
		ref.current?.showModal();
		return () => {
			ref.current?.close();
			back();
		};
	}, []);
	const low = words.toLowerCase();
	const entries: Entry[] = [
		...accounts.map((account) => ({
			id: account.id,
			group: t('palette.accounts'),
			label: account.name,
			account,
			run: () => go(href(`accounts/${account.id}/overview`)),
		})),
		...all.filter((one) => !low || one.label.toLowerCase().includes(low)),
	];
	const now = Math.min(at, entries.length - 1);
	const close = (): void => {
		open.value = false;
	};
	const run = (entry: Entry | undefined): void => {
		close();
		if (entry) setTimeout(entry.run);
	};
	const onKeyDown = (event: KeyboardEvent): void => {
		const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
		if (step) {
			event.preventDefault();
			const next = (now + step + entries.length) % entries.length;
			setAt(next);
			document.getElementById(`pal-${next}`)?.scrollIntoView({ block: 'nearest' });
		} else if (event.key === 'Enter') {
			event.preventDefault();
			run(entries[now]);
		}
	};
	return (
		<dialog
			ref={ref}
			class="palette"
			aria-label={t('nav.search')}
			onCancel={close}
			onMouseDown={(event) => event.target === ref.current && close()}
		>
			<div class="palette-in">
				<Icon name="search" size={18} />
				<input
					autofocus
					role="combobox"
					aria-expanded="true"
					aria-controls="pal-list"
					aria-activedescendant={entries.length ? `pal-${now}` : undefined}
					aria-label={t('nav.search')}
					placeholder={t('palette.placeholder')}
					value={text}
					onInput={(event) => {
						setText(event.currentTarget.value);
						setAt(0);
					}}
					onKeyDown={onKeyDown}
					spellcheck={false}
					autocomplete="off"
				/>
			</div>
			<div class="palette-list" id="pal-list" role="listbox" aria-label={t('palette.results')}>
				{entries.map((entry, index) => (
					<EntryRow
						key={entry.id}
						entry={entry}
						index={index}
						on={index === now}
						head={entry.group !== entries[index - 1]?.group}
						run={() => run(entry)}
					/>
				))}
				{entries.length === 0 && <p class="palette-none">{t('palette.none', { words })}</p>}
			</div>
			<footer class="palette-foot">
				<span>
					<Kbd>↑</Kbd>
					<Kbd>↓</Kbd> {t('palette.move')}
				</span>
				<span>
					<Kbd>↵</Kbd> {t('palette.open')}
				</span>
				<span class="push">
					<Kbd>?</Kbd> {t('keys.title')}
				</span>
			</footer>
		</dialog>
	);
}

function EntryRow(props: {
	entry: Entry;
	index: number;
	on: boolean;
	head: boolean;
	run: () => void;
}): JSX.Element {
	const { entry, index, on, head, run } = props;
	const { account } = entry;
	return (
		<>
			{head && (
				<div class="menu-group" role="presentation">
					{entry.group}
				</div>
			)}
			{/* biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field above */}
			<div
				id={`pal-${index}`}
				role="option"
				aria-selected={on}
				class="palette-row"
				tabIndex={-1}
				onClick={run}
			>
				{account ? <Avatar name={account.name} size={22} /> : entry.icon && <Icon name={entry.icon} />}
				<span class="palette-label">
					{entry.label}
					{account && (
						<small>{[account.login, tWord('kind', account.kind)].filter(Boolean).join(' · ')}</small>
					)}
				</span>
				{account && <StateChip state={account.state} />}
				{entry.keys && (
					<span class="keys">
						{keyName(entry.keys).map((key) => (
							<Kbd key={key}>{key}</Kbd>
						))}
					</span>
				)}
			</div>
		</>
	);
}
