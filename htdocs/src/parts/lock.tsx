import type { JSX } from 'preact';
import { Icon } from '../kit/icon.tsx';
import type { Account } from '../lib/api.types.ts';
import { day } from '../lib/format.ts';
import { t } from '../lib/i18n.ts';
import { href } from '../lib/router.ts';
import { can } from '../lib/session.ts';
import { typeLabel } from './event-words.ts';

/** A field that billing set: a lock, and the way to the event that set it. */
export function lockOf(account: Account, field: string): JSX.Element | undefined {
	const lock = account.locked.find((one) => one.field === field);
	if (!lock) return undefined;
	const words = t('lock.title', { event: typeLabel(lock.event_type), at: day(lock.set_at) });
	const inner = (
		<>
			<Icon name="lock" size={12} /> {t('lock.by')}
		</>
	);
	if (!can('billing_event.view')) {
		return (
			<span class="lock" title={words}>
				{inner}
			</span>
		);
	}
	return (
		<a
			class="lock"
			title={words}
			href={href(`accounts/${account.id}/billing-events`, { event: lock.event_id })}
		>
			{inner}
		</a>
	);
}
