CREATE TABLE "day_figures" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "day_figures_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"counted_for" date NOT NULL,
	"team_id" uuid,
	"tally" jsonb NOT NULL,
	"counted_at" timestamp with time zone NOT NULL,
	CONSTRAINT "day_figures_once" UNIQUE NULLS NOT DISTINCT("counted_for","team_id")
);
--> statement-breakpoint
ALTER TABLE "day_figures" ADD CONSTRAINT "day_figures_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
-- Figures without anybody in them, seen as the stored months are; only commands and the schedule store them.
do $$
declare
	app text := current_database() || '_app';
begin
	alter table day_figures enable row level security;
	alter table day_figures force row level security;
	create policy owner on day_figures to current_user using (true) with check (true);
	execute format(
		'create policy scope on day_figures for select to %I using ((select sees_all()) or team_id in (select visible_teams()) or (team_id is null and (select asking_role()) in (''director'', ''principal_social_worker'', ''inspector'', ''service_manager'')))',
		app
	);
	execute format('create policy counted on day_figures for insert to %I with check ((select asks()) = ''operator'')', app);
	execute format('create policy replaced on day_figures for delete to %I using ((select asks()) = ''operator'')', app);
	execute format('grant select, insert, delete on day_figures to %I', app);
	execute format('grant usage on all sequences in schema public to %I', app);
end
$$;
