// Text stays readable in both themes and under every hue a provider may choose.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const css = readFileSync('src/styles/tokens.css', 'utf8');

function linear(l: number, c: number, h: number): number[] {
	const a = c * Math.cos((h * Math.PI) / 180);
	const b = c * Math.sin((h * Math.PI) / 180);
	const [x, y, z] = [
		(l + 0.3963377774 * a + 0.2158037573 * b) ** 3,
		(l - 0.1055613458 * a - 0.0638541728 * b) ** 3,
		(l - 0.0894841775 * a - 1.291485548 * b) ** 3,
	] as [number, number, number];
	const rgb = [
		4.0767416621 * x - 3.3077115913 * y + 0.2309699292 * z,
		-1.2684380046 * x + 2.6097574011 * y - 0.3413193965 * z,
		-0.0041960863 * x - 0.7034186147 * y + 1.707614701 * z,
	];
	return rgb.map((one) => Math.min(1, Math.max(0, one)));
}

/** The luminance of a token: light first, dark second. */
function luminance(name: string, hue: number): [number, number] {
	const line = new RegExp(`--${name}: light-dark\\(oklch\\(([^)]*?)\\), oklch\\(([^)]*?)\\)\\)`).exec(
		css.replaceAll('var(--accent-h)', String(hue)),
	);
	assert.ok(line, name);
	const of = (text: string): number => {
		const [l = 0, c = 0, h = 0] = text.split(/\s+/).map(Number);
		const [r = 0, g = 0, b = 0] = linear(l, c, h);
		return 0.2126 * r + 0.7152 * g + 0.0722 * b;
	};
	return [of(line[1] ?? ''), of(line[2] ?? '')];
}

function ratio(a: number, b: number): number {
	return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

function check(front: string, ground: string, least: number, hue = 264): void {
	const a = luminance(front, hue);
	const b = luminance(ground, hue);
	for (const theme of [0, 1] as const) {
		const got = ratio(a[theme], b[theme]);
		assert.ok(
			got >= least,
			`${front} on ${ground}, ${theme ? 'dark' : 'light'}, hue ${hue}: ${got.toFixed(2)}`,
		);
	}
}

test('text on every ground it meets', () => {
	for (const text of ['text', 'text-2', 'text-3']) {
		for (const ground of ['canvas', 'surface', 'raised', 'sunken', 'hover']) check(text, ground, 4.5);
	}
	for (const tone of ['good', 'warn', 'bad', 'info']) {
		check(tone, `${tone}-soft`, 4.5);
		check(tone, 'surface', 4.5);
		check('text', `${tone}-soft`, 4.5);
	}
	check('text-2', 'idle-soft', 4.5);
});

test('the edge of a field can be seen', () => {
	check('field', 'surface', 3);
	check('field', 'raised', 2.7);
});

test('accent under every hue', () => {
	for (let hue = 0; hue < 360; hue += 3) {
		check('accent', 'surface', 4.5, hue);
		check('accent', 'accent-soft', 4.5, hue);
		const fill = luminance('accent-fill', hue);
		for (const theme of [0, 1] as const)
			assert.ok(ratio(1, fill[theme]) >= 4.5, `white on accent, hue ${hue}`);
	}
});
