import { h, type JSX } from 'preact';
import { type IconName, icons, type Shape } from '../gen/icons.ts';

export type { IconName };

export function Icon({ name, size = 16 }: { name: IconName; size?: number }): JSX.Element {
	return (
		<svg
			class="icon"
			width={size}
			height={size}
			viewBox="0 0 24 24"
			fill="none"
			stroke="currentColor"
			stroke-width="1.75"
			stroke-linecap="round"
			stroke-linejoin="round"
			aria-hidden="true"
		>
			{(icons[name] as Shape[]).map(([tag, attrs]) => h(tag, attrs))}
		</svg>
	);
}

export function Mark(): JSX.Element {
	return (
		<svg class="mark" width="24" height="24" viewBox="0 0 32 32" aria-hidden="true">
			<rect width="32" height="32" rx="8" />
			<path d="M7.5 25V14.5a8.5 8.5 0 0 1 17 0V25" stroke-width="2.6" />
			<path d="M12.5 25V15.2a3.5 3.5 0 0 1 7 0V25M6 25h20M16 12v13" stroke-width="2" />
		</svg>
	);
}
