import { sql, type SQL } from 'drizzle-orm';
import { groupedBy, type Facts } from '#lib/domain/authority.ts';
import { addDays, type CalendarDate } from '#lib/domain/calendar.ts';
import type { CaseFile } from '#lib/domain/cases.ts';
import { lookBackFrom } from '#lib/domain/flag-rules.ts';
import type { Policy } from '#lib/domain/policy.ts';
import { asRules, type Transaction } from '#lib/server/db/index.ts';
import { actionOfConcern, actionsAmong, actionsWithin } from './facts/actions.ts';
import { policiesOf, restructuresOf, settingsOf, teamsOf } from './facts/common.ts';
import {
	allocationsOfCases,
	casesOnly,
	detailsOfCases,
	discussionsOfCases,
	filesFrom,
	kindsOfCases,
	oversightOfCases,
	requestsOfCases,
	requestsWhere
} from './facts/files.ts';
import { factsKept, filesHeld, keep, notKept, ofConcernKept, wholeKept, type Wanted } from './facts/kept.ts';
import { peopleWith, sessionsOfPeople } from './facts/people.ts';
import { arrayOf, entityId, rows, type Recent } from './facts/rows.ts';

export { comeToldOf, touchedAfter, type Come } from './facts/kept.ts';

/**
 * Whose facts to gather. `open`: everyone's, and the cases open on a day with those of late concern; `during`: the cases
 * open on any day from the one to the other.
 * `those`: some cases, and some practitioners with the cases they held on a day or (`ever`) have held at all, or (null)
 * without any.
 */
export type Reach =
	| { of: 'open'; on: CalendarDate }
	| { of: 'during'; from: CalendarDate; to: CalendarDate }
	| {
			of: 'those';
			caseIds: readonly string[];
			practitionerIds: readonly string[];
			held: 'ever' | { on: CalendarDate } | null;
	  };

/** Every fact the rules look at, in a fixed number of queries. The subjects were chosen within somebody's scope. */
export async function gatherFacts(
	tx: Transaction,
	reach: Reach,
	recent: Recent | null = null
): Promise<Facts> {
	return asRules(tx, () => gather(tx, reach, recent));
}

async function gather(tx: Transaction, reach: Reach, recent: Recent | null): Promise<Facts> {
	if (reach.of === 'during')
		return (await keptDuring(tx, reach)) ?? gatherAnew(tx, reach, openDuring(reach.from, reach.to), recent);
	let opened: Wanted | null = null;
	const kept =
		reach.of === 'those'
			? await factsKept(tx, wantedOfThose(reach))
			: await wholeKept(tx, reach.on, async () => (opened = await wantedOfOpen(tx, reach.on)));
	if (kept === null) {
		const caseIds =
			reach.of === 'those'
				? await casesWith(tx, reach)
				: (opened ?? (await wantedOfOpen(tx, reach.on))).caseIds;
		return gatherAnew(tx, reach, arrayOf(caseIds), recent);
	}
	whole.add(kept);
	return kept;
}

/** What a server has at hand of everybody and the cases open on some days, all of it; null: gather it. */
export function factsAtHand(tx: Transaction, reach: Extract<Reach, { of: 'during' }>): Promise<Facts | null> {
	return asRules(tx, () => keptDuring(tx, reach));
}

/** So few of a month that the day's questions do not ask for are kept beside what they do: many would take its place. */
const CLOSED_BEFORE = 200;

async function keptDuring(
	tx: Transaction,
	{ from, to }: Extract<Reach, { of: 'during' }>
): Promise<Facts | null> {
	const [cases, people] = await Promise.all([
		rows<{ id: string }>(tx, sql`select unnest(${openDuring(from, to)}) as id`),
		everybody(tx)
	]);
	const caseIds = [...new Set(cases.map(({ id }) => id))];
	const kept = await factsKept(tx, {
		caseIds,
		practitionerIds: people,
		held: null,
		people: 'all',
		lacking: CLOSED_BEFORE
	});
	if (kept) whole.add(kept);
	return kept;
}

async function everybody(tx: Transaction): Promise<string[]> {
	const people = await rows<{ id: string }>(tx, sql`select distinct ${entityId} as id from practitioners`);
	return people.map(({ id }) => id);
}

const whole = new WeakSet<Facts>();

/** Some facts with others in place of some of them, which are whole if they were. */
export function withOthers(facts: Facts, others: Partial<Facts>): Facts {
	const changed = { ...facts, ...others };
	if (whole.has(facts)) whole.add(changed);
	return changed;
}

/** Whether they hold all the oversight of their cases and all the sessions of the people asked about. */
export function areWhole(facts: Facts): boolean {
	return whole.has(facts);
}

function wantedOfThose({ caseIds, practitionerIds, held }: Extract<Reach, { of: 'those' }>): Wanted {
	return {
		caseIds: [...new Set(caseIds)],
		practitionerIds: [...new Set(practitionerIds)],
		held,
		people: null
	};
}

async function wantedOfOpen(tx: Transaction, on: CalendarDate): Promise<Wanted> {
	const [cases, ofConcern, people] = await Promise.all([
		rows<{ id: string }>(tx, sql`select unnest(${openDuring(addDays(on, -CLOSED_LATELY_DAYS), on)}) as id`),
		closedWithConcern(tx, on),
		everybody(tx)
	]);
	return {
		caseIds: [...new Set([...cases.map(({ id }) => id), ...ofConcern])],
		practitionerIds: people,
		held: null,
		people: 'all'
	};
}

/** What questions about everything on a day will ask for and is not kept yet, by id. */
export async function notGathered(
	tx: Transaction,
	on: CalendarDate
): Promise<{ caseIds: string[]; practitionerIds: string[] }> {
	return asRules(tx, async () => {
		const { caseIds, practitionerIds } = await wantedOfOpen(tx, on);
		return notKept(tx, caseIds, practitionerIds);
	});
}

/** Gathers the facts of some cases and people ahead of the questions, so that they are at hand. */
export function gatherAhead(
	tx: Transaction,
	{ caseIds, practitionerIds }: { caseIds: readonly string[]; practitionerIds: readonly string[] }
): Promise<void> {
	return asRules(tx, () => keep(tx, caseIds, practitionerIds));
}

/** Takes out what was touched so long ago that no server can still have to hear of it. */
export async function forgetTouched(tx: Transaction): Promise<void> {
	await tx.execute(sql`delete from facts_touched where touched_at < clock_timestamp() - interval '7 days'`);
}

async function gatherAnew(
	tx: Transaction,
	reach: Reach,
	caseIds: SQL,
	recent: Recent | null
): Promise<Facts> {
	const overseen = recent && { ...recent, after: recent.overseenAfter ?? recent.after };
	const [cases, kinds, allocations, oversight, discussions, requests, actions, waiting] = await Promise.all([
		detailsOfCases(tx, caseIds),
		kindsOfCases(tx, caseIds),
		allocationsOfCases(tx, caseIds),
		oversightOfCases(tx, caseIds, overseen),
		discussionsOfCases(tx, caseIds, overseen, reach.of === 'those'),
		reach.of === 'those'
			? requestsOfCases(tx, caseIds)
			: requestsWhere(
					tx,
					sql`${entityId} = any(array(select ${entityId} from requests where ${requestOfConcern(lastOf(reach))}))`
				),
		actionsWithin(
			tx,
			reach.of === 'those'
				? actionsAmong(caseIds, arrayOf(reach.practitionerIds), recent)
				: sql`select ${entityId} as id from actions where ${actionOfConcern(lastOf(reach))}`
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
	const [people, sessions, teams, restructures, policies, settings] = await Promise.all([
		peopleWith(tx, personIds),
		sessionsOfPeople(tx, reach.of === 'those' ? arrayOf(reach.practitionerIds) : null, recent),
		teamsOf(tx),
		restructuresOf(tx),
		policiesOf(tx),
		settingsOf(tx)
	]);
	return {
		teams,
		people,
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

/** Cases closed longer ago in which a rule may still find something: an enquiry that ended, a request, an action. */
export async function closedOfConcern(tx: Transaction, on: CalendarDate): Promise<readonly string[]> {
	return asRules(tx, () => ofConcernKept(tx, on, () => closedWithConcern(tx, on)));
}

async function closedWithConcern(tx: Transaction, on: CalendarDate): Promise<string[]> {
	const after = lookBackFrom(on);
	const found = await rows<{ id: string }>(
		tx,
		sql`select c.id from cases c
			where c.superseded_at is null and c.closed_on <= ${addDays(on, -CLOSED_LATELY_DAYS)} and c.id in (
				select case_id from case_kinds
					where kind = 'section_47' and from_on <= ${on} and (to_on is null or to_on > ${after})
				union select case_id from requests where ${requestOfConcern(on)}
				union select coalesce(case_id, (select o.case_id from oversight o where o.id = oversight_id))
					from actions where ${actionOfConcern(on)}
			)`
	);
	return found.map(({ id }) => id);
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
	if (practitionerIds.length === 0 || held === null) return [...caseIds];
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

/** The same, for whoever types something that a policy judges. */
export async function policyVersions(tx: Transaction): Promise<Policy[]> {
	return asRules(tx, () => policiesOf(tx));
}

/**
 * What training is looked at with: some people and those they supervise, everybody with a file among some cases, and the
 * cases any of them held on the day, without what was said to be oversight. The subjects were chosen within a scope.
 */
export async function factsOfTraining(
	tx: Transaction,
	those: { caseIds: readonly string[]; practitionerIds: readonly string[] },
	day: CalendarDate
): Promise<Facts> {
	return asRules(tx, async () => {
		const held = await casesWith(tx, { ...those, of: 'those', held: { on: day } });
		const cases = await casesOnly(tx, arrayOf(held));
		const holders = cases.flatMap((file) =>
			file.allocations.flatMap(({ practitionerId }) => practitionerId ?? [])
		);
		const supervised = await rows<{ id: string }>(
			tx,
			sql`select distinct practitioner_id as id from postings
				where supervisor_id = any(${arrayOf(those.practitionerIds)}) and from_on <= ${day}`
		);
		const ids = [...those.practitionerIds, ...holders, ...supervised.map(({ id }) => id)];
		const [people, teams, policies, settings] = await Promise.all([
			peopleWith(tx, arrayOf([...new Set(ids)])),
			teamsOf(tx),
			policiesOf(tx),
			settingsOf(tx)
		]);
		const nothing = { sessions: [], actions: [], requests: [], restructures: [] };
		return { teams, people, cases, policies, settings, ...nothing };
	});
}

/** The same facts with more of the oversight of some cases, `recent` null: all of it, and whoever it was by. */
export async function withOversight(
	tx: Transaction,
	facts: Facts,
	caseIds: readonly string[],
	recent: Recent | null
): Promise<Facts> {
	if (caseIds.length === 0 || areWhole(facts)) return facts;
	return asRules(tx, async () => {
		const ids = arrayOf(caseIds);
		const [oversight, discussions] = await Promise.all([
			oversightOfCases(tx, ids, recent),
			discussionsOfCases(tx, ids, recent, true)
		]);
		const by = new Set([
			...oversight.map(({ managerId }) => managerId),
			...discussions.flatMap(({ superviseeId, supervisorId }) => [superviseeId, supervisorId])
		]);
		const unknown = [...by].filter((id) => !facts.people.has(id));
		const more = unknown.length === 0 ? [] : await peopleWith(tx, arrayOf(unknown));
		const [oversightOf, discussionsOf] = [
			groupedBy(oversight, ({ caseId }) => caseId),
			groupedBy(discussions, ({ caseId }) => caseId)
		];
		const wanted = new Set(caseIds);
		return {
			...facts,
			people: new Map([...facts.people, ...more]),
			cases: facts.cases.map((file) =>
				wanted.has(file.caseId)
					? {
							...file,
							oversight: oversightOf.get(file.caseId) ?? [],
							discussions: discussionsOf.get(file.caseId) ?? []
						}
					: file
			)
		};
	});
}

/** The same facts with all the sessions of some people. */
export async function withAllSessions(
	tx: Transaction,
	facts: Facts,
	practitionerIds: readonly string[]
): Promise<Facts> {
	if (practitionerIds.length === 0 || areWhole(facts)) return facts;
	const all = await asRules(tx, () => sessionsOfPeople(tx, arrayOf(practitionerIds), null));
	const wanted = new Set(practitionerIds);
	return {
		...facts,
		sessions: [...facts.sessions.filter(({ superviseeId }) => !wanted.has(superviseeId)), ...all]
	};
}

/**
 * The cases, beside those known, that some people held on some day after `after`, null: ever. They may come
 * without what was said to be oversight of them.
 */
export async function casesHeld(
	tx: Transaction,
	practitionerIds: readonly string[],
	after: CalendarDate | null,
	known: readonly string[]
): Promise<CaseFile[]> {
	const late =
		after === null ? sql`` : sql`and (to_on is null or to_on > ${after} or end_recorded_on > ${after})`;
	return asRules(
		tx,
		async () =>
			(await filesHeld(tx, practitionerIds, after, new Set(known))) ??
			(await casesOnly(
				tx,
				sql`array(
					select case_id from allocations where practitioner_id = any(${arrayOf(practitionerIds)}) ${late}
					except select unnest(${arrayOf(known)})
				)`
			))
	);
}

/** Whoever ever held one of some cases. */
export async function holdersOf(tx: Transaction, caseIds: Iterable<string>): Promise<string[]> {
	const held = await asRules(tx, () =>
		rows<{ id: string }>(
			tx,
			sql`select distinct practitioner_id as id from allocations
				where case_id = any(${arrayOf([...caseIds])}) and practitioner_id is not null`
		)
	);
	return held.map(({ id }) => id);
}
