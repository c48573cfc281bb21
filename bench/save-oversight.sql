-- The limit of recording a manager's decision ($1 case, $2 manager, $3 day): the same rows in one statement, as the
-- owner of the tables, without security and without asking which flags it clears.
with made as (
	insert into oversight (reference, case_id, manager_id, made_on, recorded_on, kind, decision, rationale)
	values (gen_random_uuid()::text, $1, $2, $3, $3, 'decision', 'Weekly visits until the core group',
		'The plan is on track and the family is engaged')
	returning id
)
insert into audit (actor, action, entity, entity_id)
select 'person', 'recorded', 'oversight', id::text from made
