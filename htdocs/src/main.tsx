// Starts the page: language and session together, then the shell with its routes.

import { effect } from '@preact/signals';
import { render } from 'preact';
import { keepFocus } from './lib/focus.ts';
import { loadProblems, useLanguage } from './lib/i18n.ts';
import { handleKey } from './lib/keys.ts';
import { prefs } from './lib/prefs.ts';
import { go, href, route, secret } from './lib/router.ts';
import { loadSession } from './lib/session.ts';
import { untwistAll } from './lib/turned.ts';
import { beginVisit } from './lib/visit.ts';
import { App } from './shell/app.tsx';
import { failed } from './shell/start.ts';

async function start(): Promise<void> {
	const root = document.getElementById('app');
	if (!root) return;
	untwistAll();
	addEventListener('keydown', handleKey);
	keepFocus();
	if (route.peek().path[0] === 'visit') {
		if (secret.peek()) beginVisit(secret.peek() ?? '');
		go(href(''), true);
	}
	const language = useLanguage(prefs.peek().locale);
	const session = loadSession().catch((error: unknown) => {
		failed.value = error;
	});
	await Promise.all([language, session]);
	render(<App />, root);
	effect(() => void loadProblems().catch(() => {}));
}

void start();
