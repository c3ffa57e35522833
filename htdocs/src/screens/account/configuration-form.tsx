// One form for the policies, one switch after the other for the areas.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Panel } from '../../kit/bits.tsx';
import { toast } from '../../kit/toast.tsx';
import { asProblem, get, patch, post } from '../../lib/api.ts';
import type { Account, Policy, PolicyPreview } from '../../lib/api.types.ts';
import { useForm } from '../../lib/form.ts';
import { t, tWord } from '../../lib/i18n.ts';
import { useLeaveGuard } from '../../lib/leave.ts';
import { ActDialog } from '../../parts/act-dialog.tsx';
import { type Clash, ConflictDialog } from '../../parts/conflict.tsx';
import { FormProblem } from '../../parts/form-problem.tsx';
import { lastChange } from '../../parts/last-change.ts';
import { withProof } from '../../parts/proof.tsx';
import { onSaveKey, SaveBar } from '../../parts/save-bar.tsx';
import { Areas } from './configuration-areas.tsx';
import {
	type Config,
	changesOf,
	configOf,
	type PolicyKey,
	PREFERENCES,
	SECURITY,
	wrongOf,
} from './configuration-fields.ts';
import { PolicyField, saidWords, useRoleOptions } from './configuration-policy.tsx';

interface Props {
	account: Account;
	path: string;
	policy: Policy;
	onSaved: (policy: Policy) => void;
}

/** Somebody else saved; what is typed here is kept beside it until one of both is chosen. */
interface Met {
	clash: Clash<Config>;
	theirs: Policy;
}

function keysOf(values: Config, was: Config): PolicyKey[] {
	return (Object.keys(values) as PolicyKey[]).filter((key) => values[key] !== was[key]);
}

export function ConfigurationForm({ account, path, policy, onSaved }: Props): JSX.Element {
	const [base, setBase] = useState(policy);
	const [preview, setPreview] = useState<PolicyPreview | null>(null);
	const [met, setMet] = useState<Met | null>(null);
	const form = useForm<Config>(configOf(base));
	const roles = useRoleOptions(account);
	useLeaveGuard(form.changed.length > 0);
	/** What is typed stays, on top of what is so now. */
	const taken = (after: Policy, typed: Partial<Config> = {}): void => {
		setBase(after);
		onSaved(after);
		form.reset(configOf(after));
		form.put(typed);
	};
	const save = async (values: Config, start: Policy): Promise<void> => {
		const keys = keysOf(values, configOf(start));
		taken(await withProof(() => patch<Policy>(path, changesOf(values, keys), start.ver)));
		toast(t('toast.saved'));
	};
	const collide = async (values: Config, current?: Policy): Promise<void> => {
		const theirs = current ?? (await get<Policy>(path));
		const who = await lastChange(account.id, 'policy.update');
		setMet({ clash: { was: configOf(base), theirs: configOf(theirs), mine: values, who }, theirs });
	};
	/** What touches people is told before it is saved. */
	const look = async (values: Config = form.values, start: Policy = base): Promise<void> => {
		const wrong = wrongOf(values);
		if (wrong.length) return form.fail(Object.fromEntries(wrong.map((key) => [key, t('config.minutes')])));
		const keys = keysOf(values, configOf(start));
		if (keys.length === 0) return;
		const problem = await form.run(async () => {
			const told = await post<PolicyPreview>(`${path}/preview`, changesOf(values, keys));
			if (told.must_enrol + told.signed_out > 0) setPreview(told);
			else await save(values, start);
		});
		if (problem?.status === 412) await collide(values);
	};
	const confirmed = async (): Promise<void> => {
		try {
			await save(form.values, base);
		} catch (error) {
			if (asProblem(error).status !== 412) throw error;
			await collide(form.values);
		}
	};
	/** The areas were saved, or somebody else was first: the version is another one, and perhaps more than that. */
	const seen = async (after: Policy): Promise<void> => {
		const now = configOf(after);
		const mine = Object.fromEntries(form.changed.map((key) => [key, form.values[key]]));
		if (form.changed.every((key) => now[key] === form.start[key])) return taken(after, mine);
		setBase({ ...base, areas: after.areas });
		await collide(form.values, after);
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
						again={() => get<Policy>(path)}
						onSaved={seen}
					/>
				</div>
			</div>
			<FormProblem form={met ? { problem: null } : form} shown={shown(form.errors)} />
			<SaveBar n={form.changed.length} busy={form.busy} onDiscard={() => form.reset()} />
			{preview && (
				<ActDialog
					title={t('config.previewTitle', { name: account.name })}
					icon="shield"
					tone="warn"
					verb={t('act.save')}
					onClose={() => setPreview(null)}
					run={confirmed}
				>
					<p>{t('config.people', { n: preview.people })}</p>
					{preview.must_enrol > 0 && <p>{t('config.mustEnrol', { n: preview.must_enrol })}</p>}
					{preview.signed_out > 0 && <p>{t('config.signedOut', { n: preview.signed_out })}</p>}
				</ActDialog>
			)}
			{met && (
				<ConflictDialog
					clash={met.clash}
					labels={Object.fromEntries(Object.keys(met.clash.mine).map((key) => [key, tWord('config', key)]))}
					words={(key, value) => saidWords(key as PolicyKey, String(value ?? ''), roles)}
					onClose={() => setMet(null)}
					onDone={(values) => {
						setMet(null);
						taken(met.theirs, values);
						void look(values, met.theirs);
					}}
				/>
			)}
		</form>
	);
}

function shown(errors: Partial<Record<string, string>>): string[] {
	return Object.entries(errors).map(([key, text]) => `${tWord('config', key)}: ${text}`);
}
