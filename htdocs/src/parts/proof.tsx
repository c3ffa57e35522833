// Some acts want a proof, not older than five minutes, that it is still the same
// person: withProof() asks for it where the server does, and then acts again.
import { signal } from '@preact/signals';
import type { ComponentType, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { toastProblem } from '../kit/toast.tsx';
import { Problem } from '../lib/api.ts';
import { withWords } from '../lib/i18n.ts';

/** Told whether the person proved himself. */
export type Answered = (proved: boolean) => void;
const asked = signal<Answered | null>(null);

/** The problem stays what it is when the person does not want to prove himself. */
export async function withProof<T>(act: () => Promise<T>): Promise<T> {
	try {
		return await act();
	} catch (error) {
		if (!(error instanceof Problem) || error.code !== 'proof-needed') throw error;
		asked.peek()?.(false);
		const proved = await new Promise<boolean>((answer) => {
			asked.value = answer;
		});
		if (!proved) throw error;
		return act();
	}
}

/** Where the question stands: once in the page, above whatever asked. */
export function ProofHost(): JSX.Element | null {
	const answer = asked.value;
	const [View, setView] = useState<ComponentType<{ onDone: Answered }> | null>(null);
	const close: Answered = (proved) => {
		asked.value = null;
		answer?.(proved);
	};
	useEffect(() => {
		if (!answer || View) return;
		withWords(import('./proof-dialog.tsx')).then(
			(module) => setView(() => module.ProofDialog),
			(error: unknown) => {
				toastProblem(error);
				close(false);
			},
		);
	}, [answer]);
	return answer && View && <View onDone={close} />;
}
