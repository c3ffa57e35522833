import type { JSX } from 'preact';
import { Banner } from '../kit/bits.tsx';
import { problemText, problemTitle } from '../kit/states.tsx';
import type { Problem } from '../lib/api.ts';

/** What is wrong with the whole of a form; complaints about fields stand at the fields, and are counted here. */
export function FormProblem({
	form,
	shown = [],
}: {
	form: { problem: Problem | null };
	shown?: string[];
}): JSX.Element | null {
	const { problem } = form;
	if (!problem) return null;
	const text = problem.errors.length ? shown.join(' ') : problemText(problem);
	return (
		<Banner tone="bad" icon="circle-alert" role="alert">
			<strong>
				{problemTitle(problem)}
				{text && '.'}
			</strong>{' '}
			{text}
			{problem.requestId && problem.status >= 500 && <small class="mono"> {problem.requestId}</small>}
		</Banner>
	);
}
