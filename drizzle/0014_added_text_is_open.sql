CREATE INDEX "actions_by_version" ON "actions" USING btree ("version_of") WHERE "actions"."version_of" is not null;--> statement-breakpoint
CREATE INDEX "requests_by_version" ON "requests" USING btree ("version_of") WHERE "requests"."version_of" is not null;
--> statement-breakpoint
-- Words that are added to sessions are held against all of them at once: an import adds a hundred thousand rows, and
-- asking for each by itself took it longer than writing them.
drop trigger a_text_is_open on case_discussions;
--> statement-breakpoint
create trigger a_text_is_open before update or delete on case_discussions
	for each row execute function text_is_open();
--> statement-breakpoint
create function added_text_is_open() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
	-- Held, so that nobody proposes a session while words are added to it.
	perform from supervision_sessions s
		where s.id in (select session_id from added)
		order by s.id for share;
	if exists (
		select from supervision_sessions s
		where s.id in (select session_id from added) and s.note_state in ('proposed', 'signed', 'closed')
	) then
		raise exception 'the text of this session is fixed' using errcode = 'restrict_violation';
	end if;
	return null;
end
$$;
--> statement-breakpoint
create trigger a_added_text_is_open after insert on case_discussions
	referencing new table as added for each statement execute function added_text_is_open();
