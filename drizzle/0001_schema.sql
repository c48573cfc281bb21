CREATE TABLE "absences" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"version_of" uuid,
	"recorded_on" date,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL,
	"superseded_on" date,
	"superseded_at" timestamp with time zone,
	"end_recorded_on" date,
	"from_on" date NOT NULL,
	"to_on" date,
	"practitioner_id" uuid NOT NULL,
	"reason" text,
	"cover_id" uuid,
	"supervision_cover_id" uuid,
	CONSTRAINT "absences_end_after_they_start" CHECK ("absences"."to_on" is null or "absences"."to_on" > "absences"."from_on")
);
--> statement-breakpoint
CREATE TABLE "accounts" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"email" text NOT NULL,
	"password_hash" text,
	"practitioner_id" uuid,
	"role" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"disabled_at" timestamp with time zone,
	CONSTRAINT "accounts_role" CHECK ("accounts"."role" in ('director', 'principal_social_worker', 'steward', 'administrator', 'inspector')),
	CONSTRAINT "accounts_are_for_somebody" CHECK ("accounts"."practitioner_id" is not null or "accounts"."role" is not null)
);
--> statement-breakpoint
CREATE TABLE "actions" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"version_of" uuid,
	"recorded_on" date,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL,
	"superseded_on" date,
	"superseded_at" timestamp with time zone,
	"source" text DEFAULT 'native' NOT NULL,
	"reference" text NOT NULL,
	"case_id" uuid,
	"practitioner_id" uuid,
	"session_id" uuid,
	"oversight_id" uuid,
	"owner_id" uuid,
	"description" text,
	"agreed_on" date NOT NULL,
	"due_on" date,
	"done_on" date,
	"outcome" text,
	"risk" boolean
);
--> statement-breakpoint
CREATE TABLE "allocations" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"version_of" uuid,
	"recorded_on" date,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL,
	"superseded_on" date,
	"superseded_at" timestamp with time zone,
	"end_recorded_on" date,
	"from_on" date NOT NULL,
	"to_on" date,
	"case_id" uuid NOT NULL,
	"practitioner_id" uuid,
	"team_id" uuid,
	"role" text NOT NULL,
	"reason" text,
	CONSTRAINT "allocations_end_after_they_start" CHECK ("allocations"."to_on" is null or "allocations"."to_on" > "allocations"."from_on"),
	CONSTRAINT "allocations_role" CHECK ("allocations"."role" in ('lead', 'co_worker')),
	CONSTRAINT "allocations_name_somebody" CHECK ("allocations"."practitioner_id" is not null or "allocations"."team_id" is not null)
);
--> statement-breakpoint
CREATE TABLE "audit" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "audit_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"happened_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"account_id" uuid,
	"actor" text NOT NULL,
	"action" text NOT NULL,
	"entity" text NOT NULL,
	"entity_id" text,
	"digest" text
);
--> statement-breakpoint
CREATE TABLE "case_discussions" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"version_of" uuid,
	"recorded_on" date,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL,
	"superseded_on" date,
	"superseded_at" timestamp with time zone,
	"session_id" uuid NOT NULL,
	"case_id" uuid NOT NULL,
	"held_on_copied" date,
	"decision" text,
	"summary" text,
	"analysis" text,
	"lived_experience" text,
	"edition" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "case_kinds" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"version_of" uuid,
	"recorded_on" date,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL,
	"superseded_on" date,
	"superseded_at" timestamp with time zone,
	"end_recorded_on" date,
	"from_on" date NOT NULL,
	"to_on" date,
	"case_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"conference_needed" boolean,
	"conference_on" date,
	CONSTRAINT "case_kinds_do_not_end_before_they_start" CHECK ("case_kinds"."to_on" is null or "case_kinds"."to_on" >= "case_kinds"."from_on"),
	CONSTRAINT "case_kinds_kind" CHECK ("case_kinds"."kind" in ('section_47', 'child_protection', 'pre_proceedings', 'care_proceedings', 'looked_after', 'looked_after_settled', 'looked_after_long_term', 'assessment', 'child_in_need', 'short_breaks', 'care_leaver'))
);
--> statement-breakpoint
CREATE TABLE "cases" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"version_of" uuid,
	"recorded_on" date,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL,
	"superseded_on" date,
	"superseded_at" timestamp with time zone,
	"end_recorded_on" date,
	"source" text DEFAULT 'native' NOT NULL,
	"reference" text NOT NULL,
	"child_id" text NOT NULL,
	"family_id" text,
	"date_of_birth" date,
	"unborn" boolean,
	"opened_on" date NOT NULL,
	"closed_on" date,
	"closure_reason" text,
	"complexity" smallint,
	CONSTRAINT "cases_close_after_opening" CHECK ("cases"."closed_on" is null or "cases"."closed_on" >= "cases"."opened_on"),
	CONSTRAINT "cases_complexity" CHECK ("cases"."complexity" between 0 and 3)
);
--> statement-breakpoint
CREATE TABLE "flag_steps" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"flag_id" uuid NOT NULL,
	"step" text NOT NULL,
	"account_id" uuid,
	"words" text,
	"happened_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "flag_steps_step" CHECK ("flag_steps"."step" in ('raised', 'severity_changed', 'acknowledged', 'cleared'))
);
--> statement-breakpoint
CREATE TABLE "flags" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"code" text NOT NULL,
	"subject_kind" text NOT NULL,
	"subject_id" uuid NOT NULL,
	"case_id" uuid,
	"practitioner_id" uuid,
	"team_id" uuid,
	"severity" text NOT NULL,
	"became_true_on" date NOT NULL,
	"noticed_at" timestamp with time zone DEFAULT now() NOT NULL,
	"cleared_on" date,
	"cleared_at" timestamp with time zone,
	"previous_id" uuid,
	CONSTRAINT "flags_severity" CHECK ("flags"."severity" in ('critical', 'high', 'medium', 'low'))
);
--> statement-breakpoint
CREATE TABLE "holders_not_matched" (
	"case_id" uuid PRIMARY KEY NOT NULL,
	"source" text NOT NULL,
	"name" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "imports" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"applied_at" timestamp with time zone DEFAULT now() NOT NULL,
	"applied_by" text NOT NULL,
	"source" text NOT NULL,
	"digest" text NOT NULL,
	"counts" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "oversight" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"version_of" uuid,
	"recorded_on" date,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL,
	"superseded_on" date,
	"superseded_at" timestamp with time zone,
	"source" text DEFAULT 'native' NOT NULL,
	"reference" text NOT NULL,
	"case_id" uuid NOT NULL,
	"manager_id" uuid NOT NULL,
	"made_on" date NOT NULL,
	"kind" text NOT NULL,
	"decision" text,
	"rationale" text,
	CONSTRAINT "oversight_kind" CHECK ("oversight"."kind" in ('allocation', 'decision', 'closure', 'handover', 'section_47_outcome'))
);
--> statement-breakpoint
CREATE TABLE "password_links" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" uuid NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "personal_notes" (
	"session_id" uuid PRIMARY KEY NOT NULL,
	"sealed" text NOT NULL,
	"key_version" smallint NOT NULL,
	"edition" integer DEFAULT 0 NOT NULL,
	"saved_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "policy_versions" (
	"version" integer PRIMARY KEY NOT NULL,
	"effective_from" date,
	"policy" jsonb NOT NULL,
	"published_at" timestamp with time zone DEFAULT now() NOT NULL,
	"published_by" text NOT NULL,
	CONSTRAINT "policy_version_one_is_always" CHECK (("policy_versions"."version" = 1) = ("policy_versions"."effective_from" is null))
);
--> statement-breakpoint
CREATE TABLE "postings" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"version_of" uuid,
	"recorded_on" date,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL,
	"superseded_on" date,
	"superseded_at" timestamp with time zone,
	"end_recorded_on" date,
	"from_on" date NOT NULL,
	"to_on" date,
	"practitioner_id" uuid NOT NULL,
	"team_id" uuid NOT NULL,
	"role" text NOT NULL,
	"supervisor_id" uuid,
	"fte" numeric(5, 4) NOT NULL,
	"agency" boolean,
	CONSTRAINT "postings_end_after_they_start" CHECK ("postings"."to_on" is null or "postings"."to_on" > "postings"."from_on"),
	CONSTRAINT "postings_fte" CHECK ("postings"."fte" between 0 and 1),
	CONSTRAINT "postings_role" CHECK ("postings"."role" in ('practitioner', 'senior_practitioner', 'practice_supervisor', 'team_manager', 'service_manager', 'principal_social_worker', 'director', 'other'))
);
--> statement-breakpoint
CREATE TABLE "practitioners" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"version_of" uuid,
	"recorded_on" date,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL,
	"superseded_on" date,
	"superseded_at" timestamp with time zone,
	"end_recorded_on" date,
	"source" text DEFAULT 'native' NOT NULL,
	"reference" text NOT NULL,
	"name" text NOT NULL,
	"email" text,
	"swe_number" text,
	"registered_on" date,
	"early_career_started_on" date,
	"early_career_passed_on" date,
	"started_on" date,
	"left_on" date
);
--> statement-breakpoint
CREATE TABLE "reductions" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"version_of" uuid,
	"recorded_on" date,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL,
	"superseded_on" date,
	"superseded_at" timestamp with time zone,
	"end_recorded_on" date,
	"from_on" date NOT NULL,
	"to_on" date,
	"practitioner_id" uuid NOT NULL,
	"share" numeric(5, 4) NOT NULL,
	"reason" text,
	CONSTRAINT "reductions_end_after_they_start" CHECK ("reductions"."to_on" is null or "reductions"."to_on" > "reductions"."from_on"),
	CONSTRAINT "reductions_share" CHECK ("reductions"."share" between 0 and 1)
);
--> statement-breakpoint
CREATE TABLE "remembered_names" (
	"source" text NOT NULL,
	"name" text NOT NULL,
	"practitioner_id" uuid NOT NULL,
	CONSTRAINT "remembered_names_source_name_pk" PRIMARY KEY("source","name")
);
--> statement-breakpoint
CREATE TABLE "requests" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"version_of" uuid,
	"recorded_on" date,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL,
	"superseded_on" date,
	"superseded_at" timestamp with time zone,
	"source" text DEFAULT 'native' NOT NULL,
	"reference" text NOT NULL,
	"case_id" uuid NOT NULL,
	"agency" text NOT NULL,
	"kind" text,
	"requested_on" date NOT NULL,
	"outcome" text,
	"decided_on" date,
	"decided_by_id" uuid,
	"rationale" text,
	"second_manager_id" uuid,
	"second_agreed_on" date,
	CONSTRAINT "requests_kind" CHECK ("requests"."kind" in ('conference', 'challenge')),
	CONSTRAINT "requests_outcome" CHECK ("requests"."outcome" in ('agreed', 'declined'))
);
--> statement-breakpoint
CREATE TABLE "restructures" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"version_of" uuid,
	"recorded_on" date,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL,
	"superseded_on" date,
	"superseded_at" timestamp with time zone,
	"end_recorded_on" date,
	"source" text DEFAULT 'native' NOT NULL,
	"reference" text NOT NULL,
	"name" text NOT NULL,
	"starts_on" date NOT NULL,
	"ends_on" date,
	"team_ids" uuid[] DEFAULT '{}' NOT NULL,
	CONSTRAINT "restructures_end_after_they_start" CHECK ("restructures"."ends_on" is null or "restructures"."ends_on" > "restructures"."starts_on")
);
--> statement-breakpoint
CREATE TABLE "reviews" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"reviewed_on" date NOT NULL,
	"reviewed_at" timestamp with time zone DEFAULT now() NOT NULL,
	"raised" integer NOT NULL,
	"kept" integer NOT NULL,
	"cleared" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "settings" (
	"id" smallint PRIMARY KEY DEFAULT 1 NOT NULL,
	"observed_from" date,
	"supervision_profile_from" date,
	"demo_today" date,
	CONSTRAINT "settings_one_row" CHECK ("settings"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE "sign_in_attempts" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"attempted_at" timestamp with time zone DEFAULT now() NOT NULL,
	"succeeded" boolean NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sign_in_sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sign_offs" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"session_id" uuid NOT NULL,
	"practitioner_id" uuid NOT NULL,
	"signed_as" text NOT NULL,
	"digest" text NOT NULL,
	"disagreement" text,
	"signed_on" date NOT NULL,
	"signed_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "sign_offs_as" CHECK ("sign_offs"."signed_as" in ('supervisor', 'practitioner'))
);
--> statement-breakpoint
CREATE TABLE "submissions" (
	"key" uuid PRIMARY KEY NOT NULL,
	"account_id" uuid NOT NULL,
	"outcome" jsonb,
	"submitted_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "supervision_sessions" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"version_of" uuid,
	"recorded_on" date,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL,
	"superseded_on" date,
	"superseded_at" timestamp with time zone,
	"source" text DEFAULT 'native' NOT NULL,
	"reference" text NOT NULL,
	"practitioner_id" uuid NOT NULL,
	"supervisor_id" uuid NOT NULL,
	"planned_on" date,
	"held_on" date,
	"cancelled" boolean DEFAULT false NOT NULL,
	"cancel_reason" text,
	"minutes" integer,
	"interrupted" boolean,
	"kind" text,
	"note_state" text,
	"proposed_at" timestamp with time zone,
	"supervisor_signed_on" date,
	"practitioner_signed_on" date,
	CONSTRAINT "supervision_held_or_cancelled" CHECK (not ("supervision_sessions"."cancelled" and "supervision_sessions"."held_on" is not null)),
	CONSTRAINT "supervision_minutes" CHECK ("supervision_sessions"."minutes" >= 0),
	CONSTRAINT "supervision_kind" CHECK ("supervision_sessions"."kind" in ('personal', 'case', 'both', 'group')),
	CONSTRAINT "supervision_note_state" CHECK ("supervision_sessions"."note_state" in ('draft', 'proposed', 'signed', 'closed'))
);
--> statement-breakpoint
CREATE TABLE "teams" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"version_of" uuid,
	"recorded_on" date,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL,
	"superseded_on" date,
	"superseded_at" timestamp with time zone,
	"end_recorded_on" date,
	"source" text DEFAULT 'native' NOT NULL,
	"reference" text NOT NULL,
	"name" text NOT NULL,
	"service" text NOT NULL,
	"opened_on" date,
	"closed_on" date,
	"succeeded_by" uuid,
	CONSTRAINT "teams_close_after_opening" CHECK ("teams"."closed_on" >= "teams"."opened_on")
);
--> statement-breakpoint
CREATE TABLE "training" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"version_of" uuid,
	"recorded_on" date,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL,
	"superseded_on" date,
	"superseded_at" timestamp with time zone,
	"practitioner_id" uuid NOT NULL,
	"course" text NOT NULL,
	"completed_on" date NOT NULL,
	"expires_on" date
);
--> statement-breakpoint
CREATE TABLE "vacancies" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"version_of" uuid,
	"recorded_on" date,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL,
	"superseded_on" date,
	"superseded_at" timestamp with time zone,
	"end_recorded_on" date,
	"from_on" date NOT NULL,
	"to_on" date,
	"team_id" uuid NOT NULL,
	"role" text NOT NULL,
	"fte" numeric(6, 4) NOT NULL,
	CONSTRAINT "vacancies_end_after_they_start" CHECK ("vacancies"."to_on" is null or "vacancies"."to_on" > "vacancies"."from_on")
);
--> statement-breakpoint
ALTER TABLE "absences" ADD CONSTRAINT "absences_practitioner_id_practitioners_id_fk" FOREIGN KEY ("practitioner_id") REFERENCES "public"."practitioners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "absences" ADD CONSTRAINT "absences_cover_id_practitioners_id_fk" FOREIGN KEY ("cover_id") REFERENCES "public"."practitioners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "absences" ADD CONSTRAINT "absences_supervision_cover_id_practitioners_id_fk" FOREIGN KEY ("supervision_cover_id") REFERENCES "public"."practitioners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_practitioner_id_practitioners_id_fk" FOREIGN KEY ("practitioner_id") REFERENCES "public"."practitioners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "actions" ADD CONSTRAINT "actions_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "actions" ADD CONSTRAINT "actions_practitioner_id_practitioners_id_fk" FOREIGN KEY ("practitioner_id") REFERENCES "public"."practitioners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "actions" ADD CONSTRAINT "actions_session_id_supervision_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."supervision_sessions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "actions" ADD CONSTRAINT "actions_oversight_id_oversight_id_fk" FOREIGN KEY ("oversight_id") REFERENCES "public"."oversight"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "actions" ADD CONSTRAINT "actions_owner_id_practitioners_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."practitioners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "allocations" ADD CONSTRAINT "allocations_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "allocations" ADD CONSTRAINT "allocations_practitioner_id_practitioners_id_fk" FOREIGN KEY ("practitioner_id") REFERENCES "public"."practitioners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "allocations" ADD CONSTRAINT "allocations_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "case_discussions" ADD CONSTRAINT "case_discussions_session_id_supervision_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."supervision_sessions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "case_discussions" ADD CONSTRAINT "case_discussions_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "case_kinds" ADD CONSTRAINT "case_kinds_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "flag_steps" ADD CONSTRAINT "flag_steps_flag_id_flags_id_fk" FOREIGN KEY ("flag_id") REFERENCES "public"."flags"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "flag_steps" ADD CONSTRAINT "flag_steps_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "flags" ADD CONSTRAINT "flags_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "flags" ADD CONSTRAINT "flags_practitioner_id_practitioners_id_fk" FOREIGN KEY ("practitioner_id") REFERENCES "public"."practitioners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "flags" ADD CONSTRAINT "flags_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "flags" ADD CONSTRAINT "flags_previous_id_flags_id_fk" FOREIGN KEY ("previous_id") REFERENCES "public"."flags"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "holders_not_matched" ADD CONSTRAINT "holders_not_matched_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "oversight" ADD CONSTRAINT "oversight_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "oversight" ADD CONSTRAINT "oversight_manager_id_practitioners_id_fk" FOREIGN KEY ("manager_id") REFERENCES "public"."practitioners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "password_links" ADD CONSTRAINT "password_links_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "personal_notes" ADD CONSTRAINT "personal_notes_session_id_supervision_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."supervision_sessions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "postings" ADD CONSTRAINT "postings_practitioner_id_practitioners_id_fk" FOREIGN KEY ("practitioner_id") REFERENCES "public"."practitioners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "postings" ADD CONSTRAINT "postings_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "postings" ADD CONSTRAINT "postings_supervisor_id_practitioners_id_fk" FOREIGN KEY ("supervisor_id") REFERENCES "public"."practitioners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reductions" ADD CONSTRAINT "reductions_practitioner_id_practitioners_id_fk" FOREIGN KEY ("practitioner_id") REFERENCES "public"."practitioners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "remembered_names" ADD CONSTRAINT "remembered_names_practitioner_id_practitioners_id_fk" FOREIGN KEY ("practitioner_id") REFERENCES "public"."practitioners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "requests" ADD CONSTRAINT "requests_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "requests" ADD CONSTRAINT "requests_decided_by_id_practitioners_id_fk" FOREIGN KEY ("decided_by_id") REFERENCES "public"."practitioners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "requests" ADD CONSTRAINT "requests_second_manager_id_practitioners_id_fk" FOREIGN KEY ("second_manager_id") REFERENCES "public"."practitioners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sign_in_sessions" ADD CONSTRAINT "sign_in_sessions_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sign_offs" ADD CONSTRAINT "sign_offs_session_id_supervision_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."supervision_sessions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sign_offs" ADD CONSTRAINT "sign_offs_practitioner_id_practitioners_id_fk" FOREIGN KEY ("practitioner_id") REFERENCES "public"."practitioners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "supervision_sessions" ADD CONSTRAINT "supervision_sessions_practitioner_id_practitioners_id_fk" FOREIGN KEY ("practitioner_id") REFERENCES "public"."practitioners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "supervision_sessions" ADD CONSTRAINT "supervision_sessions_supervisor_id_practitioners_id_fk" FOREIGN KEY ("supervisor_id") REFERENCES "public"."practitioners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "teams" ADD CONSTRAINT "teams_succeeded_by_teams_id_fk" FOREIGN KEY ("succeeded_by") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "training" ADD CONSTRAINT "training_practitioner_id_practitioners_id_fk" FOREIGN KEY ("practitioner_id") REFERENCES "public"."practitioners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vacancies" ADD CONSTRAINT "vacancies_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "absences_key" ON "absences" USING btree ("practitioner_id","from_on",coalesce("reason", '')) WHERE "absences"."superseded_at" is null;--> statement-breakpoint
CREATE INDEX "absences_by_person" ON "absences" USING btree ("practitioner_id");--> statement-breakpoint
CREATE INDEX "absences_by_cover" ON "absences" USING btree ("cover_id");--> statement-breakpoint
CREATE UNIQUE INDEX "accounts_email" ON "accounts" USING btree (lower("email"));--> statement-breakpoint
CREATE UNIQUE INDEX "accounts_practitioner" ON "accounts" USING btree ("practitioner_id");--> statement-breakpoint
CREATE UNIQUE INDEX "actions_reference" ON "actions" USING btree ("source","reference") WHERE "actions"."superseded_at" is null;--> statement-breakpoint
CREATE INDEX "actions_by_case" ON "actions" USING btree ("case_id");--> statement-breakpoint
CREATE INDEX "actions_by_owner" ON "actions" USING btree ("owner_id");--> statement-breakpoint
CREATE INDEX "actions_by_practitioner" ON "actions" USING btree ("practitioner_id");--> statement-breakpoint
CREATE INDEX "actions_by_session" ON "actions" USING btree ("session_id");--> statement-breakpoint
CREATE UNIQUE INDEX "allocations_key" ON "allocations" USING btree ("case_id",coalesce("practitioner_id", "team_id"),"role","from_on") WHERE "allocations"."superseded_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "allocations_one_current_lead" ON "allocations" USING btree ("case_id") WHERE "allocations"."role" = 'lead' and "allocations"."to_on" is null and "allocations"."superseded_at" is null and "allocations"."practitioner_id" is not null;--> statement-breakpoint
CREATE INDEX "allocations_by_case" ON "allocations" USING btree ("case_id","from_on" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "allocations_by_person" ON "allocations" USING btree ("practitioner_id");--> statement-breakpoint
CREATE INDEX "allocations_by_team" ON "allocations" USING btree ("team_id") WHERE "allocations"."superseded_at" is null;--> statement-breakpoint
CREATE INDEX "audit_by_entity" ON "audit" USING btree ("entity","entity_id");--> statement-breakpoint
CREATE INDEX "audit_by_account" ON "audit" USING btree ("account_id");--> statement-breakpoint
CREATE UNIQUE INDEX "case_discussions_key" ON "case_discussions" USING btree ("session_id","case_id") WHERE "case_discussions"."superseded_at" is null;--> statement-breakpoint
CREATE INDEX "case_discussions_by_case" ON "case_discussions" USING btree ("case_id","held_on_copied" DESC NULLS LAST);--> statement-breakpoint
CREATE UNIQUE INDEX "case_kinds_key" ON "case_kinds" USING btree ("case_id","kind","from_on") WHERE "case_kinds"."superseded_at" is null;--> statement-breakpoint
CREATE INDEX "case_kinds_by_case" ON "case_kinds" USING btree ("case_id");--> statement-breakpoint
CREATE UNIQUE INDEX "cases_reference" ON "cases" USING btree ("source","reference") WHERE "cases"."superseded_at" is null;--> statement-breakpoint
CREATE INDEX "cases_by_family" ON "cases" USING btree ("family_id");--> statement-breakpoint
CREATE INDEX "cases_by_version" ON "cases" USING btree ("version_of") WHERE "cases"."version_of" is not null;--> statement-breakpoint
CREATE INDEX "cases_open" ON "cases" USING btree ("opened_on") WHERE "cases"."closed_on" is null and "cases"."superseded_at" is null;--> statement-breakpoint
CREATE INDEX "flag_steps_by_flag" ON "flag_steps" USING btree ("flag_id");--> statement-breakpoint
CREATE UNIQUE INDEX "flags_one_open" ON "flags" USING btree ("code","subject_id") WHERE "flags"."cleared_at" is null;--> statement-breakpoint
CREATE INDEX "flags_by_subject" ON "flags" USING btree ("subject_id");--> statement-breakpoint
CREATE INDEX "flags_by_team" ON "flags" USING btree ("team_id");--> statement-breakpoint
CREATE UNIQUE INDEX "oversight_reference" ON "oversight" USING btree ("source","reference") WHERE "oversight"."superseded_at" is null;--> statement-breakpoint
CREATE INDEX "oversight_by_case" ON "oversight" USING btree ("case_id","made_on" DESC NULLS LAST);--> statement-breakpoint
CREATE UNIQUE INDEX "policy_versions_effective_from" ON "policy_versions" USING btree ("effective_from");--> statement-breakpoint
CREATE UNIQUE INDEX "postings_key" ON "postings" USING btree ("practitioner_id","from_on") WHERE "postings"."superseded_at" is null;--> statement-breakpoint
CREATE INDEX "postings_by_team" ON "postings" USING btree ("team_id") WHERE "postings"."superseded_at" is null;--> statement-breakpoint
CREATE INDEX "postings_by_supervisor" ON "postings" USING btree ("supervisor_id") WHERE "postings"."superseded_at" is null;--> statement-breakpoint
CREATE INDEX "postings_by_person" ON "postings" USING btree ("practitioner_id");--> statement-breakpoint
CREATE UNIQUE INDEX "practitioners_reference" ON "practitioners" USING btree ("source","reference") WHERE "practitioners"."superseded_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "reductions_key" ON "reductions" USING btree ("practitioner_id","from_on",coalesce("reason", '')) WHERE "reductions"."superseded_at" is null;--> statement-breakpoint
CREATE INDEX "reductions_by_person" ON "reductions" USING btree ("practitioner_id");--> statement-breakpoint
CREATE UNIQUE INDEX "requests_reference" ON "requests" USING btree ("source","reference") WHERE "requests"."superseded_at" is null;--> statement-breakpoint
CREATE INDEX "requests_by_case" ON "requests" USING btree ("case_id");--> statement-breakpoint
CREATE UNIQUE INDEX "restructures_reference" ON "restructures" USING btree ("source","reference") WHERE "restructures"."superseded_at" is null;--> statement-breakpoint
CREATE INDEX "sign_in_attempts_by_key" ON "sign_in_attempts" USING btree ("key","attempted_at");--> statement-breakpoint
CREATE INDEX "sign_in_sessions_by_account" ON "sign_in_sessions" USING btree ("account_id");--> statement-breakpoint
CREATE UNIQUE INDEX "sign_offs_once" ON "sign_offs" USING btree ("session_id","signed_as");--> statement-breakpoint
CREATE UNIQUE INDEX "supervision_sessions_reference" ON "supervision_sessions" USING btree ("source","reference") WHERE "supervision_sessions"."superseded_at" is null;--> statement-breakpoint
CREATE INDEX "supervision_by_person" ON "supervision_sessions" USING btree ("practitioner_id","held_on" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "supervision_by_supervisor" ON "supervision_sessions" USING btree ("supervisor_id");--> statement-breakpoint
CREATE UNIQUE INDEX "teams_reference" ON "teams" USING btree ("source","reference") WHERE "teams"."superseded_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "training_key" ON "training" USING btree ("practitioner_id","course","completed_on") WHERE "training"."superseded_at" is null;--> statement-breakpoint
CREATE INDEX "training_by_person" ON "training" USING btree ("practitioner_id");--> statement-breakpoint
CREATE UNIQUE INDEX "vacancies_key" ON "vacancies" USING btree ("team_id","role","from_on") WHERE "vacancies"."superseded_at" is null;