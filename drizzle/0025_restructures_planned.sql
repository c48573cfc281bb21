CREATE TABLE "board_reports" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"month_end" date NOT NULL,
	"figures" jsonb NOT NULL,
	"digest" text NOT NULL,
	"issued_on" date NOT NULL,
	"issued_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"account_id" uuid
);
--> statement-breakpoint
CREATE TABLE "planned_moves" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"version_of" uuid,
	"recorded_on" date,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL,
	"superseded_on" date,
	"superseded_at" timestamp with time zone,
	"restructure_id" uuid NOT NULL,
	"variant" text NOT NULL,
	"kind" text NOT NULL,
	"moves_on" date NOT NULL,
	"team_id" uuid,
	"into_team_id" uuid,
	"practitioner_id" uuid,
	"to_practitioner_id" uuid,
	"supervisor_id" uuid,
	"practitioner_ids" uuid[] DEFAULT '{}' NOT NULL,
	"role" text,
	"reference" text,
	"name" text,
	"service" text,
	"done_on" date,
	"done_form" uuid,
	CONSTRAINT "planned_moves_variant" CHECK ("planned_moves"."variant" in ('plan', 'what_if')),
	CONSTRAINT "planned_moves_kind" CHECK ("planned_moves"."kind" in ('opens', 'renamed', 'person', 'leaves', 'splits', 'cases', 'merges', 'closes')),
	CONSTRAINT "planned_moves_done_whole" CHECK (("planned_moves"."done_on" is null) = ("planned_moves"."done_form" is null) and ("planned_moves"."done_on" is null or "planned_moves"."variant" = 'plan'))
);
--> statement-breakpoint
ALTER TABLE "changes" DROP CONSTRAINT "changes_about_something";--> statement-breakpoint
ALTER TABLE "changes" ADD COLUMN "restructure_id" uuid;--> statement-breakpoint
ALTER TABLE "board_reports" ADD CONSTRAINT "board_reports_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "planned_moves" ADD CONSTRAINT "planned_moves_restructure_id_restructures_id_fk" FOREIGN KEY ("restructure_id") REFERENCES "public"."restructures"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "planned_moves" ADD CONSTRAINT "planned_moves_practitioner_id_practitioners_id_fk" FOREIGN KEY ("practitioner_id") REFERENCES "public"."practitioners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "planned_moves" ADD CONSTRAINT "planned_moves_to_practitioner_id_practitioners_id_fk" FOREIGN KEY ("to_practitioner_id") REFERENCES "public"."practitioners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "planned_moves" ADD CONSTRAINT "planned_moves_supervisor_id_practitioners_id_fk" FOREIGN KEY ("supervisor_id") REFERENCES "public"."practitioners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "board_reports_on_schedule" ON "board_reports" USING btree ("month_end") WHERE "board_reports"."account_id" is null;--> statement-breakpoint
CREATE INDEX "planned_moves_by_restructure" ON "planned_moves" USING btree ("restructure_id") WHERE "planned_moves"."superseded_at" is null;--> statement-breakpoint
ALTER TABLE "changes" ADD CONSTRAINT "changes_restructure_id_restructures_id_fk" FOREIGN KEY ("restructure_id") REFERENCES "public"."restructures"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "changes_by_restructure" ON "changes" USING btree ("restructure_id");--> statement-breakpoint
ALTER TABLE "changes" ADD CONSTRAINT "changes_about_something" CHECK ("changes"."practitioner_id" is not null or "changes"."case_id" is not null or "changes"."team_id" is not null or "changes"."restructure_id" is not null);--> statement-breakpoint
-- A new restructure is noted in the transaction that writes it, and before it.
alter table changes alter constraint changes_restructure_id_restructures_id_fk deferrable initially deferred;
--> statement-breakpoint
create trigger keep_version before update on planned_moves for each row execute function keep_version();
--> statement-breakpoint
create trigger board_reports_stay before update or delete or truncate on board_reports
	for each statement execute function refuse();
--> statement-breakpoint
-- Restructures are no secret, what is planned of people in them is: it is seen by whoever oversees the whole authority, and
-- by the managers of a service one of whose teams it is about.
create function visible_restructures() returns setof uuid
	language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
	role text := asking_role();
begin
	if role in ('director', 'principal_social_worker', 'inspector') then
		return query select id from restructures where superseded_at is null;
	elsif role = 'service_manager' then
		return query select r.id from restructures r
			where r.superseded_at is null and (r.team_ids = '{}' or r.team_ids && array(select visible_teams()));
	end if;
end
$$;
--> statement-breakpoint
-- A service manager plans what is about teams of their own service alone.
create function kept_restructures() returns setof uuid
	language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
	role text := asking_role();
begin
	if role in ('director', 'principal_social_worker') then
		return query select id from restructures;
	elsif role = 'service_manager' then
		return query select r.id from restructures r
			where r.team_ids <> '{}' and r.team_ids <@ array(select visible_teams());
	end if;
end
$$;
--> statement-breakpoint
create function is_new_restructure(wanted uuid) returns boolean
	language sql stable security definer set search_path = public, pg_temp as $$
	select asking_role() in ('service_manager', 'director', 'principal_social_worker')
		and not exists (select from restructures where id = wanted)
$$;
--> statement-breakpoint
do $$
declare
	app text := current_database() || '_app';
	own text := 'account_id = (select asking_account()) and made_on = (select asks_on()) and made_by is not distinct from (select asking_practitioner())';
	overseeing text := '(select asking_role()) in (''director'', ''principal_social_worker'', ''inspector'')';
begin
	alter table planned_moves enable row level security;
	alter table planned_moves force row level security;
	create policy owner on planned_moves to current_user using (true) with check (true);
	execute format('create policy scope on planned_moves for select to %I using ((select sees_all()) or restructure_id in (select visible_restructures()))', app);
	execute format('create policy planned on planned_moves for insert to %I with check ((select sees_all()) or restructure_id in (select kept_restructures()))', app);
	execute format('create policy planned_anew on planned_moves for update to %I using ((select sees_all()) or restructure_id in (select kept_restructures())) with check ((select sees_all()) or restructure_id in (select kept_restructures()))', app);
	execute format('grant select, insert, update on planned_moves to %I', app);

	execute format('create policy of_restructures on changes for select to %I using (restructure_id in (select visible_restructures()))', app);
	execute format(
		'create policy made_of_restructures on changes for insert to %I with check (%s and entity in (''restructure'', ''planned_move'') and (restructure_id in (select kept_restructures()) or (entity = ''restructure'' and change = ''recorded'' and entity_id = restructure_id and is_new_restructure(entity_id))))',
		app, own
	);

	alter table board_reports enable row level security;
	alter table board_reports force row level security;
	create policy owner on board_reports to current_user using (true) with check (true);
	execute format('create policy read on board_reports for select to %I using ((select sees_all()) or %s)', app, overseeing);
	execute format(
		'create policy issued on board_reports for insert to %I with check (((select asks()) = ''operator'' and account_id is null) or ((select asking_role()) in (''director'', ''principal_social_worker'') and account_id = (select asking_account()) and issued_on = (select asks_on())))',
		app
	);
	execute format('grant select, insert on board_reports to %I', app);
	execute format('grant execute on function visible_restructures(), kept_restructures(), is_new_restructure(uuid) to %I', app);
end
$$;
