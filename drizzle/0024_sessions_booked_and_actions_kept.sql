CREATE TABLE "calendar_tokens" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"revoked_at" timestamp with time zone,
	"read_on" date
);
--> statement-breakpoint
ALTER TABLE "actions" ADD COLUMN "carries_on_from" uuid;--> statement-breakpoint
ALTER TABLE "supervision_sessions" ADD COLUMN "cancelled_by" text;--> statement-breakpoint
ALTER TABLE "supervision_sessions" ADD COLUMN "planned_time" text;--> statement-breakpoint
ALTER TABLE "supervision_sessions" ADD COLUMN "planned_minutes" integer;--> statement-breakpoint
ALTER TABLE "supervision_sessions" ADD COLUMN "covers_for_id" uuid;--> statement-breakpoint
ALTER TABLE "supervision_sessions" ADD COLUMN "series_id" uuid;--> statement-breakpoint
ALTER TABLE "supervision_sessions" ADD COLUMN "group_id" uuid;--> statement-breakpoint
ALTER TABLE "supervision_sessions" ADD COLUMN "reflective" boolean;--> statement-breakpoint
ALTER TABLE "calendar_tokens" ADD CONSTRAINT "calendar_tokens_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "calendar_tokens_one_each" ON "calendar_tokens" USING btree ("account_id") WHERE "calendar_tokens"."revoked_at" is null;--> statement-breakpoint
ALTER TABLE "actions" ADD CONSTRAINT "actions_carries_on_from_actions_id_fk" FOREIGN KEY ("carries_on_from") REFERENCES "public"."actions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "supervision_sessions" ADD CONSTRAINT "supervision_sessions_covers_for_id_practitioners_id_fk" FOREIGN KEY ("covers_for_id") REFERENCES "public"."practitioners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "actions_carried_on" ON "actions" USING btree ("carries_on_from") WHERE "actions"."carries_on_from" is not null;--> statement-breakpoint
CREATE INDEX "supervision_by_plan" ON "supervision_sessions" USING btree ("planned_on") WHERE "supervision_sessions"."held_on" is null and "supervision_sessions"."superseded_at" is null;--> statement-breakpoint
CREATE INDEX "supervision_by_group" ON "supervision_sessions" USING btree ("group_id") WHERE "supervision_sessions"."group_id" is not null;--> statement-breakpoint
CREATE INDEX "supervision_by_series" ON "supervision_sessions" USING btree ("series_id") WHERE "supervision_sessions"."series_id" is not null;--> statement-breakpoint
ALTER TABLE "supervision_sessions" ADD CONSTRAINT "supervision_cancelled_by" CHECK ("supervision_sessions"."cancelled_by" in ('supervisor', 'practitioner', 'neither') and ("supervision_sessions"."cancelled" or "supervision_sessions"."cancelled_by" is null));--> statement-breakpoint
ALTER TABLE "supervision_sessions" ADD CONSTRAINT "supervision_planned_time" CHECK ("supervision_sessions"."planned_time" ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$');--> statement-breakpoint
ALTER TABLE "supervision_sessions" ADD CONSTRAINT "supervision_planned_minutes" CHECK ("supervision_sessions"."planned_minutes" between 15 and 480);
--> statement-breakpoint
-- Who may book, move and cancel a session, and write its note: the two whose it is, and those who manage practice. Where
-- nobody is signed in, the scope alone decides, which then shows nothing.
create function keeps_session(supervisee uuid, supervisor uuid) returns boolean
	language sql stable security definer set search_path = public, pg_temp as $$
	select asks() <> 'person'
		or asking_role() in ('practice_supervisor', 'team_manager', 'service_manager')
		or (
			asking_role() not in ('nobody', 'inspector', 'steward', 'administrator')
			and asking_practitioner() in (supervisee, supervisor)
		)
$$;
--> statement-breakpoint
-- Who may agree an action, or say that it is done: whoever works with cases, and who owns it.
create function keeps_action(owner uuid) returns boolean
	language sql stable security definer set search_path = public, pg_temp as $$
	select asks() <> 'person'
		or asking_role() in (
			'practitioner', 'senior_practitioner', 'practice_supervisor', 'team_manager', 'service_manager',
			'principal_social_worker', 'director'
		)
		or (asking_role() = 'other' and owner = asking_practitioner())
$$;
--> statement-breakpoint
do $$
declare
	app text := current_database() || '_app';
begin
	execute format('create policy booked_by_its_own on supervision_sessions as restrictive for insert to %I with check (keeps_session(practitioner_id, supervisor_id))', app);
	execute format('create policy changed_by_its_own on supervision_sessions as restrictive for update to %I using (keeps_session(practitioner_id, supervisor_id)) with check (keeps_session(practitioner_id, supervisor_id))', app);
	execute format('create policy agreed_with_the_case on actions as restrictive for insert to %I with check (keeps_action(owner_id))', app);
	execute format('create policy changed_with_the_case on actions as restrictive for update to %I using (keeps_action(owner_id)) with check (keeps_action(owner_id))', app);
	execute format('create policy actions_are_not_for_stewards on changes as restrictive for select to %I using (entity <> ''action'' or (select asking_role()) <> ''steward'')', app);
	alter table calendar_tokens enable row level security;
	alter table calendar_tokens force row level security;
	create policy owner on calendar_tokens to current_user using (true) with check (true);
	execute format('create policy known on calendar_tokens for select to %I using ((select asks()) in (''door'', ''operator'') or account_id = (select asking_account()))', app);
	execute format('create policy made_for_oneself on calendar_tokens for insert to %I with check (account_id = (select asking_account()) and (select asking_practitioner()) is not null)', app);
	execute format('create policy revoked_by_oneself on calendar_tokens for update to %I using (account_id = (select asking_account())) with check (account_id = (select asking_account()))', app);
	execute format('revoke update on calendar_tokens from %I', app);
	execute format('grant select, insert on calendar_tokens to %I', app);
	execute format('grant update (revoked_at, read_on) on calendar_tokens to %I', app);
	execute format('grant execute on function keeps_session(uuid, uuid), keeps_action(uuid) to %I', app);
end
$$;
