// A filter of one word: a subject, a correlation id, an actor.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from '../kit/button.tsx';
import { Text } from '../kit/field.tsx';
import { Filter } from '../kit/filter.tsx';
import { t } from '../lib/i18n.ts';

interface Props {
	label: string;
	value: string | null;
	hint?: string;
	/** What is wrong with a value, or null. */
	check?: (value: string) => string | null;
	onChange: (value: string | null) => void;
}

export function TextFilter(props: Props): JSX.Element {
	return (
		<Filter label={props.label} value={props.value} onClear={() => props.onChange(null)} wide>
			{(close) => (
				<TextForm
					{...props}
					onChange={(value) => {
						close();
						props.onChange(value);
					}}
				/>
			)}
		</Filter>
	);
}

function TextForm({ label, value, hint, check, onChange }: Props): JSX.Element {
	const [text, setText] = useState(value ?? '');
	const [wrong, setWrong] = useState<string | null>(null);
	return (
		<form
			class="filter-body"
			onSubmit={(event) => {
				event.preventDefault();
				const said = text.trim();
				const error = (said && check?.(said)) || null;
				setWrong(error);
				if (!error) onChange(said || null);
			}}
		>
			<Text name="word" label={label} value={text} hint={hint} error={wrong ?? undefined} onInput={setText} />
			<div class="filter-acts">
				<Button type="submit" kind="primary">
					{t('filter.apply')}
				</Button>
			</div>
		</form>
	);
}
