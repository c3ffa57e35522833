// People: everybody in the accounts one sees, or one of them.
import type { JSX } from 'preact';
import { PersonCard } from './card.tsx';
import { PeopleList } from './list.tsx';

export default function People({ rest }: { rest: string[] }): JSX.Element {
	const [id] = rest;
	return id ? <PersonCard key={id} id={id} /> : <PeopleList />;
}
