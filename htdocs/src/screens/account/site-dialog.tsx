// One site: made or changed, with the dialogue when somebody else saved first.
import type { JSX } from 'preact';
import { Select, Text } from '../../kit/field.tsx';
import { patch, post } from '../../lib/api.ts';
import type { Account, Site } from '../../lib/api.types.ts';
import { orNull } from '../../lib/form.ts';
import { t, tWord } from '../../lib/i18n.ts';
import { EditDialog, useEdit } from '../../parts/edit-dialog.tsx';
import { NO_PLACE, PlaceFields } from '../../parts/place-fields.tsx';
import { coordinate } from './profile-fields.ts';

const KINDS = ['hq', 'department', 'company', 'building', 'entrance', 'apartment', 'location'] as const;

type Fields = {
	name: string;
	kind: string;
	parent_site_id: string;
	external_id: string;
	csa_code: string;
	contract_no: string;
	country: string;
	region: string;
	city: string;
	postcode: string;
	street: string;
	house: string;
	latitude: string;
	longitude: string;
};

function fieldsOf(site: Site | null): Fields {
	if (!site)
		return {
			name: '',
			kind: 'location',
			parent_site_id: '',
			external_id: '',
			csa_code: '',
			contract_no: '',
			...NO_PLACE,
		};
	const text = (value: string | number | null): string => (value === null ? '' : String(value));
	const names = [
		'parent_site_id',
		'external_id',
		'csa_code',
		'contract_no',
		'country',
		'region',
		'city',
		'postcode',
		'street',
		'house',
		'latitude',
		'longitude',
	] as const;
	const out = { name: site.name, kind: site.kind } as Fields;
	for (const name of names) out[name] = text(site[name]);
	return out;
}

function bodyOf(values: Fields, was: Fields | null): Record<string, unknown> {
	const body: Record<string, unknown> = {};
	for (const name of Object.keys(values) as (keyof Fields)[]) {
		if (was && values[name] === was[name]) continue;
		if (name === 'latitude' || name === 'longitude') body[name] = coordinate(values[name]);
		else if (name === 'country') body[name] = orNull(values.country)?.toUpperCase() ?? null;
		else body[name] = orNull(values[name]);
	}
	return body;
}

export function SiteDialog(props: {
	account: Account;
	site: Site | null;
	sites: Site[];
	onClose: (saved: boolean) => void;
}): JSX.Element {
	const to = `accounts/${props.account.id}/sites`;
	const edit = useEdit<Site, Fields>(props.site, {
		fieldsOf,
		needed: ['name'],
		send: (now, start) =>
			start
				? patch(`${to}/${start.id}`, bodyOf(now, fieldsOf(start)), start.ver)
				: post(to, bodyOf(now, null)),
		onClose: props.onClose,
	});
	const { form, base } = edit;
	const { values, set, errors } = form;
	const labels: Record<keyof Fields, string> = {
		name: t('col.name'),
		kind: t('site.kind'),
		parent_site_id: t('site.parent'),
		external_id: t('col.external'),
		csa_code: t('site.csa'),
		contract_no: t('col.contract'),
		country: t('place.country'),
		region: t('place.region'),
		city: t('place.city'),
		postcode: t('place.postcode'),
		street: t('place.street'),
		house: t('place.house'),
		latitude: t('place.latitude'),
		longitude: t('place.longitude'),
	};
	const hq = base?.kind === 'hq';
	const kinds = KINDS.filter((kind) => (kind === 'hq' ? hq : !hq));
	return (
		<EditDialog
			edit={edit}
			title={base ? t('site.edit', { name: base.name }) : t('site.add')}
			icon="map-pin"
			wide
			labels={labels}
		>
			<div class="row2">
				<Text
					name="name"
					label={labels.name}
					required
					value={values.name}
					error={errors.name}
					onInput={(v) => set('name', v)}
				/>
				<Select
					name="kind"
					label={labels.kind}
					disabled={hq}
					value={values.kind}
					error={errors.kind}
					options={kinds.map((kind) => [kind, tWord('siteKind', kind)])}
					onInput={(v) => set('kind', v)}
				/>
				<Select
					name="parent_site_id"
					label={labels.parent_site_id}
					value={values.parent_site_id}
					error={errors.parent_site_id}
					options={[
						['', '–'],
						...props.sites
							.filter((one) => one.id !== base?.id)
							.map((one) => [one.id, one.name] as [string, string]),
					]}
					onInput={(v) => set('parent_site_id', v)}
				/>
				<Text
					name="csa_code"
					label={labels.csa_code}
					value={values.csa_code}
					error={errors.csa_code}
					onInput={(v) => set('csa_code', v)}
				/>
				<Text
					name="external_id"
					label={labels.external_id}
					value={values.external_id}
					error={errors.external_id}
					onInput={(v) => set('external_id', v)}
				/>
				<Text
					name="contract_no"
					label={labels.contract_no}
					value={values.contract_no}
					error={errors.contract_no}
					onInput={(v) => set('contract_no', v)}
				/>
			</div>
			<PlaceFields form={form} />
		</EditDialog>
	);
}
