import { randomUUID } from 'node:crypto';
import { sql, type SQL } from 'drizzle-orm';
import { noRecords, type Records, type TableName } from '#lib/domain/records.ts';
import type { Transaction } from '#lib/server/db/index.ts';

type ColumnType = 'text' | 'date' | 'boolean' | 'numeric' | 'integer' | 'uuid' | 'uuid[]';
const ENTITIES = ['teams', 'practitioners', 'cases', 'supervision', 'oversight'] as const;
type Entity = (typeof ENTITIES)[number];

interface Column {
	property: string;
	column: string;
	type: ColumnType;
	/** The thing whose id the column holds; records carry its reference instead. */
	refers?: Entity;
}

interface Stored {
	table: string;
	/** The property that is the sender's own id; null where rows are known by a key. */
	reference: string | null;
	columns: readonly Column[];
	/** What the row copies from a row it refers to. */
	copied?: { column: string; value: string; from: string };
}

const text = (property: string, column = snake(property)): Column => ({ property, column, type: 'text' });
const date = (property: string, column = snake(property)): Column => ({ property, column, type: 'date' });
const yesNo = (property: string, column = snake(property)): Column => ({ property, column, type: 'boolean' });
const number = (property: string): Column => ({ property, column: snake(property), type: 'numeric' });
const integer = (property: string): Column => ({ property, column: snake(property), type: 'integer' });
const to = (refers: Entity, property: string): Column => ({
	property,
	column: snake(property),
	type: 'uuid',
	refers
});

function snake(property: string): string {
	return property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

const RECORDED = date('recordedOn');
const ENDING = [RECORDED, date('endRecordedOn')];
const PERIOD = [date('from', 'from_on'), date('to', 'to_on'), ...ENDING];
const PERSON = to('practitioners', 'practitionerId');
const CASE = to('cases', 'caseId');

/** Where each table of records is kept, in the order in which one refers to another. */
const STORED: Record<TableName, Stored> = {
	teams: {
		table: 'teams',
		reference: 'teamId',
		columns: [
			text('name'),
			text('service'),
			date('openedOn'),
			date('closedOn'),
			to('teams', 'succeededBy'),
			...ENDING
		]
	},
	practitioners: {
		table: 'practitioners',
		reference: 'practitionerId',
		columns: [
			text('name'),
			text('email'),
			text('sweNumber'),
			date('registeredOn'),
			date('earlyCareerStartedOn'),
			date('earlyCareerPassedOn'),
			date('startedOn'),
			date('leftOn'),
			...ENDING
		]
	},
	postings: {
		table: 'postings',
		reference: null,
		columns: [
			PERSON,
			to('teams', 'teamId'),
			text('role'),
			to('practitioners', 'supervisorId'),
			number('fte'),
			yesNo('agency'),
			...PERIOD
		]
	},
	absences: {
		table: 'absences',
		reference: null,
		columns: [
			PERSON,
			text('reason'),
			to('practitioners', 'coverId'),
			to('practitioners', 'supervisionCoverId'),
			...PERIOD
		]
	},
	reductions: {
		table: 'reductions',
		reference: null,
		columns: [PERSON, number('share'), text('reason'), ...PERIOD]
	},
	training: {
		table: 'training',
		reference: null,
		columns: [PERSON, text('course'), date('completedOn'), date('expiresOn'), RECORDED]
	},
	cases: {
		table: 'cases',
		reference: 'caseId',
		columns: [
			text('childId'),
			text('familyId'),
			date('dateOfBirth'),
			yesNo('unborn'),
			date('openedOn'),
			date('closedOn'),
			text('closureReason'),
			integer('complexity'),
			...ENDING
		]
	},
	caseKinds: {
		table: 'case_kinds',
		reference: null,
		columns: [CASE, text('kind'), yesNo('conferenceNeeded'), date('conferenceOn'), ...PERIOD]
	},
	allocations: {
		table: 'allocations',
		reference: null,
		columns: [CASE, PERSON, to('teams', 'teamId'), text('role'), text('reason'), ...PERIOD]
	},
	supervision: {
		table: 'supervision_sessions',
		reference: 'sessionId',
		columns: [
			PERSON,
			to('practitioners', 'supervisorId'),
			date('plannedOn'),
			date('heldOn'),
			yesNo('cancelled'),
			text('cancelReason'),
			integer('minutes'),
			yesNo('interrupted'),
			text('kind'),
			date('supervisorSignedOn'),
			date('practitionerSignedOn'),
			RECORDED
		]
	},
	supervisionCases: {
		table: 'case_discussions',
		reference: null,
		columns: [to('supervision', 'sessionId'), CASE, text('decision'), RECORDED],
		copied: {
			column: 'held_on_copied',
			value: 's.held_on',
			from: 'left join supervision_sessions s on s.id = r.session_id'
		}
	},
	oversight: {
		table: 'oversight',
		reference: 'oversightId',
		columns: [
			CASE,
			to('practitioners', 'managerId'),
			date('madeOn'),
			text('kind'),
			text('decision'),
			text('rationale'),
			RECORDED
		]
	},
	actions: {
		table: 'actions',
		reference: 'actionId',
		columns: [
			CASE,
			PERSON,
			to('supervision', 'sessionId'),
			to('oversight', 'oversightId'),
			to('practitioners', 'ownerId'),
			text('description'),
			date('agreedOn'),
			date('dueOn'),
			date('doneOn'),
			text('outcome'),
			yesNo('risk'),
			RECORDED
		]
	},
	requests: {
		table: 'requests',
		reference: 'requestId',
		columns: [
			CASE,
			text('agency'),
			text('kind'),
			date('requestedOn'),
			text('outcome'),
			date('decidedOn'),
			to('practitioners', 'decidedById'),
			text('rationale'),
			to('practitioners', 'secondManagerId'),
			date('secondAgreedOn'),
			RECORDED
		]
	},
	restructures: {
		table: 'restructures',
		reference: 'restructureId',
		columns: [
			text('name'),
			date('startsOn'),
			date('endsOn'),
			{ property: 'teamIds', column: 'team_ids', type: 'uuid[]', refers: 'teams' },
			...ENDING
		]
	},
	vacancies: {
		table: 'vacancies',
		reference: null,
		columns: [to('teams', 'teamId'), text('role'), number('fte'), ...PERIOD]
	}
};

export const TABLES_IN_ORDER = Object.keys(STORED) as TableName[];

type AnyRow = Record<string, unknown>;

/** What is stored, as records, and which stored row each came from. */
export interface StoredRecords {
	records: Records;
	idOf: ReadonlyMap<object, string>;
	/** Ids by the references of each kind of thing that the tables asked for are or refer to. */
	ids: Record<Entity, ReadonlyMap<string, string>>;
}

/**
 * The current rows that one source sent, with the references they were sent with; of `everybodys` tables those of all
 * sources. A row may refer to what another source sent, unless its own source uses the same reference for something.
 */
export async function storedRecords(
	tx: Transaction,
	source: string,
	tables: readonly TableName[] = TABLES_IN_ORDER,
	everybodys: readonly TableName[] = []
): Promise<StoredRecords> {
	const named = await namesOf(tx, source, tables);
	const records = noRecords();
	const idOf = new Map<object, string>();
	for (const name of tables) {
		const everybodysRows = everybodys.includes(name);
		const { table, reference } = STORED[name];
		const found = await tx.execute<StoredRow>(
			sql`select id, ${selectedOf(name)} from ${sql.raw(table)}
				where superseded_at is null
					${reference && !everybodysRows ? sql`and source = ${source}` : sql``}`
		);
		for (const { id, ...row } of found)
			if (isTold(name, row, named, everybodysRows)) {
				idOf.set(row, id);
				(records[name] as unknown as AnyRow[]).push(row);
			}
	}
	return { records, idOf, ids: named.ids };
}

/**
 * Every current row, whoever sent it or typed it here. Where two sources use one reference for different things, the
 * one that came later is told with its source behind it. Notes that nobody has signed are not yet held.
 */
export async function everyRecord(tx: Transaction): Promise<Records> {
	const references = Object.fromEntries(
		await Promise.all(
			ENTITIES.map(async (entity) => [entity, await referencesTold(tx, STORED[entity].table)] as const)
		)
	) as Record<Entity, Map<string, string>>;
	const records = noRecords();
	for (const name of TABLES_IN_ORDER) {
		const { table, reference, columns } = STORED[name];
		const own = reference === null ? null : await referencesTold(tx, table);
		const found = await tx.execute<StoredRow>(
			sql`select id, ${selectedOf(name)}, ${name === 'supervision' ? UNSIGNED : sql`false`} as unsigned
				from ${sql.raw(table)} where superseded_at is null ${SIGNED_ONLY[name] ?? sql``} order by recorded_at, id`
		);
		for (const { id, unsigned, ...row } of found) {
			if (unsigned === true) Object.assign(row, { heldOn: null, minutes: null, interrupted: null });
			if (reference !== null) row[reference] = own?.get(id) ?? row[reference];
			for (const { property, refers, type } of columns) {
				const value = row[property];
				if (!refers || value === null) continue;
				const told = references[refers];
				row[property] =
					type === 'uuid[]'
						? (value as string[]).map((each) => told.get(each) ?? each)
						: (told.get(value as string) ?? null);
			}
			(records[name] as unknown as AnyRow[]).push(row);
		}
	}
	return records;
}

const UNSIGNED = sql`coalesce(note_state in ('draft', 'proposed'), false)`;
const SIGNED_ONLY: Partial<Record<TableName, SQL>> = {
	supervision: sql`and (not ${UNSIGNED} or planned_on is not null)`,
	supervisionCases: sql`and session_id not in (select id from supervision_sessions where ${UNSIGNED})`
};

/** By id, what each thing is called outside: its reference, told apart where another source uses it too. */
async function referencesTold(tx: Transaction, table: string): Promise<Map<string, string>> {
	const rows = await tx.execute<{ id: string; told: string }>(
		sql`select id, case when row_number() over (partition by reference order by recorded_at, id) = 1
				then reference else left(reference, 50) || '@' || source end as told
			from ${sql.raw(table)} where superseded_at is null`
	);
	return new Map(rows.map(({ id, told }) => [id, told]));
}

/**
 * What a source last said of the facts that somebody has changed here since, put together from their versions: of each
 * column what a file last changed it to.
 */
export async function lastSent(
	tx: Transaction,
	source: string,
	tables: readonly TableName[]
): Promise<Records> {
	const named = await namesOf(tx, source, tables);
	const records = noRecords();
	for (const name of tables) {
		const { table, reference } = STORED[name];
		const here = WRITTEN_HERE[name];
		if (!here) continue;
		const versions = await tx.execute<StoredRow & { fact: string; by_hand: boolean; stands: boolean }>(
			sql`with versions as (
					select v.*, coalesce(version_of, id) as fact,
						lag(recorded_at) over (partition by coalesce(version_of, id) order by recorded_at) as replaced
					from ${sql.raw(table)} v
					where (id in (${here.facts}) or version_of in (${here.facts}))
						${reference ? sql`and source = ${source}` : sql``}
				)
				select id, fact, ${here.isVersion} as by_hand, superseded_at is null as stands, ${selectedOf(name)}
				from versions v order by fact, recorded_at`
		);
		let sent: AnyRow | null = null;
		for (const [place, { id: _, fact, by_hand: byHand, stands, ...row }] of versions.entries()) {
			const before = versions[place - 1]?.fact === fact ? versions[place - 1] : null;
			if (!before) sent = null;
			if (!byHand) sent = before && sent ? saidWith(sent, before, row) : row;
			const isLast = versions[place + 1]?.fact !== fact;
			if (!isLast || !sent || (stands && isSame(sent, row))) continue;
			const told = { ...sent };
			if (isTold(name, told, named, false)) (records[name] as unknown as AnyRow[]).push(told);
		}
	}
	return records;
}

/** What was said before, with what the later version has otherwise than the one before it. */
function saidWith(sent: AnyRow, before: AnyRow, row: AnyRow): AnyRow {
	return Object.fromEntries(
		Object.entries(row).map(([property, value]) => [
			property,
			JSON.stringify(value) === JSON.stringify(before[property]) ? sent[property] : value
		])
	);
}

function isSame(one: AnyRow, other: AnyRow): boolean {
	return Object.entries(one).every(
		([property, value]) => JSON.stringify(value) === JSON.stringify(other[property])
	);
}

/** Facts that somebody changed here, and whether version `v` of one was written so. */
interface WrittenHere {
	facts: SQL;
	isVersion: SQL;
}

const BY_CHANGE: WrittenHere = {
	facts: sql`select entity_id from changes`,
	isVersion: sql`exists (
		select from changes c where c.entity_id = v.fact and (
			(v.replaced is null and c.change = 'recorded') or (c.before ->> 'recorded_at')::timestamptz = v.replaced
		)
	)`
};
const bySomebody = (table: string): WrittenHere => ({
	facts: sql`select coalesce(version_of, id) from ${sql.raw(table)} where changed_by is not null`,
	isVersion: sql`(v.changed_by is not null)`
});
const WRITTEN_HERE: Partial<Record<TableName, WrittenHere>> = {
	teams: BY_CHANGE,
	practitioners: BY_CHANGE,
	postings: BY_CHANGE,
	cases: BY_CHANGE,
	caseKinds: BY_CHANGE,
	allocations: BY_CHANGE,
	requests: BY_CHANGE,
	actions: BY_CHANGE,
	supervision: BY_CHANGE,
	absences: bySomebody('absences'),
	reductions: bySomebody('reductions'),
	training: {
		facts: sql`select training_id from training_changes`,
		isVersion: sql`exists (
			select from training_changes c where c.training_id = v.fact
				and c.made_at >= v.recorded_at and c.made_at < coalesce(v.superseded_at, 'infinity')
		)`
	}
};

type StoredRow = AnyRow & { id: string };

interface Named {
	ids: Record<Entity, Map<string, string>>;
	references: Record<Entity, Map<string, string>>;
	own: ReadonlySet<string>;
}

async function namesOf(tx: Transaction, source: string, tables: readonly TableName[]): Promise<Named> {
	const { ids, own } = await idsOf(tx, source, tables);
	const references = Object.fromEntries(
		Object.entries(ids).map(([entity, map]) => [entity, new Map([...map].map(([ref, id]) => [id, ref]))])
	) as Record<Entity, Map<string, string>>;
	return { ids, references, own };
}

function selectedOf(name: TableName): SQL {
	const { reference, columns } = STORED[name];
	const selected = columns.map(({ property, column, type }) =>
		type === 'numeric' ? `${column}::float8 as "${property}"` : `${column} as "${property}"`
	);
	return sql.raw([...(reference ? [`reference as "${reference}"`] : []), ...selected].join(', '));
}

/** Puts references in the place of ids; false: the row is another source's, or refers to what another sent. */
function isTold(name: TableName, row: AnyRow, { references, own }: Named, everybodys: boolean): boolean {
	const { reference, columns } = STORED[name];
	const referring = columns.filter(({ refers }) => refers);
	const owner = reference || everybodys ? null : (referring[0]?.property ?? null);
	if (owner !== null && !own.has(row[owner] as string)) return false;
	let elsewhere = false;
	for (const { property, refers, type } of referring) {
		const value = row[property];
		if (value === null || !refers) continue;
		const back = references[refers];
		if (type === 'uuid[]') row[property] = (value as string[]).map((each) => back.get(each) ?? each);
		else {
			row[property] = back.get(value as string) ?? null;
			elsewhere ||= row[property] === null;
		}
	}
	return !elsewhere;
}

async function idsOf(
	tx: Transaction,
	source: string,
	tables: readonly TableName[]
): Promise<{ ids: Record<Entity, Map<string, string>>; own: Set<string> }> {
	const own = new Set<string>();
	const asked = new Set<string>(
		tables.flatMap((table) => [table, ...STORED[table].columns.flatMap(({ refers }) => refers ?? [])])
	);
	const maps = await Promise.all(
		ENTITIES.map(async (entity) => {
			if (!asked.has(entity)) return [entity, new Map<string, string>()] as const;
			const found = await tx.execute<{ id: string; reference: string; own: boolean }>(
				sql`select id, reference, source = ${source} as own from ${sql.raw(STORED[entity].table)}
					where superseded_at is null order by source = ${source}, recorded_at desc`
			);
			for (const row of found) if (row.own) own.add(row.id);
			return [entity, new Map(found.map(({ id, reference }) => [reference, id]))] as const;
		})
	);
	return { ids: Object.fromEntries(maps) as Record<Entity, Map<string, string>>, own };
}

/** Rows to write: new ones, and corrected ones with the stored row they replace. */
export interface Writing {
	added: readonly object[];
	changed: readonly { id: string; row: object }[];
}

const ROWS_AT_A_TIME = 20_000;

/** Writes records of one source. References are looked up among what is stored and what is being written. */
export async function writeRecords(
	tx: Transaction,
	source: string,
	stored: Pick<StoredRecords, 'ids'>,
	writing: Partial<Record<TableName, Writing>>
): Promise<void> {
	const ids = { ...stored.ids };
	for (const name of TABLES_IN_ORDER) {
		const { added = [], changed = [] } = writing[name] ?? {};
		const { table, reference, columns, copied } = STORED[name];
		const withIds = added.map((row) => ({ id: randomUUID(), row: row as AnyRow }));
		if (reference && name in ids) {
			const own = new Map(ids[name as Entity]);
			for (const { id, row } of withIds) own.set(String(row[reference]), id);
			ids[name as Entity] = own;
		}
		const flat = ({ id, row }: { id: string; row: object }) =>
			flatten(id, row as AnyRow, reference, columns, ids);
		const own: Column[] = reference
			? [{ property: reference, column: 'reference', type: 'text' }, ...columns]
			: [...columns];
		const shape = [{ column: 'id', type: 'uuid' }, ...own]
			.map(({ column, type }) => `"${column}" ${type}`)
			.join(', ');
		const names = own.map(({ column }) => `"${column}"`);
		for (const part of parts(changed)) {
			const rows = JSON.stringify(part.map(flat));
			const sets = names.map((column) => `${column} = r.${column}`).join(', ');
			await tx.execute(
				sql`update ${sql.raw(table)} t set ${sql.raw(sets)}
					from json_to_recordset(${rows}::json) as r(${sql.raw(shape)})
					where t.id = r.id and t.superseded_at is null`
			);
		}
		for (const part of parts(withIds)) {
			const rows = JSON.stringify(part.map(flat));
			const written = ['id', ...(reference ? ['source'] : []), ...names, ...(copied ? [copied.column] : [])];
			const values = [...names.map((column) => `r.${column}`), ...(copied ? [copied.value] : [])].join(', ');
			await tx.execute(
				sql`insert into ${sql.raw(table)} (${sql.raw(written.join(', '))})
					select r.id, ${reference ? sql`${source}::text, ` : sql``}${sql.raw(values)}
					from json_to_recordset(${rows}::json) as r(${sql.raw(shape)}) ${sql.raw(copied?.from ?? '')}`
			);
		}
	}
}

function* parts<Item>(items: readonly Item[]): Generator<readonly Item[]> {
	for (let start = 0; start < items.length; start += ROWS_AT_A_TIME)
		yield items.slice(start, start + ROWS_AT_A_TIME);
}

function flatten(
	id: string,
	row: AnyRow,
	reference: string | null,
	columns: readonly Column[],
	ids: Record<Entity, ReadonlyMap<string, string>>
): AnyRow {
	const flat: AnyRow = { id };
	if (reference) flat.reference = row[reference];
	for (const { property, column, type, refers } of columns) {
		const value = row[property] ?? null;
		if (!refers || value === null) flat[column] = value;
		else if (type === 'uuid[]')
			flat[column] = `{${(value as string[]).map((each) => idAmong(ids[refers], each)).join(',')}}`;
		else flat[column] = idAmong(ids[refers], value as string);
	}
	return flat;
}

function idAmong(ids: ReadonlyMap<string, string>, reference: string): string {
	const id = ids.get(reference);
	if (id === undefined) throw new Error('a record refers to something that is not stored');
	return id;
}
