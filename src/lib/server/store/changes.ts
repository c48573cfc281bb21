import { randomUUID } from 'node:crypto';
import { getTableColumns, getTableName, sql, type SQL } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { ChangeKind, Entity, Fact, Said } from '#lib/domain/change-words.ts';
import type { Transaction } from '#lib/server/db/index.ts';
import {
	absences,
	actions,
	allocations,
	caseKinds,
	cases,
	plannedMoves,
	postings,
	practitioners,
	reductions,
	requests,
	restructures,
	stageReviews,
	supervisionSessions,
	teams
} from '#lib/server/db/schema.ts';

/** The facts that are changed by hand through this file, and which of their columns may be kept and shown beside a change. */
const FACTS: Record<Entity, { table: PgTable; shown: readonly string[] }> = {
	posting: {
		table: postings,
		shown: ['practitioner_id', 'team_id', 'role', 'supervisor_id', 'fte', 'agency', 'from_on', 'to_on']
	},
	practitioner: {
		table: practitioners,
		shown: [
			'name',
			'email',
			'swe_number',
			'registered_on',
			'registration_checked_on',
			'registration_checked_by',
			'early_career_started_on',
			'early_career_extended_to',
			'early_career_extended_why',
			'early_career_passed_on',
			'started_on',
			'left_on'
		]
	},
	stage_review: {
		table: stageReviews,
		shown: ['practitioner_id', 'months', 'booked_on', 'held_on', 'outcome', 'words']
	},
	team: { table: teams, shown: ['name', 'service', 'opened_on', 'closed_on', 'succeeded_by'] },
	restructure: { table: restructures, shown: ['name', 'starts_on', 'ends_on', 'team_ids'] },
	planned_move: {
		table: plannedMoves,
		shown: [
			'kind',
			'practitioner_id',
			'team_id',
			'into_team_id',
			'role',
			'supervisor_id',
			'to_practitioner_id',
			'name',
			'moves_on',
			'done_on'
		]
	},
	case: {
		table: cases,
		shown: ['family_id', 'date_of_birth', 'unborn', 'opened_on', 'closed_on', 'closure_reason', 'complexity']
	},
	case_kind: {
		table: caseKinds,
		shown: ['case_id', 'kind', 'from_on', 'to_on', 'conference_needed', 'conference_on']
	},
	allocation: {
		table: allocations,
		shown: ['case_id', 'practitioner_id', 'team_id', 'role', 'reason', 'start_not_given', 'from_on', 'to_on']
	},
	request: {
		table: requests,
		shown: [
			'case_id',
			'agency',
			'kind',
			'requested_on',
			'asked',
			'outcome',
			'decided_on',
			'decided_by_id',
			'second_manager_id',
			'second_agreed_on',
			'answer',
			'answered_on'
		]
	},
	action: {
		table: actions,
		shown: ['case_id', 'practitioner_id', 'owner_id', 'agreed_on', 'due_on', 'done_on', 'risk']
	},
	absence: {
		table: absences,
		shown: ['practitioner_id', 'reason', 'from_on', 'to_on', 'cover_id', 'supervision_cover_id']
	},
	reduction: {
		table: reductions,
		shown: ['practitioner_id', 'share', 'reason', 'from_on', 'to_on']
	},
	session: {
		table: supervisionSessions,
		shown: [
			'practitioner_id',
			'supervisor_id',
			'covers_for_id',
			'planned_on',
			'planned_time',
			'planned_minutes',
			'kind',
			'reflective',
			'held_on',
			'minutes',
			'interrupted',
			'cancelled',
			'cancelled_by'
		]
	}
};

/** Kept beside every fact: when it became known, and which version it was. */
const RECORDING = ['recorded_on', 'end_recorded_on', 'recorded_at'];
/** What a version is by, and nothing that was said. */
const OF_THE_VERSION = ['id', 'version_of', 'recorded_at', 'superseded_on', 'superseded_at'];

/** Whom, which case and which team a change is about: whoever has one of them in scope sees it. */
export interface About {
	practitionerId?: string | null;
	caseId?: string | null;
	teamId?: string | null;
	/** Which restructure it plans: whoever may see its plan sees the change. */
	restructureId?: string | null;
}

/** Who changes something, by which form, on which day. */
export interface Making {
	formKey: string;
	on: CalendarDate;
	by: string | null;
	accountId: string;
	why: string | null;
}

export interface Change {
	changeId: number;
	formKey: string;
	entity: Entity;
	entityId: string;
	practitionerId: string | null;
	caseId: string | null;
	teamId: string | null;
	restructureId: string | null;
	change: ChangeKind;
	before: Said | null;
	after: Said | null;
	why: string | null;
	madeOn: CalendarDate;
	/** As people read a time of day: 14:05. */
	madeAt: string;
	madeBy: string | null;
	/** The form whose change this takes back. */
	undoes: string | null;
	/** Whether the form was taken back. */
	undone: boolean;
}

/** Lets nobody else change these things until the transaction ends; the same names in any order. */
export async function holdFacts(tx: Transaction, names: readonly string[]): Promise<void> {
	for (const name of [...new Set(names)].sort())
		await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`fact ${name}`}, 0))`);
}

/** What a fact says now, held until the transaction ends. Null: not there, withdrawn or out of scope. */
export async function factNow(tx: Transaction, entity: Entity, entityId: string): Promise<Fact | null> {
	const [found] = await tx.execute<{ said: Said }>(
		sql`select to_jsonb(t) as said from ${tableOf(entity)} t
			where t.id = ${entityId} and t.superseded_at is null for update`
	);
	return found ? factIn(found.said) : null;
}

function factIn(said: Said): Fact {
	return { said, edition: String(said['recorded_at']) };
}

/** Writes a new fact with the change that brings it. `row` is by column name. Its id. */
export async function insertFact(
	tx: Transaction,
	entity: Entity,
	row: Said,
	about: About,
	making: Making
): Promise<string> {
	const id = typeof row['id'] === 'string' ? row['id'] : randomUUID();
	await note(tx, entity, id, 'recorded', { before: null, after: row }, about, making);
	const whole = { ...row, id };
	const columns = columnsIn(entity, Object.keys(whole));
	await tx.execute(
		sql`insert into ${tableOf(entity)} (${columns})
			select ${columns} from jsonb_populate_record(null::${tableOf(entity)}, ${JSON.stringify(whole)}::jsonb)`
	);
	return id;
}

/**
 * Writes a new version of a fact with the change that brings it. With an `edition`, only over that one: `changed_since`
 * where somebody else was faster. `same`: it says so already, and nothing is written.
 */
export async function updateFact(
	tx: Transaction,
	entity: Entity,
	entityId: string,
	set: Said,
	{ change, edition }: { change: Exclude<ChangeKind, 'recorded' | 'withdrawn' | 'undone'>; edition?: string },
	about: About,
	making: Making
): Promise<'done' | 'same' | 'changed_since'> {
	const now = await factNow(tx, entity, entityId);
	if (!now || (edition !== undefined && edition !== now.edition)) return 'changed_since';
	if (Object.entries(set).every(([column, value]) => now.said[column] === value)) return 'same';
	await note(
		tx,
		entity,
		entityId,
		change,
		{ before: now.said, after: { ...now.said, ...set } },
		about,
		making
	);
	await write(tx, entity, entityId, set);
	return 'done';
}

/** One of many facts that a form writes: a new one, or what is set of one that stands. */
export interface FactWritten {
	/** Null: a new one. */
	id: string | null;
	set: Said;
	/** Of a new one it is always recorded. */
	change: Exclude<ChangeKind, 'recorded' | 'withdrawn' | 'undone'>;
	about: About;
}

/**
 * Writes many facts of one kind with their changes, in a few statements however many they are: those that stand first,
 * so that what ends makes room for what begins. The id and the change of each that was written; one that says so
 * already is not. `changed_since`: one of them does not stand, and nothing was written.
 */
export async function writeFacts(
	tx: Transaction,
	entity: Entity,
	facts: readonly FactWritten[],
	making: Making
): Promise<{ id: string; change: ChangeKind }[] | 'changed_since'> {
	const standing = facts.flatMap((fact) => (fact.id === null ? [] : { ...fact, id: fact.id }));
	const held = await tx.execute<{ said: Said }>(
		sql`select to_jsonb(t) as said from ${tableOf(entity)} t
			where t.id = any(${`{${standing.map(({ id }) => id).join(',')}}`}::uuid[]) and t.superseded_at is null
			order by t.id for update`
	);
	const now = new Map(held.map(({ said }) => [String(said['id']), said]));
	if (standing.some(({ id }) => !now.has(id))) return 'changed_since';
	const changed = standing.filter(({ id, set }) =>
		Object.entries(set).some(([column, value]) => now.get(id)?.[column] !== value)
	);
	const added = facts
		.filter(({ id }) => id === null)
		.map(({ set, about }) => {
			const id = typeof set['id'] === 'string' ? set['id'] : randomUUID();
			return { id, set: { ...set, id }, about, change: 'recorded' as const };
		});
	await noteAll(
		tx,
		entity,
		[
			...changed.map((fact) => ({ ...fact, before: now.get(fact.id) ?? null })),
			...added.map((fact) => ({ ...fact, before: null }))
		],
		making
	);
	for (const [columns, rows] of byColumns(changed)) {
		const names = columnsIn(entity, columns);
		const set = sql.join(
			columns.map((column) => sql`${sql.identifier(column)} = r.${sql.identifier(column)}`),
			sql`, `
		);
		const written = await tx.execute(
			sql`update ${tableOf(entity)} t set ${set}
				from (select id, ${names} from jsonb_populate_recordset(null::${tableOf(entity)}, ${JSON.stringify(
					rows.map(({ id, set: said }) => ({ ...said, id }))
				)}::jsonb)) r
				where t.id = r.id and t.superseded_at is null returning t.id`
		);
		if (written.length !== rows.length) throw new Error(`${entity} was not written`);
	}
	for (const [columns, rows] of byColumns(added)) {
		const names = columnsIn(entity, columns);
		await tx.execute(
			sql`insert into ${tableOf(entity)} (${names}) select ${names}
				from jsonb_populate_recordset(null::${tableOf(entity)}, ${JSON.stringify(rows.map(({ set }) => set))}::jsonb)`
		);
	}
	return [...changed, ...added].map(({ id, change }) => ({ id, change }));
}

/** By which columns they set, so that each statement leaves alone what it does not name. */
function byColumns<Fact extends { set: Said }>(facts: readonly Fact[]): [string[], Fact[]][] {
	const grouped = new Map<string, [string[], Fact[]]>();
	for (const fact of facts) {
		const columns = Object.keys(fact.set).sort();
		const group = grouped.get(columns.join()) ?? [columns, []];
		group[1].push(fact);
		grouped.set(columns.join(), group);
	}
	return [...grouped.values()];
}

/** Takes a fact out of what is known from the day; what it said stays readable as known before. */
export async function withdrawFact(
	tx: Transaction,
	entity: Entity,
	entityId: string,
	edition: string | undefined,
	about: About,
	making: Making
): Promise<'done' | 'changed_since'> {
	const now = await factNow(tx, entity, entityId);
	if (!now || (edition !== undefined && edition !== now.edition)) return 'changed_since';
	await note(tx, entity, entityId, 'withdrawn', { before: now.said, after: null }, about, making);
	await supersede(tx, entity, entityId, making.on);
	return 'done';
}

async function write(tx: Transaction, entity: Entity, entityId: string, set: Said): Promise<void> {
	const columns = columnsIn(entity, Object.keys(set));
	const written = await tx.execute(
		sql`update ${tableOf(entity)} set (${columns}) = (
				select ${columns} from jsonb_populate_record(null::${tableOf(entity)}, ${JSON.stringify(set)}::jsonb)
			)
			where id = ${entityId} and superseded_at is null returning id`
	);
	if (written.length === 0) throw new Error(`${entity} was not written`);
}

async function supersede(tx: Transaction, entity: Entity, entityId: string, on: CalendarDate): Promise<void> {
	await tx.execute(
		sql`update ${tableOf(entity)} set superseded_on = ${on}, superseded_at = clock_timestamp()
			where id = ${entityId} and superseded_at is null`
	);
}

async function note(
	tx: Transaction,
	entity: Entity,
	entityId: string,
	change: ChangeKind,
	{ before, after }: { before: Said | null; after: Said | null },
	{ practitionerId, caseId, teamId, restructureId }: About,
	{ formKey, on, by, accountId, why }: Making,
	undoes: string | null = null
): Promise<void> {
	const json = (said: Said | null) => (said === null ? null : JSON.stringify(shownOf(entity, said)));
	await tx.execute(
		sql`insert into changes (form_key, entity, entity_id, practitioner_id, case_id, team_id, restructure_id, change,
				before, after, why, made_on, made_by, account_id, undoes)
			values (${formKey}, ${entity}, ${entityId}, ${practitionerId ?? null}, ${caseId ?? null}, ${teamId ?? null},
				${restructureId ?? null}, ${change}, ${json(before)}::jsonb, ${json(after)}::jsonb, ${why}, ${on}, ${by}, ${accountId}, ${undoes})`
	);
}

async function noteAll(
	tx: Transaction,
	entity: Entity,
	facts: readonly { id: string; change: ChangeKind; before: Said | null; set: Said; about: About }[],
	{ formKey, on, by, accountId, why }: Making
): Promise<void> {
	if (facts.length === 0) return;
	const rows = facts.map(({ id, change, before, set, about }) => ({
		entity_id: id,
		practitioner_id: about.practitionerId ?? null,
		case_id: about.caseId ?? null,
		team_id: about.teamId ?? null,
		restructure_id: about.restructureId ?? null,
		change,
		before: before && shownOf(entity, before),
		after: shownOf(entity, { ...before, ...set })
	}));
	await tx.execute(
		sql`insert into changes (form_key, entity, entity_id, practitioner_id, case_id, team_id, restructure_id, change,
				before, after, why, made_on, made_by, account_id)
			select ${formKey}::uuid, ${entity}, entity_id, practitioner_id, case_id, team_id, restructure_id, change,
				before, after, ${why}, ${on}::date, ${by}::uuid, ${accountId}::uuid
			from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (entity_id uuid, practitioner_id uuid, case_id uuid,
				team_id uuid, restructure_id uuid, change text, before jsonb, after jsonb)`
	);
}

function shownOf(entity: Entity, said: Said): Said {
	const kept = [...FACTS[entity].shown, ...RECORDING];
	return Object.fromEntries(Object.entries(said).filter(([column]) => kept.includes(column)));
}

const change = sql`c.id as "changeId", c.form_key as "formKey", c.entity, c.entity_id as "entityId",
	c.practitioner_id as "practitionerId", c.case_id as "caseId", c.team_id as "teamId", c.restructure_id as "restructureId", c.change, c.before, c.after,
	c.why, c.made_on as "madeOn", to_char(c.made_at at time zone 'Europe/London', 'HH24:MI') as "madeAt",
	c.made_by as "madeBy", c.undoes, exists (select from changes u where u.undoes = c.form_key) as undone`;

/**
 * What was changed by hand about somebody, a case or a team by forms that touched one of these kinds of fact, the latest
 * first, in the scope of who asks.
 */
export async function changesAbout(
	tx: Transaction,
	{ practitionerId, caseId, teamId, restructureId }: About,
	entities: readonly Entity[]
): Promise<Change[]> {
	const about = sql`(c.practitioner_id = ${practitionerId ?? null} or c.case_id = ${caseId ?? null}
		or c.team_id = ${teamId ?? null} or c.restructure_id = ${restructureId ?? null})`;
	return changesFrom(
		await tx.execute(
			sql`select ${change} from changes c
				where ${about} and c.form_key in (
					select c.form_key from changes c
					where ${about} and c.entity = any(${`{${entities.join(',')}}`}::text[])
				)
				order by c.id desc`
		)
	);
}

/** What one form did, in the order it did it, in the scope of who asks. */
export async function changesOfForm(tx: Transaction, formKey: string): Promise<Change[]> {
	return changesFrom(
		await tx.execute(sql`select ${change} from changes c where c.form_key = ${formKey} order by c.id`)
	);
}

function changesFrom(found: Iterable<Record<string, unknown>>): Change[] {
	return [...found].map((row) => ({ ...row, changeId: Number(row['changeId']) })) as unknown as Change[];
}

/** Whether nobody and no file has touched the fact since the change, which is held until the transaction ends. */
export async function isAsLeft(
	tx: Transaction,
	{ changeId, entity, entityId, before, after }: Change
): Promise<boolean> {
	const table = tableOf(entity);
	const [row] = await tx.execute<{ stands: boolean }>(
		sql`select superseded_at is null as stands from ${table} where id = ${entityId} for update`
	);
	if (row?.stands !== (after !== null)) return false;
	const since = await tx.execute(
		sql`select from ${table} v, changes c
			where c.id = ${changeId} and v.version_of = ${entityId} and v.superseded_at > c.made_at
				and v.recorded_at is distinct from ${editionOf(before)}::timestamptz
			limit 1`
	);
	return since.length === 0;
}

/** Puts a fact back as it stood before a change, with the days on which that was recorded, and notes it. */
export async function restoreFact(tx: Transaction, made: Change, undoing: Making): Promise<void> {
	const { entity, entityId, before, after, practitionerId, caseId, teamId, restructureId, formKey } = made;
	await note(
		tx,
		entity,
		entityId,
		'undone',
		{ before: after, after: before },
		{ practitionerId, caseId, teamId, restructureId },
		undoing,
		formKey
	);
	const table = tableOf(entity);
	if (before === null) return supersede(tx, entity, entityId, undoing.on);
	if (after === null) {
		await tx.execute(
			sql`update ${table} set superseded_on = null, superseded_at = null where id = ${entityId}`
		);
		return;
	}
	const columns = named(columnsOf(entity).filter((column) => !OF_THE_VERSION.includes(column)));
	const version = sql`version_of = ${entityId} and recorded_at = ${editionOf(before)}::timestamptz`;
	const written = await tx.execute(
		sql`update ${table} set (${columns}) = (select ${columns} from ${table} where ${version})
			where id = ${entityId} and superseded_at is null returning id`
	);
	if (written.length === 0) throw new Error(`${entity} was not put back`);
	await tx.execute(
		sql`update ${table} set superseded_on = coalesce(recorded_on, '0001-01-01')
			where ${version} and superseded_on = ${undoing.on}`
	);
}

/** Holds what the database would check at the end of the transaction now: one posting a day, one lead a day. */
export async function checkNow(tx: Transaction): Promise<void> {
	await tx.execute(sql`set constraints all immediate`);
	await tx.execute(sql`set constraints all deferred`);
}

/** What teams are called, closed ones too. */
export async function teamNames(tx: Transaction, ids: readonly string[]): Promise<Map<string, string>> {
	const found = await tx.execute<{ id: string; name: string }>(
		sql`select id, name from teams where id = any(${`{${ids.join(',')}}`}::uuid[])`
	);
	return new Map(found.map(({ id, name }) => [id, name]));
}

const editionOf = (said: Said | null): string | null => (said === null ? null : String(said['recorded_at']));

function tableOf(entity: Entity): SQL {
	return sql`${sql.identifier(getTableName(FACTS[entity].table))}`;
}

function columnsOf(entity: Entity): string[] {
	return Object.values(getTableColumns(FACTS[entity].table)).map(({ name }) => name);
}

function named(columns: readonly string[]): SQL {
	return sql.join(
		columns.map((column) => sql.identifier(column)),
		sql`, `
	);
}

/** Throws where a column is none of the fact's: a misspelt one would be lost in silence. */
function columnsIn(entity: Entity, given: readonly string[]): SQL {
	const known = columnsOf(entity);
	for (const column of given)
		if (!known.includes(column)) throw new Error(`${entity} has no column ${column}`);
	return named(given);
}
