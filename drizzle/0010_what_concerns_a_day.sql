CREATE INDEX "actions_by_oversight_alone" ON "actions" USING btree ("oversight_id") WHERE "actions"."case_id" is null and "actions"."oversight_id" is not null;--> statement-breakpoint
CREATE INDEX "actions_by_session_alone" ON "actions" USING btree ("session_id") WHERE "actions"."case_id" is null and "actions"."practitioner_id" is null and "actions"."session_id" is not null;--> statement-breakpoint
CREATE INDEX "actions_by_done" ON "actions" USING btree ("done_on");--> statement-breakpoint
CREATE INDEX "case_kinds_enquiries" ON "case_kinds" USING btree ("to_on") WHERE "case_kinds"."kind" = 'section_47';--> statement-breakpoint
CREATE INDEX "postings_by_supervisor_earlier" ON "postings" USING btree ("supervisor_id") WHERE "postings"."superseded_at" is not null;