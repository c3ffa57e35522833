import { signal } from '@preact/signals';

/** Why the first question to the server failed. */
export const failed = signal<unknown>(null);
