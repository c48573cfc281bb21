-- Every new table may be changed by default: these stay as they were written, but for what a reader of quality finds.
do $$
declare
	app text := current_database() || '_app';
begin
	execute format(
		'revoke update on addenda, agenda_items, case_system_records, note_reasons, quality_samples, quality_readings from %I',
		app
	);
	execute format(
		'grant update (decision, rationale, voice, follow_through, themes, feedback, read_on, read_by, edition) on quality_readings to %I',
		app
	);
end
$$;
