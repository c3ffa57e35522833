// The fields of the profile as text, and back.
import type { Account } from '../../lib/api.types.ts';
import { type Form, orNull } from '../../lib/form.ts';
import { t } from '../../lib/i18n.ts';

export type Profile = {
	name: string;
	class: string;
	contract_no: string;
	locale: string;
	time_zone: string;
	payer: string;
	tax_included: boolean;
	tax_number: string;
	country: string;
	region: string;
	city: string;
	postcode: string;
	street: string;
	house: string;
	latitude: string;
	longitude: string;
};
export type ProfileForm = Form<Profile>;

export function profileOf(account: Account): Profile {
	const text = (value: string | null): string => value ?? '';
	const number = (value: number | null): string => (value === null ? '' : String(value));
	return {
		name: account.name,
		class: account.class,
		contract_no: text(account.contract_no),
		locale: text(account.locale),
		time_zone: text(account.time_zone),
		payer: text(account.payer),
		tax_included: Boolean(account.tax_included),
		tax_number: text(account.tax_number),
		country: text(account.country),
		region: text(account.region),
		city: text(account.city),
		postcode: text(account.postcode),
		street: text(account.street),
		house: text(account.house),
		latitude: number(account.latitude),
		longitude: number(account.longitude),
	};
}

export function profileLabels(): Record<keyof Profile, string> {
	return {
		name: t('col.name'),
		class: t('col.kind'),
		contract_no: t('col.contract'),
		locale: t('person.language'),
		time_zone: t('field.timeZone'),
		payer: t('billing.payer'),
		tax_included: t('billing.taxIncluded'),
		tax_number: t('billing.taxNumber'),
		country: t('place.country'),
		region: t('place.region'),
		city: t('place.city'),
		postcode: t('place.postcode'),
		street: t('place.street'),
		house: t('place.house'),
		latitude: t('place.latitude'),
		longitude: t('place.longitude'),
	};
}

/** A coordinate as people type it: a comma is a point. NaN is left for the server to refuse. */
export function coordinate(text: string): number | string | null {
	if (text.trim() === '') return null;
	const value = Number(text.trim().replace(',', '.'));
	return Number.isFinite(value) ? value : text;
}

/** What is sent: only what changed; empty text clears. */
export function changesOf(values: Profile, changed: readonly (keyof Profile)[]): Record<string, unknown> {
	const body: Record<string, unknown> = {};
	for (const name of changed) {
		const value = values[name];
		if (name === 'latitude' || name === 'longitude') body[name] = coordinate(values[name]);
		else if (name === 'country') body[name] = orNull(value)?.toUpperCase() ?? null;
		else if (name === 'name') body[name] = values.name.trim();
		else body[name] = typeof value === 'boolean' ? value : orNull(value);
	}
	return body;
}
