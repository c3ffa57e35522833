import type { JSX } from 'preact';
import type { TabProps } from './sections.ts';
import { MemberList } from './users-list.tsx';

export default function SubUsers({ account }: TabProps): JSX.Element {
	return <MemberList account={account} subs />;
}
