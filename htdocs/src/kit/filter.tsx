// A filter as a button: dashed while unset, a chip with its value and a cross when set.
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { t } from '../lib/i18n.ts';
import { Icon } from './icon.tsx';
import { moveIn } from './menu.tsx';

interface Props {
	label: string;
	value: string | null;
	onClear: () => void;
	children: (close: () => void) => ComponentChildren;
	wide?: boolean;
}

export function Filter({ label, value, onClear, children, wide }: Props): JSX.Element {
	const id = useId();
	const [open, setOpen] = useState(false);
	const pop = useRef<HTMLDivElement>(null);
	const button = useRef<HTMLButtonElement>(null);
	useEffect(() => {
		if (!open || !button.current) return;
		pop.current?.showPopover({ source: button.current } as Parameters<HTMLElement['showPopover']>[0]);
		pop.current?.querySelector<HTMLElement>('input, [role=option], [role^=menuitem]')?.focus();
	}, [open]);
	const close = (): void => pop.current?.hidePopover();
	return (
		<span class={`filter${value ? ' on' : ''}`}>
			<button
				ref={button}
				type="button"
				class="filter-btn"
				aria-haspopup="dialog"
				aria-expanded={open}
				onClick={() => (open ? close() : setOpen(true))}
			>
				{!value && <Icon name="plus" size={14} />}
				<span>{label}</span>
				{value && <span class="filter-value">{value}</span>}
			</button>
			{value && (
				<button
					type="button"
					class="filter-clear"
					aria-label={t('filter.clear', { what: label })}
					onClick={() => {
						onClear();
						button.current?.focus();
					}}
				>
					<Icon name="x" size={14} />
				</button>
			)}
			{open && (
				<div
					ref={pop}
					id={id}
					popover="auto"
					class={`menu start${wide ? ' wide' : ''}`}
					role="dialog"
					aria-label={label}
					onToggle={(event) => {
						if (event.newState === 'open') return;
						if (pop.current?.contains(document.activeElement)) button.current?.focus();
						setOpen(false);
					}}
				>
					{children(close)}
				</div>
			)}
		</span>
	);
}

export interface Pick {
	value: string;
	label: string;
	hint?: string;
	group?: string;
}

/** Options of a filter; with `many` they are ticked, else one is taken and the list closes. */
export function Options(props: {
	label: string;
	options: readonly Pick[];
	chosen: readonly string[];
	many?: boolean;
	onChange: (chosen: string[]) => void;
	close: () => void;
}): JSX.Element {
	const { options, chosen, many } = props;
	const root = useRef<HTMLDivElement>(null);
	const take = (value: string): void => {
		const on = chosen.includes(value);
		if (many) props.onChange(on ? chosen.filter((one) => one !== value) : [...chosen, value]);
		else {
			props.close();
			props.onChange(on ? [] : [value]);
		}
	};
	return (
		<div
			ref={root}
			role="listbox"
			aria-label={props.label}
			aria-multiselectable={many || undefined}
			onKeyDown={(event) => moveIn(event, root.current)}
			tabIndex={-1}
			class="options"
		>
			{options.map((one, at) => (
				<OptionRow
					key={one.value}
					one={one}
					head={one.group && one.group !== options[at - 1]?.group ? one.group : null}
					on={chosen.includes(one.value)}
					take={() => take(one.value)}
				/>
			))}
		</div>
	);
}

function OptionRow(props: { one: Pick; head: string | null; on: boolean; take: () => void }): JSX.Element {
	const { one, head, on, take } = props;
	return (
		<>
			{head && (
				<div class="menu-group" role="presentation">
					{head}
				</div>
			)}
			<button type="button" role="option" aria-selected={on} class="menu-item" tabIndex={-1} onClick={take}>
				<span class={`tick${on ? ' on' : ''}`}>{on && <Icon name="check" size={12} />}</span>
				<span class="menu-text">
					{one.label}
					{one.hint && <small>{one.hint}</small>}
				</span>
			</button>
		</>
	);
}
