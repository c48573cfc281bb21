CREATE TABLE "name_reasons" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"team_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"reason" text NOT NULL,
	"given_on" date NOT NULL,
	"given_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "name_reasons" ADD CONSTRAINT "name_reasons_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "name_reasons" ADD CONSTRAINT "name_reasons_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "name_reasons_once_a_day" ON "name_reasons" USING btree ("team_id","account_id","given_on");--> statement-breakpoint
-- Read by whoever gave it, for it opens names to them for the day; given once, it stays as it was given.
do $$
declare
	app text := current_database() || '_app';
begin
	alter table name_reasons enable row level security;
	alter table name_reasons force row level security;
	create policy owner on name_reasons to current_user using (true) with check (true);
	execute format('create policy own_reasons on name_reasons for select to %I using (account_id = (select asking_account()))', app);
	execute format('create policy given_by_a_director on name_reasons for insert to %I with check (account_id = (select asking_account()) and given_on = (select asks_on()) and (select asking_role()) = ''director'' and team_id in (select visible_teams()))', app);
	execute format('revoke all on name_reasons from %I', app);
	execute format('grant select, insert on name_reasons to %I', app);
end
$$;
--> statement-breakpoint
create trigger name_reasons_stay before update or delete or truncate on name_reasons
	for each statement execute function refuse();
