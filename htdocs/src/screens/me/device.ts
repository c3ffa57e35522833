// What people call a browser, out of what it calls itself.

const BROWSERS: [RegExp, string][] = [
	[/Edg(?:e|A|iOS)?\//, 'Edge'],
	[/OPR\/|Opera/, 'Opera'],
	[/SamsungBrowser\//, 'Samsung Internet'],
	[/Firefox\/|FxiOS\//, 'Firefox'],
	[/Chrome\/|CriOS\/|Chromium\//, 'Chrome'],
	[/Safari\//, 'Safari'],
];
const SYSTEMS: [RegExp, string][] = [
	[/iPhone|iPad|iPod/, 'iOS'],
	[/Android/, 'Android'],
	[/Windows/, 'Windows'],
	[/Mac OS X|Macintosh/, 'macOS'],
	[/CrOS/, 'ChromeOS'],
	[/Linux/, 'Linux'],
];

export interface Device {
	name: string;
	phone: boolean;
}

export function deviceOf(agent: string | null): Device {
	const text = agent ?? '';
	const first = (list: [RegExp, string][]): string => list.find(([shape]) => shape.test(text))?.[1] ?? '';
	const known = [first(BROWSERS), first(SYSTEMS)].filter(Boolean).join(' · ');
	return { name: known || text.split(' ')[0] || '', phone: /Mobile|iPhone|Android/.test(text) };
}
