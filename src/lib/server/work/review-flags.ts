import type { View } from '#lib/domain/authority.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { changesBetween, type Finding } from '#lib/domain/flags.ts';
import { record, type Actor } from '#lib/server/audit.ts';
import { asRules, type Transaction } from '#lib/server/store/database.ts';
import {
	clear,
	keep,
	noteReview,
	openFlags,
	raise,
	reviewAlone,
	reviewBeside,
	subjectsFlagged,
	type Occasion
} from '#lib/server/store/flags.ts';
import { clearingFacts, recordWhatTimeBrought } from './flag-time.ts';
import { storeDay, storeMonthEnds } from './measure.ts';
import { tellOfCritical } from './notices.ts';
import { flagsAmong, pictureOfAuthority } from './picture.ts';

export interface Reviewed {
	raised: number;
	kept: number;
	cleared: number;
}

/** Stores the day's flags for the whole authority, its figures, and the months that have ended. Running it twice, or in two places at once, changes nothing more. */
export async function reviewAuthority(
	tx: Transaction,
	actor: Actor,
	on: CalendarDate,
	occasion: Occasion = 'asked'
): Promise<Reviewed> {
	await reviewAlone(tx);
	const reviewed = await reviewEverything(tx, actor, on);
	await noteReview(tx, { on, occasion, ...reviewed });
	await storeMonthEnds(tx, actor, on);
	await storeDay(tx, on);
	return reviewed;
}

/** By itself, so that the picture of everything is let go before the months are counted. */
async function reviewEverything(tx: Transaction, actor: Actor, on: CalendarDate): Promise<Reviewed> {
	const { view, findings } = await pictureOfAuthority(tx, { on, hindsight: false });
	return store(tx, actor, view, findings, null);
}

/** Stores the flags about some cases and people, and about what belongs to them, in the transaction that changed them. */
export async function reviewThose(
	tx: Transaction,
	actor: Actor,
	on: CalendarDate,
	those: { caseIds: readonly string[]; practitionerIds: readonly string[] }
): Promise<Reviewed> {
	await reviewBeside(tx);
	return asRules(tx, async () => {
		const { view, findings } = await flagsAmong(tx, those, { on, hindsight: false });
		const about = findings.filter(({ caseId, practitionerId }) =>
			caseId === null
				? practitionerId !== null && those.practitionerIds.includes(practitionerId)
				: those.caseIds.includes(caseId)
		);
		const subjects = [...(await subjectsFlagged(tx, those)), ...about.map(({ subject }) => subject.id)];
		return store(tx, actor, view, about, [...new Set([...those.caseIds, ...subjects])]);
	});
}

async function store(
	tx: Transaction,
	actor: Actor,
	view: View,
	findings: readonly Finding[],
	subjects: readonly string[] | null
): Promise<Reviewed> {
	const { on } = view.knowledge;
	const changes = changesBetween(await openFlags(tx, subjects), findings);
	const raised = await raise(tx, changes.raise, on);
	const changed = await keep(tx, changes.keep, on);
	const cleared = await clear(tx, await clearingFacts(tx, changes.clear, on), on);
	for (const [action, ids] of [
		['raised', raised],
		['changed', changed],
		['cleared', cleared]
	] as const)
		for (const id of ids) await record(tx, actor, { action, entity: 'flag', entityId: id });
	await recordWhatTimeBrought(tx, actor, view, subjects);
	await tellOfCritical(tx, on, subjects);
	return { raised: raised.length, kept: changes.keep.length, cleared: cleared.length };
}
