import type { Records } from '#lib/domain/records.ts';
import { TODAY } from '#lib/demo/plan.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { bringIn } from '#lib/server/work/bring-in.ts';
import { incomingOf } from '#lib/server/work/fill-demo.ts';

/** Brings generated records into an empty authority on the story's day, whatever rows of theirs are refused. */
export function broughtIn(tx: Transaction, records: Records) {
	return bringIn(tx, incomingOf(records), {
		by: 'test',
		on: TODAY,
		apply: true,
		skipBadRows: true,
		complete: [],
		observedFrom: null
	});
}
