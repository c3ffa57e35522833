// One act on somebody, told before it is done: what follows from it, why it is
// done, and where it cannot be taken back, his name typed.
import type { ComponentChildren, JSX } from 'preact';
import type { Tone } from '../kit/bits.tsx';
import { Button } from '../kit/button.tsx';
import { Dialog } from '../kit/dialog.tsx';
import { Area, Text } from '../kit/field.tsx';
import type { IconName } from '../kit/icon.tsx';
import { required, useForm } from '../lib/form.ts';
import { t } from '../lib/i18n.ts';
import { FormProblem } from './form-problem.tsx';

export interface ActProps {
	title: string;
	icon: IconName;
	tone?: Tone;
	verb: string;
	children?: ComponentChildren;
	reason?: 'needed' | 'asked';
	/** To be typed before it is done. */
	typed?: string;
	/** What is typed: else the name of a person. */
	typedLabel?: string;
	/** Nothing would come of it. */
	off?: boolean;
	run: (reason: string) => Promise<void>;
	onClose: (done: boolean) => void;
}

export function ActDialog(props: ActProps): JSX.Element {
	const form = useForm({ reason_text: '', typed: '' });
	const { values, set, errors } = form;
	const off = props.typed !== undefined && values.typed !== props.typed;
	const submit = async (): Promise<void> => {
		const missing = required(values, props.reason === 'needed' ? ['reason_text'] : []);
		if (off) missing.typed = t('error.name-differs');
		if (Object.keys(missing).length) return form.fail(missing);
		const problem = await form.run(() => props.run(values.reason_text.trim()));
		if (!problem) props.onClose(true);
	};
	return (
		<Dialog
			title={props.title}
			icon={props.icon}
			tone={props.tone ?? 'info'}
			onClose={() => props.onClose(false)}
			onSubmit={() => void submit()}
			keepOpen={form.changed.length > 0}
			foot={
				<>
					<Button onClick={() => props.onClose(false)}>{t('act.cancel')}</Button>
					<Button
						kind={props.tone === 'bad' ? 'danger' : 'primary'}
						type="submit"
						busy={form.busy}
						disabled={off || props.off}
					>
						{props.verb}
					</Button>
				</>
			}
		>
			{props.children && <div class="impact">{props.children}</div>}
			{props.reason && (
				<Area
					name="reason_text"
					label={t('hold.reasonText')}
					required={props.reason === 'needed'}
					rows={2}
					value={values.reason_text}
					error={errors.reason_text}
					onInput={(value) => set('reason_text', value)}
				/>
			)}
			{props.typed !== undefined && (
				<>
					<p class="typed">
						{t('terminate.typeName')} <code>{props.typed}</code>
					</p>
					<Text
						name="typed"
						label={props.typedLabel ?? t('user.typed')}
						value={values.typed}
						error={errors.typed}
						onInput={(value) => set('typed', value)}
					/>
				</>
			)}
			<FormProblem form={form} />
		</Dialog>
	);
}
