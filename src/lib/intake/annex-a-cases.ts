import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { Kind } from '#lib/domain/policy.ts';
import type {
	AllocationRow,
	CaseKindRow,
	CaseRow,
	Records,
	TableName,
	TeamRow
} from '#lib/domain/records.ts';
import type { AnnexA, Entry, List, Status } from './annex-a.ts';
import {
	birthOf,
	endOf,
	spellsOf,
	warning,
	type Birth,
	type Findings,
	type Spell
} from './annex-a-spells.ts';
import { nameKey, type Matching } from './match.ts';
import { placeInWords, rowProblem, type Place, type Problem, type ProblemCode } from './problems.ts';
import { nothingIncoming, type Incoming } from './tables.ts';

const ANNEX_A_SOURCE = 'annex-a';

export interface ExtractOptions {
	/** The day on which the workbook was made. Never today: it decides when allocations began. */
	extractDate: CalendarDate;
	matching: Matching;
	/** Unmatched names are new practitioners. */
	addPeople?: boolean;
}

/** A case whose holder the file names and nobody here bears that name: it waits, and is not unallocated. */
export interface WaitingHolder {
	caseId: string;
	name: string;
	teamId: string | null;
	since: CalendarDate;
}

export interface AnnexAIncoming extends Incoming {
	waiting: WaitingHolder[];
	/** Allocations begun on the extract date only because the file does not say when: shown as *start not given*. */
	startNotGiven: { caseId: string; practitionerId: string | null; from: CalendarDate }[];
}

/** The kind that a status of list 6 stands for where the list that should name the child does not. */
const STATUS_KINDS: Record<Status, Kind | null> = {
	a: 'looked_after',
	b: 'child_protection',
	c: 'child_in_need',
	d: 'assessment',
	e: null
};

/** The list that would still name a child while the kind runs. List 5 only looks back, so no enquiry ends by absence. */
const LIST_OF_KIND: Partial<Record<Kind, List>> = {
	assessment: 4,
	child_in_need: 6,
	child_protection: 7,
	looked_after: 8,
	short_breaks: 8,
	care_leaver: 9
};

/** Whose word counts where lists name different workers: the list of the plan that runs, before what led to it. */
const WORKER_ORDER: readonly List[] = [8, 7, 6, 9, 5, 4, 3];

const COLUMNS: Partial<Record<TableName, readonly string[]>> = {
	teams: ['teamId', 'name', 'service'],
	practitioners: ['practitionerId', 'name'],
	postings: ['practitionerId', 'teamId', 'role', 'fte', 'from'],
	cases: ['caseId', 'childId', 'dateOfBirth', 'unborn', 'openedOn', 'closedOn', 'closureReason'],
	caseKinds: ['caseId', 'kind', 'from', 'to', 'conferenceNeeded', 'conferenceOn'],
	allocations: ['caseId', 'practitionerId', 'teamId', 'role', 'from', 'to']
};

interface Settling {
	annexA: AnnexA;
	existing: Records;
	options: ExtractOptions;
	incoming: AnnexAIncoming;
	teamIds: Map<string, string>;
	/** New practitioners by `nameKey`. */
	newPeople: Map<string, string>;
	kindsOf: Map<string, CaseKindRow[]>;
	leadsOf: Map<string, AllocationRow[]>;
	/** The rows that name each worker, by `nameKey`. */
	entriesOf: Map<string, Entry[]>;
}

/**
 * The cases, kinds and leads that an Annex A workbook stands for, beside what earlier workbooks brought (`existing`: the
 * rows of this source, and every practitioner and team that may be matched). A child's case is known by the child and
 * the day it opened; one that overlaps a recorded case of the child is that case. What the file dates only by naming it
 * (a lead, a care leaver) begins on the extract date, and stays as it was where a later extract names it again.
 */
export function casesOf(annexA: AnnexA, existing: Records, options: ExtractOptions): AnnexAIncoming {
	const incoming: AnnexAIncoming = {
		...nothingIncoming(ANNEX_A_SOURCE),
		problems: [...annexA.problems],
		unread: annexA.unread.map((place) => ({ table: 'cases', id: null, place })),
		waiting: [],
		startNotGiven: []
	};
	for (const [table, fields] of Object.entries(COLUMNS))
		incoming.columns[table as TableName] = new Set(fields);
	const settling: Settling = {
		annexA,
		existing,
		options,
		incoming,
		teamIds: new Map(existing.teams.map((team) => [nameKey(team.name), team.teamId])),
		newPeople: new Map(),
		kindsOf: grouped(existing.caseKinds, (row) => row.caseId),
		leadsOf: grouped(
			existing.allocations.filter((row) => row.role === 'lead'),
			(row) => row.caseId
		),
		entriesOf: grouped(
			annexA.entries.filter(({ worker }) => worker !== null),
			({ worker }) => nameKey(worker!)
		)
	};
	addTeams(settling);
	if (options.addPeople) addPeople(settling);
	const casesOfChild = grouped(
		existing.cases.toSorted((a, b) => (a.openedOn < b.openedOn ? -1 : 1)),
		(row) => row.childId
	);
	for (const [childId, entries] of grouped(annexA.entries, (entry) => entry.childId))
		settleChild(entries, casesOfChild.get(childId) ?? [], settling);
	reportNames(settling);
	return incoming;
}

function grouped<Item>(items: readonly Item[], key: (item: Item) => string): Map<string, Item[]> {
	const groups = new Map<string, Item[]>();
	for (const item of items) {
		const group = groups.get(key(item));
		if (group) group.push(item);
		else groups.set(key(item), [item]);
	}
	return groups;
}

function push<Name extends TableName>(
	{ incoming }: Settling,
	table: Name,
	row: Records[Name][number],
	place: Place
): void {
	(incoming.records[table] as Records[Name][number][]).push(row);
	incoming.lines[table].push(place);
}

function warn({ incoming }: Settling, ...of: Parameters<typeof warning>): void {
	incoming.problems.push(warning(...of));
}

/** Teams are only names in the file; the service of a new one is not given and said so. */
function addTeams(settling: Settling): void {
	for (const { team, place } of settling.annexA.entries) {
		if (team === null || settling.teamIds.has(nameKey(team))) continue;
		settling.teamIds.set(nameKey(team), team);
		const row: TeamRow = {
			teamId: team,
			name: team,
			service: 'not given',
			openedOn: null,
			closedOn: null,
			succeededBy: null,
			recordedOn: null,
			endRecordedOn: null
		};
		push(settling, 'teams', row, place);
	}
}

/**
 * A name becomes a person without number or dates, so that every gap shows, with a posting from the extract date in the
 * team they are named with most: without one their cases would count as unallocated, which the file does not say.
 * Role and share of full time are taken, not given.
 */
function addPeople(settling: Settling): void {
	const { incoming, options, teamIds } = settling;
	for (const name of options.matching.unmatched) {
		const key = nameKey(name);
		const entries = settling.entriesOf.get(key) ?? [];
		const first = entries[0];
		if (!first) continue;
		if (name.length > 64) {
			warn(settling, 'name_too_long', first, { column: 'Allocated Worker', found: name });
			continue;
		}
		settling.newPeople.set(key, name);
		push(
			settling,
			'practitioners',
			{
				practitionerId: name,
				name,
				email: null,
				sweNumber: null,
				registeredOn: null,
				earlyCareerStartedOn: null,
				earlyCareerPassedOn: null,
				startedOn: null,
				leftOn: null,
				recordedOn: null,
				endRecordedOn: null
			},
			first.place
		);
		const teams = grouped(
			entries.filter((entry) => entry.team !== null),
			(entry) => nameKey(entry.team!)
		);
		const [team] = [...teams].sort(([a, one], [b, other]) => other.length - one.length || (a < b ? -1 : 1));
		if (!team) {
			incoming.problems.push(
				rowProblem('person_without_team', first.place, {
					level: 'warning',
					column: 'Allocated Worker',
					found: name
				})
			);
			continue;
		}
		push(
			settling,
			'postings',
			{
				practitionerId: name,
				teamId: teamIds.get(team[0])!,
				role: 'practitioner',
				supervisorId: null,
				fte: 1,
				agency: null,
				from: options.extractDate,
				to: null,
				recordedOn: null,
				endRecordedOn: null
			},
			first.place
		);
	}
}

function settleChild(entries: readonly Entry[], recorded: readonly CaseRow[], settling: Settling): void {
	const { incoming, options } = settling;
	const findings: Findings = { problems: [], left: [] };
	const birth = birthOf(entries, options.extractDate, findings);
	const spells = spellsOf(entries, recorded, options.extractDate, findings);
	incoming.problems.push(...findings.problems);
	for (const { place } of findings.left) incoming.unread.push({ table: 'cases', id: null, place });
	for (const spell of spells) settleSpell(spell, birth, settling);
}

function settleSpell(spell: Spell, birth: Birth, settling: Settling): void {
	const first = spell.entries[0]!;
	const { before, openedOn } = spell;
	const row: CaseRow = {
		caseId: before?.caseId ?? `${first.childId}:${openedOn}`,
		childId: first.childId,
		familyId: null,
		dateOfBirth: birth.dateOfBirth ?? before?.dateOfBirth ?? null,
		unborn: birth.unborn ?? before?.unborn ?? null,
		openedOn,
		closedOn: spell.closedOn,
		closureReason: spell.closureReason,
		complexity: null,
		recordedOn: null,
		endRecordedOn: null
	};
	push(settling, 'cases', row, first.place);
	settleKinds(row, spell, settling);
	settleLead(row, spell, settling);
}

function settleKinds(row: CaseRow, spell: Spell, settling: Settling): void {
	const { annexA, options } = settling;
	const { caseId } = row;
	const given = new Map<string, { kind: CaseKindRow; place: Place }>();
	const recorded = settling.kindsOf.get(caseId) ?? [];
	const isOpen = row.closedOn === null || row.closedOn > options.extractDate;
	const add = (kind: Kind, from: CalendarDate, to: CalendarDate | null, entry: Entry) => {
		const { conferenceNeeded, conferenceOn, place } = entry;
		if (given.get(`${kind}:${from}`)?.kind.to === null) return;
		given.set(`${kind}:${from}`, {
			kind: { caseId, kind, from, to, conferenceNeeded, conferenceOn, recordedOn: null, endRecordedOn: null },
			place
		});
	};
	const runs = (kind: Kind) =>
		[...given.values()].some(
			(each) => each.kind.kind === kind && (each.kind.to === null || each.kind.to > options.extractDate)
		);
	/** Begins on `from` unless it is recorded as running already. */
	const addUndated = (kind: Kind, from: CalendarDate, entry: Entry) => {
		const running = recorded.find((each) => each.kind === kind && each.to === null);
		if (!runs(kind)) add(kind, running?.from ?? from, null, entry);
	};

	for (const entry of spell.entries) {
		if (entry.kind === null) continue;
		if (entry.from !== null) add(entry.kind, entry.from, endOf(entry), entry);
		if (entry.list !== 5) continue;
		if (entry.conferenceOn === null && entry.conferenceNeeded === false)
			warn(settling, 'section_47_end_taken', entry, { args: { to: endOf(entry)! } });
		if (entry.planFollowed && annexA.lists.has(7) && !spell.entries.some(({ list }) => list === 7))
			warn(settling, 'plan_not_listed', entry);
	}
	if (isOpen)
		for (const entry of spell.entries) {
			const kind = entry.status === null ? null : STATUS_KINDS[entry.status];
			const isShortBreaks = kind === 'looked_after' && runs('short_breaks');
			if (kind !== null && !isShortBreaks) addUndated(kind, row.openedOn, entry);
			if (entry.kind !== null && entry.from === null) addUndated(entry.kind, options.extractDate, entry);
		}
	const isStatusKnown = !spell.entries.some(({ list, status }) => list === 6 && status === null);
	for (const each of isStatusKnown ? recorded : []) {
		const list = LIST_OF_KIND[each.kind];
		const isListed = given.has(`${each.kind}:${each.from}`);
		if (isListed || each.to !== null || each.from >= options.extractDate || !isOpen) continue;
		if (list === undefined || !annexA.lists.has(list) || !annexA.lists.has(6)) continue;
		const kind = { ...each, to: options.extractDate, endRecordedOn: null };
		given.set(`${each.kind}:${each.from}`, { kind, place: spell.entries[0]!.place });
	}
	for (const { kind, place } of given.values()) push(settling, 'caseKinds', kind, place);
}

function settleLead(row: CaseRow, spell: Spell, settling: Settling): void {
	const { options, incoming } = settling;
	const { extractDate, matching } = options;
	const { caseId, closedOn } = row;
	const leads = settling.leadsOf.get(caseId) ?? [];
	const current =
		leads.find((lead) => lead.from <= extractDate && (lead.to === null || lead.to > extractDate)) ?? null;
	const keep = (lead: AllocationRow, to: CalendarDate | null, place: Place) =>
		push(
			settling,
			'allocations',
			{ ...lead, to, endRecordedOn: to === lead.to ? lead.endRecordedOn : null },
			place
		);
	const first = spell.entries[0]!;
	if (closedOn !== null && closedOn <= extractDate) {
		const open = leads.find((lead) => lead.to === null && lead.from < closedOn);
		if (open) keep(open, closedOn, first.place);
		return;
	}
	const later = leads.find((lead) => lead.from > extractDate);
	if (later) {
		warn(settling, 'older_extract', first, { args: { from: later.from } });
		return;
	}

	const named = namedWorker(spell, settling);
	const entry = named ?? spell.entries.find(({ team }) => team !== null) ?? first;
	const team = entry.team ?? spell.entries.find((each) => each.team !== null)?.team ?? null;
	const teamId = team === null ? null : (settling.teamIds.get(nameKey(team)) ?? null);
	const key = named?.worker ? nameKey(named.worker) : null;
	const practitionerId =
		key === null ? null : (matching.matched.get(key) ?? settling.newPeople.get(key) ?? null);
	const isWaiting = key !== null && practitionerId === null;

	const isSameLead =
		current !== null &&
		!isWaiting &&
		(practitionerId === null
			? current.practitionerId === null && (teamId === null || current.teamId === teamId)
			: current.practitionerId === practitionerId);
	if (isSameLead) {
		keep(current, current.to, entry.place);
		return;
	}
	if (current !== null && current.from === extractDate) {
		const args = { holder: current.practitionerId ?? current.teamId ?? '', from: extractDate };
		incoming.problems.push(
			rowProblem('lead_since_same_day', entry.place, {
				column: 'Allocated Worker',
				found: named?.worker ?? null,
				args
			})
		);
		incoming.unread.push({ table: 'allocations', id: null, place: entry.place });
		return;
	}
	if (current !== null) keep(current, extractDate, entry.place);
	if (isWaiting) {
		incoming.waiting.push({ caseId, name: named!.worker!, teamId, since: extractDate });
		return;
	}
	if (practitionerId === null && teamId === null) return;
	const from = row.openedOn > extractDate ? row.openedOn : extractDate;
	incoming.startNotGiven.push({ caseId, practitionerId, from });
	push(
		settling,
		'allocations',
		{
			caseId,
			practitionerId,
			teamId,
			role: 'lead',
			from,
			to: null,
			reason: null,
			recordedOn: null,
			endRecordedOn: null
		},
		entry.place
	);
}

/** The row whose worker is taken as the lead, of those that name one. */
function namedWorker(spell: Spell, settling: Settling): Entry | null {
	const naming = spell.entries.filter((entry) => entry.worker !== null);
	naming.sort(
		(a, b) =>
			WORKER_ORDER.indexOf(a.list) - WORKER_ORDER.indexOf(b.list) ||
			((a.from ?? '') < (b.from ?? '') ? 1 : -1)
	);
	const [chosen, ...others] = naming;
	if (!chosen) return null;
	for (const other of others)
		if (nameKey(other.worker!) !== nameKey(chosen.worker!))
			warn(settling, 'workers_differ', other, {
				column: 'Allocated Worker',
				found: other.worker,
				args: { other: placeInWords(chosen.place), known: chosen.worker! }
			});
	return chosen;
}

function reportNames(settling: Settling): void {
	const { incoming, options } = settling;
	const waiting = grouped(incoming.waiting, ({ name }) => nameKey(name));
	const report = (name: string, code: ProblemCode, args: Problem['args']) => {
		const entry = settling.entriesOf.get(nameKey(name))?.[0];
		if (entry) warn(settling, code, entry, { column: 'Allocated Worker', found: name, args });
	};
	const count = (name: string) => waiting.get(nameKey(name))?.length ?? 0;
	for (const name of options.matching.unmatched)
		if (!settling.newPeople.has(nameKey(name))) report(name, 'name_not_matched', { count: count(name) });
	for (const { name, practitionerIds } of options.matching.ambiguous)
		report(name, 'name_of_several', { people: practitionerIds.length, count: count(name) });
}
