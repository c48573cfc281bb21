-- What must never be true at once: two leads of one case, two postings of one person, one child in two open cases.
-- Deferred, so that one transaction may end the one and begin the other in any order.
alter table postings add constraint postings_one_per_person_per_day
	exclude using gist (practitioner_id with =, daterange(from_on, to_on) with &&)
	where (superseded_at is null) deferrable initially deferred;
--> statement-breakpoint
alter table allocations add constraint allocations_one_lead_per_day
	exclude using gist (case_id with =, daterange(from_on, to_on) with &&)
	where (role = 'lead' and practitioner_id is not null and superseded_at is null)
	deferrable initially deferred;
--> statement-breakpoint
alter table cases add constraint cases_of_a_child_do_not_overlap
	exclude using gist (source with =, child_id with =, daterange(opened_on, closed_on) with &&)
	where (superseded_at is null) deferrable initially deferred;
--> statement-breakpoint
-- A fact row that is corrected leaves behind what it said before. Notes being written are not facts yet.
create function keep_version() returns trigger language plpgsql as $$
begin
	if old.superseded_at is not null then
		raise exception 'an earlier version of % cannot be changed', tg_table_name using errcode = 'restrict_violation';
	end if;
	if tg_table_name = 'supervision_sessions' and to_jsonb(old) ->> 'note_state' is not null then
		return new;
	end if;
	if tg_table_name = 'case_discussions' and exists (
		select from supervision_sessions s
		where s.id = (to_jsonb(old) ->> 'session_id')::uuid and s.note_state is not null
	) then
		return new;
	end if;
	if to_jsonb(new) - array['recorded_at', 'held_on_copied'] = to_jsonb(old) - array['recorded_at', 'held_on_copied'] then
		return new;
	end if;
	execute format(
		'insert into %I select (jsonb_populate_record(null::%I, $1)).*', tg_table_name, tg_table_name
	) using to_jsonb(old) || jsonb_build_object(
		'id', gen_random_uuid(),
		'version_of', old.id,
		'superseded_on', coalesce(new.recorded_on, date '0001-01-01'),
		'superseded_at', clock_timestamp()
	);
	new.recorded_at := clock_timestamp();
	return new;
end
$$;
--> statement-breakpoint
do $$
declare
	fact text;
begin
	foreach fact in array array[
		'teams', 'practitioners', 'postings', 'absences', 'reductions', 'training', 'cases', 'case_kinds', 'allocations',
		'supervision_sessions', 'case_discussions', 'oversight', 'actions', 'requests', 'restructures', 'vacancies'
	] loop
		execute format('create trigger keep_version before update on %I for each row execute function keep_version()', fact);
	end loop;
end
$$;
--> statement-breakpoint
create function refuse() returns trigger language plpgsql as $$
begin
	raise exception '% rows stay as they were written', tg_table_name using errcode = 'restrict_violation';
end
$$;
--> statement-breakpoint
create trigger audit_stays before update or delete or truncate on audit
	for each statement execute function refuse();
--> statement-breakpoint
create trigger sign_offs_stay before update or delete or truncate on sign_offs
	for each statement execute function refuse();
--> statement-breakpoint
-- The text of a session is open while it is a draft; proposing fixes it, sending it back opens it again.
create function text_is_open() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
	-- Both the session it leaves and the one it goes to; held, so that nobody proposes it meanwhile.
	perform from supervision_sessions s
		where s.id in ((to_jsonb(old) ->> 'session_id')::uuid, (to_jsonb(new) ->> 'session_id')::uuid)
		order by s.id for share;
	if exists (
		select from supervision_sessions s
		where s.id in ((to_jsonb(old) ->> 'session_id')::uuid, (to_jsonb(new) ->> 'session_id')::uuid)
			and s.note_state in ('proposed', 'signed', 'closed')
	) then
		raise exception 'the text of this session is fixed' using errcode = 'restrict_violation';
	end if;
	return coalesce(new, old);
end
$$;
--> statement-breakpoint
create trigger a_text_is_open before insert or update or delete on case_discussions
	for each row execute function text_is_open();
--> statement-breakpoint
create trigger a_text_is_open before insert or update or delete on personal_notes
	for each row execute function text_is_open();
--> statement-breakpoint
create function session_moves_forward() returns trigger language plpgsql as $$
begin
	if tg_op = 'DELETE' then
		if old.note_state is not null and old.note_state <> 'draft' then
			raise exception 'a proposed or signed session stays' using errcode = 'restrict_violation';
		end if;
		return old;
	end if;
	if old.note_state is null or old.note_state = 'draft' then
		return new;
	end if;
	if old.note_state = 'proposed' and new.note_state in ('draft', 'proposed', 'signed') then
		return new;
	end if;
	if new.note_state is null
		or (old.note_state, new.note_state) not in (('signed', 'signed'), ('signed', 'closed'), ('closed', 'closed'))
		or to_jsonb(new) - array['note_state', 'practitioner_signed_on']
			is distinct from to_jsonb(old) - array['note_state', 'practitioner_signed_on']
		or (old.practitioner_signed_on is not null and new.practitioner_signed_on is distinct from old.practitioner_signed_on)
	then
		raise exception 'a signed session stays as it was signed' using errcode = 'restrict_violation';
	end if;
	return new;
end
$$;
--> statement-breakpoint
create trigger a_session_moves_forward before update or delete on supervision_sessions
	for each row execute function session_moves_forward();
--> statement-breakpoint
-- A discussion carries the day its session was held.
create function copy_held_on() returns trigger language plpgsql as $$
begin
	update case_discussions set held_on_copied = new.held_on
		where session_id = new.id and superseded_at is null and held_on_copied is distinct from new.held_on;
	return null;
end
$$;
--> statement-breakpoint
create trigger copy_held_on after update of held_on on supervision_sessions
	for each row when (old.held_on is distinct from new.held_on and new.superseded_at is null)
	execute function copy_held_on();
