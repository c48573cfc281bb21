import { sql } from 'drizzle-orm';
import { TODAY } from '#lib/demo/plan.ts';
import { inContext, type Transaction } from '#lib/server/store/database.ts';
import type { BenchDatabase } from './database.ts';

/** Those in whose name the bench asks: a middling team, its manager, and the member who leads the most cases. */
export interface Cast {
	teamId: string;
	managerId: string;
	accountId: string;
	memberId: string;
	/** The account of a director, who sees every team. */
	directorId: string;
	/** Cases the member leads. */
	caseIds: string[];
	/** Who runs the service of that team, with its teams. */
	service: { managerId: string; accountId: string; teamIds: string[] };
}

/** Finds them, and gives the manager and a director accounts. */
export async function castOf(database: BenchDatabase): Promise<Cast> {
	return inContext(database, { actor: 'operator', name: 'bench', today: TODAY }, async (tx) => {
		const [found] = await tx.execute<{ teamId: string; managerId: string; memberId: string }>(
			sql`with posted as (
					select team_id, practitioner_id, role, supervisor_id from postings
					where superseded_at is null and from_on <= ${TODAY} and (to_on is null or to_on > ${TODAY})
				), led as (
					select a.practitioner_id, count(*) as cases from allocations a join cases c on c.id = a.case_id
					where a.role = 'lead' and a.superseded_at is null and a.from_on <= ${TODAY}
						and (a.to_on is null or a.to_on > ${TODAY}) and (c.closed_on is null or c.closed_on > ${TODAY})
					group by a.practitioner_id
				), sizes as (
					select p.team_id, sum(l.cases) as cases from posted p join led l using (practitioner_id) group by p.team_id
				)
				select s.team_id as "teamId", m.practitioner_id as "managerId", w.practitioner_id as "memberId"
				from sizes s
				join posted m on m.team_id = s.team_id and m.role = 'team_manager'
				join posted w on w.supervisor_id = m.practitioner_id join led l on l.practitioner_id = w.practitioner_id
				order by abs(s.cases - 180), s.team_id, l.cases desc limit 1`
		);
		if (!found) throw new Error('no team has a manager');
		const cases = await tx.execute<{ id: string }>(
			sql`select a.case_id as id from allocations a join cases c on c.id = a.case_id
				where a.practitioner_id = ${found.memberId} and a.role = 'lead' and a.superseded_at is null
					and a.from_on <= ${TODAY} and (a.to_on is null or a.to_on > ${TODAY})
					and (c.closed_on is null or c.closed_on > ${TODAY})
				order by a.case_id limit 12`
		);
		const [account] = await tx.execute<{ id: string }>(
			sql`insert into accounts (email, practitioner_id) values (${`${found.managerId}@example.org`}, ${found.managerId})
				on conflict (practitioner_id) do update set email = excluded.email returning id`
		);
		const [director] = await tx.execute<{ id: string }>(
			sql`insert into accounts (email, role) values ('director@example.org', 'director')
				on conflict (lower(email)) do update set role = excluded.role returning id`
		);
		if (!account || !director) throw new Error('an account was not made');
		return {
			...found,
			accountId: account.id,
			directorId: director.id,
			caseIds: cases.map(({ id }) => id),
			service: await serviceOf(tx, found.teamId)
		};
	});
}

/** Whoever has the most teams of the service of a team below them, with an account. */
async function serviceOf(tx: Transaction, teamId: string): Promise<Cast['service']> {
	const [found] = await tx.execute<{ managerId: string }>(
		sql`select m.practitioner_id as "managerId" from teams t
			join teams of_it on of_it.service = t.service and of_it.superseded_at is null
			join postings w on w.team_id = of_it.id and w.superseded_at is null and w.from_on <= ${TODAY}
				and (w.to_on is null or w.to_on > ${TODAY})
			join postings m on m.practitioner_id = w.supervisor_id and m.role = 'service_manager'
				and m.superseded_at is null and m.from_on <= ${TODAY} and (m.to_on is null or m.to_on > ${TODAY})
			where t.id = ${teamId} group by m.practitioner_id order by count(*) desc, m.practitioner_id limit 1`
	);
	if (!found) throw new Error('no service has a manager');
	const teams = await tx.execute<{ id: string }>(
		sql`select o.id from teams t join teams o on o.service = t.service and o.superseded_at is null where t.id = ${teamId}`
	);
	const [account] = await tx.execute<{ id: string }>(
		sql`insert into accounts (email, practitioner_id) values (${`${found.managerId}@example.org`}, ${found.managerId})
			on conflict (practitioner_id) do update set email = excluded.email returning id`
	);
	if (!account) throw new Error('an account was not made');
	return { ...found, accountId: account.id, teamIds: teams.map(({ id }) => id) };
}
