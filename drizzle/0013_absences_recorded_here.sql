ALTER TABLE "absences" ADD COLUMN "changed_by" uuid;--> statement-breakpoint
ALTER TABLE "absences" ADD COLUMN "changed_on" date;--> statement-breakpoint
ALTER TABLE "absences" ADD COLUMN "revision" smallint DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "reductions" ADD COLUMN "after_absence" uuid;--> statement-breakpoint
ALTER TABLE "reductions" ADD COLUMN "changed_by" uuid;--> statement-breakpoint
ALTER TABLE "reductions" ADD COLUMN "changed_on" date;--> statement-breakpoint
ALTER TABLE "reductions" ADD COLUMN "revision" smallint DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "absences" ADD CONSTRAINT "absences_changed_by_practitioners_id_fk" FOREIGN KEY ("changed_by") REFERENCES "public"."practitioners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reductions" ADD CONSTRAINT "reductions_after_absence_absences_id_fk" FOREIGN KEY ("after_absence") REFERENCES "public"."absences"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reductions" ADD CONSTRAINT "reductions_changed_by_practitioners_id_fk" FOREIGN KEY ("changed_by") REFERENCES "public"."practitioners"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
CREATE INDEX "reductions_after_absence" ON "reductions" USING btree ("after_absence") WHERE "reductions"."after_absence" is not null;
--> statement-breakpoint
-- Absences and reductions move clocks and capacity: those who manage practice keep them, and nobody their own.
create function keeps_absences_of(practitioner uuid) returns boolean
	language sql stable security definer set search_path = public, pg_temp as $$
	select asks() in ('operator', 'rules') or (
		asking_role() in ('practice_supervisor', 'team_manager', 'service_manager')
		and practitioner is distinct from asking_practitioner()
	)
$$;
--> statement-breakpoint
-- What a file says of a row is no longer what somebody recorded here.
create function says_the_file() returns trigger language plpgsql as $$
begin
	if asks() = 'operator' and new.revision = old.revision and to_jsonb(new) is distinct from to_jsonb(old) then
		new.changed_by := null;
		new.changed_on := null;
		new.revision := old.revision + 1;
	end if;
	return new;
end
$$;
--> statement-breakpoint
create trigger a_says_the_file before update on absences for each row execute function says_the_file();
--> statement-breakpoint
create trigger a_says_the_file before update on reductions for each row execute function says_the_file();
--> statement-breakpoint
do $$
declare
	app text := current_database() || '_app';
	kept text;
begin
	foreach kept in array array['absences', 'reductions'] loop
		execute format('create policy kept_by_others on %I as restrictive for insert to %I with check (keeps_absences_of(practitioner_id))', kept, app);
		execute format('create policy changed_by_others on %I as restrictive for update to %I using (keeps_absences_of(practitioner_id)) with check (keeps_absences_of(practitioner_id))', kept, app);
	end loop;
	execute format('grant execute on function keeps_absences_of(uuid), says_the_file() to %I', app);
end
$$;
