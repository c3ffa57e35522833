// Pages outside the shell: the steps of signing in, and where the links of mails lead.
import type { ComponentType, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Button } from '../kit/button.tsx';
import { Empty, Failure } from '../kit/states.tsx';
import { asProblem } from '../lib/api.ts';
import type { Session } from '../lib/api.types.ts';
import { t, withWords } from '../lib/i18n.ts';
import { go, href } from '../lib/router.ts';
import { forgetVisit } from '../lib/visit.ts';

type Door = ComponentType;
type Loader = () => Promise<{ default: Door }>;

const signIn: Loader = () => import('../screens/sign-in.tsx');
const STEPS: Record<string, Loader> = {
	otp: () => import('../screens/sign-in/otp.tsx'),
	password: () => import('../screens/sign-in/password.tsx'),
	enrol: () => import('../screens/sign-in/enrol.tsx'),
};
/** Open to everybody, signed in or not. */
const OPEN: Record<string, Loader> = {
	forgot: () => import('../screens/sign-in/forgot.tsx'),
	reset: () => import('../screens/sign-in/reset.tsx'),
	unlock: () => import('../screens/sign-in/unlock.tsx'),
	code: () => import('../screens/sign-in/code.tsx'),
	email: () => import('../screens/sign-in/email.tsx'),
	invitation: () => import('../screens/sign-in/invitation.tsx'),
	register: () => import('../screens/sign-in/register.tsx'),
	registration: () => import('../screens/sign-in/registration.tsx'),
};

/** Which of them is to be shown instead of the page asked for. */
export function doorOf(name: string, who: Session | null | undefined, free: boolean): Loader | null {
	if (OPEN[name]) return OPEN[name];
	if (who) return STEPS[who.step] ?? null;
	return free ? null : signIn;
}

export function isSignIn(door: Loader | null): boolean {
	return door === signIn;
}

const loaded = new Map<Loader, Door>();

export function Doors({ load }: { load: Loader }): JSX.Element {
	const [, redraw] = useState(0);
	const [problem, setProblem] = useState<unknown>(null);
	const [turn, setTurn] = useState(0);
	const View = loaded.get(load);
	useEffect(() => {
		setProblem(null);
		if (loaded.has(load)) return;
		(load === signIn ? load() : withWords(load())).then((module) => {
			loaded.set(load, module.default);
			redraw((n) => n + 1);
		}, setProblem);
	}, [load, turn]);
	if (View) return <View />;
	return (
		<main class="alone" aria-busy={!problem}>
			{problem !== null && <Failure problem={asProblem(problem)} onRetry={() => setTurn(turn + 1)} />}
		</main>
	);
}

/** A visit that is over shows nothing more of its user. */
export function VisitOver(): JSX.Element {
	const leave = (): void => {
		forgetVisit();
		go(href(''), true);
		location.reload();
	};
	return (
		<main class="alone">
			<h1 class="sr-only">Gatehouse</h1>
			<Empty icon="eye-off" title={t('visiting.over')} text={t('visiting.overText')}>
				<Button kind="primary" onClick={leave}>
					{t('visiting.asMyself')}
				</Button>
			</Empty>
		</main>
	);
}
