-- The limit of saving a supervision of 12 cases ($1 practitioner, $2 supervisor, $3 day, $4 cases): the same rows in
-- one statement, as the owner of the tables and without security.
with session as (
	insert into supervision_sessions (reference, practitioner_id, supervisor_id, held_on, kind, minutes)
	values (gen_random_uuid()::text, $1, $2, $3, 'both', 95)
	returning id
), discussed as (
	insert into case_discussions (session_id, case_id, held_on_copied, decision, summary, analysis, lived_experience)
	select s.id, c, $3, 'Continue the plan', 'Seen at home twice', 'Risk is lower than in June', 'Sleeps better'
	from session s, unnest($4::uuid[]) as c
	returning case_id
)
insert into audit (actor, action, entity, entity_id)
select 'person', 'saved', 'case_discussion', case_id::text from discussed
