// What can be done at once with an account as it stands, as buttons.
import type { JSX } from 'preact';
import { Button } from '../kit/button.tsx';
import type { Account, AccountItem } from '../lib/api.types.ts';
import { t } from '../lib/i18n.ts';
import { ask, enable, may } from './acts.tsx';

export function LifeButtons({ account }: { account: AccountItem | Account }): JSX.Element {
	return (
		<>
			{may(account, 'suspend') && (
				<Button icon="pause" onClick={() => ask('suspend', account)}>
					{t('act.suspend')}
				</Button>
			)}
			{may(account, 'resume') && (
				<Button icon="play" onClick={() => void enable(account)}>
					{t('act.enable')}
				</Button>
			)}
			{may(account, 'restore') && (
				<Button icon="rotate-ccw" onClick={() => ask('restore', account)}>
					{t('act.restore')}
				</Button>
			)}
		</>
	);
}
