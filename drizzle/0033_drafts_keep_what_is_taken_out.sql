CREATE TABLE "earlier_texts" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"session_id" uuid NOT NULL,
	"case_id" uuid,
	"edition" integer NOT NULL,
	"summary" text,
	"analysis" text,
	"lived_experience" text,
	"decision" text,
	"sealed" text,
	"key_version" smallint,
	"saved_at" timestamp with time zone NOT NULL,
	"replaced_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "earlier_texts_sealed_unless_about_a_case" CHECK (("earlier_texts"."case_id" is null) = ("earlier_texts"."sealed" is not null) and ("earlier_texts"."sealed" is null) = ("earlier_texts"."key_version" is null))
);
--> statement-breakpoint
ALTER TABLE "earlier_texts" ADD CONSTRAINT "earlier_texts_session_id_supervision_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."supervision_sessions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "earlier_texts" ADD CONSTRAINT "earlier_texts_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "earlier_texts_by_session" ON "earlier_texts" USING btree ("session_id");
--> statement-breakpoint
-- Read and let go by the two whose note it is, and by nobody above them; what is taken out was agreed by neither.
do $$
declare
	app text := current_database() || '_app';
	the_two text := '(select asking_role()) not in (''nobody'', ''inspector'') and exists (select from supervision_sessions s where s.id = session_id and s.superseded_at is null and (select asking_practitioner()) in (s.practitioner_id, s.supervisor_id) and %s)';
begin
	alter table earlier_texts enable row level security;
	alter table earlier_texts force row level security;
	create policy owner on earlier_texts to current_user using (true) with check (true);
	execute format('create policy read_by_the_two on earlier_texts for select to %I using (%s)', app, format(the_two, 'true'));
	execute format('create policy kept_while_open on earlier_texts for insert to %I with check (%s)', app, format(the_two, 's.note_state = ''draft'''));
	execute format('create policy let_go_by_the_two on earlier_texts for delete to %I using (%s)', app, format(the_two, '(s.note_state is null or s.note_state in (''draft'', ''closed''))'));
	execute format('grant select, insert, delete on earlier_texts to %I', app);
end
$$;
--> statement-breakpoint
-- Rotating the key renews their seals too. Each is bound to its session, as the personal note it was part of.
create or replace function sealed_before(version int, after uuid, most int) returns table (
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
			select 'earlier_text', e.id, e.session_id::text, e.sealed, e.key_version
			from earlier_texts e where e.sealed is not null
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
create or replace function renew_seals(kind text, ids uuid[], were text[], become text[], version int) returns int
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
	elsif kind = 'earlier_text' then
		update earlier_texts t set sealed = u.becomes, key_version = version
			from unnest(ids, were, become) as u (id, was, becomes) where t.id = u.id and t.sealed = u.was;
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
create or replace function seals_by_key() returns table (key_version int, texts bigint)
	language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	if asks() <> 'operator' then
		raise exception 'only the operator counts seals' using errcode = 'insufficient_privilege';
	end if;
	return query
		select each.key_version::int, count(*) from (
			select n.key_version from personal_notes n
			union all select e.key_version from earlier_texts e where e.sealed is not null
			union all select d.key_version from addenda d where d.sealed is not null
			union all select i.key_version from agenda_items i
		) each group by each.key_version order by each.key_version;
end
$$;
