// A period: today, some days back, or from and to.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from '../kit/button.tsx';
import { Choice, Text } from '../kit/field.tsx';
import { Filter } from '../kit/filter.tsx';
import { instant, localOf } from '../lib/form.ts';
import { date } from '../lib/format.ts';
import { t } from '../lib/i18n.ts';

const DAYS = [1, 7, 30] as const;

function short(at: string): string {
	return date(at, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
}

export function RangeFilter(props: {
	from: string | null;
	to: string | null;
	onChange: (from: string | null, to: string | null) => void;
}): JSX.Element {
	const { from, to } = props;
	const words = from || to ? `${from ? short(from) : '…'} – ${to ? short(to) : '…'}` : null;
	return (
		<Filter label={t('range.label')} value={words} onClear={() => props.onChange(null, null)} wide>
			{(close) => (
				<RangeForm
					{...props}
					done={(a, b) => {
						close();
						props.onChange(a, b);
					}}
				/>
			)}
		</Filter>
	);
}

function RangeForm(props: {
	from: string | null;
	to: string | null;
	done: (from: string | null, to: string | null) => void;
}): JSX.Element {
	const [from, setFrom] = useState(localOf(props.from));
	const [to, setTo] = useState(localOf(props.to));
	const back = (days: string): void => {
		const start = new Date(Date.now() - Number(days) * 86400_000);
		setFrom(localOf(start.toISOString()));
		setTo('');
	};
	return (
		<form
			class="filter-body"
			onSubmit={(event) => {
				event.preventDefault();
				props.done(instant(from), instant(to));
			}}
		>
			<Choice
				name="days"
				label={t('range.last')}
				value=""
				options={DAYS.map((n) => [String(n), t('range.days', { n })])}
				onInput={back}
			/>
			<Text name="from" type="datetime-local" label={t('range.from')} value={from} onInput={setFrom} />
			<Text name="to" type="datetime-local" label={t('range.to')} value={to} onInput={setTo} />
			<div class="filter-acts">
				<Button type="submit" kind="primary">
					{t('filter.apply')}
				</Button>
			</div>
		</form>
	);
}
