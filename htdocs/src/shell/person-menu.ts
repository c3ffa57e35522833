import type { Item } from '../kit/menu.tsx';
import { toastProblem } from '../kit/toast.tsx';
import { LANGUAGES, t } from '../lib/i18n.ts';
import { type Prefs, prefs, setPrefs } from '../lib/prefs.ts';
import { href } from '../lib/router.ts';
import { signOut } from '../lib/session.ts';
import { actingItems } from './acting.ts';
import { openKeySheet } from './key-sheet.tsx';

function set(change: Partial<Prefs>): () => void {
	return () => void setPrefs(change).catch(toastProblem);
}

const THEMES = [
	['system', 'monitor'],
	['light', 'sun'],
	['dark', 'moon'],
] as const;

export function personItems(): Item[] {
	const now = prefs.value;
	const acting = actingItems();
	const themes = THEMES.map(([theme, icon], at) => ({
		label: t(`theme.${theme}`),
		icon,
		checked: now.theme === theme,
		one: true as const,
		run: set({ theme }),
		stay: true,
		...(at === 0 ? { group: t('theme.label') } : {}),
	}));
	const languages = Object.entries(LANGUAGES).map(([locale, label], at) => ({
		label,
		checked: now.locale === locale,
		one: true as const,
		run: set({ locale }),
		...(at === 0 ? { group: t('person.language') } : {}),
	}));
	return [
		...acting,
		{ label: t('person.me'), icon: 'user', href: href('me'), ...(acting.length ? { group: true } : {}) },
		...themes,
		...languages,
		{
			label: t('person.compact'),
			group: t('person.ways'),
			checked: now.density === 'compact',
			run: set({ density: now.density === 'compact' ? 'cosy' : 'compact' }),
			stay: true,
		},
		{
			label: t('person.shortcuts'),
			checked: now.shortcuts,
			run: set({ shortcuts: !now.shortcuts }),
			stay: true,
		},
		{ label: t('keys.title'), icon: 'keyboard', group: true, run: openKeySheet },
		{ label: t('reference.title'), icon: 'book-open', href: href('api') },
		{
			label: t('person.signOut'),
			icon: 'log-out',
			group: true,
			run: () => void signOut().catch(toastProblem),
		},
	];
}
