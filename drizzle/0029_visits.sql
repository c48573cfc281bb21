CREATE TABLE "visits" (
	"account_id" uuid PRIMARY KEY NOT NULL,
	"seen_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"before_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "visits" ADD CONSTRAINT "visits_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
-- When somebody was last here is theirs alone: nobody else reads it, whatever their role.
do $$
declare
	app text := current_database() || '_app';
begin
	alter table visits enable row level security;
	alter table visits force row level security;
	create policy owner on visits to current_user using (true) with check (true);
	execute format('grant select, insert, update on visits to %I', app);
	execute format('create policy own on visits to %I using (account_id = (select asking_account())) with check (account_id = (select asking_account()))', app);
end
$$;
