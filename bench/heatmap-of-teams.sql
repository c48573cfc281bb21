-- The limit of the heatmap of teams, and of who could hold a case: the figures of everybody in some teams on one day
-- ($1 teams, $2 day) in one statement, as the owner of the tables and without looking at anything but what stands.
with members as (
	select p.practitioner_id, p.role, p.supervisor_id, p.fte from postings p
	where p.team_id = any($1::uuid[]) and p.superseded_at is null and p.from_on <= $2 and (p.to_on is null or p.to_on > $2)
), led as (
	select a.case_id, a.practitioner_id, a.from_on from allocations a join members m using (practitioner_id)
	where a.role = 'lead' and a.superseded_at is null and a.from_on <= $2 and (a.to_on is null or a.to_on > $2)
), kinds as (
	select k.case_id, array_agg(k.kind) as kinds, max(k.from_on) as since from case_kinds k
	where k.case_id in (select case_id from led) and k.superseded_at is null
		and k.from_on <= $2 and (k.to_on is null or k.to_on > $2)
	group by k.case_id
), overseen as materialized (
	select l.case_id, greatest(
		(select o.made_on from oversight o
			where o.case_id = l.case_id and o.superseded_at is null and o.made_on <= $2
				and o.decision <> '' and o.rationale <> ''
			order by o.made_on desc limit 1),
		(select d.held_on_copied from case_discussions d
			where d.case_id = l.case_id and d.superseded_at is null and d.held_on_copied <= $2 and d.decision <> ''
			order by d.held_on_copied desc limit 1)
	) as last_on
	from led l
), supervised as materialized (
	select m.practitioner_id, (
		select s.held_on from supervision_sessions s
		where s.practitioner_id = m.practitioner_id and s.superseded_at is null and s.held_on <= $2 and not s.cancelled
		order by s.held_on desc limit 1
	) as last_on
	from members m
), trained as (
	select t.practitioner_id, array_agg(t.course) as courses from training t
	where t.practitioner_id in (select practitioner_id from members) and t.superseded_at is null
		and t.completed_on <= $2 and (t.expires_on is null or t.expires_on > $2)
	group by t.practitioner_id
), away as (
	select b.practitioner_id, min(b.from_on) as since from absences b
	where b.practitioner_id in (select practitioner_id from members) and b.superseded_at is null
		and b.from_on <= $2 and (b.to_on is null or b.to_on > $2)
	group by b.practitioner_id
)
select m.practitioner_id, p.name, p.registered_on, m.role, m.fte, v.last_on as supervised_on, r.courses, w.since as away,
	l.case_id, c.reference, c.opened_on, c.date_of_birth, c.complexity, c.family_id, l.from_on, k.kinds, k.since, o.last_on
from members m
join practitioners p on p.id = m.practitioner_id
left join supervised v using (practitioner_id)
left join trained r using (practitioner_id)
left join away w using (practitioner_id)
left join led l using (practitioner_id)
left join cases c on c.id = l.case_id and (c.closed_on is null or c.closed_on > $2)
left join kinds k on k.case_id = l.case_id
left join overseen o on o.case_id = l.case_id
