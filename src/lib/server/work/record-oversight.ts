import { createHash } from 'node:crypto';
import { isId } from '#lib/domain/asked.ts';
import { dayInWords, isCalendarDate, type CalendarDate } from '#lib/domain/calendar.ts';
import { OVERSIGHT_KINDS, type OversightKind } from '#lib/domain/cases.ts';
import { isWritten } from '#lib/domain/records.ts';
import { record } from '#lib/server/audit.ts';
import { claimForm, insertOversight } from '#lib/server/store/cases.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { reviewThose } from './review-flags.ts';

export interface OversightForm {
	/** Made with the page, so that a form posted twice acts once. */
	key: string;
	kind: string;
	madeOn: string;
	decision: string;
	rationale: string;
}

/** A decision as it is written down. */
export interface Decided {
	kind: OversightKind;
	madeOn: CalendarDate;
	decision: string;
	rationale: string;
}

export type OversightRefused = { field: keyof OversightForm; words: string };

const MOST_CHARACTERS = 20_000;

/** What is wrong with a decision before it is recorded; empty when nothing is. */
export function refusals(form: OversightForm, today: CalendarDate): OversightRefused[] {
	const refused: OversightRefused[] = [];
	const refuse = (field: keyof OversightForm, words: string) => {
		refused.push({ field, words });
	};
	if (!isWritten(form.decision)) refuse('decision', 'Write what you decided.');
	if (!isWritten(form.rationale))
		refuse('rationale', 'Write why: a decision without its reasons does not count.');
	for (const field of ['decision', 'rationale'] as const)
		if (form[field].length > MOST_CHARACTERS)
			refuse(field, `Use ${MOST_CHARACTERS.toLocaleString('en-GB')} characters or fewer.`);
	if (!isOversightKind(form.kind)) refuse('kind', 'Choose what kind of decision this is.');
	if (!isCalendarDate(form.madeOn)) refuse('madeOn', 'Give the day it was made as a real date.');
	else if (form.madeOn > today)
		refuse('madeOn', `It cannot have been made after today, ${dayInWords(today)}.`);
	return refused;
}

function isOversightKind(text: string): text is OversightKind {
	return (OVERSIGHT_KINDS as readonly string[]).includes(text);
}

/**
 * Records a manager's decision on a case and brings its flags up to date, in one transaction. The case was found within
 * the scope of who asks; the form has no refusals. Posted twice it acts once.
 */
export async function recordOversight(
	tx: Transaction,
	by: { accountId: string; practitionerId: string; today: CalendarDate },
	caseId: string,
	form: OversightForm
): Promise<void> {
	const { accountId } = by;
	const { key, kind, madeOn, decision, rationale } = form;
	if (!isId(key) || !isOversightKind(kind)) throw new Error('the form was not checked');
	if (!(await claimForm(tx, key, accountId))) return;
	await writeOversight(tx, by, caseId, { kind, madeOn, decision, rationale });
	await reviewThose(tx, { accountId }, by.today, { caseIds: [caseId], practitionerIds: [] });
}

/** Writes a decision and its audit row; whoever calls it reviews the flags of the case. */
export async function writeOversight(
	tx: Transaction,
	{ accountId, practitionerId, today }: { accountId: string; practitionerId: string; today: CalendarDate },
	caseId: string,
	{ kind, madeOn, decision, rationale }: Decided
): Promise<void> {
	const oversightId = await insertOversight(tx, {
		caseId,
		managerId: practitionerId,
		madeOn,
		recordedOn: today,
		kind,
		decision: decision.trim(),
		rationale: rationale.trim()
	});
	const digest = createHash('sha256').update(`${caseId}\n${decision}\n${rationale}`).digest('hex');
	await record(tx, { accountId }, { action: 'recorded', entity: 'oversight', entityId: oversightId, digest });
}
