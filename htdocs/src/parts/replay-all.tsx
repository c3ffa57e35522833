// Everything of one type in the work list is tried again at once, as after a
// mistake on our side or the sender's that concerned them all.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from '../kit/button.tsx';
import { Dialog } from '../kit/dialog.tsx';
import { toast } from '../kit/toast.tsx';
import { post } from '../lib/api.ts';
import type { BillingEvent, Page } from '../lib/api.types.ts';
import { useForm } from '../lib/form.ts';
import { t } from '../lib/i18n.ts';
import { can } from '../lib/session.ts';
import type { Filters } from './event-tools.tsx';
import { typeLabel } from './event-words.ts';
import { FormProblem } from './form-problem.tsx';

/** The type the button stands for; null where it has no place. */
function typeOf(filters: Filters): string | null {
	const [type, more] = filters.type;
	return filters.state === 'quarantined' && type && !more ? type : null;
}

export function ReplayAll({ filters, onDone }: { filters: Filters; onDone: () => void }): JSX.Element | null {
	const [open, setOpen] = useState(false);
	const type = typeOf(filters);
	if (!type || !can('billing_event.replay')) return null;
	const close = (done: boolean): void => {
		setOpen(false);
		if (done) onDone();
	};
	return (
		<>
			<Button icon="rotate-ccw" class="replay-all" onClick={() => setOpen(true)}>
				{t('event.replayAll')}
			</Button>
			{open && <ReplayAllDialog type={type} onClose={close} />}
		</>
	);
}

function ReplayAllDialog({ type, onClose }: { type: string; onClose: (done: boolean) => void }): JSX.Element {
	const form = useForm({});
	const submit = () =>
		form.run(async () => {
			const { items, total } = await post<Page<BillingEvent>>('billing-events/replay', { type });
			const left = Math.max(0, total.value - items.length);
			toast(t('event.replayedAll', { n: items.length, left }));
			onClose(true);
		});
	return (
		<Dialog
			title={t('event.replayAllTitle', { what: typeLabel(type) })}
			icon="rotate-ccw"
			onClose={() => onClose(false)}
			onSubmit={() => void submit()}
			foot={
				<>
					<Button onClick={() => onClose(false)}>{t('act.cancel')}</Button>
					<Button kind="primary" type="submit" busy={form.busy}>
						{t('event.replayAllDo')}
					</Button>
				</>
			}
		>
			<p>{t('event.replayAllText')}</p>
			<FormProblem form={form} />
		</Dialog>
	);
}
