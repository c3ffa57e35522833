// Who is signed in, and what he may do.
import { signal } from '@preact/signals';
import { onSignedOut, onStep, send } from './api.ts';
import type { Session, SessionFound } from './api.types.ts';
import { dropAll } from './load.ts';
import { prefsOf } from './prefs.ts';
import { go, href, route } from './router.ts';
import { forgetVisit } from './visit.ts';

/** undefined: not asked yet; null: nobody. */
export const session = signal<Session | null | undefined>(undefined);

export function can(permission: string): boolean {
	return session.value?.permissions.includes(permission) ?? false;
}

/** Remembers that there may be a session, so that a first visit asks nothing in vain. */
const HINT = 'gatehouse.signed-in';

export async function loadSession(): Promise<void> {
	if (!localStorage.getItem(HINT)) {
		session.value = null;
		return;
	}
	const { data } = await send<SessionFound>('GET', 'api/v1/session/found');
	if (data.session) await putSession(data.session);
	else forget();
}

export async function signIn(login: string, password: string): Promise<void> {
	const { data } = await send<Session>('POST', 'api/v1/session', { body: { login, password } });
	await putSession(data);
}

/** Somebody signed in, passed a step or acts elsewhere. A visitor keeps the look of his own device. */
export async function putSession(data: Session): Promise<void> {
	if (!data.visit) await prefsOf(data.person);
	localStorage.setItem(HINT, '1');
	session.value = data;
}

function forget(): void {
	localStorage.removeItem(HINT);
	forgetVisit();
	session.value = null;
}

export async function signOut(): Promise<void> {
	await send('DELETE', 'api/v1/session');
	forget();
	dropAll();
	go(href('sign-in'));
}

/** The page to come back to is kept in the address of the sign-in page. */
export function toSignIn(): void {
	const { path } = route.peek();
	if (path[0] === 'sign-in') return;
	const next = location.hash.slice(1);
	go(href('sign-in', { next: next.length > 1 ? next : null }), true);
}

onSignedOut.call = () => {
	if (!session.peek()) return;
	forget();
	toSignIn();
};

onStep.call = () => {
	if (session.peek()?.step === 'done') void loadSession().catch(() => {});
};
