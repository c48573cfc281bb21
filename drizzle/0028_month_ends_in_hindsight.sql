ALTER TABLE "month_ends" ADD COLUMN "hindsight" jsonb;--> statement-breakpoint
-- What was stored stays; what corrections and late entries make of it may be written beside it.
create or replace function month_end_stays() returns trigger language plpgsql as $$
declare
	beside constant text[] := array['since_corrected', 'hindsight', 'checked_at'];
begin
	if tg_op <> 'UPDATE' or to_jsonb(new) - beside <> to_jsonb(old) - beside then
		raise exception 'a stored month-end stays as it was stored' using errcode = 'restrict_violation';
	end if;
	return new;
end
$$;
