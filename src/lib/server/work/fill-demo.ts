import type { AccountRole } from '#lib/domain/access.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { Role } from '#lib/domain/people.ts';
import type { Records } from '#lib/domain/records.ts';
import type { MoveSaid } from '#lib/domain/restructure-moves.ts';
import { TABLES } from '#lib/intake/catalogue.ts';
import { nothingIncoming, type Incoming } from '#lib/intake/tables.ts';
import { changePasswordHash } from '#lib/server/store/accounts.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { isEmpty, setDemoToday } from '#lib/server/store/imports.ts';
import { insertMovesByReference } from '#lib/server/store/restructures.ts';
import { addAccount } from './accounts.ts';
import { issueOnSchedule } from './board-report.ts';
import { bringIn } from './bring-in.ts';
import { writeNotes, type NoteWritten } from './fill-demo-notes.ts';
import { queueDigestsOf } from './notices.ts';
import { hashOf } from './passwords.ts';
import { reviewAuthority } from './review-flags.ts';

/** A made-up authority to fill an empty database with. */
export interface MadeUp {
	today: CalendarDate;
	records: Records;
	signIns: readonly { email: string; practitionerId: string | null; role: Role | AccountRole }[];
	observedFrom: CalendarDate | null;
	/** Planned moves, in which people, teams and the restructure are named by their references. */
	moves: readonly { restructureId: string; on: CalendarDate; said: MoveSaid }[];
	/** What is written in sessions that both have signed. */
	notes: readonly NoteWritten[];
}

/** Fills an empty database with a made-up authority and its accounts, all or nothing. False: it was not empty. */
export async function fillDemo(
	tx: Transaction,
	operator: string,
	{ today, records, signIns, observedFrom, moves, notes }: MadeUp,
	password: string
): Promise<boolean> {
	if (!(await isEmpty(tx))) return false;
	await setDemoToday(tx, today);
	const { plan, applied } = await bringIn(tx, incomingOf(records), {
		by: operator,
		on: today,
		apply: true,
		skipBadRows: false,
		complete: [],
		observedFrom
	});
	if (!applied) throw new Error(`the demo authority was refused: ${JSON.stringify(plan.problems[0])}`);
	await insertMovesByReference(tx, moves, today);
	const passwordHash = await hashOf(password);
	const accountIds = new Map<string, string>();
	for (const { email, practitionerId, role } of signIns) {
		const added = await addAccount(tx, { operator }, { email, role, practitioner: practitionerId });
		if (!('accountId' in added)) throw new Error(`no account could be made for ${email}: ${added.code}`);
		await changePasswordHash(tx, added.accountId, passwordHash);
		accountIds.set(practitionerId ?? role, added.accountId);
	}
	const principal = signIns.find(({ role }) => role === 'principal_social_worker');
	await writeNotes(tx, operator, today, notes, {
		accountIds,
		readerId: accountIds.get(principal?.practitionerId ?? '') ?? null
	});
	await reviewAuthority(tx, { operator }, today, 'night');
	await issueOnSchedule(tx, operator, today);
	await queueDigestsOf(tx, today);
	return true;
}

/** Records as if they had been read from files that have every column. */
export function incomingOf(records: Records): Incoming {
	const incoming = nothingIncoming('native');
	incoming.records = records;
	for (const { table, name, columns } of TABLES) {
		incoming.columns[table] = new Set(columns.map(({ field }) => field));
		incoming.lines[table] = records[table].map((_, row) => ({
			file: `${name}.csv`,
			sheet: null,
			line: row + 2
		}));
	}
	return incoming;
}
