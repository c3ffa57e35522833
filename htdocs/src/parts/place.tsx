// Addresses and places on the map.
import type { JSX } from 'preact';
import { Icon } from '../kit/icon.tsx';
import type { Address } from '../lib/api.types.ts';
import { language, t } from '../lib/i18n.ts';

export function countryName(code: string | null): string {
	if (!code) return '';
	try {
		return new Intl.DisplayNames([language.value], { type: 'region' }).of(code.toUpperCase()) ?? code;
	} catch {
		return code;
	}
}

export function addressLine(place: Address): string {
	const street = [place.street, place.house].filter(Boolean).join(' ');
	const city = [place.postcode, place.city].filter(Boolean).join(' ');
	return [street, city, place.region !== place.city ? place.region : '', countryName(place.country)]
		.filter(Boolean)
		.join(', ');
}

export function MapLink({ place }: { place: Pick<Address, 'latitude' | 'longitude'> }): JSX.Element | null {
	const { latitude, longitude } = place;
	if (latitude === null || longitude === null) return null;
	const to = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=17/${latitude}/${longitude}`;
	return (
		<a class="map-link" href={to} target="_blank" rel="noopener noreferrer">
			{t('place.map')} <Icon name="external-link" size={12} />
		</a>
	);
}
