// The "?" sheet: every shortcut that works on this page now.
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { Kbd } from '../kit/button.tsx';
import { Dialog } from '../kit/dialog.tsx';
import { t } from '../lib/i18n.ts';
import { shortcuts, useKeys } from '../lib/keys.ts';
import { prefs } from '../lib/prefs.ts';

const open = signal(false);

export function openKeySheet(): void {
	open.value = true;
}

const NAMES: Record<string, string> = {
	Escape: 'Esc',
	ArrowUp: '↑',
	ArrowDown: '↓',
	'mod+k': 'Ctrl K',
	'mod+Enter': 'Ctrl ↵',
};

export function keyName(keys: string): string[] {
	return (NAMES[keys] ?? keys).split(' ').map((key) => (key.length === 1 ? key.toUpperCase() : key));
}

export function KeySheet(): JSX.Element | null {
	useKeys([{ keys: '?', label: t('keys.title'), group: t('keys.general'), run: openKeySheet }]);
	if (!open.value) return null;
	const groups = new Map<string, { keys: string; label: string }[]>();
	for (const one of shortcuts.value) {
		const list = groups.get(one.group) ?? [];
		if (!list.some((other) => other.keys === one.keys)) list.push(one);
		groups.set(one.group, list);
	}
	const close = (): void => {
		open.value = false;
	};
	return (
		<Dialog title={t('keys.title')} icon="keyboard" onClose={close} wide>
			{!prefs.value.shortcuts && <p class="muted">{t('keys.off')}</p>}
			<section class="key-groups" tabIndex={0} aria-label={t('keys.title')}>
				{[...groups].map(([group, list]) => (
					<section key={group}>
						<h3>{group}</h3>
						<ul class="key-list">
							{list.map((one) => (
								<li key={one.keys}>
									<span>{one.label}</span>
									<span class="keys">
										{keyName(one.keys).map((key) => (
											<Kbd key={key}>{key}</Kbd>
										))}
									</span>
								</li>
							))}
						</ul>
					</section>
				))}
			</section>
		</Dialog>
	);
}
