// Who pays, and what billing knows of the account; its own permission.
import type { JSX } from 'preact';
import { Facts, Panel } from '../../kit/bits.tsx';
import { Check, Text } from '../../kit/field.tsx';
import type { Account } from '../../lib/api.types.ts';
import { t } from '../../lib/i18n.ts';
import { can } from '../../lib/session.ts';
import { lockOf } from '../../parts/lock.tsx';
import type { ProfileForm } from './profile-fields.ts';

export function Billing({ form, account }: { form: ProfileForm; account: Account }): JSX.Element {
	const { values, set, errors } = form;
	const off = !can('account.edit_billing');
	const extra = Object.entries(account.billing_extra ?? {});
	return (
		<Panel title={t('profile.billing')}>
			<div class="stack-s">
				<Text
					name="payer"
					label={t('billing.payer')}
					disabled={off}
					locked={lockOf(account, 'payer')}
					value={values.payer}
					error={errors.payer}
					onInput={(v) => set('payer', v)}
				/>
				<Text
					name="tax_number"
					label={t('billing.taxNumber')}
					disabled={off}
					locked={lockOf(account, 'tax_number')}
					value={values.tax_number}
					error={errors.tax_number}
					onInput={(v) => set('tax_number', v)}
				/>
				<Check
					name="tax_included"
					label={t('billing.taxIncluded')}
					disabled={off}
					locked={lockOf(account, 'tax_included')}
					value={values.tax_included}
					onInput={(v) => set('tax_included', v)}
				/>
				<Facts
					items={[
						[t('billing.id'), account.external_id && <span class="mono">{account.external_id}</span>],
						[t('card.source'), account.source_name],
						...extra.map(([key, value]) => [key, String(value)] as [string, string]),
					]}
				/>
				{off && <p class="muted">{t('profile.billingOff')}</p>}
			</div>
		</Panel>
	);
}
