-- The limit of one month-end ($1): for each team how many cases are open, how many of them were overseen in the last 28,
-- 42 and 56 days, and how often the lead changed in 12 months, in one statement as the owner of the tables.
with led as (
	select distinct on (a.case_id) a.case_id, a.practitioner_id from allocations a
	where a.role = 'lead' and a.superseded_at is null and a.from_on <= $1 and (a.to_on is null or a.to_on > $1)
	order by a.case_id, a.from_on desc
), changes as (
	select a.case_id, count(*) - 1 as times from allocations a
	where a.role = 'lead' and a.superseded_at is null and a.from_on <= $1
		and (a.to_on is null or a.to_on > $1::date - interval '12 months')
	group by a.case_id
), ages as materialized (
	select c.id, l.practitioner_id, g.times, $1::date - greatest(
		(select o.made_on from oversight o
			where o.case_id = c.id and o.superseded_at is null and o.made_on <= $1
				and o.decision <> '' and o.rationale <> ''
			order by o.made_on desc limit 1),
		(select d.held_on_copied from case_discussions d
			where d.case_id = c.id and d.superseded_at is null and d.held_on_copied <= $1 and d.decision <> ''
			order by d.held_on_copied desc limit 1)
	) as age
	from cases c
	left join led l on l.case_id = c.id
	left join changes g on g.case_id = c.id
	where c.superseded_at is null and c.opened_on <= $1 and (c.closed_on is null or c.closed_on > $1)
)
select p.team_id, count(*) as cases, count(*) filter (where age <= 28) as four_weeks,
	count(*) filter (where age <= 42) as six_weeks, count(*) filter (where age <= 56) as eight_weeks,
	sum(times) as changes
from ages a
left join postings p on p.practitioner_id = a.practitioner_id and p.superseded_at is null
	and p.from_on <= $1 and (p.to_on is null or p.to_on > $1)
group by p.team_id
