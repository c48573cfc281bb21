import { sql } from 'drizzle-orm';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { Said } from '#lib/domain/change-words.ts';
import type { Role } from '#lib/domain/people.ts';
import type { MoveSaid, PlannedMove } from '#lib/domain/restructure-moves.ts';
import { asRules, type Transaction } from '#lib/server/db/index.ts';

/** The plan itself, or what it is compared with. */
export const VARIANTS = ['plan', 'what_if'] as const;
export type Variant = (typeof VARIANTS)[number];

/** A restructure as it stands. */
export interface RestructureKept {
	restructureId: string;
	reference: string;
	name: string;
	startsOn: CalendarDate;
	endsOn: CalendarDate | null;
	/** Empty: all teams. */
	teamIds: string[];
	/** Which version it is, to the instant. */
	edition: string;
	/** Whether who asks may plan it. */
	mayPlan: boolean;
	/** Of the plan itself: how many moves there are, and how many of them are carried out. */
	planned: number;
	done: number;
}

/** The restructures in the scope of who asks, the latest first; or the one. */
export async function restructuresKept(
	tx: Transaction,
	restructureId: string | null = null
): Promise<RestructureKept[]> {
	const found = await tx.execute(
		sql`select r.id as "restructureId", r.reference, r.name, r.starts_on as "startsOn", r.ends_on as "endsOn",
				r.team_ids as "teamIds", to_jsonb(r) ->> 'recorded_at' as edition,
				r.id in (select kept_restructures()) as "mayPlan",
				(select count(*)::int from planned_moves m
					where m.restructure_id = r.id and m.superseded_at is null and m.variant = 'plan') as planned,
				(select count(*)::int from planned_moves m
					where m.restructure_id = r.id and m.superseded_at is null and m.done_on is not null) as done
			from restructures r
			where r.superseded_at is null and r.id in (select visible_restructures())
				and (${restructureId}::uuid is null or r.id = ${restructureId})
			order by r.starts_on desc, r.name`
	);
	return [...found] as unknown as RestructureKept[];
}

/** The references of all there are, to hold a new one against. */
export async function restructureReferences(tx: Transaction): Promise<string[]> {
	const found = await tx.execute<{ reference: string }>(
		sql`select reference from restructures where superseded_at is null`
	);
	return found.map(({ reference }) => reference);
}

export type MoveKept = PlannedMove & { variant: Variant; edition: string };

interface Row {
	moveId: string;
	variant: Variant;
	kind: MoveSaid['kind'];
	on: CalendarDate;
	/** Of a kind that names none, null: which columns a kind has is said where it is written. */
	teamId: string;
	intoTeamId: string;
	practitionerId: string;
	toPractitionerId: string | null;
	supervisorId: string | null;
	practitionerIds: string[];
	role: Role;
	reference: string;
	name: string;
	service: string;
	doneOn: CalendarDate | null;
	edition: string;
}

/** The planned moves of a restructure, of the plan and of what it is compared with, in the scope of who asks. */
export async function movesOf(tx: Transaction, restructureId: string): Promise<MoveKept[]> {
	const found = await tx.execute<Row & Record<string, unknown>>(
		sql`select id as "moveId", variant, kind, moves_on as "on", team_id as "teamId", into_team_id as "intoTeamId",
				practitioner_id as "practitionerId", to_practitioner_id as "toPractitionerId",
				supervisor_id as "supervisorId", practitioner_ids as "practitionerIds", role, reference, name, service,
				done_on as "doneOn", to_jsonb(planned_moves) ->> 'recorded_at' as edition
			from planned_moves where restructure_id = ${restructureId} and superseded_at is null
			order by moves_on, id`
	);
	return found.map((row) => {
		const { moveId, variant, on, doneOn, edition } = row;
		return { moveId, variant, on, doneOn, edition, ...saidIn(row) };
	});
}

function saidIn(row: Row): MoveSaid {
	const { kind, teamId, intoTeamId, practitionerId, supervisorId } = row;
	switch (kind) {
		case 'opens':
			return { kind, teamId, reference: row.reference, name: row.name, service: row.service };
		case 'renamed':
			return { kind, teamId, name: row.name };
		case 'person':
			return { kind, practitionerId, teamId, role: row.role, supervisorId };
		case 'leaves':
			return { kind, practitionerId };
		case 'splits':
			return { kind, teamId, intoTeamId, practitionerIds: row.practitionerIds, supervisorId };
		case 'merges':
			return { kind, teamId, intoTeamId, supervisorId };
		case 'cases':
			return {
				kind,
				practitionerId,
				toPractitionerId: row.toPractitionerId,
				toTeamId: row.teamId
			};
		case 'closes':
			return { kind, teamId };
	}
}

/** A move as the columns of its row. */
export function moveSaid(move: MoveSaid, on: CalendarDate): Said {
	const nothing: Said = {
		team_id: null,
		into_team_id: null,
		practitioner_id: null,
		to_practitioner_id: null,
		supervisor_id: null,
		practitioner_ids: '{}',
		role: null,
		reference: null,
		name: null,
		service: null
	};
	const of = (said: Said): Said => ({ ...nothing, kind: move.kind, moves_on: on, ...said });
	switch (move.kind) {
		case 'opens':
			return of({
				team_id: move.teamId,
				reference: move.reference,
				name: move.name,
				service: move.service
			});
		case 'renamed':
			return of({ team_id: move.teamId, name: move.name });
		case 'person':
			return of({
				practitioner_id: move.practitionerId,
				team_id: move.teamId,
				role: move.role,
				supervisor_id: move.supervisorId
			});
		case 'leaves':
			return of({ practitioner_id: move.practitionerId });
		case 'splits':
			return of({
				team_id: move.teamId,
				into_team_id: move.intoTeamId,
				practitioner_ids: `{${move.practitionerIds.join(',')}}`,
				supervisor_id: move.supervisorId
			});
		case 'merges':
			return of({
				team_id: move.teamId,
				into_team_id: move.intoTeamId,
				supervisor_id: move.supervisorId
			});
		case 'cases':
			return of({
				practitioner_id: move.practitionerId,
				to_practitioner_id: move.toPractitionerId,
				team_id: move.toTeamId
			});
		case 'closes':
			return of({ team_id: move.teamId });
	}
}

export interface StaffMember {
	practitionerId: string;
	name: string;
	role: Role;
	teamId: string;
	team: string;
}

/** Those in the scope of who asks who are in post on the day, by team and name. */
export async function staffInPost(tx: Transaction, day: CalendarDate): Promise<StaffMember[]> {
	const found = await tx.execute(
		sql`select p.practitioner_id as "practitionerId", w.name, p.role, t.id as "teamId", t.name as team
			from postings p
			join practitioners w on w.id = p.practitioner_id and w.superseded_at is null
			join teams t on t.id = p.team_id
			where p.superseded_at is null and p.from_on <= ${day} and (p.to_on is null or p.to_on > ${day})
				and (w.left_on is null or w.left_on > ${day})
			order by w.name, p.practitioner_id`
	);
	return [...found] as unknown as StaffMember[];
}

/** Cases that were ever with some teams alone, open on the day: the teams were found in the scope of who asks. */
export async function casesOfTeams(
	tx: Transaction,
	teamIds: readonly string[],
	day: CalendarDate
): Promise<string[]> {
	const found = await tx.execute<{ id: string }>(
		sql`select distinct a.case_id as id from allocations a join cases c on c.id = a.case_id
			where a.team_id = any(${`{${teamIds.join(',')}}`}::uuid[]) and a.superseded_at is null
				and a.practitioner_id is null and (a.to_on is null or a.to_on > ${day})
				and (c.closed_on is null or c.closed_on > ${day})`
	);
	return found.map(({ id }) => id);
}

/**
 * Open cases whose lead is in one of these teams (empty: in any), whoever may see them: the guard of a restructure
 * turns flags of theirs.
 */
export async function casesGuarded(
	tx: Transaction,
	teamIds: readonly string[],
	day: CalendarDate
): Promise<string[]> {
	return asRules(tx, async () => {
		const found = await tx.execute<{ id: string }>(
			sql`select distinct a.case_id as id from allocations a
				join cases c on c.id = a.case_id and c.superseded_at is null
				join postings p on p.practitioner_id = a.practitioner_id and p.superseded_at is null
				where a.superseded_at is null and a.role = 'lead' and (c.closed_on is null or c.closed_on > ${day})
					and a.from_on <= ${day} and (a.to_on is null or a.to_on > ${day})
					and p.from_on <= ${day} and (p.to_on is null or p.to_on > ${day})
					and (${teamIds.length} = 0 or p.team_id = any(${`{${teamIds.join(',')}}`}::uuid[]))`
		);
		return found.map(({ id }) => id);
	});
}

/** Which of these people are in the scope of who asks. */
export async function practitionersInScope(tx: Transaction, ids: readonly string[]): Promise<Set<string>> {
	const found = await tx.execute<{ id: string }>(
		sql`select id from practitioners where superseded_at is null and id = any(${`{${ids.join(',')}}`}::uuid[])`
	);
	return new Set(found.map(({ id }) => id));
}

/** Plans moves in which people, teams and the restructure are named by their references, as files name them. */
export async function insertMovesByReference(
	tx: Transaction,
	moves: readonly { restructureId: string; on: CalendarDate; said: MoveSaid }[],
	recordedOn: CalendarDate
): Promise<void> {
	const given = moves.map(({ restructureId, on, said }) => ({
		...moveSaid(said, on),
		restructure: restructureId
	}));
	await tx.execute(
		sql`insert into planned_moves (restructure_id, variant, kind, moves_on, team_id, into_team_id, practitioner_id,
				to_practitioner_id, supervisor_id, role, name, recorded_on)
			select r.id, 'plan', m.kind, m.moves_on, t.id, i.id, p.id, o.id, s.id, m.role, m.name, ${recordedOn}
			from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as m(restructure text, kind text, moves_on date,
				team_id text, into_team_id text, practitioner_id text, to_practitioner_id text, supervisor_id text,
				role text, name text)
			join restructures r on r.reference = m.restructure and r.superseded_at is null
			left join teams t on t.reference = m.team_id and t.superseded_at is null
			left join teams i on i.reference = m.into_team_id and i.superseded_at is null
			left join practitioners p on p.reference = m.practitioner_id and p.superseded_at is null
			left join practitioners o on o.reference = m.to_practitioner_id and o.superseded_at is null
			left join practitioners s on s.reference = m.supervisor_id and s.superseded_at is null`
	);
}
