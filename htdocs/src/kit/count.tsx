// How many there are; on a phone the number alone.
import type { JSX } from 'preact';
import type { Total } from '../lib/api.types.ts';
import { total } from '../lib/format.ts';
import { t } from '../lib/i18n.ts';

export function Count(props: {
	of: Total | null;
	words: 'jobs.count' | 'list.count' | 'event.count' | 'log.count' | 'user.count';
	class?: string;
}): JSX.Element {
	return (
		<span class={props.class ?? 'head-count'} role="status">
			{props.of && (
				<>
					{total(props.of)} <span class="head-word">{t(props.words, { n: props.of.value })}</span>
				</>
			)}
		</span>
	);
}
