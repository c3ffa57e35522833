// Why somebody may do something, or may not: the steps of the decision in their
// order, the first that refuses marked.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Banner, Bones, Tag } from '../kit/bits.tsx';
import { Button } from '../kit/button.tsx';
import { Dialog } from '../kit/dialog.tsx';
import { Select } from '../kit/field.tsx';
import { Icon } from '../kit/icon.tsx';
import { Failure } from '../kit/states.tsx';
import { get } from '../lib/api.ts';
import type { Member, Permission, Why, WhyStep } from '../lib/api.types.ts';
import { t, tWord } from '../lib/i18n.ts';
import { useLoad } from '../lib/load.ts';
import { permName, sectionName } from './member-words.tsx';
import { WhomField } from './whom-field.tsx';

export function usePermissions() {
	return useLoad<{ items: Permission[] }>('permissions', (stop) => get('permissions', {}, stop));
}

interface Props {
	member: Pick<Member, 'id' | 'name' | 'account_id'>;
	permission?: string;
	onClose: () => void;
}

export function WhyDialog({ member, permission = 'account.view', onClose }: Props): JSX.Element {
	const [chosen, setChosen] = useState(permission);
	const known = usePermissions();
	const all = known.data?.items ?? [{ key: chosen, section: chosen.split('.')[0] ?? '', kinds: [] }];
	const [whom, setWhom] = useState('');
	const { data, problem, reload } = useLoad<Why>(`why ${member.id} ${chosen} ${whom}`, (stop) =>
		get(
			`accounts/${member.account_id}/members/${member.id}/why`,
			{ permission: chosen, ...(whom ? { whom } : {}) },
			stop,
		),
	);
	const choose = (key: string): void => {
		setChosen(key);
		setWhom('');
	};
	return (
		<Dialog
			title={t('why.title', { name: member.name })}
			icon="circle-help"
			onClose={onClose}
			foot={<Button onClick={onClose}>{t('act.close')}</Button>}
		>
			<Select
				name="permission"
				label={t('why.permission')}
				value={chosen}
				options={all.map(({ key, section }) => [key, `${sectionName(section)}: ${permName(key)}`])}
				onInput={choose}
			/>
			{(whom || (data && asksWhom(data))) && (
				<WhomField account={member.account_id} value={whom} onInput={setWhom} />
			)}
			{problem && !data && <Failure problem={problem} onRetry={reload} />}
			{!data && !problem && <Bones lines={6} />}
			{data && <Answer why={data} />}
		</Dialog>
	);
}

/** The last step has rules that look at the person it is done to. */
function asksWhom(why: Why): boolean {
	return why.steps.some((step) => step.detail === 'asked-at-the-deed');
}

/** What a step looked at; words of ours are said in the language of the page. */
const SAID: Record<string, (one: string) => string> = {
	area: (one) => tWord('area', one),
	section: permName,
	separation: (one) => tWord('whyRule', one),
};

export function nameOfStep(step: Pick<WhyStep, 'step' | 'detail' | 'name'>): string | null {
	const said = SAID[step.step];
	if (!said || !step.name) return step.name;
	if (step.step === 'separation' && step.detail !== 'asked-at-the-deed') return step.name;
	return step.name.split(', ').map(said).join(', ');
}

function Answer({ why }: { why: Why }): JSX.Element {
	const first = why.steps.findIndex((step) => !step.passed);
	return (
		<>
			<Banner tone={why.allowed ? 'good' : 'bad'} icon={why.allowed ? 'check' : 'ban'} role="status">
				<strong>{t(why.allowed ? 'why.may' : 'why.mayNot')}</strong>
			</Banner>
			<ol class="steps">
				{why.steps.map((step, at) => (
					<Step key={step.step} step={step} first={at === first} />
				))}
			</ol>
		</>
	);
}

function Step({ step, first }: { step: WhyStep; first: boolean }): JSX.Element {
	const words = [tWord('whyDetail', step.detail), nameOfStep(step)].filter(Boolean).join(': ');
	return (
		<li class={`step ${step.passed ? 'good' : first ? 'bad' : 'warn'}`}>
			<Icon name={step.passed ? 'check' : 'x'} />
			<span class="line-main">
				<b>{tWord('whyStep', step.step)}</b>
				<small>
					<span class="sr-only">{t(step.passed ? 'why.passed' : 'why.refused')}</span>
					<span>{words}</span>
				</small>
			</span>
			{first && <Tag>{t('why.here')}</Tag>}
			{step.link && !step.passed && <a href={`#${step.link}`}>{t('why.open')}</a>}
		</li>
	);
}
