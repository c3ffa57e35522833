// What is done to all ticked people. Few are done one after the other, each with
// its own entry in the change log; new passwords are a job.
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../../kit/button.tsx';
import { toast, toastProblem } from '../../kit/toast.tsx';
import { asProblem, post } from '../../lib/api.ts';
import type { Account, Member } from '../../lib/api.types.ts';
import { t } from '../../lib/i18n.ts';
import type { Pages } from '../../lib/pages.ts';
import { ActDialog } from '../../parts/act-dialog.tsx';
import { mayDo, pathOf } from '../../parts/member-acts.tsx';
import { chooseNone, chosen } from './users-columns.tsx';
import { startResets } from './users-reset.tsx';

/** One after the other; the first refusal of each is told at the end. */
async function each(members: Member[], act: 'suspend' | 'resume', reason_text: string): Promise<void> {
	const refused: string[] = [];
	for (const member of members) {
		try {
			await post(`${pathOf(member)}/${act}`, reason_text ? { reason_text } : {});
		} catch (error) {
			refused.push(`${member.name}: ${asProblem(error).message}`);
		}
	}
	const n = members.length - refused.length;
	if (n) toast(t(act === 'suspend' ? 'user.suspendedSome' : 'user.enabledSome', { n }));
	if (refused.length) toast(refused.slice(0, 3).join('. '), { tone: 'bad', seconds: 15 });
}

export function BulkBar(props: {
	pages: Pages<Member>;
	account: Account;
	onDone: () => void;
}): JSX.Element | null {
	const [asked, setAsked] = useState<'suspend' | 'reset' | null>(null);
	const [busy, setBusy] = useState(false);
	const members = [...chosen.value.values()];
	const any = members.length > 0;
	const had = useRef(any);
	// Where the bar went with the focus one goes on where one chose.
	useEffect(() => {
		if (had.current && !any && !document.activeElement?.closest('tbody'))
			document.querySelector<HTMLElement>('.row-tick[role=checkbox]')?.focus();
		had.current = any;
	}, [any]);
	if (members.length === 0) return null;
	const stop = members.filter((one) => mayDo(one, 'suspend'));
	const start = members.filter((one) => mayDo(one, 'resume'));
	const reset = members.filter((one) => mayDo(one, 'reset-password'));
	const none = (): void => {
		chooseNone();
		setAsked(null);
		setBusy(false);
	};
	const done = (): void => {
		none();
		props.onDone();
	};
	const all = (): void => {
		chosen.value = new Map(props.pages.items.peek().map((one) => [one.id, one]));
	};
	const enable = async (): Promise<void> => {
		setBusy(true);
		await each(start, 'resume', '');
		done();
	};
	return (
		<div class="bulkbar" role="region" aria-label={t('user.bulk')}>
			<b role="status">{t('user.chosen', { n: members.length })}</b>
			{stop.length > 0 && (
				<Button small icon="pause" disabled={busy} onClick={() => setAsked('suspend')}>
					{t('act.suspendDots')}
				</Button>
			)}
			{start.length > 0 && (
				<Button small icon="play" busy={busy} onClick={() => void enable().catch(toastProblem)}>
					{t('act.enable')}
				</Button>
			)}
			{reset.length > 0 && (
				<Button small icon="mail" disabled={busy} onClick={() => setAsked('reset')}>
					{t('user.resetDots')}
				</Button>
			)}
			<span class="push" />
			<Button small kind="ghost" onClick={all}>
				{t('user.chooseAll')}
			</Button>
			<Button small kind="ghost" onClick={none}>
				{t('user.chooseNone')}
			</Button>
			{asked === 'suspend' && (
				<ActDialog
					title={t('user.suspendSome', { n: stop.length })}
					icon="pause"
					tone="warn"
					verb={t('act.suspend')}
					reason="needed"
					onClose={() => setAsked(null)}
					run={async (reason) => {
						await each(stop, 'suspend', reason);
						done();
					}}
				>
					<p>{t('user.suspendText')}</p>
				</ActDialog>
			)}
			{asked === 'reset' && (
				<ActDialog
					title={t('user.resetSome', { n: reset.length })}
					icon="mail"
					verb={t('user.resetDo')}
					onClose={() => setAsked(null)}
					run={async () => {
						await startResets({ membership_ids: reset.map((one) => one.id) });
						done();
					}}
				>
					<p>{t('user.resetSomeText')}</p>
				</ActDialog>
			)}
		</div>
	);
}
