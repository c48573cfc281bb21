CREATE TABLE "benchmarks" (
	"year" smallint NOT NULL,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"level" text NOT NULL,
	"region_code" text,
	"figures" jsonb NOT NULL,
	"imported_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "benchmarks_year_code_pk" PRIMARY KEY("year","code")
);
--> statement-breakpoint
-- Published figures of areas: whoever is signed in may read them, and only commands bring them in.
do $$
declare
	app text := current_database() || '_app';
begin
	alter table benchmarks enable row level security;
	alter table benchmarks force row level security;
	create policy owner on benchmarks to current_user using (true) with check (true);
	execute format('create policy published on benchmarks for select to %I using (true)', app);
	execute format('create policy imported on benchmarks for insert to %I with check ((select asks()) = ''operator'')', app);
	execute format('create policy published_again on benchmarks for update to %I using ((select asks()) = ''operator'')', app);
	execute format('grant select, insert, update on benchmarks to %I', app);
end
$$;
