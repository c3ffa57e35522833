// A dialogue that makes one object or changes it: saved with the version that was
// read, and with a choice between both when somebody else was first.
import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from '../kit/button.tsx';
import { Dialog } from '../kit/dialog.tsx';
import type { IconName } from '../kit/icon.tsx';
import { toast } from '../kit/toast.tsx';
import { type Fields, type Form, required, useForm } from '../lib/form.ts';
import { t } from '../lib/i18n.ts';
import { type Clash, ConflictDialog } from './conflict.tsx';
import { FormProblem } from './form-problem.tsx';

interface How<O, F> {
	fieldsOf: (one: O | null) => F;
	needed: string[];
	send: (now: F, start: O | null) => Promise<unknown>;
	onClose: (saved: boolean) => void;
}
export interface Edit<O, F extends Fields> {
	form: Form<F>;
	/** What is changed, as it was read last; null while it is made. */
	base: O | null;
	clash: Clash<F> | null;
	save: () => Promise<void>;
	choose: (values: F | null) => void;
	close: () => void;
}

export function useEdit<O, F extends Fields>(first: O | null, how: How<O, F>): Edit<O, F> {
	const { fieldsOf, needed, send, onClose } = how;
	const [base, setBase] = useState(first);
	const [clash, setClash] = useState<Clash<F> | null>(null);
	const form = useForm(fieldsOf(first));
	const save = async (now: F = form.values): Promise<void> => {
		const missing = required(now, needed);
		if (Object.keys(missing).length) return form.fail(missing);
		const problem = await form.run(async () => void (await send(now, base)));
		if (problem?.status === 412 && problem.current) {
			const current = problem.current as O;
			setBase(current);
			setClash({ was: fieldsOf(base), theirs: fieldsOf(current), mine: now });
		} else if (!problem) {
			toast(t('toast.saved'));
			onClose(true);
		}
	};
	const choose = (values: F | null): void => {
		setClash(null);
		if (!values) return;
		form.put(values);
		void save(values);
	};
	return { form, base, clash, save: () => save(), choose, close: () => onClose(false) };
}

export function EditDialog<O, F extends Fields>(props: {
	edit: Edit<O, F>;
	title: string;
	icon: IconName;
	wide?: boolean;
	labels: Record<string, string>;
	children: ComponentChildren;
}): JSX.Element {
	const { form, clash, save, choose, close } = props.edit;
	return (
		<Dialog
			title={props.title}
			icon={props.icon}
			wide={props.wide ?? false}
			onClose={close}
			onSubmit={() => void save()}
			keepOpen={form.changed.length > 0}
			foot={
				<>
					<Button onClick={close}>{t('act.cancel')}</Button>
					<Button kind="primary" type="submit" busy={form.busy}>
						{t('act.save')}
					</Button>
				</>
			}
		>
			{props.children}
			<FormProblem form={clash ? { problem: null } : form} />
			{clash && (
				<ConflictDialog
					clash={clash}
					labels={props.labels}
					onClose={() => choose(null)}
					onDone={(chosen) => choose(chosen)}
				/>
			)}
		</Dialog>
	);
}
