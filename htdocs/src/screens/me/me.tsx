// My details: who I am here, how I sign in, and where I am signed in.
import type { JSX } from 'preact';
import { Banner, Bones } from '../../kit/bits.tsx';
import { Failure } from '../../kit/states.tsx';
import { get } from '../../lib/api.ts';
import type { MyDetails } from '../../lib/api.types.ts';
import { t } from '../../lib/i18n.ts';
import { useLoad } from '../../lib/load.ts';
import { session } from '../../lib/session.ts';
import { useTitle } from '../../lib/title.ts';
import { places } from '../../shell/nav.ts';
import { Details } from './details.tsx';
import { Entry } from './entry.tsx';
import { Sessions } from './sessions.tsx';

export default function MyPage(): JSX.Element {
	useTitle(t('me.title'));
	const { data, problem, reload, put } = useLoad<MyDetails>('me', (stop) => get('me', {}, stop));
	const visit = Boolean(session.value?.visit);
	return (
		<section class="card" aria-label={t('me.title')}>
			<div class="page scroll">
				<header class="tab-head">
					<div>
						<h1>{t('me.title')}</h1>
						<p class="muted">{t('me.text')}</p>
					</div>
				</header>
				{places().length === 0 && (
					<Banner tone="info" icon="info">
						{t('me.nothingElse')}
					</Banner>
				)}
				{problem && !data && <Failure problem={problem} onRetry={reload} />}
				{!data && !problem && <Bones lines={8} />}
				{data && (
					<div class="columns">
						<div class="stack">
							<Details me={data} put={put} fixed={visit} />
						</div>
						<div class="stack">
							<Entry me={data} reload={reload} fixed={visit} />
							{!visit && <Sessions />}
						</div>
					</div>
				)}
			</div>
		</section>
	);
}
