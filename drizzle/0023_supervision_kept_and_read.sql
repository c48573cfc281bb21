CREATE TABLE "addenda" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"form_key" uuid NOT NULL,
	"session_id" uuid NOT NULL,
	"case_id" uuid,
	"words" text,
	"sealed" text,
	"key_version" smallint,
	"practitioner_id" uuid NOT NULL,
	"written_as" text NOT NULL,
	"digest" text NOT NULL,
	"written_on" date NOT NULL,
	"written_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "addenda_form_key_unique" UNIQUE("form_key"),
	CONSTRAINT "addenda_as" CHECK ("addenda"."written_as" in ('supervisor', 'practitioner')),
	CONSTRAINT "addenda_sealed_unless_about_a_case" CHECK (("addenda"."case_id" is null) = ("addenda"."sealed" is not null) and ("addenda"."case_id" is null) = ("addenda"."words" is null) and ("addenda"."sealed" is null) = ("addenda"."key_version" is null))
);
--> statement-breakpoint
CREATE TABLE "agenda_items" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"form_key" uuid NOT NULL,
	"session_id" uuid NOT NULL,
	"sealed" text NOT NULL,
	"key_version" smallint NOT NULL,
	"practitioner_id" uuid NOT NULL,
	"added_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "agenda_items_form_key_unique" UNIQUE("form_key")
);
--> statement-breakpoint
CREATE TABLE "case_system_records" (
	"session_id" uuid NOT NULL,
	"case_id" uuid NOT NULL,
	"recorded_on" date NOT NULL,
	"practitioner_id" uuid NOT NULL,
	"recorded_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "case_system_records_session_id_case_id_pk" PRIMARY KEY("session_id","case_id")
);
--> statement-breakpoint
CREATE TABLE "note_reasons" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"session_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"reason" text NOT NULL,
	"given_on" date NOT NULL,
	"given_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "quality_readings" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"sample_id" uuid NOT NULL,
	"session_id" uuid NOT NULL,
	"case_id" uuid NOT NULL,
	"team_id" uuid NOT NULL,
	"stakes" text NOT NULL,
	"place" smallint NOT NULL,
	"decision" text,
	"rationale" text,
	"voice" text,
	"follow_through" text,
	"themes" text[] DEFAULT '{}' NOT NULL,
	"feedback" text,
	"read_on" date,
	"read_by" uuid,
	"edition" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "quality_readings_stakes" CHECK ("quality_readings"."stakes" in ('high', 'medium', 'low')),
	CONSTRAINT "quality_readings_marks" CHECK ("quality_readings"."decision" in ('met', 'partly', 'not_met') and "quality_readings"."rationale" in ('met', 'partly', 'not_met') and "quality_readings"."voice" in ('met', 'partly', 'not_met') and "quality_readings"."follow_through" in ('met', 'partly', 'not_met', 'too_early')),
	CONSTRAINT "quality_readings_whole" CHECK (("quality_readings"."read_on" is null) = ("quality_readings"."decision" is null) and ("quality_readings"."read_on" is null) = ("quality_readings"."rationale" is null) and ("quality_readings"."read_on" is null) = ("quality_readings"."voice" is null) and ("quality_readings"."read_on" is null) = ("quality_readings"."follow_through" is null) and ("quality_readings"."read_on" is null) = ("quality_readings"."read_by" is null))
);
--> statement-breakpoint
CREATE TABLE "quality_samples" (
	"id" uuid PRIMARY KEY NOT NULL,
	"seed" bigint NOT NULL,
	"from_on" date NOT NULL,
	"to_on" date NOT NULL,
	"of_each_team" smallint NOT NULL,
	"eligible" integer NOT NULL,
	"reason" text NOT NULL,
	"account_id" uuid NOT NULL,
	"drawn_on" date NOT NULL,
	"drawn_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "quality_samples_period" CHECK ("quality_samples"."from_on" <= "quality_samples"."to_on"),
	CONSTRAINT "quality_samples_of_each_team" CHECK ("quality_samples"."of_each_team" between 1 and 20)
);
--> statement-breakpoint
ALTER TABLE "audit" ADD COLUMN "scope" text;--> statement-breakpoint
ALTER TABLE "addenda" ADD CONSTRAINT "addenda_session_id_supervision_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."supervision_sessions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "addenda" ADD CONSTRAINT "addenda_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "addenda" ADD CONSTRAINT "addenda_practitioner_id_practitioners_id_fk" FOREIGN KEY ("practitioner_id") REFERENCES "public"."practitioners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agenda_items" ADD CONSTRAINT "agenda_items_session_id_supervision_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."supervision_sessions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agenda_items" ADD CONSTRAINT "agenda_items_practitioner_id_practitioners_id_fk" FOREIGN KEY ("practitioner_id") REFERENCES "public"."practitioners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "case_system_records" ADD CONSTRAINT "case_system_records_session_id_supervision_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."supervision_sessions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "case_system_records" ADD CONSTRAINT "case_system_records_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "case_system_records" ADD CONSTRAINT "case_system_records_practitioner_id_practitioners_id_fk" FOREIGN KEY ("practitioner_id") REFERENCES "public"."practitioners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "note_reasons" ADD CONSTRAINT "note_reasons_session_id_supervision_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."supervision_sessions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "note_reasons" ADD CONSTRAINT "note_reasons_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quality_readings" ADD CONSTRAINT "quality_readings_sample_id_quality_samples_id_fk" FOREIGN KEY ("sample_id") REFERENCES "public"."quality_samples"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quality_readings" ADD CONSTRAINT "quality_readings_session_id_supervision_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."supervision_sessions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quality_readings" ADD CONSTRAINT "quality_readings_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quality_readings" ADD CONSTRAINT "quality_readings_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quality_readings" ADD CONSTRAINT "quality_readings_read_by_accounts_id_fk" FOREIGN KEY ("read_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quality_samples" ADD CONSTRAINT "quality_samples_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "addenda_by_session" ON "addenda" USING btree ("session_id");--> statement-breakpoint
CREATE INDEX "agenda_items_by_session" ON "agenda_items" USING btree ("session_id");--> statement-breakpoint
CREATE UNIQUE INDEX "note_reasons_once_a_day" ON "note_reasons" USING btree ("session_id","account_id","given_on");--> statement-breakpoint
CREATE UNIQUE INDEX "quality_readings_once" ON "quality_readings" USING btree ("sample_id","session_id","case_id");--> statement-breakpoint
CREATE INDEX "quality_readings_by_session" ON "quality_readings" USING btree ("session_id");
--> statement-breakpoint
-- Signed text stays. Only its seal may be renewed, by the operator and with a newer key: what it says is the same.
create function only_seal_renewed(was jsonb, becomes jsonb) returns boolean language sql stable as $$
	select asks() = 'operator' and (becomes ->> 'key_version')::int > (was ->> 'key_version')::int
		and becomes - array['sealed', 'key_version'] = was - array['sealed', 'key_version']
$$;
--> statement-breakpoint
create or replace function text_is_open() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
	if tg_op = 'UPDATE' and only_seal_renewed(to_jsonb(old), to_jsonb(new)) then
		return new;
	end if;
	-- Both the session it leaves and the one it goes to; held, so that nobody proposes it meanwhile.
	perform from supervision_sessions s
		where s.id in ((to_jsonb(old) ->> 'session_id')::uuid, (to_jsonb(new) ->> 'session_id')::uuid)
		order by s.id for share;
	if exists (
		select from supervision_sessions s
		where s.id in ((to_jsonb(old) ->> 'session_id')::uuid, (to_jsonb(new) ->> 'session_id')::uuid)
			and s.note_state in ('proposed', 'signed', 'closed')
	) then
		raise exception 'the text of this session is fixed' using errcode = 'restrict_violation';
	end if;
	return coalesce(new, old);
end
$$;
--> statement-breakpoint
create trigger a_text_is_open before insert or update or delete on agenda_items
	for each row execute function text_is_open();
--> statement-breakpoint
create function addendum_stays() returns trigger language plpgsql as $$
begin
	if tg_op = 'UPDATE' and only_seal_renewed(to_jsonb(old), to_jsonb(new)) then
		return new;
	end if;
	raise exception 'addenda stay as they were written' using errcode = 'restrict_violation';
end
$$;
--> statement-breakpoint
create trigger addendum_stays before update or delete on addenda
	for each row execute function addendum_stays();
--> statement-breakpoint
create trigger addenda_stay before truncate on addenda for each statement execute function refuse();
--> statement-breakpoint
create trigger note_reasons_stay before update or delete or truncate on note_reasons
	for each statement execute function refuse();
--> statement-breakpoint
create trigger quality_samples_stay before update or delete or truncate on quality_samples
	for each statement execute function refuse();
--> statement-breakpoint
-- Whether the asker supervises somebody today.
create function supervises_today(supervisee uuid) returns boolean
	language sql stable security definer set search_path = public, pg_temp as $$
	select exists (
		select from postings p
		where p.practitioner_id = supervisee and p.supervisor_id = asking_practitioner() and p.superseded_at is null
			and p.from_on <= asks_on() and (p.to_on is null or p.to_on > asks_on())
	)
$$;
--> statement-breakpoint
-- The sessions of their supervisees whose personal note the asker gave a reason today to read.
create function notes_opened_today() returns setof uuid
	language sql stable security definer set search_path = public, pg_temp as $$
	select r.session_id from note_reasons r join supervision_sessions s on s.id = r.session_id
	where r.account_id = asking_account() and r.given_on = asks_on() and supervises_today(s.practitioner_id)
$$;
--> statement-breakpoint
-- Who opened what is written about the asker: their sessions, the notes in them, and their page; with the reason given.
create function openings_of_my_record(since timestamptz) returns table (
	id bigint, happened_at timestamptz, name text, account_role text, entity text, session_id uuid, scope text, reason text
)
	language sql stable security definer set search_path = public, pg_temp as $$
	with mine as (
		select 'supervision_session' as entity, s.id::text as entity_id, s.id as session_id
		from supervision_sessions s where s.practitioner_id = asking_practitioner() and s.version_of is null
		union all
		select 'personal_note', s.id::text, s.id
		from supervision_sessions s where s.practitioner_id = asking_practitioner() and s.version_of is null
		union all
		select 'practitioner', asking_practitioner()::text, null
	)
	select a.id, a.happened_at, p.name, o.role, a.entity, m.session_id, a.scope, (
			select r.reason from note_reasons r
			where r.session_id = m.session_id and r.account_id = a.account_id and r.given_at <= a.happened_at
			order by r.given_at desc limit 1
		)
	from mine m
	join audit a on a.entity = m.entity and a.entity_id = m.entity_id
	left join accounts o on o.id = a.account_id
	left join practitioners p on p.id = o.practitioner_id and p.superseded_at is null
	where a.action = 'read' and a.happened_at >= since and a.account_id is distinct from asking_account()
	order by a.id desc
$$;
--> statement-breakpoint
-- Renewing seals needs the sealed texts and nothing that opens them: the operator's command holds the keys.
create function sealed_before(version int, after uuid, most int) returns table (
	kind text, id uuid, place text, sealed text, key_version smallint
)
	language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	if asks() <> 'operator' then
		raise exception 'only the operator renews seals' using errcode = 'insufficient_privilege';
	end if;
	return query
		select each.kind, each.id, each.place, each.sealed, each.key_version from (
			select 'personal_note' as kind, n.session_id as id, n.session_id::text as place, n.sealed, n.key_version
			from personal_notes n
			union all
			select 'addendum', d.id, 'addendum ' || d.form_key, d.sealed, d.key_version
			from addenda d where d.sealed is not null
			union all
			select 'agenda_item', i.id, 'agenda item ' || i.form_key, i.sealed, i.key_version
			from agenda_items i
		) each
		where each.key_version < version and each.id > after
		order by each.id limit most;
end
$$;
--> statement-breakpoint
create function renew_seals(kind text, ids uuid[], were text[], become text[], version int) returns int
	language plpgsql security definer set search_path = public, pg_temp as $$
declare
	renewed int;
begin
	if asks() <> 'operator' then
		raise exception 'only the operator renews seals' using errcode = 'insufficient_privilege';
	end if;
	if kind = 'personal_note' then
		update personal_notes t set sealed = u.becomes, key_version = version
			from unnest(ids, were, become) as u (id, was, becomes) where t.session_id = u.id and t.sealed = u.was;
	elsif kind = 'addendum' then
		update addenda t set sealed = u.becomes, key_version = version
			from unnest(ids, were, become) as u (id, was, becomes) where t.id = u.id and t.sealed = u.was;
	else
		update agenda_items t set sealed = u.becomes, key_version = version
			from unnest(ids, were, become) as u (id, was, becomes) where t.id = u.id and t.sealed = u.was;
	end if;
	get diagnostics renewed = row_count;
	return renewed;
end
$$;
--> statement-breakpoint
create function seals_by_key() returns table (key_version int, texts bigint)
	language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	if asks() <> 'operator' then
		raise exception 'only the operator counts seals' using errcode = 'insufficient_privilege';
	end if;
	return query
		select each.key_version::int, count(*) from (
			select n.key_version from personal_notes n
			union all select d.key_version from addenda d where d.sealed is not null
			union all select i.key_version from agenda_items i
		) each group by each.key_version order by each.key_version;
end
$$;
--> statement-breakpoint
do $$
declare
	app text := current_database() || '_app';
	guarded text;
	its_parties text := 'exists (select from supervision_sessions s where s.id = session_id and (s.practitioner_id = (select asking_practitioner()) or s.supervisor_id = (select asking_practitioner()) or supervises_on(s.supervisor_id, coalesce(s.held_on, s.planned_on))))';
	of_the_two text := '(select asking_role()) not in (''nobody'', ''inspector'') and practitioner_id = (select asking_practitioner()) and exists (select from supervision_sessions s where s.id = session_id and s.superseded_at is null and (select asking_practitioner()) in (s.practitioner_id, s.supervisor_id) and %s)';
	after_signing text := format(of_the_two, 's.note_state in (''signed'', ''closed'')');
	while_open text := format(of_the_two, '(s.note_state = ''draft'' or (s.note_state is null and s.held_on is null and not s.cancelled))');
	as_discussions text := '(select asking_role()) <> ''steward'' and (case_id in (select visible_cases()) or session_id in (select s.id from supervision_sessions s where s.practitioner_id = (select asking_practitioner()) or s.supervisor_id = (select asking_practitioner())))';
	reads_for_quality text := '(select asking_role()) in (''principal_social_worker'', ''inspector'')';
begin
	foreach guarded in array array[
		'addenda', 'agenda_items', 'case_system_records', 'note_reasons', 'quality_samples', 'quality_readings'
	] loop
		execute format('alter table %I enable row level security', guarded);
		execute format('alter table %I force row level security', guarded);
		execute format('create policy owner on %I to current_user using (true) with check (true)', guarded);
		execute format('grant select, insert on %I to %I', guarded, app);
	end loop;

	execute format('create policy about_cases on addenda for select to %I using (case_id is not null and ((select sees_all()) or (%s)))', app, as_discussions);
	execute format('create policy about_themselves on addenda for select to %I using (case_id is null and (%s or session_id in (select notes_opened_today())))', app, its_parties);
	execute format('create policy written_by_the_two on addenda for insert to %I with check (written_on = (select asks_on()) and %s)', app, after_signing);

	execute format('create policy read_by_the_parties on agenda_items for select to %I using (%s)', app, its_parties);
	execute format('create policy added_by_the_two on agenda_items for insert to %I with check (%s)', app, while_open);
	execute format('create policy taken_off_by_who_added on agenda_items for delete to %I using (%s)', app, while_open);
	execute format('grant delete on agenda_items to %I', app);

	execute format('create policy read_with_discussions on case_system_records for select to %I using ((select sees_all()) or (%s))', app, as_discussions);
	execute format('create policy ticked_by_the_two on case_system_records for insert to %I with check (recorded_on <= (select asks_on()) and %s)', app, after_signing);
	execute format('create policy unticked_by_who_ticked on case_system_records for delete to %I using (%s)', app, after_signing);
	execute format('grant delete on case_system_records to %I', app);

	execute format('create policy own_reasons on note_reasons for select to %I using (account_id = (select asking_account()) or exists (select from supervision_sessions s where s.id = session_id and s.practitioner_id = (select asking_practitioner())))', app);
	execute format('create policy given_by_the_supervisor on note_reasons for insert to %I with check (account_id = (select asking_account()) and given_on = (select asks_on()) and (select asking_role()) not in (''nobody'', ''inspector'') and exists (select from supervision_sessions s where s.id = session_id and supervises_today(s.practitioner_id)))', app);
	execute format('create policy opened_with_a_reason on personal_notes for select to %I using (session_id in (select notes_opened_today()))', app);

	execute format('create policy read_for_quality on quality_samples for select to %I using ((select sees_all()) or %s)', app, reads_for_quality);
	execute format('create policy drawn_for_quality on quality_samples for insert to %I with check ((select asking_role()) = ''principal_social_worker'' and account_id = (select asking_account()) and drawn_on = (select asks_on()))', app);
	execute format('create policy read_for_quality on quality_readings for select to %I using ((select sees_all()) or %s or (read_on is not null and exists (select from supervision_sessions s where s.id = session_id and s.supervisor_id = (select asking_practitioner()))))', app, reads_for_quality);
	execute format('create policy drawn_for_quality on quality_readings for insert to %I with check ((select asking_role()) = ''principal_social_worker'' and read_on is null)', app);
	execute format('create policy read_by_the_principal on quality_readings for update to %I using ((select asking_role()) = ''principal_social_worker'') with check ((select asking_role()) = ''principal_social_worker'' and read_by = (select asking_account()))', app);
	execute format('grant update (decision, rationale, voice, follow_through, themes, feedback, read_on, read_by, edition) on quality_readings to %I', app);
	execute format('grant execute on all functions in schema public to %I', app);
end
$$;
