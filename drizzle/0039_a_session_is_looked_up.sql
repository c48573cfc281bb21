CREATE INDEX "case_discussions_earlier_of_session" ON "case_discussions" USING btree ("session_id") WHERE "case_discussions"."superseded_at" is not null;--> statement-breakpoint
-- A signature is of one session: that one is looked up, not all that are in scope.
alter policy scope on sign_offs
	using ((select sees_all()) or exists (select from supervision_sessions s where s.id = session_id))
	with check ((select sees_all()) or exists (select from supervision_sessions s where s.id = session_id));
