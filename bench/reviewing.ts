import { TODAY } from '#lib/demo/plan.ts';
import { openDatabase } from '#lib/server/db/index.ts';
import { inContext } from '#lib/server/store/database.ts';
import { reviewAuthority } from '#lib/server/work/review-flags.ts';
import type { Night } from './night.ts';
import { milliseconds } from './report.ts';

const database = openDatabase(process.argv[2] ?? '');
const elapsed = await milliseconds(() =>
	inContext(database, { actor: 'operator', name: 'bench', today: TODAY }, (tx) =>
		reviewAuthority(tx, { operator: 'bench' }, TODAY)
	)
);
const night: Night = { milliseconds: elapsed, megabytes: process.resourceUsage().maxRSS / 1000 };
await database.close();
process.send?.(night);
process.disconnect();
