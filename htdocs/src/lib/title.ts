import { useEffect } from 'preact/hooks';
import { untwisted } from './turned.ts';

export function useTitle(title: string): void {
	useEffect(() => {
		document.title = title ? `${untwisted(title)} · Gatehouse` : 'Gatehouse';
	}, [title]);
}
