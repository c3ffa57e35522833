// Whom something is done to: a member of an account, found by words where there are many.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Select, Text } from '../kit/field.tsx';
import { get } from '../lib/api.ts';
import type { Member, Page } from '../lib/api.types.ts';
import { t } from '../lib/i18n.ts';
import { useLoad } from '../lib/load.ts';

const MOST = 100;

export function WhomField(props: {
	account: string;
	value: string;
	onInput: (id: string) => void;
}): JSX.Element {
	const [words, setWords] = useState('');
	const [many, setMany] = useState(false);
	const { data } = useLoad<Page<Member>>(`whom ${props.account} ${words}`, async (stop) => {
		const page = await get<Page<Member>>(
			`accounts/${props.account}/members`,
			{ limit: MOST, ...(words ? { q: words } : {}) },
			stop,
		);
		if (page.total.value > page.items.length) setMany(true);
		return page;
	});
	return (
		<>
			{many && (
				<Text
					name="words"
					label={t('why.whomSearch')}
					value={words}
					onInput={(text) => setWords(text.trim())}
				/>
			)}
			<Select
				name="whom"
				label={t('why.whom')}
				hint={t('why.whomHint')}
				value={props.value}
				options={[
					['', t('why.anybody')],
					...(data?.items ?? []).map(({ id, name }): [string, string] => [id, name]),
				]}
				onInput={props.onInput}
			/>
		</>
	);
}
