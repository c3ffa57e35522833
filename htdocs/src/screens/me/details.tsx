// Name, language, time zone, theme, keys: saved together.
import type { JSX } from 'preact';
import { Facts, Panel } from '../../kit/bits.tsx';
import { Button } from '../../kit/button.tsx';
import { Check, Choice, Select, Text } from '../../kit/field.tsx';
import { toast } from '../../kit/toast.tsx';
import { patch } from '../../lib/api.ts';
import type { MyDetails } from '../../lib/api.types.ts';
import { orNull, required, useForm } from '../../lib/form.ts';
import { LANGUAGES, t } from '../../lib/i18n.ts';
import { useLeaveGuard } from '../../lib/leave.ts';
import { prefs, prefsOf } from '../../lib/prefs.ts';
import { session } from '../../lib/session.ts';
import { ZONES } from '../../lib/zones.ts';
import { FormProblem } from '../../parts/form-problem.tsx';

const THEMES = ['system', 'light', 'dark'] as const;

function fieldsOf(me: MyDetails): {
	name: string;
	locale: string;
	time_zone: string;
	theme: string;
	shortcuts: boolean;
} {
	const { name, time_zone, theme, shortcuts } = me;
	return { name: name ?? '', locale: prefs.peek().locale, time_zone: time_zone ?? '', theme, shortcuts };
}

interface Props {
	me: MyDetails;
	put: (me: MyDetails) => void;
	/** Looked at by somebody else: nothing can be changed. */
	fixed: boolean;
}

export function Details({ me, put, fixed }: Props): JSX.Element {
	const form = useForm(fieldsOf(me));
	const { values, set, errors, changed } = form;
	useLeaveGuard(changed.length > 0);
	const save = async (): Promise<void> => {
		const missing = required(values, ['name']);
		if (Object.keys(missing).length) return form.fail(missing);
		const all = { ...values, name: values.name.trim(), time_zone: orNull(values.time_zone) };
		const body = Object.fromEntries(changed.map((name) => [name, all[name]]));
		await form.run(async () => {
			const next = { ...me, ...(await patch<MyDetails>('me', body)) };
			await prefsOf(next);
			put(next);
			const who = session.peek();
			if (who) session.value = { ...who, person: { ...who.person, ...next } };
			form.reset(fieldsOf(next));
			toast(t('toast.saved'));
		});
	};
	return (
		<Panel title={t('me.details')}>
			<form
				class="stack-s"
				noValidate
				onSubmit={(event) => {
					event.preventDefault();
					void save();
				}}
			>
				<Facts items={[[t('col.login'), me.login]]} />
				<Text
					name="name"
					label={t('col.name')}
					required
					disabled={fixed || !me.may_change_name}
					hint={me.may_change_name ? undefined : t('me.nameFixed')}
					value={values.name}
					error={errors.name}
					autocomplete="name"
					onInput={(value) => set('name', value)}
				/>
				<div class="row2">
					<Select
						name="locale"
						label={t('person.language')}
						disabled={fixed}
						value={values.locale}
						error={errors.locale}
						options={Object.entries(LANGUAGES)}
						onInput={(value) => set('locale', value)}
					/>
					<Text
						name="time_zone"
						label={t('me.zone')}
						hint={t('me.zoneHint')}
						disabled={fixed}
						value={values.time_zone}
						error={errors.time_zone}
						list={ZONES()}
						onInput={(value) => set('time_zone', value)}
					/>
				</div>
				<Choice
					name="theme"
					label={t('theme.label')}
					disabled={fixed}
					value={values.theme}
					options={THEMES.map((theme) => [theme, t(`theme.${theme}`)])}
					onInput={(value) => set('theme', value)}
				/>
				<Check
					name="shortcuts"
					label={t('person.shortcuts')}
					hint={t('me.shortcutsHint')}
					disabled={fixed}
					value={values.shortcuts}
					onInput={(value) => set('shortcuts', value)}
				/>
				<FormProblem form={form} />
				{!fixed && (
					<div class="inline">
						<Button kind="primary" type="submit" busy={form.busy} disabled={changed.length === 0}>
							{t('act.save')}
						</Button>
						{changed.length > 0 && <Button onClick={() => form.reset()}>{t('act.cancel')}</Button>}
					</div>
				)}
			</form>
		</Panel>
	);
}
