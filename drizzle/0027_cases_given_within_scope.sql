-- A case is given to those whom the giver knows: to others it goes by their team. What stood before a change is kept as it was.
do $$
declare
	app text := current_database() || '_app';
begin
	execute format(
		'create policy given_within_scope on allocations as restrictive for insert to %I with check ((select sees_all()) or version_of is not null or practitioner_id is null or practitioner_id in (select visible_practitioners()) or practitioner_id in (select coming_practitioners()) or practitioner_id in (select changed_today()))',
		app
	);
end
$$;
