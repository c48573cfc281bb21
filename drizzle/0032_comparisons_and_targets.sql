CREATE TABLE "comparisons" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "comparisons_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"own_code" text,
	"neighbour_codes" text[] NOT NULL,
	"chosen_on" date NOT NULL,
	"chosen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"chosen_by" text NOT NULL,
	"account_id" uuid NOT NULL
);
--> statement-breakpoint
CREATE TABLE "targets" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "targets_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"measure" text NOT NULL,
	"value" double precision,
	"from_on" date NOT NULL,
	"why" text NOT NULL,
	"set_on" date NOT NULL,
	"set_by" text NOT NULL,
	"set_at" timestamp with time zone DEFAULT now() NOT NULL,
	"account_id" uuid NOT NULL
);
--> statement-breakpoint
ALTER TABLE "comparisons" ADD CONSTRAINT "comparisons_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "targets" ADD CONSTRAINT "targets_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "targets_by_measure" ON "targets" USING btree ("measure");--> statement-breakpoint
create trigger comparisons_stay before update or delete or truncate on comparisons
	for each statement execute function refuse();
--> statement-breakpoint
create trigger targets_stay before update or delete or truncate on targets
	for each statement execute function refuse();
--> statement-breakpoint
-- What figures are compared with and aimed at is no secret of anybody; it is set by those who lead, in their own name.
do $$
declare
	app text := current_database() || '_app';
	own text := '(select asking_role()) in (''director'', ''principal_social_worker'') and account_id = (select asking_account())';
begin
	alter table comparisons enable row level security;
	alter table comparisons force row level security;
	create policy owner on comparisons to current_user using (true) with check (true);
	execute format('create policy read on comparisons for select to %I using ((select asks()) in (''person'', ''operator''))', app);
	execute format('create policy chosen on comparisons for insert to %I with check (%s and chosen_on = (select asks_on()))', app, own);
	execute format('grant select, insert on comparisons to %I', app);

	alter table targets enable row level security;
	alter table targets force row level security;
	create policy owner on targets to current_user using (true) with check (true);
	execute format('create policy read on targets for select to %I using ((select asks()) in (''person'', ''operator''))', app);
	execute format('create policy set on targets for insert to %I with check (%s and set_on = (select asks_on()))', app, own);
	execute format('grant select, insert on targets to %I', app);
end
$$;
