// The old password and a new one. The login stands beside them unseen, so that
// managers of passwords know whose they are.
import type { JSX } from 'preact';
import { Password } from '../kit/password.tsx';
import { t } from '../lib/i18n.ts';

interface Props {
	login: string | undefined;
	values: { old: string; new: string };
	errors: Partial<Record<'old' | 'new', string>>;
	set: (name: 'old' | 'new', value: string) => void;
	/** Code points of the new one at least. */
	min: number;
	hint?: string;
}

export function PasswordPair({ login, values, errors, set, min, hint }: Props): JSX.Element {
	return (
		<>
			<input
				type="text"
				class="sr-only"
				name="login"
				autocomplete="username"
				value={login}
				readOnly
				tabIndex={-1}
				aria-hidden="true"
			/>
			<Password
				name="old"
				label={t('me.oldPassword')}
				value={values.old}
				error={errors.old}
				autocomplete="current-password"
				autofocus
				onInput={(value) => set('old', value)}
			/>
			<Password
				name="new"
				label={t('reset.password')}
				value={values.new}
				error={errors.new}
				autocomplete="new-password"
				min={min}
				{...(hint ? { hint } : {})}
				onInput={(value) => set('new', value)}
			/>
		</>
	);
}
