// The profile: one form, a save bar while something changed, and the dialogue
// when somebody else saved first.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Panel } from '../../kit/bits.tsx';
import { Button, Kbd } from '../../kit/button.tsx';
import { Choice, Select, Text } from '../../kit/field.tsx';
import { toast } from '../../kit/toast.tsx';
import { get, patch } from '../../lib/api.ts';
import type { Account, Change, Page } from '../../lib/api.types.ts';
import { tellAccount } from '../../lib/bus.ts';
import { required, useForm } from '../../lib/form.ts';
import { relative } from '../../lib/format.ts';
import { t, tWord } from '../../lib/i18n.ts';
import { languageOptions } from '../../lib/languages.ts';
import { useLeaveGuard } from '../../lib/leave.ts';
import { can } from '../../lib/session.ts';
import { ZONES } from '../../lib/zones.ts';
import { type Clash, ConflictDialog } from '../../parts/conflict.tsx';
import { FormProblem } from '../../parts/form-problem.tsx';
import { lockOf } from '../../parts/lock.tsx';
import { PlaceFields } from '../../parts/place-fields.tsx';
import { Contacts } from './contacts.tsx';
import { CustomFields } from './custom-values.tsx';
import { Billing } from './profile-billing.tsx';
import { changesOf, type Profile, type ProfileForm, profileLabels, profileOf } from './profile-fields.ts';
import type { TabProps } from './sections.ts';

async function lastChange(id: string): Promise<string | undefined> {
	try {
		const page = await get<Page<Change>>(`accounts/${id}/changes`, { limit: 10 });
		const last = page.items[0];
		return last && `${last.actor_label} (${relative(last.at)})`;
	} catch {
		return undefined;
	}
}

export default function ProfileTab({ account }: TabProps): JSX.Element {
	const form = useForm<Profile>(profileOf(account));
	const [base, setBase] = useState(account);
	const [clash, setClash] = useState<Clash<Profile> | null>(null);
	const dirty = form.changed.length > 0;
	useLeaveGuard(dirty);
	useEffect(() => {
		if (account.ver === base.ver || dirty || form.busy) return;
		setBase(account);
		form.reset(profileOf(account));
	}, [account, dirty]);

	const save = async (values: Profile = form.values, start: Account = base): Promise<void> => {
		const missing = required(values, ['name']);
		if (Object.keys(missing).length) return form.fail(missing);
		const was = profileOf(start);
		const changed = (Object.keys(values) as (keyof Profile)[]).filter((name) => values[name] !== was[name]);
		let after: Account | null = null;
		const problem = await form.run(async () => {
			after = await patch<Account>(`accounts/${start.id}`, changesOf(values, changed), start.ver);
		});
		if (problem?.status === 412 && problem.current) {
			const current = problem.current as Account;
			const who = await lastChange(start.id);
			setBase(current);
			setClash({ was: profileOf(start), theirs: profileOf(current), mine: values, who });
			return;
		}
		if (problem || !after) return;
		setBase(after);
		form.reset(profileOf(after));
		tellAccount(after);
		toast(t('toast.saved'));
	};
	const resolve = (values: Profile): void => {
		setClash(null);
		form.reset(profileOf(base));
		form.put(values);
		void save(values, base);
	};
	return (
		<form
			class="tab profile"
			noValidate
			onSubmit={(event) => {
				event.preventDefault();
				void save();
			}}
			onKeyDown={(event) => {
				if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && dirty) {
					event.preventDefault();
					void save();
				}
			}}
		>
			<h2 class="sr-only">{t('tab.profile')}</h2>
			<div class="columns wide-left">
				<div class="stack">
					<General form={form} account={base} />
					<Contacts account={base} />
					<Place form={form} account={base} />
					<CustomFields account={base} />
				</div>
				<Billing form={form} account={base} />
			</div>
			<FormProblem form={clash ? { problem: null } : form} shown={shownErrors(form)} />
			{dirty && (
				<div class="savebar" role="region" aria-label={t('save.bar')}>
					<b role="status">{t('save.changed', { n: form.changed.length })}</b>
					<span class="push muted save-keys">
						<Kbd>Ctrl ↵</Kbd>
					</span>
					<Button onClick={() => form.reset()}>{t('save.discard')}</Button>
					<Button kind="primary" type="submit" busy={form.busy}>
						{t('act.save')}
					</Button>
				</div>
			)}
			{clash && (
				<ConflictDialog
					clash={clash}
					labels={profileLabels()}
					onDone={resolve}
					onClose={() => setClash(null)}
				/>
			)}
		</form>
	);
}

function shownErrors(form: ProfileForm): string[] {
	const labels: Record<string, string> = profileLabels();
	return Object.entries(form.errors).map(([name, text]) => `${labels[name] ?? name}: ${text}`);
}

interface Part {
	form: ProfileForm;
	account: Account;
}

function General({ form, account }: Part): JSX.Element {
	const { values, set, errors } = form;
	const off = !can('account.edit');
	return (
		<Panel title={t('profile.general')}>
			<div class="row2">
				<Text
					class="span2"
					name="name"
					label={t('col.name')}
					required
					disabled={off}
					locked={lockOf(account, 'name')}
					value={values.name}
					error={errors.name}
					onInput={(v) => set('name', v)}
				/>
				<Choice
					name="class"
					label={t('col.kind')}
					disabled={off || Boolean(lockOf(account, 'class'))}
					value={values.class}
					options={[
						['organisation', tWord('class', 'organisation')],
						['person', tWord('class', 'person')],
					]}
					onInput={(v) => set('class', v)}
				/>
				<Text
					name="contract_no"
					label={t('col.contract')}
					disabled={off}
					locked={lockOf(account, 'contract_no')}
					value={values.contract_no}
					error={errors.contract_no}
					onInput={(v) => set('contract_no', v)}
				/>
				<Select
					name="locale"
					label={t('person.language')}
					disabled={off}
					locked={lockOf(account, 'locale')}
					value={values.locale}
					error={errors.locale}
					options={[['', '–'], ...languageOptions(values.locale)]}
					onInput={(v) => set('locale', v)}
				/>
				<Text
					name="time_zone"
					label={t('field.timeZone')}
					disabled={off}
					locked={lockOf(account, 'time_zone')}
					value={values.time_zone}
					error={errors.time_zone}
					list={ZONES()}
					onInput={(v) => set('time_zone', v)}
				/>
			</div>
		</Panel>
	);
}

function Place({ form, account }: Part): JSX.Element {
	return (
		<Panel title={t('profile.location')}>
			<PlaceFields
				form={form}
				disabled={!can('account.edit_location')}
				lock={(field) => lockOf(account, field)}
			/>
		</Panel>
	);
}
