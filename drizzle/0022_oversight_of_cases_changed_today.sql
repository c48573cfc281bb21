-- Whoever opens a case for another team, or hands one on, writes why in the same step: the case has left their scope by
-- then. Only their own entry, and only until the day is over.
do $$
declare
	app text := current_database() || '_app';
	own text := '(select keeps_cases()) and manager_id = (select asking_practitioner()) and case_id in (select cases_changed_today())';
begin
	execute format('create policy read_of_cases_changed_today on oversight for select to %I using (%s)', app, own);
	execute format('create policy written_of_cases_changed_today on oversight for insert to %I with check (%s)', app, own);
end
$$;
