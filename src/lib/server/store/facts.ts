import { sql, type SQL } from 'drizzle-orm';
import type { Facts, Restructure } from '#lib/domain/authority.ts';
import { groupedBy } from '#lib/domain/authority.ts';
import type { Action } from '#lib/domain/actions.ts';
import { addDays, type CalendarDate } from '#lib/domain/calendar.ts';
import type {
	Allocation,
	Case,
	CaseDiscussion,
	CaseFile,
	CaseKind,
	OversightEntry
} from '#lib/domain/cases.ts';
import { lookBackFrom } from '#lib/domain/flag-rules.ts';
import type {
	Absence,
	Person,
	Posting,
	Practitioner,
	Reduction,
	Team,
	Training
} from '#lib/domain/people.ts';
import {
	NO_SETTINGS,
	versionsFrom,
	type Policy,
	type Settings,
	type StoredPolicy
} from '#lib/domain/policy.ts';
import type { Request } from '#lib/domain/requests.ts';
import type { Session } from '#lib/domain/supervision.ts';
import { asRules, type Transaction } from '#lib/server/db/index.ts';

/**
 * Whose facts to gather. `open`: everyone's, and the cases open on a day with those of late concern; `during`: the cases
 * open on any day from the one to the other.
 * `those`: some cases, and some practitioners with the cases they held on a day or (`ever`) have held at all.
 */
export type Reach =
	| { of: 'open'; on: CalendarDate }
	| { of: 'during'; from: CalendarDate; to: CalendarDate }
	| {
			of: 'those';
			caseIds: readonly string[];
			practitionerIds: readonly string[];
			held: 'ever' | { on: CalendarDate };
	  };

/** Rows that some day of knowledge may use: what stands, and earlier versions that stood for at least a day. */
const everKnown = sql`(superseded_at is null or superseded_on > coalesce(recorded_on, '0001-01-01'))`;

const entityId = sql`coalesce(version_of, id)`;
const known = sql`recorded_on as "recordedOn", superseded_on as "supersededOn"`;
const ends = sql`end_recorded_on as "endRecordedOn"`;
const period = sql`from_on as "from", to_on as "to"`;

/** How far back to gather what was said to be oversight: without end, to a day (left out), or not at all. */
export type OversightReach = 'all' | { after: CalendarDate } | 'none';

/** Every fact the rules look at, in a fixed number of queries. The subjects were chosen within somebody's scope. */
export async function gatherFacts(
	tx: Transaction,
	reach: Reach,
	oversightReach: OversightReach = 'all'
): Promise<Facts> {
	return asRules(tx, () => gather(tx, reach, oversightReach));
}

async function gather(tx: Transaction, reach: Reach, oversightReach: OversightReach): Promise<Facts> {
	const few = reach.of === 'those';
	const looksBack = (happenedOn: SQL) =>
		oversightReach === 'all'
			? sql``
			: oversightReach === 'none'
				? sql`and false`
				: sql`and ${happenedOn} > ${oversightReach.after}`;
	const caseIds =
		reach.of === 'those'
			? arrayOf(await casesWith(tx, reach))
			: reach.of === 'open'
				? sql`${openDuring(addDays(reach.on, -CLOSED_LATELY_DAYS), reach.on)} || ${arrayOf(await closedOfConcern(tx, reach.on))}`
				: openDuring(reach.from, reach.to);
	const [cases, kinds, allocations, oversight, discussions, requests, actions, waiting] = await Promise.all([
		rows<Case>(
			tx,
			sql`select ${entityId} as "caseId", reference, child_id as "childId", family_id as "familyId",
				date_of_birth as "dateOfBirth", unborn, opened_on as "openedOn", closed_on as "closedOn",
				closure_reason as "closureReason", complexity, ${known}, ${ends}
				from cases where ${everKnown} ${amongVersions(caseIds)}`
		),
		rows<CaseKind>(
			tx,
			sql`select case_id as "caseId", kind, conference_needed as "conferenceNeeded",
				conference_on as "conferenceOn", ${period}, ${known}, ${ends}
				from case_kinds where ${everKnown} ${among(sql`case_id`, caseIds)}`
		),
		rows<Allocation>(
			tx,
			sql`select case_id as "caseId", practitioner_id as "practitionerId", team_id as "teamId", role, reason, start_not_given as "startNotGiven",
				${period}, ${known}, ${ends}
				from allocations where ${everKnown} ${among(sql`case_id`, caseIds)}`
		),
		rows<OversightEntry>(
			tx,
			sql`select ${entityId} as "oversightId", reference, case_id as "caseId", manager_id as "managerId",
				made_on as "madeOn", kind, coalesce(btrim(decision, E' \\t\\n\\r'), '') <> '' as "hasDecision",
				coalesce(btrim(rationale, E' \\t\\n\\r'), '') <> '' as "hasRationale", ${known}
				from oversight where ${everKnown} ${among(sql`case_id`, caseIds)}
				and (kind in ('section_47_outcome', 'closure') or true ${looksBack(sql`made_on`)})`
		),
		rows<CaseDiscussion>(
			tx,
			sql`with near as ${few ? sql`materialized` : sql``} (
					${discussionsOf(caseIds, few ? oversightReach : 'all')}
				), sessions as ${few ? sql`materialized` : sql``} (
					select *, coalesce(version_of, id) as entity from supervision_sessions
					where ${everKnown} ${
						few
							? sql`and (id = any(array(select session_id from near)) or version_of = any(array(select session_id from near)))`
							: looksBack(sql`held_on`)
					}
				)
				select d.session_id as "sessionId", d.case_id as "caseId",
				coalesce(btrim(d.decision, E' \\t\\n\\r'), '') <> '' as "hasDecision",
				s.practitioner_id as "superviseeId", s.supervisor_id as "supervisorId",
				case when not s.cancelled then s.held_on end as "heldOn", s.recorded_on as "sessionRecordedOn",
				s.supervisor_signed_on as "supervisorSignedOn",
				d.recorded_on as "recordedOn",
				least(d.superseded_on, s.superseded_on) as "supersededOn"
				from near d join sessions s on s.entity = d.session_id
				where d.superseded_at is null or d.superseded_on > coalesce(d.recorded_on, '0001-01-01')`
		),
		rows<Request>(
			tx,
			sql`select ${entityId} as "requestId", reference, case_id as "caseId", agency, kind,
				requested_on as "requestedOn", outcome, decided_on as "decidedOn", decided_by_id as "decidedById",
				coalesce(btrim(rationale, E' \\t\\n\\r'), '') <> '' as "hasRationale",
				second_manager_id as "secondManagerId", second_agreed_on as "secondAgreedOn", ${known}
				from requests where ${everKnown} and ${
					reach.of === 'those'
						? sql`case_id = any(${caseIds})`
						: sql`${entityId} = any(array(select ${entityId} from requests where ${requestOfConcern(lastOf(reach))}))`
				}`
		),
		rows<Action>(
			tx,
			sql`with wanted as materialized (${
				reach.of === 'those'
					? actionsAmong(caseIds, arrayOf(reach.practitionerIds))
					: sql`select ${entityId} as id from actions where ${actionOfConcern(lastOf(reach))}`
			})
			select coalesce(a.version_of, a.id) as "actionId", a.reference,
				coalesce(a.case_id, (select o.case_id from oversight o where o.id = a.oversight_id)) as "caseId",
				coalesce(a.practitioner_id, (
					select s.practitioner_id from supervision_sessions s where s.id = a.session_id
				)) as "practitionerId",
				a.owner_id as "ownerId", a.description, a.agreed_on as "agreedOn", a.due_on as "dueOn",
				a.done_on as "doneOn", a.risk, a.recorded_on as "recordedOn", a.superseded_on as "supersededOn"
			from actions a
			where (a.id = any(array(select id from wanted)) or a.version_of = any(array(select id from wanted)))
				and (a.superseded_at is null or a.superseded_on > coalesce(a.recorded_on, '0001-01-01'))`
		),
		rows<{ caseId: string }>(tx, sql`select case_id as "caseId" from holders_not_matched`)
	]);
	const personIds =
		reach.of !== 'those'
			? null
			: arrayOf(
					await peopleAround(tx, reach.practitionerIds, [
						...requests.flatMap(({ secondManagerId }) => secondManagerId ?? []),
						...allocations.flatMap(({ practitionerId }) => practitionerId ?? []),
						...oversight.map(({ managerId }) => managerId),
						...discussions.flatMap(({ superviseeId, supervisorId }) => [superviseeId, supervisorId])
					])
				);
	const [
		details,
		postings,
		absences,
		reductions,
		training,
		sessions,
		teams,
		restructures,
		policies,
		settings
	] = await Promise.all([
		rows<Practitioner>(
			tx,
			sql`select ${entityId} as "practitionerId", reference, name, email, swe_number as "sweNumber",
					registered_on as "registeredOn", early_career_started_on as "earlyCareerStartedOn",
					early_career_passed_on as "earlyCareerPassedOn", started_on as "startedOn", left_on as "leftOn",
					${known}, ${ends}
					from practitioners where ${everKnown} ${amongVersions(personIds)}`
		),
		rows<Posting>(
			tx,
			sql`select practitioner_id as "practitionerId", team_id as "teamId", role,
					supervisor_id as "supervisorId", fte::float8 as fte, agency, ${period}, ${known}, ${ends}
					from postings where ${everKnown} ${among(sql`practitioner_id`, personIds)}`
		),
		rows<Absence>(
			tx,
			sql`select practitioner_id as "practitionerId", reason, cover_id as "coverId",
					supervision_cover_id as "supervisionCoverId", ${period}, ${known}, ${ends}
					from absences where ${everKnown} ${among(sql`practitioner_id`, personIds)}`
		),
		rows<Reduction>(
			tx,
			sql`select practitioner_id as "practitionerId", share::float8 as share, reason,
					${period}, ${known}, ${ends}
					from reductions where ${everKnown} ${among(sql`practitioner_id`, personIds)}`
		),
		rows<Training>(
			tx,
			sql`select practitioner_id as "practitionerId", course, completed_on as "completedOn",
					expires_on as "expiresOn", ${known}
					from training where ${everKnown} ${among(sql`practitioner_id`, personIds)}`
		),
		rows<Session>(
			tx,
			sql`select ${entityId} as "sessionId", reference, practitioner_id as "superviseeId",
					supervisor_id as "supervisorId", planned_on as "plannedOn",
					case when coalesce(note_state, 'signed') in ('signed', 'closed') then held_on end as "heldOn",
					case when note_state in ('draft', 'proposed') then held_on end as "draftHeldOn", cancelled,
					minutes, interrupted, kind, supervisor_signed_on as "supervisorSignedOn",
					practitioner_signed_on as "practitionerSignedOn", ${known}
					from supervision_sessions where ${everKnown}
					${among(sql`practitioner_id`, reach.of === 'those' ? arrayOf(reach.practitionerIds) : null)}`
		),
		teamsOf(tx),
		restructuresOf(tx),
		policiesOf(tx),
		settingsOf(tx)
	]);
	return {
		teams,
		people: peopleFrom(details, postings, absences, reductions, training),
		cases: filesFrom(
			cases,
			kinds,
			allocations,
			oversight,
			discussions,
			new Set(waiting.map(({ caseId }) => caseId))
		),
		sessions,
		actions,
		requests,
		restructures,
		policies,
		settings
	};
}

/** Closings of these days are looked at. */
const CLOSED_LATELY_DAYS = 90;

function lastOf(reach: Exclude<Reach, { of: 'those' }>): CalendarDate {
	return reach.of === 'open' ? reach.on : reach.to;
}

/** Requests that some rule may find something in on the day. */
function requestOfConcern(on: CalendarDate): SQL {
	return sql`requested_on <= ${on} and greatest(requested_on, decided_on) > ${lookBackFrom(on)}
		and (outcome is distinct from 'agreed' or decided_on is null or decided_on > ${on})`;
}

/** Actions that some rule may find something in on the day. */
function actionOfConcern(on: CalendarDate): SQL {
	const after = lookBackFrom(on);
	return sql`agreed_on <= ${on} and (done_on is null or done_on > ${on})
		and ((due_on > ${after} and due_on < ${on}) or (agreed_on > ${after} and (owner_id is null or due_on is null)))`;
}

/** Actions about the cases, and about the people where they are about no case. */
function actionsAmong(caseIds: SQL, personIds: SQL): SQL {
	return sql`select ${entityId} as id from actions where case_id = any(${caseIds})
		union select coalesce(a.version_of, a.id) from actions a join oversight o on o.id = a.oversight_id
			where a.case_id is null and a.oversight_id is not null and o.case_id = any(${caseIds})
		union select ${entityId} from actions where practitioner_id = any(${personIds})
		union select coalesce(a.version_of, a.id) from actions a join supervision_sessions s on s.id = a.session_id
			where a.case_id is null and a.practitioner_id is null and a.session_id is not null
				and s.practitioner_id = any(${personIds})`;
}

/** Cases closed longer ago in which a rule may still find something: an enquiry that ended, a request, an action. */
export async function closedOfConcern(tx: Transaction, on: CalendarDate): Promise<string[]> {
	const after = lookBackFrom(on);
	const found = await asRules(tx, () =>
		rows<{ id: string }>(
			tx,
			sql`select c.id from cases c
				where c.superseded_at is null and c.closed_on <= ${addDays(on, -CLOSED_LATELY_DAYS)} and c.id in (
					select case_id from case_kinds
						where kind = 'section_47' and from_on <= ${on} and (to_on is null or to_on > ${after})
					union select case_id from requests where ${requestOfConcern(on)}
					union select coalesce(case_id, (select o.case_id from oversight o where o.id = oversight_id))
						from actions where ${actionOfConcern(on)}
				)`
		)
	);
	return found.map(({ id }) => id);
}

/** Discussions of the cases; those of late by the copied day, and all whose day an earlier version may tell otherwise. */
function discussionsOf(caseIds: SQL, oversightReach: OversightReach): SQL {
	const all = sql`select * from case_discussions where case_id = any(${caseIds})`;
	if (oversightReach === 'all') return all;
	if (oversightReach === 'none') return sql`${all} and false`;
	return sql`${all} and held_on_copied > ${oversightReach.after}
		union ${all} and superseded_at is not null
		union select d.* from supervision_sessions s join case_discussions d on d.session_id = s.version_of
			where s.version_of is not null and d.case_id = any(${caseIds})`;
}

async function rows<Row>(tx: Transaction, query: SQL): Promise<Row[]> {
	return [...(await tx.execute(query))] as Row[];
}

function among(column: SQL, ids: SQL | null): SQL {
	return ids === null ? sql`` : sql`and ${column} = any(${ids})`;
}

function amongVersions(ids: SQL | null): SQL {
	return ids === null ? sql`` : sql`and (id = any(${ids}) or version_of = any(${ids}))`;
}

function arrayOf(ids: readonly string[]): SQL {
	return sql`${`{${ids.join(',')}}`}::uuid[]`;
}

/** Cases that some knowledge of these days may see as open on one of them. */
function openDuring(from: CalendarDate, to: CalendarDate): SQL {
	return sql`array(select coalesce(version_of, id) from cases
		where opened_on <= ${to} and (closed_on is null or closed_on > ${from} or end_recorded_on > ${from}))`;
}

async function casesWith(
	tx: Transaction,
	{ caseIds, practitionerIds, held }: Extract<Reach, { of: 'those' }>
): Promise<string[]> {
	if (practitionerIds.length === 0) return [...caseIds];
	const holding =
		held === 'ever'
			? sql``
			: sql`and from_on <= ${held.on} and (to_on is null or to_on > ${held.on} or end_recorded_on > ${held.on})`;
	const found = await rows<{ caseId: string }>(
		tx,
		sql`select distinct case_id as "caseId" from allocations
			where practitioner_id = any(${arrayOf(practitionerIds)}) ${holding}`
	);
	return [...new Set([...caseIds, ...found.map(({ caseId }) => caseId)])];
}

/** The people asked about and others, who supervises them, who covers for whom, and whom those asked about supervise. */
async function peopleAround(
	tx: Transaction,
	asked: readonly string[],
	others: readonly string[]
): Promise<string[]> {
	const own = [...new Set([...asked, ...others])];
	const around = await rows<{ id: string }>(
		tx,
		sql`with own as (select unnest(${arrayOf(own)}) as id),
			supervisors as (
				select supervisor_id as id from postings where practitioner_id in (select id from own)
				union select id from own
			)
			select id from supervisors where id is not null
			union
			select unnest(array[cover_id, supervision_cover_id]) from absences
			where practitioner_id in (select id from supervisors)
			union
			select practitioner_id from postings
			where supervisor_id = any(${arrayOf([...asked])}) and superseded_at is null
			union
			select practitioner_id from postings
			where supervisor_id = any(${arrayOf([...asked])}) and superseded_at is not null`
	);
	return around.flatMap(({ id }) => id ?? []);
}

function peopleFrom(
	details: Practitioner[],
	postings: Posting[],
	absences: Absence[],
	reductions: Reduction[],
	training: Training[]
): Map<string, Person> {
	const of = <Row extends { practitionerId: string }>(list: Row[]) =>
		groupedBy(list, ({ practitionerId }) => practitionerId);
	const [postingsOf, absencesOf, reductionsOf, trainingOf] = [
		of(postings),
		of(absences),
		of(reductions),
		of(training)
	];
	const people = new Map<string, Person>();
	for (const [practitionerId, versions] of of(details))
		people.set(practitionerId, {
			practitionerId,
			reference: versions[0]?.reference ?? '',
			details: versions,
			postings: postingsOf.get(practitionerId) ?? [],
			absences: absencesOf.get(practitionerId) ?? [],
			reductions: reductionsOf.get(practitionerId) ?? [],
			training: trainingOf.get(practitionerId) ?? []
		});
	return people;
}

function filesFrom(
	cases: Case[],
	kinds: CaseKind[],
	allocations: Allocation[],
	oversight: OversightEntry[],
	discussions: CaseDiscussion[],
	waiting: ReadonlySet<string>
): CaseFile[] {
	const of = <Row extends { caseId: string }>(list: Row[]) => groupedBy(list, ({ caseId }) => caseId);
	const [kindsOf, allocationsOf, oversightOf, discussionsOf] = [
		of(kinds),
		of(allocations),
		of(oversight),
		of(discussions)
	];
	return [...of(cases)].map(([caseId, details]) => ({
		caseId,
		reference: details[0]?.reference ?? '',
		details,
		kinds: kindsOf.get(caseId) ?? [],
		allocations: allocationsOf.get(caseId) ?? [],
		oversight: oversightOf.get(caseId) ?? [],
		discussions: discussionsOf.get(caseId) ?? [],
		holderNotMatched: waiting.has(caseId)
	}));
}

async function teamsOf(tx: Transaction): Promise<Team[]> {
	return rows<Team>(
		tx,
		sql`select ${entityId} as "teamId", reference, name, service, opened_on as "openedOn",
			closed_on as "closedOn", succeeded_by as "succeededBy", ${known}, ${ends}
			from teams where ${everKnown} order by service, name`
	);
}

export async function restructuresOf(tx: Transaction): Promise<Restructure[]> {
	return rows<Restructure>(
		tx,
		sql`select ${entityId} as "restructureId", reference, name, team_ids as "teamIds",
			starts_on as "from", ends_on as "to", ${known}, ${ends}
			from restructures where ${everKnown} order by starts_on desc`
	);
}

/** The policy versions that were not withdrawn before they came into force, oldest first. */
async function policiesOf(tx: Transaction): Promise<Policy[]> {
	const stored = await rows<{ version: number; effectiveFrom: CalendarDate | null; policy: StoredPolicy }>(
		tx,
		sql`select version, effective_from as "effectiveFrom", policy from policy_versions
			where withdrawn_on is null order by version`
	);
	return versionsFrom(
		stored.map(({ version, effectiveFrom, policy }) => ({ ...policy, version, effectiveFrom }))
	);
}

async function settingsOf(tx: Transaction): Promise<Settings> {
	const [stored] = await rows<Settings>(
		tx,
		sql`select observed_from as "observedFrom", supervision_profile_from as "supervisionProfileFrom" from settings`
	);
	return stored ?? NO_SETTINGS;
}
