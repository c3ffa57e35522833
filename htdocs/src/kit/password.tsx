// A password: pasted as it is, shown when wished, and, where a new one is chosen,
// the rule in words and how far its length has come. Nothing else is judged here.
import type { JSX } from 'preact';
import { useId, useState } from 'preact/hooks';
import { t } from '../lib/i18n.ts';
import { aria, type Common, Frame } from './field.tsx';
import { Icon } from './icon.tsx';

interface Props extends Common {
	value: string;
	onInput: (value: string) => void;
	autocomplete: 'current-password' | 'new-password';
	autofocus?: boolean;
	/** Of a new one: the code points it needs at least. */
	min?: number;
}

export function Password(props: Props): JSX.Element {
	const id = useId();
	const [shown, setShown] = useState(false);
	const { min, value } = props;
	const hint = props.hint ?? (min ? t('password.rule', { n: min }) : undefined);
	return (
		<Frame {...props} id={id} hint={hint}>
			<span class="password">
				<input
					{...aria({ ...props, hint }, id)}
					class="input"
					type={(shown ? 'text' : 'password') as 'text'}
					value={value}
					onInput={(event) => props.onInput(event.currentTarget.value)}
					autocomplete={props.autocomplete}
					autofocus={props.autofocus}
					autocapitalize="off"
					spellcheck={false}
				/>
				<button
					type="button"
					class="password-eye"
					aria-label={t('password.show')}
					aria-pressed={shown}
					onClick={() => setShown(!shown)}
				>
					<Icon name={shown ? 'eye-off' : 'eye'} />
				</button>
			</span>
			{min !== undefined && <Length n={[...value].length} min={min} />}
		</Frame>
	);
}

function Length({ n, min }: { n: number; min: number }): JSX.Element {
	const enough = n >= min;
	return (
		<span class={`password-length${enough ? ' enough' : ''}`}>
			<progress class="progress" max={min} value={Math.min(n, min)} aria-label={t('password.length')} />
			<span>{enough ? t('password.enough') : t('password.left', { n: min - n })}</span>
		</span>
	);
}
