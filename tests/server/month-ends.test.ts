import { expect, test } from 'vitest';
import { demoAuthority } from '#lib/demo/authority.ts';
import { monthEnd, type CalendarDate } from '#lib/domain/calendar.ts';
import { noRecords, type Records } from '#lib/domain/records.ts';
import { inContext, type Database, type Transaction } from '#lib/server/db/index.ts';
import { bringIn } from '#lib/server/work/bring-in.ts';
import { incomingOf } from '#lib/server/work/fill-demo.ts';
import { pictureOfAuthority } from '#lib/server/work/picture.ts';
import { printedFindings, type PrintedFinding } from '#lib/server/work/references.ts';
import { freshDatabase } from './database.ts';

/** The 18 months of the made-up authority that have ended. */
const MONTH_ENDS = Array.from({ length: 18 }, (_, place): CalendarDate => {
	const month = 4 + place;
	return monthEnd(`${2025 + Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}-01`);
});

/** Around the days it is about, and the last: elsewhere hindsight would only cost time. */
const LOOKED_BACK_ON = MONTH_ENDS.filter((on) => (on > '2025-12' && on < '2026-04') || on > '2026-10');

const LATER: CalendarDate = '2026-11-23';

/** What somebody remembers in November 2026: a decision, a session and a course of months ago. */
function rememberedLater(): Records {
	return {
		...noRecords(),
		oversight: [
			{
				oversightId: 'O-LATE',
				caseId: 'K-20377',
				managerId: 'P-009',
				madeOn: '2026-01-30',
				kind: 'decision',
				decision: 'Enquiry to end on Monday.',
				rationale: 'Found in a notebook.',
				recordedOn: LATER
			}
		],
		supervision: [
			{
				sessionId: 'S-LATE',
				practitionerId: 'P-057',
				supervisorId: 'P-009',
				plannedOn: '2026-01-28',
				heldOn: '2026-01-28',
				cancelled: false,
				cancelReason: null,
				minutes: 90,
				interrupted: false,
				kind: 'personal',
				supervisorSignedOn: '2026-01-28',
				practitionerSignedOn: '2026-01-28',
				recordedOn: LATER
			}
		]
	};
}

function asOperator<Answer>(database: Database, today: string, work: (tx: Transaction) => Promise<Answer>) {
	return inContext(database, { actor: 'operator', name: 'test', today }, work);
}

async function broughtIn(database: Database, records: Records, on: CalendarDate): Promise<void> {
	const how = { by: 'test', on, apply: true, skipBadRows: false, complete: [], observedFrom: null };
	const { applied, plan } = await asOperator(database, on, (tx) => bringIn(tx, incomingOf(records), how));
	expect([applied, plan.problems]).toEqual([true, []]);
}

async function flagsAsAt(database: Database, today: string, hindsight: boolean) {
	const flags = new Map<CalendarDate, PrintedFinding[]>();
	for (const on of hindsight ? LOOKED_BACK_ON : MONTH_ENDS)
		flags.set(
			on,
			await asOperator(database, today, async (tx) =>
				printedFindings(await pictureOfAuthority(tx, { on, hindsight }), { team: null, rule: null })
			)
		);
	return flags;
}

type Flags = Awaited<ReturnType<typeof flagsAsAt>>;

/** What the second answer has and the first has not (+), the other way round (−), and what both have otherwise (~). */
function differences(before: Flags, after: Flags): string[] {
	const found: string[] = [];
	for (const on of before.keys()) {
		const key = ({ code, subject }: PrintedFinding) => `${code} ${subject.id}`;
		const [first, second] = [before, after].map(
			(flags) => new Map((flags.get(on) ?? []).map((finding) => [key(finding), JSON.stringify(finding)]))
		);
		for (const [name, said] of first ?? []) {
			const now = second?.get(name);
			if (now === undefined) found.push(`${on} − ${name}`);
			else if (now !== said) found.push(`${on} ~ ${name}`);
		}
		for (const name of second?.keys() ?? []) if (!first?.has(name)) found.push(`${on} + ${name}`);
	}
	return found.sort();
}

test('what is recorded later changes no month-end of 18, and with hindsight only what it is about', async () => {
	const { records, today } = demoAuthority();
	const database = await freshDatabase(2);
	try {
		await broughtIn(database, records, today);
		const then = await flagsAsAt(database, today, false);
		const hindsight = await flagsAsAt(database, today, true);
		for (const flags of then.values()) expect(flags.length).toBeGreaterThan(0);

		await broughtIn(database, rememberedLater(), LATER);
		expect(differences(then, await flagsAsAt(database, LATER, false))).toEqual([]);
		expect(differences(hindsight, await flagsAsAt(database, LATER, true))).toEqual([
			// The decision of Fri 30 Jan buys one working day, to Mon 2 Feb: what was folded stands by itself.
			'2026-01-31 + BELOW_EXPERIENCE K-20377',
			'2026-01-31 + TRAINING_GAP K-20377',
			// Held on 28 Jan: not overdue at the end of the month, and no longer the second of two cancelled.
			'2026-01-31 − HELD_WITHOUT_OVERSIGHT K-20377',
			'2026-01-31 − SUPERVISION_CANCELLED_TWICE P-057',
			'2026-01-31 − SUPERVISION_OVERDUE P-057',
			// Ten working days from 30 Jan is 13 Feb, where it was 2 Feb from the note of 19 Jan.
			'2026-02-28 ~ OVERSIGHT_OVERDUE K-20377'
		]);
	} finally {
		await database.close();
	}
}, 240_000);
