DROP INDEX "actions_by_oversight_alone";--> statement-breakpoint
DROP INDEX "actions_by_session_alone";--> statement-breakpoint
DROP INDEX "actions_by_case";--> statement-breakpoint
DROP INDEX "actions_by_practitioner";--> statement-breakpoint
CREATE INDEX "actions_without_case" ON "actions" USING btree ("done_on") WHERE "actions"."case_id" is null;--> statement-breakpoint
CREATE INDEX "oversight_of_endings" ON "oversight" USING btree ("case_id") WHERE "oversight"."kind" in ('section_47_outcome', 'closure');--> statement-breakpoint
CREATE INDEX "actions_by_case" ON "actions" USING btree ("case_id","done_on");--> statement-breakpoint
CREATE INDEX "actions_by_practitioner" ON "actions" USING btree ("practitioner_id","done_on");