// The change log, and whether it is as it was written.
import type { JSX } from 'preact';
import Chain from './chain.tsx';
import Changes from './log.tsx';

export default function Main({ rest }: { rest: string[] }): JSX.Element {
	return rest[0] === 'chain' ? <Chain /> : <Changes />;
}
