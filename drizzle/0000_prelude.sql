-- What the tables stand on. Roles belong to the whole server and one server may hold many databases, so the
-- application's role carries the database's name.
create extension if not exists btree_gist;
--> statement-breakpoint
do $$
declare
	app text := current_database() || '_app';
begin
	if not exists (select from pg_roles where rolname = app) then
		execute format('create role %I nologin noinherit', app);
	end if;
	execute format('grant %I to current_user', app);
	execute format('grant usage on schema public to %I', app);
	execute format('alter default privileges in schema public grant select, insert, update on tables to %I', app);
	execute format('alter default privileges in schema public grant usage on sequences to %I', app);
	execute format('alter default privileges in schema public grant execute on functions to %I', app);
end
$$;
