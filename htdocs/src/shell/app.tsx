// The frame of every page: who is signed in decides between sign-in and shell.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Failure } from '../kit/states.tsx';
import { Toasts } from '../kit/toast.tsx';
import { asProblem } from '../lib/api.ts';
import { t } from '../lib/i18n.ts';
import { go, href, route } from '../lib/router.ts';
import { can, loadSession, session, toSignIn } from '../lib/session.ts';
import { visitOver } from '../lib/visit.ts';
import { ActsHost } from '../parts/acts-host.tsx';
import { ProofHost } from '../parts/proof.tsx';
import { VisitHost } from '../parts/visit.tsx';
import { Doors, doorOf, isSignIn, VisitOver } from './doors.tsx';
import { KeySheet } from './key-sheet.tsx';
import { LeaveGuard } from './leave.tsx';
import { NotFound } from './not-found.tsx';
import { Palette } from './palette.tsx';
import { loaderOf, ready, type Screen, screenOf } from './routes.ts';
import { Side, TopBar } from './side.tsx';
import { failed } from './start.ts';
import { VisitBanner } from './visit-banner.tsx';

/** Pages that need nobody to be signed in. */
const OPEN = ['problems', 'api'];

function home(): string {
	if (can('account.list')) return 'customers';
	if (!can('account.view')) return 'me';
	return `accounts/${session.peek()?.acting.account_id ?? ''}/overview`;
}

export function App(): JSX.Element | null {
	const who = session.value;
	const name = route.value.path[0] ?? '';
	const free = OPEN.includes(name);
	const door = doorOf(name, who, free);
	const whole = who?.step === 'done';
	useEffect(() => {
		if (failed.value) return;
		if (who === null && isSignIn(door)) toSignIn();
		if (whole && !door && (name === '' || name === 'sign-in')) go(nextOf() ?? href(home()), true);
	}, [who, name]);
	if (visitOver.value) return <VisitOver />;
	if (failed.value) return <Broken />;
	if (door) {
		return (
			<>
				<Doors load={door} />
				<Toasts />
			</>
		);
	}
	return <Shell name={name} />;
}

function nextOf(): string | null {
	const next = route.peek().query.get('next');
	return next?.startsWith('/') ? `#${next}` : null;
}

function Broken(): JSX.Element {
	const retry = async (): Promise<void> => {
		try {
			await loadSession();
			failed.value = null;
		} catch (error) {
			failed.value = error;
		}
	};
	return (
		<main class="alone">
			<Failure problem={asProblem(failed.value)} onRetry={() => void retry()} />
		</main>
	);
}

function Shell({ name }: { name: string }): JSX.Element {
	return (
		<div class="shell">
			<button type="button" class="skip" onClick={() => document.getElementById('main')?.focus()}>
				{t('nav.skip')}
			</button>
			{session.value && <Side />}
			<TopBar />
			<VisitBanner />
			<main id="main" class="stage" tabIndex={-1}>
				<Stage name={name} />
			</main>
			<Palette />
			<KeySheet />
			<ActsHost />
			<VisitHost />
			<ProofHost />
			<LeaveGuard />
			<Toasts />
		</div>
	);
}

function Stage({ name }: { name: string }): JSX.Element {
	const load = loaderOf(name);
	const [, redraw] = useState(0);
	const [problem, setProblem] = useState<unknown>(null);
	const [turn, setTurn] = useState(0);
	const View: Screen | null = load && ready(load);
	useEffect(() => {
		setProblem(null);
		if (load && !ready(load)) screenOf(load).then(() => redraw((n) => n + 1), setProblem);
	}, [load, turn]);
	if (problem) {
		return (
			<section class="card">
				<Failure problem={asProblem(problem)} onRetry={() => setTurn(turn + 1)} />
			</section>
		);
	}
	if (View) return <View key={name} rest={route.value.path.slice(1)} />;
	if (load || name === '' || name === 'sign-in') return <section class="card" aria-busy="true" />;
	return <NotFound />;
}
