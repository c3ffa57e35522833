import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Bones, Tag } from '../../kit/bits.tsx';
import { Button } from '../../kit/button.tsx';
import { Dialog } from '../../kit/dialog.tsx';
import { Icon } from '../../kit/icon.tsx';
import { Menu } from '../../kit/menu.tsx';
import { Empty, Failure } from '../../kit/states.tsx';
import { toast, toastProblem } from '../../kit/toast.tsx';
import { get, remove } from '../../lib/api.ts';
import type { Page, Site } from '../../lib/api.types.ts';
import { number } from '../../lib/format.ts';
import { t, tWord } from '../../lib/i18n.ts';
import { useKeys } from '../../lib/keys.ts';
import { useLoad } from '../../lib/load.ts';
import { can } from '../../lib/session.ts';
import { addressLine, MapLink } from '../../parts/place.tsx';
import type { TabProps } from './sections.ts';
import { SiteDialog } from './site-dialog.tsx';

export default function Sites({ account, reload: reloadAccount }: TabProps): JSX.Element {
	const { data, problem, reload } = useLoad<Page<Site>>(
		`sites ${account.id}`,
		(signal) => get(`accounts/${account.id}/sites`, {}, signal),
		10_000,
	);
	const [open, setOpen] = useState<Site | 'new' | null>(null);
	const [dropping, setDropping] = useState<Site | null>(null);
	const edit = can('account.edit');
	const sites = data?.items ?? [];
	const saved = (): void => {
		reload();
		reloadAccount();
	};
	useKeys(
		edit ? [{ keys: 'n', label: t('site.add'), group: t('keys.card'), run: () => setOpen('new') }] : [],
	);
	return (
		<div class="tab">
			<header class="tab-head">
				<div>
					<h2>{t('tab.sites')}</h2>
					<p class="muted">{t('site.text')}</p>
				</div>
				{edit && (
					<Button icon="plus" onClick={() => setOpen('new')}>
						{t('site.add')}
					</Button>
				)}
			</header>
			{problem && !data && <Failure problem={problem} onRetry={reload} />}
			{!data && !problem && <Bones lines={5} />}
			{data && sites.length === 0 && (
				<Empty icon="map-pin" title={t('site.none')} text={t('site.noneText')} />
			)}
			{sites.length > 0 && (
				<ul class="boxes">
					{asTree(sites).map(({ site, depth }) => (
						<SiteRow
							key={site.id}
							site={site}
							depth={depth}
							parent={sites.find((one) => one.id === site.parent_site_id)}
							edit={edit}
							onEdit={() => setOpen(site)}
							onDelete={() => setDropping(site)}
						/>
					))}
				</ul>
			)}
			{open && (
				<SiteDialog
					account={account}
					site={open === 'new' ? null : open}
					sites={sites}
					onClose={(done) => {
						setOpen(null);
						if (done) saved();
					}}
				/>
			)}
			{dropping && (
				<DeleteSite
					accountId={account.id}
					site={dropping}
					onClose={(done) => {
						setDropping(null);
						if (done) saved();
					}}
				/>
			)}
		</div>
	);
}

/** Each place after the one it is part of; the headquarters first. */
function asTree(sites: Site[]): { site: Site; depth: number }[] {
	const known = new Set(sites.map((site) => site.id));
	const out: { site: Site; depth: number }[] = [];
	const add = (parent: string | null, depth: number): void => {
		const here = sites.filter((one) => {
			const above = one.parent_site_id;
			return (above && known.has(above) ? above : null) === parent;
		});
		here.sort((a, b) => Number(b.kind === 'hq') - Number(a.kind === 'hq'));
		for (const site of here) {
			out.push({ site, depth });
			add(site.id, depth + 1);
		}
	};
	add(null, 0);
	return out;
}

function SiteRow(props: {
	site: Site;
	depth: number;
	parent: Site | undefined;
	edit: boolean;
	onEdit: () => void;
	onDelete: () => void;
}): JSX.Element {
	const { site, parent } = props;
	return (
		<li class="box part" style={{ '--depth': String(Math.min(props.depth, 5)) }}>
			<span class="box-icon">
				<Icon name={site.kind === 'hq' ? 'building-2' : 'map-pin'} size={18} />
			</span>
			<div class="box-main">
				<p class="box-title">
					<b>{site.name}</b>
					<Tag>{tWord('siteKind', site.kind)}</Tag>
					{site.origin === 'billing' && <Tag icon="receipt">{tWord('origin', 'billing')}</Tag>}
				</p>
				<p class="box-text">
					{[parent && t('site.in', { name: parent.name }), addressLine(site)].filter(Boolean).join(' · ') ||
						t('place.none')}{' '}
					<MapLink place={site} />
				</p>
				<p class="box-text">
					<span>{t('site.cameras', { n: site.cameras, text: number(site.cameras) })}</span>
					{site.csa_code && (
						<span>
							{t('site.csa')} <span class="mono">{site.csa_code}</span>
						</span>
					)}
					{site.contract_no && (
						<span>
							{t('col.contract')} {site.contract_no}
						</span>
					)}
					{site.external_id && <span class="mono">{site.external_id}</span>}
				</p>
			</div>
			{props.edit && (
				<Menu
					class="btn ghost icon-only"
					align="end"
					label={t('list.actsOn', { name: site.name })}
					button={<Icon name="ellipsis" />}
					items={() => [
						{ label: t('act.edit'), icon: 'pencil', run: props.onEdit },
						site.kind !== 'hq' && {
							label: t('act.deleteDots'),
							icon: 'trash-2',
							danger: true,
							group: true,
							run: props.onDelete,
						},
					]}
				/>
			)}
		</li>
	);
}

function DeleteSite({
	accountId,
	site,
	onClose,
}: {
	accountId: string;
	site: Site;
	onClose: (done: boolean) => void;
}): JSX.Element {
	const [busy, setBusy] = useState(false);
	const drop = async (): Promise<void> => {
		setBusy(true);
		try {
			await remove(`accounts/${accountId}/sites/${site.id}`, site.ver);
			toast(t('toast.deleted', { name: site.name }));
			onClose(true);
		} catch (error) {
			toastProblem(error);
			onClose(true);
		}
	};
	return (
		<Dialog
			title={t('site.delete', { name: site.name })}
			icon="trash-2"
			tone="bad"
			onClose={() => onClose(false)}
			onSubmit={() => void drop()}
			foot={
				<>
					<Button onClick={() => onClose(false)}>{t('act.cancel')}</Button>
					<Button kind="danger" type="submit" busy={busy}>
						{t('act.delete')}
					</Button>
				</>
			}
		>
			<p>{t('site.deleteText', { n: site.cameras })}</p>
		</Dialog>
	);
}
