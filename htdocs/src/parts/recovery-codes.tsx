// Recovery codes are shown once: to be copied, printed or kept as a file.
import type { JSX } from 'preact';
import { Button, LinkButton } from '../kit/button.tsx';
import { Check } from '../kit/field.tsx';
import { toast, toastProblem } from '../kit/toast.tsx';
import { t } from '../lib/i18n.ts';
import { session } from '../lib/session.ts';

interface Props {
	codes: string[];
	kept: boolean;
	onKept: (kept: boolean) => void;
}

export function RecoveryCodesView({ codes, kept, onKept }: Props): JSX.Element {
	const text = codes.join('\n');
	const copy = async (): Promise<void> => {
		try {
			await navigator.clipboard.writeText(text);
			toast(t('copy.done'), { seconds: 3 });
		} catch (error) {
			toastProblem(error);
		}
	};
	return (
		<div class="stack-s">
			<p>{t('recovery.text')}</p>
			<div class="recovery">
				<p class="print-only">{t('recovery.of', { login: session.value?.person.login ?? '' })}</p>
				<ol>
					{codes.map((code) => (
						<li key={code}>
							<code>{code}</code>
						</li>
					))}
				</ol>
			</div>
			<div class="inline">
				<Button icon="copy" onClick={() => void copy()}>
					{t('recovery.copy')}
				</Button>
				<Button icon="file-text" onClick={() => window.print()}>
					{t('recovery.print')}
				</Button>
				<LinkButton
					icon="download"
					href={`data:text/plain;charset=utf-8,${encodeURIComponent(`${text}\n`)}`}
					download="gatehouse-recovery-codes.txt"
				>
					{t('act.download')}
				</LinkButton>
			</div>
			<Check name="kept" label={t('recovery.kept')} value={kept} onInput={onKept} />
		</div>
	);
}
