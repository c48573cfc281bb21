ALTER TABLE "requests" ADD COLUMN "asked" text;--> statement-breakpoint
ALTER TABLE "requests" ADD COLUMN "answer" text;--> statement-breakpoint
ALTER TABLE "requests" ADD COLUMN "answered_on" date;--> statement-breakpoint
ALTER TABLE "requests" ADD COLUMN "answer_words" text;--> statement-breakpoint
ALTER TABLE "requests" ADD CONSTRAINT "requests_answer" CHECK ("requests"."answer" in ('accepted', 'challenges_again', 'no_answer'));--> statement-breakpoint
ALTER TABLE "requests" ADD CONSTRAINT "requests_answered_whole" CHECK (("requests"."answer" is null) = ("requests"."answered_on" is null));--> statement-breakpoint
-- Who may write about a request that is in their scope: those who work with the case.
create function keeps_requests() returns boolean
	language sql stable security definer set search_path = public, pg_temp as $$
	select asks() in ('operator', 'rules') or asking_role() in (
		'practitioner', 'senior_practitioner', 'practice_supervisor', 'team_manager', 'service_manager',
		'principal_social_worker', 'director'
	)
$$;
--> statement-breakpoint
-- A request is recorded undecided, decided by a manager as themselves, and its refusal agreed by another one as
-- themselves. What an earlier version of it said may be put back.
create function request_decided_by_managers() returns trigger language plpgsql as $$
declare
	me uuid := asking_practitioner();
	role text := asking_role();
begin
	if asks() <> 'person' or pg_trigger_depth() > 1 then
		return new;
	end if;
	if tg_op = 'INSERT' then
		if new.version_of is not null or coalesce(new.outcome, new.rationale) is not null
			or coalesce(new.decided_by_id, new.second_manager_id) is not null
			or coalesce(new.decided_on, new.second_agreed_on) is not null
		then
			raise exception 'a request is recorded undecided' using errcode = 'insufficient_privilege';
		end if;
		return new;
	end if;
	if (new.outcome, new.decided_on, new.decided_by_id, new.rationale)
		is distinct from (old.outcome, old.decided_on, old.decided_by_id, old.rationale)
	then
		if role not in ('practice_supervisor', 'team_manager', 'service_manager') then
			raise exception 'a request is decided by those who manage practice' using errcode = 'insufficient_privilege';
		end if;
		if new.decided_by_id is distinct from me and not exists (
			select from requests v where v.version_of = new.id
				and (v.outcome, v.decided_on, v.decided_by_id, v.rationale)
					is not distinct from (new.outcome, new.decided_on, new.decided_by_id, new.rationale)
		) then
			raise exception 'a request is decided as oneself' using errcode = 'insufficient_privilege';
		end if;
	end if;
	if (new.second_manager_id, new.second_agreed_on) is distinct from (old.second_manager_id, old.second_agreed_on)
		and new.second_manager_id is not null
	then
		if role not in (
			'practice_supervisor', 'team_manager', 'service_manager', 'principal_social_worker', 'director'
		) or new.second_manager_id is not distinct from new.decided_by_id then
			raise exception 'a refusal is agreed by a second manager' using errcode = 'insufficient_privilege';
		end if;
		if new.second_manager_id is distinct from me and not exists (
			select from requests v where v.version_of = new.id
				and (v.decided_by_id, v.second_manager_id, v.second_agreed_on)
					is not distinct from (new.decided_by_id, new.second_manager_id, new.second_agreed_on)
		) then
			raise exception 'a refusal is agreed as oneself' using errcode = 'insufficient_privilege';
		end if;
	end if;
	return new;
end
$$;
--> statement-breakpoint
create trigger a_request_decided_by_managers before insert or update on requests
	for each row execute function request_decided_by_managers();
--> statement-breakpoint
do $$
declare
	app text := current_database() || '_app';
begin
	execute format('create policy kept_with_the_case on requests as restrictive for insert to %I with check ((select keeps_requests()))', app);
	execute format('create policy changed_with_the_case on requests as restrictive for update to %I using ((select keeps_requests())) with check ((select keeps_requests()))', app);
	execute format('grant execute on function keeps_requests(), request_decided_by_managers() to %I', app);
end
$$;
