-- The same scope as before. What a team has by the latest allocation is looked for among the cases that were ever given
-- to it, and not by holding every allocation of the authority against them.
create or replace function visible_cases() returns setof uuid
	language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
	role text := asking_role();
	me uuid := asking_practitioner();
	today date := asks_on();
	holders uuid[];
	own_teams uuid[];
	given uuid[];
begin
	if role in ('director', 'principal_social_worker', 'steward', 'inspector') then
		return query select id from cases where superseded_at is null;
		return;
	end if;
	-- Held today by somebody in scope, or by somebody whose absence I cover.
	holders := array(
		select visible_practitioners()
		union
		select b.practitioner_id from absences b
		where b.superseded_at is null and b.cover_id = me
			and b.from_on <= today and (b.to_on is null or b.to_on > today)
	);
	return query
		select a.case_id from allocations a
		where a.superseded_at is null and a.from_on <= today and (a.to_on is null or a.to_on > today)
			and a.practitioner_id = any(holders);
	-- Of the team by the latest allocation, where no lead in post says otherwise.
	if role in ('team_manager', 'practice_supervisor', 'service_manager') then
		own_teams := array(select visible_teams());
		given := array(
			select distinct a.case_id from allocations a
			where a.superseded_at is null and a.from_on <= today and a.team_id = any(own_teams)
		);
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
				where a.case_id = any(given) and a.superseded_at is null and a.from_on <= today
			) s
			group by s.case_id
			having bool_or(s.is_latest and s.is_own) and not bool_or(s.is_led);
	end if;
	-- The queue of open cases with no team.
	if role = 'service_manager' then
		return query
			select c.id from cases c
			where c.superseded_at is null and c.opened_on <= today
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
