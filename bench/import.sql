-- The limit of an import: the same rows, their ids known already, by COPY into unlogged staging tables and from there
-- into tables with the product's checks, keys and indexes, without row-level security, references or triggers.
-- step: places
do $$
declare
	fact text;
begin
	drop schema if exists bare cascade;
	create schema bare;
	foreach fact in array array[
		'teams', 'practitioners', 'postings', 'absences', 'reductions', 'training', 'cases', 'case_kinds', 'allocations',
		'supervision_sessions', 'case_discussions', 'oversight', 'actions', 'requests', 'restructures', 'vacancies'
	] loop
		execute format('create unlogged table bare.%I (like public.%I)', fact || '_staged', fact);
		execute format('create table bare.%I (like public.%I including all)', fact, fact);
	end loop;
end
$$
-- step: merge
do $$
declare
	fact text;
begin
	foreach fact in array array[
		'teams', 'practitioners', 'postings', 'absences', 'reductions', 'training', 'cases', 'case_kinds', 'allocations',
		'supervision_sessions', 'case_discussions', 'oversight', 'actions', 'requests', 'restructures', 'vacancies'
	] loop
		execute format('insert into bare.%I select * from bare.%I', fact, fact || '_staged');
	end loop;
end
$$
-- step: unchanged
with held as (
	select c.source, c.reference, c.child_id, c.family_id, c.date_of_birth, c.unborn, c.opened_on, c.closed_on,
		c.closure_reason, c.complexity
	from public.cases c where c.superseded_at is null
), sent as (
	select s.source, s.reference, s.child_id, s.family_id, s.date_of_birth, s.unborn, s.opened_on, s.closed_on,
		s.closure_reason, s.complexity
	from bare.cases_staged s
), allocated as (
	select case_id, practitioner_id, team_id, role, reason, from_on, to_on
	from public.allocations where superseded_at is null
), sent_allocated as (
	select case_id, practitioner_id, team_id, role, reason, from_on, to_on from bare.allocations_staged
)
select
	(select count(*) from (select * from sent except select * from held) as changed) as cases_changed,
	(select count(*) from (select * from sent_allocated except select * from allocated) as changed) as allocations_changed
-- step: away
drop schema bare cascade
