import type { AskingRole } from '#lib/domain/access.ts';
import type { ChangeKind, Entity, Said } from '#lib/domain/change-words.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { record, recordAll } from '#lib/server/audit.ts';
import {
	insertFact,
	updateFact,
	withdrawFact,
	writeFacts,
	type About,
	type FactWritten,
	type Making
} from '#lib/server/store/changes.ts';
import type { Transaction } from '#lib/server/store/database.ts';

/** Who changes facts by hand, and on which day. */
export interface Changer {
	accountId: string;
	practitionerId: string | null;
	/** Left out: the names of colleagues may be shown. */
	role?: AskingRole;
	today: CalendarDate;
}

/** The form by which it is done, and why; null: it was not asked. */
export interface ByForm {
	key: string;
	why: string | null;
}

/** One fact and what it is about; without an edition, whichever version stands. */
export interface WhichFact {
	entity: Entity;
	entityId: string;
	edition?: string;
	about: About;
}

function making(by: Changer, { key, why }: ByForm): Making {
	return { formKey: key, on: by.today, by: by.practitionerId, accountId: by.accountId, why };
}

/** Writes a new fact, the change and its audit row, in one. Known from today, unless the row says otherwise. Its id. */
export async function recordFact(
	tx: Transaction,
	by: Changer,
	form: ByForm,
	{ entity, row, about }: { entity: Entity; row: Said; about: About }
): Promise<string> {
	const known = { recorded_on: by.today, ...row };
	const entityId = await insertFact(tx, entity, known, about, making(by, form));
	await record(tx, by, { action: 'recorded', entity, entityId });
	return entityId;
}

/**
 * Writes a new version of a fact, the change and its audit row, in one. A correction is known from today; whoever only
 * ends a fact says `end_recorded_on` instead, and the rest stays known as long as it was.
 */
export async function changeFact(
	tx: Transaction,
	by: Changer,
	form: ByForm,
	{ entity, entityId, edition, about }: WhichFact,
	{ change, set }: { change: Exclude<ChangeKind, 'recorded' | 'withdrawn' | 'undone'>; set: Said }
): Promise<'done' | 'same' | 'changed_since'> {
	const saw = { change, ...(edition === undefined ? {} : { edition }) };
	const answer = await updateFact(tx, entity, entityId, set, saw, about, making(by, form));
	if (answer === 'done') await record(tx, by, { action: change, entity, entityId });
	return answer;
}

/** Writes many facts of one kind, new ones and changes, with their changes and audit rows. Known as with one. */
export async function recordFacts(
	tx: Transaction,
	by: Changer,
	form: ByForm,
	entity: Entity,
	facts: readonly FactWritten[]
): Promise<'done' | 'changed_since'> {
	if (facts.length === 0) return 'done';
	const known = facts.map((fact) =>
		fact.id === null ? { ...fact, set: { recorded_on: by.today, ...fact.set } } : fact
	);
	const written = await writeFacts(tx, entity, known, making(by, form));
	if (written === 'changed_since') return written;
	await recordAll(
		tx,
		by,
		written.map(({ id, change }) => ({ action: change, entity, entityId: id }))
	);
	return 'done';
}

/** Takes a fact that never was out of what is known from today, with the change and its audit row. */
export async function takeOutFact(
	tx: Transaction,
	by: Changer,
	form: ByForm,
	{ entity, entityId, edition, about }: WhichFact
): Promise<'done' | 'changed_since'> {
	const answer = await withdrawFact(tx, entity, entityId, edition, about, making(by, form));
	if (answer === 'done') await record(tx, by, { action: 'withdrawn', entity, entityId });
	return answer;
}
