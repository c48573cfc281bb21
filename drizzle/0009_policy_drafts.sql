CREATE TABLE "policy_drafts" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"based_on" integer NOT NULL,
	"policy" jsonb NOT NULL,
	"edition" integer DEFAULT 1 NOT NULL,
	"changes" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"started_by" text NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"proposed_by" text,
	"proposed_by_id" uuid,
	"proposed_at" timestamp with time zone,
	"digest" text,
	"ended_at" timestamp with time zone,
	"ended_as" text,
	CONSTRAINT "policy_drafts_end" CHECK (("policy_drafts"."ended_at" is null) = ("policy_drafts"."ended_as" is null)),
	CONSTRAINT "policy_drafts_ended_as" CHECK ("policy_drafts"."ended_as" in ('published', 'discarded')),
	CONSTRAINT "policy_drafts_proposed" CHECK (("policy_drafts"."proposed_at" is null) = ("policy_drafts"."proposed_by_id" is null) and ("policy_drafts"."proposed_at" is null) = ("policy_drafts"."digest" is null))
);
--> statement-breakpoint
CREATE TABLE "policy_steps" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"draft_id" uuid NOT NULL,
	"step" text NOT NULL,
	"account_id" uuid NOT NULL,
	"done_by" text NOT NULL,
	"done_on" date NOT NULL,
	"words" text,
	"done_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "policy_steps_step" CHECK ("policy_steps"."step" in ('started', 'proposed', 'sent_back', 'taken_back', 'published', 'discarded'))
);
--> statement-breakpoint
CREATE TABLE "policy_what_ifs" (
	"digest" text NOT NULL,
	"on_day" date NOT NULL,
	"changes" jsonb,
	"milliseconds" integer,
	"worked_out_at" timestamp with time zone,
	CONSTRAINT "policy_what_ifs_digest_on_day_pk" PRIMARY KEY("digest","on_day")
);
--> statement-breakpoint
DROP INDEX "policy_versions_effective_from";--> statement-breakpoint
ALTER TABLE "policy_versions" ADD COLUMN "digest" text;--> statement-breakpoint
ALTER TABLE "policy_versions" ADD COLUMN "draft_id" uuid;--> statement-breakpoint
ALTER TABLE "policy_versions" ADD COLUMN "published_on" date;--> statement-breakpoint
ALTER TABLE "policy_versions" ADD COLUMN "published_by_id" uuid;--> statement-breakpoint
ALTER TABLE "policy_versions" ADD COLUMN "proposed_by" text;--> statement-breakpoint
ALTER TABLE "policy_versions" ADD COLUMN "proposed_by_id" uuid;--> statement-breakpoint
ALTER TABLE "policy_versions" ADD COLUMN "withdrawn_on" date;--> statement-breakpoint
ALTER TABLE "policy_versions" ADD COLUMN "withdrawn_by" text;--> statement-breakpoint
ALTER TABLE "policy_versions" ADD COLUMN "withdrawn_why" text;--> statement-breakpoint
ALTER TABLE "policy_steps" ADD CONSTRAINT "policy_steps_draft_id_policy_drafts_id_fk" FOREIGN KEY ("draft_id") REFERENCES "public"."policy_drafts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "policy_steps" ADD CONSTRAINT "policy_steps_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "policy_drafts_one_open" ON "policy_drafts" USING btree (("ended_at" is null)) WHERE "policy_drafts"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "policy_steps_by_draft" ON "policy_steps" USING btree ("draft_id");--> statement-breakpoint
ALTER TABLE "policy_versions" ADD CONSTRAINT "policy_versions_draft_id_policy_drafts_id_fk" FOREIGN KEY ("draft_id") REFERENCES "public"."policy_drafts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "policy_versions_effective_from" ON "policy_versions" USING btree ("effective_from") WHERE "policy_versions"."withdrawn_on" is null;--> statement-breakpoint
ALTER TABLE "policy_versions" ADD CONSTRAINT "policy_versions_never_look_back" CHECK ("policy_versions"."effective_from" > "policy_versions"."published_on");--> statement-breakpoint
ALTER TABLE "policy_versions" ADD CONSTRAINT "policy_versions_need_a_second_person" CHECK ("policy_versions"."published_by_id" is null or "policy_versions"."published_by_id" <> "policy_versions"."proposed_by_id");--> statement-breakpoint
ALTER TABLE "policy_versions" ADD CONSTRAINT "policy_versions_withdrawn_with_words" CHECK (("policy_versions"."withdrawn_on" is null) = ("policy_versions"."withdrawn_why" is null));
--> statement-breakpoint
-- A version stays as it was published. Until the day it comes into force it can be withdrawn, with the reason.
create function policy_version_stays() returns trigger language plpgsql as $$
declare
	withdrawal text[] := array['withdrawn_on', 'withdrawn_by', 'withdrawn_why'];
begin
	if tg_op <> 'UPDATE'
		or to_jsonb(new) - withdrawal is distinct from to_jsonb(old) - withdrawal
		or old.withdrawn_on is not null
		or coalesce(old.effective_from <= new.withdrawn_on, true)
	then
		raise exception 'a published policy stays as it was published' using errcode = 'restrict_violation';
	end if;
	return new;
end
$$;
--> statement-breakpoint
create trigger policy_versions_stay before update or delete on policy_versions
	for each row execute function policy_version_stays();
--> statement-breakpoint
-- Proposed, a text stays: it can be sent back whole, published or discarded. What has ended stays altogether.
create function policy_draft_moves_forward() returns trigger language plpgsql as $$
begin
	if tg_op = 'DELETE' or old.ended_at is not null
		or (old.proposed_at is not null
			and (new.policy, new.edition, new.changes, new.based_on)
				is distinct from (old.policy, old.edition, old.changes, old.based_on))
		or (old.proposed_at is not null and new.proposed_at is not null
			and (new.proposed_at, new.proposed_by_id, new.digest)
				is distinct from (old.proposed_at, old.proposed_by_id, old.digest))
	then
		raise exception 'a proposed policy stays as it was proposed' using errcode = 'restrict_violation';
	end if;
	return new;
end
$$;
--> statement-breakpoint
create trigger policy_drafts_move_forward before update or delete on policy_drafts
	for each row execute function policy_draft_moves_forward();
--> statement-breakpoint
create trigger policy_steps_stay before update or delete or truncate on policy_steps
	for each statement execute function refuse();
--> statement-breakpoint
-- Everybody is judged by the versions and may read them. Drafts are for those who change the policy, and inspectors.
-- Whoever publishes is never who proposed.
do $$
declare
	app text := current_database() || '_app';
	changes_policy text := '(select asking_role()) in (''principal_social_worker'', ''director'')';
	reads_drafts text := '(select sees_all()) or (select asking_role()) in (''principal_social_worker'', ''director'', ''inspector'')';
	guarded text;
begin
	foreach guarded in array array['policy_versions', 'policy_drafts', 'policy_steps', 'policy_what_ifs'] loop
		execute format('alter table %I enable row level security', guarded);
		execute format('alter table %I force row level security', guarded);
		execute format('create policy owner on %I to current_user using (true) with check (true)', guarded);
	end loop;
	execute format('grant select, insert, update on policy_versions, policy_drafts, policy_what_ifs to %I', app);
	execute format('grant select, insert on policy_steps to %I', app);
	execute format('grant usage on all sequences in schema public to %I', app);
	execute format('grant execute on all functions in schema public to %I', app);
	execute format('create policy read on policy_versions for select to %I using ((select asks()) <> ''nobody'')', app);
	execute format(
		'create policy published on policy_versions for insert to %I with check ((select asks()) = ''operator'' or (%s and (version = 1 or (published_by_id = (select asking_account()) and proposed_by_id is not null and published_on = (select asks_on())))))',
		app, changes_policy
	);
	execute format(
		'create policy withdrawn on policy_versions for update to %I using (%s) with check (withdrawn_on = (select asks_on()))',
		app, changes_policy
	);
	execute format('create policy read on policy_drafts for select to %I using (%s)', app, reads_drafts);
	execute format('create policy written on policy_drafts for insert to %I with check (%s)', app, changes_policy);
	execute format('create policy changed on policy_drafts for update to %I using (%s)', app, changes_policy);
	execute format('create policy read on policy_steps for select to %I using (%s)', app, reads_drafts);
	execute format(
		'create policy written on policy_steps for insert to %I with check (%s and account_id = (select asking_account()))',
		app, changes_policy
	);
	execute format('create policy read on policy_what_ifs for select to %I using (%s)', app, reads_drafts);
	execute format('create policy asked on policy_what_ifs for insert to %I with check (%s)', app, changes_policy);
	execute format('create policy worked_out on policy_what_ifs for update to %I using (%s)', app, changes_policy);
end
$$;
