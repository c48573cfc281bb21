import { dayFrom, monthsAfter, textOf, workingDaysAfter, type Day } from './days.ts';
import {
	actionsOf,
	ALWAYS,
	casesOf,
	covers,
	day,
	endOf,
	fact,
	isKnown,
	last,
	NEVER,
	practitionersOf,
	requestsOf,
	unbrokenSince,
	type Action,
	type Case,
	type Known,
	type Practitioner,
	type Request,
	type Session,
	type Spell
} from './rows.ts';
import type { Demand, Limit, Organisation } from './table.ts';

/*
 * The answers of the domain once more, day by day and in plain sets, from the written rules alone. It shares no code
 * with the product: where the two differ, one of them has misread the rules.
 */

/** The catalogue's rules, in its order. */
export const CODES = [
	'HELD_WITHOUT_OVERSIGHT',
	'BELOW_EXPERIENCE',
	'TRAINING_GAP',
	'OVERSIGHT_OVERDUE',
	'UNALLOCATED',
	'HOLDER_ABSENT',
	'HANDOVER_WITHOUT_OVERSIGHT',
	'SECTION_47_UNEXPLAINED',
	'REQUEST_DECLINED_ALONE',
	'CLOSED_WITHOUT_SIGN_OFF',
	'CLOSED_SOON_AFTER_SECTION_47',
	'FREQUENT_CHANGE',
	'ACTION_OVERDUE',
	'ACTION_WEAK',
	'SUPERVISION_OVERDUE',
	'SUPERVISION_CANCELLED_TWICE',
	'SUPERVISION_SHORT',
	'NOTE_UNSIGNED',
	'SUPERVISOR_NOT_QUALIFIED',
	'NO_SUPERVISOR',
	'OVER_CAPACITY',
	'SPAN_TOO_WIDE',
	'AGENCY_BELOW_EXPERIENCE',
	'EXPERIENCE_UNKNOWN',
	'TIMESCALE_MISSED'
] as const;
type Code = (typeof CODES)[number];

interface OracleFinding {
	code: Code;
	severity: string;
	subject: { kind: 'case' | 'practitioner' | 'session' | 'action' | 'request'; id: string };
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

/** The same answer is asked for by many days and rules; each is worked out once. */
function onceOn<Subject extends object, Answer>(
	work: (subject: Subject, on: Day, known: Known) => Answer
): (subject: Subject, on: Day, known: Known) => Answer {
	const answers = new Map<Subject, Map<number, Answer>>();
	return (subject, on, known) => {
		let own = answers.get(subject);
		if (!own) answers.set(subject, (own = new Map<number, Answer>()));
		const key = (known.day << 13) + (on - known.day) * 2 + Number(known.hindsight);
		const found = own.get(key);
		if (found !== undefined) return found;
		const answer = work(subject, on, known);
		own.set(key, answer);
		return answer;
	};
}

function once<Subject extends object, Answer>(
	work: (subject: Subject, known: Known) => Answer
): (subject: Subject, known: Known) => Answer {
	const today = onceOn((subject: Subject, _: Day, known) => work(subject, known));
	return (subject, known) => today(subject, known.day, known);
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

export function oracleOf(organisation: Organisation) {
	const { records } = organisation;
	const observedFrom = day(organisation.observedFrom);
	const profileFrom = day(organisation.profileFrom);
	const everyone = practitionersOf(records);
	const everyCase = casesOf(records);
	const everySession = everyone.flatMap((person) => person.sessions);
	const everyRequest = requestsOf(records);
	const everyAction = actionsOf(records);
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
	const caseNamed = (id: string | null) => everyCase.find((file) => file.id === id) ?? null;

	/** Whether an event is neither before the observed days nor as long ago as 12 months. */
	const isLookedAt = (event: Day, known: Known) =>
		event >= (observedFrom ?? ALWAYS) && event > monthsAfter(known.day, -12);

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
		const [second, third, fourth, fifth] = policyAt(on).numbers.tiers;
		if (isInStage(person, on, known)) return on < monthsAfter(person.stageStarted ?? on, second) ? 1 : 2;
		if (!passed && on < monthsAfter(person.registered, second)) return 1;
		if (!passed && on < monthsAfter(person.registered, third)) return 2;
		if (on < monthsAfter(person.registered, fourth)) return 3;
		if (on < monthsAfter(person.registered, fifth)) return 4;
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

	const leadAt = onceOn((file: Case, on, known): string | null => {
		const leads = file.allocations.filter((line) => line.role === 'lead' && covers(line, on, known));
		return last(leads)?.practitionerId ?? null;
	});

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

	const activeKinds = onceOn((file: Case, on, known): string[] => {
		if (!isOpen(file, on, known)) return [];
		const covering = file.kinds.filter((line) => covers(line, on, known)).map((line) => line.kind);
		return [...new Set(covering)];
	});

	function kindStart(file: Case, kind: string, on: Day, known: Known): Day | null {
		return unbrokenSince(
			file.kinds.filter((line) => line.kind === kind),
			on,
			known
		);
	}

	const demandsAt = onceOn((file: Case, on, known): Demand[] => {
		const kinds = activeKinds(file, on, known);
		return (kinds.length > 0 ? kinds : ['assessment']).map((kind) => policyAt(on).table[kind] as Demand);
	});

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

	const hasSuitableCoWorker = onceOn((file: Case, on, known): boolean => {
		return coWorkersAt(file, on, known).some(
			(id) =>
				isSuitable(id, file, on, known) && isInPost(id, on, known) && !isAbsentLongerThan(id, 5, on, known)
		);
	});

	const isSuitablyHeld = onceOn((file: Case, on, known): boolean => {
		const lead = leadAt(file, on, known);
		if (lead !== null && isSuitable(lead, file, on, known)) return true;
		return hasSuitableCoWorker(file, on, known);
	});

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

	/** The counting oversight of a case, with the kind of an entry. */
	const countingOversight = once((file: Case, known): { made: Day; kind: string }[] => {
		const entries = file.entries.filter(
			(entry) =>
				isKnown(entry, known) &&
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
	});

	const clockStart = onceOn((file: Case, on, known): Day => {
		const kinds = activeKinds(file, on, known);
		const highest = stakesAt(file, on, known);
		const table = policyAt(on).table;
		const kindStarts = kinds
			.filter((kind) => table[kind]?.stakes === highest)
			.map((kind) => kindStart(file, kind, on, known) ?? ALWAYS);
		const leadStart = leadAllocationStart(file, on, known) ?? ALWAYS;
		return Math.max(leadStart, ...kindStarts, file.happened, observedFrom ?? ALWAYS);
	});

	/** The last counting oversight on or after the clock start; null while the first is outstanding. */
	function lastOversight(file: Case, on: Day, known: Known): Day | null {
		const start = clockStart(file, on, known);
		const made = countingOversight(file, known).flatMap((event) => {
			if (event.made > on) return [];
			const early = event.kind === 'allocation' || event.kind === 'handover';
			if (event.made >= start) return event.made;
			return early && start <= workingDaysAfter(event.made, 5) ? start : [];
		});
		return made.length > 0 ? Math.max(...made) : null;
	}

	const dueOn = onceOn((file: Case, on, known): Day => {
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
	});

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

	const isWaiting = onceOn((file: Case, on, known): boolean => {
		if (!isOpen(file, on, known)) return false;
		const lead = leadAt(file, on, known);
		return lead === null || !isInPost(lead, on, known);
	});

	/** Whether the wait up to the day is unbroken and longer than that many working days; 0: at once. */
	function isWaitingLongerThan(workingDays: number, file: Case, known: Known): boolean {
		for (let first = known.day; isWaiting(file, first, known); first--)
			if (workingDays === 0 || known.day > workingDaysAfter(first, workingDays)) return true;
		return false;
	}

	const dueToday = (file: Case, known: Known) => dueOn(file, known.day, known);

	/** The section 47 enquiries begun by the day, less those over before the observed days; the closing ends one. */
	const section47s = once((file: Case, known) => {
		const closed = endOf(file, known);
		const lines = file.kinds
			.filter((line) => line.kind === 'section_47' && isKnown(line, known))
			.map((line) => ({ lines: [line], began: line.happened, ended: Math.min(endOf(line, known), closed) }))
			.filter(({ began, ended }) => began <= ended)
			.sort((a, b) => a.began - b.began);
		const enquiries = lines.reduce<typeof lines>((enquiries, line) => {
			const before = enquiries.at(-1);
			if (!before || line.began > before.ended) return [...enquiries, line];
			before.lines.push(...line.lines);
			before.ended = Math.max(before.ended, line.ended);
			return enquiries;
		}, []);
		return enquiries.filter(({ ended }) => ended >= (observedFrom ?? ALWAYS));
	});

	const endedSection47s = (file: Case, known: Known) =>
		section47s(file, known).filter(({ ended }) => ended <= known.day);

	/** The days by `on` on which one of the spells begins or ends, oldest first. */
	function turnsOf(spells: readonly Spell[], on: Day): Day[] {
		const turns = spells.flatMap((line) => [line.happened, line.to ?? NEVER]);
		return [...new Set(turns)].filter((turn) => turn <= on).sort((a, b) => a - b);
	}

	function lastPostingBefore(person: Practitioner, on: Day, known: Known) {
		for (const turn of [on, ...turnsOf(person.postings, on).reverse()]) {
			const posting = postingAt(person, turn - 1, known);
			if (posting) return posting;
		}
		return null;
	}

	/** Another lead than the last, or a lead who stays and has another team or supervisor than before. */
	const changes = once((file: Case, known): { on: Day; isOfLead: boolean }[] => {
		const led = file.allocations.filter((line) => line.role === 'lead');
		let lastLead: string | null = null;
		const ofLead = turnsOf(led, known.day).flatMap((on) => {
			const lead = leadAt(file, on, known);
			if (lead === null) return [];
			const isChange = lastLead !== null && lead !== lastLead;
			lastLead = lead;
			return isChange ? [{ on, isOfLead: true }] : [];
		});
		const leads = everyone.filter((person) => led.some((line) => line.practitionerId === person.id));
		const ofPosting = leads.flatMap((person) =>
			turnsOf(person.postings, known.day).flatMap((on) => {
				if (leadAt(file, on, known) !== person.id || leadAt(file, on - 1, known) !== person.id) return [];
				const posting = postingAt(person, on, known);
				const before = lastPostingBefore(person, on, known);
				if (!posting || !before) return [];
				const isSame = posting.teamId === before.teamId && posting.supervisorId === before.supervisorId;
				return isSame ? [] : [{ on, isOfLead: false }];
			})
		);
		return [...ofLead, ...ofPosting];
	});

	function isAnswered(change: { on: Day; isOfLead: boolean }, file: Case, known: Known): boolean {
		return countingOversight(file, known).some(({ made, kind }) => {
			if (made >= change.on) return true;
			const isEarly = kind === 'allocation' || kind === 'handover';
			return change.isOfLead && isEarly && change.on <= workingDaysAfter(made, 5);
		});
	}

	/** Those who led, or who supervised the lead, on the open days of the last 12 months. */
	function differentPeople(file: Case, known: Known): { leads: number; supervisors: number } {
		const first = Math.max(file.happened, monthsAfter(known.day, -12) + 1);
		const postings = everyone.flatMap((person) => person.postings);
		const turns = turnsOf([...file.allocations, ...postings], known.day).filter((turn) => turn > first);
		const leads = new Set<string>();
		const supervisors = new Set<string>();
		for (const on of [first, ...turns]) {
			const lead = practitioner(leadAt(file, on, known));
			const supervisor = lead ? postingAt(lead, on, known)?.supervisorId : null;
			if (lead) leads.add(lead.id);
			if (supervisor) supervisors.add(supervisor);
		}
		return { leads: leads.size, supervisors: supervisors.size };
	}

	type Rule<Subject> = (subject: Subject, known: Known) => string | false;
	type Rules<Subject> = Partial<Record<Code, Rule<Subject>>>;

	const OPEN_CASE: Rules<Case> = {
		HELD_WITHOUT_OVERSIGHT(file, known) {
			const on = known.day;
			if (leadAt(file, on, known) === null || stakesAt(file, on, known) !== 'high') return false;
			return !isSuitablyHeld(file, on, known) && on > dueToday(file, known) && 'critical';
		},
		BELOW_EXPERIENCE(file, known) {
			const on = known.day;
			const lead = leadAt(file, on, known);
			if (lead === null || tierAt(lead, on, known) >= leastTier(file, on, known)) return false;
			if (hasSuitableCoWorker(file, on, known)) return false;
			return activeKinds(file, on, known).includes('section_47') ? 'critical' : 'high';
		},
		TRAINING_GAP(file, known) {
			const on = known.day;
			const lead = leadAt(file, on, known);
			const lacks = coursesNeeded(file, on, known).some((course) => !hasCurrent(lead, course, on, known));
			if (lead === null || !lacks || hasSuitableCoWorker(file, on, known)) return false;
			return stakesAt(file, on, known) === 'high' ? 'high' : 'medium';
		},
		OVERSIGHT_OVERDUE(file, known) {
			const on = known.day;
			const due = dueToday(file, known);
			if (on <= due) return false;
			const isHigh = stakesAt(file, on, known) === 'high';
			if (isHigh && on > firstToFall(due, intervals(file, on, known))) return 'critical';
			return on - due <= policyAt(on).numbers.overdueDays ? 'medium' : 'high';
		},
		UNALLOCATED(file, known) {
			const isHigh = stakesAt(file, known.day, known) === 'high';
			const kinds = activeKinds(file, known.day, known);
			const lookedAfter = kinds.some((kind) => kind.startsWith('looked_after'));
			const patience = isHigh ? 0 : lookedAfter ? 1 : 5;
			return isWaitingLongerThan(patience, file, known) && (isHigh || lookedAfter ? 'critical' : 'medium');
		},
		HOLDER_ABSENT(file, known) {
			const on = known.day;
			const lead = leadAt(file, on, known);
			if (!isAbsentLongerThan(lead, 5, on, known) || isCovered(lead, false, on, known)) return false;
			return stakesAt(file, on, known) === 'high' ? 'critical' : 'high';
		},
		HANDOVER_WITHOUT_OVERSIGHT(file, known) {
			const on = known.day;
			const unanswered = changes(file, known).filter(
				(change) =>
					isLookedAt(change.on, known) &&
					on > firstToFall(change.on, [policyAt(on).numbers.handover]) &&
					!isAnswered(change, file, known)
			);
			if (unanswered.length === 0) return false;
			return isGuarded(file, on, known) && stakesAt(file, on, known) === 'high' ? 'critical' : 'high';
		},
		FREQUENT_CHANGE(file, known) {
			const { leads, supervisors } = differentPeople(file, known);
			const many = policyAt(known.day).numbers.frequentChange;
			return (leads >= many || supervisors >= many) && 'medium';
		},
		TIMESCALE_MISSED(file, known) {
			const on = known.day;
			const assessed = kindStart(file, 'assessment', on, known);
			if (assessed !== null && on > firstToFall(assessed, [policyAt(on).numbers.assessment])) return 'high';
			const missed = section47s(file, known).some(
				({ lines, began }) =>
					lines.some((line) => line.conferenceNeeded) &&
					!lines.some((line) => line.conference !== null && line.conference <= on) &&
					on > firstToFall(began, [policyAt(on).numbers.conference])
			);
			return missed && 'high';
		}
	};

	const ANY_CASE: Rules<Case> = {
		SECTION_47_UNEXPLAINED(file, known) {
			const outcomes = countingOversight(file, known).filter(({ kind }) => kind === 'section_47_outcome');
			const unexplained = endedSection47s(file, known).some(
				({ began, ended }) =>
					isLookedAt(ended, known) &&
					known.day > firstToFall(ended, [policyAt(known.day).numbers.outcome]) &&
					!outcomes.some(({ made }) => made >= began)
			);
			return unexplained && 'high';
		},
		CLOSED_WITHOUT_SIGN_OFF(file, known) {
			const closed = closedLately(file, known);
			if (closed === null) return false;
			const isSignedOff = countingOversight(file, known).some(
				({ made, kind }) =>
					kind === 'closure' && closed - policyAt(known.day).numbers.signOffDays < made && made <= closed
			);
			return !isSignedOff && 'high';
		},
		CLOSED_SOON_AFTER_SECTION_47(file, known) {
			const closed = closedLately(file, known);
			if (closed === null) return false;
			const soon = policyAt(known.day).numbers.soonAfterDays;
			const isSoon = endedSection47s(file, known).some(
				({ ended }) => ended <= closed && closed - ended < soon
			);
			return isSoon && 'high';
		}
	};

	/** The day of a closing in the last 90 days. */
	function closedLately(file: Case, known: Known): Day | null {
		const closed = endOf(file, known);
		const isLate = closed <= known.day && closed > known.day - 90;
		return isLate && closed >= (observedFrom ?? ALWAYS) ? closed : null;
	}

	const REQUEST: Rules<Request> = {
		REQUEST_DECLINED_ALONE(request, known) {
			if (!isKnown(request, known)) return false;
			const decided = request.decided !== null && request.decided <= known.day ? request.decided : null;
			const event = decided ?? request.happened;
			const limit = policyAt(known.day).numbers.decision;
			if (!isLookedAt(event, known) || known.day <= firstToFall(event, [limit])) return false;
			if (decided === null) return 'critical';
			if (!request.isDeclined) return false;
			const isAgreed =
				request.secondAgreed !== null &&
				request.secondAgreed <= known.day &&
				request.second !== request.decider &&
				tierAt(request.second, request.secondAgreed, known) === 6;
			return !(request.hasRationale && isAgreed) && 'critical';
		}
	};

	const isOutstanding = (action: Action, known: Known) =>
		isKnown(action, known) && (action.done === null || action.done > known.day);

	const ACTION: Rules<Action> = {
		ACTION_OVERDUE(action, known) {
			const { due, isRisk } = action;
			if (due === null || !isOutstanding(action, known) || !isLookedAt(due, known)) return false;
			if (known.day <= (isRisk ? due : firstToFall(due, [policyAt(known.day).numbers.action]))) return false;
			return isRisk ? 'high' : 'medium';
		},
		ACTION_WEAK(action, known) {
			if (!isOutstanding(action, known) || !isLookedAt(action.happened, known)) return false;
			const isWeak = action.owner === null || action.due === null;
			const limit = policyAt(known.day).numbers.agreement;
			return isWeak && known.day > firstToFall(action.happened, [limit]) && 'medium';
		}
	};

	/** Medium becomes high and high critical for a child under 2 or unborn; a case not yet known raises nothing. */
	function raised(severity: string, file: Case | null, known: Known): string {
		if (!file || !isKnown(file, known)) return severity;
		const isYoung = file.unborn || (file.born !== null && known.day < monthsAfter(file.born, 24));
		if (!isYoung) return severity;
		return severity === 'medium' ? 'high' : severity === 'high' ? 'critical' : severity;
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
			.filter((session) => session.isHeld && isKnown(session, known) && session.happened >= inPostSince)
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

	const isSupervised = (person: Practitioner, known: Known) =>
		!['director', 'other'].includes(postingAt(person, known.day, known)?.role ?? '');

	const isEarly = (person: Practitioner, known: Known) =>
		[1, 2].includes(tierAt(person.id, known.day, known));

	const supervisorOf = (person: Practitioner, known: Known) =>
		postingAt(person, known.day, known)?.supervisorId ?? null;

	const IN_POST: Rules<Practitioner> = {
		SUPERVISION_OVERDUE(person, known) {
			const on = known.day;
			if (!isSupervised(person, known)) return false;
			const due = supervisionDueOn(person, known);
			if (on <= due) return false;
			const grace = supervisionRhythm(person, on, known) === 'month' ? workingDaysAfter(due, 10) : due + 7;
			return tierAt(person.id, on, known) === 1 || on > grace ? 'high' : 'medium';
		},
		SUPERVISION_CANCELLED_TWICE(person, known) {
			if (!isSupervised(person, known)) return false;
			const latest = person.sessions
				.filter((session) => session.isDated && isKnown(session, known))
				.filter((session) => session.happened >= (observedFrom ?? ALWAYS))
				.filter((session) => session.isHeld || session.isCancelled)
				.sort(
					(a, b) =>
						a.happened - b.happened || Number(b.isCancelled) - Number(a.isCancelled) || (a.id < b.id ? -1 : 1)
				)
				.slice(-2);
			return latest.length === 2 && latest.every((session) => session.isCancelled) && 'high';
		},
		SUPERVISOR_NOT_QUALIFIED(person, known) {
			const on = known.day;
			const supervisor = supervisorOf(person, known);
			if (!isSupervised(person, known) || supervisor === person.id || !isInPost(supervisor, on, known))
				return false;
			const isQualified = tierAt(supervisor, on, known) > 0 && hasCurrent(supervisor, 'SUPV', on, known);
			return !isQualified && (isEarly(person, known) ? 'high' : 'medium');
		},
		NO_SUPERVISOR(person, known) {
			const on = known.day;
			if (!isSupervised(person, known)) return false;
			const supervisor = supervisorOf(person, known);
			if (supervisor === person.id || !isInPost(supervisor, on, known)) return 'critical';
			if (!isAbsentLongerThan(supervisor, 5, on, known) || isCovered(supervisor, true, on, known))
				return false;
			return isEarly(person, known) ? 'critical' : 'high';
		},
		OVER_CAPACITY(person, known) {
			const { holdsCases, points, capacity } = loadOf(person, known);
			if (holdsCases && capacity === 0) return 'critical';
			if (points * 10_000 <= capacity) return false;
			return points * 10_000 * 5 > capacity * 6 ? 'high' : 'medium';
		},
		SPAN_TOO_WIDE(person, known) {
			const supervised = everyone.filter(
				(other) => isInPost(other.id, known.day, known) && supervisorOf(other, known) === person.id
			);
			return supervised.length > policyAt(known.day).numbers.span && 'medium';
		},
		AGENCY_BELOW_EXPERIENCE(person, known) {
			if (postingAt(person, known.day, known)?.agency !== true) return false;
			if (!isKnown(person, known) || !person.hasNumber) return false;
			const { registered } = person;
			const months = policyAt(known.day).numbers.agencyMonths;
			return (registered === null || known.day < monthsAfter(registered, months)) && 'high';
		},
		EXPERIENCE_UNKNOWN(person, known) {
			const isUnknown = isKnown(person, known) && person.hasNumber && person.registered === null;
			return isUnknown && loadOf(person, known).holdsCases && 'medium';
		}
	};

	const SESSION: Rules<Session> = {
		SUPERVISION_SHORT(session, known) {
			const isLate = session.isHeld && isKnown(session, known) && session.happened > known.day - 90;
			if (!isLate || session.happened < (observedFrom ?? ALWAYS)) return false;
			const supervisee = practitioner(session.supervisee);
			if (!supervisee || !isSupervised(supervisee, known)) return false;
			const least = policyAt(known.day).numbers.sessionMinutes;
			return (session.interrupted || (session.minutes !== null && session.minutes < least)) && 'low';
		},
		NOTE_UNSIGNED(session, known) {
			if (!session.isHeld || !isKnown(session, known) || !isLookedAt(session.happened, known)) return false;
			const isSigned = session.signed.every((signed) => signed !== null && signed <= known.day);
			const limit = policyAt(known.day).numbers.note;
			return !isSigned && known.day > firstToFall(session.happened, [limit]) && 'medium';
		}
	};

	/** The largest weight among the active kinds; 4 where none is known. */
	function weightOf(file: Case, known: Known): number {
		const weights = activeKinds(file, known.day, known).map(
			(kind) => policyAt(known.day).table[kind]?.weight ?? 0
		);
		return weights.length > 0 ? Math.max(...weights) : 4;
	}

	/** Points in tenths, capacity in hundred-thousandths of a point: whole numbers, compared exactly. */
	const loadOf = once((person: Practitioner, known) => {
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
	});

	function bandOf(points: number, capacity: number, holdsCases: boolean): string {
		if (capacity === 0) return holdsCases ? 'no_capacity' : 'no_data';
		const scaled = points * 10_000 * 100;
		if (scaled < 70 * capacity) return 'room';
		if (scaled < 90 * capacity) return 'steady';
		if (scaled <= 100 * capacity) return 'full';
		return scaled <= 120 * capacity ? 'over' : 'far_over';
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

	function teamOfPerson(id: string | null, known: Known): string | null {
		const person = practitioner(id);
		return person ? (postingAt(person, known.day, known)?.teamId ?? null) : null;
	}

	/** Whose case a finding carries, or whose practitioner. */
	interface Bearer {
		caseId: string | null;
		practitionerId: string | null;
	}

	function held<Subject extends { id: string }>(
		rules: Rules<Subject>,
		kind: OracleFinding['subject']['kind'],
		subjects: readonly Subject[],
		bearerOf: (subject: Subject) => Bearer,
		isAsked: (subject: Subject, known: Known) => boolean = () => true
	) {
		const codes = Object.keys(rules) as Code[];
		const answers = new Map(
			codes.map((code) => [
				code,
				once(
					(subject: Subject & object, known) =>
						isAsked(subject, known) && (rules[code]?.(subject, known) ?? false)
				)
			])
		);
		return (known: Known): OracleFinding[] =>
			subjects.flatMap((subject) =>
				codes.flatMap((code) => {
					const severity = answers.get(code)?.(subject, known) ?? false;
					if (severity === false) return [];
					let first = known.day;
					while (answers.get(code)?.(subject, { ...known, day: first - 1 })) first--;
					const { caseId, practitionerId } = bearerOf(subject);
					const file = caseNamed(caseId);
					return {
						code,
						severity: raised(policyAt(known.day).severities[code] ?? severity, file, known),
						subject: { kind, id: subject.id },
						caseId,
						practitionerId: file ? leadAt(file, known.day, known) : practitionerId,
						teamId: file ? teamOfCase(file, known) : teamOfPerson(practitionerId, known),
						since: textOf(first),
						reasons: []
					};
				})
			);
	}

	const isInPostToday = (person: Practitioner | null, known: Known) =>
		person !== null && isInPost(person.id, known.day, known);
	const ofCase = (file: Case) => ({ caseId: file.id, practitionerId: null });
	const ofPerson = (id: string) => ({ caseId: null, practitionerId: id });
	const everyRule = [
		held(OPEN_CASE, 'case', everyCase, ofCase, (file, known) => isOpen(file, known.day, known)),
		held(ANY_CASE, 'case', everyCase, ofCase, isKnown),
		held(REQUEST, 'request', everyRequest, ({ caseId }) => ({ caseId, practitionerId: null })),
		held(ACTION, 'action', everyAction, (action) => action),
		held(IN_POST, 'practitioner', everyone, ({ id }) => ofPerson(id), isInPostToday),
		held(
			SESSION,
			'session',
			everySession,
			({ supervisee }) => ofPerson(supervisee),
			({ supervisee }, known) => isInPostToday(practitioner(supervisee), known)
		)
	];

	function findings(asAt: string, hindsight: boolean): OracleFinding[] {
		const known: Known = { day: dayFrom(asAt), hindsight };
		const found = everyRule.flatMap((rule) => rule(known));
		const composites = found.filter(({ code }) => code === 'HELD_WITHOUT_OVERSIGHT');
		const compositeOf = (finding: OracleFinding) =>
			FOLDED.includes(finding.code) && composites.find(({ caseId }) => caseId === finding.caseId);
		for (const composite of composites)
			composite.reasons = FOLDED.filter((code) =>
				found.some((finding) => finding.code === code && finding.caseId === composite.caseId)
			);
		return found.filter((finding) => !compositeOf(finding));
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

	const answers: Oracle = {
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
	return {
		...answers,
		plain: {
			observedFrom,
			everyone,
			everyCase,
			everySession,
			everyRequest,
			everyAction,
			policyAt,
			postingAt,
			isInPost,
			tierAt,
			hasCurrent,
			isAbsentLongerThan,
			isOpen,
			leadAt,
			activeKinds,
			stakesAt,
			coursesNeeded,
			isSuitablyHeld,
			intervals,
			countingOversight,
			isWaiting,
			isSupervised,
			supervisionDueOn,
			isOutstanding,
			loadOf,
			bandOf,
			teamOfCase,
			teamOfPerson,
			openCaseRules: OPEN_CASE,
			anyCaseRules: ANY_CASE,
			limitAfter,
			firstToFall
		}
	};
}
