// On or off at once; and a tick that stands in a row of a list.
import type { JSX } from 'preact';
import { Icon } from './icon.tsx';

interface Props {
	label: string;
	on: boolean;
	onChange: (on: boolean) => void;
	disabled?: boolean;
}

export function Switch({ label, on, onChange, disabled }: Props): JSX.Element {
	return (
		<button
			type="button"
			role="switch"
			class="switch"
			aria-checked={on}
			aria-label={label}
			title={label}
			disabled={disabled}
			onClick={() => onChange(!on)}
		>
			<span />
		</button>
	);
}

export function Tick({ label, on, onChange, disabled }: Props): JSX.Element {
	return (
		<button
			type="button"
			role="checkbox"
			class="row-tick"
			aria-checked={on}
			aria-label={label}
			disabled={disabled}
			onClick={() => onChange(!on)}
		>
			<span class={`tick${on ? ' on' : ''}`}>{on && <Icon name="check" size={12} />}</span>
		</button>
	);
}
