// Making a key: what it is for, what of one's own it may do, until when. Then it
// is shown, this once.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Banner, Copy } from '../../kit/bits.tsx';
import { Button } from '../../kit/button.tsx';
import { Dialog } from '../../kit/dialog.tsx';
import { Check, Choice, Text } from '../../kit/field.tsx';
import { post } from '../../lib/api.ts';
import type { Account, NewApiKey } from '../../lib/api.types.ts';
import { required, useForm } from '../../lib/form.ts';
import { day } from '../../lib/format.ts';
import { t } from '../../lib/i18n.ts';
import { session } from '../../lib/session.ts';
import { FormProblem } from '../../parts/form-problem.tsx';
import { permName } from '../../parts/member-words.tsx';
import { PermSections } from '../../parts/perm-sections.tsx';
import { withProof } from '../../parts/proof.tsx';

const DAYS = ['30', '90', '180', '365'] as const;
const DAY = 86_400_000;

interface Props {
	account: Account;
	onClose: (changed: boolean) => void;
}

export function NewKeyDialog({ account, onClose }: Props): JSX.Element {
	const form = useForm({ name: '', days: '90' });
	const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
	const [made, setMade] = useState<NewApiKey | null>(null);
	const { values, set, errors } = form;
	const until = new Date(Date.now() + Number(values.days) * DAY).toISOString();
	const submit = async (): Promise<void> => {
		const missing = required(values, ['name']);
		if (chosen.size === 0) missing.permissions = t('key.choose');
		if (Object.keys(missing).length) return form.fail(missing);
		await form.run(async () => {
			setMade(
				await withProof(() =>
					post<NewApiKey>(`accounts/${account.id}/api-keys`, {
						name: values.name.trim(),
						permissions: [...chosen],
						expires_at: until,
					}),
				),
			);
		});
	};
	if (made) return <ShowKey made={made} onClose={() => onClose(true)} />;
	const wrong = errors.permissions;
	return (
		<Dialog
			title={t('key.title', { account: account.name })}
			icon="plug"
			wide
			onClose={() => onClose(false)}
			onSubmit={() => void submit()}
			keepOpen={form.changed.length > 0 || chosen.size > 0}
			foot={
				<>
					<Button onClick={() => onClose(false)}>{t('act.cancel')}</Button>
					<Button kind="primary" type="submit" busy={form.busy}>
						{t('key.create')}
					</Button>
				</>
			}
		>
			<Text
				name="name"
				label={t('key.name')}
				hint={t('key.nameHint')}
				required
				maxLength={100}
				value={values.name}
				error={errors.name}
				onInput={(value) => set('name', value)}
			/>
			<Choice
				name="days"
				label={t('key.life')}
				hint={t('key.until', { at: day(until) })}
				value={values.days}
				options={DAYS.map((n) => [n, t('key.days', { n: Number(n) })])}
				onInput={(value) => set('days', value)}
			/>
			{wrong && (
				<Banner tone="bad" icon="circle-alert" role="alert">
					{wrong}
				</Banner>
			)}
			<Permissions chosen={chosen} onChange={setChosen} />
			<FormProblem form={form} />
		</Dialog>
	);
}

/** Of one's own: nobody gives a key more than he has. */
function Permissions(props: {
	chosen: ReadonlySet<string>;
	onChange: (chosen: ReadonlySet<string>) => void;
}): JSX.Element {
	const { chosen, onChange } = props;
	const lines = (session.value?.permissions ?? []).map((permission) => ({
		permission,
		section: permission.split('.')[0] ?? '',
	}));
	const turn = (permission: string, on: boolean): void => {
		const next = new Set(chosen);
		if (on) next.add(permission);
		else next.delete(permission);
		onChange(next);
	};
	return (
		<PermSections
			lines={lines}
			only={t('key.onlyChosen')}
			isOnly={(line) => chosen.has(line.permission)}
			note={(some) =>
				t('key.chosen', { n: some.filter((line) => chosen.has(line.permission)).length, of: some.length })
			}
			row={(line) => (
				<Check
					name={line.permission}
					label={permName(line.permission)}
					value={chosen.has(line.permission)}
					onInput={(on) => turn(line.permission, on)}
				/>
			)}
		/>
	);
}

function ShowKey({ made, onClose }: { made: NewApiKey; onClose: () => void }): JSX.Element {
	const [kept, setKept] = useState(false);
	return (
		<Dialog
			title={t('key.made', { name: made.name })}
			icon="check"
			tone="good"
			onClose={onClose}
			onSubmit={() => kept && onClose()}
			keepOpen
			foot={
				<Button kind="primary" type="submit" disabled={!kept}>
					{t('recovery.done')}
				</Button>
			}
		>
			<p>{t('key.once')}</p>
			<p class="key-shown">
				<Copy text={made.key} label={t('key.itself')} />
			</p>
			<p class="muted">
				{t('key.use')} <code>Authorization: Bearer gh_…</code>
			</p>
			<Check name="kept" label={t('key.kept')} value={kept} onInput={setKept} />
		</Dialog>
	);
}
