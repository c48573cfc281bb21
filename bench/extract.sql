-- What an office takes out of its case system to work with: every open case with its kinds, its allocations, its
-- oversight and its discussions, and everyone in post with their training, without any of the words written ($1 day).
-- step: cases
select c.id, c.opened_on, coalesce(string_agg(k.kind, '|'), '') as kinds
from cases c
left join case_kinds k on k.case_id = c.id and k.superseded_at is null
	and k.from_on <= '$1' and (k.to_on is null or k.to_on > '$1')
where c.superseded_at is null and c.opened_on <= '$1' and (c.closed_on is null or c.closed_on > '$1')
group by c.id, c.opened_on
-- step: leads
select case_id, practitioner_id, from_on from allocations
where role = 'lead' and superseded_at is null and from_on <= '$1' and (to_on is null or to_on > '$1')
-- step: oversight
select case_id, made_on from oversight
where superseded_at is null and made_on <= '$1' and decision <> '' and rationale <> ''
-- step: discussions
select case_id, held_on_copied from case_discussions
where superseded_at is null and held_on_copied <= '$1' and decision <> ''
-- step: people
select i.practitioner_id, i.team_id, coalesce(p.registered_on::text, '') from postings i
join practitioners p on p.id = i.practitioner_id and p.superseded_at is null
where i.superseded_at is null and i.from_on <= '$1' and (i.to_on is null or i.to_on > '$1')
-- step: training
select practitioner_id, course from training
where superseded_at is null and completed_on <= '$1' and (expires_on is null or expires_on > '$1')
