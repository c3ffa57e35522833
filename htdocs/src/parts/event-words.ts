// The types of billing events, in the order people look for them.
import type { BillingEvent } from '../lib/api.types.ts';
import { tWord } from '../lib/i18n.ts';

export const EVENT_TYPES = [
	'billing.new_entity',
	'billing.pause_entity',
	'billing.unpause_entity',
	'billing.terminate_entity',
	'billing.create_location',
	'billing.create_location_unknown_csa',
	'billing.delete_location',
	'billing.update_login',
	'billing.update_password',
	'billing.new_camera',
	'billing.attach_camera',
	'billing.attach_camera_unknown_csa',
	'billing.detach_camera',
	'billing.unknown_type',
	'billing.update_entity',
	'billing.sync_cameras',
	'billing.set_licenses',
	'billing.check_licenses',
	'billing.set_module_status',
	'billing.delete_camera',
	'billing.update_location',
	'billing.snapshot',
] as const;

export function typeLabel(type: string, fallback?: string): string {
	return tWord('event', type, fallback);
}

export function eventLabel(event: BillingEvent): string {
	return typeLabel(event.type, event.label);
}
