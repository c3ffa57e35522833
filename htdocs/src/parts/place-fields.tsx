// An address with coordinates, for accounts, sites and the address directory.
import type { ComponentChildren, JSX } from 'preact';
import { Text } from '../kit/field.tsx';
import { t } from '../lib/i18n.ts';
import { countryName, MapLink } from './place.tsx';

export type PlaceName =
	| 'country'
	| 'region'
	| 'city'
	| 'postcode'
	| 'street'
	| 'house'
	| 'latitude'
	| 'longitude';
type PlaceValues = Record<PlaceName, string>;

export const NO_PLACE: PlaceValues = {
	country: '',
	region: '',
	city: '',
	postcode: '',
	street: '',
	house: '',
	latitude: '',
	longitude: '',
};

export function PlaceFields(props: {
	form: {
		values: PlaceValues;
		errors: Partial<Record<string, string>>;
		set: (name: PlaceName, value: string) => void;
	};
	disabled?: boolean;
	lock?: (field: string) => ComponentChildren;
}): JSX.Element {
	const { values, errors, set } = props.form;
	const field = (name: PlaceName, more: object = {}): JSX.Element => (
		<Text
			name={name}
			label={t(`place.${name}`)}
			value={values[name]}
			error={errors[name]}
			disabled={props.disabled}
			locked={props.lock?.(name)}
			onInput={(value) => set(name, value)}
			{...more}
		/>
	);
	const number = (text: string): number | null => {
		const value = Number(text.replace(',', '.'));
		return text.trim() && Number.isFinite(value) ? value : null;
	};
	return (
		<div class="place">
			{field('street', { class: 'p-street' })}
			{field('house', { class: 'p-house' })}
			{field('postcode', { class: 'p-code' })}
			{field('city', { class: 'p-city' })}
			{field('region', { class: 'p-region' })}
			{field('country', {
				class: 'p-country',
				maxLength: 2,
				hint: values.country.length === 2 ? countryName(values.country) : t('place.countryHint'),
			})}
			{field('latitude', { class: 'p-lat', inputMode: 'decimal' })}
			{field('longitude', { class: 'p-lon', inputMode: 'decimal' })}
			<div class="p-map">
				<MapLink place={{ latitude: number(values.latitude), longitude: number(values.longitude) }} />
			</div>
		</div>
	);
}
