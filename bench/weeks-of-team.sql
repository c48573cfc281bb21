-- The limit of a team over the weeks ($1 team, $2 day): what each of its people led on one day of each of 13 weeks back
-- and 4 ahead, by kind and family, in one statement as the owner of the tables.
with weeks as (
	select ($2::date + 7 * n)::date as on_day from generate_series(-13, 4) as n
), led as (
	select w.on_day, p.practitioner_id, p.fte, a.case_id, a.from_on
	from weeks w
	join postings p on p.team_id = $1::uuid and p.superseded_at is null
		and p.from_on <= w.on_day and (p.to_on is null or p.to_on > w.on_day)
	left join allocations a on a.practitioner_id = p.practitioner_id and a.superseded_at is null
		and a.from_on <= w.on_day and (a.to_on is null or a.to_on > w.on_day)
), kinds as (
	select l.on_day, l.practitioner_id, l.fte, l.case_id, l.from_on, c.family_id, c.complexity, (
		select array_agg(k.kind) from case_kinds k
		where k.case_id = l.case_id and k.superseded_at is null
			and k.from_on <= l.on_day and (k.to_on is null or k.to_on > l.on_day)
	) as kinds
	from led l
	left join cases c on c.id = l.case_id and c.opened_on <= l.on_day and (c.closed_on is null or c.closed_on > l.on_day)
)
select on_day, practitioner_id, fte, case_id, from_on, family_id, complexity, kinds from kinds
