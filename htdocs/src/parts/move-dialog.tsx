// Puts an account under another one: first what that would mean, then the act.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Bones } from '../kit/bits.tsx';
import { Button } from '../kit/button.tsx';
import { Dialog } from '../kit/dialog.tsx';
import { Area } from '../kit/field.tsx';
import { Filter } from '../kit/filter.tsx';
import { Icon } from '../kit/icon.tsx';
import { toast } from '../kit/toast.tsx';
import { get, type Problem, post } from '../lib/api.ts';
import type { Account, AccountItem, MovePreview } from '../lib/api.types.ts';
import { refreshAccount } from '../lib/bus.ts';
import { errorsOf, required, useForm } from '../lib/form.ts';
import { t, tWord } from '../lib/i18n.ts';
import { useLoad } from '../lib/load.ts';
import { session } from '../lib/session.ts';
import { AccountPicker, type Picked } from './account-picker.tsx';
import { FormProblem } from './form-problem.tsx';
import { withProof } from './proof.tsx';

export function MoveDialog(props: { account: AccountItem; onClose: () => void }): JSX.Element {
	const { account, onClose } = props;
	const [to, setTo] = useState<Picked | null>(null);
	const form = useForm({ reason_text: '' });
	const { data, problem } = useLoad<MovePreview>(
		to ? `move ${account.id} ${account.ver} ${to.id}` : null,
		(signal) => get(`accounts/${account.id}/move`, { parent_id: to?.id }, signal),
	);
	const submit = async (): Promise<void> => {
		const missing = required(form.values, ['reason_text']);
		if (Object.keys(missing).length || !to) return form.fail(missing);
		const body = { parent_id: to.id, reason_text: form.values.reason_text.trim() };
		const failed = await form.run(async () => {
			await withProof(() => post<Account>(`accounts/${account.id}/move`, body));
			await refreshAccount(account.id);
			toast(t('move.done', { name: account.name, to: to.name }));
		});
		if (!failed) onClose();
	};
	return (
		<Dialog
			title={t('move.title', { name: account.name })}
			icon="corner-up-right"
			onClose={onClose}
			onSubmit={submit}
			keepOpen={to !== null || form.changed.length > 0}
			foot={
				<>
					<Button onClick={onClose}>{t('act.cancel')}</Button>
					<Button kind="primary" type="submit" busy={form.busy} disabled={!data || data.blockers.length > 0}>
						{t('move.do')}
					</Button>
				</>
			}
		>
			<div class="field">
				<span class="field-top">
					<span class="label">{t('move.to')}</span>
				</span>
				<div class="inline">
					<Target account={account} to={to} onPick={setTo} />
				</div>
				{problem && <span class="field-error">{errorsOf(problem).parent_id ?? problem.message}</span>}
			</div>
			<Meaning account={account} to={to} preview={data} problem={problem} />
			<Area
				name="reason_text"
				label={t('hold.reasonText')}
				required
				rows={2}
				value={form.values.reason_text}
				error={form.errors.reason_text}
				onInput={(value) => form.set('reason_text', value)}
			/>
			<FormProblem form={form} />
		</Dialog>
	);
}

interface TargetProps {
	account: AccountItem;
	to: Picked | null;
	onPick: (to: Picked | null) => void;
}

function Target({ account, to, onPick }: TargetProps): JSX.Element {
	const mine = session.value?.acting;
	const home = mine && mine.account_kind !== 'customer' && mine.account_id !== account.parent_id;
	return (
		<Filter label={t('move.choose')} value={to?.name ?? null} onClear={() => onPick(null)} wide>
			{(close) => (
				<AccountPicker
					label={t('move.to')}
					extra={home ? [{ id: mine.account_id, name: mine.account_name }] : []}
					onPick={(one) => {
						close();
						onPick(one);
					}}
				/>
			)}
		</Filter>
	);
}

interface MeaningProps {
	account: AccountItem;
	to: Picked | null;
	preview: MovePreview | undefined;
	problem: Problem | null;
}

function Meaning({ account, to, preview, problem }: MeaningProps): JSX.Element {
	const from = account.parent_name ?? '';
	if (problem || !to) {
		return (
			<div class="impact">
				<p class="muted">{t('move.from', { from })}</p>
			</div>
		);
	}
	if (!preview) {
		return (
			<div class="impact">
				<Bones lines={2} />
			</div>
		);
	}
	const { accounts, members, cameras, blockers, warnings } = preview;
	const many: Record<string, number> = {
		roles: preview.roles,
		assignments: preview.assignments,
		supports: preview.supports,
		sources: preview.sources,
	};
	return (
		<div class="impact">
			<p>{t('move.what', { accounts, members, cameras, from, to: to.name })}</p>
			{blockers.map((code) => (
				<p key={code} class="impact-warn bad">
					<Icon name="ban" size={14} /> {tWord('moveBlocker', code)}
					{many[code] ? `: ${many[code]}` : ''}
				</p>
			))}
			{warnings.map((code) => (
				<p key={code} class="impact-warn">
					<Icon name="triangle-alert" size={14} /> {tWord('moveWarning', code)}
				</p>
			))}
		</div>
	);
}
