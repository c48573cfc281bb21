import { sql, type SQL } from 'drizzle-orm';
import { TODAY } from '#lib/demo/plan.ts';
import { DEFAULT_POLICY } from '#lib/domain/policy.ts';

const day = (number: number) => sql`${TODAY}::date - ${number}::int`;
const one = (table: string, number: number) =>
	sql`(select id from ${sql.identifier(table)} where version_of is null and superseded_at is null
		order by md5(id::text || ${String(number)}) limit 1)`;

/** Something written to each table that facts are read from, by its name; some in more than one way. */
export const WRITTEN: Record<string, readonly ((number: number) => SQL)[]> = {
	cases: [
		(n) => sql`update cases set complexity = ${n % 3}, recorded_on = ${TODAY} where id = ${one('cases', n)}`,
		(n) =>
			sql`update cases set closed_on = ${day(n % 40)} where id = ${one('cases', n)} and opened_on < ${day(60)}`
	],
	case_kinds: [
		(n) =>
			sql`update case_kinds set conference_needed = ${n % 2 === 0}, recorded_on = ${TODAY} where id = ${one('case_kinds', n)}`,
		(n) => sql`insert into case_kinds (case_id, kind, from_on)
			values (${one('cases', n)}, 'assessment', ${day(n % 90)})`
	],
	allocations: [
		(n) =>
			sql`update allocations set reason = 'other', recorded_on = ${TODAY} where id = ${one('allocations', n)}`,
		(n) => sql`insert into allocations (case_id, practitioner_id, role, from_on)
			values (${one('cases', n)}, ${one('practitioners', n)}, 'co_worker', ${day(n % 90)})`
	],
	oversight: [
		(n) => sql`insert into oversight (reference, case_id, manager_id, made_on, kind, decision)
			values (gen_random_uuid()::text, ${one('cases', n)}, ${one('practitioners', n)}, ${day(n % 90)}, 'decision', 'Visit')`,
		(n) => sql`update oversight set case_id = ${one('cases', n + 1)} where id = ${one('oversight', n)}`
	],
	requests: [
		(n) => sql`insert into requests (reference, case_id, agency, requested_on)
			values (gen_random_uuid()::text, ${one('cases', n)}, 'Health', ${day(n % 90)})`
	],
	case_discussions: [
		(n) =>
			sql`update case_discussions set decision = ${`Visit ${n}`}, recorded_on = ${TODAY} where id = ${one('case_discussions', n)}`,
		(n) => {
			const elsewhere = sql`select c.id from cases c where c.version_of is null and c.id not in (
				select other.case_id from case_discussions other where other.session_id = d.session_id
			) order by md5(c.id::text || ${String(n)}) limit 1`;
			return sql`update case_discussions d set case_id = (${elsewhere}) where d.id = ${one('case_discussions', n)}`;
		}
	],
	supervision_sessions: [
		(n) =>
			sql`update supervision_sessions set held_on = held_on - 3, recorded_on = ${TODAY} where id = ${one('supervision_sessions', n)}`,
		(n) =>
			sql`update supervision_sessions set practitioner_id = ${one('practitioners', n)} where id = ${one('supervision_sessions', n)}`,
		(n) => sql`insert into supervision_sessions (reference, practitioner_id, supervisor_id, planned_on)
			values (gen_random_uuid()::text, ${one('practitioners', n)}, ${one('practitioners', n + 1)}, ${day(-(n % 30))})`,
		() => {
			const onlyPlanned = sql`select s.id from supervision_sessions s where s.held_on is null and s.version_of is null
				and not exists (select from case_discussions d where d.session_id = s.id)
				and not exists (select from actions a where a.session_id = s.id)
				and not exists (select from supervision_sessions v where v.version_of = s.id)
				order by s.id limit 1`;
			return sql`delete from supervision_sessions where id = (${onlyPlanned})`;
		}
	],
	actions: [
		(n) => sql`insert into actions (reference, oversight_id, owner_id, agreed_on)
			values (gen_random_uuid()::text, ${one('oversight', n)}, ${one('practitioners', n)}, ${day(n % 90)})`,
		(n) => sql`insert into actions (reference, session_id, agreed_on)
			values (gen_random_uuid()::text, ${one('supervision_sessions', n)}, ${day(n % 90)})`,
		(n) => sql`update actions set done_on = ${TODAY}, recorded_on = ${TODAY} where id = ${one('actions', n)}`,
		(n) => sql`update actions set case_id = ${one('cases', n)} where id = ${one('actions', n)}`
	],
	holders_not_matched: [
		(n) => sql`insert into holders_not_matched (case_id, source, name)
			values (${one('cases', n)}, 'native', 'Robin Ash') on conflict do nothing`,
		() =>
			sql`delete from holders_not_matched where case_id = (select case_id from holders_not_matched order by 1 limit 1)`
	],
	practitioners: [
		(n) =>
			sql`update practitioners set registered_on = ${day(400 + n)}, recorded_on = ${TODAY} where id = ${one('practitioners', n)}`
	],
	postings: [
		(n) =>
			sql`update postings set supervisor_id = ${one('practitioners', n)}, recorded_on = ${TODAY} where id = ${one('postings', n)}`
	],
	absences: [
		(n) => sql`insert into absences (practitioner_id, reason, cover_id, from_on, to_on)
			values (${one('practitioners', n)}, 'sickness', ${one('practitioners', n + 1)}, ${day(n % 300)}, null)
			on conflict do nothing`
	],
	reductions: [
		(n) => sql`insert into reductions (practitioner_id, share, reason, from_on)
			values (${one('practitioners', n)}, 0.2, 'union', ${day(n % 90)})`
	],
	training: [
		(n) => sql`insert into training (practitioner_id, course, completed_on)
			values (${one('practitioners', n)}, 'ABE', ${day(n % 900)})`
	],
	teams: [(n) => sql`update teams set name = ${`Team ${n}`} where id = ${one('teams', n)}`],
	restructures: [
		(n) => sql`insert into restructures (reference, name, team_ids, starts_on)
			values (gen_random_uuid()::text, ${`Change ${n}`}, '{}', ${day(n)})`
	],
	policy_versions: [
		(n) => sql`insert into policy_versions (version, effective_from, policy, published_by)
			select coalesce(max(version), 1) + 1, ${day(-n)}, ${JSON.stringify(DEFAULT_POLICY)}::jsonb, 'test'
			from policy_versions`
	],
	settings: [
		(n) => sql`insert into settings (observed_from) values (${day(1000 + n)})
			on conflict (id) do update set observed_from = excluded.observed_from`
	]
};
