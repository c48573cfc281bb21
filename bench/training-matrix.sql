-- The limit of the training matrix: for everybody in some teams on one day ($1 teams, $2 day) each course they did with
-- the day it lapses, and each they need for what they lead, by the default policy, with how many cases need it; in one
-- statement, as the owner of the tables and without looking at anything but what stands.
with members as (
	select p.practitioner_id, p.team_id, p.role, p.supervisor_id from postings p
	where p.team_id = any($1::uuid[]) and p.superseded_at is null and p.from_on <= $2 and (p.to_on is null or p.to_on > $2)
), led as (
	select a.case_id, a.practitioner_id from allocations a
	join members m using (practitioner_id)
	join cases c on c.id = a.case_id and (c.closed_on is null or c.closed_on > $2)
	where a.role = 'lead' and a.superseded_at is null and a.from_on <= $2 and (a.to_on is null or a.to_on > $2)
), required (kind, course) as (
	values ('section_47', 'CP-FOUND'), ('section_47', 'S47'), ('child_protection', 'CP-FOUND'),
		('child_protection', 'S47'), ('pre_proceedings', 'PLO'), ('care_proceedings', 'PLO'), ('looked_after', 'CLA'),
		('looked_after_settled', 'CLA'), ('looked_after_long_term', 'CLA'), ('assessment', 'CP-FOUND'),
		('child_in_need', 'CP-FOUND')
), needed as (
	select l.practitioner_id, r.course, count(distinct l.case_id) as cases, 0::bigint as supervises
	from led l
	join case_kinds k on k.case_id = l.case_id and k.superseded_at is null
		and k.from_on <= $2 and (k.to_on is null or k.to_on > $2)
	join required r on r.kind = k.kind
	group by l.practitioner_id, r.course
	union all
	select s.supervisor_id, 'SUPV', 0, count(*) from postings s
	where s.supervisor_id in (select practitioner_id from members) and s.superseded_at is null
		and s.from_on <= $2 and (s.to_on is null or s.to_on > $2)
	group by s.supervisor_id
), done as (
	select t.practitioner_id, t.course, max(coalesce(
		t.expires_on::timestamp,
		case when t.course in ('CP-FOUND', 'S47') then t.completed_on + interval '36 months' else 'infinity'::timestamp end
	)) as lapses_on
	from training t
	where t.practitioner_id in (select practitioner_id from members) and t.superseded_at is null and t.completed_on <= $2
	group by t.practitioner_id, t.course
), cells as (
	select practitioner_id, course, lapses_on, cases, supervises
	from done full join needed using (practitioner_id, course)
)
select m.practitioner_id, m.team_id, m.role, p.name, p.registered_on, c.course, c.lapses_on, c.cases, c.supervises
from members m
join practitioners p on p.id = m.practitioner_id
left join cells c on c.practitioner_id = m.practitioner_id
order by m.practitioner_id, c.course
