// API keys: what programs may do here in somebody's name. A key is shown once.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Bones, Chip, Time, type Tone } from '../../kit/bits.tsx';
import { Button } from '../../kit/button.tsx';
import { Empty, Failure } from '../../kit/states.tsx';
import { toast } from '../../kit/toast.tsx';
import { get, remove } from '../../lib/api.ts';
import type { ApiKey, Page } from '../../lib/api.types.ts';
import { t, tWord } from '../../lib/i18n.ts';
import { usePages } from '../../lib/pages.ts';
import { can, session } from '../../lib/session.ts';
import { ActDialog } from '../../parts/act-dialog.tsx';
import { More } from '../../parts/change-log.tsx';
import { permName } from '../../parts/member-words.tsx';
import { NewKeyDialog } from './api-keys-new.tsx';
import type { TabProps } from './sections.ts';

const TONES: Record<ApiKey['state'], Tone> = { active: 'good', expired: 'warn', revoked: 'idle' };
const REFRESH = 15_000;

export default function ApiKeys({ account }: TabProps): JSX.Element {
	const to = `accounts/${account.id}/api-keys`;
	const pages = usePages<ApiKey>(to, (cursor, stop) => get<Page<ApiKey>>(to, { limit: 25, cursor }, stop), {
		every: REFRESH,
		newestFirst: true,
	});
	const [open, setOpen] = useState<ApiKey | 'new' | null>(null);
	const items = pages.items.value;
	const close = (changed: boolean): void => {
		setOpen(null);
		if (changed) void pages.start();
	};
	return (
		<div class="tab">
			<header class="tab-head">
				<div>
					<h2>{t('tab.keys')}</h2>
					<p class="muted">{t('key.text')}</p>
				</div>
				{can('api_key.create') && !session.value?.visit && (
					<Button kind="primary" icon="plus" onClick={() => setOpen('new')}>
						{t('key.create')}
					</Button>
				)}
			</header>
			{pages.problem.value && items.length === 0 && (
				<Failure problem={pages.problem.value} onRetry={() => void pages.again()} />
			)}
			{pages.ready.value && items.length === 0 && (
				<Empty icon="plug" title={t('key.none')} text={t('key.noneText')} />
			)}
			<ul class="boxes">
				{items.map((one) => (
					<Row key={one.id} one={one} onRevoke={() => setOpen(one)} />
				))}
			</ul>
			{pages.busy.value && <Bones lines={4} />}
			<More onMore={() => void pages.more()} on={Boolean(pages.next.value)} />
			{open === 'new' && <NewKeyDialog account={account} onClose={close} />}
			{open && open !== 'new' && (
				<ActDialog
					title={t('key.revokeTitle', { name: open.name })}
					icon="ban"
					tone="bad"
					verb={t('key.revoke')}
					run={async () => {
						await remove(`${to}/${open.id}`, open.ver);
						toast(t('key.revoked', { name: open.name }));
					}}
					onClose={close}
				>
					<p>{t('key.revokeText')}</p>
				</ActDialog>
			)}
		</div>
	);
}

function Row({ one, onRevoke }: { one: ApiKey; onRevoke: () => void }): JSX.Element {
	const live = one.state === 'active';
	return (
		<li class="box">
			<div class="box-main">
				<p class="box-title">
					<b>{one.name}</b>
					<code>gh_{one.hint}…</code>
					<Chip tone={TONES[one.state]} quiet={live}>
						{tWord('keyState', one.state)}
					</Chip>
				</p>
				<p class="box-text">
					<span>{one.person_name}</span>
					<span>
						{t('key.created')} <Time at={one.created_at} />
					</span>
					<span>
						{one.last_used_at ? (
							<>
								{t('key.used')} <Time at={one.last_used_at} />
							</>
						) : (
							t('key.unused')
						)}
					</span>
					{one.revoked_at ? (
						<span>
							{t('key.revokedAt')} <Time at={one.revoked_at} />
						</span>
					) : (
						<span>
							{t(live ? 'key.expires' : 'key.expired')} <Time at={one.expires_at} />
						</span>
					)}
				</p>
				<details class="key-may">
					<summary>{t('key.permissions', { n: one.permissions.length })}</summary>
					<ul class="bullets">
						{one.permissions.map((name) => (
							<li key={name}>
								{permName(name)} <code>{name}</code>
							</li>
						))}
					</ul>
				</details>
			</div>
			{live && can('api_key.revoke') && (
				<Button small onClick={onRevoke}>
					{t('key.revokeDots')}
				</Button>
			)}
		</li>
	);
}
