-- Cases, what they are and who holds them are kept by those who manage practice in a line of teams, in their scope.
create function keeps_cases() returns boolean
	language sql stable security definer set search_path = public, pg_temp as $$
	select asks() in ('operator', 'rules')
		or asking_role() in ('practice_supervisor', 'team_manager', 'service_manager')
$$;
--> statement-breakpoint
-- Whoever opened a case today, or handed one on, keeps it in sight until the day is over: it is given to somebody after it
-- is opened, and what was done can be undone on the day.
create function cases_changed_today() returns setof uuid
	language sql stable security definer set search_path = public, pg_temp as $$
	select case_id from changes
	where account_id = asking_account() and made_on = asks_on() and entity in ('case', 'case_kind', 'allocation')
		and case_id is not null and keeps_cases()
$$;
--> statement-breakpoint
do $$
declare
	app text := current_database() || '_app';
	kept text;
	its_case text;
	changed text;
	own text := 'account_id = (select asking_account()) and made_on = (select asks_on()) and made_by is not distinct from (select asking_practitioner())';
begin
	for kept, its_case in
		select * from (values ('cases', 'coalesce(version_of, id)'), ('case_kinds', 'case_id'), ('allocations', 'case_id')) as of_case(kept, its_case)
	loop
		changed := format('(select keeps_cases()) and %s in (select cases_changed_today())', its_case);
		execute format('create policy changed_today on %I to %I using (%s) with check (%s)', kept, app, changed, changed);
		execute format('create policy kept_by_managers on %I as restrictive for insert to %I with check ((select keeps_cases()))', kept, app);
		execute format('create policy changed_by_managers on %I as restrictive for update to %I using ((select keeps_cases())) with check ((select keeps_cases()))', kept, app);
	end loop;
	-- What is noted of a case is noted by those who keep it; only a case that is not there yet can be noted unseen.
	execute format(
		'create policy cases_by_managers on changes as restrictive for insert to %I with check (entity not in (''case'', ''case_kind'', ''allocation'') or ((select keeps_cases()) and (case_id in (select visible_cases()) or case_id in (select cases_changed_today()) or (entity = ''case'' and change = ''recorded'' and entity_id = case_id and is_new(entity, entity_id)))))',
		app
	);
	execute format(
		'create policy of_cases_changed_today on changes for insert to %I with check (%s and entity in (''case'', ''case_kind'', ''allocation'') and case_id in (select cases_changed_today()))',
		app, own
	);
	execute format('grant execute on function keeps_cases(), cases_changed_today() to %I', app);
end
$$;
