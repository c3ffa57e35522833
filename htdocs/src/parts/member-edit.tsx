// Details of a member: name, address, phone, label, and when his membership ends.
import type { JSX } from 'preact';
import { Text } from '../kit/field.tsx';
import { Icon } from '../kit/icon.tsx';
import { patch } from '../lib/api.ts';
import type { Member } from '../lib/api.types.ts';
import { instant, localOf, orNull } from '../lib/form.ts';
import { t } from '../lib/i18n.ts';
import { EditDialog, useEdit } from './edit-dialog.tsx';
import { pathOf } from './member-acts.tsx';

type Fields = { name: string; email: string; phone: string; label: string; expires_at: string };

/** The day written in a field is still part of the membership. */
export function endOf(day: string): string | null {
	return day ? instant(`${day}T23:59`) : null;
}

function fieldsOf(member: Member | null): Fields {
	const { name = '', email, phone, label, expires_at = null } = member ?? {};
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
	const { member } = props;
	const editing = useEdit<Member, Fields>(member, {
		fieldsOf,
		needed: member.kind === 'support' ? ['name', 'expires_at'] : ['name'],
		send: async (now, start) => {
			const changes = changesOf(now, fieldsOf(start));
			if (start && Object.keys(changes).length) await patch<Member>(pathOf(start), changes, start.ver);
		},
		onClose: props.onClose,
	});
	const { values, set, errors } = editing.form;
	const base = editing.base ?? member;
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
		<EditDialog edit={editing} title={t('user.editTitle', { name: base.name })} icon="pencil" labels={labels}>
			{text('name', { locked: billing, off: !edit })}
			<div class="row2">
				{text('email', { type: 'email', locked: billing, off: !edit })}
				{text('phone', { type: 'tel', locked: billing, off: !edit })}
				{text('label', { hint: t('user.labelHint'), off: !edit })}
				{text('expires_at', { type: 'date', hint: t('user.endsHint'), off: !expiry })}
			</div>
		</EditDialog>
	);
}
