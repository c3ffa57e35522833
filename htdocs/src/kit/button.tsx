import type { ComponentChildren, JSX } from 'preact';
import { Icon, type IconName } from './icon.tsx';

interface Props {
	children?: ComponentChildren;
	icon?: IconName;
	kind?: 'plain' | 'primary' | 'danger' | 'ghost';
	type?: 'button' | 'submit';
	onClick?: (event: MouseEvent) => void;
	disabled?: boolean;
	busy?: boolean;
	label?: string;
	small?: boolean;
	class?: string;
	pressed?: boolean;
	tabIndex?: number;
}

/** A button with words, or, with `label` and no children, one of an icon alone. */
export function Button(props: Props): JSX.Element {
	const { children, icon, kind = 'plain', busy, label, small } = props;
	const only = children === undefined ? ' icon-only' : '';
	return (
		<button
			type={props.type ?? 'button'}
			class={`btn ${kind}${only}${small ? ' small' : ''}${props.class ? ` ${props.class}` : ''}`}
			onClick={props.onClick}
			disabled={props.disabled || busy}
			aria-busy={busy || undefined}
			aria-label={label}
			title={only ? label : undefined}
			aria-pressed={props.pressed}
			tabIndex={props.tabIndex}
		>
			{busy ? <span class="spin" /> : icon && <Icon name={icon} />}
			{children !== undefined && <span class="btn-text">{children}</span>}
		</button>
	);
}

export function LinkButton(props: {
	href: string;
	children: ComponentChildren;
	icon?: IconName;
	kind?: 'plain' | 'primary' | 'ghost';
	download?: string;
	small?: boolean;
}): JSX.Element {
	return (
		<a
			class={`btn ${props.kind ?? 'plain'}${props.small ? ' small' : ''}`}
			href={props.href}
			download={props.download}
		>
			{props.icon && <Icon name={props.icon} />}
			<span class="btn-text">{props.children}</span>
		</a>
	);
}

export function Kbd({ children }: { children: string }): JSX.Element {
	return <kbd class="kbd">{children}</kbd>;
}
