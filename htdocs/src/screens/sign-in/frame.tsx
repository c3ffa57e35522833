// The card of every page one sees before one is in.
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { LinkButton } from '../../kit/button.tsx';
import { Icon, type IconName, Mark } from '../../kit/icon.tsx';
import { LANGUAGES, t } from '../../lib/i18n.ts';
import { prefs, setPrefs } from '../../lib/prefs.ts';
import { href } from '../../lib/router.ts';
import { untwisted } from '../../lib/turned.ts';

interface Props {
	title: string;
	text?: ComponentChildren;
	onSubmit?: () => void;
	children?: ComponentChildren;
	/** Other ways, below the card's button. */
	links?: ComponentChildren;
	wide?: boolean;
}

export function Frame(props: Props): JSX.Element {
	const form = useRef<HTMLFormElement>(null);
	useEffect(() => {
		document.title = `${untwisted(props.title)} · Gatehouse`;
		// What had the focus went with the page before: one goes on at the first field, or the button.
		if (document.activeElement === document.body)
			form.current?.querySelector<HTMLElement>('input:not(.sr-only), .btn')?.focus();
	}, [props.title]);
	const submit = (event: Event): void => {
		event.preventDefault();
		props.onSubmit?.();
	};
	return (
		<main class="alone">
			<form ref={form} class={`sign-in${props.wide ? ' wide' : ''}`} onSubmit={submit} noValidate>
				<Mark />
				<h1>{props.title}</h1>
				{props.text && <p class="muted">{props.text}</p>}
				{props.children}
				{props.links && <p class="sign-in-links">{props.links}</p>}
			</form>
			<nav class="sign-in-foot" aria-label={t('person.language')}>
				{Object.entries(LANGUAGES).map(([locale, name]) => (
					<button
						key={locale}
						type="button"
						lang={locale}
						class="link"
						aria-pressed={prefs.value.locale === locale}
						onClick={() => void setPrefs({ locale }, false)}
					>
						{name}
					</button>
				))}
			</nav>
		</main>
	);
}

/** Where a way ends: what happened, and what to do next. */
export function Told(props: {
	title: string;
	text: string;
	icon?: IconName;
	children?: ComponentChildren;
}): JSX.Element {
	return (
		<Frame title={props.title}>
			<p class="sign-in-told" role="status">
				<Icon name={props.icon ?? 'check'} size={18} />
				<span>{props.text}</span>
			</p>
			{props.children ?? (
				<LinkButton kind="primary" href={href('sign-in')}>
					{t('signIn.do')}
				</LinkButton>
			)}
		</Frame>
	);
}

/** A link that was read without its secret, by a reload or by hand, or is not good any more. */
export function BadLink(): JSX.Element {
	return (
		<Told icon="circle-alert" title={t('link.bad')} text={t('link.badText')}>
			<LinkButton href={href('sign-in')}>{t('signIn.to')}</LinkButton>
		</Told>
	);
}

export function ToSignIn(): JSX.Element {
	return <a href={href('sign-in')}>{t('signIn.to')}</a>;
}
