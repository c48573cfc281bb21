CREATE TABLE "month_ends" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "month_ends_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"month_end" date NOT NULL,
	"team_id" uuid,
	"tally" jsonb NOT NULL,
	"stored_at" timestamp with time zone DEFAULT now() NOT NULL,
	"since_corrected" jsonb,
	"checked_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "month_ends_once" UNIQUE NULLS NOT DISTINCT("month_end","team_id")
);
--> statement-breakpoint
ALTER TABLE "month_ends" ADD CONSTRAINT "month_ends_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
-- A stored month-end is never rewritten. What later corrections would make of it stands beside it.
create function month_end_stays() returns trigger language plpgsql as $$
begin
	if tg_op <> 'UPDATE'
		or to_jsonb(new) - array['since_corrected', 'checked_at'] <> to_jsonb(old) - array['since_corrected', 'checked_at']
	then
		raise exception 'a stored month-end stays as it was stored' using errcode = 'restrict_violation';
	end if;
	return new;
end
$$;
--> statement-breakpoint
create trigger month_ends_stay before update or delete on month_ends
	for each row execute function month_end_stays();
--> statement-breakpoint
-- Figures without anybody in them, seen by whoever oversees the team; only commands and the schedule store them.
do $$
declare
	app text := current_database() || '_app';
begin
	alter table month_ends enable row level security;
	alter table month_ends force row level security;
	create policy owner on month_ends to current_user using (true) with check (true);
	execute format(
		'create policy scope on month_ends for select to %I using ((select sees_all()) or team_id in (select visible_teams()) or (team_id is null and (select asking_role()) in (''director'', ''principal_social_worker'', ''inspector'', ''service_manager'')))',
		app
	);
	execute format('create policy stored on month_ends for insert to %I with check ((select asks()) = ''operator'')', app);
	execute format('create policy checked on month_ends for update to %I using ((select asks()) = ''operator'')', app);
	execute format('grant select, insert, update on month_ends to %I', app);
	execute format('grant usage on all sequences in schema public to %I', app);
	execute format('grant execute on function month_end_stays() to %I', app);
end
$$;
