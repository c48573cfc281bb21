import { isAmong, PAGES, type AskingRole } from '#lib/domain/access.ts';
import { arrange, personOf, viewOf, type Facts, type View } from '#lib/domain/authority.ts';
import { addDays, type CalendarDate } from '#lib/domain/calendar.ts';
import { isOpenOn, type CaseFile } from '#lib/domain/cases.ts';
import { concernedBy, type Subjects } from '#lib/domain/concerned.ts';
import { CASE_RULES, caseState } from '#lib/domain/rules-about-cases.ts';
import {
	isSupervised,
	PRACTITIONER_RULES,
	practitionerState
} from '#lib/domain/rules-about-practitioners.ts';
import {
	findingsOfCase,
	findingsOfOtherActions,
	findingsOfPractitioner,
	findingsOfSessionsAndActions,
	type Finding
} from '#lib/domain/flags.ts';
import { heatmapOf, heatmapRow, type HeatmapRow } from '#lib/domain/heatmap.ts';
import { isKnown } from '#lib/domain/knowledge.ts';
import type { Person } from '#lib/domain/people.ts';
import { pastOf, type Past } from '#lib/domain/turning-days.ts';
import {
	areWhole,
	casesHeld,
	closedOfConcern,
	comeToldOf,
	gatherFacts,
	holdersOf,
	touchedAfter,
	withOversight,
	withAllSessions,
	type Come,
	type Reach
} from '#lib/server/store/facts.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { allocatedTo, inScope, postedTo } from '#lib/server/store/scope.ts';

/** The day a picture is of, and whether recording dates are looked at. */
export interface AsAt {
	on: CalendarDate;
	hindsight: boolean;
}

/** What stands on a day: the facts as seen, and every finding before folding. */
export interface Picture {
	view: View;
	findings: Finding[];
}

/** The whole authority, for commands and the review. */
export async function pictureOfAuthority(tx: Transaction, asAt: AsAt): Promise<Picture> {
	return pictureFromRecent(tx, { of: 'open', on: asAt.on }, asAt);
}

/** Some cases and some people, who were already found within the scope of who asks. */
export async function pictureOfThose(
	tx: Transaction,
	those: { caseIds: readonly string[]; practitionerIds: readonly string[] },
	asAt: AsAt
): Promise<Picture> {
	return pictureOf(tx, { of: 'those', ...those, held: { on: asAt.on } }, asAt);
}

/** The same, where nobody reads the files themselves: of oversight they hold what the findings and clocks need. */
export async function flagsAmong(
	tx: Transaction,
	those: { caseIds: readonly string[]; practitionerIds: readonly string[] },
	asAt: AsAt
): Promise<Picture> {
	return pictureFromRecent(tx, { of: 'those', ...those, held: { on: asAt.on } }, asAt);
}

/** The whole authority as seen on a day, without assessing it. */
export async function viewOfAuthority(tx: Transaction, { on, hindsight }: AsAt): Promise<View> {
	return viewIn(await gatherFacts(tx, { of: 'open', on }), { on, hindsight });
}

const viewsOf = new WeakMap<Facts, Map<string, View>>();

/** The facts as seen on a day: for the same facts the same view, with all that was worked out in it. */
function viewIn(facts: Facts, { on, hindsight }: AsAt): View {
	let views = viewsOf.get(facts);
	if (!views) viewsOf.set(facts, (views = new Map<string, View>()));
	const key = `${on} ${hindsight}`;
	let view = views.get(key);
	if (!view) views.set(key, (view = viewOf(arrange(facts), on, hindsight)));
	return view;
}

async function pictureOf(tx: Transaction, reach: Reach, { on, hindsight }: AsAt): Promise<Picture> {
	const view = viewIn(await gatherFacts(tx, reach), { on, hindsight });
	return { view, findings: await findingsAmong(tx, seenIn(view, undefined), reach) };
}

/** Most cases are overseen monthly, and have all that a day needs within this. */
const LATELY_DAYS = 31;

/** Longer than the longest interval of policy version 1, so that few cases need more. */
const RECENT_DAYS = 91;

/**
 * The same findings from fewer rows: the late oversight of every case and the recent sessions of everyone, and more of
 * them where the answer may depend on it. What a file lacks is older than something that counts.
 */
async function pictureFromRecent(tx: Transaction, reach: Reach, asAt: AsAt): Promise<Picture> {
	return picturesFromRecent(tx, reach, asAt, (view) => [view]).then(([picture]) => picture);
}

/** The whole authority on a day as it stands, and as it would under other versions: the facts are gathered once. */
export async function picturesUnder(
	tx: Transaction,
	asAt: AsAt,
	under: (view: View) => View
): Promise<[Picture, Picture]> {
	return picturesFromRecent(tx, { of: 'open', on: asAt.on }, asAt, (view) => [view, under(view)]);
}

async function picturesFromRecent<Views extends View[]>(
	tx: Transaction,
	reach: Reach,
	{ on, hindsight }: AsAt,
	seenAs: (view: View) => [...Views]
): Promise<{ [Each in keyof Views]: Picture }> {
	const recent = { on, after: addDays(on, -RECENT_DAYS) };
	const overseenAfter = addDays(on, -LATELY_DAYS);
	const seen = (facts: Facts, before: readonly Seen[]) =>
		seenAs(viewIn(facts, { on, hindsight })).map((view, place) => seenIn(view, before[place]));

	const late = await gatherFacts(tx, reach, { ...recent, overseenAfter });
	const seenLate = seen(late, []);
	if (areWhole(late)) return picturesOf(tx, seenLate, reach, late);
	const short = casesAmong(seenLate, (file, view) => lacksOversight(file, overseenAfter, view));
	const more = await withOversight(tx, late, short, recent);
	const seenMore = more === late ? seenLate : seen(more, seenLate);
	const wanting = casesAmong(seenMore, (file, view) => needsAllOversight(file, recent.after, view));
	const personIds = seenMore.flatMap(({ view }) =>
		askedIn(view, reach).flatMap((person) =>
			needsAllSessions(person, recent.after, view) ? person.practitionerId : []
		)
	);
	const overseen = await withOversight(tx, more, wanting, null);
	const whole = await withAllSessions(tx, overseen, [...new Set(personIds)]);
	const seenWhole = whole === more ? seenMore : seen(whole, seenMore);
	return picturesOf(tx, seenWhole, reach);
}

/** `whole`: what they are views of, where that holds everything about whom it holds. */
async function picturesOf<Views>(
	tx: Transaction,
	seen: readonly Seen[],
	reach: Reach,
	whole: Facts | null = null
): Promise<{ [Each in keyof Views]: Picture }> {
	const pictures: Picture[] = [];
	for (const each of seen) {
		const findings =
			whole !== null && reach.of === 'open'
				? await findingsKept(tx, each, reach, whole)
				: await findingsAmong(tx, each, reach);
		pictures.push({ view: each.view, findings });
	}
	return pictures as { [Each in keyof Views]: Picture };
}

const findingsIn = new WeakMap<View, readonly Finding[]>();

/** What was found on a day when so much was known to be touched. */
interface Found {
	come: Come;
	findings: readonly Finding[];
}

const lastFound = new WeakMap<Come['told'], Map<string, Found>>();

/** Today and another day, each as known and in hindsight. */
const DAYS_FOUND = 4;

/**
 * What was found in a view stays found as long as it is the same view. Of another one, in which some of the facts were
 * touched since, only those about whom other things may be found are asked about again.
 */
async function findingsKept(tx: Transaction, seen: Seen, reach: Reach, whole: Facts): Promise<Finding[]> {
	const { view } = seen;
	const known = findingsIn.get(view);
	if (known) return [...known];
	const { on, hindsight } = view.knowledge;
	const come = view === viewIn(whole, { on, hindsight }) ? comeToldOf(whole) : null;
	const last = come && lastFound.get(come.told)?.get(`${on} ${hindsight}`);
	// Somebody may have been told more than this transaction was, and have found by it.
	const before = last && last.come.upTo <= come.upTo ? last : null;
	const findings = await (before ? findingsSince(tx, seen, reach, before) : findingsAmong(tx, seen, reach));
	findingsIn.set(view, findings);
	if (come) keepFound(`${on} ${hindsight}`, { come, findings });
	return [...findings];
}

function keepFound(key: string, found: Found): void {
	const { told, upTo } = found.come;
	let days = lastFound.get(told);
	if (!days) lastFound.set(told, (days = new Map<string, Found>()));
	if (upTo < (days.get(key)?.come.upTo ?? 0)) return;
	days.delete(key);
	days.set(key, found);
	for (const day of days.keys()) if (days.size > DAYS_FOUND) days.delete(day);
}

/** The same findings as of all, with those of before about whom nothing else can be found now. */
async function findingsSince(tx: Transaction, seen: Seen, reach: Reach, before: Found): Promise<Finding[]> {
	const touched = touchedAfter(before.come);
	const heldThem = await holdersOf(tx, touched.cases);
	const concerned = concernedBy(touched, heldThem, seen.view.authority);
	const stands = ({ caseId, practitionerId }: Finding) =>
		caseId !== null
			? !concerned.cases.has(caseId)
			: practitionerId !== null && !concerned.people.has(practitionerId);
	return [...before.findings.filter(stands), ...(await findingsAmong(tx, seen, reach, concerned))];
}

/** A view, and the view through which each of its files was seen first: what is the same is not worked out again. */
interface Seen {
	view: View;
	through: ReadonlyMap<CaseFile, View>;
}

function seenIn(view: View, before: Seen | undefined): Seen {
	const { cases } = view.authority;
	return { view, through: new Map(cases.map((file) => [file, before?.through.get(file) ?? view])) };
}

function casesAmong(all: readonly Seen[], which: (file: CaseFile, view: View) => boolean): string[] {
	const found = new Set<string>();
	for (const { through } of all)
		for (const [file, view] of through) if (which(file, view)) found.add(file.caseId);
	return [...found];
}

/** What is so on the day, from fewer rows still: since when it has been so is not asked. */
export async function standingIn(tx: Transaction, reach: Reach, { on, hindsight }: AsAt): Promise<View> {
	const after = addDays(on, -RECENT_DAYS);
	const facts = await gatherFacts(tx, reach, { on, after });
	const recent = viewIn(facts, { on, hindsight });
	if (areWhole(facts)) return recent;
	const caseIds = casesAmong([seenIn(recent, undefined)], (file, view) => lacksOversight(file, after, view));
	const personIds = askedIn(recent, reach).flatMap((person) =>
		sessionsAfter(person, after, recent).held === 0 ? person.practitionerId : []
	);
	const whole = await withAllSessions(tx, await withOversight(tx, facts, caseIds, null), personIds);
	return whole === facts ? recent : viewOf(arrange(whole), on, hindsight);
}

/** Whether the clock of an open case may rest on what is not there. */
function lacksOversight(file: CaseFile, after: CalendarDate, view: View): boolean {
	const clock = caseState(file, view)?.clock;
	return clock != null && !isLately(clock.lastOversightOn, after);
}

const HANDOVER = CASE_RULES.find(({ code }) => code === 'HANDOVER_WITHOUT_OVERSIGHT');

function needsAllOversight(file: CaseFile, after: CalendarDate, view: View): boolean {
	const state = caseState(file, view);
	const clock = state?.clock;
	if (!state || !clock) return false;
	if (!isLately(clock.lastOversightOn, after) || view.knowledge.on > clock.dueOn) return true;
	return HANDOVER?.holds(state) != null;
}

/** Before that day some entries are there and others are not: the last of them need not be the last. */
function isLately(lastOversightOn: CalendarDate | null, after: CalendarDate): boolean {
	return lastOversightOn !== null && lastOversightOn > after;
}

const ON_SESSIONS = PRACTITIONER_RULES.filter(
	({ code }) => code === 'SUPERVISION_OVERDUE' || code === 'SUPERVISION_CANCELLED_TWICE'
);

/** Unless the last one held and the last two held or cancelled are recent, and nothing is found. */
function needsAllSessions(person: Person, after: CalendarDate, view: View): boolean {
	const state = practitionerState(person, view);
	if (!state || !isSupervised(state.posting)) return false;
	const { held, cancelled } = sessionsAfter(person, after, view);
	return held === 0 || held + cancelled < 2 || ON_SESSIONS.some((rule) => rule.holds(state));
}

/** How many of somebody's sessions after a day are known to have been held, or cancelled. */
function sessionsAfter({ practitionerId }: Person, after: CalendarDate, { authority, knowledge }: View) {
	let held = 0;
	let cancelled = 0;
	for (const session of authority.sessionsOf.get(practitionerId) ?? []) {
		const day = session.heldOn ?? session.plannedOn;
		if (day === null || day <= after || !isKnown(session, day, knowledge)) continue;
		if (session.cancelled) cancelled++;
		else if (session.heldOn !== null) held++;
	}
	return { held, cancelled };
}

/** Rules that look at all that a person holds: since when they hold needs the cases held before, too. */
const ON_HOLDINGS = PRACTITIONER_RULES.filter(
	({ code }) => code === 'OVER_CAPACITY' || code === 'EXPERIENCE_UNKNOWN'
);
const OTHERS = PRACTITIONER_RULES.filter((rule) => !ON_HOLDINGS.includes(rule));

function askedIn(view: View, reach: Reach): Person[] {
	return reach.of === 'those'
		? [...new Set(reach.practitionerIds)].flatMap((id) => personOf(view, id) ?? [])
		: [...view.authority.people.values()];
}

/** Everything the rules find about the cases gathered and the people asked about, or only some of them, before folding. */
async function findingsAmong(
	tx: Transaction,
	{ view, through }: Seen,
	reach: Reach,
	only: Subjects | null = null
): Promise<Finding[]> {
	const pasts = new Map<View, Past>();
	const pastSeen = (from: View) => {
		let past = pasts.get(from);
		if (!past) pasts.set(from, (past = pastOf(from.authority, from.knowledge.hindsight, from)));
		return past;
	};
	const past = pastSeen(view);
	const asked = askedIn(view, reach).filter(
		(person) => only === null || only.people.has(person.practitionerId)
	);
	const files = [...through].filter(([file]) => only === null || only.cases.has(file.caseId));
	return [
		...files.flatMap(([file, from]) => findingsOfCase(file, from, pastSeen(from))),
		...asked.flatMap((person) => findingsOfPractitioner(person, view, past, OTHERS)),
		...asked.flatMap((person) => findingsOfSessionsAndActions(person, view, past)),
		...(reach.of === 'those' ? [] : findingsOfOtherActions(view, past)),
		...(await findingsOnHoldings(tx, asked, view))
	];
}

const HELD_LATELY_DAYS = 182;

/** From the cases held lately, and from all that were ever held where the finding may be older than that. */
async function findingsOnHoldings(tx: Transaction, asked: readonly Person[], view: View): Promise<Finding[]> {
	const found = asked.filter((person) => {
		const state = practitionerState(person, view);
		return state !== null && ON_HOLDINGS.some((rule) => rule.holds(state));
	});
	const after = addDays(view.knowledge.on, -HELD_LATELY_DAYS);
	const late = await findingsFromHoldings(tx, found, view, after);
	const older = new Set(late.flatMap(({ since, subject }) => (since <= addDays(after, 1) ? subject.id : [])));
	if (older.size === 0) return late;
	const whole = await findingsFromHoldings(
		tx,
		found.filter(({ practitionerId }) => older.has(practitionerId)),
		view,
		null
	);
	return [...late.filter(({ subject }) => !older.has(subject.id)), ...whole];
}

async function findingsFromHoldings(
	tx: Transaction,
	people: readonly Person[],
	{ authority, knowledge }: View,
	after: CalendarDate | null
): Promise<Finding[]> {
	if (people.length === 0) return [];
	const held = new Set(people.flatMap(({ practitionerId }) => authority.heldBy.get(practitionerId) ?? []));
	const known = [...held].filter((file) => isOpenOn(file, knowledge.on, knowledge));
	const before = await casesHeld(
		tx,
		people.map(({ practitionerId }) => practitionerId),
		after,
		known.map(({ caseId }) => caseId)
	);
	const cases = [...known, ...before];
	const { teams, sessions, actions, requests, restructures, policies, settings } = authority;
	const facts = {
		teams,
		people: authority.people,
		sessions,
		actions,
		requests,
		restructures,
		policies,
		settings
	};
	const view = viewOf(arrange({ ...facts, cases }), knowledge.on, knowledge.hindsight);
	const past = pastOf(view.authority, knowledge.hindsight);
	return people.flatMap((person) => findingsOfPractitioner(person, view, past, ON_HOLDINGS));
}

export interface TeamPicture {
	view: View;
	rows: HeatmapRow[];
}

/** A team on a day, as its heatmap shows it: what is so, and not since when. */
export async function pictureOfTeam(tx: Transaction, teamId: string, asAt: AsAt): Promise<TeamPicture> {
	const practitionerIds = await postedTo(tx, teamId, asAt.on);
	const caseIds = await allocatedTo(tx, teamId, asAt.on);
	const reach = { of: 'those', caseIds, practitionerIds, held: { on: asAt.on } } as const;
	const view = await standingIn(tx, reach, asAt);
	const given = new Set(caseIds);
	const scope = { people: new Set(practitionerIds), wasGiven: (caseId: string) => given.has(caseId) };
	return { view, rows: heatmapOf(teamId, view, scope) };
}

/** Everything in the scope of who asks, on a day. Whoever oversees all of it is answered from the whole authority's. */
export async function pictureOfScope(
	tx: Transaction,
	asAt: AsAt,
	role: AskingRole
): Promise<Picture & { teamIds: string[] }> {
	const { practitionerIds, caseIds, teamIds } = await inScope(
		tx,
		asAt.on,
		await closedOfConcern(tx, asAt.on)
	);
	const { view, findings } = isAmong(PAGES['/organisation'], role)
		? await pictureOfAuthority(tx, asAt)
		: await flagsAmong(tx, { caseIds, practitionerIds }, asAt);
	const people = new Set(practitionerIds);
	const cases = new Set(caseIds);
	return {
		view,
		teamIds,
		findings: findings.filter(({ caseId, practitionerId }) =>
			caseId === null ? practitionerId !== null && people.has(practitionerId) : cases.has(caseId)
		)
	};
}

/** One practitioner on a day, as a row of the heatmap with the findings about them and the cases they lead. */
export async function pictureOfPractitioner(
	tx: Transaction,
	practitionerId: string,
	asAt: AsAt
): Promise<(Picture & { row: HeatmapRow }) | null> {
	const { view, findings } = await flagsAmong(tx, { caseIds: [], practitionerIds: [practitionerId] }, asAt);
	const person = personOf(view, practitionerId);
	if (!person) return null;
	const own = findings.filter((finding) => finding.practitionerId === practitionerId);
	return { view, findings: own, row: heatmapRow(person, view) };
}
