CREATE TABLE "retention_choices" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "retention_choices_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"years" smallint,
	"why" text NOT NULL,
	"set_on" date NOT NULL,
	"set_by" text NOT NULL,
	"set_at" timestamp with time zone DEFAULT now() NOT NULL,
	"account_id" uuid NOT NULL,
	CONSTRAINT "retention_choices_years" CHECK ("retention_choices"."years" between 1 and 100)
);
--> statement-breakpoint
ALTER TABLE "retention_choices" ADD CONSTRAINT "retention_choices_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
create trigger retention_choices_stay before update or delete or truncate on retention_choices
	for each statement execute function refuse();
--> statement-breakpoint
-- What is kept of those who have left, in numbers: nobody who asks may read what is counted here, and need not to count it.
create function kept_of_leavers()
	returns table (practitioner_id uuid, left_on date, sessions int, case_discussions int,
		personal_notes int, other_sealed int)
	language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
	if asks() <> 'operator' and asking_role() not in ('director', 'principal_social_worker', 'steward', 'administrator') then
		raise exception 'what is kept of leavers is counted for those who answer for it' using errcode = 'insufficient_privilege';
	end if;
	return query
		with leavers as (
			select p.id, p.left_on from practitioners p
			where p.superseded_at is null and p.left_on <= asks_on()
		), held as (
			select s.id, s.practitioner_id from supervision_sessions s
			where s.superseded_at is null and s.practitioner_id in (select l.id from leavers l)
		), counted as (
			select h.practitioner_id,
				count(*)::int as sessions,
				sum((select count(*) from case_discussions d where d.session_id = h.id and d.superseded_at is null))::int as case_discussions,
				sum((select count(*) from personal_notes n where n.session_id = h.id))::int as personal_notes,
				sum((select count(*) from addenda a where a.session_id = h.id and a.sealed is not null)
					+ (select count(*) from agenda_items i where i.session_id = h.id)
					+ (select count(*) from earlier_texts e where e.session_id = h.id and e.sealed is not null))::int as other_sealed
			from held h group by h.practitioner_id
		)
		select l.id, l.left_on, coalesce(c.sessions, 0), coalesce(c.case_discussions, 0),
			coalesce(c.personal_notes, 0), coalesce(c.other_sealed, 0)
		from leavers l left join counted c on c.practitioner_id = l.id;
end
$$;
--> statement-breakpoint
do $$
declare
	app text := current_database() || '_app';
	own text := '(select asking_role()) in (''director'', ''principal_social_worker'') and account_id = (select asking_account())';
begin
	alter table retention_choices enable row level security;
	alter table retention_choices force row level security;
	create policy owner on retention_choices to current_user using (true) with check (true);
	execute format('create policy read on retention_choices for select to %I using ((select asks()) in (''person'', ''operator''))', app);
	execute format('create policy set on retention_choices for insert to %I with check (%s and set_on = (select asks_on()))', app, own);
	execute format('grant select, insert on retention_choices to %I', app);
	revoke all on function kept_of_leavers() from public;
	execute format('grant execute on function kept_of_leavers() to %I', app);
end
$$;
