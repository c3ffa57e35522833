// What a person decides about an event: dismiss it, or tie its address code to a place.
import type { JSX } from 'preact';
import { Button } from '../kit/button.tsx';
import { Dialog } from '../kit/dialog.tsx';
import { Area, Check, Text } from '../kit/field.tsx';
import { toast } from '../kit/toast.tsx';
import { post } from '../lib/api.ts';
import type { BillingEvent, BillingEventFull, Values } from '../lib/api.types.ts';
import { orNull, required, useForm } from '../lib/form.ts';
import { t, tWord } from '../lib/i18n.ts';
import { eventLabel } from './event-words.ts';
import { FormProblem } from './form-problem.tsx';
import { type NO_PLACE, PlaceFields } from './place-fields.tsx';

interface Props {
	event: BillingEvent;
	onClose: (next: BillingEventFull | null) => void;
}

export function DismissDialog({ event, onClose }: Props): JSX.Element {
	const form = useForm({ reason_text: '' });
	const submit = async (): Promise<void> => {
		const missing = required(form.values, ['reason_text']);
		if (Object.keys(missing).length) return form.fail(missing);
		await form.run(async () => {
			const next = await post<BillingEventFull>(`billing-events/${event.id}/dismiss`, {
				reason_text: form.values.reason_text.trim(),
			});
			toast(t('event.dismissed'));
			onClose(next);
		});
	};
	return (
		<Dialog
			title={t('event.dismissTitle', { what: eventLabel(event) })}
			icon="ban"
			tone="warn"
			onClose={() => onClose(null)}
			onSubmit={() => void submit()}
			foot={
				<>
					<Button onClick={() => onClose(null)}>{t('act.cancel')}</Button>
					<Button kind="primary" type="submit" busy={form.busy}>
						{t('event.dismiss')}
					</Button>
				</>
			}
		>
			<p>{t('event.dismissText')}</p>
			<Area
				name="reason_text"
				label={t('hold.reasonText')}
				required
				value={form.values.reason_text}
				error={form.errors.reason_text}
				onInput={(value) => form.set('reason_text', value)}
			/>
			<FormProblem form={form} />
		</Dialog>
	);
}

/** What the payload says of the place, to begin with. */
function sent(payload: Values | null): typeof NO_PLACE & { csa_code: string } {
	const data = (payload?.data ?? {}) as Values;
	const address = (data.address ?? {}) as Values;
	const text = (value: unknown): string => (value === null || value === undefined ? '' : String(value));
	return {
		csa_code: text(data.csa),
		country: text(address.country),
		region: text(address.region),
		city: text(address.city),
		postcode: text(address.postcode),
		street: text(address.street),
		house: text(address.house),
		latitude: text(data.lat),
		longitude: text(data.lon),
	};
}

export function MapDialog({ event, payload, onClose }: Props & { payload: Values | null }): JSX.Element {
	const form = useForm({ ...sent(payload), add: true as boolean });
	const { values, set, errors } = form;
	const submit = async (): Promise<void> => {
		const missing = required(values, ['csa_code']);
		if (Object.keys(missing).length) return form.fail(missing);
		const number = (text: string): number | null => (text.trim() ? Number(text.replace(',', '.')) : null);
		const place = {
			country: orNull(values.country)?.toUpperCase() ?? null,
			region: orNull(values.region),
			city: orNull(values.city),
			postcode: orNull(values.postcode),
			street: orNull(values.street),
			house: orNull(values.house),
			latitude: number(values.latitude),
			longitude: number(values.longitude),
		};
		await form.run(async () => {
			const body = { csa_code: values.csa_code.trim(), add: values.add, ...(values.add ? place : {}) };
			const next = await post<BillingEventFull>(`billing-events/${event.id}/map`, body);
			toast(t('event.mapped', { state: tWord('eventState', next.state) }));
			onClose(next);
		});
	};
	return (
		<Dialog
			title={t('event.mapTitle')}
			icon="map-pin"
			wide
			keepOpen
			onClose={() => onClose(null)}
			onSubmit={() => void submit()}
			foot={
				<>
					<Button onClick={() => onClose(null)}>{t('act.cancel')}</Button>
					<Button kind="primary" type="submit" busy={form.busy}>
						{t('event.mapDo')}
					</Button>
				</>
			}
		>
			<p>{t('event.mapText')}</p>
			<Text
				name="csa_code"
				label={t('site.csa')}
				required
				value={values.csa_code}
				error={errors.csa_code}
				onInput={(value) => set('csa_code', value)}
			/>
			<Check name="add" label={t('event.mapAdd')} value={values.add} onInput={(value) => set('add', value)} />
			{values.add && <PlaceFields form={form} />}
			<FormProblem form={form} />
		</Dialog>
	);
}
