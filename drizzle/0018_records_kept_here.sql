CREATE TABLE "record_questions" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"practitioner_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"fact" text NOT NULL,
	"said" text NOT NULL,
	"wrong" text NOT NULL,
	"should" text NOT NULL,
	"asked_on" date NOT NULL,
	"asked_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"outcome" text,
	"answer" text,
	"answered_on" date,
	"answered_by" uuid,
	CONSTRAINT "record_questions_fact" CHECK ("record_questions"."fact" in ('name', 'posting', 'registration', 'checked', 'tier', 'stage', 'reviews')),
	CONSTRAINT "record_questions_outcome" CHECK ("record_questions"."outcome" in ('put_right', 'stands', 'taken_back')),
	CONSTRAINT "record_questions_answered_whole" CHECK (("record_questions"."outcome" is null) = ("record_questions"."answered_on" is null)),
	CONSTRAINT "record_questions_answered_in_words" CHECK ("record_questions"."outcome" is null or "record_questions"."outcome" = 'taken_back' or "record_questions"."answer" is not null)
);
--> statement-breakpoint
CREATE TABLE "stage_reviews" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"version_of" uuid,
	"recorded_on" date,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL,
	"superseded_on" date,
	"superseded_at" timestamp with time zone,
	"practitioner_id" uuid NOT NULL,
	"months" smallint NOT NULL,
	"booked_on" date,
	"held_on" date,
	"outcome" text,
	"words" text,
	CONSTRAINT "stage_reviews_months" CHECK ("stage_reviews"."months" in (3, 6, 9, 12)),
	CONSTRAINT "stage_reviews_outcome" CHECK ("stage_reviews"."outcome" in ('on_course', 'concerns')),
	CONSTRAINT "stage_reviews_say_something" CHECK ("stage_reviews"."booked_on" is not null or "stage_reviews"."held_on" is not null),
	CONSTRAINT "stage_reviews_held_with_outcome" CHECK (("stage_reviews"."held_on" is null) = ("stage_reviews"."outcome" is null))
);
--> statement-breakpoint
ALTER TABLE "practitioners" ADD COLUMN "registration_checked_on" date;--> statement-breakpoint
ALTER TABLE "practitioners" ADD COLUMN "registration_checked_by" uuid;--> statement-breakpoint
ALTER TABLE "practitioners" ADD COLUMN "early_career_extended_to" date;--> statement-breakpoint
ALTER TABLE "practitioners" ADD COLUMN "early_career_extended_why" text;--> statement-breakpoint
ALTER TABLE "record_questions" ADD CONSTRAINT "record_questions_practitioner_id_practitioners_id_fk" FOREIGN KEY ("practitioner_id") REFERENCES "public"."practitioners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "record_questions" ADD CONSTRAINT "record_questions_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "record_questions" ADD CONSTRAINT "record_questions_answered_by_practitioners_id_fk" FOREIGN KEY ("answered_by") REFERENCES "public"."practitioners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stage_reviews" ADD CONSTRAINT "stage_reviews_practitioner_id_practitioners_id_fk" FOREIGN KEY ("practitioner_id") REFERENCES "public"."practitioners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "record_questions_one_waiting" ON "record_questions" USING btree ("practitioner_id","fact") WHERE "record_questions"."outcome" is null;--> statement-breakpoint
CREATE INDEX "record_questions_by_person" ON "record_questions" USING btree ("practitioner_id");--> statement-breakpoint
CREATE UNIQUE INDEX "stage_reviews_key" ON "stage_reviews" USING btree ("practitioner_id","months") WHERE "stage_reviews"."superseded_at" is null;--> statement-breakpoint
CREATE INDEX "stage_reviews_by_person" ON "stage_reviews" USING btree ("practitioner_id");--> statement-breakpoint
ALTER TABLE "practitioners" ADD CONSTRAINT "practitioners_registration_checked_by_practitioners_id_fk" FOREIGN KEY ("registration_checked_by") REFERENCES "public"."practitioners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "practitioners" ADD CONSTRAINT "practitioners_extended_with_reason" CHECK (("practitioners"."early_career_extended_to" is null) = ("practitioners"."early_career_extended_why" is null));
--> statement-breakpoint
create trigger keep_version before update on stage_reviews for each row execute function keep_version();
--> statement-breakpoint
-- What was questioned stays as it was questioned, and is answered once.
create function question_moves_forward() returns trigger language plpgsql as $$
declare
	later text[] := array['outcome', 'answer', 'answered_on', 'answered_by'];
begin
	if old.outcome is not null or to_jsonb(new) - later is distinct from to_jsonb(old) - later then
		raise exception 'a question about a record stays as it was asked and answered' using errcode = 'restrict_violation';
	end if;
	return new;
end
$$;
--> statement-breakpoint
create trigger a_question_moves_forward before update on record_questions
	for each row execute function question_moves_forward();
--> statement-breakpoint
create trigger record_questions_stay before delete or truncate on record_questions
	for each statement execute function refuse();
--> statement-breakpoint
-- Who may keep what is recorded of a registration and an early-career stage: never the person it is about.
create function keeps_record_of(practitioner uuid) returns boolean
	language sql stable security definer set search_path = public, pg_temp as $$
	select asks() in ('operator', 'rules') or (
		asking_role() in (
			'practice_supervisor', 'team_manager', 'service_manager', 'principal_social_worker', 'director', 'steward'
		)
		and practitioner is distinct from asking_practitioner()
	)
$$;
--> statement-breakpoint
-- Who may add a practitioner that is not recorded yet.
create function adds_people() returns boolean
	language sql stable security definer set search_path = public, pg_temp as $$
	select asks() in ('operator', 'rules')
		or asking_role() in ('team_manager', 'service_manager', 'principal_social_worker', 'director', 'steward')
$$;
--> statement-breakpoint
-- Who may open and change a team of a service: a service manager those of their own.
create function opens_team_in(wanted text) returns boolean
	language sql stable security definer set search_path = public, pg_temp as $$
	select asks() in ('operator', 'rules')
		or asking_role() in ('principal_social_worker', 'director', 'steward')
		or (asking_role() = 'service_manager' and exists (
			select from teams t where t.service = wanted and t.id in (select visible_teams())
		))
$$;
--> statement-breakpoint
do $$
declare
	app text := current_database() || '_app';
	guarded text;
	scope text := '(select sees_all()) or practitioner_id in (select visible_practitioners())';
begin
	foreach guarded in array array['stage_reviews', 'record_questions'] loop
		execute format('alter table %I enable row level security', guarded);
		execute format('alter table %I force row level security', guarded);
		execute format('create policy owner on %I to current_user using (true) with check (true)', guarded);
		execute format('create policy scope on %I to %I using (%s) with check (%s)', guarded, app, scope, scope);
	end loop;
	execute format('create policy kept_by_others on stage_reviews as restrictive for insert to %I with check (keeps_record_of(practitioner_id))', app);
	execute format('create policy changed_by_others on stage_reviews as restrictive for update to %I using (keeps_record_of(practitioner_id)) with check (keeps_record_of(practitioner_id))', app);
	execute format('create policy asked_by_oneself on record_questions as restrictive for insert to %I with check (practitioner_id = (select asking_practitioner()) and account_id = (select asking_account()) and outcome is null)', app);
	execute format('create policy answered_by_others on record_questions as restrictive for update to %I using (true) with check (keeps_record_of(practitioner_id) or (outcome = ''taken_back'' and practitioner_id = (select asking_practitioner())))', app);
	execute format('create policy kept_by_others on practitioners as restrictive for insert to %I with check (case when version_of is null then adds_people() else keeps_record_of(version_of) end)', app);
	execute format('create policy changed_by_others on practitioners as restrictive for update to %I using (keeps_record_of(coalesce(version_of, id))) with check (keeps_record_of(coalesce(version_of, id)))', app);
	alter table teams enable row level security;
	alter table teams force row level security;
	create policy owner on teams to current_user using (true) with check (true);
	execute format('create policy known on teams for select to %I using ((select asks()) <> ''nobody'')', app);
	execute format('create policy opened on teams for insert to %I with check (opens_team_in(service))', app);
	execute format('create policy changed on teams for update to %I using (opens_team_in(service)) with check (opens_team_in(service))', app);
	execute format('grant select, insert, update on stage_reviews, record_questions to %I', app);
	execute format('grant execute on function keeps_record_of(uuid), adds_people(), opens_team_in(text), question_moves_forward() to %I', app);
end
$$;
