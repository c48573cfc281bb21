-- Which of some cases are in scope, where only a few are asked about: what visible_cases() says, looked up for these alone.
create function visible_among(wanted uuid[]) returns setof uuid
	language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
	role text := asking_role();
	me uuid := asking_practitioner();
	today date := asks_on();
	holders uuid[];
	own_teams uuid[];
begin
	if role in ('director', 'principal_social_worker', 'steward', 'inspector') then
		return query select id from cases where superseded_at is null and id = any(wanted);
		return;
	end if;
	holders := array(
		select visible_practitioners()
		union
		select b.practitioner_id from absences b
		where b.superseded_at is null and b.cover_id = me
			and b.from_on <= today and (b.to_on is null or b.to_on > today)
	);
	return query
		select a.case_id from allocations a
		where a.case_id = any(wanted) and a.superseded_at is null and a.from_on <= today
			and (a.to_on is null or a.to_on > today) and a.practitioner_id = any(holders);
	if role in ('team_manager', 'practice_supervisor', 'service_manager') then
		own_teams := array(select visible_teams());
		return query
			select s.case_id
			from (
				select a.case_id, a.from_on = max(a.from_on) over (partition by a.case_id) as is_latest,
					a.team_id = any(own_teams) as is_own,
					a.role = 'lead' and (a.to_on is null or a.to_on > today) and exists (
						select from postings p
						where p.practitioner_id = a.practitioner_id and p.superseded_at is null
							and p.from_on <= today and (p.to_on is null or p.to_on > today)
					) as is_led
				from allocations a
				where a.case_id = any(wanted) and a.superseded_at is null and a.from_on <= today
			) s
			group by s.case_id
			having bool_or(s.is_latest and s.is_own) and not bool_or(s.is_led);
	end if;
	-- The queue of open cases with no team.
	if role = 'service_manager' then
		return query
			select c.id from cases c
			where c.id = any(wanted) and c.superseded_at is null and c.opened_on <= today
				and (c.closed_on is null or c.closed_on > today)
				and not exists (
					select from allocations l join postings p on p.practitioner_id = l.practitioner_id
					where l.case_id = c.id and l.role = 'lead' and l.superseded_at is null
						and l.from_on <= today and (l.to_on is null or l.to_on > today)
						and p.superseded_at is null
						and p.from_on <= today and (p.to_on is null or p.to_on > today)
				)
				and (
					select a.team_id from allocations a
					where a.case_id = c.id and a.superseded_at is null and a.from_on <= today
					order by a.from_on desc, a.role desc limit 1
				) is null;
	end if;
end
$$;
--> statement-breakpoint
-- Which of some cases the asker sees: those in scope, and those they changed today.
create function seen_among(wanted uuid[]) returns setof uuid
	language sql stable security definer set search_path = public, pg_temp as $$
	select visible_among(wanted)
	union
	select id from cases_changed_today() as changed (id) where id = any(wanted)
$$;
--> statement-breakpoint
-- How many cases were discussed in some sessions, of those discussions that the asker may see.
create function discussed_in(sessions uuid[]) returns table (session_id uuid, cases int)
	language sql stable security definer set search_path = public, pg_temp as $$
	with asked as (
		select d.session_id, d.case_id,
			s.practitioner_id = asking_practitioner() or s.supervisor_id = asking_practitioner() as is_own
		from case_discussions d join supervision_sessions s on s.id = d.session_id
		where d.session_id = any(sessions) and d.superseded_at is null
	), seen as (
		select visible_among(array(select distinct case_id from asked where not coalesce(is_own, false))) as case_id
	)
	select a.session_id, count(*)::int from asked a
	where (select sees_all())
		or ((select asking_role()) <> 'steward' and (coalesce(a.is_own, false) or a.case_id in (select case_id from seen)))
	group by a.session_id
$$;
--> statement-breakpoint
-- The same two conditions as before, the cheaper first: whose session it is decides for most of what somebody writes.
do $$
declare
	app text := current_database() || '_app';
	scope text := '(select sees_all()) or ((select asking_role()) <> ''steward'' and (session_id in (select s.id from supervision_sessions s where s.practitioner_id = (select asking_practitioner()) or s.supervisor_id = (select asking_practitioner())) or case_id in (select visible_cases())))';
begin
	execute format('drop policy scope on case_discussions');
	execute format('create policy scope on case_discussions to %I using (%s) with check (%s)', app, scope, scope);
	-- An entry is about one case: that one is looked up, not the scope.
	execute format(
		'alter policy scope on oversight with check ((select sees_all()) or ((select asking_role()) <> ''steward'' and case_id in (select visible_among(array[case_id]))))'
	);
	execute format('grant execute on function visible_among(uuid[]), seen_among(uuid[]), discussed_in(uuid[]) to %I', app);
end
$$;
