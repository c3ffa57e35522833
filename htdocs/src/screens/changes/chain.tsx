// Whether the change log is as it was written: the head of its chain of seals, and what
// the last verification found.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Banner, Bones, Chip, Copy, Facts, Panel, Progress, Time } from '../../kit/bits.tsx';
import { Button } from '../../kit/button.tsx';
import { Failure } from '../../kit/states.tsx';
import { toastProblem } from '../../kit/toast.tsx';
import { get, post } from '../../lib/api.ts';
import type { ChangeChain } from '../../lib/api.types.ts';
import { number } from '../../lib/format.ts';
import { t, tWord } from '../../lib/i18n.ts';
import { useLoad } from '../../lib/load.ts';
import { href } from '../../lib/router.ts';
import { useTitle } from '../../lib/title.ts';

const REFRESH = 5_000;

/** What is kept elsewhere, to be compared by `gatehousectl verify --head`. */
function headOf(chain: ChangeChain): string {
	return `${chain.pos}:${chain.link}`;
}

function download(chain: ChangeChain): void {
	const text = `${headOf(chain)}\n`;
	const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
	const link = document.createElement('a');
	link.href = url;
	link.download = `change-log-head-${chain.pos}.txt`;
	link.click();
	URL.revokeObjectURL(url);
}

export default function Chain(): JSX.Element {
	useTitle(t('chain.title'));
	const { data, problem, reload, put } = useLoad<ChangeChain>(
		'change-chain',
		(stop) => get('change-chain', {}, stop),
		REFRESH,
	);
	const [busy, setBusy] = useState(false);
	const verify = async (): Promise<void> => {
		setBusy(true);
		try {
			put(await post<ChangeChain>('change-chain/verify'));
		} catch (error) {
			toastProblem(error);
		}
		setBusy(false);
	};
	return (
		<section class="card" aria-label={t('chain.title')}>
			<div class="page scroll">
				<header class="tab-head">
					<div>
						<h1>{t('chain.title')}</h1>
						<p class="muted">
							{t('chain.text')} <a href={href('changes')}>{t('nav.changes')}</a>
						</p>
					</div>
					{data && (
						<Button icon="shield" busy={busy} disabled={data.checking} onClick={() => void verify()}>
							{t('chain.verify')}
						</Button>
					)}
				</header>
				{problem && !data && <Failure problem={problem} onRetry={reload} />}
				{!data && !problem && <Bones lines={6} />}
				{data && <Found chain={data} />}
				{data && <Head chain={data} />}
			</div>
		</section>
	);
}

/** What the last verification says; the words of another one under way stand below. */
function Found({ chain }: { chain: ChangeChain }): JSX.Element {
	const { broken, verified_at, checking } = chain;
	return (
		<>
			{!verified_at && (
				<Banner tone="info" icon="shield" role="status">
					{t('chain.never')}
				</Banner>
			)}
			{verified_at && broken === 0 && (
				<Banner tone="good" icon="check" role="status">
					{t('chain.well', {
						n: chain.verified_pos - chain.dropped,
						text: number(chain.verified_pos - chain.dropped),
					})}
				</Banner>
			)}
			{verified_at && broken > 0 && (
				<Banner tone="bad" icon="triangle-alert" role="status">
					{t('chain.broken', { n: broken })}
				</Banner>
			)}
			{checking && (
				<Panel title={t('chain.checking')}>
					<Progress done={chain.checked_pos} total={chain.pos} label={t('chain.checking')} />
				</Panel>
			)}
			{chain.breaks.length > 0 && <Breaks chain={chain} />}
		</>
	);
}

function Breaks({ chain }: { chain: ChangeChain }): JSX.Element {
	return (
		<Panel title={t('chain.breaks')}>
			<ul class="lines">
				{chain.breaks.map((one) => (
					<li key={`${one.what} ${one.pos} ${one.id}`}>
						<Chip tone="bad">{tWord('chainBreak', one.what)}</Chip>
						<span class="line-main">
							<b class="mono">{one.id ?? t('chain.place', { n: number(one.pos) })}</b>
							<small>{tWord('chainBreakText', one.what)}</small>
						</span>
					</li>
				))}
			</ul>
		</Panel>
	);
}

function Head({ chain }: { chain: ChangeChain }): JSX.Element {
	return (
		<Panel
			title={t('chain.head')}
			action={
				<Button icon="download" small disabled={chain.pos === 0} onClick={() => download(chain)}>
					{t('chain.download')}
				</Button>
			}
		>
			<p class="muted">{t('chain.headText')}</p>
			<Facts
				items={[
					[
						t('chain.link'),
						chain.pos > 0 && (
							<span class="chain-head">
								<Copy text={headOf(chain)} label={t('chain.head')} />
							</span>
						),
					],
					[t('chain.entries'), number(chain.pos - chain.dropped)],
					[t('chain.sealedAt'), chain.sealed_at && <Time at={chain.sealed_at} full />],
					[t('chain.verifiedAt'), chain.verified_at && <Time at={chain.verified_at} full />],
				]}
			/>
		</Panel>
	);
}
