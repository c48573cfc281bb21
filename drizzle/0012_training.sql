CREATE TABLE "training_changes" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"form_key" uuid NOT NULL,
	"training_id" uuid NOT NULL,
	"practitioner_id" uuid NOT NULL,
	"change" text NOT NULL,
	"before" jsonb,
	"after" jsonb,
	"why" text,
	"made_on" date NOT NULL,
	"made_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"made_by" uuid,
	"account_id" uuid NOT NULL,
	"undoes" uuid,
	CONSTRAINT "training_changes_change" CHECK ("training_changes"."change" in ('recorded', 'confirmed', 'corrected', 'withdrawn', 'undone'))
);
--> statement-breakpoint
CREATE TABLE "training_claims" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"practitioner_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"course" text NOT NULL,
	"completed_on" date NOT NULL,
	"expires_on" date,
	"evidence" text NOT NULL,
	"claimed_on" date NOT NULL,
	"claimed_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"decided" text,
	"decided_on" date,
	"decided_by" uuid,
	"answer" text,
	"training_id" uuid,
	CONSTRAINT "training_claims_decided" CHECK ("training_claims"."decided" in ('confirmed', 'refused', 'withdrawn')),
	CONSTRAINT "training_claims_decided_whole" CHECK (("training_claims"."decided" is null) = ("training_claims"."decided_on" is null))
);
--> statement-breakpoint
ALTER TABLE "training" ADD COLUMN "evidence" text;--> statement-breakpoint
ALTER TABLE "training_changes" ADD CONSTRAINT "training_changes_training_id_training_id_fk" FOREIGN KEY ("training_id") REFERENCES "public"."training"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "training_changes" ADD CONSTRAINT "training_changes_practitioner_id_practitioners_id_fk" FOREIGN KEY ("practitioner_id") REFERENCES "public"."practitioners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "training_changes" ADD CONSTRAINT "training_changes_made_by_practitioners_id_fk" FOREIGN KEY ("made_by") REFERENCES "public"."practitioners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "training_changes" ADD CONSTRAINT "training_changes_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "training_claims" ADD CONSTRAINT "training_claims_practitioner_id_practitioners_id_fk" FOREIGN KEY ("practitioner_id") REFERENCES "public"."practitioners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "training_claims" ADD CONSTRAINT "training_claims_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "training_claims" ADD CONSTRAINT "training_claims_decided_by_practitioners_id_fk" FOREIGN KEY ("decided_by") REFERENCES "public"."practitioners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "training_claims" ADD CONSTRAINT "training_claims_training_id_training_id_fk" FOREIGN KEY ("training_id") REFERENCES "public"."training"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "training_changes_by_person" ON "training_changes" USING btree ("practitioner_id");--> statement-breakpoint
CREATE INDEX "training_changes_by_form" ON "training_changes" USING btree ("form_key");--> statement-breakpoint
CREATE UNIQUE INDEX "training_claims_one_waiting" ON "training_claims" USING btree ("practitioner_id","course","completed_on") WHERE "training_claims"."decided" is null;--> statement-breakpoint
CREATE INDEX "training_claims_by_person" ON "training_claims" USING btree ("practitioner_id");
--> statement-breakpoint
create trigger training_changes_stay before update or delete or truncate on training_changes
	for each statement execute function refuse();
--> statement-breakpoint
create trigger training_claims_stay before delete or truncate on training_claims
	for each statement execute function refuse();
--> statement-breakpoint
-- What was claimed stays as it was claimed. It is decided once; only a confirmation of the same day can be taken back.
create function claim_moves_forward() returns trigger language plpgsql as $$
declare
	later text[] := array['decided', 'decided_on', 'decided_by', 'answer', 'training_id'];
begin
	if to_jsonb(new) - later is distinct from to_jsonb(old) - later
		or old.decided is not null
			and not (old.decided = 'confirmed' and new.decided is null and old.decided_on is not distinct from asks_on())
	then
		raise exception 'an entry of training stays as it was made and answered' using errcode = 'restrict_violation';
	end if;
	return new;
end
$$;
--> statement-breakpoint
create trigger a_claim_moves_forward before update on training_claims
	for each row execute function claim_moves_forward();
--> statement-breakpoint
-- Who may keep training by hand, or bring it in with a file: never the person it is about.
create function keeps_training_of(practitioner uuid) returns boolean
	language sql stable security definer set search_path = public, pg_temp as $$
	select asks() in ('operator', 'rules') or (
		asking_role() in (
			'practice_supervisor', 'team_manager', 'service_manager', 'principal_social_worker', 'director', 'steward'
		)
		and practitioner is distinct from asking_practitioner()
	)
$$;
--> statement-breakpoint
do $$
declare
	app text := current_database() || '_app';
	guarded text;
	scope text := '(select sees_all()) or practitioner_id in (select visible_practitioners())';
begin
	foreach guarded in array array['training_claims', 'training_changes'] loop
		execute format('alter table %I enable row level security', guarded);
		execute format('alter table %I force row level security', guarded);
		execute format('create policy owner on %I to current_user using (true) with check (true)', guarded);
		execute format('create policy scope on %I to %I using (%s) with check (%s)', guarded, app, scope, scope);
	end loop;
	execute format('create policy kept_by_others on training as restrictive for insert to %I with check (keeps_training_of(practitioner_id))', app);
	execute format('create policy corrected_by_others on training as restrictive for update to %I using (keeps_training_of(practitioner_id)) with check (keeps_training_of(practitioner_id))', app);
	execute format('create policy changed_by_others on training_changes as restrictive for insert to %I with check (keeps_training_of(practitioner_id) and account_id = (select asking_account()))', app);
	execute format('create policy claimed_by_oneself on training_claims as restrictive for insert to %I with check (practitioner_id = (select asking_practitioner()) and account_id = (select asking_account()) and decided is null)', app);
	execute format('create policy decided_by_others on training_claims as restrictive for update to %I using (true) with check (keeps_training_of(practitioner_id) or (decided = ''withdrawn'' and practitioner_id = (select asking_practitioner())))', app);
	execute format('grant select, insert, update on training_claims to %I', app);
	execute format('grant select, insert on training_changes to %I', app);
	execute format('grant usage on all sequences in schema public to %I', app);
	execute format('grant execute on function keeps_training_of(uuid), claim_moves_forward() to %I', app);
end
$$;
