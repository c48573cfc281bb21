import { sql, type SQL } from 'drizzle-orm';
import type { Action } from '#lib/domain/actions.ts';
import { groupedBy, type Facts } from '#lib/domain/authority.ts';
import { addDays, addMonths, earliest, type CalendarDate } from '#lib/domain/calendar.ts';
import type { CaseDiscussion, CaseFile, OversightEntry } from '#lib/domain/cases.ts';
import type { Vacancy } from '#lib/domain/people.ts';
import type { Request } from '#lib/domain/requests.ts';
import type { Session } from '#lib/domain/supervision.ts';
import { asRules, type Transaction } from '#lib/server/db/index.ts';
import { areWhole, factsAtHand, gatherFacts, withOthers } from '../facts.ts';
import { policiesOf, restructuresOf, settingsOf, teamsOf } from './common.ts';
import {
	allocationsOfCases,
	casesOnly,
	detailsOfCases,
	discussionsOfCases,
	filesFrom,
	kindsOfCases,
	oversightOfCases,
	oversightWhere
} from './files.ts';
import { peopleWith, sessionsWhere } from './people.ts';
import { arrayOf, ends, entityId, everKnown, known, period, rows } from './rows.ts';

/** Changes of lead and of manager are counted over the 12 months before a day. */
const LOOK_BACK_MONTHS = 12;

/**
 * What tallies of the days from `from` to `to`, and of the periods between, are counted from: the cases open on one of
 * those days, the earlier ones of their children, and everything else that an event of those days is about. `since`
 * null: with all that was ever recorded of them; else with the kinds, the oversight and the sessions after that day,
 * which is enough where it is longer ago than any limit of the policy.
 */
export async function factsOfPeriods(
	tx: Transaction,
	{ from, to }: { from: CalendarDate; to: CalendarDate },
	since: CalendarDate | null
): Promise<Facts> {
	const reach = { of: 'during', from: addDays(from, -1), to } as const;
	const facts =
		since === null
			? await gatherFacts(tx, reach)
			: ((await factsAtHand(tx, reach)) ?? (await asRules(tx, () => factsSince(tx, { from, to }, since))));
	return asRules(tx, async () => {
		const [actions, requests, vacancies, recorded] = await Promise.all([
			actionsDuring(tx, from, to),
			requestsBetween(tx, from, to),
			rows<Vacancy>(
				tx,
				sql`select team_id as "teamId", role, fte::float8 as fte, ${period}, ${known}, ${ends}
					from vacancies where ${everKnown}`
			),
			casesRecordedLate(tx, from, to)
		]);
		const here = new Set(facts.cases.map(({ caseId }) => caseId));
		const touched = new Set([
			...recorded,
			...[...actions, ...requests].flatMap(({ caseId }) => caseId ?? [])
		]);
		const elsewhere = [...touched].filter((id) => !here.has(id));
		const earlier = await episodes(tx, from, to);
		const late = since === null || areWhole(facts) ? [] : recorded.filter((id) => here.has(id));
		const away = new Set(elsewhere);
		return withOthers(facts, {
			actions,
			requests,
			vacancies,
			cases: [
				...(await withAllEntries(tx, facts.cases, late)),
				...(await filesOf(tx, elsewhere)),
				...(await casesOnly(tx, arrayOf(earlier.filter((id) => !here.has(id) && !away.has(id)))))
			]
		});
	});
}

async function factsSince(
	tx: Transaction,
	{ from, to }: { from: CalendarDate; to: CalendarDate },
	since: CalendarDate
): Promise<Facts> {
	// As a set and not as an array of ids: most rows of these tables are about one of the cases, and are read in one go.
	const caseIds = sql`select ${entityId} from cases
		where opened_on <= ${to} and (closed_on is null or closed_on >= ${from} or end_recorded_on >= ${from})`;
	const [cases, kinds, allocations, sessions, discussed, oversight, waiting] = await Promise.all([
		detailsOfCases(tx, caseIds),
		kindsOfCases(tx, caseIds, since),
		allocationsOfCases(tx, caseIds),
		sessionsWhere(
			tx,
			sql`and ${entityId} in (
				select ${entityId} from supervision_sessions where greatest(held_on, planned_on) > ${since}
			)`
		),
		discussedSince(tx, since),
		rows<OversightEntry>(tx, oversightWhere(sql`and made_on > ${since} and case_id = any(${caseIds})`)),
		rows<{ caseId: string }>(tx, sql`select case_id as "caseId" from holders_not_matched`)
	]);
	const [people, teams, restructures, policies, settings] = await Promise.all([
		peopleWith(tx, null),
		teamsOf(tx),
		restructuresOf(tx),
		policiesOf(tx),
		settingsOf(tx)
	]);
	const notMatched = new Set(waiting.map(({ caseId }) => caseId));
	const discussions = discussionsOf(discussed, sessions);
	return {
		teams,
		people,
		cases: filesFrom(cases, kinds, allocations, oversight, discussions, notMatched),
		sessions,
		actions: [],
		requests: [],
		restructures,
		policies,
		settings
	};
}

/** That a case was discussed in a session, and something decided. */
interface Discussed {
	sessionId: string;
	caseId: string;
	recordedOn: CalendarDate | null;
	supersededOn: CalendarDate | null;
}

/** Of the sessions held after a day that their supervisor has signed: no other discussion counts as oversight. */
function discussedSince(tx: Transaction, since: CalendarDate): Promise<Discussed[]> {
	const sessions = sql`array(select distinct ${entityId} from supervision_sessions
		where held_on > ${since} and supervisor_signed_on is not null and not cancelled)`;
	const discussed = (which: SQL) => sql`select session_id as "sessionId", case_id as "caseId", ${known}
		from case_discussions
		where session_id = any(${sessions}) and ${which} and coalesce(btrim(decision, E' \\t\\n\\r'), '') <> ''`;
	// Apart, for what stands has an index by its session, and the earlier versions are few.
	return rows(
		tx,
		sql`${discussed(sql`superseded_at is null`)}
			union all ${discussed(sql`superseded_at is not null and ${everKnown}`)}`
	);
}

function discussionsOf(discussed: readonly Discussed[], sessions: readonly Session[]): CaseDiscussion[] {
	const versions = groupedBy(sessions, ({ sessionId }) => sessionId);
	return discussed.flatMap(({ sessionId, caseId, recordedOn, supersededOn }) =>
		(versions.get(sessionId) ?? []).map((session) => ({
			sessionId: session.sessionId,
			caseId,
			hasDecision: true,
			superviseeId: session.superviseeId,
			supervisorId: session.supervisorId,
			heldOn: session.cancelled ? null : (session.heldOn ?? session.draftHeldOn ?? null),
			sessionRecordedOn: session.recordedOn,
			supervisorSignedOn: session.supervisorSignedOn,
			recordedOn,
			supersededOn: earliest([supersededOn, session.supersededOn ?? null].filter((day) => day !== null))
		}))
	);
}

/** Cases of which some oversight was written up in the period that had been made on an earlier day. */
async function casesRecordedLate(tx: Transaction, from: CalendarDate, to: CalendarDate): Promise<string[]> {
	const found = await rows<{ caseId: string }>(
		tx,
		sql`select distinct case_id as "caseId" from oversight
			where recorded_on between ${from} and ${to} and recorded_on > made_on`
	);
	return found.map(({ caseId }) => caseId);
}

/** The same files, some of them with every entry of oversight there ever was. */
async function withAllEntries(
	tx: Transaction,
	files: readonly CaseFile[],
	caseIds: readonly string[]
): Promise<readonly CaseFile[]> {
	if (caseIds.length === 0) return files;
	const entries = groupedBy(await oversightOfCases(tx, arrayOf(caseIds), null), ({ caseId }) => caseId);
	return files.map((file) => {
		const oversight = entries.get(file.caseId);
		return oversight ? { ...file, oversight } : file;
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
