// What each error code means and what to do: the pages that problem types link to.
import type { JSX } from 'preact';
import { Icon } from '../../kit/icon.tsx';
import { has, humanise, t, tWord } from '../../lib/i18n.ts';
import { href } from '../../lib/router.ts';
import { useTitle } from '../../lib/title.ts';
import { PROBLEMS } from '../../parts/problem-codes.ts';

export default function Problems({ rest }: { rest: string[] }): JSX.Element {
	const code = rest[0] ?? '';
	const title = code ? tWord('problem', `${code}.title`, humanise(code)) : t('problems.title');
	useTitle(title);
	const known = has(`problem.${code}.text`);
	return (
		<section class="card" aria-label={title}>
			<div class="page scroll">
				<header class="tab-head">
					<div>
						{code && (
							<nav class="crumbs" aria-label={t('card.path')}>
								<ol>
									<li>
										<a href={href('problems')}>{t('problems.title')}</a>
									</li>
									<li>
										<Icon name="chevron-right" size={14} />
										<span aria-current="page">{code}</span>
									</li>
								</ol>
							</nav>
						)}
						<h1>{title}</h1>
					</div>
				</header>
				{code ? (
					<div class="prose">
						<p>{known ? tWord('problem', `${code}.text`) : t('problems.unknown')}</p>
						{has(`problem.${code}.do`) && (
							<>
								<h2>{t('problems.do')}</h2>
								<p>{tWord('problem', `${code}.do`)}</p>
							</>
						)}
						<p class="muted">
							{t('problems.code')} <code>{code}</code>
						</p>
					</div>
				) : (
					<dl class="problem-list">
						{PROBLEMS.map((one) => (
							<div key={one}>
								<dt>
									<a href={href(`problems/${one}`)}>
										<code>{one}</code>
									</a>
								</dt>
								<dd>
									<b>{tWord('problem', `${one}.title`)}</b> {tWord('problem', `${one}.text`)}
								</dd>
							</div>
						))}
					</dl>
				)}
			</div>
		</section>
	);
}
