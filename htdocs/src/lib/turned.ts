// Characters that turn the direction of what follows can make a name read as another, or a
// line of the log as something else: wherever text is shown, they are shown by their number.
import { Fragment, options, type VNode } from 'preact';

const TURNING = /[\u202A-\u202E\u2066-\u2069]/g;
/** Attributes that people read. */
const SAID = ['title', 'aria-label', 'alt', 'placeholder', 'label'];

export function untwisted(text: string): string {
	return text.replace(TURNING, (one) => `⟨U+${one.charCodeAt(0).toString(16).toUpperCase()}⟩`);
}

const shown = (child: unknown): unknown =>
	typeof child === 'string' ? untwisted(child) : Array.isArray(child) ? child.map(shown) : child;

/** Said once, before the first page: it holds for every element that is made. */
export function untwistAll(): void {
	const before = options.vnode;
	options.vnode = (node: VNode) => {
		const { type } = node;
		const props = node.props as Record<string, unknown>;
		if (typeof type === 'string')
			for (const name of SAID) if (typeof props[name] === 'string') props[name] = untwisted(props[name]);
		if ((typeof type === 'string' || type === Fragment) && props.children != null)
			props.children = shown(props.children);
		before?.(node);
	};
}
