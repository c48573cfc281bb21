import { sql } from 'drizzle-orm';
import type { Facts } from '#lib/domain/authority.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { Allocation, CaseKind } from '#lib/domain/cases.ts';
import { asRules, type Transaction } from '#lib/server/db/index.ts';
import { policyVersions } from '../facts.ts';
import { settingsOf, teamsOf } from './common.ts';
import { detailsOfCases, filesFrom } from './files.ts';
import { peopleWith } from './people.ts';
import { arrayOf, ends, everKnown, known, period, rows } from './rows.ts';

/**
 * What the training of many people on one day is looked at with: they and those they supervise, and the cases they held on
 * the day, with what the cases were and who of them held them on that day alone. They were chosen within a scope.
 */
export async function factsOfTrainingOn(
	tx: Transaction,
	practitionerIds: readonly string[],
	day: CalendarDate
): Promise<Facts> {
	const onDay = sql`from_on <= ${day} and (to_on is null or to_on > ${day} or end_recorded_on > ${day})`;
	const asked = arrayOf(practitionerIds);
	return asRules(tx, async () => {
		const [allocations, supervised, teams, policies, settings] = await Promise.all([
			rows<Allocation>(
				tx,
				sql`select case_id as "caseId", practitioner_id as "practitionerId", team_id as "teamId", role, reason,
					${period}, ${known}, ${ends}
					from allocations where ${everKnown} and ${onDay} and practitioner_id = any(${asked})`
			),
			rows<{ id: string }>(
				tx,
				sql`select distinct practitioner_id as id from postings
					where supervisor_id = any(${asked}) and from_on <= ${day}`
			),
			teamsOf(tx),
			policyVersions(tx),
			settingsOf(tx)
		]);
		const caseIds = arrayOf([...new Set(allocations.map(({ caseId }) => caseId))]);
		const ids = new Set([...practitionerIds, ...supervised.map(({ id }) => id)]);
		const [cases, kinds, people] = await Promise.all([
			detailsOfCases(tx, caseIds),
			rows<CaseKind>(
				tx,
				sql`select case_id as "caseId", kind, conference_needed as "conferenceNeeded",
					conference_on as "conferenceOn", ${period}, ${known}, ${ends}
					from case_kinds where ${everKnown} and ${onDay} and case_id = any(${caseIds})`
			),
			peopleWith(tx, arrayOf([...ids]))
		]);
		return {
			teams,
			people,
			cases: filesFrom(cases, kinds, allocations, [], [], new Set()),
			policies,
			settings,
			...nothingElse
		};
	});
}

/**
 * What the training of teams on the days of a stretch is looked at with: those posted to them on some day of it and
 * those they supervise, and the cases they led, with what the cases were and who led them. The teams are in somebody's scope.
 */
export async function factsOfTrainingDuring(
	tx: Transaction,
	teamIds: readonly string[],
	from: CalendarDate,
	to: CalendarDate
): Promise<Facts> {
	const during = sql`from_on <= ${to} and (to_on is null or to_on > ${from} or end_recorded_on > ${from})`;
	const posted = sql`select practitioner_id from postings where team_id = any(${arrayOf(teamIds)}) and ${during}`;
	const led = sql`select case_id from allocations where role = 'lead' and ${during}
		and practitioner_id in (${posted})`;
	return asRules(tx, async () => {
		const [cases, kinds, allocations, ids, teams, policies, settings] = await Promise.all([
			detailsOfCases(tx, sql`array(${led})`),
			rows<CaseKind>(
				tx,
				sql`select case_id as "caseId", kind, conference_needed as "conferenceNeeded",
					conference_on as "conferenceOn", ${period}, ${known}, ${ends}
					from case_kinds where ${everKnown} and ${during} and case_id in (${led})`
			),
			rows<Allocation>(
				tx,
				sql`select case_id as "caseId", practitioner_id as "practitionerId", team_id as "teamId", role, reason,
					${period}, ${known}, ${ends}
					from allocations where ${everKnown} and role = 'lead' and ${during} and case_id in (${led})`
			),
			rows<{ id: string }>(
				tx,
				sql`with posted as materialized (${posted})
					select practitioner_id as id from posted
					union select practitioner_id from postings
					where supervisor_id in (select practitioner_id from posted) and from_on <= ${to}`
			),
			teamsOf(tx),
			policyVersions(tx),
			settingsOf(tx)
		]);
		const people = await peopleWith(tx, arrayOf(ids.map(({ id }) => id)));
		return {
			...nothingElse,
			teams,
			people,
			cases: filesFrom(cases, kinds, allocations, [], [], new Set()),
			policies,
			settings
		};
	});
}

const nothingElse = { sessions: [], actions: [], requests: [], restructures: [] };

/** What a list of people is made from: some people, without what they hold. They were chosen within a scope. */
export async function factsOfPeople(tx: Transaction, practitionerIds: readonly string[]): Promise<Facts> {
	return asRules(tx, async () => {
		const [people, teams, policies, settings] = await Promise.all([
			peopleWith(tx, arrayOf(practitionerIds)),
			teamsOf(tx),
			policyVersions(tx),
			settingsOf(tx)
		]);
		return { ...nothingElse, teams, people, cases: [], policies, settings };
	});
}
