// The side: brand, search, places, jobs and the account menu. On a phone it is a drawer.
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Avatar } from '../kit/bits.tsx';
import { Button, Kbd } from '../kit/button.tsx';
import { Icon, Mark } from '../kit/icon.tsx';
import { Menu } from '../kit/menu.tsx';
import { t, tWord } from '../lib/i18n.ts';
import { useKeys } from '../lib/keys.ts';
import { go, href, route } from '../lib/router.ts';
import { section } from '../lib/section.ts';
import { session } from '../lib/session.ts';
import { JobsButton } from './jobs-button.tsx';
import { places } from './nav.ts';
import { openPalette } from './palette.tsx';
import { personItems } from './person-menu.ts';

const drawer = signal(false);

export function Side(): JSX.Element {
	useKeys([
		...places().map((place) => ({
			keys: place.keys,
			label: t('keys.goTo', { place: t(place.label) }),
			group: t('keys.navigation'),
			run: () => go(href(place.path)),
		})),
	]);
	return (
		<header class="side">
			<SideContent />
		</header>
	);
}

function SideContent(): JSX.Element {
	const who = session.value;
	const here = route.value.path[0] === 'accounts' ? section.value : route.value.path[0];
	let group = 0;
	return (
		<>
			<a class="brand" href={href('')}>
				<Mark /> <span>Gatehouse</span>
			</a>
			<button type="button" class="side-search" onClick={openPalette}>
				<Icon name="search" />
				<span>{t('nav.search')}</span>
				<Kbd>Ctrl K</Kbd>
			</button>
			<nav class="nav" aria-label={t('nav.label')}>
				{places().map((place) => {
					const gap = place.group !== group;
					group = place.group;
					return (
						<a
							key={place.path}
							class={`nav-item${gap ? ' gap' : ''}`}
							href={href(place.path)}
							aria-current={isHere(place.path, here) ? 'page' : undefined}
						>
							<Icon name={place.icon} />
							<span>{t(place.label)}</span>
						</a>
					);
				})}
			</nav>
			<div class="side-foot">
				<JobsButton />
				{who && (
					<Menu
						class="person-btn"
						button={
							<>
								<span class="sr-only">{t('person.menu')}: </span>
								<Avatar name={who.person.name} size={26} round />
								<span class="person-text">
									<b>{who.person.name}</b>
									<small>{tWord('role', who.acting.role)}</small>
								</span>
								<Icon name="chevrons-up-down" size={14} />
							</>
						}
						items={personItems}
					/>
				)}
			</div>
		</>
	);
}

function isHere(path: string, here: string | undefined): boolean {
	return path === here || (path.startsWith('accounts/') && route.value.path[0] === 'accounts');
}

export function TopBar(): JSX.Element {
	return (
		<header class="topbar">
			{session.value && (
				<Button
					kind="ghost"
					icon="menu"
					label={t('nav.open')}
					onClick={() => {
						drawer.value = true;
					}}
				/>
			)}
			<a class="brand" href={href('')}>
				<Mark /> <span>Gatehouse</span>
			</a>
			{session.value && <Button kind="ghost" icon="search" label={t('nav.search')} onClick={openPalette} />}
			{drawer.value && <Drawer />}
		</header>
	);
}

function Drawer(): JSX.Element {
	const ref = useRef<HTMLDialogElement>(null);
	const close = (): void => {
		drawer.value = false;
	};
	const page = route.value.path.join('/');
	const first = useRef(page);
	useEffect(() => {
		ref.current?.showModal();
		return () => ref.current?.close();
	}, []);
	useEffect(() => {
		if (page !== first.current) close();
	}, [page]);
	return (
		<dialog
			ref={ref}
			class="drawer"
			aria-label={t('nav.label')}
			onCancel={close}
			onMouseDown={(event) => event.target === ref.current && close()}
		>
			<div class="side in-drawer">
				<Button kind="ghost" icon="x" label={t('act.close')} class="drawer-close" onClick={close} />
				<SideContent />
			</div>
		</dialog>
	);
}
