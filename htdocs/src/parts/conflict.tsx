// Two people changed the same object: what it was, what the other one made of it,
// and what is typed here, with a choice for each field. Nothing typed is lost.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from '../kit/button.tsx';
import { Dialog } from '../kit/dialog.tsx';
import type { Field, Fields } from '../lib/form.ts';
import { t } from '../lib/i18n.ts';

export interface Clash<F extends Fields> {
	was: F;
	theirs: F;
	mine: F;
	/** Who changed it, when that is known. */
	who?: string | undefined;
}

function show(value: Field | undefined): string {
	if (typeof value === 'boolean') return t(value ? 'word.yes' : 'word.no');
	return value || '–';
}

export function ConflictDialog<F extends Fields>(props: {
	clash: Clash<F>;
	labels: Record<string, string>;
	/** Of values that are no words themselves. */
	words?: (name: keyof F & string, value: Field | undefined) => string;
	onDone: (values: F) => void;
	onClose: () => void;
}): JSX.Element {
	const { was, theirs, mine, who } = props.clash;
	const words = props.words ?? ((_name, value) => show(value));
	const names = (Object.keys(mine) as (keyof F & string)[]).filter(
		(name) => mine[name] !== theirs[name] || was[name] !== theirs[name],
	);
	const [taken, setTaken] = useState<Record<string, 'theirs' | 'mine'>>(() =>
		Object.fromEntries(names.map((name) => [name, mine[name] === was[name] ? 'theirs' : 'mine'])),
	);
	const done = (): void => {
		const merged: Fields = { ...theirs };
		for (const name of names) merged[name] = (taken[name] === 'mine' ? mine[name] : theirs[name]) as Field;
		props.onDone(merged as F);
	};
	const cell = (name: keyof F & string, side: 'theirs' | 'mine', value: Field | undefined): JSX.Element => (
		<td data-label={t(`conflict.${side}`)}>
			<label class="take">
				<input
					type="radio"
					name={`take-${name}`}
					checked={taken[name] === side}
					onInput={() => setTaken({ ...taken, [name]: side })}
				/>
				<span>{words(name, value)}</span>
			</label>
		</td>
	);
	return (
		<Dialog
			title={who ? t('conflict.titleWho', { who }) : t('conflict.title')}
			icon="triangle-alert"
			tone="warn"
			wide
			keepOpen
			onClose={props.onClose}
			onSubmit={done}
			foot={
				<>
					<Button onClick={props.onClose}>{t('conflict.back')}</Button>
					<Button kind="primary" type="submit">
						{t('conflict.save')}
					</Button>
				</>
			}
		>
			<p>{t('conflict.text')}</p>
			<table class="diff conflict">
				<thead>
					<tr>
						<th scope="col">{t('conflict.field')}</th>
						<th scope="col">{t('conflict.was')}</th>
						<th scope="col">{t('conflict.theirs')}</th>
						<th scope="col">{t('conflict.mine')}</th>
					</tr>
				</thead>
				<tbody>
					{names.map((name) => (
						<tr key={name}>
							<th scope="row">{props.labels[name] ?? name}</th>
							<td data-label={t('conflict.was')}>{words(name, was[name])}</td>
							{cell(name, 'theirs', theirs[name])}
							{cell(name, 'mine', mine[name])}
						</tr>
					))}
				</tbody>
			</table>
		</Dialog>
	);
}
