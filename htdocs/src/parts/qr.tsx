// A text as a QR code, drawn as one path of SVG: dark on white in every theme,
// because cameras want it so.
import type { JSX } from 'preact';
import { encode } from 'uqr';

const BORDER = 2;

function pathOf(rows: boolean[][]): string {
	let path = '';
	rows.forEach((row, y) => {
		for (let x = 0; x < row.length; ) {
			if (!row[x]) {
				x++;
				continue;
			}
			let end = x;
			while (row[end]) end++;
			path += `M${x} ${y}h${end - x}v1h${x - end}z`;
			x = end;
		}
	});
	return path;
}

export function Qr({ text, label }: { text: string; label: string }): JSX.Element {
	const { data, size } = encode(text, { ecc: 'M', border: BORDER });
	return (
		<svg
			class="qr"
			viewBox={`0 0 ${size} ${size}`}
			role="img"
			aria-label={label}
			shape-rendering="crispEdges"
		>
			<rect width={size} height={size} fill="#fff" />
			<path d={pathOf(data)} fill="#000" />
		</svg>
	);
}
