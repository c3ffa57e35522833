// Where the menu of views stands: it comes when the list itself is there.
import type { ComponentProps, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Button } from '../kit/button.tsx';
import { t, withWords } from '../lib/i18n.ts';
import type { ViewsMenu } from './views-menu.tsx';

export function ViewsButton(props: ComponentProps<typeof ViewsMenu>): JSX.Element {
	const [Views, setViews] = useState<typeof ViewsMenu | null>(null);
	useEffect(() => {
		withWords(import('./views-menu.tsx')).then(
			(module) => setViews(() => module.ViewsMenu),
			() => {},
		);
	}, []);
	if (Views) return <Views {...props} />;
	return (
		<Button kind="ghost" icon="bookmark" class="views" disabled>
			{t('list.views')}
		</Button>
	);
}
