-- The second wall. The application works as a role that owns nothing; each transaction says who asks (app.actor,
-- app.account_id) and on which day (app.today), and every table with personal data shows only the rows of that scope.
-- actor: person (somebody signed in), door (signing in), operator (commands and the schedule), rules (gathering the
-- facts behind rows that the person was already given).
create function asks() returns text language sql stable as $$
	select coalesce(nullif(current_setting('app.actor', true), ''), 'nobody')
$$;
--> statement-breakpoint
create function asks_on() returns date language sql stable as $$
	select nullif(current_setting('app.today', true), '')::date
$$;
--> statement-breakpoint
create function asking_account() returns uuid language sql stable as $$
	select case when asks() = 'person' then nullif(current_setting('app.account_id', true), '')::uuid end
$$;
--> statement-breakpoint
create function sees_all() returns boolean language sql stable as $$
	select asks() in ('operator', 'rules')
$$;
--> statement-breakpoint
create function asking_practitioner() returns uuid
	language sql stable security definer set search_path = public, pg_temp as $$
	select practitioner_id from accounts where id = asking_account() and disabled_at is null
$$;
--> statement-breakpoint
create function asking_role() returns text
	language sql stable security definer set search_path = public, pg_temp as $$
	select coalesce(
		(select role from accounts where id = asking_account() and disabled_at is null and role is not null),
		(select role from postings
			where practitioner_id = asking_practitioner() and superseded_at is null
				and from_on <= asks_on() and (to_on is null or to_on > asks_on())),
		'nobody'
	)
$$;
--> statement-breakpoint
create function visible_teams() returns setof uuid
	language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
	role text := asking_role();
begin
	if role in ('director', 'principal_social_worker', 'steward', 'inspector') then
		return query select id from teams where superseded_at is null;
	elsif role = 'service_manager' then
		return query select t.id from teams t
			where t.superseded_at is null and t.service in (
				select own.service from postings p join teams own on own.id = p.team_id
				where p.practitioner_id = asking_practitioner() and p.superseded_at is null
					and p.from_on <= asks_on() and (p.to_on is null or p.to_on > asks_on()));
	elsif role in ('team_manager', 'practice_supervisor') then
		return query select p.team_id from postings p
			where p.practitioner_id = asking_practitioner() and p.superseded_at is null
				and p.from_on <= asks_on() and (p.to_on is null or p.to_on > asks_on());
	end if;
end
$$;
--> statement-breakpoint
create function visible_practitioners() returns setof uuid
	language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
	role text := asking_role();
	me uuid := asking_practitioner();
begin
	if role in ('director', 'principal_social_worker', 'steward', 'inspector') then
		return query select id from practitioners where superseded_at is null;
		return;
	end if;
	return query
		select me where me is not null
		union
		select p.practitioner_id from postings p
		where p.superseded_at is null
			and p.from_on <= asks_on() and (p.to_on is null or p.to_on > asks_on())
			and (p.supervisor_id = me or p.team_id in (select visible_teams()));
end
$$;
--> statement-breakpoint
create function visible_cases() returns setof uuid
	language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
	role text := asking_role();
	me uuid := asking_practitioner();
begin
	if role in ('director', 'principal_social_worker', 'steward', 'inspector') then
		return query select id from cases where superseded_at is null;
		return;
	end if;
	-- Held today by somebody in scope, or by somebody whose absence I cover.
	return query
		select a.case_id from allocations a
		where a.superseded_at is null and a.from_on <= asks_on() and (a.to_on is null or a.to_on > asks_on())
			and a.practitioner_id in (
				select visible_practitioners()
				union
				select b.practitioner_id from absences b
				where b.superseded_at is null and b.cover_id = me
					and b.from_on <= asks_on() and (b.to_on is null or b.to_on > asks_on())
			);
	-- Of the team by the latest allocation, where no lead in post says otherwise.
	if role in ('team_manager', 'practice_supervisor', 'service_manager') then
		return query
			select a.case_id from allocations a
			where a.superseded_at is null and a.from_on <= asks_on() and a.team_id in (select visible_teams())
				and not exists (
					select from allocations later
					where later.case_id = a.case_id and later.superseded_at is null
						and later.from_on <= asks_on() and later.from_on > a.from_on
				)
				and not exists (
					select from allocations l join postings p on p.practitioner_id = l.practitioner_id
					where l.case_id = a.case_id and l.role = 'lead' and l.superseded_at is null
						and l.from_on <= asks_on() and (l.to_on is null or l.to_on > asks_on())
						and p.superseded_at is null
						and p.from_on <= asks_on() and (p.to_on is null or p.to_on > asks_on())
				);
	end if;
	-- The queue of open cases with no team.
	if role = 'service_manager' then
		return query
			select c.id from cases c
			where c.superseded_at is null and c.opened_on <= asks_on()
				and (c.closed_on is null or c.closed_on > asks_on())
				and not exists (
					select from allocations l join postings p on p.practitioner_id = l.practitioner_id
					where l.case_id = c.id and l.role = 'lead' and l.superseded_at is null
						and l.from_on <= asks_on() and (l.to_on is null or l.to_on > asks_on())
						and p.superseded_at is null
						and p.from_on <= asks_on() and (p.to_on is null or p.to_on > asks_on())
				)
				and (
					select a.team_id from allocations a
					where a.case_id = c.id and a.superseded_at is null and a.from_on <= asks_on()
					order by a.from_on desc, a.role desc limit 1
				) is null;
	end if;
end
$$;
--> statement-breakpoint
-- Whether the asker was supervisor of this supervisor on the day the session was held.
create function supervises_on(supervisor uuid, held date) returns boolean
	language sql stable security definer set search_path = public, pg_temp as $$
	select exists (
		select from postings p
		where p.practitioner_id = supervisor and p.supervisor_id = asking_practitioner() and p.superseded_at is null
			and p.from_on <= held and (p.to_on is null or p.to_on > held)
	)
$$;
--> statement-breakpoint
-- The names by which colleagues are known on a page: of staff, and nothing but the name.
create function names_of(wanted uuid[]) returns table (id uuid, reference text, name text)
	language sql stable security definer set search_path = public, pg_temp as $$
	select p.id, p.reference, p.name from practitioners p
	where p.id = any(wanted) and p.superseded_at is null and asks() in ('person', 'operator')
$$;
--> statement-breakpoint
-- After a large import the planner has to know what is there. The application's role owns nothing, so it asks.
create function refresh_statistics() returns void
	language plpgsql security definer set search_path = public, pg_temp as $$
declare
	known text;
begin
	if asks() <> 'operator' then
		raise exception 'only the operator refreshes statistics' using errcode = 'insufficient_privilege';
	end if;
	foreach known in array array[
		'teams', 'practitioners', 'postings', 'absences', 'reductions', 'training', 'cases', 'case_kinds', 'allocations',
		'supervision_sessions', 'case_discussions', 'oversight', 'actions', 'requests'
	] loop
		execute format('analyze %I', known);
	end loop;
end
$$;
--> statement-breakpoint
do $$
declare
	app text := current_database() || '_app';
	guarded text;
	scope text;
begin
	for guarded, scope in
		select * from (values
			('practitioners', '(select sees_all()) or coalesce(version_of, id) in (select visible_practitioners())'),
			('postings', '(select sees_all()) or practitioner_id in (select visible_practitioners())'),
			('absences', '(select sees_all()) or practitioner_id in (select visible_practitioners())'),
			('reductions', '(select sees_all()) or practitioner_id in (select visible_practitioners())'),
			('training', '(select sees_all()) or practitioner_id in (select visible_practitioners())'),
			('cases', '(select sees_all()) or coalesce(version_of, id) in (select visible_cases())'),
			('case_kinds', '(select sees_all()) or case_id in (select visible_cases())'),
			('allocations', '(select sees_all()) or case_id in (select visible_cases())'),
			('oversight', '(select sees_all()) or ((select asking_role()) <> ''steward'' and case_id in (select visible_cases()))'),
			('requests', '(select sees_all()) or ((select asking_role()) <> ''steward'' and case_id in (select visible_cases()))'),
			('actions', '(select sees_all()) or ((select asking_role()) <> ''steward'' and (case_id in (select visible_cases()) or practitioner_id in (select visible_practitioners()) or owner_id = (select asking_practitioner())))'),
			('supervision_sessions', '(select sees_all()) or practitioner_id in (select visible_practitioners()) or supervisor_id = (select asking_practitioner())'),
			('case_discussions', '(select sees_all()) or ((select asking_role()) <> ''steward'' and (case_id in (select visible_cases()) or session_id in (select s.id from supervision_sessions s where s.practitioner_id = (select asking_practitioner()) or s.supervisor_id = (select asking_practitioner()))))'),
			('sign_offs', '(select sees_all()) or session_id in (select s.id from supervision_sessions s)'),
			('personal_notes', 'exists (select from supervision_sessions s where s.id = session_id and (s.practitioner_id = (select asking_practitioner()) or s.supervisor_id = (select asking_practitioner()) or supervises_on(s.supervisor_id, coalesce(s.held_on, s.planned_on))))'),
			('flags', '(select sees_all()) or case_id in (select visible_cases()) or (case_id is null and practitioner_id in (select visible_practitioners()))'),
			('flag_steps', '(select sees_all()) or flag_id in (select f.id from flags f)'),
			('holders_not_matched', '(select sees_all()) or case_id in (select visible_cases())'),
			('remembered_names', '(select sees_all()) or (select asking_role()) = ''steward'''),
			('accounts', '(select asks()) in (''door'', ''operator'', ''rules'') or id = (select asking_account()) or (select asking_role()) = ''administrator'''),
			('sign_in_sessions', '(select asks()) in (''door'', ''operator'') or account_id = (select asking_account()) or (select asking_role()) = ''administrator'''),
			('password_links', '(select asks()) in (''door'', ''operator'') or (select asking_role()) = ''administrator'''),
			('sign_in_attempts', '(select asks()) in (''door'', ''operator'')'),
			('submissions', 'account_id = (select asking_account())'),
			('imports', '(select sees_all()) or (select asking_role()) in (''steward'', ''administrator'', ''director'', ''team_manager'', ''service_manager'', ''practice_supervisor'', ''practitioner'', ''senior_practitioner'', ''principal_social_worker'', ''inspector'')')
		) as guards(guarded, scope)
	loop
		execute format('alter table %I enable row level security', guarded);
		execute format('alter table %I force row level security', guarded);
		execute format('create policy owner on %I to current_user using (true) with check (true)', guarded);
		execute format('create policy scope on %I to %I using (%s) with check (%s)', guarded, app, scope, scope);
	end loop;
	execute 'alter table audit enable row level security';
	execute 'alter table audit force row level security';
	execute 'create policy owner on audit to current_user using (true) with check (true)';
	execute format('create policy written on audit for insert to %I with check (asks() <> ''nobody'')', app);
	execute format(
		'create policy read on audit for select to %I using ((select asks()) = ''operator'' or (select asking_role()) = ''administrator'' or account_id = (select asking_account()))',
		app
	);
	execute format('grant select, insert, update on all tables in schema public to %I', app);
	execute format('grant usage on all sequences in schema public to %I', app);
	execute format('grant execute on all functions in schema public to %I', app);
	execute format('revoke update on audit, sign_offs from %I', app);
	execute format(
		'grant delete on sign_in_sessions, password_links, sign_in_attempts, submissions, holders_not_matched, case_discussions, personal_notes, supervision_sessions to %I',
		app
	);
end
$$;
