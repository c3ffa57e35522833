// Several things found by words and ticked, to be put somewhere together.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Avatar } from '../kit/bits.tsx';
import { Button } from '../kit/button.tsx';
import { Dialog } from '../kit/dialog.tsx';
import { Tick } from '../kit/switch.tsx';
import { asProblem, type Problem } from '../lib/api.ts';
import { t } from '../lib/i18n.ts';
import { ListSearch } from './list-search.tsx';

export interface Pickable {
	id: string;
	name: string;
	hint: string;
}

/** What one request takes. */
export const PICK_MAX = 200;

export function PickMany(props: {
	title: string;
	search: string;
	find: (words: string, stop: AbortSignal) => Promise<Pickable[]>;
	run: (ids: string[]) => Promise<void>;
	onClose: (done: boolean) => void;
}): JSX.Element {
	const [words, setWords] = useState('');
	const [found, setFound] = useState<Pickable[] | null>(null);
	const [chosen, setChosen] = useState<ReadonlyMap<string, Pickable>>(new Map());
	const [problem, setProblem] = useState<Problem | null>(null);
	const [busy, setBusy] = useState(false);
	useEffect(() => {
		const stop = new AbortController();
		props.find(words, stop.signal).then(setFound, (error) => {
			if (!stop.signal.aborted) setProblem(asProblem(error));
		});
		return () => stop.abort();
	}, [words]);
	const choose = (one: Pickable, on: boolean): void => {
		const next = new Map(chosen);
		if (on && next.size < PICK_MAX) next.set(one.id, one);
		else next.delete(one.id);
		setChosen(next);
	};
	const run = async (): Promise<void> => {
		if (chosen.size === 0) return;
		setBusy(true);
		setProblem(null);
		try {
			await props.run([...chosen.keys()]);
			props.onClose(true);
		} catch (error) {
			setProblem(asProblem(error));
			setBusy(false);
		}
	};
	// What was ticked stays in sight, whatever is looked for next.
	const kept = [...chosen.values()].filter((one) => !found?.some((other) => other.id === one.id));
	return (
		<Dialog
			title={props.title}
			icon="plus"
			onClose={() => props.onClose(false)}
			onSubmit={() => void run()}
			keepOpen={chosen.size > 0}
			foot={
				<>
					<Button onClick={() => props.onClose(false)}>{t('act.cancel')}</Button>
					<Button kind="primary" type="submit" busy={busy} disabled={chosen.size === 0}>
						{t('group.addSome', { n: chosen.size })}
					</Button>
				</>
			}
		>
			<ListSearch label={props.search} value={words} onChange={setWords} quiet />
			<ul class="pick-many" aria-label={props.title} aria-busy={!found}>
				{[...kept, ...(found ?? [])].map((one) => (
					<li key={one.id}>
						<Tick label={one.name} on={chosen.has(one.id)} onChange={(on) => choose(one, on)} />
						<Avatar name={one.name} size={24} />
						<span class="who-text">
							<span>{one.name}</span>
							<small>{one.hint}</small>
						</span>
					</li>
				))}
				{found?.length === 0 && kept.length === 0 && <li class="muted">{t('picker.none')}</li>}
			</ul>
			{problem && (
				<p class="field-error" role="alert">
					{problem.message}
				</p>
			)}
		</Dialog>
	);
}
