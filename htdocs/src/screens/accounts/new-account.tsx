// A new reseller or customer below a chosen parent.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from '../../kit/button.tsx';
import { Dialog } from '../../kit/dialog.tsx';
import { Choice, Select, Text } from '../../kit/field.tsx';
import { Filter } from '../../kit/filter.tsx';
import { toast } from '../../kit/toast.tsx';
import { post } from '../../lib/api.ts';
import type { Account, Kind } from '../../lib/api.types.ts';
import { accountKey, fetchAccount, tellAccount } from '../../lib/bus.ts';
import { orNull, required, useForm } from '../../lib/form.ts';
import { language, t, tWord } from '../../lib/i18n.ts';
import { languageOptions } from '../../lib/languages.ts';
import { useLoad } from '../../lib/load.ts';
import { go, href } from '../../lib/router.ts';
import { session } from '../../lib/session.ts';
import { ZONES } from '../../lib/zones.ts';
import { AccountPicker, type Picked } from '../../parts/account-picker.tsx';
import { FormProblem } from '../../parts/form-problem.tsx';
import { endOf } from '../../parts/member-edit.tsx';

export function NewAccount(props: { kind: Kind; parent: string | null; onClose: () => void }): JSX.Element {
	const { onClose } = props;
	const mine = session.value?.acting;
	const [picked, setPicked] = useState<Picked | null>(null);
	const above = useLoad<Account>(props.parent ? accountKey(props.parent) : null, (signal) =>
		fetchAccount(props.parent ?? '', signal),
	);
	const given = above.data ? { id: above.data.id, name: above.data.name } : null;
	const parent = picked ?? given ?? { id: mine?.account_id ?? '', name: mine?.account_name ?? '' };
	const form = useForm({
		kind: props.kind as string,
		class: 'organisation' as string,
		name: '',
		login: '',
		email: '',
		phone: '',
		contract_no: '',
		locale: language.peek(),
		time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
		expires_at: '',
	});
	const { values, set, errors } = form;
	const submit = async (): Promise<void> => {
		const missing = required(values, ['name']);
		if (Object.keys(missing).length) return form.fail(missing);
		let made: Account | null = null;
		const body = {
			parent_id: parent.id,
			kind: values.kind,
			class: values.class,
			name: values.name.trim(),
			login: orNull(values.login),
			email: orNull(values.email),
			phone: orNull(values.phone),
			contract_no: orNull(values.contract_no),
			locale: values.locale,
			time_zone: orNull(values.time_zone),
			expires_at: endOf(values.expires_at),
		};
		const problem = await form.run(async () => {
			made = await post<Account>('accounts', body);
		});
		if (problem || !made) return;
		onClose();
		const { id, name } = made as Account;
		tellAccount(made);
		toast(t('toast.created', { name }));
		go(href(`accounts/${id}/overview`));
	};
	return (
		<Dialog
			title={t('new.title')}
			icon="user-plus"
			onClose={onClose}
			onSubmit={submit}
			keepOpen={form.changed.length > 0}
			foot={
				<>
					<Button onClick={onClose}>{t('act.cancel')}</Button>
					<Button kind="primary" type="submit" busy={form.busy}>
						{t('new.create')}
					</Button>
				</>
			}
		>
			<div class="row2">
				<Choice
					name="kind"
					label={t('new.kind')}
					value={values.kind}
					options={[
						['customer', tWord('kind', 'customer')],
						['reseller', tWord('kind', 'reseller')],
					]}
					onInput={(value) => set('kind', value)}
				/>
				<Choice
					name="class"
					label={t('col.kind')}
					value={values.class}
					options={[
						['organisation', tWord('class', 'organisation')],
						['person', tWord('class', 'person')],
					]}
					onInput={(value) => set('class', value)}
				/>
			</div>
			<div class="field">
				<span class="field-top">
					<span class="label">{t('new.parent')}</span>
				</span>
				<div class="inline">
					<b>{parent.name}</b>
					<Filter label={t('new.change')} value={null} onClear={() => setPicked(null)} wide>
						{(close) => (
							<AccountPicker
								label={t('new.parent')}
								extra={mine ? [{ id: mine.account_id, name: mine.account_name }] : []}
								onPick={(one) => {
									close();
									setPicked(one);
								}}
							/>
						)}
					</Filter>
				</div>
				{errors.parent_id && <span class="field-error">{errors.parent_id}</span>}
			</div>
			<Text
				name="name"
				label={t(values.class === 'person' ? 'new.personName' : 'new.orgName')}
				required
				autofocus
				value={values.name}
				error={errors.name}
				onInput={(value) => set('name', value)}
			/>
			<div class="row2">
				<Text
					name="email"
					type="email"
					label={t('col.email')}
					value={values.email}
					error={errors.email}
					onInput={(value) => set('email', value)}
				/>
				<Text
					name="login"
					label={t('col.login')}
					value={values.login}
					error={errors.login}
					hint={t('new.loginHint')}
					onInput={(value) => set('login', value)}
				/>
				<Text
					name="phone"
					type="tel"
					label={t('col.phone')}
					value={values.phone}
					error={errors.phone}
					onInput={(value) => set('phone', value)}
				/>
				<Text
					name="contract_no"
					label={t('col.contract')}
					value={values.contract_no}
					error={errors.contract_no}
					onInput={(value) => set('contract_no', value)}
				/>
				<Select
					name="locale"
					label={t('person.language')}
					value={values.locale}
					error={errors.locale}
					options={languageOptions(values.locale)}
					onInput={(value) => set('locale', value)}
				/>
				<Text
					name="time_zone"
					label={t('field.timeZone')}
					value={values.time_zone}
					error={errors.time_zone}
					list={ZONES()}
					onInput={(value) => set('time_zone', value)}
				/>
				<Text
					name="expires_at"
					type="date"
					label={t('new.expires')}
					hint={t('new.expiresHint')}
					value={values.expires_at}
					error={errors.expires_at}
					onInput={(value) => set('expires_at', value)}
				/>
			</div>
			<FormProblem form={form} />
		</Dialog>
	);
}
