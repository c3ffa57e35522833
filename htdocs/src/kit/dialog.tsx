import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { remember } from '../lib/focus.ts';
import { t } from '../lib/i18n.ts';
import type { Tone } from './bits.tsx';
import { Button } from './button.tsx';
import { Icon, type IconName } from './icon.tsx';

interface Props {
	title: string;
	onClose: () => void;
	children: ComponentChildren;
	foot?: ComponentChildren;
	icon?: IconName;
	tone?: Tone;
	wide?: boolean;
	/** Sends the form of the dialog; also by Ctrl+Enter. */
	onSubmit?: () => void;
	/** A click outside closes only what holds no work. */
	keepOpen?: boolean;
}

/** A modal on the native element: it keeps the focus, Escape closes it. */
export function Dialog(props: Props): JSX.Element {
	const id = useId();
	const ref = useRef<HTMLDialogElement>(null);
	useEffect(() => {
		const dialog = ref.current;
		const back = remember(dialog);
		dialog?.showModal();
		(
			dialog?.querySelector('[autofocus], input:not([type=hidden]), select, textarea') as HTMLElement | null
		)?.focus();
		return () => {
			dialog?.close();
			back();
		};
	}, []);
	const submit = (event: Event): void => {
		event.preventDefault();
		event.stopPropagation();
		props.onSubmit?.();
	};
	return (
		<dialog
			ref={ref}
			class={`dialog${props.wide ? ' wide' : ''}`}
			aria-labelledby={id}
			onCancel={(event) => {
				event.preventDefault();
				props.onClose();
			}}
			onMouseDown={(event) => event.target === ref.current && !props.keepOpen && props.onClose()}
			onKeyDown={(event) => {
				if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit(event);
			}}
		>
			<form class="dialog-body" onSubmit={submit} noValidate>
				<header class="dialog-head">
					{props.icon && (
						<span class={`dialog-icon ${props.tone ?? 'info'}`}>
							<Icon name={props.icon} size={18} />
						</span>
					)}
					<h2 id={id}>{props.title}</h2>
					<Button kind="ghost" icon="x" label={t('act.close')} onClick={props.onClose} />
				</header>
				<div class="dialog-main">{props.children}</div>
				{props.foot && <footer class="dialog-foot">{props.foot}</footer>}
			</form>
		</dialog>
	);
}
