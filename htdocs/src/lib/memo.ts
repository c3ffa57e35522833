// A component drawn again only when one of its properties changed.
import { Component, type ComponentType, type FunctionComponent, h, type VNode } from 'preact';

export function memo<P extends object>(of: FunctionComponent<P>): ComponentType<P> {
	return class Memo extends Component<P> {
		override shouldComponentUpdate(next: P): boolean {
			const old = this.props as Record<string, unknown>;
			const now = next as Record<string, unknown>;
			return Object.keys(now).some((key) => now[key] !== old[key]);
		}
		override render(): VNode {
			return h(of as FunctionComponent<object>, this.props);
		}
	};
}
