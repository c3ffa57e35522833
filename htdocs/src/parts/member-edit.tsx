// Details of a member: name, address, phone, label, and when his membership ends.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from '../kit/button.tsx';
import { Dialog } from '../kit/dialog.tsx';
import { Text } from '../kit/field.tsx';
import { Icon } from '../kit/icon.tsx';
import { toast } from '../kit/toast.tsx';
import { patch } from '../lib/api.ts';
import type { Member } from '../lib/api.types.ts';
import { instant, localOf, orNull, required, useForm } from '../lib/form.ts';
import { t } from '../lib/i18n.ts';
import { type Clash, ConflictDialog } from './conflict.tsx';
import { FormProblem } from './form-problem.tsx';
import { pathOf } from './member-acts.tsx';

type Fields = { name: string; email: string; phone: string; label: string; expires_at: string };

/** The day written in a field is still part of the membership. */
export function endOf(day: string): string | null {
	return day ? instant(`${day}T23:59`) : null;
}

function fieldsOf(member: Member): Fields {
	const { name, email, phone, label, expires_at } = member;
	return {
		name,
		email: email ?? '',
		phone: phone ?? '',
		label: label ?? '',
		expires_at: localOf(expires_at).slice(0, 10),
	};
}

function changesOf(now: Fields, was: Fields): Record<string, string | null> {
	const out: Record<string, string | null> = {};
	for (const name of ['email', 'phone', 'label'] as const)
		if (now[name] !== was[name]) out[name] = orNull(now[name]);
	if (now.name !== was.name) out.name = now.name.trim();
	if (now.expires_at !== was.expires_at) out.expires_at = endOf(now.expires_at);
	return out;
}

export function MemberEdit(props: { member: Member; onClose: (done: boolean) => void }): JSX.Element {
	const { onClose } = props;
	const [base, setBase] = useState(props.member);
	const [clash, setClash] = useState<Clash<Fields> | null>(null);
	const form = useForm<Fields>(fieldsOf(base));
	const { values, set, errors } = form;
	const save = async (now: Fields = values, start: Member = base): Promise<void> => {
		const missing = required(now, start.kind === 'support' ? ['name', 'expires_at'] : ['name']);
		if (Object.keys(missing).length) return form.fail(missing);
		const changes = changesOf(now, fieldsOf(start));
		const problem = await form.run(async () => {
			if (Object.keys(changes).length) await patch<Member>(pathOf(start), changes, start.ver);
		});
		if (problem?.status === 412 && problem.current) {
			const current = problem.current as Member;
			setBase(current);
			setClash({ was: fieldsOf(start), theirs: fieldsOf(current), mine: now });
		} else if (!problem) {
			toast(t('toast.saved'));
			onClose(true);
		}
	};
	const labels: Record<keyof Fields, string> = {
		name: t('col.name'),
		email: t('col.email'),
		phone: t('col.phone'),
		label: t('user.label'),
		expires_at: t('user.ends'),
	};
	const billing = base.origin === 'billing' && (
		<span class="lock">
			<Icon name="lock" size={12} /> {t('lock.by')}
		</span>
	);
	const text = (
		name: keyof Fields,
		more: {
			type?: 'email' | 'tel' | 'date';
			hint?: string;
			locked?: JSX.Element | false;
			off?: boolean;
		} = {},
	): JSX.Element => (
		<Text
			name={name}
			label={labels[name]}
			required={name === 'name'}
			type={more.type ?? 'text'}
			hint={more.hint}
			locked={more.locked || undefined}
			disabled={more.off}
			value={values[name]}
			error={errors[name]}
			onInput={(v) => set(name, v)}
		/>
	);
	const edit = base.allowed.includes('edit');
	const expiry = base.allowed.includes('expiry');
	return (
		<Dialog
			title={t('user.editTitle', { name: base.name })}
			icon="pencil"
			onClose={() => onClose(false)}
			onSubmit={() => void save()}
			keepOpen={form.changed.length > 0}
			foot={
				<>
					<Button onClick={() => onClose(false)}>{t('act.cancel')}</Button>
					<Button kind="primary" type="submit" busy={form.busy}>
						{t('act.save')}
					</Button>
				</>
			}
		>
			{text('name', { locked: billing, off: !edit })}
			<div class="row2">
				{text('email', { type: 'email', locked: billing, off: !edit })}
				{text('phone', { type: 'tel', locked: billing, off: !edit })}
				{text('label', { hint: t('user.labelHint'), off: !edit })}
				{text('expires_at', { type: 'date', hint: t('user.endsHint'), off: !expiry })}
			</div>
			<FormProblem form={clash ? { problem: null } : form} />
			{clash && (
				<ConflictDialog
					clash={clash}
					labels={labels}
					onClose={() => setClash(null)}
					onDone={(chosen) => {
						setClash(null);
						form.put(chosen);
						void save(chosen, base);
					}}
				/>
			)}
		</Dialog>
	);
}
