// A web server's side of FastCGI, as far as measuring needs it: one connection
// that is kept, one request after another.
import { connect } from 'node:net';

const BEGIN = 1, END = 3, PARAMS = 4, STDIN = 5, STDOUT = 6;

function record(type, content = Buffer.alloc(0)) {
	const head = Buffer.from([1, type, 0, 1, content.length >> 8, content.length & 255, 0, 0]);

	return Buffer.concat([head, content]);
}

function pair(name, value) {
	const length = (n) => (n < 128 ? [n] : [(n >> 24) | 128, (n >> 16) & 255, (n >> 8) & 255, n & 255]);

	return Buffer.concat([Buffer.from([...length(name.length), ...length(value.length)]), Buffer.from(name + value)]);
}

/** The bytes of a request; params as nginx/fastcgi.conf and a plain client give them. */
export function request(method, uri, headers = {}, body = '') {
	const [, query = ''] = uri.split('?');
	const params = { REQUEST_METHOD: method, REQUEST_URI: uri, QUERY_STRING: query,
		CONTENT_TYPE: body ? 'application/json' : '', CONTENT_LENGTH: body ? String(body.length) : '',
		REMOTE_ADDR: '127.0.0.1', SERVER_NAME: '127.0.0.1', HTTP_PROXY: '', HTTP_HOST: '127.0.0.1', ...headers };
	const all = Buffer.concat(Object.entries(params).map(([k, v]) => pair(k, v)));

	return Buffer.concat([record(BEGIN, Buffer.from([0, 1, 1, 0, 0, 0, 0, 0])), record(PARAMS, all), record(PARAMS),
		...(body ? [record(STDIN, Buffer.from(body))] : []), record(STDIN)]);
}

export function dial(path) {
	return new Promise((done, failed) => {
		const socket = connect(path, () => done(socket));

		socket.setNoDelay?.(true);
		socket.once('error', failed);
	});
}

/** Sends one request and waits for the whole answer: its head and its body as text. */
export function ask(socket, bytes) {
	return new Promise((done, failed) => {
		let got = Buffer.alloc(0), out = [];
		const stop = (e) => {
			socket.off('data', take);
			socket.off('close', cut);
			if (e) failed(e);
		};
		const cut = () => stop(new Error('the pool closed the connection'));
		const take = (data) => {
			got = Buffer.concat([got, data]);
			while (got.length >= 8) {
				const n = got.readUInt16BE(4), whole = 8 + n + got[6];

				if (got.length < whole) return;
				if (got[1] === STDOUT) out.push(got.subarray(8, 8 + n));
				if (got[1] === END) {
					const [head, ...body] = Buffer.concat(out).toString().split('\r\n\r\n');

					stop();
					done({ status: Number(/^Status: (\d+)/m.exec(head)?.[1] ?? 200), head, body: body.join('\r\n\r\n') });
					return;
				}
				got = got.subarray(whole);
			}
		};

		socket.on('data', take);
		socket.on('close', cut);
		socket.write(bytes);
	});
}
