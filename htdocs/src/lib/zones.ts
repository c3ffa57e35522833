let zones: string[] | null = null;

/** The time zones the browser knows. */
export function ZONES(): string[] {
	zones ??= Intl.supportedValuesOf('timeZone');
	return zones;
}
