import { json } from '@sveltejs/kit';
import { setTimeout as pause } from 'node:timers/promises';
import { atTheDoor } from '#lib/server/session.ts';
import { migrationNow } from '#lib/server/store/database.ts';
import { reviewHealth } from '#lib/server/work/night.ts';
import { version } from '../../../package.json';
import type { RequestHandler } from './$types';

const LONGEST_MS = 3_000;

export const GET: RequestHandler = async () => {
	const migration = await Promise.race([
		migrationNow().catch(() => undefined),
		pause(LONGEST_MS, undefined, { ref: false })
	]);
	if (migration === undefined) return json({ status: 'the database is away', version }, { status: 503 });
	const review = await atTheDoor(reviewHealth).catch(() => null);
	return json({ status: 'well', version, migration, review });
};
