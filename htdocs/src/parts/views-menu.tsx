// Saved views of a list: one's own and those shared in the account. Which is looked at
// stands in the address, with all that it says, so that a link shows the same to everybody.
import type { ComponentType, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Icon } from '../kit/icon.tsx';
import { type Item, Menu } from '../kit/menu.tsx';
import { toast, toastProblem } from '../kit/toast.tsx';
import { get, patch, post, remove } from '../lib/api.ts';
import type { SavedView } from '../lib/api.types.ts';
import { defaultOf, NO_VIEW } from '../lib/default-view.ts';
import { t } from '../lib/i18n.ts';
import { useLoad } from '../lib/load.ts';
import { forget, remember } from '../lib/prefs.ts';
import { type Query, route, setQuery } from '../lib/router.ts';
import { session } from '../lib/session.ts';
import { visitId } from '../lib/visit.ts';
import type { ViewDialogProps } from './view-dialog.tsx';

/** What a list shows now. */
export interface Shown {
	q: string;
	columns: string[];
	sort: string | null;
	page_size: number;
}

interface Props {
	list: SavedView['list'];
	now: Shown;
	/** A view as members of the address; null: of none, so that nothing is left. */
	toQuery: (view: SavedView | null) => Query;
}

function same(view: SavedView, now: Shown): boolean {
	return (
		view.q === now.q &&
		view.sort === now.sort &&
		view.page_size === now.page_size &&
		(view.columns.length === 0 || view.columns.join() === now.columns.join())
	);
}

export function ViewsMenu({ list, now, toQuery }: Props): JSX.Element {
	const { data, reload } = useLoad<{ items: SavedView[] }>(`views ${list}`, (signal) =>
		get('views', { list }, signal),
	);
	const [Dialog, setDialog] = useState<ComponentType<ViewDialogProps> | null>(null);
	const [editing, setEditing] = useState<SavedView | 'new' | null>(null);
	const views = data?.items ?? [];
	const { query } = route.value;
	const current = views.find((one) => one.id === query.get('view'));
	const usual = views.find((one) => one.is_default);
	const bare = [...query.keys()].length === 0;
	const open = (view: SavedView, replace = false): void =>
		setQuery({ ...toQuery(view), view: view.id, peek: null }, replace);
	useEffect(() => {
		if (!data) return;
		if (usual) remember(defaultOf(list), { ...toQuery(usual), view: usual.id });
		else forget(defaultOf(list));
		if (usual && bare) open(usual, true);
	}, [data, bare]);
	const edit = (view: SavedView | 'new'): void => {
		import('./view-dialog.tsx').then((module) => {
			setDialog(() => module.ViewDialog);
			setEditing(view);
		}, toastProblem);
	};
	const act = async (what: () => Promise<unknown>, words: string): Promise<void> => {
		try {
			await what();
			toast(words);
		} catch (error) {
			toastProblem(error);
		}
		reload();
	};
	const drop = async (view: SavedView): Promise<void> => {
		try {
			await remove(`views/${view.id}`, view.ver);
			setQuery({ view: NO_VIEW }, true);
			const { name, q, columns, sort, page_size, shared } = view;
			const again = async (): Promise<void> => {
				const made = await post<SavedView>('views', { list, name, q, columns, sort, page_size, shared });
				if (view.is_default) await post(`views/${made.id}/default`, { on: true });
				reload();
				open(made);
			};
			toast(t('toast.deleted', { name }), {
				act: { label: t('act.undo'), run: () => void again().catch(toastProblem) },
			});
		} catch (error) {
			toastProblem(error);
		}
		reload();
	};
	const rows = (some: SavedView[], group: string): Item[] =>
		some.map((view, at) => ({
			id: view.id,
			label: view.name,
			...(view.q ? { hint: view.q } : {}),
			checked: view === current,
			one: true as const,
			...(at === 0 ? { group } : {}),
			run: () => open(view),
		}));
	const acts = (): (Item | false | undefined)[] => [
		current?.may_edit &&
			!same(current, now) && {
				label: t('views.save', { name: current.name }),
				icon: 'check',
				run: () => void act(() => patch(`views/${current.id}`, now, current.ver), t('toast.saved')),
			},
		{ label: t('views.saveAs'), icon: 'plus', run: () => edit('new') },
		current !== undefined && {
			label: t('views.default'),
			checked: current.is_default,
			run: () => {
				const on = !current.is_default;
				void act(
					() => post(`views/${current.id}/default`, { on }),
					t(on ? 'views.isDefault' : 'views.noDefault', { name: current.name }),
				);
			},
		},
		current?.may_edit === true && {
			label: t('views.edit'),
			icon: 'pencil',
			run: () => edit(current),
		},
		current?.may_edit === true && {
			label: t('views.delete'),
			icon: 'trash-2',
			danger: true,
			run: () => void drop(current),
		},
	];
	const items = (): (Item | false | undefined)[] => {
		const some = visitId() ? [] : acts();
		const first = some.find(Boolean);
		if (first) first.group = true;
		return [
			{
				label: t('views.none'),
				checked: !current,
				one: true,
				run: () => setQuery({ ...toQuery(null), view: usual ? NO_VIEW : null, peek: null }),
			},
			...rows(
				views.filter((one) => one.mine),
				t('views.mine'),
			),
			...rows(
				views.filter((one) => !one.mine),
				t('views.shared', { name: session.value?.acting.account_name ?? '' }),
			),
			...some,
		];
	};
	return (
		<>
			<Menu
				class="btn ghost views"
				align="end"
				label={current ? t('views.now', { name: current.name }) : t('list.views')}
				button={
					<>
						<Icon name="bookmark" />
						<span class="btn-text">{current?.name ?? t('list.views')}</span>
					</>
				}
				items={items}
			/>
			{editing && Dialog && (
				<Dialog
					list={list}
					view={editing === 'new' ? null : editing}
					now={now}
					onClose={(saved) => {
						setEditing(null);
						if (!saved) return;
						reload();
						if (editing === 'new') open(saved);
					}}
				/>
			)}
		</>
	);
}
