import { sql } from 'drizzle-orm';
import { TODAY } from '#lib/demo/plan.ts';
import { inContext } from '#lib/server/store/database.ts';
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
		return { ...found, accountId: account.id, directorId: director.id, caseIds: cases.map(({ id }) => id) };
	});
}
