import { withValue } from '#lib/domain/policy-fields.ts';
import { DEFAULT_POLICY } from '#lib/domain/policy.ts';
import { TODAY } from '#lib/demo/plan.ts';
import { inContext } from '#lib/server/store/database.ts';
import { whatIfOn } from '#lib/server/work/try-policy.ts';
import type { BenchDatabase } from './database.ts';
import { touch } from './reading.ts';
import { byTurns, type Row } from './report.ts';

const OPERATOR = { actor: 'operator', name: 'bench', today: TODAY } as const;
const TWO_WEEKS = { count: 14, unit: 'd' };
const DRAFT = withValue(DEFAULT_POLICY, 'kinds.child_protection.interval.suitablyHeld', TWO_WEEKS);

/** What a draft of the policy would change today in the whole authority. */
export async function whatIfToday(database: BenchDatabase): Promise<Row[]> {
	const { today } = await byTurns(3, {
		touched: touch(database),
		today: () => inContext(database, OPERATOR, (tx) => whatIfOn(tx, DRAFT, TODAY))
	});
	return [
		{
			work: 'what-if, today',
			unit: 'ms',
			ours: today.median,
			p95: null,
			bare: null,
			limit: '',
			budget: '≤ 3,000 ms at M',
			kept: today.median <= 3000
		}
	];
}
