import { sql } from 'drizzle-orm';
import type { Restructure } from '#lib/domain/authority.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { Team } from '#lib/domain/people.ts';
import {
	NO_SETTINGS,
	versionsFrom,
	type Policy,
	type Settings,
	type StoredPolicy
} from '#lib/domain/policy.ts';
import type { Transaction } from '#lib/server/db/index.ts';
import { ends, entityId, everKnown, known, rows } from './rows.ts';

export async function teamsOf(tx: Transaction): Promise<Team[]> {
	return rows<Team>(
		tx,
		sql`select ${entityId} as "teamId", reference, name, service, opened_on as "openedOn",
			closed_on as "closedOn", succeeded_by as "succeededBy", ${known}, ${ends}
			from teams where ${everKnown} order by service, name`
	);
}

export async function restructuresOf(tx: Transaction): Promise<Restructure[]> {
	return rows<Restructure>(
		tx,
		sql`select ${entityId} as "restructureId", reference, name, team_ids as "teamIds",
			starts_on as "from", ends_on as "to", ${known}, ${ends}
			from restructures where ${everKnown} order by starts_on desc`
	);
}

/** The policy versions that were not withdrawn before they came into force, oldest first. */
export async function policiesOf(tx: Transaction): Promise<Policy[]> {
	const stored = await rows<{ version: number; effectiveFrom: CalendarDate | null; policy: StoredPolicy }>(
		tx,
		sql`select version, effective_from as "effectiveFrom", policy from policy_versions
			where withdrawn_on is null order by version`
	);
	return versionsFrom(
		stored.map(({ version, effectiveFrom, policy }) => ({ ...policy, version, effectiveFrom }))
	);
}

export async function settingsOf(tx: Transaction): Promise<Settings> {
	const [stored] = await rows<Settings>(
		tx,
		sql`select observed_from as "observedFrom", supervision_profile_from as "supervisionProfileFrom" from settings`
	);
	return stored ?? NO_SETTINGS;
}
