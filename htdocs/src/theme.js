// Runs before the first paint: a chosen theme or density must not flash the other one.
try {
	const kept = JSON.parse(localStorage.getItem('gatehouse.prefs') ?? '{}');
	if (kept.theme === 'light' || kept.theme === 'dark') document.documentElement.dataset.theme = kept.theme;
	document.documentElement.dataset.density = kept.density ?? 'cosy';
} catch {
	document.documentElement.dataset.density = 'cosy';
}
