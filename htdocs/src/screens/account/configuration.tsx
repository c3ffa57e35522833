// Configuration: what the account asks of its people, where each answer comes
// from, and which parts of the platform it has.
import type { JSX } from 'preact';
import { Bones } from '../../kit/bits.tsx';
import { Failure } from '../../kit/states.tsx';
import { get } from '../../lib/api.ts';
import type { Policy } from '../../lib/api.types.ts';
import { t } from '../../lib/i18n.ts';
import { useLoad } from '../../lib/load.ts';
import { ConfigurationForm } from './configuration-form.tsx';
import type { TabProps } from './sections.ts';

export default function Configuration({ account }: TabProps): JSX.Element {
	const path = `accounts/${account.id}/policy`;
	const { data, problem, put, reload } = useLoad<Policy>(`policy ${account.id}`, (stop) =>
		get(path, {}, stop),
	);
	return (
		<div class="tab profile">
			<div class="stack">
				<header class="tab-head">
					<div>
						<h2>{t('tab.configuration')}</h2>
						<p class="muted">{t('config.text')}</p>
					</div>
				</header>
				{problem && !data && <Failure problem={problem} onRetry={reload} />}
				{!data && !problem && <Bones lines={10} />}
				{data && <ConfigurationForm account={account} path={path} policy={data} onSaved={put} />}
			</div>
		</div>
	);
}
