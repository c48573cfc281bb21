CREATE TABLE "changes" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"form_key" uuid NOT NULL,
	"entity" text NOT NULL,
	"entity_id" uuid NOT NULL,
	"practitioner_id" uuid,
	"case_id" uuid,
	"team_id" uuid,
	"change" text NOT NULL,
	"before" jsonb,
	"after" jsonb,
	"why" text,
	"made_on" date NOT NULL,
	"made_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"made_by" uuid,
	"account_id" uuid NOT NULL,
	"undoes" uuid,
	CONSTRAINT "changes_change" CHECK ("changes"."change" in ('recorded', 'changed', 'corrected', 'ended', 'reopened', 'decided', 'confirmed', 'withdrawn', 'undone')),
	CONSTRAINT "changes_about_something" CHECK ("changes"."practitioner_id" is not null or "changes"."case_id" is not null or "changes"."team_id" is not null),
	CONSTRAINT "changes_of_something" CHECK ("changes"."before" is not null or "changes"."after" is not null)
);
--> statement-breakpoint
ALTER TABLE "changes" ADD CONSTRAINT "changes_practitioner_id_practitioners_id_fk" FOREIGN KEY ("practitioner_id") REFERENCES "public"."practitioners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "changes" ADD CONSTRAINT "changes_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "changes" ADD CONSTRAINT "changes_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "changes" ADD CONSTRAINT "changes_made_by_practitioners_id_fk" FOREIGN KEY ("made_by") REFERENCES "public"."practitioners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "changes" ADD CONSTRAINT "changes_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "changes_once_a_form" ON "changes" USING btree ("form_key","entity","entity_id");--> statement-breakpoint
CREATE INDEX "changes_by_fact" ON "changes" USING btree ("entity_id");--> statement-breakpoint
CREATE INDEX "changes_by_person" ON "changes" USING btree ("practitioner_id");--> statement-breakpoint
CREATE INDEX "changes_by_case" ON "changes" USING btree ("case_id");--> statement-breakpoint
CREATE INDEX "changes_by_team" ON "changes" USING btree ("team_id");--> statement-breakpoint
CREATE INDEX "changes_by_account" ON "changes" USING btree ("account_id","made_on");--> statement-breakpoint
CREATE INDEX "changes_undone" ON "changes" USING btree ("undoes");
--> statement-breakpoint
-- Somebody or something new is noted in the transaction that writes it, and before it.
alter table changes alter constraint changes_practitioner_id_practitioners_id_fk deferrable initially deferred;
--> statement-breakpoint
alter table changes alter constraint changes_case_id_cases_id_fk deferrable initially deferred;
--> statement-breakpoint
alter table changes alter constraint changes_team_id_teams_id_fk deferrable initially deferred;
--> statement-breakpoint
create trigger changes_stay before update or delete or truncate on changes
	for each statement execute function refuse();
--> statement-breakpoint
-- What was withdrawn stays as it was, but for the day on which it was: until that is over it can be put back. So can an
-- earlier version; it is then what stands, and is known once and not twice.
create or replace function keep_version() returns trigger language plpgsql as $$
declare
	withdrawal text[] := array['superseded_on', 'superseded_at'];
begin
	if old.superseded_at is not null then
		if old.version_of is null and old.superseded_on = asks_on() and new.superseded_on is null
			and new.superseded_at is null and to_jsonb(new) - withdrawal = to_jsonb(old) - withdrawal
		then
			return new;
		end if;
		if old.version_of is not null and old.superseded_on = asks_on()
			and new.superseded_on = coalesce(old.recorded_on, date '0001-01-01')
			and to_jsonb(new) - 'superseded_on' = to_jsonb(old) - 'superseded_on'
		then
			return new;
		end if;
		raise exception 'an earlier version of % cannot be changed', tg_table_name using errcode = 'restrict_violation';
	end if;
	if tg_table_name = 'supervision_sessions' and to_jsonb(old) ->> 'note_state' is not null then
		return new;
	end if;
	if tg_table_name = 'case_discussions' and exists (
		select from supervision_sessions s
		where s.id = (to_jsonb(old) ->> 'session_id')::uuid and s.note_state is not null
	) then
		return new;
	end if;
	if to_jsonb(new) - array['recorded_at', 'held_on_copied'] = to_jsonb(old) - array['recorded_at', 'held_on_copied'] then
		return new;
	end if;
	execute format(
		'insert into %I select (jsonb_populate_record(null::%I, $1)).*', tg_table_name, tg_table_name
	) using to_jsonb(old) || jsonb_build_object(
		'id', gen_random_uuid(),
		'version_of', old.id,
		'superseded_on', coalesce(new.recorded_on, date '0001-01-01'),
		'superseded_at', clock_timestamp()
	);
	new.recorded_at := clock_timestamp();
	return new;
end
$$;
--> statement-breakpoint
-- Whether there is no such person, case or team yet.
create function is_new(entity text, wanted uuid) returns boolean
	language sql stable security definer set search_path = public, pg_temp as $$
	select case entity
		when 'practitioner' then not exists (select from practitioners where id = wanted)
		when 'case' then not exists (select from cases where id = wanted)
		when 'team' then not exists (select from teams where id = wanted)
		else false
	end
$$;
--> statement-breakpoint
-- Whoever changed the record or the posting of somebody keeps them in sight until the day is over, so that it can be
-- undone: a posting that ends today takes its person out of the scope of the manager who ended it.
create function changed_today() returns setof uuid
	language sql stable security definer set search_path = public, pg_temp as $$
	select practitioner_id from changes
	where account_id = asking_account() and made_on = asks_on() and entity in ('posting', 'practitioner')
		and practitioner_id is not null and asking_role() not in ('nobody', 'inspector', 'administrator')
$$;
--> statement-breakpoint
do $$
declare
	app text := current_database() || '_app';
	own text := 'account_id = (select asking_account()) and made_on = (select asks_on())';
	in_scope text := 'practitioner_id in (select visible_practitioners()) or case_id in (select visible_cases()) or team_id in (select visible_teams())';
begin
	alter table changes enable row level security;
	alter table changes force row level security;
	create policy owner on changes to current_user using (true) with check (true);
	execute format(
		'create policy scope on changes for select to %I using ((select sees_all()) or ((entity <> ''request'' or (select asking_role()) <> ''steward'') and (%s or (%s))))',
		app, in_scope, own
	);
	execute format(
		'create policy made_as_oneself on changes for insert to %I with check (%s and made_by is not distinct from (select asking_practitioner()) and (select asking_role()) not in (''nobody'', ''inspector'') and (entity not in (''posting'', ''practitioner'') or practitioner_id is distinct from (select asking_practitioner())) and (%s or practitioner_id in (select changed_today()) or (change = ''recorded'' and entity_id in (practitioner_id, case_id, team_id) and is_new(entity, entity_id))))',
		app, own, in_scope
	);
	execute format('create policy changed_today on practitioners to %I using (coalesce(version_of, id) in (select changed_today())) with check (coalesce(version_of, id) in (select changed_today()))', app);
	execute format('create policy changed_today on postings to %I using (practitioner_id in (select changed_today())) with check (practitioner_id in (select changed_today()))', app);
	execute format('grant select, insert on changes to %I', app);
	execute format('grant usage on all sequences in schema public to %I', app);
	execute format('grant execute on function is_new(text, uuid), changed_today() to %I', app);
end
$$;
