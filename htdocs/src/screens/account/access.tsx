// Access settings: what one person of the account may do, permission by permission:
// what his roles say, and what is switched for him alone.
import type { JSX } from 'preact';
import { Bones } from '../../kit/bits.tsx';
import { Select } from '../../kit/field.tsx';
import { Empty, Failure } from '../../kit/states.tsx';
import { get } from '../../lib/api.ts';
import type { Member, MemberAccess, Page } from '../../lib/api.types.ts';
import { t } from '../../lib/i18n.ts';
import { useLoad } from '../../lib/load.ts';
import { route, setQuery } from '../../lib/router.ts';
import { rolesOf } from '../../parts/member-words.tsx';
import { AccessForm } from './access-form.tsx';
import type { TabProps } from './sections.ts';

const MOST = 100;

/** The main person stands first, for he is whom one usually means. */
function ordered(members: Member[]): Member[] {
	const rank = (one: Member): number => (one.kind === 'main' ? 0 : 1);
	return [...members].sort((a, b) => rank(a) - rank(b));
}

export default function Access({ account }: TabProps): JSX.Element {
	const path = `accounts/${account.id}/members`;
	const wanted = route.value.query.get('member');
	const { data, problem, reload } = useLoad<Page<Member>>(`access of ${account.id}`, (stop) =>
		get(path, { limit: MOST }, stop),
	);
	const some = ordered(data?.items.filter((one) => one.state !== 'removed') ?? []);
	const listed = some.find((one) => one.id === wanted);
	const other = useLoad<Member>(wanted && data && !listed ? `member ${wanted}` : null, (stop) =>
		get(`${path}/${wanted}`, {}, stop),
	);
	const member = wanted ? (listed ?? other.data) : some[0];
	const members = member && !some.includes(member) ? [member, ...some] : some;
	return (
		<div class="tab profile">
			<div class="stack">
				<header class="tab-head">
					<div>
						<h2>{t('tab.access')}</h2>
						<p class="muted">{t('access.text')}</p>
					</div>
				</header>
				{problem && !data && <Failure problem={problem} onRetry={reload} />}
				{other.problem && <Failure problem={other.problem} onRetry={other.reload} />}
				{!data && !problem && <Bones lines={8} />}
				{data && members.length === 0 && (
					<Empty icon="users" title={t('user.none')} text={t('user.noneText')} />
				)}
				{member && (
					<Select
						name="member"
						label={t('access.of')}
						class="access-of"
						value={member.id}
						options={members.map((one): [string, string] => [one.id, `${one.name} – ${rolesOf(one)}`])}
						onInput={(id) => setQuery({ member: id })}
					/>
				)}
				{member && <Switches key={member.id} member={member} />}
			</div>
		</div>
	);
}

function Switches({ member }: { member: Member }): JSX.Element {
	const path = `accounts/${member.account_id}/members/${member.id}/access`;
	const { data, problem, put, reload } = useLoad<MemberAccess>(`access ${member.id}`, (stop) =>
		get(path, {}, stop),
	);
	if (problem && !data) return <Failure problem={problem} onRetry={reload} />;
	if (!data) return <Bones lines={8} />;
	return <AccessForm member={member} path={path} access={data} onSaved={put} />;
}
