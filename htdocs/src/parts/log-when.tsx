// Which part of the log: the newest so many, of one day or of all; the last hours; a period.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from '../kit/button.tsx';
import { Choice, Text } from '../kit/field.tsx';
import { Filter } from '../kit/filter.tsx';
import { errorText } from '../lib/form.ts';
import { date, number } from '../lib/format.ts';
import { t } from '../lib/i18n.ts';
import { dayIn, instantIn, localIn, zone } from '../lib/log-zone.ts';

export interface When {
	newest: string | null;
	last_minutes: string | null;
	from: string | null;
	to: string | null;
}

const NEWEST_MAX = 10_000;
const MINUTES_MAX = 24 * 60;
/** A month, and the hour that clocks are put back. */
const PERIOD_MAX = 30 * 86400_000 + 3600_000;
export const ANY_TIME: When = { newest: null, last_minutes: null, from: null, to: null };

type Mode = 'newest' | 'last' | 'period';

function short(at: string): string {
	return date(at, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', ...zone() });
}

function words({ newest, last_minutes, from, to }: When): string | null {
	const period = from || to ? `${from ? short(from) : '…'} – ${to ? short(to) : '…'}` : null;
	if (newest) return [t('logWhen.newest', { n: number(Number(newest)) }), period].filter(Boolean).join(', ');
	if (!last_minutes) return period;
	const minutes = Number(last_minutes);
	return t('logWhen.last', { h: Math.floor(minutes / 60), m: minutes % 60 });
}

export function LogWhen(props: { when: When; onChange: (when: When) => void }): JSX.Element {
	return (
		<Filter
			label={t('logWhen.label')}
			value={words(props.when)}
			onClear={() => props.onChange(ANY_TIME)}
			wide
		>
			{(close) => (
				<WhenForm
					when={props.when}
					done={(when) => {
						close();
						props.onChange({ ...ANY_TIME, ...when });
					}}
				/>
			)}
		</Filter>
	);
}

const whole = (text: string, min: number, max: number): number | null => {
	const n = /^\d{1,6}$/.test(text.trim()) ? Number(text) : Number.NaN;
	return n >= min && n <= max ? n : null;
};

type Errors = Partial<Record<'n' | 'hours' | 'to', string>>;

interface Said {
	n: string;
	day: string;
	hours: string;
	minutes: string;
	from: string;
	to: string;
}

/** What was said, as a filter or as what is wrong with it. */
function read(mode: Mode, said: Said): Partial<When> | Errors {
	if (mode === 'newest') {
		if (whole(said.n, 1, NEWEST_MAX) === null)
			return { n: t('logWhen.between', { min: 1, max: number(NEWEST_MAX) }) };
		const [from, to] = (said.day && dayIn(said.day)) || [null, null];
		return { newest: said.n.trim(), from, to };
	}
	if (mode === 'last') {
		const hours = whole(said.hours || '0', 0, 24);
		const minutes = whole(said.minutes || '0', 0, 59);
		const all = hours === null || minutes === null ? 0 : hours * 60 + minutes;
		return all >= 1 && all <= MINUTES_MAX ? { last_minutes: String(all) } : { hours: t('logWhen.upTo24') };
	}
	const from = instantIn(said.from);
	const to = instantIn(said.to);
	const length = from && to ? new Date(to).getTime() - new Date(from).getTime() : 1;
	if (length <= 0) return { to: errorText('not-after-start') };
	return length > PERIOD_MAX ? { to: errorText('period-too-long') } : { from, to };
}

function isWrong(got: Partial<When> | Errors): got is Errors {
	return 'n' in got || 'hours' in got || ('to' in got && !('from' in got));
}

function saidOf(when: When): Said {
	const minutes = Number(when.last_minutes ?? 60);
	return {
		n: when.newest ?? '100',
		day: when.newest ? localIn(when.from).slice(0, 10) : '',
		hours: String(Math.floor(minutes / 60)),
		minutes: String(minutes % 60),
		from: when.newest ? '' : localIn(when.from),
		to: when.newest ? '' : localIn(when.to),
	};
}

function WhenForm(props: { when: When; done: (when: Partial<When>) => void }): JSX.Element {
	const { when } = props;
	const [mode, setMode] = useState<Mode>(
		when.last_minutes ? 'last' : (when.from || when.to) && !when.newest ? 'period' : 'newest',
	);
	const [said, setSaid] = useState(() => saidOf(when));
	const [errors, setErrors] = useState<Errors>({});
	const set = (name: keyof Said) => (text: string) => {
		setErrors({});
		setSaid({ ...said, [name]: text });
	};
	return (
		<form
			class="filter-body log-when"
			onSubmit={(event) => {
				event.preventDefault();
				const got = read(mode, said);
				if (isWrong(got)) setErrors(got);
				else props.done(got);
			}}
		>
			<Choice
				name="mode"
				label={t('logWhen.label')}
				value={mode}
				options={[
					['newest', t('logWhen.byCount')],
					['last', t('logWhen.byHours')],
					['period', t('logWhen.byPeriod')],
				]}
				onInput={(value) => {
					setErrors({});
					setMode(value as Mode);
				}}
			/>
			<WhenFields mode={mode} said={said} errors={errors} set={set} />
			<div class="filter-acts">
				<Button type="submit" kind="primary">
					{t('filter.apply')}
				</Button>
			</div>
		</form>
	);
}

function WhenFields(props: {
	mode: Mode;
	said: Said;
	errors: Errors;
	set: (name: keyof Said) => (text: string) => void;
}): JSX.Element {
	const { mode, said, errors, set } = props;
	if (mode === 'newest')
		return (
			<div class="log-two">
				<Text
					name="n"
					label={t('logWhen.howMany')}
					inputMode="numeric"
					value={said.n}
					error={errors.n}
					onInput={set('n')}
				/>
				<Text name="day" type="date" label={t('logWhen.ofDay')} value={said.day} onInput={set('day')} />
			</div>
		);
	if (mode === 'last')
		return (
			<div class="log-two">
				<Text
					name="hours"
					label={t('logWhen.hours')}
					inputMode="numeric"
					value={said.hours}
					error={errors.hours}
					onInput={set('hours')}
				/>
				<Text
					name="minutes"
					label={t('logWhen.minutes')}
					inputMode="numeric"
					value={said.minutes}
					onInput={set('minutes')}
				/>
			</div>
		);
	return (
		<>
			<Text
				name="from"
				type="datetime-local"
				label={t('range.from')}
				value={said.from}
				onInput={set('from')}
			/>
			<Text
				name="to"
				type="datetime-local"
				label={t('range.to')}
				value={said.to}
				error={errors.to}
				hint={t('logWhen.periodHint')}
				onInput={set('to')}
			/>
		</>
	);
}
