-- A posting gives its scope: it is kept by those who run teams, of others and never their own, and in roles below theirs.
create function gives_role(wanted text) returns boolean
	language sql stable security definer set search_path = public, pg_temp as $$
	select case asking_role()
		when 'team_manager' then wanted in ('practitioner', 'senior_practitioner', 'practice_supervisor', 'other')
		when 'service_manager' then
			wanted in ('practitioner', 'senior_practitioner', 'practice_supervisor', 'other', 'team_manager')
		else asking_role() in ('principal_social_worker', 'director', 'steward')
	end
$$;
--> statement-breakpoint
create function keeps_postings_of(practitioner uuid, wanted text) returns boolean
	language sql stable security definer set search_path = public, pg_temp as $$
	select asks() in ('operator', 'rules')
		or (gives_role(wanted) and practitioner is distinct from asking_practitioner())
$$;
--> statement-breakpoint
-- Those whose posting to one's own team, or under oneself, is recorded and begins within the days that pages look ahead.
create function coming_practitioners() returns setof uuid
	language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
	role text := asking_role();
	me uuid := asking_practitioner();
	today date := asks_on();
	own_teams uuid[];
begin
	if role not in ('practice_supervisor', 'team_manager', 'service_manager') then
		return;
	end if;
	own_teams := array(select visible_teams());
	return query
		select p.practitioner_id from postings p
		where p.superseded_at is null and p.from_on > today and p.from_on <= today + 28
			and (p.team_id = any(own_teams) or p.supervisor_id = me);
end
$$;
--> statement-breakpoint
do $$
declare
	app text := current_database() || '_app';
begin
	execute format('create policy kept_by_others on postings as restrictive for insert to %I with check (keeps_postings_of(practitioner_id, role))', app);
	execute format('create policy changed_by_others on postings as restrictive for update to %I using (keeps_postings_of(practitioner_id, role)) with check (keeps_postings_of(practitioner_id, role))', app);
	execute format('create policy coming on practitioners for select to %I using (coalesce(version_of, id) in (select coming_practitioners()))', app);
	execute format('create policy coming on postings for select to %I using (practitioner_id in (select coming_practitioners()))', app);
	execute format('create policy coming on changes for select to %I using (entity in (''posting'', ''practitioner'') and practitioner_id in (select coming_practitioners()))', app);
	execute format('grant execute on function gives_role(text), keeps_postings_of(uuid, text), coming_practitioners() to %I', app);
end
$$;
