import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from '../kit/button.tsx';
import { toast, toastProblem } from '../kit/toast.tsx';
import { t } from '../lib/i18n.ts';
import { startExport } from '../lib/jobs.ts';
import { withProof } from './proof.tsx';

/** Exports what the list shows; progress and file are in Jobs. */
export function ExportButton({
	path,
	query,
}: {
	path: string;
	query: Record<string, string | string[] | null>;
}): JSX.Element {
	const [busy, setBusy] = useState(false);
	const start = async (): Promise<void> => {
		setBusy(true);
		try {
			await withProof(() => startExport(path, query));
			toast(t('toast.exportStarted'));
		} catch (error) {
			toastProblem(error);
		}
		setBusy(false);
	};
	return (
		<Button icon="download" busy={busy} onClick={() => void start()} class="export">
			{t('act.export')}
		</Button>
	);
}
