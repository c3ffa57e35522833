// One way to the server: JSON in, JSON out, problems as a Problem.
import { base } from './base.ts';
import { visitId, visitOver } from './visit.ts';

export { base };

export interface FieldError {
	pointer: string;
	code: string;
}

export class Problem extends Error {
	status: number;
	code: string;
	detail: string;
	requestId: string;
	errors: FieldError[];
	current: unknown;
	retryAfter: number;

	constructor(status: number, body: Record<string, unknown>, requestId: string, retryAfter = 0) {
		super(text(body.title) || `HTTP ${status}`);
		this.status = status;
		this.code = text(body.type).split('#/problems/')[1] ?? `http-${status}`;
		this.detail = text(body.detail);
		this.requestId = requestId || text(body.instance).replace(/^urn:uuid:/, '');
		this.errors = Array.isArray(body.errors) ? (body.errors as FieldError[]) : [];
		this.current = body.current;
		this.retryAfter = retryAfter;
	}
}

function text(value: unknown): string {
	return typeof value === 'string' ? value : '';
}

export function asProblem(error: unknown): Problem {
	if (error instanceof Problem) return error;
	return new Problem(0, { type: '#/problems/no-connection', title: String(error) }, '');
}

export interface Ask {
	query?: Record<string, string | number | string[] | null | undefined>;
	body?: object;
	ver?: number;
	headers?: Record<string, string>;
	signal?: AbortSignal | undefined;
	/** Key of a POST: the same key makes a repeat harmless. */
	key?: string;
	/** Asked as oneself, also in the tab of a visit. */
	own?: boolean;
}
export interface Answer<T> {
	data: T;
	status: number;
	location: string | null;
}

/** Called when the server no longer knows who we are. */
export const onSignedOut: { call: () => void } = { call: () => {} };
/** Called when the server wants another step before it goes on: a code, a password, or that two-step is set up. */
export const onStep: { call: () => void } = { call: () => {} };

const STEPS = ['second-factor-needed', 'password-change-needed', 'enrolment-needed'];

function heed({ status, code }: Problem, path: string): void {
	if (status === 401 && path !== 'api/v1/session' && code !== 'wrong-login' && code !== 'wrong-code')
		onSignedOut.call();
	if (STEPS.includes(code)) onStep.call();
	if (code === 'visit-ended') visitOver.value = true;
}

export function queryOf(query: Ask['query']): string {
	const out = new URLSearchParams();
	for (const [name, value] of Object.entries(query ?? {})) {
		if (Array.isArray(value)) for (const one of value) out.append(name, one);
		else if (value !== null && value !== undefined && value !== '') out.set(name, String(value));
	}
	const made = out.toString();
	return made ? `?${made}` : '';
}

function headersOf(method: string, ask: Ask): Record<string, string> {
	const headers: Record<string, string> = { Accept: 'application/json', ...ask.headers };
	const visit = ask.own ? null : visitId();
	if (visit) headers['X-Gatehouse-Visit'] = visit;
	if (method === 'GET') return headers;
	headers['Content-Type'] = 'application/json';
	if (method === 'POST') headers['Idempotency-Key'] = ask.key ?? crypto.randomUUID();
	if (ask.ver !== undefined) headers['If-Match'] = `"v${ask.ver}"`;
	return headers;
}

async function bodyOf(answer: Response): Promise<unknown> {
	if (answer.status === 204 || answer.status === 304) return null;
	if (!/json/.test(answer.headers.get('Content-Type') ?? '')) return null;
	return answer.json();
}

export async function send<T>(method: string, path: string, ask: Ask = {}): Promise<Answer<T>> {
	const url = `${base}${path}${queryOf(ask.query)}`;
	const init: RequestInit = { method, headers: headersOf(method, ask), credentials: 'same-origin' };
	if (ask.signal) init.signal = ask.signal;
	if (method !== 'GET') init.body = JSON.stringify(ask.body ?? {});
	const answer = await fetch(url, init);
	const body = await bodyOf(answer);
	if (!answer.ok && answer.status !== 304) {
		const id = answer.headers.get('X-Request-Id') ?? '';
		const wait = Number(answer.headers.get('Retry-After') ?? 0);
		const problem = new Problem(answer.status, (body ?? {}) as Record<string, unknown>, id, wait);
		heed(problem, path);
		throw problem;
	}
	return { data: body as T, status: answer.status, location: answer.headers.get('Location') };
}

export async function get<T>(path: string, query?: Ask['query'], signal?: AbortSignal): Promise<T> {
	return (await send<T>('GET', `api/v1/${path}`, { query, signal })).data;
}
export async function post<T>(path: string, body: object = {}, key?: string): Promise<T> {
	return (await send<T>('POST', `api/v1/${path}`, key ? { body, key } : { body })).data;
}
export async function patch<T>(path: string, body: object, ver?: number): Promise<T> {
	return (await send<T>('PATCH', `api/v1/${path}`, ver === undefined ? { body } : { body, ver })).data;
}
export async function remove(path: string, ver: number): Promise<void> {
	await send('DELETE', `api/v1/${path}`, { ver });
}
