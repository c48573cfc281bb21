import { sql } from 'drizzle-orm';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { OversightKind } from '#lib/domain/cases.ts';
import type { Transaction } from '#lib/server/db/index.ts';

/** What was decided about a case, in words, by the id of the entry or of the session. */
export async function decisionsOf(
	tx: Transaction,
	caseId: string
): Promise<Map<string, { decision: string | null; rationale: string | null; source: string }>> {
	const found = await tx.execute<{
		id: string;
		decision: string | null;
		rationale: string | null;
		source: string;
	}>(
		sql`select id, decision, rationale, source from oversight where case_id = ${caseId}
			union all
			select d.session_id, d.decision, d.analysis, s.source from case_discussions d
			join supervision_sessions s on s.id = d.session_id
			where d.case_id = ${caseId} and d.superseded_at is null`
	);
	return new Map(found.map(({ id, ...words }) => [id, words]));
}

/** Which of these cases are in the scope of who asks, with the reference of each. */
export async function casesNamed(
	tx: Transaction,
	words: string
): Promise<{ id: string; reference: string }[]> {
	const found = await tx.execute<{ id: string; reference: string }>(
		sql`select id, reference from cases
			where superseded_at is null and reference ilike ${`%${escaped(words)}%`}
			order by length(reference), reference limit 50`
	);
	return [...found];
}

export async function practitionersNamed(
	tx: Transaction,
	words: string
): Promise<{ id: string; reference: string; name: string }[]> {
	const found = await tx.execute<{ id: string; reference: string; name: string }>(
		sql`select id, reference, name from practitioners
			where superseded_at is null
				and (name ilike ${`%${escaped(words)}%`} or reference ilike ${`%${escaped(words)}%`})
			order by name limit 50`
	);
	return [...found];
}

function escaped(words: string): string {
	return words.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`);
}

/** Writes a manager's decision on a case. Returns its id. */
export async function insertOversight(
	tx: Transaction,
	entry: {
		caseId: string;
		managerId: string;
		madeOn: CalendarDate;
		recordedOn: CalendarDate;
		kind: OversightKind;
		decision: string;
		rationale: string;
	}
): Promise<string> {
	const { caseId, managerId, madeOn, recordedOn, kind, decision, rationale } = entry;
	const [row] = await tx.execute<{ id: string }>(
		sql`with made as (select gen_random_uuid() as id)
			insert into oversight (id, source, reference, case_id, manager_id, made_on, recorded_on, kind, decision, rationale)
			select id, 'countersign', 'O-' || left(id::text, 8), ${caseId}, ${managerId}, ${madeOn}, ${recordedOn},
				${kind}, ${decision}, ${rationale}
			from made returning id`
	);
	if (!row) throw new Error('oversight was not written');
	return row.id;
}

/** Claims the key of a form. False: the form was sent before, and has already acted. */
export async function claimForm(tx: Transaction, key: string, accountId: string): Promise<boolean> {
	const claimed = await tx.execute(
		sql`insert into submissions (key, account_id) values (${key}, ${accountId})
			on conflict (key) do nothing returning key`
	);
	return claimed.length > 0;
}

/** Whether the form with this key has acted. */
export async function hasActed(tx: Transaction, key: string): Promise<boolean> {
	return (await tx.execute(sql`select from submissions where key = ${key}`)).length > 0;
}
