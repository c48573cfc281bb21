import { fork } from 'node:child_process';
import { extname, join } from 'node:path';
import type { Row } from './report.ts';

/** What one review took, told by the process that ran it and nothing else. */
export interface Night {
	milliseconds: number;
	/** The most memory the process ever held, its own start included. */
	megabytes: number;
}

/** The review of the night: first with nothing stored, then with every flag and month stored already. */
export async function nightlyReview(url: string): Promise<Row[]> {
	const first = await reviewApart(url);
	const next = await reviewApart(url);
	const row = (work: string, unit: 's' | 'GB', ours: number, budget: string, kept: boolean): Row => ({
		work,
		unit,
		ours,
		p95: null,
		bare: null,
		limit: '',
		budget,
		kept
	});
	const seconds = '≤ 15 s for all of England';
	const [gigabytes, most] = [(night: Night) => night.megabytes / 1000, '≤ 1 GB'];
	return [
		row('nightly review, the first', 's', first.milliseconds / 1000, seconds, first.milliseconds <= 15_000),
		row('nightly review, the first: memory', 'GB', gigabytes(first), most, gigabytes(first) <= 1),
		row('nightly review, the next', 's', next.milliseconds / 1000, seconds, next.milliseconds <= 15_000),
		row('nightly review, the next: memory', 'GB', gigabytes(next), most, gigabytes(next) <= 1)
	];
}

function reviewApart(url: string): Promise<Night> {
	return new Promise((resolve, reject) => {
		// Beside this, as it is written or as it was bundled.
		const child = fork(join(import.meta.dirname, `reviewing${extname(import.meta.filename)}`), [url]);
		child.once('message', (night) => resolve(night as Night));
		child.once('error', reject);
		child.once('exit', (code) => reject(new Error(`the review ended with ${code} and told nothing`)));
	});
}
