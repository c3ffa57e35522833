// Which roles somebody has, and from which account down each of them counts.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Banner, Bones } from '../kit/bits.tsx';
import { Button } from '../kit/button.tsx';
import { Dialog } from '../kit/dialog.tsx';
import { Select } from '../kit/field.tsx';
import { Filter } from '../kit/filter.tsx';
import { Failure } from '../kit/states.tsx';
import { toast } from '../kit/toast.tsx';
import { get, send } from '../lib/api.ts';
import type { Account, Member, Role } from '../lib/api.types.ts';
import { accountKey } from '../lib/bus.ts';
import { useForm } from '../lib/form.ts';
import { t, tWord } from '../lib/i18n.ts';
import { kept, useLoad } from '../lib/load.ts';
import { AccountPicker } from './account-picker.tsx';
import { type Clash, ConflictDialog } from './conflict.tsx';
import { FormProblem } from './form-problem.tsx';
import { lastChange } from './last-change.ts';
import { pathOf } from './member-acts.tsx';
import { nameOfRole } from './member-words.tsx';

interface Given {
	role_id: string;
	scope_account_id: string;
	scope_name: string;
}

/** All of them at once, as a form has a field. */
type One = { roles: string };
interface Met {
	clash: Clash<One>;
	theirs: Member;
}

const MOST = 10;

export function useRoles(account: string) {
	return useLoad<{ items: Role[] }>(`roles ${account}`, (stop) => get(`accounts/${account}/roles`, {}, stop));
}

function givenTo(member: Member): Given[] {
	return member.roles.map((role) => ({
		role_id: role.role_id,
		scope_account_id: role.scope_account_id ?? member.account_id,
		scope_name: role.scope_name ?? member.account_name,
	}));
}

function wordsOf(one: Given, roles: Role[], member: Member): string {
	const known = roles.find((role) => role.id === one.role_id);
	const name = known ? nameOfRole(known) : t('roles.unknown');
	if (one.scope_account_id === member.account_id) return name;
	return t('user.roleAt', { name, account: one.scope_name });
}

export function MemberRoles(props: { member: Member; onClose: (done: boolean) => void }): JSX.Element {
	const { member, onClose } = props;
	const { data, problem, reload } = useRoles(member.account_id);
	const [given, setGiven] = useState<Given[]>(() => givenTo(member));
	const [base, setBase] = useState(member);
	const [met, setMet] = useState<Met | null>(null);
	const form = useForm({});
	const roles = data?.items ?? [];
	const kinds = new Set(given.map((one) => roles.find((role) => role.id === one.role_id)?.kind));
	const mixed = roles.length > 0 && kinds.size > 1;
	const twice = new Set(given.map((one) => one.role_id + one.scope_account_id)).size < given.length;
	const wrong =
		given.length === 0 ? t('roles.one') : mixed ? t('roles.mixed') : twice ? t('roles.twice') : '';
	const put = (at: number, change: Partial<Given>): void =>
		setGiven(given.map((one, index) => (index === at ? { ...one, ...change } : one)));
	const add = (): void => {
		const free = roles.find((role) => !given.some((one) => one.role_id === role.id)) ?? roles[0];
		if (!free) return;
		const at = { scope_account_id: member.account_id, scope_name: member.account_name };
		setGiven([...given, { role_id: free.id, ...at }]);
	};
	const save = async (now: Given[] = given, on: Member = base): Promise<void> => {
		const body = { roles: now.map(({ role_id, scope_account_id }) => ({ role_id, scope_account_id })) };
		const failed = await form.run(async () => {
			await send('PUT', `api/v1/${pathOf(member)}/roles`, { body, ver: on.ver });
		});
		if (failed?.status === 412) {
			const theirs = await get<Member>(pathOf(member));
			const who = await lastChange(member.account_id, 'role.grant');
			const all = (some: Given[]): One => ({ roles: JSON.stringify(some) });
			setMet({ clash: { was: all(givenTo(on)), theirs: all(givenTo(theirs)), mine: all(now), who }, theirs });
		} else if (!failed) {
			toast(t('toast.saved'));
			onClose(true);
		}
	};
	const choose = (theirs: Member, one: One): void => {
		const now = JSON.parse(one.roles) as Given[];
		setMet(null);
		setBase(theirs);
		setGiven(now);
		void save(now, theirs);
	};
	const words = (all: string): string =>
		(JSON.parse(all) as Given[]).map((one) => wordsOf(one, roles, member)).join(', ') || '–';
	return (
		<Dialog
			title={t('roles.of', { name: member.name })}
			icon="shield"
			wide
			onClose={() => onClose(false)}
			onSubmit={() => void (wrong || save())}
			keepOpen
			foot={
				<>
					<Button onClick={() => onClose(false)}>{t('act.cancel')}</Button>
					<Button kind="primary" type="submit" busy={form.busy} disabled={Boolean(wrong)}>
						{t('act.save')}
					</Button>
				</>
			}
		>
			<p class="muted">{t('roles.ofText')}</p>
			{problem && !data && <Failure problem={problem} onRetry={reload} />}
			{!data && !problem && <Bones lines={2} />}
			{data && (
				<ul class="boxes">
					{given.map((one, at) => (
						<GivenRow
							key={at}
							one={one}
							roles={roles}
							member={member}
							onChange={(change) => put(at, change)}
							onDrop={() => setGiven(given.filter((_, index) => index !== at))}
						/>
					))}
				</ul>
			)}
			{data && given.length < MOST && (
				<div class="inline">
					<Button icon="plus" onClick={add}>
						{t('roles.addTo')}
					</Button>
				</div>
			)}
			{data && wrong && (
				<Banner tone="warn" icon="triangle-alert" role="status">
					{wrong}
				</Banner>
			)}
			{met ? (
				<ConflictDialog
					clash={met.clash}
					labels={{ roles: t('nav.roles') }}
					words={(_name, value) => words(String(value))}
					onClose={() => setMet(null)}
					onDone={(one) => choose(met.theirs, one)}
				/>
			) : (
				<FormProblem form={form} shown={Object.values(form.errors).map((one) => one ?? '')} />
			)}
		</Dialog>
	);
}

function GivenRow(props: {
	one: Given;
	roles: Role[];
	member: Member;
	onChange: (change: Partial<Given>) => void;
	onDrop: () => void;
}): JSX.Element {
	const { one, roles, member } = props;
	const known = roles.find((role) => role.id === one.role_id);
	const leaf = kept<Account>(accountKey(member.account_id))?.kind === 'customer';
	const label = known ? nameOfRole(known) : t('roles.unknown');
	return (
		<li class="box given">
			<Select
				name="role_id"
				label={t('col.role')}
				value={one.role_id}
				hint={known && tWord('roles', `kind-${known.kind}`)}
				options={[
					...(known ? [] : [[one.role_id, label] as [string, string]]),
					...roles.map((role): [string, string] => [role.id, nameOfRole(role)]),
				]}
				onInput={(role_id) => props.onChange({ role_id })}
			/>
			<div class="field">
				<span class="field-top">
					<span class="label">{t('roles.from')}</span>
				</span>
				<div class="inline">
					<b>{one.scope_name}</b>
					{!leaf && (
						<Filter label={t('new.change')} value={null} onClear={() => {}} wide>
							{(close) => (
								<AccountPicker
									label={t('roles.from')}
									extra={[{ id: member.account_id, name: member.account_name }]}
									onPick={(picked) => {
										close();
										props.onChange({ scope_account_id: picked.id, scope_name: picked.name });
									}}
								/>
							)}
						</Filter>
					)}
				</div>
			</div>
			<Button
				kind="ghost"
				icon="trash-2"
				label={t('roles.dropFrom', { name: label })}
				onClick={props.onDrop}
			/>
		</li>
	);
}
