-- The limit of all flags of an authority on one day ($1): the facts of every open case and of everyone in post that
-- say whether something is wrong today, in one statement each, as the owner of the tables. Since when it has been so is
-- not asked.
-- step: cases
with led as (
	select distinct on (a.case_id) a.case_id, a.practitioner_id, a.from_on from allocations a
	where a.role = 'lead' and a.superseded_at is null and a.from_on <= $1 and (a.to_on is null or a.to_on > $1)
	order by a.case_id, a.from_on desc
), kinds as (
	select k.case_id, array_agg(k.kind) as kinds, max(k.from_on) as since from case_kinds k
	where k.superseded_at is null and k.from_on <= $1 and (k.to_on is null or k.to_on > $1)
	group by k.case_id
)
select c.id, c.reference, c.opened_on, c.date_of_birth, l.practitioner_id, l.from_on, k.kinds, k.since,
	(select o.made_on from oversight o
		where o.case_id = c.id and o.superseded_at is null and o.made_on <= $1
			and o.decision <> '' and o.rationale <> ''
		order by o.made_on desc limit 1) as made_on,
	(select d.held_on_copied from case_discussions d
		where d.case_id = c.id and d.superseded_at is null and d.held_on_copied <= $1 and d.decision <> ''
		order by d.held_on_copied desc limit 1) as held_on
from cases c
left join led l on l.case_id = c.id
left join kinds k on k.case_id = c.id
where c.superseded_at is null and c.opened_on <= $1 and (c.closed_on is null or c.closed_on > $1)
-- step: people
with in_post as (
	select p.practitioner_id, p.team_id, p.role, p.supervisor_id, p.fte from postings p
	where p.superseded_at is null and p.from_on <= $1 and (p.to_on is null or p.to_on > $1)
), trained as (
	select t.practitioner_id, array_agg(t.course) as courses from training t
	where t.superseded_at is null and t.completed_on <= $1 and (t.expires_on is null or t.expires_on > $1)
	group by t.practitioner_id
), away as (
	select b.practitioner_id, min(b.from_on) as since from absences b
	where b.superseded_at is null and b.from_on <= $1 and (b.to_on is null or b.to_on > $1)
	group by b.practitioner_id
)
select i.*, d.name, d.swe_number, d.registered_on, r.courses, w.since as away,
	(select s.held_on from supervision_sessions s
		where s.practitioner_id = i.practitioner_id and s.superseded_at is null and s.held_on <= $1 and not s.cancelled
		order by s.held_on desc limit 1) as supervised_on
from in_post i
join practitioners d on d.id = i.practitioner_id
left join trained r using (practitioner_id)
left join away w using (practitioner_id)
