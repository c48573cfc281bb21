CREATE TABLE "facts_touched" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "facts_touched_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"transaction" bigint DEFAULT pg_current_xact_id()::text::bigint NOT NULL,
	"kind" text NOT NULL,
	"of_id" uuid,
	"touched_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "facts_touched_kind" CHECK ("facts_touched"."kind" in ('case', 'person', 'common', 'all'))
);
--> statement-breakpoint
CREATE INDEX "facts_touched_by_transaction" ON "facts_touched" USING btree ("transaction");--> statement-breakpoint
do $$
declare
	app text := current_database() || '_app';
begin
	alter table facts_touched enable row level security;
	alter table facts_touched force row level security;
	create policy owner on facts_touched to current_user using (true) with check (true);
	execute format('create policy read on facts_touched for select to %I using ((select sees_all()))', app);
	execute format('create policy taken_out on facts_touched for delete to %I using ((select asks()) = ''operator'')', app);
	execute format('revoke all on facts_touched from %I', app);
	execute format('grant select, delete on facts_touched to %I', app);
end
$$;
--> statement-breakpoint
-- One statement may write a whole authority: then it is no use to say which cases and people.
create function touch_everything() returns trigger
	language plpgsql security definer set search_path = public, pg_temp as $$
begin
	insert into facts_touched (kind) values ('all');
	return null;
end
$$;
--> statement-breakpoint
-- For each table of facts, whose facts its rows are, before and after. A case's discussions and actions tell of their
-- sessions, and what is kept of a supervisor whom they supervise: those are touched too. What a trigger writes to keep the version
-- before is about the same subject, so only what somebody else wrote is looked at.
do $do$
declare
	fact text;
	subjects text;
	named constant text := $named$
		if (select count(*) from (select from %2$s w limit 1001) as written) > 1000 then
			insert into facts_touched (kind) values ('all');
		else
			insert into facts_touched (kind, of_id)
				select distinct kind, of_id from (%1$s) as told (kind, of_id) where of_id is not null or kind = 'common';
		end if;
	$named$;
	before_and_after constant text := '(select * from before union all select * from after)';
begin
	for fact, subjects in
		select * from (values
			('cases', $$select 'case', coalesce(version_of, id) from written w$$),
			('case_kinds', $$select 'case', case_id from written w$$),
			('allocations', $$
				select 'case', case_id from written w union all select 'person', practitioner_id from written w
			$$),
			('oversight', $$select 'case', case_id from written w$$),
			('requests', $$select 'case', case_id from written w$$),
			('case_discussions', $$select 'case', case_id from written w$$),
			('holders_not_matched', $$select 'case', case_id from written w$$),
			('supervision_sessions', $$
				select 'person', practitioner_id from written w union all
				select 'case', d.case_id from written w cross join lateral (
					select case_id from case_discussions
						where session_id = coalesce(w.version_of, w.id) and superseded_at is null
					union select case_id from case_discussions
						where session_id = coalesce(w.version_of, w.id) and superseded_at is not null
					union select coalesce(a.case_id, (select o.case_id from oversight o where o.id = a.oversight_id))
						from actions a where a.session_id = coalesce(w.version_of, w.id)
					offset 0
				) d
			$$),
			('actions', $$
				select case when case_id is not null then 'case' when practitioner_id is not null then 'person' else 'common' end,
					coalesce(case_id, practitioner_id)
				from (
					select coalesce(w.case_id, (select o.case_id from oversight o where o.id = w.oversight_id)) as case_id,
						coalesce(w.practitioner_id, (
							select s.practitioner_id from supervision_sessions s where s.id = w.session_id
						)) as practitioner_id
					from written w
				) about
			$$),
			('practitioners', $$select 'person', coalesce(version_of, id) from written w$$),
			('postings', $$
				select 'person', practitioner_id from written w union all select 'person', supervisor_id from written w
			$$),
			('absences', $$select 'person', practitioner_id from written w$$),
			('reductions', $$select 'person', practitioner_id from written w$$),
			('training', $$select 'person', practitioner_id from written w$$),
			('teams', $$select 'common', null::uuid from written w$$),
			('restructures', $$select 'common', null::uuid from written w$$),
			('policy_versions', $$select 'common', null::uuid from written w$$),
			('settings', $$select 'common', null::uuid from written w$$)
		) as facts (fact, subjects)
	loop
		execute format(
			$function$
				create function touch_%1$s() returns trigger
					language plpgsql security definer set search_path = public, pg_temp as $body$
				begin
					if tg_op = 'INSERT' then
						%2$s
					elsif tg_op = 'DELETE' then
						%3$s
					else
						%4$s
					end if;
					return null;
				end
				$body$
			$function$,
			fact,
			format(named, replace(subjects, 'written w', 'after w'), 'after'),
			format(named, replace(subjects, 'written w', 'before w'), 'before'),
			format(named, replace(subjects, 'written w', before_and_after || ' w'), before_and_after)
		);
		execute format(
			'create trigger touched_by_insert after insert on %1$I referencing new table as after
				for each statement when (pg_trigger_depth() = 0) execute function touch_%1$s()',
			fact
		);
		execute format(
			'create trigger touched_by_update after update on %1$I referencing old table as before new table as after
				for each statement when (pg_trigger_depth() = 0) execute function touch_%1$s()',
			fact
		);
		execute format(
			'create trigger touched_by_delete after delete on %1$I referencing old table as before
				for each statement when (pg_trigger_depth() = 0) execute function touch_%1$s()',
			fact
		);
		execute format(
			'create trigger touched_by_truncate after truncate on %I
				for each statement execute function touch_everything()',
			fact
		);
	end loop;
end
$do$;
