// One form for the policies, one switch after the other for the areas.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Panel } from '../../kit/bits.tsx';
import { toast } from '../../kit/toast.tsx';
import { get, patch, post } from '../../lib/api.ts';
import type { Account, Policy, PolicyPreview } from '../../lib/api.types.ts';
import { useForm } from '../../lib/form.ts';
import { t, tWord } from '../../lib/i18n.ts';
import { useLeaveGuard } from '../../lib/leave.ts';
import { ActDialog } from '../../parts/act-dialog.tsx';
import { type Clash, ConflictDialog } from '../../parts/conflict.tsx';
import { FormProblem } from '../../parts/form-problem.tsx';
import { withProof } from '../../parts/proof.tsx';
import { onSaveKey, SaveBar } from '../../parts/save-bar.tsx';
import { Areas } from './configuration-areas.tsx';
import { type Config, changesOf, configOf, PREFERENCES, SECURITY, wrongOf } from './configuration-fields.ts';
import { PolicyField } from './configuration-policy.tsx';

interface Props {
	account: Account;
	path: string;
	policy: Policy;
	onSaved: (policy: Policy) => void;
}

export function ConfigurationForm({ account, path, policy, onSaved }: Props): JSX.Element {
	const [base, setBase] = useState(policy);
	const [preview, setPreview] = useState<PolicyPreview | null>(null);
	const [clash, setClash] = useState<Clash<Config> | null>(null);
	const form = useForm<Config>(configOf(base));
	useLeaveGuard(form.changed.length > 0);
	const taken = (after: Policy): void => {
		setBase(after);
		onSaved(after);
	};
	const save = async (values: Config, start: Policy): Promise<void> => {
		const was = configOf(start);
		const keys = (Object.keys(values) as (keyof Config)[]).filter((key) => values[key] !== was[key]);
		const after = await withProof(() => patch<Policy>(path, changesOf(values, keys), start.ver));
		taken(after);
		form.reset(configOf(after));
		toast(t('toast.saved'));
	};
	const collide = async (values: Config): Promise<void> => {
		const current = await get<Policy>(path);
		setClash({ was: configOf(base), theirs: configOf(current), mine: values });
		taken(current);
	};
	/** What touches people is told before it is saved. */
	const look = async (values: Config = form.values, start: Policy = base): Promise<void> => {
		const wrong = wrongOf(values);
		if (wrong.length) return form.fail(Object.fromEntries(wrong.map((key) => [key, t('config.minutes')])));
		const found: { preview?: PolicyPreview } = {};
		const problem = await form.run(async () => {
			found.preview = await post<PolicyPreview>(`${path}/preview`, changesOf(values, form.changed));
			const { must_enrol, signed_out } = found.preview;
			if (must_enrol + signed_out > 0) setPreview(found.preview);
			else await save(values, start);
		});
		if (problem?.status === 412) await collide(values);
	};
	return (
		<form
			class="stack"
			noValidate
			onSubmit={(event) => {
				event.preventDefault();
				if (form.changed.length) void look();
			}}
			onKeyDown={onSaveKey(() => form.changed.length > 0 && void look())}
		>
			<div class="columns">
				<Panel title={t('config.security')}>
					<div class="stack-s">
						{SECURITY.map((key) => (
							<PolicyField key={key} name={key} form={form} policy={base} account={account} />
						))}
					</div>
				</Panel>
				<div class="stack">
					<Panel title={t('config.preferences')}>
						<div class="stack-s">
							{PREFERENCES.map((key) => (
								<PolicyField key={key} name={key} form={form} policy={base} account={account} />
							))}
						</div>
					</Panel>
					<Areas
						account={account}
						areas={base.areas}
						ver={base.ver}
						onSaved={async () => taken(await get<Policy>(path))}
					/>
				</div>
			</div>
			<FormProblem form={clash ? { problem: null } : form} shown={shown(form.errors)} />
			<SaveBar n={form.changed.length} busy={form.busy} onDiscard={() => form.reset()} />
			{preview && (
				<ActDialog
					title={t('config.previewTitle', { name: account.name })}
					icon="shield"
					tone="warn"
					verb={t('act.save')}
					onClose={() => setPreview(null)}
					run={() => save(form.values, base)}
				>
					<p>{t('config.people', { n: preview.people })}</p>
					{preview.must_enrol > 0 && <p>{t('config.mustEnrol', { n: preview.must_enrol })}</p>}
					{preview.signed_out > 0 && <p>{t('config.signedOut', { n: preview.signed_out })}</p>}
				</ActDialog>
			)}
			{clash && (
				<ConflictDialog
					clash={clash}
					labels={Object.fromEntries(Object.keys(clash.mine).map((key) => [key, tWord('config', key)]))}
					onClose={() => setClash(null)}
					onDone={(values) => {
						setClash(null);
						form.reset(configOf(base));
						form.put(values);
						void form.run(() => save(values, base));
					}}
				/>
			)}
		</form>
	);
}

function shown(errors: Partial<Record<string, string>>): string[] {
	return Object.entries(errors).map(([key, text]) => `${tWord('config', key)}: ${text}`);
}
