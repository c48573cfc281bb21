import { sql, type SQL } from 'drizzle-orm';
import type { Action } from '#lib/domain/actions.ts';
import type { Facts } from '#lib/domain/authority.ts';
import { addDays, addMonths, type CalendarDate } from '#lib/domain/calendar.ts';
import type { CaseFile } from '#lib/domain/cases.ts';
import type { Vacancy } from '#lib/domain/people.ts';
import type { Request } from '#lib/domain/requests.ts';
import { asRules, type Transaction } from '#lib/server/db/index.ts';
import { gatherFacts, withOversight } from '../facts.ts';
import {
	allocationsOfCases,
	casesOnly,
	detailsOfCases,
	discussionsOfCases,
	filesFrom,
	kindsOfCases,
	oversightOfCases
} from './files.ts';
import { arrayOf, ends, entityId, everKnown, known, period, rows, type Recent } from './rows.ts';

/** Changes of lead and of manager are counted over the 12 months before a day. */
const LOOK_BACK_MONTHS = 12;

/**
 * What tallies of the days from `from` to `to`, and of the periods between, are counted from: the cases open on one of
 * those days, the earlier ones of their children, and everything else that an event of those days is about. `recent`
 * null: with all the oversight and all the sessions; else those after its day, which is enough where that is longer ago
 * than any interval of the policy.
 */
export async function factsOfPeriods(
	tx: Transaction,
	{ from, to }: { from: CalendarDate; to: CalendarDate },
	recent: Recent | null
): Promise<Facts> {
	const facts = await gatherFacts(tx, { of: 'during', from: addDays(from, -1), to }, recent);
	return asRules(tx, async () => {
		const [actions, requests, vacancies, recorded] = await Promise.all([
			actionsDuring(tx, from, to),
			requestsBetween(tx, from, to),
			rows<Vacancy>(
				tx,
				sql`select team_id as "teamId", role, fte::float8 as fte, ${period}, ${known}, ${ends}
					from vacancies where ${everKnown}`
			),
			rows<{ caseId: string }>(
				tx,
				sql`select distinct case_id as "caseId" from oversight
					where recorded_on between ${from} and ${to} and recorded_on > made_on`
			)
		]);
		const here = new Set(facts.cases.map(({ caseId }) => caseId));
		const touched = new Set([
			...recorded.map(({ caseId }) => caseId),
			...[...actions, ...requests].flatMap(({ caseId }) => caseId ?? [])
		]);
		const [elsewhere, earlier] = [[...touched].filter((id) => !here.has(id)), await episodes(tx, from, to)];
		const late = recent === null ? [] : recorded.map(({ caseId }) => caseId).filter((id) => here.has(id));
		const whole = await withOversight(tx, facts, late, null);
		const away = new Set(elsewhere);
		return {
			...whole,
			actions,
			requests,
			vacancies,
			cases: [
				...whole.cases,
				...(await filesOf(tx, elsewhere)),
				...(await casesOnly(tx, arrayOf(earlier.filter((id) => !here.has(id) && !away.has(id)))))
			]
		};
	});
}

async function filesOf(tx: Transaction, caseIds: readonly string[]): Promise<CaseFile[]> {
	if (caseIds.length === 0) return [];
	const ids = arrayOf(caseIds);
	const [cases, kinds, allocations, oversight, discussions] = await Promise.all([
		detailsOfCases(tx, ids),
		kindsOfCases(tx, ids),
		allocationsOfCases(tx, ids),
		oversightOfCases(tx, ids, null),
		discussionsOfCases(tx, ids, null, true)
	]);
	return filesFrom(cases, kinds, allocations, oversight, discussions, new Set());
}

/** Cases closed in the 12 months before, of children who have a case open later. */
async function episodes(tx: Transaction, from: CalendarDate, to: CalendarDate): Promise<string[]> {
	const since = addMonths(from, -LOOK_BACK_MONTHS);
	const found = await rows<{ id: string }>(
		tx,
		sql`select distinct ${entityId} as id from cases earlier
			where closed_on > ${since} and closed_on < ${from} and exists (
				select from cases later where later.child_id = earlier.child_id
					and later.opened_on <= ${to} and coalesce(later.version_of, later.id) <> coalesce(earlier.version_of, earlier.id)
					and (later.closed_on is null or later.closed_on >= ${from} or later.end_recorded_on >= ${from})
			)`
	);
	return found.map(({ id }) => id);
}

/** Actions agreed by the last day that were still to be done on the first, or are. */
function actionsDuring(tx: Transaction, from: CalendarDate, to: CalendarDate): Promise<Action[]> {
	return rows(
		tx,
		sql`select coalesce(a.version_of, a.id) as "actionId", a.reference,
				coalesce(a.case_id, (select o.case_id from oversight o where o.id = a.oversight_id)) as "caseId",
				coalesce(a.practitioner_id, (
					select s.practitioner_id from supervision_sessions s where s.id = a.session_id
				)) as "practitionerId",
				a.owner_id as "ownerId", a.description, a.agreed_on as "agreedOn", a.due_on as "dueOn",
				a.done_on as "doneOn", a.risk, a.recorded_on as "recordedOn", a.superseded_on as "supersededOn"
			from actions a
			where ${ofActions(sql`agreed_on <= ${to} and (done_on is null or done_on > ${from})`)}
				and (a.superseded_at is null or a.superseded_on > coalesce(a.recorded_on, '0001-01-01'))`
	);
}

/** Every version of those of which some version fits. */
function ofActions(fits: SQL): SQL {
	return sql`coalesce(a.version_of, a.id) in (select ${entityId} from actions where ${fits})`;
}

function requestsBetween(tx: Transaction, from: CalendarDate, to: CalendarDate): Promise<Request[]> {
	return rows(
		tx,
		sql`select ${entityId} as "requestId", reference, case_id as "caseId", agency, kind,
				requested_on as "requestedOn", outcome, decided_on as "decidedOn", decided_by_id as "decidedById",
				coalesce(btrim(rationale, E' \\t\\n\\r'), '') <> '' as "hasRationale",
				second_manager_id as "secondManagerId", second_agreed_on as "secondAgreedOn", ${known}
			from requests where ${everKnown}
				and ${entityId} in (select ${entityId} from requests where requested_on between ${from} and ${to})`
	);
}
