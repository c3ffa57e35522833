// Which permissions come and which go, before anything is saved.
import type { JSX } from 'preact';
import { Icon } from '../kit/icon.tsx';
import { t } from '../lib/i18n.ts';
import { permName, sectionName } from './member-words.tsx';

function sectioned(keys: string[]): [string, string[]][] {
	const out = new Map<string, string[]>();
	for (const key of keys) {
		const section = key.split('.')[0] ?? '';
		out.set(section, [...(out.get(section) ?? []), key]);
	}
	return [...out];
}

function Side({ keys, way }: { keys: string[]; way: 'gain' | 'lose' }): JSX.Element | null {
	if (keys.length === 0) return null;
	return (
		<div class={`change-side ${way}`}>
			<p class="change-title">
				<Icon name={way === 'gain' ? 'plus' : 'minus'} size={14} />
				{t(way === 'gain' ? 'access.gain' : 'access.lose', { n: keys.length })}
			</p>
			<ul>
				{sectioned(keys).map(([section, some]) => (
					<li key={section}>
						<b>{sectionName(section)}</b> {some.map(permName).join(', ')}
					</li>
				))}
			</ul>
		</div>
	);
}

export function GainLose({ gain, lose }: { gain: string[]; lose: string[] }): JSX.Element {
	if (gain.length + lose.length === 0) return <p class="muted">{t('access.same')}</p>;
	return (
		<div class="change-sides">
			<Side keys={gain} way="gain" />
			<Side keys={lose} way="lose" />
		</div>
	);
}

/** In one line: how many come and go for one person. */
export function gainLoseText(gain: string[], lose: string[]): string {
	return [
		gain.length ? t('access.gain', { n: gain.length }) : '',
		lose.length ? t('access.lose', { n: lose.length }) : '',
	]
		.filter(Boolean)
		.join(' · ');
}
