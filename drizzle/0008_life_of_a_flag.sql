CREATE TABLE "oversight_requests" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"case_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"asked_by" uuid NOT NULL,
	"asked_on" date NOT NULL,
	"asked_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"words" text,
	"escalated_on" date,
	"answered_on" date,
	"answered_by" uuid,
	"answered_as" text,
	"answer" text
);
--> statement-breakpoint
ALTER TABLE "flag_steps" DROP CONSTRAINT "flag_steps_step";--> statement-breakpoint
ALTER TABLE "flag_steps" ADD COLUMN "happened_on" date DEFAULT coalesce(asks_on(), (now() at time zone 'Europe/London')::date) NOT NULL;--> statement-breakpoint
ALTER TABLE "flag_steps" ADD COLUMN "practitioner_id" uuid;--> statement-breakpoint
ALTER TABLE "flag_steps" ADD COLUMN "acted_as" text;--> statement-breakpoint
ALTER TABLE "flag_steps" ADD COLUMN "details" jsonb;--> statement-breakpoint
ALTER TABLE "oversight_requests" ADD CONSTRAINT "oversight_requests_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "oversight_requests" ADD CONSTRAINT "oversight_requests_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "oversight_requests" ADD CONSTRAINT "oversight_requests_asked_by_practitioners_id_fk" FOREIGN KEY ("asked_by") REFERENCES "public"."practitioners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "oversight_requests" ADD CONSTRAINT "oversight_requests_answered_by_practitioners_id_fk" FOREIGN KEY ("answered_by") REFERENCES "public"."practitioners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "oversight_requests_by_case" ON "oversight_requests" USING btree ("case_id");--> statement-breakpoint
CREATE UNIQUE INDEX "oversight_requests_one_waiting" ON "oversight_requests" USING btree ("case_id") WHERE "oversight_requests"."answered_on" is null;--> statement-breakpoint
ALTER TABLE "flag_steps" ADD CONSTRAINT "flag_steps_practitioner_id_practitioners_id_fk" FOREIGN KEY ("practitioner_id") REFERENCES "public"."practitioners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "flag_steps_of_the_review_once" ON "flag_steps" USING btree ("flag_id","step","happened_on") WHERE "flag_steps"."step" in ('asked_again', 'escalated');--> statement-breakpoint
ALTER TABLE "flag_steps" ADD CONSTRAINT "flag_steps_step" CHECK ("flag_steps"."step" in ('raised', 'severity_changed', 'acknowledged', 'accepted', 'asked_again', 'escalated', 'commented', 'cleared'));
--> statement-breakpoint
update flag_steps set happened_on = (happened_at at time zone 'Europe/London')::date;
--> statement-breakpoint
create trigger flag_steps_stay before update or delete or truncate on flag_steps
	for each statement execute function refuse();
--> statement-breakpoint
-- What was asked stays as it was asked; a request goes up once and is answered once.
create function request_moves_forward() returns trigger language plpgsql as $$
declare
	later text[] := array['escalated_on', 'answered_on', 'answered_by', 'answered_as', 'answer'];
begin
	if to_jsonb(new) - later is distinct from to_jsonb(old) - later
		or old.escalated_on is distinct from new.escalated_on and old.escalated_on is not null
		or old.answered_on is not null
	then
		raise exception 'a request for oversight stays as it was asked and answered' using errcode = 'restrict_violation';
	end if;
	return new;
end
$$;
--> statement-breakpoint
create trigger a_request_moves_forward before update on oversight_requests
	for each row execute function request_moves_forward();
--> statement-breakpoint
create trigger oversight_requests_stay before delete or truncate on oversight_requests
	for each statement execute function refuse();
--> statement-breakpoint
-- Plans, reasons and comments are about children: whoever brings data in sees that a flag stands, not what was said.
do $$
declare
	app text := current_database() || '_app';
	guarded text;
	scope text;
begin
	for guarded, scope in
		select * from (values
			('flag_steps', '(select sees_all()) or ((select asking_role()) <> ''steward'' and flag_id in (select f.id from flags f))'),
			('oversight_requests', '(select sees_all()) or ((select asking_role()) <> ''steward'' and case_id in (select visible_cases()))')
		) as guards(guarded, scope)
	loop
		execute format('drop policy if exists scope on %I', guarded);
		execute format('drop policy if exists owner on %I', guarded);
		execute format('alter table %I enable row level security', guarded);
		execute format('alter table %I force row level security', guarded);
		execute format('create policy owner on %I to current_user using (true) with check (true)', guarded);
		execute format('create policy scope on %I to %I using (%s) with check (%s)', guarded, app, scope, scope);
	end loop;
	execute format('grant select, insert, update on oversight_requests to %I', app);
	execute format('grant execute on function request_moves_forward() to %I', app);
	execute format('revoke update on flag_steps from %I', app);
end
$$;
