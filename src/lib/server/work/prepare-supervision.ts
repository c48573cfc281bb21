import { arrange, personOf, viewOf, type View } from '#lib/domain/authority.ts';
import { addDays } from '#lib/domain/calendar.ts';
import type { Finding } from '#lib/domain/flags.ts';
import {
	LOAD_DAYS_BACK,
	preparationInWords,
	preparationOf,
	type PreparationList
} from '#lib/domain/preparation.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { casesHeld } from '#lib/server/store/facts.ts';
import { namesFor } from './names.ts';

/** What a session with somebody is prepared with, from a picture in which they and their cases are. */
export async function preparationShown(
	tx: Transaction,
	picture: { view: View; findings: readonly Finding[] },
	of: { superviseeId: string; sessionId: string }
): Promise<PreparationList[]> {
	const { view, findings } = picture;
	const person = personOf(view, of.superviseeId);
	if (!person) return [];
	const known = view.authority.cases.map(({ caseId }) => caseId);
	const before = await casesHeld(
		tx,
		[of.superviseeId],
		addDays(view.knowledge.on, -LOAD_DAYS_BACK - 1),
		known
	);
	const held = viewOf(
		arrange({ ...view.authority, cases: [...view.authority.cases, ...before] }),
		view.knowledge.on
	);
	const preparation = preparationOf(person, { view, findings, held }, of.sessionId);
	const colleagues = preparation.findings.flatMap(({ subject, practitionerId }) => [
		subject.id,
		practitionerId ?? subject.id
	]);
	const supervisors = [...view.authority.people.keys()];
	const names = await namesFor(tx, [...colleagues, ...supervisors]);
	return preparationInWords(preparation, view, names);
}
