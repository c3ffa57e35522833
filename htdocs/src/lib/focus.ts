// The focus is never lost: when what had it goes (a row removed, a dialogue closed,
// a button that is busy), it goes to what stands there now, and on another page to
// the page. Who leaves on purpose, by a click beside everything, is left alone.

const TARGETS = 'a[href], button, summary, input[type=radio], input[type=checkbox], [tabindex="0"]';

interface Spot {
	el: HTMLElement;
	page: string;
	/** Its ancestors from near to far, and which child of each it was in. */
	trail: { parent: HTMLElement; at: number }[];
	dialog: HTMLDialogElement | null;
}
let spot: Spot | null = null;
/** Where the focus was when a dialogue was opened. */
const openers = new WeakMap<HTMLDialogElement, Spot>();

function pageNow(): string {
	return location.hash.split('?')[0] ?? '';
}

function spotOf(el: HTMLElement): Spot {
	const trail: Spot['trail'] = [];
	for (let one = el; one.parentElement && one !== document.body; one = one.parentElement)
		trail.push({ parent: one.parentElement, at: [...one.parentElement.children].indexOf(one) });
	return { el, page: pageNow(), trail, dialog: el.closest('dialog') };
}

function nobodyHasIt(): boolean {
	return document.activeElement === document.body || document.activeElement === null;
}

function usable(el: HTMLElement): boolean {
	return el.isConnected && !(el as HTMLButtonElement).disabled;
}

function take(el: HTMLElement | null): boolean {
	el?.focus({ preventScroll: true });
	return el !== null && document.activeElement === el;
}

function takeFirst(root: Element): boolean {
	if (root.matches(TARGETS) && take(root as HTMLElement)) return true;
	return [...root.querySelectorAll<HTMLElement>(TARGETS)].some(take);
}

function takeNear({ trail, page }: Spot): boolean {
	if (page !== pageNow()) return false;
	// What stands beside a page or a tab is no part of it.
	const whole = document.getElementById('acc-main') ?? document.getElementById('main');
	for (const { parent, at } of trail) {
		if (parent !== whole && parent.contains(whole)) return false;
		const all = parent.isConnected ? [...parent.children] : [];
		if (all.slice(at).some(takeFirst) || all.slice(0, at).reverse().some(takeFirst)) return true;
	}
	return false;
}

function giveBack(to: Spot): void {
	const opener = to.dialog && !to.dialog.isConnected && openers.get(to.dialog);
	if (opener) giveBack(opener);
	// What is busy gets it when it no longer is.
	else if (to.el.isConnected && !usable(to.el)) spot = to;
	else if (!take(to.el) && !takeNear(to)) take(document.getElementById('main'));
}

/** Where the focus is now; what it returns brings it back there, or as near as there is. */
export function remember(dialog: HTMLDialogElement | null): () => void {
	const now = document.activeElement;
	const at = now instanceof HTMLElement && now !== document.body ? spotOf(now) : spot;
	if (dialog && at) openers.set(dialog, at);
	return () => at && giveBack(at);
}

function check(): void {
	if (!spot || !nobodyHasIt() || !document.getElementById('main')) return;
	if (spot.el.isConnected && !usable(spot.el)) return;
	giveBack(spot);
}

function leaving(event: FocusEvent): void {
	if (event.relatedTarget) return;
	// What is taken away is still there while it loses the focus.
	setTimeout(() => {
		if (spot && spot.el === event.target && usable(spot.el) && nobodyHasIt()) spot = null;
	});
}

export function keepFocus(): void {
	addEventListener('focusin', (event) => {
		if (event.target instanceof HTMLElement) spot = spotOf(event.target);
	});
	addEventListener('focusout', leaving);
	new MutationObserver(check).observe(document.body, {
		childList: true,
		subtree: true,
		attributes: true,
		attributeFilter: ['disabled'],
	});
}
