// Setting up the second step: a QR code for the app, a code back, recovery codes.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Bones, Copy } from '../kit/bits.tsx';
import { Text } from '../kit/field.tsx';
import { Failure } from '../kit/states.tsx';
import { asProblem, type Problem, post } from '../lib/api.ts';
import type { FactorSetup, RecoveryCodes } from '../lib/api.types.ts';
import { type Form, required, useForm } from '../lib/form.ts';
import { t } from '../lib/i18n.ts';
import { FormProblem } from './form-problem.tsx';
import { withProof } from './proof.tsx';
import { Qr } from './qr.tsx';
import { RecoveryCodesView } from './recovery-codes.tsx';

interface Enrolment {
	body: JSX.Element;
	/** The word of the button, and what it does; null: nothing can be done now. */
	next: string | null;
	submit: () => Promise<void>;
	busy: boolean;
	codes: string[] | null;
	ready: boolean;
}

/** The caller has the frame and the button: a page of signing in, or a dialog. */
export function useEnrolment(onDone: () => void): Enrolment {
	const [setup, setSetup] = useState<FactorSetup | null>(null);
	const [failed, setFailed] = useState<Problem | null>(null);
	const [codes, setCodes] = useState<string[] | null>(null);
	const [kept, setKept] = useState(false);
	const form = useForm({ code: '' });
	const begin = (): void => {
		setFailed(null);
		withProof(() => post<FactorSetup>('me/factor')).then(setSetup, (error: unknown) =>
			setFailed(asProblem(error)),
		);
	};
	useEffect(begin, []);
	const confirm = async (): Promise<void> => {
		const missing = required(form.values, ['code']);
		if (Object.keys(missing).length) return form.fail(missing);
		const problem = await form.run(async () => {
			const { recovery_codes } = await post<RecoveryCodes>('me/factor/confirm', {
				code: form.values.code.replace(/\s+/g, ''),
			});
			setCodes(recovery_codes);
		});
		if (problem) form.put({ code: '' });
	};
	const submit = async (): Promise<void> => {
		if (!codes) await confirm();
		else if (kept) onDone();
	};
	const body = codes ? (
		<RecoveryCodesView codes={codes} kept={kept} onKept={setKept} />
	) : failed ? (
		<Failure problem={failed} onRetry={begin} />
	) : setup ? (
		<Scan setup={setup} form={form} />
	) : (
		<Bones lines={6} />
	);
	const next = codes ? t('recovery.done') : setup ? t('enrol.do') : null;
	return { body, next, submit, busy: form.busy, codes, ready: !codes || kept };
}

function Scan({ setup, form }: { setup: FactorSetup; form: Form<{ code: string }> }): JSX.Element {
	useEffect(() => document.querySelector<HTMLElement>('[name=code]')?.focus(), []);
	const grouped = setup.secret.replace(/(.{4})(?=.)/g, '$1 ');
	return (
		<div class="stack-s">
			<p>{t('enrol.scan')}</p>
			<Qr text={setup.uri} label={t('enrol.qr')} />
			<p class="enrol-secret">
				{t('enrol.secret')} <Copy text={grouped} label={t('enrol.secretName')} />
			</p>
			<FormProblem form={form} />
			<Text
				name="code"
				label={t('enrol.code')}
				hint={t('enrol.hint')}
				value={form.values.code}
				error={form.errors.code}
				autocomplete="one-time-code"
				inputMode="numeric"
				onInput={(value) => form.set('code', value)}
			/>
		</div>
	);
}
