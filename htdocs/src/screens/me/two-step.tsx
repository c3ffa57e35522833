// The second step: set up, removed, and new recovery codes.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from '../../kit/button.tsx';
import { Dialog } from '../../kit/dialog.tsx';
import { toast } from '../../kit/toast.tsx';
import { post, send } from '../../lib/api.ts';
import type { RecoveryCodes } from '../../lib/api.types.ts';
import { useForm } from '../../lib/form.ts';
import { t } from '../../lib/i18n.ts';
import { useEnrolment } from '../../parts/enrolment.tsx';
import { FormProblem } from '../../parts/form-problem.tsx';
import { withProof } from '../../parts/proof.tsx';
import { RecoveryCodesView } from '../../parts/recovery-codes.tsx';
import type { Props } from './email-dialog.tsx';

export function SetUpDialog({ onClose }: Props): JSX.Element {
	const enrolment = useEnrolment(() => onClose(true));
	const { codes, next } = enrolment;
	const close = (): void => onClose(codes !== null);
	return (
		<Dialog
			title={t(codes ? 'recovery.title' : 'enrol.title')}
			icon="shield"
			onClose={close}
			onSubmit={() => void enrolment.submit()}
			keepOpen
			foot={
				<>
					{!codes && <Button onClick={close}>{t('act.cancel')}</Button>}
					{next && (
						<Button kind="primary" type="submit" busy={enrolment.busy} disabled={!enrolment.ready}>
							{next}
						</Button>
					)}
				</>
			}
		>
			{enrolment.body}
		</Dialog>
	);
}

export function RemoveDialog({ onClose }: Props): JSX.Element {
	const form = useForm({});
	const submit = async (): Promise<void> => {
		const problem = await form.run(async () => {
			await withProof(() => send('DELETE', 'api/v1/me/factor'));
		});
		if (problem) return;
		toast(t('me.removed'));
		onClose(true);
	};
	return (
		<Dialog
			title={t('me.removeTitle')}
			icon="shield-alert"
			tone="warn"
			onClose={() => onClose(false)}
			onSubmit={() => void submit()}
			foot={
				<>
					<Button onClick={() => onClose(false)}>{t('act.cancel')}</Button>
					<Button kind="danger" type="submit" busy={form.busy}>
						{t('me.removeDo')}
					</Button>
				</>
			}
		>
			<p>{t('me.removeText')}</p>
			<FormProblem form={form} />
		</Dialog>
	);
}

export function RenewDialog({ me, onClose }: Props): JSX.Element {
	const form = useForm({});
	const [codes, setCodes] = useState<string[] | null>(null);
	const [kept, setKept] = useState(false);
	const submit = async (): Promise<void> => {
		if (codes) return kept ? onClose(true) : undefined;
		await form.run(async () => {
			setCodes((await withProof(() => post<RecoveryCodes>('me/recovery-codes'))).recovery_codes);
		});
	};
	const close = (): void => onClose(codes !== null);
	return (
		<Dialog
			title={t(codes ? 'recovery.title' : 'me.renewTitle')}
			icon="shield"
			onClose={close}
			onSubmit={() => void submit()}
			keepOpen={codes !== null}
			foot={
				<>
					{!codes && <Button onClick={close}>{t('act.cancel')}</Button>}
					<Button kind="primary" type="submit" busy={form.busy} disabled={codes !== null && !kept}>
						{t(codes ? 'recovery.done' : 'me.renewDo')}
					</Button>
				</>
			}
		>
			{codes ? (
				<RecoveryCodesView codes={codes} kept={kept} onKept={setKept} />
			) : (
				<p>{t('me.renewText', { n: me.recovery_left })}</p>
			)}
			<FormProblem form={form} />
		</Dialog>
	);
}
