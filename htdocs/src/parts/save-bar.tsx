// Stands at the foot of a form while something in it changed.
import type { JSX } from 'preact';
import { Button, Kbd } from '../kit/button.tsx';
import { t } from '../lib/i18n.ts';

export function SaveBar(props: {
	n: number;
	busy: boolean;
	onDiscard: () => void;
	verb?: string;
}): JSX.Element | null {
	if (props.n === 0) return null;
	return (
		<div class="savebar" role="region" aria-label={t('save.bar')}>
			<b role="status">{t('save.changed', { n: props.n })}</b>
			<span class="push muted save-keys">
				<Kbd>Ctrl ↵</Kbd>
			</span>
			<Button onClick={props.onDiscard}>{t('save.discard')}</Button>
			<Button kind="primary" type="submit" busy={props.busy}>
				{props.verb ?? t('act.save')}
			</Button>
		</div>
	);
}

/** Ctrl+Enter anywhere in the form saves it. */
export function onSaveKey(save: () => void) {
	return (event: KeyboardEvent): void => {
		if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
		event.preventDefault();
		save();
	};
}
