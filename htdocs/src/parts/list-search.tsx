// The box of words above a list: "/" leads to it, what is typed goes to the address.
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Kbd } from '../kit/button.tsx';
import { Icon } from '../kit/icon.tsx';
import { t } from '../lib/i18n.ts';
import { useKeys } from '../lib/keys.ts';

export function ListSearch(props: {
	label: string;
	value: string;
	onChange: (words: string) => void;
	/** Without the key there may be several on a page. */
	quiet?: boolean;
}): JSX.Element {
	const [text, setText] = useState(props.value);
	const input = useRef<HTMLInputElement>(null);
	const timer = useRef(0);
	useKeys(
		props.quiet
			? []
			: [{ keys: '/', label: props.label, group: t('keys.list'), run: () => input.current?.select() }],
	);
	useEffect(() => () => clearTimeout(timer.current), []);
	useEffect(() => {
		if (props.value !== text.trim()) setText(props.value);
	}, [props.value]);
	const type = (value: string): void => {
		setText(value);
		clearTimeout(timer.current);
		timer.current = window.setTimeout(() => props.onChange(value.trim()), 180);
	};
	const clear = (): void => {
		clearTimeout(timer.current);
		setText('');
		props.onChange('');
		input.current?.focus();
	};
	return (
		<div class="search">
			<Icon name="search" />
			<input
				ref={input}
				type="text"
				aria-label={props.label}
				placeholder={props.label}
				value={text}
				autocomplete="off"
				spellcheck={false}
				enterKeyHint="search"
				onInput={(event) => type(event.currentTarget.value)}
				onKeyDown={(event) => {
					if (event.key === 'Enter') event.preventDefault();
					if (event.key !== 'Escape') return;
					if (text) clear();
					else input.current?.blur();
				}}
			/>
			{text ? (
				<button type="button" class="search-clear" aria-label={t('list.clearSearch')} onClick={clear}>
					<Icon name="x" size={14} />
				</button>
			) : (
				!props.quiet && <Kbd>/</Kbd>
			)}
		</div>
	);
}
