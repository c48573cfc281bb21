-- The limit of the month-ends of one team ($1 team, $2 day, $3 how many months back): for each how many cases its people
-- led, and how many of them were overseen in the last 28, 42 and 56 days, in one statement as the owner of the tables.
with ends as (
	select (date_trunc('month', $2::date) - make_interval(months => n - 1) - interval '1 day')::date as month_end
	from generate_series(1, $3::int) as n
), led as (
	select e.month_end, a.case_id
	from ends e
	join postings p on p.team_id = $1::uuid and p.superseded_at is null
		and p.from_on <= e.month_end and (p.to_on is null or p.to_on > e.month_end)
	join allocations a on a.practitioner_id = p.practitioner_id and a.role = 'lead' and a.superseded_at is null
		and a.from_on <= e.month_end and (a.to_on is null or a.to_on > e.month_end)
), ages as materialized (
	select l.month_end, l.month_end - greatest(
		(select o.made_on from oversight o
			where o.case_id = l.case_id and o.superseded_at is null and o.made_on <= l.month_end
				and o.decision <> '' and o.rationale <> ''
			order by o.made_on desc limit 1),
		(select d.held_on_copied from case_discussions d
			where d.case_id = l.case_id and d.superseded_at is null and d.held_on_copied <= l.month_end
				and d.decision <> ''
			order by d.held_on_copied desc limit 1)
	) as age
	from led l
)
select month_end, count(*) as cases, count(*) filter (where age <= 28) as four_weeks,
	count(*) filter (where age <= 42) as six_weeks, count(*) filter (where age <= 56) as eight_weeks
from ages group by month_end order by month_end
