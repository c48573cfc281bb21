import { json } from '@sveltejs/kit';
import { setTimeout as pause } from 'node:timers/promises';
import { migrationNow } from '#lib/server/store/database.ts';
import { version } from '../../../package.json';
import type { RequestHandler } from './$types';

const LONGEST_MS = 3_000;

export const GET: RequestHandler = async () => {
	const migration = await Promise.race([
		migrationNow().catch(() => undefined),
		pause(LONGEST_MS, undefined, { ref: false })
	]);
	if (migration === undefined) return json({ status: 'the database is away', version }, { status: 503 });
	return json({ status: 'well', version, migration });
};
