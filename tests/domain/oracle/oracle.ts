import type { Records } from '#lib/domain/records.ts';
import { dayFrom, monthsAfter, textOf, workingDaysAfter, type Day } from './days.ts';

/*
 * The answers of the domain once more, day by day and in plain sets, from the written rules alone. It shares no code
 * with the product: where the two differ, one of them has misread the rules.
 */

type Unit = 'wd' | 'd';
type Limit = readonly [count: number, unit: Unit];

interface Demand {
	stakes: 'low' | 'medium' | 'high';
	least: number;
	training: readonly string[];
	first: Limit;
	interval: Limit;
	intervalUnsuitable: Limit;
	weight: number;
}

function row(
	stakes: Demand['stakes'],
	least: number,
	training: string,
	first: Limit,
	interval: Limit,
	intervalUnsuitable: Limit,
	weight: number
): Demand {
	const courses = training === '-' ? [] : training.split(', ');
	return { stakes, least, training: courses, first, interval, intervalUnsuitable, weight };
}

type Table = Readonly<Record<string, Demand>>;

export const TABLE: Table = {
	section_47: row('high', 4, 'CP-FOUND, S47', [1, 'wd'], [5, 'wd'], [2, 'wd'], 8),
	child_protection: row('high', 3, 'CP-FOUND, S47', [1, 'wd'], [28, 'd'], [14, 'd'], 7),
	pre_proceedings: row('high', 4, 'PLO', [1, 'wd'], [28, 'd'], [14, 'd'], 8),
	care_proceedings: row('high', 4, 'PLO', [1, 'wd'], [28, 'd'], [14, 'd'], 10),
	looked_after: row('medium', 3, 'CLA', [1, 'wd'], [42, 'd'], [28, 'd'], 7),
	looked_after_settled: row('medium', 2, 'CLA', [2, 'wd'], [56, 'd'], [42, 'd'], 4),
	looked_after_long_term: row('medium', 2, 'CLA', [5, 'wd'], [84, 'd'], [56, 'd'], 3),
	assessment: row('medium', 1, 'CP-FOUND', [1, 'wd'], [10, 'wd'], [5, 'wd'], 6),
	child_in_need: row('medium', 1, 'CP-FOUND', [2, 'wd'], [42, 'd'], [28, 'd'], 4),
	short_breaks: row('low', 1, '-', [5, 'wd'], [84, 'd'], [56, 'd'], 2),
	care_leaver: row('low', 0, '-', [5, 'wd'], [84, 'd'], [84, 'd'], 2)
};

export interface PolicyVersion {
	/** Null for the first version, in force on every day before the second. */
	from: string | null;
	table: Table;
	guard: boolean;
	profile: 'LGA' | 'DfE';
}

export const FIRST_VERSION: PolicyVersion = { from: null, table: TABLE, guard: true, profile: 'LGA' };

export interface Organisation {
	records: Records;
	versions: readonly PolicyVersion[];
	observedFrom: string | null;
	profileFrom: string | null;
}

/** The catalogue's rules that are held against the product, in its order. */
export const CODES = [
	'HELD_WITHOUT_OVERSIGHT',
	'BELOW_EXPERIENCE',
	'TRAINING_GAP',
	'OVERSIGHT_OVERDUE',
	'UNALLOCATED',
	'HOLDER_ABSENT',
	'SUPERVISION_OVERDUE',
	'NO_SUPERVISOR',
	'OVER_CAPACITY',
	'EXPERIENCE_UNKNOWN'
] as const;
type Code = (typeof CODES)[number];

interface OracleFinding {
	code: Code;
	severity: string;
	subject: { kind: 'case' | 'practitioner'; id: string };
	caseId: string | null;
	practitionerId: string | null;
	teamId: string | null;
	since: string;
	reasons: Code[];
}

interface OracleCaseload {
	practitionerId: string;
	tier: string;
	cases: number;
	points: number;
	capacity: number;
	loadPercent: number | null;
	band: string;
}

interface Oracle {
	findings(asAt: string, hindsight: boolean): OracleFinding[];
	caseloads(asAt: string, hindsight: boolean): OracleCaseload[];
	/** Of the open cases; none before observed-from. */
	standings(asAt: string, hindsight: boolean): { caseId: string; dueOn: string; standing: string }[];
}

/** As at which day, and whether recording dates are ignored. */
interface Known {
	day: Day;
	hindsight: boolean;
}

interface Fact {
	happened: Day;
	recorded: Day | null;
}

interface Spell extends Fact {
	to: Day | null;
	endRecorded: Day | null;
}

const ALWAYS = Number.NEGATIVE_INFINITY;
const NEVER = Number.POSITIVE_INFINITY;

function isKnown(fact: Fact, known: Known): boolean {
	if (fact.happened > known.day) return false;
	return known.hindsight || fact.recorded === null || fact.recorded <= known.day;
}

function endOf(spell: Spell, known: Known): Day {
	if (spell.to === null || spell.to > known.day) return NEVER;
	if (!known.hindsight && spell.endRecorded !== null && spell.endRecorded > known.day) return NEVER;
	return spell.to;
}

function covers(spell: Spell, day: Day, known: Known): boolean {
	return isKnown(spell, known) && spell.happened <= day && day < endOf(spell, known);
}

/** The first of the unbroken days up to `day` that one of the spells covers each; null where none covers `day`. */
function unbrokenSince(spells: readonly Spell[], day: Day, known: Known): Day | null {
	if (!spells.some((spell) => covers(spell, day, known))) return null;
	let first = day;
	for (;;) {
		const before = spells.filter((spell) => spell.happened < first && covers(spell, first - 1, known));
		const covering = spells.filter((spell) => spell.happened < first && covers(spell, first, known));
		const starts = [...before, ...covering].map((spell) => spell.happened);
		if (starts.length === 0) return first;
		first = Math.min(...starts);
	}
}

function last<Item extends Fact>(items: readonly Item[]): Item | null {
	return items.reduce<Item | null>(
		(found, item) => (found === null || item.happened >= found.happened ? item : found),
		null
	);
}

function day(text: string | null): Day | null {
	return text === null ? null : dayFrom(text);
}

function fact(happenedOn: string | null, recordedOn: string | null): Fact {
	return { happened: day(happenedOn) ?? ALWAYS, recorded: day(recordedOn) };
}

function spell(line: {
	from: string;
	to: string | null;
	recordedOn: string | null;
	endRecordedOn: string | null;
}): Spell {
	return { ...fact(line.from, line.recordedOn), to: day(line.to), endRecorded: day(line.endRecordedOn) };
}

function written(text: string | null): boolean {
	return (text ?? '').trim().length > 0;
}

function limitAfter(from: Day, [count, unit]: Limit): Day {
	return unit === 'wd' ? workingDaysAfter(from, count) : from + count;
}

function firstToFall(from: Day, limits: readonly Limit[]): Day {
	return Math.min(...limits.map((limit) => limitAfter(from, limit)));
}

function halvedUp([count, unit]: Limit): Limit {
	return [Math.floor((count + 1) / 2), unit];
}

const MANAGING = [
	'practice_supervisor',
	'team_manager',
	'service_manager',
	'principal_social_worker',
	'director'
];

function practitionersOf(records: Records) {
	return records.practitioners.map((person) => {
		const own = <Line extends { practitionerId: string | null }>(lines: readonly Line[]) =>
			lines.filter((line) => line.practitionerId === person.practitionerId);
		return {
			...fact(null, person.recordedOn),
			to: day(person.leftOn),
			endRecorded: day(person.endRecordedOn),
			id: person.practitionerId,
			hasNumber: written(person.sweNumber),
			registered: day(person.registeredOn),
			stageStarted: day(person.earlyCareerStartedOn),
			stagePassed: day(person.earlyCareerPassedOn),
			postings: own(records.postings).map((line) => ({ ...line, ...spell(line) })),
			absences: own(records.absences).map((line) => ({ ...line, ...spell(line) })),
			reductions: own(records.reductions).map((line) => ({ ...line, ...spell(line) })),
			training: own(records.training).map((line) => ({
				...fact(line.completedOn, line.recordedOn),
				course: line.course,
				expires: day(line.expiresOn)
			})),
			sessions: own(records.supervision)
				.filter((line) => line.heldOn !== null && !line.cancelled)
				.map((line) => fact(line.heldOn, line.recordedOn))
		};
	});
}
type Practitioner = ReturnType<typeof practitionersOf>[number];

function casesOf(records: Records) {
	return records.cases.map((file) => {
		const own = <Line extends { caseId: string | null }>(lines: readonly Line[]) =>
			lines.filter((line) => line.caseId === file.caseId);
		return {
			...fact(file.openedOn, file.recordedOn),
			to: day(file.closedOn),
			endRecorded: day(file.endRecordedOn),
			id: file.caseId,
			family: file.familyId ?? '',
			born: day(file.dateOfBirth),
			unborn: file.unborn === true,
			complexity: file.complexity ?? 0,
			kinds: own(records.caseKinds).map((line) => ({ ...spell(line), kind: line.kind })),
			allocations: own(records.allocations).map((line) => ({ ...line, ...spell(line) })),
			entries: own(records.oversight).map((line) => ({
				...fact(line.madeOn, line.recordedOn),
				kind: line.kind,
				by: line.managerId,
				complete: written(line.decision) && written(line.rationale)
			})),
			discussions: own(records.supervisionCases).flatMap((line) =>
				records.supervision
					.filter((session) => session.sessionId === line.sessionId)
					.filter((session) => session.heldOn !== null && !session.cancelled)
					.map((session) => ({
						session: fact(session.heldOn, session.recordedOn),
						...fact(session.heldOn, line.recordedOn),
						signed: day(session.supervisorSignedOn),
						supervisor: session.supervisorId,
						supervisee: session.practitionerId,
						decided: written(line.decision)
					}))
			)
		};
	});
}
type Case = ReturnType<typeof casesOf>[number];

export function oracleOf(organisation: Organisation): Oracle {
	const { records } = organisation;
	const observedFrom = day(organisation.observedFrom);
	const profileFrom = day(organisation.profileFrom);
	const everyone = practitionersOf(records);
	const everyCase = casesOf(records);
	const restructures = records.restructures.map((line) => ({
		...fact(line.startsOn, line.recordedOn),
		to: day(line.endsOn),
		endRecorded: day(line.endRecordedOn),
		teams: line.teamIds
	}));
	const versions = organisation.versions.map((version) => ({
		...version,
		since: day(version.from) ?? ALWAYS
	}));

	function policyAt(on: Day) {
		const inForce = versions.filter((version) => version.since <= on);
		const found = inForce.reduce((a, b) => (b.since > a.since ? b : a));
		return found;
	}

	const practitioner = (id: string | null) => everyone.find((person) => person.id === id) ?? null;

	function postingAt(person: Practitioner, on: Day, known: Known) {
		return last(person.postings.filter((posting) => covers(posting, on, known)));
	}

	function isInPost(id: string | null, on: Day, known: Known): boolean {
		const person = practitioner(id);
		if (!person) return false;
		if (isKnown(person, known) && on >= endOf(person, known)) return false;
		return postingAt(person, on, known) !== null;
	}

	/** 0 for E0 to 6 for E6. */
	function tierAt(id: string | null, on: Day, known: Known): number {
		const person = practitioner(id);
		if (!person || !isKnown(person, known)) return 0;
		if (!person.hasNumber) return 0;
		if (person.registered !== null && on < person.registered) return 0;
		if (person.registered === null) return 1;
		const role = postingAt(person, on, known)?.role ?? '';
		if (MANAGING.includes(role)) return 6;
		if (role === 'senior_practitioner') return 5;
		const passed = person.stagePassed !== null && person.stagePassed <= on;
		if (isInStage(person, on, known)) return on < monthsAfter(person.stageStarted ?? on, 6) ? 1 : 2;
		if (!passed && on < monthsAfter(person.registered, 6)) return 1;
		if (!passed && on < monthsAfter(person.registered, 12)) return 2;
		if (on < monthsAfter(person.registered, 24)) return 3;
		if (on < monthsAfter(person.registered, 36)) return 4;
		return 5;
	}

	function isInStage(person: Practitioner, on: Day, known: Known): boolean {
		if (!isKnown(person, known)) return false;
		const passed = person.stagePassed !== null && person.stagePassed <= on;
		return person.stageStarted !== null && person.stageStarted <= on && !passed;
	}

	function hasCurrent(id: string | null, course: string, on: Day, known: Known): boolean {
		const training = practitioner(id)?.training ?? [];
		const lapsing = course === 'CP-FOUND' || course === 'S47';
		return training.some((row) => {
			const until = row.expires ?? (lapsing ? monthsAfter(row.happened, 36) : NEVER);
			return row.course === course && isKnown(row, known) && row.happened <= on && on < until;
		});
	}

	function isAbsent(id: string | null, on: Day, known: Known): boolean {
		return practitioner(id)?.absences.some((absence) => covers(absence, on, known)) ?? false;
	}

	function isAbsentLongerThan(id: string | null, workingDays: number, on: Day, known: Known): boolean {
		const since = unbrokenSince(practitioner(id)?.absences ?? [], on, known);
		return since !== null && on > workingDaysAfter(since, workingDays);
	}

	function isCovered(id: string | null, forSupervision: boolean, on: Day, known: Known): boolean {
		const rows = (practitioner(id)?.absences ?? []).filter((absence) => covers(absence, on, known));
		return rows
			.map((row) => (forSupervision ? (row.supervisionCoverId ?? row.coverId) : row.coverId))
			.some((cover) => isInPost(cover, on, known) && !isAbsent(cover, on, known));
	}

	function isOpen(file: Case, on: Day, known: Known): boolean {
		return covers(file, on, known);
	}

	function leadAt(file: Case, on: Day, known: Known): string | null {
		const leads = file.allocations.filter((line) => line.role === 'lead' && covers(line, on, known));
		return last(leads)?.practitionerId ?? null;
	}

	function leadAllocationStart(file: Case, on: Day, known: Known): Day | null {
		const lead = leadAt(file, on, known);
		if (lead === null) return null;
		const own = file.allocations.filter((line) => line.role === 'lead' && line.practitionerId === lead);
		return unbrokenSince(own, on, known);
	}

	function coWorkersAt(file: Case, on: Day, known: Known): string[] {
		return file.allocations
			.filter((line) => line.role === 'co_worker' && covers(line, on, known))
			.flatMap((line) => line.practitionerId ?? []);
	}

	function activeKinds(file: Case, on: Day, known: Known): string[] {
		if (!isOpen(file, on, known)) return [];
		const covering = file.kinds.filter((line) => covers(line, on, known)).map((line) => line.kind);
		return [...new Set(covering)];
	}

	function kindStart(file: Case, kind: string, on: Day, known: Known): Day | null {
		return unbrokenSince(
			file.kinds.filter((line) => line.kind === kind),
			on,
			known
		);
	}

	function demandsAt(file: Case, on: Day, known: Known): Demand[] {
		const kinds = activeKinds(file, on, known);
		return (kinds.length > 0 ? kinds : ['assessment']).map((kind) => policyAt(on).table[kind] as Demand);
	}

	function stakesAt(file: Case, on: Day, known: Known): Demand['stakes'] {
		const stakes = demandsAt(file, on, known).map((demand) => demand.stakes);
		return stakes.includes('high') ? 'high' : stakes.includes('medium') ? 'medium' : 'low';
	}

	const leastTier = (file: Case, on: Day, known: Known) =>
		Math.max(...demandsAt(file, on, known).map((demand) => demand.least));

	const coursesNeeded = (file: Case, on: Day, known: Known) =>
		demandsAt(file, on, known).flatMap((demand) => demand.training);

	function isSuitable(id: string, file: Case, on: Day, known: Known): boolean {
		if (tierAt(id, on, known) < leastTier(file, on, known)) return false;
		return coursesNeeded(file, on, known).every((course) => hasCurrent(id, course, on, known));
	}

	function hasSuitableCoWorker(file: Case, on: Day, known: Known): boolean {
		return coWorkersAt(file, on, known).some(
			(id) =>
				isSuitable(id, file, on, known) && isInPost(id, on, known) && !isAbsentLongerThan(id, 5, on, known)
		);
	}

	function isSuitablyHeld(file: Case, on: Day, known: Known): boolean {
		const lead = leadAt(file, on, known);
		if (lead !== null && isSuitable(lead, file, on, known)) return true;
		return hasSuitableCoWorker(file, on, known);
	}

	function isGuarded(file: Case, on: Day, known: Known): boolean {
		if (!policyAt(on).guard) return false;
		const lead = practitioner(leadAt(file, on, known));
		const team = lead ? (postingAt(lead, on, known)?.teamId ?? null) : null;
		if (team === null) return false;
		return restructures.some(
			(line) => covers(line, on, known) && (line.teams.length === 0 || line.teams.includes(team))
		);
	}

	function intervals(file: Case, on: Day, known: Known): Limit[] {
		const suitably = isSuitablyHeld(file, on, known);
		const guarded = isGuarded(file, on, known);
		return demandsAt(file, on, known).map((demand) => {
			const interval = suitably ? demand.interval : demand.intervalUnsuitable;
			return guarded && demand.stakes === 'high' ? halvedUp(interval) : interval;
		});
	}

	/** Who counts as the case's lead on a day: also the lead of the day before, on the day that allocation ends. */
	function countingLeads(file: Case, on: Day, known: Known): (string | null)[] {
		return [leadAt(file, on, known), leadAt(file, on - 1, known)];
	}

	/** The counting oversight of a case, made by `by`, with the kind of an entry. */
	function countingOversight(file: Case, by: Day, known: Known): { made: Day; kind: string }[] {
		const entries = file.entries.filter(
			(entry) =>
				isKnown(entry, known) &&
				entry.happened <= by &&
				entry.complete &&
				tierAt(entry.by, entry.happened, known) === 6 &&
				!countingLeads(file, entry.happened, known).includes(entry.by)
		);
		const discussions = file.discussions.filter((discussion) => {
			const held = discussion.happened;
			const leads = countingLeads(file, held, known);
			return (
				isKnown(discussion, known) &&
				isKnown(discussion.session, known) &&
				held <= by &&
				discussion.decided &&
				discussion.signed !== null &&
				discussion.signed <= known.day &&
				leads.includes(discussion.supervisee) &&
				tierAt(discussion.supervisor, held, known) === 6 &&
				!leads.includes(discussion.supervisor)
			);
		});
		return [
			...entries.map((entry) => ({ made: entry.happened, kind: entry.kind })),
			...discussions.map((discussion) => ({ made: discussion.happened, kind: 'discussion' }))
		];
	}

	function clockStart(file: Case, on: Day, known: Known): Day {
		const kinds = activeKinds(file, on, known);
		const highest = stakesAt(file, on, known);
		const table = policyAt(on).table;
		const kindStarts = kinds
			.filter((kind) => table[kind]?.stakes === highest)
			.map((kind) => kindStart(file, kind, on, known) ?? ALWAYS);
		const leadStart = leadAllocationStart(file, on, known) ?? ALWAYS;
		return Math.max(leadStart, ...kindStarts, file.happened, observedFrom ?? ALWAYS);
	}

	/** The last counting oversight on or after the clock start; null while the first is outstanding. */
	function lastOversight(file: Case, on: Day, known: Known): Day | null {
		const start = clockStart(file, on, known);
		const made = countingOversight(file, on, known).flatMap((event) => {
			const early = event.kind === 'allocation' || event.kind === 'handover';
			if (event.made >= start) return event.made;
			return early && start <= workingDaysAfter(event.made, 5) ? start : [];
		});
		return made.length > 0 ? Math.max(...made) : null;
	}

	function dueOn(file: Case, on: Day, known: Known): Day {
		const start = clockStart(file, on, known);
		const made = lastOversight(file, on, known);
		if (made !== null) return firstToFall(made, intervals(file, on, known));
		const first = firstToFall(
			start,
			demandsAt(file, on, known).map((demand) => demand.first)
		);
		const before = start - 1;
		const ran = isOpen(file, before, known) && (observedFrom === null || before >= observedFrom);
		return ran ? Math.min(first, dueOn(file, before, known)) : first;
	}

	/** Where two limits fall on the same day, the case is due once either says so. */
	function standingAt(file: Case, on: Day, known: Known): 'overdue' | 'due' | 'on_track' {
		const due = dueOn(file, on, known);
		if (on > due) return 'overdue';
		const made = lastOversight(file, on, known);
		if (made === null) return 'due';
		const strictest = intervals(file, on, known).filter((limit) => limitAfter(made, limit) === due);
		const lastDays = strictest.some(([count, unit]) => {
			const fifth = Math.max(1, Math.ceil(count / 5));
			return on > limitAfter(made, [count - fifth, unit]);
		});
		return lastDays ? 'due' : 'on_track';
	}

	function isWaiting(file: Case, on: Day, known: Known): boolean {
		if (!isOpen(file, on, known)) return false;
		const lead = leadAt(file, on, known);
		return lead === null || !isInPost(lead, on, known);
	}

	/** Whether the wait up to the day is unbroken and longer than that many working days; 0: at once. */
	function isWaitingLongerThan(workingDays: number, file: Case, known: Known): boolean {
		for (let first = known.day; isWaiting(file, first, known); first--)
			if (workingDays === 0 || known.day > workingDaysAfter(first, workingDays)) return true;
		return false;
	}

	type Holding = Map<Code, string>;

	function caseHolds(file: Case, known: Known): Holding {
		const on = known.day;
		const holding: Holding = new Map();
		if (!isOpen(file, on, known)) return holding;
		const lead = leadAt(file, on, known);
		const stakes = stakesAt(file, on, known);
		const kinds = activeKinds(file, on, known);
		const due = dueOn(file, on, known);
		const overdue = on > due;
		const coWorker = hasSuitableCoWorker(file, on, known);

		if (lead !== null && stakes === 'high' && !isSuitablyHeld(file, on, known) && overdue)
			holding.set('HELD_WITHOUT_OVERSIGHT', 'critical');
		if (lead !== null && tierAt(lead, on, known) < leastTier(file, on, known) && !coWorker)
			holding.set('BELOW_EXPERIENCE', kinds.includes('section_47') ? 'critical' : 'high');
		const trained = coursesNeeded(file, on, known).every((course) => hasCurrent(lead, course, on, known));
		if (lead !== null && !trained && !coWorker)
			holding.set('TRAINING_GAP', stakes === 'high' ? 'high' : 'medium');
		if (overdue) {
			const critical = stakes === 'high' && on > firstToFall(due, intervals(file, on, known));
			holding.set('OVERSIGHT_OVERDUE', critical ? 'critical' : on - due <= 7 ? 'medium' : 'high');
		}
		const lookedAfter = kinds.some((kind) => kind.startsWith('looked_after'));
		const patience = stakes === 'high' ? 0 : lookedAfter ? 1 : 5;
		if (isWaitingLongerThan(patience, file, known))
			holding.set('UNALLOCATED', stakes === 'high' || lookedAfter ? 'critical' : 'medium');
		if (isAbsentLongerThan(lead, 5, on, known) && !isCovered(lead, false, on, known))
			holding.set('HOLDER_ABSENT', stakes === 'high' ? 'critical' : 'high');

		const young = file.unborn || (file.born !== null && on < monthsAfter(file.born, 24));
		if (young)
			for (const [code, severity] of holding)
				if (severity === 'medium' || severity === 'high')
					holding.set(code, severity === 'medium' ? 'high' : 'critical');
		return holding;
	}

	function profileAt(on: Day): 'LGA' | 'DfE' {
		return profileFrom !== null && on < profileFrom ? 'LGA' : policyAt(on).profile;
	}

	type Rhythm = 7 | 14 | 'month';

	function supervisionRhythm(person: Practitioner, on: Day, known: Known): Rhythm {
		if (!isInStage(person, on, known)) return 'month';
		if (profileAt(on) === 'DfE') return 14;
		const started = person.stageStarted ?? on;
		if (on < started + 42) return 7;
		return on < monthsAfter(started, 6) ? 14 : 'month';
	}

	function supervisionDueOn(person: Practitioner, known: Known): Day {
		const on = known.day;
		const inPostSince = unbrokenSince(person.postings, on, known) ?? on;
		const held = person.sessions
			.filter((session) => isKnown(session, known) && session.happened >= inPostSince)
			.map((session) => session.happened);
		const anchor = Math.max(inPostSince, ...held, observedFrom ?? ALWAYS);
		const rhythm = supervisionRhythm(person, on, known);
		let due = rhythm === 'month' ? monthsAfter(anchor, 1) : anchor + rhythm;
		const lastKnownDays = new Set<Day>();
		for (const absence of person.absences)
			for (let x = absence.happened; x <= on; x++) if (covers(absence, x, known)) lastKnownDays.add(x);
		const absentDays = [...lastKnownDays].sort((a, b) => a - b);
		for (let i = 0; i < absentDays.length;) {
			const first = absentDays[i] as Day;
			let lastDay = first;
			while (lastKnownDays.has(lastDay + 1)) lastDay++;
			i += lastDay - first + 1;
			const elapsed = Math.min(lastDay + 1, on);
			if (elapsed <= workingDaysAfter(first, 10) || first > due) continue;
			for (let x = first; x <= lastDay; x++) if (x > anchor) due++;
		}
		return due;
	}

	function personHolds(person: Practitioner, known: Known): Holding {
		const on = known.day;
		const holding: Holding = new Map();
		const posting = postingAt(person, on, known);
		if (posting === null || !isInPost(person.id, on, known)) return holding;
		const tier = tierAt(person.id, on, known);

		if (posting.role !== 'director' && posting.role !== 'other') {
			const due = supervisionDueOn(person, known);
			if (on > due) {
				const grace = supervisionRhythm(person, on, known) === 'month' ? workingDaysAfter(due, 10) : due + 7;
				holding.set('SUPERVISION_OVERDUE', tier === 1 || on > grace ? 'high' : 'medium');
			}
			const supervisor = posting.supervisorId;
			if (supervisor === null || supervisor === person.id || !isInPost(supervisor, on, known))
				holding.set('NO_SUPERVISOR', 'critical');
			else if (isAbsentLongerThan(supervisor, 5, on, known) && !isCovered(supervisor, true, on, known))
				holding.set('NO_SUPERVISOR', tier === 1 || tier === 2 ? 'critical' : 'high');
		}
		const load = loadOf(person, known);
		if (load.holdsCases && load.capacity === 0) holding.set('OVER_CAPACITY', 'critical');
		else if (load.points * 10_000 > load.capacity)
			holding.set('OVER_CAPACITY', load.points * 10_000 * 5 > load.capacity * 6 ? 'high' : 'medium');
		if (isKnown(person, known) && person.hasNumber && person.registered === null && load.holdsCases)
			holding.set('EXPERIENCE_UNKNOWN', 'medium');
		return holding;
	}

	/** The largest weight among the active kinds; 4 where none is known. */
	function weightOf(file: Case, known: Known): number {
		const weights = activeKinds(file, known.day, known).map(
			(kind) => policyAt(known.day).table[kind]?.weight ?? 0
		);
		return weights.length > 0 ? Math.max(...weights) : 4;
	}

	/** Points in tenths, capacity in hundred-thousandths of a point: whole numbers, compared exactly. */
	function loadOf(person: Practitioner, known: Known) {
		const on = known.day;
		const led = everyCase.filter((file) => isOpen(file, on, known) && leadAt(file, on, known) === person.id);
		const coWorked = everyCase.filter(
			(file) => isOpen(file, on, known) && coWorkersAt(file, on, known).includes(person.id)
		);
		let points = 0;
		for (const file of led) {
			const weight = weightOf(file, known);
			const heavier = led.filter((other) => {
				if (file.family === '' || other.family !== file.family || other === file) return false;
				const theirs = weightOf(other, known);
				return theirs > weight || (theirs === weight && other.id < file.id);
			}).length;
			const factor = heavier === 0 ? 10 : heavier === 1 ? 6 : 4;
			const allocated = leadAllocationStart(file, on, known) ?? on;
			points += weight * factor + file.complexity * 10;
			if (on < workingDaysAfter(allocated, 20)) points += 10;
		}
		for (const file of coWorked) points += weightOf(file, known) * 4;

		const posting = isInPost(person.id, on, known) ? postingAt(person, on, known) : null;
		const early = [1, 2].includes(tierAt(person.id, on, known));
		const reduced = person.reductions
			.filter((reduction) => covers(reduction, on, known))
			.reduce((sum, reduction) => sum + Math.round(reduction.share * 100), 0);
		const away = posting === null || isAbsentLongerThan(person.id, 10, on, known);
		const capacity = away
			? 0
			: 85 * Math.round(posting.fte * 100) * (early ? 9 : 10) * (100 - Math.min(100, reduced));
		return { cases: led.length, holdsCases: led.length + coWorked.length > 0, points, capacity };
	}

	function bandOf(points: number, capacity: number, holdsCases: boolean): string {
		if (capacity === 0) return holdsCases ? 'no_capacity' : 'no_data';
		const scaled = points * 10_000 * 100;
		if (scaled < 70 * capacity) return 'room';
		if (scaled < 90 * capacity) return 'steady';
		if (scaled <= 100 * capacity) return 'full';
		return scaled <= 120 * capacity ? 'over' : 'far_over';
	}

	const evaluated = new Map<string, Holding>();

	/** The same answer is asked for by many as-at days; each is worked out once. */
	function once(key: string, evaluate: () => Holding): Holding {
		const found = evaluated.get(key) ?? evaluate();
		evaluated.set(key, found);
		return found;
	}
	const caseOn = (file: Case, known: Known) =>
		once(`case ${file.id} ${known.day} ${known.hindsight}`, () => caseHolds(file, known));
	const personOn = (person: Practitioner, known: Known) =>
		once(`person ${person.id} ${known.day} ${known.hindsight}`, () => personHolds(person, known));

	function since(code: Code, known: Known, holdingOn: (known: Known) => Holding): string {
		let first = known.day;
		while (holdingOn({ day: first - 1, hindsight: known.hindsight }).has(code)) first--;
		return textOf(first);
	}

	function teamOfCase(file: Case, known: Known): string | null {
		const lead = practitioner(leadAt(file, known.day, known));
		const posting = lead ? postingAt(lead, known.day, known) : null;
		if (posting) return posting.teamId;
		const begun = file.allocations.filter((line) => isKnown(line, known) && line.happened <= known.day);
		const latest = begun.filter((line) => line.happened === last(begun)?.happened);
		return (latest.find((line) => line.role === 'lead') ?? latest[0])?.teamId ?? null;
	}

	const FOLDED: readonly Code[] = ['BELOW_EXPERIENCE', 'TRAINING_GAP', 'OVERSIGHT_OVERDUE'];

	function findings(asAt: string, hindsight: boolean): OracleFinding[] {
		const known: Known = { day: dayFrom(asAt), hindsight };
		const found: OracleFinding[] = [];
		for (const file of everyCase) {
			const holding = caseOn(file, known);
			const composite = holding.has('HELD_WITHOUT_OVERSIGHT');
			for (const [code, severity] of holding) {
				if (composite && FOLDED.includes(code)) continue;
				found.push({
					code,
					severity,
					subject: { kind: 'case', id: file.id },
					caseId: file.id,
					practitionerId: leadAt(file, known.day, known),
					teamId: teamOfCase(file, known),
					since: since(code, known, (day) => caseOn(file, day)),
					reasons: code === 'HELD_WITHOUT_OVERSIGHT' ? FOLDED.filter((folded) => holding.has(folded)) : []
				});
			}
		}
		for (const person of everyone) {
			for (const [code, severity] of personOn(person, known))
				found.push({
					code,
					severity,
					subject: { kind: 'practitioner', id: person.id },
					caseId: null,
					practitionerId: person.id,
					teamId: postingAt(person, known.day, known)?.teamId ?? null,
					since: since(code, known, (day) => personOn(person, day)),
					reasons: []
				});
		}
		return found;
	}

	function caseloads(asAt: string, hindsight: boolean): OracleCaseload[] {
		const known: Known = { day: dayFrom(asAt), hindsight };
		return everyone.flatMap((person) => {
			const { cases, holdsCases, points, capacity } = loadOf(person, known);
			if (!holdsCases && !isInPost(person.id, known.day, known)) return [];
			const hundredths = Math.floor((points * 200_000_000 + capacity) / (2 * capacity));
			return {
				practitionerId: person.id,
				tier: `E${tierAt(person.id, known.day, known)}`,
				cases,
				points: points / 10,
				capacity: capacity / 100_000,
				loadPercent: capacity === 0 ? null : hundredths / 100,
				band: bandOf(points, capacity, holdsCases)
			};
		});
	}

	return {
		findings,
		caseloads,
		standings(asAt, hindsight) {
			const known: Known = { day: dayFrom(asAt), hindsight };
			if (observedFrom !== null && known.day < observedFrom) return [];
			return everyCase
				.filter((file) => isOpen(file, known.day, known))
				.map((file) => ({
					caseId: file.id,
					dueOn: textOf(dueOn(file, known.day, known)),
					standing: standingAt(file, known.day, known)
				}));
		}
	};
}
