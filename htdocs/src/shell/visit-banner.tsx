// Whose eyes the operator looks through, whether he may change anything, and how long.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Button } from '../kit/button.tsx';
import { Icon } from '../kit/icon.tsx';
import { toastProblem } from '../kit/toast.tsx';
import { Problem, send } from '../lib/api.ts';
import { t } from '../lib/i18n.ts';
import { loadSession, session } from '../lib/session.ts';
import { visitOver } from '../lib/visit.ts';

const ICON =
	"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='8' fill='%23d97706'/%3E%3Ccircle cx='16' cy='16' r='7' fill='%23fff'/%3E%3C/svg%3E";

/** Seconds until then, counted while the page is looked at. */
function useLeft(until: string | null): number {
	const left = (): number => Math.max(0, Math.ceil((Date.parse(until ?? '') - Date.now()) / 1000));
	const [seconds, setSeconds] = useState(left());
	useEffect(() => {
		setSeconds(left());
		const timer = setInterval(() => setSeconds(left()), 1000);
		return () => clearInterval(timer);
	}, [until]);
	return seconds;
}

export function VisitBanner(): JSX.Element | null {
	const who = session.value;
	return who?.visit ? <Striped /> : null;
}

function Striped(): JSX.Element | null {
	const who = session.value;
	const [busy, setBusy] = useState(false);
	const seconds = useLeft(who?.visit.expires_at ?? null);
	useEffect(() => document.querySelector('link[rel=icon]')?.setAttribute('href', ICON), []);
	useEffect(() => {
		// The server says whether it is over.
		if (seconds === 0) void loadSession().catch(() => {});
	}, [seconds === 0]);
	if (!who) return null;
	const { visit, person, acting } = who;
	const stop = async (): Promise<void> => {
		setBusy(true);
		try {
			await send('DELETE', `api/v1/visits/${visit.id}`, { own: true });
			visitOver.value = true;
		} catch (error) {
			if (error instanceof Problem && error.status === 404) visitOver.value = true;
			else toastProblem(error);
			setBusy(false);
		}
	};
	const left =
		seconds >= 60
			? t('visiting.minutes', { n: Math.ceil(seconds / 60) })
			: t('visiting.seconds', { n: seconds });
	return (
		<section class="visit-banner" aria-label={t('visiting.label')}>
			<p class="visit-text">
				<Icon name="eye" />
				<span>
					<b>{t('visiting.as', { user: person.name, account: acting.account_name })}</b>{' '}
					<span>{t('visiting.by', { operator: visit.operator_label })}</span>{' '}
					<span>{t(visit.may_write ? 'visiting.writes' : 'visiting.looks')}</span>{' '}
					<span class="visit-left">{left}</span>
				</span>
			</p>
			<Button small busy={busy} onClick={() => void stop()}>
				{t('visiting.stop')}
			</Button>
		</section>
	);
}
