// Where the dialogs of the acts on an account stand; loaded when first asked for.
import type { ComponentType, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { toastProblem } from '../kit/toast.tsx';
import type { AccountItem } from '../lib/api.types.ts';
import { withWords } from '../lib/i18n.ts';
import { asked } from './acts.tsx';

type View = ComponentType<{ account: AccountItem; onClose: () => void; quick?: boolean }>;

async function viewOf(act: string): Promise<View> {
	if (act === 'suspend' || act === 'hold') return (await import('./hold-dialog.tsx')).HoldDialog;
	if (act === 'move') return (await import('./move-dialog.tsx')).MoveDialog;
	const dialogs = await import('./end-dialogs.tsx');
	return act === 'terminate' ? dialogs.TerminateDialog : dialogs.RestoreDialog;
}

export function ActsHost(): JSX.Element | null {
	const now = asked.value;
	const [view, setView] = useState<{ act: string; View: View } | null>(null);
	useEffect(() => {
		if (!now) return setView(null);
		withWords(viewOf(now.act)).then((View) => setView({ act: now.act, View }), toastProblem);
	}, [now]);
	if (!now || view?.act !== now.act) return null;
	const close = (): void => {
		asked.value = null;
	};
	return (
		<view.View key={now.account.id} account={now.account} onClose={close} quick={now.act === 'suspend'} />
	);
}
