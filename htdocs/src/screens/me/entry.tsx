// How I sign in: address, password, second step. Each act has a dialog of its own.
import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Banner, Chip, Panel } from '../../kit/bits.tsx';
import { Button } from '../../kit/button.tsx';
import type { MyDetails } from '../../lib/api.types.ts';
import { t } from '../../lib/i18n.ts';
import { EmailDialog } from './email-dialog.tsx';
import { PasswordDialog } from './password-dialog.tsx';
import { RemoveDialog, RenewDialog, SetUpDialog } from './two-step.tsx';

type Open = 'email' | 'password' | 'set-up' | 'remove' | 'renew';
interface Props {
	me: MyDetails;
	reload: () => void;
	fixed: boolean;
}
const FEW = 3;

function dialogOf(open: Open): typeof EmailDialog {
	if (open === 'email') return EmailDialog;
	if (open === 'password') return PasswordDialog;
	if (open === 'set-up') return SetUpDialog;
	return open === 'remove' ? RemoveDialog : RenewDialog;
}

export function Entry({ me, reload, fixed }: Props): JSX.Element {
	const [open, setOpen] = useState<Open | null>(null);
	const View = open && dialogOf(open);
	const close = (changed: boolean): void => {
		setOpen(null);
		if (changed) reload();
	};
	const act = (what: Open, words: string): JSX.Element => (
		<Button small onClick={() => setOpen(what)}>
			{words}
		</Button>
	);
	return (
		<Panel title={t('me.entry')}>
			<ul class="lines">
				<Line
					title={t('col.email')}
					text={me.email ?? t('me.noEmail')}
					acts={!fixed && me.may_change_email && act('email', t('me.change'))}
				>
					{me.email_pending && (
						<Banner tone="info" icon="mail" role="status">
							{t('me.pending', { email: me.email_pending })}
						</Banner>
					)}
					{!me.may_change_email && <small class="muted">{t('me.emailFixed')}</small>}
				</Line>
				<Line
					title={t('signIn.password')}
					text={t(me.may_change_password ? 'me.passwordText' : 'me.passwordFixed')}
					acts={!fixed && me.may_change_password && act('password', t('me.change'))}
				/>
				<Line
					title={t('me.twoStep')}
					text={
						<Chip tone={me.two_step ? 'good' : 'idle'} quiet>
							{t(me.two_step ? 'me.on' : 'me.off')}
						</Chip>
					}
					acts={
						!fixed &&
						(me.two_step ? (
							<>
								{act('renew', t('me.newCodes'))}
								{!me.two_step_required && act('remove', t('me.remove'))}
							</>
						) : (
							act('set-up', t('me.setUp'))
						))
					}
				>
					{me.two_step && (
						<small class={me.recovery_left <= FEW ? 'warn-text' : 'muted'}>
							{t('me.codesLeft', { n: me.recovery_left })}
						</small>
					)}
					{me.two_step_required && <small class="muted">{t('me.required')}</small>}
				</Line>
			</ul>
			{View && <View me={me} onClose={close} />}
		</Panel>
	);
}

function Line(props: {
	title: string;
	text: ComponentChildren;
	acts: ComponentChildren;
	children?: ComponentChildren;
}): JSX.Element {
	return (
		<li class="me-line">
			<span class="line-main">
				<b>{props.title}</b>
				<small>{props.text}</small>
				{props.children}
			</span>
			{props.acts && <span class="me-acts">{props.acts}</span>}
		</li>
	);
}
