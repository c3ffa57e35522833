import type { JSX } from 'preact';
import type { TabProps } from './sections.ts';
import { MemberList } from './users-list.tsx';

export default function Users({ account }: TabProps): JSX.Element {
	return <MemberList account={account} subs={false} />;
}
