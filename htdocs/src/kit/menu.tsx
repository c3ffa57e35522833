// A menu on the native popover. Its items exist only while it is open; the
// focus is given back to the button by hand, since the items unmount.
import type { ComponentChildren, JSX } from 'preact';
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Icon, type IconName } from './icon.tsx';

export interface Item {
	/** Where two may have one label. */
	id?: string;
	label: string;
	icon?: IconName;
	run?: () => void;
	href?: string;
	danger?: boolean;
	checked?: boolean;
	/** One of its group is checked, never two. */
	one?: true;
	disabled?: boolean;
	hint?: string;
	/** Starts a group; with a label it is said above. */
	group?: string | true;
	stay?: boolean;
}

interface Props {
	button: ComponentChildren;
	items: () => (Item | false | null | undefined)[];
	label?: string;
	class?: string;
	align?: 'start' | 'end';
	tabIndex?: number;
	onOpen?: (open: boolean) => void;
}

export function Menu(props: Props): JSX.Element {
	const id = useId();
	const [open, setOpen] = useState(false);
	const list = useRef<HTMLDivElement>(null);
	const button = useRef<HTMLButtonElement>(null);
	// Before the next key can be pressed: it is meant for the items.
	useLayoutEffect(() => {
		const el = list.current;
		if (!open || !el || !button.current) return;
		el.showPopover({ source: button.current } as ShowPopoverOptions);
		(el.querySelector('[role^=menuitem]:not([aria-disabled])') as HTMLElement | null)?.focus();
	}, [open]);
	const change = (now: boolean): void => {
		setOpen(now);
		props.onOpen?.(now);
	};
	const onToggle = (event: { newState: string }): void => {
		if (event.newState === 'open') return;
		const inside = list.current?.contains(document.activeElement) || document.activeElement === document.body;
		if (inside) button.current?.focus();
		change(false);
	};
	const close = (): void => {
		list.current?.hidePopover();
	};
	return (
		<>
			<button
				type="button"
				ref={button}
				class={props.class ?? 'btn plain'}
				aria-haspopup="menu"
				aria-expanded={open}
				aria-controls={open ? id : undefined}
				aria-label={props.label}
				title={props.label}
				tabIndex={props.tabIndex}
				onClick={(event) => {
					event.stopPropagation();
					if (open) close();
					else change(true);
				}}
			>
				{props.button}
			</button>
			{open && (
				<div
					ref={list}
					id={id}
					popover="auto"
					role="menu"
					class={`menu ${props.align ?? 'start'}`}
					tabIndex={-1}
					onToggle={onToggle}
					onKeyDown={(event) => moveIn(event, list.current)}
					onClick={(event) => event.stopPropagation()}
				>
					{props.items().map((item) => item && <Row key={item.id ?? item.label} item={item} close={close} />)}
				</div>
			)}
		</>
	);
}

type ShowPopoverOptions = Parameters<HTMLElement['showPopover']>[0];

function Row({ item, close }: { item: Item; close: () => void }): JSX.Element {
	const check = item.checked !== undefined;
	const shared = {
		class: `menu-item${item.danger ? ' danger' : ''}`,
		role: (check ? (item.one ? 'menuitemradio' : 'menuitemcheckbox') : 'menuitem') as 'menuitem',
		tabIndex: -1,
		'aria-checked': check ? item.checked : undefined,
		'aria-disabled': item.disabled || undefined,
	};
	const inner = (
		<>
			{check && (
				<span class={`tick${item.checked ? ' on' : ''}${item.one ? ' one' : ''}`}>
					{item.checked && <Icon name="check" size={12} />}
				</span>
			)}
			{item.icon && <Icon name={item.icon} />}
			<span class="menu-text">
				{item.label}
				{item.hint && <small>{item.hint}</small>}
			</span>
		</>
	);
	const act = (): void => {
		if (item.disabled) return;
		if (!item.stay) close();
		item.run?.();
	};
	return (
		<>
			{item.group !== undefined && <div class="menu-group">{item.group === true ? null : item.group}</div>}
			{item.href ? (
				<a {...shared} href={item.href} onClick={close}>
					{inner}
				</a>
			) : (
				<button {...shared} type="button" onClick={act}>
					{inner}
				</button>
			)}
		</>
	);
}

let typed = '';
let typedAt = 0;

/** What is typed without a pause goes to the item that starts so; one letter again, to the next of them. */
function typedItem(key: string, items: HTMLElement[], at: number): number | undefined {
	const now = Date.now();
	typed = (now - typedAt < 700 ? typed : '') + key.toLowerCase();
	typedAt = now;
	const again = [...typed].every((letter) => letter === typed[0]);
	const words = again ? key.toLowerCase() : typed;
	const from = again ? at + 1 : Math.max(0, at);
	const order = [...items.slice(from), ...items.slice(0, from)];
	const hit = order.find((item) => item.textContent?.trim().toLowerCase().startsWith(words));
	return hit && items.indexOf(hit);
}

/** Arrows, Home and End among the items, and letters. */
export function moveIn(event: KeyboardEvent, root: HTMLElement | null): void {
	const items = [...(root?.querySelectorAll<HTMLElement>('[role^=menuitem], [role=option]') ?? [])];
	const at = items.indexOf(document.activeElement as HTMLElement);
	const step: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 };
	let to = step[event.key];
	if (event.key === 'Tab') root?.hidePopover();
	const letter = event.key.length === 1 && event.key !== ' ' && !event.ctrlKey && !event.metaKey;
	if (to === undefined && letter) to = typedItem(event.key, items, at);
	if (to === undefined || items.length === 0) return;
	event.preventDefault();
	event.stopPropagation();
	items[(to + items.length) % items.length]?.focus();
}
