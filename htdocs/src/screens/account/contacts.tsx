// Contact persons: several for each role. Each is saved by itself.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Bones, MailTo, Panel, Tag } from '../../kit/bits.tsx';
import { Button } from '../../kit/button.tsx';
import { Choice, Text } from '../../kit/field.tsx';
import { toast, toastProblem } from '../../kit/toast.tsx';
import { get, patch, post, remove } from '../../lib/api.ts';
import type { Account, Contact } from '../../lib/api.types.ts';
import { orNull } from '../../lib/form.ts';
import { t, tWord } from '../../lib/i18n.ts';
import { useLoad } from '../../lib/load.ts';
import { can } from '../../lib/session.ts';
import { EditDialog, useEdit } from '../../parts/edit-dialog.tsx';

const ROLES = ['owner', 'billing', 'technical', 'emergency'] as const;

type Fields = { role: string; name: string; email: string; phone: string; note: string };

function fieldsOf(contact: Contact | null): Fields {
	const { role = 'owner', name = '', email, phone, note } = contact ?? {};
	return { role, name, email: email ?? '', phone: phone ?? '', note: note ?? '' };
}

export function Contacts({ account }: { account: Account }): JSX.Element {
	const { data, problem, reload } = useLoad<{ items: Contact[] }>(
		`contacts ${account.id}`,
		(signal) => get(`accounts/${account.id}/contacts`, {}, signal),
		10_000,
	);
	const [open, setOpen] = useState<Contact | 'new' | null>(null);
	const edit = can('account.edit');
	const drop = async (contact: Contact): Promise<void> => {
		try {
			await remove(`accounts/${account.id}/contacts/${contact.id}`, contact.ver);
			reload();
			const { role, name, email, phone, note } = contact;
			const again = async (): Promise<void> => {
				await post(`accounts/${account.id}/contacts`, { role, name, email, phone, note });
				reload();
			};
			toast(t('toast.deleted', { name }), {
				act: { label: t('act.undo'), run: () => void again().catch(toastProblem) },
			});
		} catch (error) {
			toastProblem(error);
			reload();
		}
	};
	return (
		<Panel
			title={t('contact.title')}
			action={
				edit && (
					<Button small icon="plus" onClick={() => setOpen('new')}>
						{t('contact.add')}
					</Button>
				)
			}
		>
			{!data && !problem && <Bones lines={2} />}
			{problem && <p class="muted">{problem.message}</p>}
			{data?.items.length === 0 && <p class="muted">{t('contact.none')}</p>}
			<ul class="lines">
				{data?.items.map((contact) => (
					<li key={contact.id}>
						<Tag>{tWord('contactRole', contact.role)}</Tag>
						<span class="line-main">
							<b>{contact.name}</b>
							<small>
								{contact.email && <MailTo to={contact.email} />}
								{contact.phone && <a href={`tel:${contact.phone}`}>{contact.phone}</a>}
								{contact.note && <span>{contact.note}</span>}
							</small>
						</span>
						{edit && (
							<span class="line-acts">
								<Button
									kind="ghost"
									icon="pencil"
									label={t('contact.edit', { name: contact.name })}
									onClick={() => setOpen(contact)}
								/>
								<Button
									kind="ghost"
									icon="trash-2"
									label={t('contact.delete', { name: contact.name })}
									onClick={() => void drop(contact)}
								/>
							</span>
						)}
					</li>
				))}
			</ul>
			{open && (
				<ContactDialog
					account={account}
					contact={open === 'new' ? null : open}
					onClose={(saved) => {
						setOpen(null);
						if (saved) reload();
					}}
				/>
			)}
		</Panel>
	);
}

function ContactDialog(props: {
	account: Account;
	contact: Contact | null;
	onClose: (saved: boolean) => void;
}): JSX.Element {
	const to = `accounts/${props.account.id}/contacts`;
	const edit = useEdit<Contact, Fields>(props.contact, {
		fieldsOf,
		needed: ['name'],
		send: (now, start) => {
			const { role, name, email, phone, note } = now;
			const body = {
				role,
				name: name.trim(),
				email: orNull(email),
				phone: orNull(phone),
				note: orNull(note),
			};
			return start ? patch(`${to}/${start.id}`, body, start.ver) : post(to, body);
		},
		onClose: props.onClose,
	});
	const { values, set, errors } = edit.form;
	const labels = {
		role: t('contact.role'),
		name: t('col.name'),
		email: t('col.email'),
		phone: t('col.phone'),
		note: t('contact.note'),
	};
	const text = (name: 'name' | 'email' | 'phone' | 'note', type?: 'email' | 'tel'): JSX.Element => (
		<Text
			name={name}
			label={labels[name]}
			required={name === 'name'}
			type={type ?? 'text'}
			value={values[name]}
			error={errors[name]}
			onInput={(v) => set(name, v)}
		/>
	);
	return (
		<EditDialog
			edit={edit}
			title={edit.base ? t('contact.edit', { name: edit.base.name }) : t('contact.add')}
			icon="phone"
			labels={labels}
		>
			<Choice
				name="role"
				label={labels.role}
				value={values.role}
				options={ROLES.map((role) => [role, tWord('contactRole', role)])}
				onInput={(v) => set('role', v)}
			/>
			{text('name')}
			<div class="row2">
				{text('email', 'email')}
				{text('phone', 'tel')}
			</div>
			{text('note')}
		</EditDialog>
	);
}
