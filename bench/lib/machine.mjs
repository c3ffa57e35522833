// Processor time by group, and how quiet the machine is.
import { readdirSync, readFileSync } from 'node:fs';

const TICK = 100; // of /proc, a second

const read = (path) => {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return '';
	}
};

/** A process and all below it. */
export function family(pid) {
	const out = [pid];

	for (let i = 0; i < out.length; i++) {
		let tasks = [];

		try {
			tasks = readdirSync(`/proc/${out[i]}/task`);
		} catch {
			continue;
		}
		for (const t of tasks)
			out.push(...read(`/proc/${out[i]}/task/${t}/children`).split(' ').filter(Boolean).map(Number));
	}
	return out;
}

function ticksOf(pid) {
	const text = read(`/proc/${pid}/stat`);
	const f = text.slice(text.lastIndexOf(')') + 2).split(' ');

	return f.length > 12 ? Number(f[11]) + Number(f[12]) : 0;
}

export function residentKiB(pid) {
	return Number(/VmRSS:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1] ?? 0);
}

function machineTicks() {
	const [user, nice, system, idle, iowait, irq, softirq, steal] = read('/proc/stat').split('\n')[0]
		.split(/\s+/).slice(1).map(Number);

	return { busy: user + nice + system + irq + softirq, idle, iowait, steal };
}

/** groups: { name: pid }.  What is returned is cumulative. */
export function look(groups) {
	const used = {};

	for (const [name, pids] of Object.entries(groups))
		used[name] = [pids].flat().flatMap(family).reduce((n, pid) => n + ticksOf(pid), 0);
	return { at: performance.now(), used, machine: machineTicks() };
}

/** Between two looks: seconds of processor by group, of others, idle, stolen. */
export function between(a, b, generatorSec) {
	const sec = (b.at - a.at) / 1000;
	const used = { generator: generatorSec };

	for (const name of Object.keys(b.used)) used[name] = (b.used[name] - a.used[name]) / TICK;
	const known = Object.values(used).reduce((x, y) => x + y, 0);
	const busy = (b.machine.busy - a.machine.busy) / TICK;

	return {
		sec, used,
		others: Math.max(0, busy - known) / sec,
		idle: (b.machine.idle - a.machine.idle) / TICK / sec,
		iowait: (b.machine.iowait - a.machine.iowait) / TICK / sec,
		steal: (b.machine.steal - a.machine.steal) / TICK / sec,
	};
}

export const loadavg = () => read('/proc/loadavg').split(' ').slice(0, 3).join(' ');
