import type { JSX } from 'preact';
import { Bones, Copy, Time } from '../../kit/bits.tsx';
import { Icon } from '../../kit/icon.tsx';
import { Empty, Failure } from '../../kit/states.tsx';
import { get } from '../../lib/api.ts';
import type { Camera, CameraStatus, Page } from '../../lib/api.types.ts';
import { number } from '../../lib/format.ts';
import { t, tWord } from '../../lib/i18n.ts';
import { useLoad } from '../../lib/load.ts';
import { can } from '../../lib/session.ts';
import { ExportButton } from '../../parts/export-button.tsx';
import { CameraChip } from '../../parts/words.tsx';
import type { TabProps } from './sections.ts';

const ORDER: CameraStatus[] = ['active', 'partial', 'inactive', 'initial', 'empty'];

export default function Cameras({ account }: TabProps): JSX.Element {
	const { data, problem, reload } = useLoad<Page<Camera>>(
		`cameras ${account.id}`,
		(signal) => get(`accounts/${account.id}/devices`, { limit: 100 }, signal),
		15_000,
	);
	const items = data?.items ?? [];
	const counts = ORDER.map(
		(status) => [status, items.filter((one) => one.status === status).length] as const,
	);
	return (
		<div class="tab">
			<header class="tab-head">
				<div>
					<h2>{t('tab.cameras')}</h2>
					<p class="muted">
						{items.length
							? counts
									.filter(([, n]) => n > 0)
									.map(([status, n]) => `${number(n)} ${tWord('camera', status).toLowerCase()}`)
									.join(' · ')
							: t('camera.text')}
					</p>
				</div>
				{can('account.export') && items.length > 0 && (
					<ExportButton path="devices.csv" query={{ account: account.id }} />
				)}
			</header>
			{problem && !data && <Failure problem={problem} onRetry={reload} />}
			{!data && !problem && <Bones lines={6} />}
			{data && items.length === 0 && (
				<Empty icon="camera" title={t('camera.none')} text={t('camera.noneText')} />
			)}
			{items.length > 0 && (
				<div class="table-wrap">
					<table class="rows">
						<thead>
							<tr>
								<th scope="col">{t('camera.camera')}</th>
								<th scope="col">{t('col.status')}</th>
								<th scope="col">{t('camera.site')}</th>
								<th scope="col">{t('camera.hardware')}</th>
								<th scope="col">{t('camera.service')}</th>
								<th scope="col">{t('camera.attached')}</th>
							</tr>
						</thead>
						<tbody>
							{items.map((camera) => (
								<tr key={camera.id}>
									<th scope="row">
										<Icon name="camera" /> {camera.name}
										{!camera.enabled && <small class="muted"> {t('camera.off')}</small>}
									</th>
									<td>
										<CameraChip status={camera.status} />
									</td>
									<td>{camera.site_name ?? <span class="none">–</span>}</td>
									<td>
										<span class="two">
											<span>{[camera.vendor, camera.model].filter(Boolean).join(' ')}</span>
											{camera.mac && <Copy text={camera.mac} label="MAC" />}
										</span>
									</td>
									<td>
										{[
											camera.service,
											camera.archive_days !== null && t('camera.days', { n: camera.archive_days }),
										]
											.filter(Boolean)
											.join(' · ')}
									</td>
									<td>
										<Time at={camera.attached_at} />
									</td>
								</tr>
							))}
						</tbody>
					</table>
				</div>
			)}
		</div>
	);
}
