// The switches of one person: each follows the roles until it is set.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Banner, Chip } from '../../kit/bits.tsx';
import { Button } from '../../kit/button.tsx';
import { Dialog } from '../../kit/dialog.tsx';
import { Choice } from '../../kit/field.tsx';
import { toast } from '../../kit/toast.tsx';
import { get, post, send } from '../../lib/api.ts';
import type { AccessPreview, Member, MemberAccess, Switch } from '../../lib/api.types.ts';
import { useForm } from '../../lib/form.ts';
import { t, tWord } from '../../lib/i18n.ts';
import { useLeaveGuard } from '../../lib/leave.ts';
import { type Clash, ConflictDialog } from '../../parts/conflict.tsx';
import { FormProblem } from '../../parts/form-problem.tsx';
import { GainLose, gainLoseText } from '../../parts/gain-lose.tsx';
import { lastChange } from '../../parts/last-change.ts';
import { isMe } from '../../parts/member-acts.tsx';
import { permName } from '../../parts/member-words.tsx';
import { PermSections, PermWords } from '../../parts/perm-sections.tsx';
import { onSaveKey, SaveBar } from '../../parts/save-bar.tsx';
import { WhyDialog } from '../../parts/why-dialog.tsx';

type Said = Record<string, Switch['switch']>;

/** Somebody else saved; both are kept until one is chosen. */
interface Met {
	clash: Clash<Said>;
	theirs: MemberAccess;
}

function saidOf(access: MemberAccess): Said {
	return Object.fromEntries(access.switches.map((one) => [one.permission, one.switch]));
}

function bodyOf(said: Said): { switches: { permission: string; effect: string }[] } {
	const set = Object.entries(said).filter(([, effect]) => effect !== 'none');
	return { switches: set.map(([permission, effect]) => ({ permission, effect })) };
}

export function AccessForm(props: {
	member: Member;
	path: string;
	access: MemberAccess;
	onSaved: (access: MemberAccess) => void;
}): JSX.Element {
	const { member, path } = props;
	const [base, setBase] = useState(props.access);
	const [said, setSaid] = useState<Said>(() => saidOf(base));
	const [preview, setPreview] = useState<AccessPreview | null>(null);
	const [why, setWhy] = useState<string | null>(null);
	const [met, setMet] = useState<Met | null>(null);
	const form = useForm({});
	const was = saidOf(base);
	const changed = Object.keys(said).filter((key) => said[key] !== was[key]);
	const edit = member.allowed.includes('roles');
	useLeaveGuard(changed.length > 0);

	const look = async (now: Said = said): Promise<void> => {
		await form.run(async () => setPreview(await post<AccessPreview>(`${path}/preview`, bodyOf(now))));
	};
	const taken = (after: MemberAccess, now: Said = saidOf(after)): void => {
		setBase(after);
		setSaid(now);
		props.onSaved(after);
	};
	const save = async (): Promise<void> => {
		const problem = await form.run(async () => {
			await send('PUT', `api/v1/${path}`, { body: bodyOf(said), ver: base.ver });
			taken(await get<MemberAccess>(path));
			toast(t('toast.saved'));
		});
		if (problem?.status === 412) {
			const theirs = await get<MemberAccess>(path);
			const who = await lastChange(member.account_id, 'member.permission');
			setMet({ clash: { was, theirs: saidOf(theirs), mine: said, who }, theirs });
		}
		setPreview(null);
	};
	/** What was chosen of both stands on theirs, and what it means is told once more. */
	const choose = (theirs: MemberAccess, now: Said): void => {
		setMet(null);
		taken(theirs, now);
		const them = saidOf(theirs);
		if (Object.keys(now).some((key) => now[key] !== them[key])) void look(now);
		else form.reset();
	};
	const discard = (): void => {
		setSaid(was);
		form.reset();
	};
	return (
		<form
			class="stack"
			noValidate
			onSubmit={(event) => {
				event.preventDefault();
				if (changed.length) void look();
			}}
			onKeyDown={onSaveKey(() => changed.length > 0 && void look())}
		>
			{isMe(member) && (
				<Banner tone="info" icon="info">
					{t('access.own')}
				</Banner>
			)}
			<PermSections<Switch>
				lines={base.switches}
				only={t('access.onlySet')}
				isOnly={(line) => said[line.permission] !== 'none'}
				note={(lines) =>
					t('access.count', { n: lines.filter((one) => one.effective).length, all: lines.length })
				}
				row={(line) => (
					<SwitchRow
						line={line}
						said={said[line.permission] ?? 'none'}
						changed={said[line.permission] !== was[line.permission]}
						off={!edit}
						onSay={(effect) => setSaid({ ...said, [line.permission]: effect })}
						onWhy={() => setWhy(line.permission)}
					/>
				)}
			/>
			<FormProblem form={met ? { problem: null } : form} shown={[t('access.refused')]} />
			<SaveBar n={changed.length} busy={form.busy} onDiscard={discard} verb={t('access.look')} />
			{preview && (
				<PreviewDialog
					name={member.name}
					preview={preview}
					busy={form.busy}
					onClose={() => setPreview(null)}
					onSave={() => void save()}
				/>
			)}
			{met && (
				<ConflictDialog
					clash={met.clash}
					labels={Object.fromEntries(Object.keys(said).map((key) => [key, permName(key)]))}
					words={(_key, effect) => t(`access.${effect as Switch['switch']}`)}
					onClose={() => setMet(null)}
					onDone={(now) => choose(met.theirs, now)}
				/>
			)}
			{why && <WhyDialog member={member} permission={why} onClose={() => setWhy(null)} />}
		</form>
	);
}

function SwitchRow(props: {
	line: Switch;
	said: Switch['switch'];
	changed: boolean;
	off: boolean;
	onSay: (effect: Switch['switch']) => void;
	onWhy: () => void;
}): JSX.Element {
	const { line, said } = props;
	const roles = t(line.roles ? 'access.rolesAllow' : 'access.rolesNot');
	const now = !props.changed && (
		<button type="button" class="perm-why" onClick={props.onWhy}>
			<Chip tone={line.effective ? 'good' : 'idle'} quiet>
				{t(line.effective ? 'access.may' : 'access.mayNot')}
			</Chip>
			<span class="sr-only">{t('why.dots')}</span>
		</button>
	);
	const stopped = !line.effective && line.step !== 'roles' && line.step !== 'allowed';
	return (
		<>
			<PermWords
				line={line}
				note={
					<>
						<span>{roles}</span>
						{stopped && <span>{tWord('accessStop', line.step)}</span>}
					</>
				}
			/>
			{props.changed ? <Chip tone="info">{t('access.changed')}</Chip> : now}
			<Choice
				name={line.permission}
				label={tWord('perm', line.permission)}
				class="perm-choice"
				disabled={props.off}
				value={said}
				options={[
					['none', t('access.none')],
					['allow', t('access.allow')],
					['deny', t('access.deny')],
				]}
				onInput={(value) => props.onSay(value as Switch['switch'])}
			/>
		</>
	);
}

function PreviewDialog(props: {
	name: string;
	preview: AccessPreview;
	busy: boolean;
	onClose: () => void;
	onSave: () => void;
}): JSX.Element {
	const { preview } = props;
	return (
		<Dialog
			title={t('access.previewTitle', { name: props.name })}
			icon="shield"
			onClose={props.onClose}
			onSubmit={props.onSave}
			foot={
				<>
					<Button onClick={props.onClose}>{t('access.back')}</Button>
					<Button kind="primary" type="submit" busy={props.busy}>
						{t('act.save')}
					</Button>
				</>
			}
		>
			<GainLose gain={preview.gain} lose={preview.lose} />
			{preview.subs.length > 0 && (
				<div class="impact">
					<p>{t('access.subs', { n: preview.subs.length })}</p>
					<ul class="impact-list">
						{preview.subs.map((one) => (
							<li key={one.membership_id}>
								<span>{one.name}</span>
								<b>{gainLoseText([], one.lose)}</b>
							</li>
						))}
					</ul>
				</div>
			)}
		</Dialog>
	);
}
