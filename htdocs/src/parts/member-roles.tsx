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
import { FormProblem } from './form-problem.tsx';
import { pathOf } from './member-acts.tsx';
import { nameOfRole } from './member-words.tsx';

interface Given {
	role_id: string;
	scope_account_id: string;
	scope_name: string;
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

export function MemberRoles(props: { member: Member; onClose: (done: boolean) => void }): JSX.Element {
	const { member, onClose } = props;
	const { data, problem, reload } = useRoles(member.account_id);
	const [given, setGiven] = useState<Given[]>(() => givenTo(member));
	const [ver, setVer] = useState(member.ver);
	const [clash, setClash] = useState(false);
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
	const save = async (): Promise<void> => {
		if (wrong) return;
		const body = { roles: given.map(({ role_id, scope_account_id }) => ({ role_id, scope_account_id })) };
		const failed = await form.run(async () => {
			await send('PUT', `api/v1/${pathOf(member)}/roles`, { body, ver });
		});
		if (failed?.status === 412) {
			setVer((await get<Member>(pathOf(member))).ver);
			setClash(true);
		} else if (!failed) {
			toast(t('toast.saved'));
			onClose(true);
		}
	};
	return (
		<Dialog
			title={t('roles.of', { name: member.name })}
			icon="shield"
			wide
			onClose={() => onClose(false)}
			onSubmit={() => void save()}
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
			{clash ? (
				<Banner tone="warn" icon="triangle-alert" role="alert">
					{t('roles.clash')}
				</Banner>
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
