// Copies the shapes of the icons in use out of lucide-static.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const root = new URL('../', import.meta.url);

const NAMES = `archive badge-check ban bell book-open bookmark building-2 calendar camera check chevron-down
chevron-right chevron-up chevrons-up-down circle-alert circle-help clock columns-3 contrast copy
corner-down-left corner-up-right download ellipsis external-link eye eye-off file-text inbox info keyboard languages
layers layout-dashboard link list-checks lock lock-open log-out mail map-pin maximize-2 menu message-square minus monitor
moon network pause pencil phone play plug plus receipt refresh-cw rotate-ccw rows-3 search settings-2
shield shield-alert sliders-horizontal sun trash-2 triangle-alert undo-2 user user-plus user-cog users
webhook x`.split(/\s+/);

export function buildIcons() {
	const out = {};
	for (const name of NAMES) {
		const svg = readFileSync(new URL(`node_modules/lucide-static/icons/${name}.svg`, root), 'utf8');
		const body = svg.slice(svg.indexOf('>', svg.indexOf('<svg')) + 1);
		out[name] = [...body.matchAll(/<(path|circle|rect|line|polyline|polygon|ellipse)([^>]*?)\/>/g)].map(
			([, tag, attrs]) => [
				tag,
				Object.fromEntries([...attrs.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, k, v]) => [k, v])),
			],
		);
	}
	mkdirSync(new URL('src/gen/', root), { recursive: true });
	writeFileSync(
		new URL('src/gen/icons.ts', root),
		`export type Shape = [string, Record<string, string>];\nexport const icons = ${JSON.stringify(out)} satisfies Record<string, unknown>;\nexport type IconName = keyof typeof icons;\n`,
	);
}
