// All permissions by their sections, with a search; what stands beside each is
// the matter of who shows them.
import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from '../kit/button.tsx';
import { Check } from '../kit/field.tsx';
import { Empty } from '../kit/states.tsx';
import { t } from '../lib/i18n.ts';
import { ListSearch } from './list-search.tsx';
import { permName, sectionName } from './member-words.tsx';

interface Line {
	permission: string;
	section: string;
}

function fold(text: string): string {
	return text.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '');
}

function found(line: Line, words: string[]): boolean {
	const text = fold(`${line.permission} ${permName(line.permission)} ${sectionName(line.section)}`);
	return words.every((word) => text.includes(word));
}

export function PermSections<T extends Line>(props: {
	lines: T[];
	/** Words of the box that shows only some, and which those are. */
	only: string;
	isOnly: (line: T) => boolean;
	row: (line: T) => ComponentChildren;
	note?: (lines: T[]) => string;
}): JSX.Element {
	const [text, setText] = useState('');
	const [only, setOnly] = useState(false);
	const words = fold(text).split(/\s+/).filter(Boolean);
	const shown = props.lines.filter((line) => found(line, words) && (!only || props.isOnly(line)));
	const sections = [...new Set(shown.map((line) => line.section))];
	return (
		<div class="stack">
			<div class="perm-tools">
				<ListSearch label={t('access.search')} value={text} onChange={setText} />
				<Check name="only" label={props.only} value={only} onInput={setOnly} />
			</div>
			{shown.length === 0 && (
				<Empty icon="search" title={t('access.nothing')}>
					<Button
						onClick={() => {
							setText('');
							setOnly(false);
						}}
					>
						{t('filter.clearAll')}
					</Button>
				</Empty>
			)}
			{sections.map((section) => {
				const lines = shown.filter((line) => line.section === section);
				return (
					<section key={section} class="panel flush perm-section">
						<header class="panel-head">
							<h3>{sectionName(section)}</h3>
							{props.note && <small class="muted">{props.note(lines)}</small>}
						</header>
						<ul>
							{lines.map((line) => (
								<li key={line.permission} class="perm-row">
									{props.row(line)}
								</li>
							))}
						</ul>
					</section>
				);
			})}
		</div>
	);
}

/** What a permission is called, and its key. */
export function PermWords({ line, note }: { line: Line; note?: ComponentChildren }): JSX.Element {
	return (
		<span class="line-main">
			<b>{permName(line.permission)}</b>
			<small>
				<span class="mono">{line.permission}</span>
				{note}
			</small>
		</span>
	);
}
