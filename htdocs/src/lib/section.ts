import { signal } from '@preact/signals';

/** Where in the navigation the account shown belongs. */
export const section = signal('customers');
