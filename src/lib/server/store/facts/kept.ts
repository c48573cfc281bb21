import { sql } from 'drizzle-orm';
import type { Action } from '#lib/domain/actions.ts';
import { groupedBy, type Facts, type Restructure } from '#lib/domain/authority.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { CaseFile } from '#lib/domain/cases.ts';
import { coversOf, decidersOf, peopleOf, supervisorsOf, type Subjects } from '#lib/domain/concerned.ts';
import type { Person, Team } from '#lib/domain/people.ts';
import type { Policy, Settings } from '#lib/domain/policy.ts';
import type { Request } from '#lib/domain/requests.ts';
import type { Session } from '#lib/domain/supervision.ts';
import { connectionsOf, type Transaction } from '#lib/server/db/index.ts';
import { actionsAmong, actionsOfNobody, actionsWithin } from './actions.ts';
import { policiesOf, restructuresOf, settingsOf, teamsOf } from './common.ts';
import {
	allocationsOfCases,
	detailsOfCases,
	discussionsOfCases,
	filesFrom,
	kindsOfCases,
	oversightOfCases,
	requestsOfCases
} from './files.ts';
import { peopleWith, sessionsOfPeople } from './people.ts';
import { arrayOf, rows } from './rows.ts';

/**
 * Facts as the rules see them, which this process keeps between requests: every version of all that is recorded about a
 * case or a person, whatever the day, and so the same for every question about them. Each reading first asks which
 * facts were touched by transactions that it sees and the one before did not, and those are gathered anew; what its own
 * transaction wrote is gathered for it alone.
 */

interface KeptCase {
	file: CaseFile | null;
	requests: readonly Request[];
	actions: readonly Action[];
	/** Whoever held it, oversaw it, was supervised about it or decided a request about it. */
	people: readonly string[];
}

interface KeptPerson {
	person: Person | null;
	sessions: readonly Session[];
	/** Those about no case. */
	actions: readonly Action[];
	/** Whose postings have ever named them as supervisor. */
	supervised: readonly string[];
	/** Every version of every allocation to them. */
	held: readonly Held[];
}

interface Held {
	caseId: string;
	from: CalendarDate;
	to: CalendarDate | null;
	endRecordedOn: CalendarDate | null;
}

interface Common {
	teams: readonly Team[];
	restructures: readonly Restructure[];
	policies: readonly Policy[];
	settings: Settings;
	/** Those about no case and nobody. */
	actions: readonly Action[];
}

/** A place is taken when gathering begins; what was touched meanwhile loses its place, and is not kept. */
type Shelf<Thing> = Map<string, { thing: Thing | null }>;

interface Kept {
	/** When the server began whose transactions these are, and when it was last asked, by its own clock in ms. */
	server: string;
	readAt: number;
	/** Every transaction before was over when it was last asked. */
	from: number;
	/** The notes of those since that were seen. A restored database may hold notes of numbers that are still to come. */
	seen: ReadonlySet<number>;
	cases: Shelf<KeptCase>;
	people: Shelf<KeptPerson>;
	common: Shelf<Common>;
	texts: Map<string, string>;
	told: Told;
	/** What questions about everything on a day were last given, by day; other maps as soon as anything was touched. */
	whole: Map<CalendarDate, Facts>;
	/** The ids of closed cases that questions about a day still look at. */
	ofConcern: Map<CalendarDate, readonly string[]>;
}

/** What a transaction has itself touched. */
interface Own {
	cases: ReadonlySet<string>;
	people: ReadonlySet<string>;
	common: boolean;
}

interface Reading {
	tx: Transaction;
	kept: Kept;
	own: Own;
	come: Come;
}

/** Whose facts were touched, numbered one after the other, by id the last of its numbers; another once what everybody shares was. */
interface Told {
	upTo: number;
	cases: Map<string, number>;
	people: Map<string, number>;
}

/** How much had been told when something was put together: it rests on nothing older. */
export interface Come {
	told: object;
	upTo: number;
}

/** Of today and of one day that it is compared with. */
const DAYS_KEPT = 2;

const CASES_KEPT = 20_000;
const PEOPLE_KEPT = 3_000;

/** More than these at once are quicker gathered with only what the day needs of each. */
const AT_ONCE = 1_500;

/** Long before what was touched is taken out of the database. */
const LONGEST_UNREAD_MS = 12 * 60 * 60 * 1000;

/** The command that serves and the pages it serves are built apart and share their connections, and this with them. */
const slot = Symbol.for('countersign.facts');
const shared = globalThis as typeof globalThis & {
	[slot]?: { keptBy: WeakMap<object, Kept>; comeTo: WeakMap<Facts, Come> };
};
const { keptBy, comeTo } = (shared[slot] ??= { keptBy: new WeakMap(), comeTo: new WeakMap() });

/** Whose facts are wanted, by id, in the order in which they are given back. */
export interface Wanted {
	caseIds: readonly string[];
	practitionerIds: readonly string[];
	/** Which cases of the practitioners are wanted too: all they ever held, those of a day, or null: none. */
	held: 'ever' | { on: CalendarDate } | null;
	/** Null: those asked about, those around the cases and around them all. */
	people: 'all' | null;
	/** Of how many something may be missing, which is then gathered and kept; left out: of as many as is quick. */
	lacking?: number;
}

/**
 * Everything recorded about some cases and people, and those around them; null where it is better gathered anew: nothing
 * may be kept for this transaction, or too little of it is.
 */
export async function factsKept(tx: Transaction, wanted: Wanted): Promise<Facts | null> {
	const reading = await readingIn(tx);
	return reading && factsIn(reading, wanted);
}

/**
 * The same for everything that is asked about on a day. Until something is touched, that is the same object: what was
 * worked out from it holds for as long.
 */
export async function wholeKept(
	tx: Transaction,
	on: CalendarDate,
	wantedThen: () => Promise<Wanted>
): Promise<Facts | null> {
	const reading = await readingIn(tx);
	if (reading === null) return null;
	return untilTouched(reading, reading.kept.whole, on, async () => {
		const facts = await factsIn(reading, await wantedThen());
		if (facts && !wroteSomething(reading.own)) comeTo.set(facts, reading.come);
		return facts;
	});
}

/** How much had been told of what was touched when these were put together; null: they are not kept for everybody. */
export function comeToldOf(facts: Facts): Come | null {
	return comeTo.get(facts) ?? null;
}

/** Whose facts were touched since; of a question that came before nothing is known. */
export function touchedAfter({ told, upTo }: Come): Subjects {
	const { cases, people } = told as Told;
	const after = (ids: ReadonlyMap<string, number>) =>
		new Set([...ids].flatMap(([id, place]) => (place > upTo ? id : [])));
	return { cases: after(cases), people: after(people) };
}

/** The ids of closed cases that questions about a day look at, asked for once until something is touched. */
export async function ofConcernKept(
	tx: Transaction,
	on: CalendarDate,
	ask: () => Promise<readonly string[]>
): Promise<readonly string[]> {
	const reading = await readingIn(tx);
	return (reading && (await untilTouched(reading, reading.kept.ofConcern, on, ask))) ?? ask();
}

/** What is worked out about a day, and kept until something is touched; for whoever touched something it is neither. */
async function untilTouched<Thing>(
	{ own }: Reading,
	days: Map<CalendarDate, Thing>,
	on: CalendarDate,
	workOut: () => Promise<Thing | null>
): Promise<Thing | null> {
	if (wroteSomething(own)) return workOut();
	const known = days.get(on);
	if (known) return known;
	const thing = await workOut();
	// Where something was touched meanwhile, nobody looks into this map any more.
	if (thing) days.set(on, thing);
	for (const day of days.keys()) if (days.size > DAYS_KEPT) days.delete(day);
	return thing;
}

function wroteSomething({ common, cases, people }: Own): boolean {
	return common || cases.size > 0 || people.size > 0;
}

async function factsIn(
	reading: Reading,
	{ caseIds: named, practitionerIds, held, people, lacking = AT_ONCE }: Wanted
): Promise<Facts | null> {
	if (isTooMuch(reading, named, practitionerIds, lacking)) return null;
	const [asked, { actions: loose, ...common }] = await Promise.all([
		peopleNamed(reading, practitionerIds),
		commonOf(reading)
	]);
	const caseIds = held === null ? named : [...new Set([...named, ...heldBy(asked.values(), held)])];
	if (isTooMuch(reading, caseIds, [], lacking)) return null;
	const cases = await casesNamed(reading, caseIds);
	const around = new Map(asked);
	if (people === null)
		for (const wanted of [othersIn, supervisorsIn, coversIn]) {
			const missing = [...new Set(wanted(cases, around, asked))].filter((id) => !around.has(id));
			if (missing.length === 0) continue;
			for (const [id, each] of await peopleNamed(reading, missing)) around.set(id, each);
		}
	const facts = {
		people: new Map<string, Person>(),
		cases: new Array<CaseFile>(),
		requests: new Array<Request>(),
		sessions: new Array<Session>(),
		actions: new Array<Action>()
	};
	for (const [id, { person }] of around) if (person) facts.people.set(id, person);
	for (const { file, requests, actions } of cases.values()) {
		if (file) facts.cases.push(file);
		for (const request of requests) facts.requests.push(request);
		for (const action of actions) facts.actions.push(action);
	}
	for (const { sessions, actions } of asked.values()) {
		for (const session of sessions) facts.sessions.push(session);
		for (const action of actions) facts.actions.push(action);
	}
	for (const action of people === 'all' ? loose : []) facts.actions.push(action);
	return { ...common, ...facts };
}

/** The ids of cases that some people held, on a day, ever, or on some day after one. */
function* heldBy(
	people: Iterable<KeptPerson>,
	when: 'ever' | { on: CalendarDate } | { after: CalendarDate }
): Generator<string> {
	const until = when === 'ever' ? null : 'on' in when ? when.on : when.after;
	const begunBy = when !== 'ever' && 'on' in when ? when.on : null;
	for (const { held } of people)
		for (const { caseId, from, to, endRecordedOn } of held) {
			if (begunBy !== null && from > begunBy) continue;
			const isSo = until === null || to === null || to > until;
			if (isSo || (endRecordedOn !== null && endRecordedOn > until)) yield caseId;
		}
}

/** Files of the cases that some people held, `after` null: ever; null where they are better gathered anew. */
export async function filesHeld(
	tx: Transaction,
	practitionerIds: readonly string[],
	after: CalendarDate | null,
	except: ReadonlySet<string>
): Promise<CaseFile[] | null> {
	const reading = await readingIn(tx);
	if (reading === null || isTooMuch(reading, [], practitionerIds)) return null;
	const people = await peopleNamed(reading, practitionerIds);
	const held = new Set(heldBy(people.values(), after === null ? 'ever' : { after }));
	const caseIds = [...held].filter((id) => !except.has(id));
	if (isTooMuch(reading, caseIds, [])) return null;
	return [...(await casesNamed(reading, caseIds)).values()].flatMap(({ file }) => file ?? []);
}

/** Whose facts are not kept yet, of some cases and people; nobody's where they are too many to be kept. */
export async function notKept(
	tx: Transaction,
	caseIds: readonly string[],
	personIds: readonly string[]
): Promise<{ caseIds: string[]; practitionerIds: string[] }> {
	const reading = await readingIn(tx);
	if (reading === null || caseIds.length > CASES_KEPT || personIds.length > PEOPLE_KEPT)
		return { caseIds: [], practitionerIds: [] };
	const { cases, people } = reading.kept;
	return {
		caseIds: caseIds.filter((id) => !cases.get(id)?.thing),
		practitionerIds: personIds.filter((id) => !people.get(id)?.thing)
	};
}

/** Gathers the facts of some cases and people, so that they are at hand. */
export async function keep(
	tx: Transaction,
	caseIds: readonly string[],
	practitionerIds: readonly string[]
): Promise<void> {
	const reading = await readingIn(tx);
	if (reading === null) return;
	await casesNamed(reading, caseIds);
	await peopleNamed(reading, practitionerIds);
}

function isTooMuch(
	{ kept }: Reading,
	caseIds: readonly string[],
	personIds: readonly string[],
	lacking = AT_ONCE
): boolean {
	if (caseIds.length > CASES_KEPT || personIds.length > PEOPLE_KEPT) return true;
	let missing = 0;
	for (const id of caseIds) if (!kept.cases.get(id)?.thing) missing++;
	for (const id of personIds) if (!kept.people.get(id)?.thing) missing++;
	return missing > lacking;
}

interface Asked {
	from: string;
	server: string;
	readAt: number;
	own: string | null;
	touched: [
		note: number,
		transaction: number,
		kind: 'case' | 'person' | 'common' | 'all',
		ofId: string | null
	][];
}

/** Brings what is kept to what the transaction sees now. Null: it sees less than somebody before did, or wrote too much. */
async function readingIn(tx: Transaction): Promise<Reading | null> {
	const connections = connectionsOf(tx);
	if (connections === null) return null;
	for (let tries = 0; tries < 3; tries++) {
		const from = keptBy.get(connections)?.from ?? null;
		const [asked] = await rows<Asked>(
			tx,
			sql`select pg_snapshot_xmin(pg_current_snapshot())::text as "from",
				pg_postmaster_start_time()::text as server, extract(epoch from clock_timestamp())::float8 * 1000 as "readAt",
				pg_current_xact_id_if_assigned()::text as own,
				(
					select coalesce(json_agg(json_build_array(id, transaction, kind, of_id)), '[]') from facts_touched
					where transaction >= coalesce(${from}::bigint, pg_snapshot_xmin(pg_current_snapshot())::text::bigint)
				) as touched`
		);
		if (!asked) return null;
		const reading = readingOf(connections, from, asked);
		if (reading === 'WROTE_TOO_MUCH') return null;
		if (reading !== 'SEES_LESS') return { tx, ...reading };
	}
	return null;
}

function readingOf(
	connections: object,
	askedFrom: number | null,
	{ from: since, server, readAt, own: ownText, touched }: Asked
): Omit<Reading, 'tx'> | 'SEES_LESS' | 'WROTE_TOO_MUCH' {
	const [from, own] = [Number(since), ownText === null ? null : Number(ownText)];
	const others = touched.filter(([, transaction]) => transaction !== own);
	const seen = new Set(others.map(([note]) => note));
	const before = keptBy.get(connections);
	const isNew = !before || before.server !== server || readAt - before.readAt > LONGEST_UNREAD_MS;
	if (!isNew) {
		const isTold = askedFrom !== null && askedFrom <= before.from;
		if (!isTold || from < before.from || [...before.seen].some((one) => !seen.has(one))) return 'SEES_LESS';
	}
	const news = isNew ? [] : others.filter(([note]) => !before.seen.has(note));
	const kept: Kept =
		isNew || news.some(([, , kind]) => kind === 'all')
			? { ...nothingKept(), server, readAt, from, seen }
			: before;
	if (news.length > 0) Object.assign(kept, nothingWorkedOut());
	for (const [, , kind, ofId] of news)
		(kind === 'case' ? kept.cases : kind === 'person' ? kept.people : kept.common).delete(ofId ?? '');
	tell(kept, news);
	const later = others.flatMap(([note, transaction]) => (transaction >= from ? note : []));
	Object.assign(kept, { readAt, from, seen: new Set(later) });
	keptBy.set(connections, kept);

	const mine = touched.filter(([, transaction]) => transaction === own);
	if (mine.some(([, , kind]) => kind === 'all')) return 'WROTE_TOO_MUCH';
	const idsOf = (which: string) =>
		new Set(mine.flatMap(([, , kind, id]) => (kind === which && id ? id : [])));
	return {
		kept,
		come: { told: kept.told, upTo: kept.told.upTo },
		own: {
			cases: idsOf('case'),
			people: idsOf('person'),
			common: mine.some(([, , kind]) => kind === 'common')
		}
	};
}

/** What is worked out from facts that everybody shares does not outlast them. */
function tell(kept: Kept, news: Asked['touched']): void {
	if (news.some(([, , kind]) => kind === 'common')) kept.told = nothingTold();
	for (const [, , kind, ofId] of news)
		if (ofId !== null && (kind === 'case' || kind === 'person'))
			(kind === 'case' ? kept.told.cases : kept.told.people).set(ofId, ++kept.told.upTo);
}

function nothingTold(): Told {
	return { upTo: 0, cases: new Map(), people: new Map() };
}

function nothingKept(): Omit<Kept, 'server' | 'readAt' | 'from' | 'seen'> {
	return {
		cases: new Map(),
		people: new Map(),
		common: new Map(),
		texts: new Map(),
		told: nothingTold(),
		...nothingWorkedOut()
	};
}

function nothingWorkedOut(): Pick<Kept, 'whole' | 'ofConcern'> {
	return { whole: new Map(), ofConcern: new Map() };
}

/** What is kept, and the rest gathered and kept, in the order asked for. */
async function named<Thing>(
	shelf: Shelf<Thing>,
	most: number,
	own: ReadonlySet<string>,
	ids: readonly string[],
	gather: (ids: readonly string[]) => Promise<ReadonlyMap<string, Thing>>
): Promise<Map<string, Thing>> {
	const found = new Map<string, Thing>();
	const missing: string[] = [];
	for (const id of ids) {
		const thing = own.has(id) ? null : shelf.get(id)?.thing;
		if (thing) found.set(id, thing);
		else missing.push(id);
	}
	if (missing.length === 0) return found;
	const places = new Map<string, { thing: Thing | null }>();
	for (const id of missing) {
		if (own.has(id)) continue;
		const place = { thing: null };
		places.set(id, place);
		shelf.set(id, place);
	}
	const gathered = await gather(missing);
	for (const [id, thing] of gathered) {
		found.set(id, thing);
		const place = places.get(id);
		if (place && shelf.get(id) === place) place.thing = thing;
	}
	for (const id of shelf.keys()) {
		if (shelf.size <= most) break;
		shelf.delete(id);
	}
	const inOrder = new Map<string, Thing>();
	for (const id of ids) {
		const thing = found.get(id);
		if (thing) inOrder.set(id, thing);
	}
	return inOrder;
}

function casesNamed({ tx, kept, own }: Reading, ids: readonly string[]): Promise<Map<string, KeptCase>> {
	return named(kept.cases, CASES_KEPT, own.cases, ids, async (missing) => {
		const caseIds = arrayOf(missing);
		const [details, kinds, allocations, oversight, discussions, requests, actions, waiting] =
			await Promise.all([
				detailsOfCases(tx, caseIds),
				kindsOfCases(tx, caseIds),
				allocationsOfCases(tx, caseIds),
				oversightOfCases(tx, caseIds, null),
				discussionsOfCases(tx, caseIds, null, true),
				requestsOfCases(tx, caseIds),
				actionsWithin(tx, actionsAmong(caseIds, arrayOf([]), null)),
				rows<{ caseId: string }>(
					tx,
					sql`select case_id as "caseId" from holders_not_matched where case_id = any(${caseIds})`
				)
			]);
		for (const list of [details, kinds, allocations, oversight, discussions, requests, actions])
			shareTexts(list, kept.texts);
		const files = filesFrom(
			details,
			kinds,
			allocations,
			oversight,
			discussions,
			new Set(waiting.map(({ caseId }) => caseId))
		);
		const fileOf = new Map(files.map((file) => [file.caseId, file]));
		const requestsOf = groupedBy(requests, ({ caseId }) => caseId);
		const actionsOf = groupedBy(actions, ({ caseId }) => caseId);
		return new Map(
			missing.map((id) => {
				const [file, about] = [fileOf.get(id) ?? null, requestsOf.get(id) ?? []];
				const people = new Set([...(file ? peopleOf(file) : []), ...decidersOf(about)]);
				return [id, { file, requests: about, actions: actionsOf.get(id) ?? [], people: [...people] }];
			})
		);
	});
}

function peopleNamed({ tx, kept, own }: Reading, ids: readonly string[]): Promise<Map<string, KeptPerson>> {
	return named(kept.people, PEOPLE_KEPT, own.people, ids, async (missing) => {
		const personIds = arrayOf(missing);
		const [people, sessions, actions, supervised, held] = await Promise.all([
			peopleWith(tx, personIds),
			sessionsOfPeople(tx, personIds, null),
			actionsWithin(tx, actionsAmong(arrayOf([]), personIds, null)),
			rows<{ id: string; by: string }>(
				tx,
				sql`select distinct practitioner_id as id, supervisor_id as by from postings
					where supervisor_id = any(${personIds})`
			),
			rows<Held & { by: string }>(
				tx,
				sql`select practitioner_id as by, case_id as "caseId", from_on as "from", to_on as "to",
					end_recorded_on as "endRecordedOn" from allocations where practitioner_id = any(${personIds})`
			)
		]);
		for (const { details, postings, absences, training } of people.values())
			for (const list of [details, postings, absences, training]) shareTexts(list, kept.texts);
		for (const list of [sessions, actions, held]) shareTexts(list, kept.texts);
		const heldOf = groupedBy(held, ({ by }) => by);
		const sessionsOf = groupedBy(sessions, ({ superviseeId }) => superviseeId);
		const own = actions.filter(({ caseId }) => caseId === null);
		const actionsOf = groupedBy(own, ({ practitionerId }) => practitionerId);
		const supervisedBy = groupedBy(supervised, ({ by }) => by);
		return new Map(
			missing.map((id) => [
				id,
				{
					person: people.get(id) ?? null,
					sessions: sessionsOf.get(id) ?? [],
					actions: actionsOf.get(id) ?? [],
					supervised: (supervisedBy.get(id) ?? []).map((each) => each.id),
					held: heldOf.get(id) ?? []
				}
			])
		);
	});
}

async function commonOf({ tx, kept, own }: Reading): Promise<Common> {
	const found = await named(kept.common, 1, new Set(own.common ? [''] : []), [''], async () => {
		const [teams, restructures, policies, settings, actions] = await Promise.all([
			teamsOf(tx),
			restructuresOf(tx),
			policiesOf(tx),
			settingsOf(tx),
			actionsOfNobody(tx)
		]);
		return new Map([['', { teams, restructures, policies, settings, actions }]]);
	});
	const common = found.get('');
	if (!common) throw new Error('what everybody shares was not gathered');
	return common;
}

type Around = (
	cases: ReadonlyMap<string, KeptCase>,
	named: ReadonlyMap<string, KeptPerson>,
	asked: ReadonlyMap<string, KeptPerson>
) => Iterable<string>;

const othersIn: Around = function* (cases, _, asked) {
	for (const { people } of cases.values()) yield* people;
	for (const { supervised } of asked.values()) yield* supervised;
};

const supervisorsIn: Around = function* (_, named) {
	for (const { person } of named.values()) if (person) yield* supervisorsOf(person);
};

const coversIn: Around = function* (_, named) {
	for (const { person } of named.values()) if (person) yield* coversOf(person);
};

/** Days and ids come over and over: each is kept once. */
function shareTexts(list: readonly object[], texts: Map<string, string>): void {
	for (const row of list as readonly Record<string, unknown>[])
		for (const key in row) {
			const value = row[key];
			if (typeof value !== 'string' || ONCE.has(key)) continue;
			const known = texts.get(value);
			if (known === undefined) texts.set(value, value);
			else row[key] = known;
		}
}

/** What stands in one row alone. */
const ONCE: ReadonlySet<string> = new Set([
	'oversightId',
	'requestId',
	'actionId',
	'reference',
	'description',
	'name',
	'email',
	'sweNumber'
]);
