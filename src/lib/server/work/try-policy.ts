import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { Policy } from '#lib/domain/policy.ts';
import { changesOnDay, viewUnder, type WhatIf } from '#lib/domain/what-if.ts';
import { record, type Actor } from '#lib/server/audit.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { askWhatIf, keepWhatIf, nextWhatIf, whatIfsOf, type StoredWhatIf } from '#lib/server/store/policy.ts';
import { digestOf } from './change-policy.ts';
import { picturesUnder } from './picture.ts';

/** What a draft would change on a day: the facts are gathered once and judged under both policies. */
export async function whatIfOn(tx: Transaction, draft: Policy, on: CalendarDate): Promise<WhatIf> {
	const [before, after] = await picturesUnder(tx, { on, hindsight: false }, (view) => viewUnder(view, draft));
	return changesOnDay(before, after);
}

/** Asks for some days to be worked out; `again`: also those that were. */
export async function askFor(
	tx: Transaction,
	actor: Actor,
	draft: Policy,
	days: readonly CalendarDate[],
	again = false
): Promise<void> {
	const digest = digestOf(draft);
	await askWhatIf(tx, digest, days, again);
	await record(tx, actor, { action: 'tried', entity: 'policy_draft', entityId: null, digest });
}

/** Works out one day that was asked for, unless another process is at it. Which day; null: there was none to do. */
export async function workOutNext(tx: Transaction, draft: Policy): Promise<CalendarDate | null> {
	const digest = digestOf(draft);
	const on = await nextWhatIf(tx, digest);
	if (on === null) return null;
	const startedAt = performance.now();
	const changes = await whatIfOn(tx, draft, on);
	await keepWhatIf(tx, digest, changes, Math.round(performance.now() - startedAt));
	return on;
}

export async function workedOut(tx: Transaction, draft: Policy): Promise<StoredWhatIf[]> {
	return whatIfsOf(tx, digestOf(draft));
}
