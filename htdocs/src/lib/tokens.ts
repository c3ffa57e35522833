// The search of a list: words, and tokens key:value that become chips.
export interface Search {
	words: string;
	tokens: Record<string, string>;
}

const TOKEN = /^([a-z_]+):(\S+)$/;

/** Takes the tokens with these keys out of a text. */
export function splitTokens(text: string, keys: readonly string[]): Search {
	const words: string[] = [];
	const tokens: Record<string, string> = {};
	for (const word of text.split(/\s+/).filter(Boolean)) {
		const hit = TOKEN.exec(word);
		const key = hit?.[1] ?? '';
		if (hit && keys.includes(key)) tokens[key] = hit[2] ?? '';
		else words.push(word);
	}
	return { words: words.join(' '), tokens };
}

/** The word the caret stands in. */
export function wordAt(text: string, caret: number): { from: number; to: number; word: string } {
	const before = text.slice(0, caret);
	const from = before.search(/\S*$/);
	const rest = /^\S*/.exec(text.slice(caret))?.[0] ?? '';
	return { from, to: caret + rest.length, word: text.slice(from, caret + rest.length) };
}

/** What the server is asked: tokens first, then the words. */
export function joinQuery(tokens: Record<string, string | null | undefined>, words: string): string {
	const made = Object.entries(tokens).flatMap(([key, value]) => (value ? [`${key}:${value}`] : []));
	return [...made, words.trim()].filter(Boolean).join(' ');
}
