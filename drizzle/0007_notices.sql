CREATE TABLE "notice_flags" (
	"account_id" uuid NOT NULL,
	"flag_id" uuid NOT NULL,
	"notice_id" uuid NOT NULL,
	CONSTRAINT "notice_flags_account_id_flag_id_pk" PRIMARY KEY("account_id","flag_id")
);
--> statement-breakpoint
CREATE TABLE "notice_preferences" (
	"account_id" uuid PRIMARY KEY NOT NULL,
	"digest" text NOT NULL,
	"hour" smallint NOT NULL,
	"saved_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "notice_preferences_digest" CHECK ("notice_preferences"."digest" in ('every_day', 'working_days', 'never')),
	CONSTRAINT "notice_preferences_hour" CHECK ("notice_preferences"."hour" between 6 and 20)
);
--> statement-breakpoint
CREATE TABLE "notices" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"account_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"notice_on" date NOT NULL,
	"queued_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"state" text DEFAULT 'waiting' NOT NULL,
	"attempts" smallint DEFAULT 0 NOT NULL,
	"next_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"dated_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"subject" text,
	"reason" text,
	"answer" text,
	CONSTRAINT "notices_kind" CHECK ("notices"."kind" in ('digest', 'critical')),
	CONSTRAINT "notices_state" CHECK ("notices"."state" in ('waiting', 'sending', 'sent', 'kept', 'dropped', 'failed')),
	CONSTRAINT "notices_end_once" CHECK (("notices"."state" in ('waiting', 'sending')) = ("notices"."ended_at" is null))
);
--> statement-breakpoint
ALTER TABLE "reviews" ADD COLUMN "occasion" text DEFAULT 'asked' NOT NULL;--> statement-breakpoint
ALTER TABLE "notice_flags" ADD CONSTRAINT "notice_flags_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notice_flags" ADD CONSTRAINT "notice_flags_flag_id_flags_id_fk" FOREIGN KEY ("flag_id") REFERENCES "public"."flags"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notice_flags" ADD CONSTRAINT "notice_flags_notice_id_notices_id_fk" FOREIGN KEY ("notice_id") REFERENCES "public"."notices"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notice_preferences" ADD CONSTRAINT "notice_preferences_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notices" ADD CONSTRAINT "notices_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "notice_flags_by_notice" ON "notice_flags" USING btree ("notice_id");--> statement-breakpoint
CREATE UNIQUE INDEX "notices_one_digest_a_day" ON "notices" USING btree ("account_id","notice_on") WHERE "notices"."kind" = 'digest';--> statement-breakpoint
CREATE INDEX "notices_to_send" ON "notices" USING btree ("next_at") WHERE "notices"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "notices_by_queue" ON "notices" USING btree ("queued_at" DESC NULLS LAST);--> statement-breakpoint
CREATE UNIQUE INDEX "reviews_one_night_a_day" ON "reviews" USING btree ("reviewed_on") WHERE "reviews"."occasion" = 'night';--> statement-breakpoint
ALTER TABLE "reviews" ADD CONSTRAINT "reviews_occasion" CHECK ("reviews"."occasion" in ('night', 'import', 'asked'));
--> statement-breakpoint
-- Queued by a review, sent by the schedule. Their reader sees their own, an administrator who was written to and when;
-- which flags a notice is about is seen by neither.
do $$
declare
	app text := current_database() || '_app';
	guarded text;
begin
	foreach guarded in array array['notices', 'notice_flags', 'notice_preferences'] loop
		execute format('alter table %I enable row level security', guarded);
		execute format('alter table %I force row level security', guarded);
		execute format('create policy owner on %I to current_user using (true) with check (true)', guarded);
		execute format('grant select, insert, update on %I to %I', guarded, app);
	end loop;
	execute format('create policy seen on notices for select to %I using ((select sees_all()) or (select asking_role()) = ''administrator'' or account_id = (select asking_account()))', app);
	execute format('create policy queued on notices for insert to %I with check ((select sees_all()))', app);
	execute format('create policy sent on notices for update to %I using ((select asks()) = ''operator'')', app);
	execute format('create policy seen on notice_flags for select to %I using ((select sees_all()))', app);
	execute format('create policy queued on notice_flags for insert to %I with check ((select sees_all()))', app);
	execute format('create policy own on notice_preferences to %I using ((select asks()) = ''operator'' or account_id = (select asking_account())) with check (account_id = (select asking_account()))', app);
end
$$;
