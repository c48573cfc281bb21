import { dayFrom, isWorking, monthsAfter, workingDaysAfter, type Day } from './days.ts';
import type { oracleOf } from './oracle.ts';
import { ALWAYS, covers, endOf, isKnown, last, type Case, type Known, type Session } from './rows.ts';
import type { Organisation } from './table.ts';

/*
 * The metrics once more, in plain sets, from their written definitions alone: for each measure everything it counts,
 * with what that adds above the line and below it, and the team it belongs to. It shares no code with the product.
 */

export interface Item {
	team: string | null;
	above: number;
	below: number;
}

const KINDS = [
	'section_47',
	'child_protection',
	'pre_proceedings',
	'care_proceedings',
	'looked_after',
	'looked_after_settled',
	'looked_after_long_term',
	'assessment',
	'child_in_need',
	'short_breaks',
	'care_leaver',
	'unknown'
];
const REASONS = [
	'MANAGE',
	'FCONTA',
	'LEFTRL',
	'ORGRST',
	'TSPROC',
	'ABSENC',
	'CHCHAN',
	'PCCHAN',
	'SWDIED',
	'OTHERS',
	'unknown'
];

/** Everything that each measure counts on the day and over the days from the first one to it. */
export function itemsOf(
	organisation: Organisation,
	oracle: ReturnType<typeof oracleOf>,
	first: string,
	asAt: string,
	hindsight: boolean
): Map<string, Item[]> {
	const {
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
		openCaseRules,
		anyCaseRules,
		firstToFall
	} = oracle.plain;
	const on = dayFrom(asAt);
	const from = dayFrom(first);
	const known: Known = { day: on, hindsight };
	const yearAgo = monthsAfter(on, -12);
	const observed = observedFrom ?? ALWAYS;
	const items = new Map<string, Item[]>();
	const add = (id: string, team: string | null, above: number | boolean, below: number) => {
		const own = items.get(id) ?? [];
		own.push({ team, above: Number(above), below });
		items.set(id, own);
	};
	if (on < observed) return items;
	const inPeriod = (event: Day) => event >= from && event <= on;

	const personNamed = (id: string | null) => everyone.find((person) => person.id === id) ?? null;
	const teamAt = (id: string | null, day: Day) => {
		const person = personNamed(id);
		return person ? (postingAt(person, day, known)?.teamId ?? null) : null;
	};
	function teamOfCaseAt(file: Case, day: Day): string | null {
		const ofLead = teamAt(leadAt(file, day, known), day);
		if (ofLead !== null) return ofLead;
		const begun = file.allocations.filter((line) => isKnown(line, known) && line.happened <= day);
		const latest = begun.filter((line) => line.happened === last(begun)?.happened);
		return (latest.find((line) => line.role === 'lead') ?? latest[0])?.teamId ?? null;
	}

	const here = everyone.filter((person) => isInPost(person.id, on, known));
	const open = everyCase.filter((file) => isOpen(file, on, known));

	for (const person of here)
		if (isSupervised(person, known) && !isAbsentLongerThan(person.id, 10, on, known))
			add('M01', teamAt(person.id, on), on <= supervisionDueOn(person, known), 1);

	for (const file of open) {
		const team = teamOfCase(file, known);
		const made = countingOversight(file, known).filter((event) => event.made <= on);
		const age = on - Math.max(ALWAYS, ...made.map((event) => event.made));
		const kinds = activeKinds(file, on, known);
		for (const days of [28, 42, 56]) {
			add(`M03-${days}`, team, age <= days, 1);
			for (const kind of kinds.length > 0 ? kinds : ['unknown'])
				add(`M03-${days}-${kind}`, team, age <= days, 1);
		}
		if (leadAt(file, on, known) !== null) {
			const discussed = made.filter((event) => event.kind === 'discussion' && event.made >= observed);
			const latest = Math.max(ALWAYS, ...discussed.map((event) => event.made));
			const isInTime = latest > ALWAYS && on <= firstToFall(latest, intervals(file, on, known));
			add('M02', team, isInTime, 1);
		}
		if (stakesAt(file, on, known) === 'high') {
			const held = openCaseRules.HELD_WITHOUT_OVERSIGHT?.(file, known) !== false;
			add('M05', team, !isSuitablyHeld(file, on, known), 1);
			add('M06-share', team, held, 1);
			add('M06', team, held, 0);
		}
		if (isWaiting(file, on, known)) {
			let since = on;
			while (isWaiting(file, since - 1, known)) since--;
			const days = on - since;
			const group =
				days <= 1 ? '0-1' : days <= 5 ? '2-5' : days <= 10 ? '6-10' : days <= 20 ? '11-20' : 'over-20';
			add('M07', team, 1, 0);
			add(`M07-${group}`, team, 1, 0);
			add('M07-past', team, openCaseRules.UNALLOCATED?.(file, known) !== false, 0);
		}
		const episodes = everyCase.filter((other) => other.child === file.child && isKnown(other, known));
		const led = episodes.flatMap((episode) => changesOf(episode, (day) => leadAt(episode, day, known)));
		add('M10-mean', team, led.length, 1);
		add('M10-three', team, led.length >= 3, 1);
		for (const { episode, day } of led) {
			const current = episode.allocations.filter((line) => line.role === 'lead' && covers(line, day, known));
			const reason = last(current)?.reason ?? 'unknown';
			add('M10-restructure', team, reason === 'ORGRST', 1);
			for (const each of REASONS) add(`M10-${each}`, team, reason === each, 1);
		}
		const managed = episodes.flatMap((episode) =>
			changesOf(episode, (day) => {
				const lead = personNamed(leadAt(episode, day, known));
				return lead ? (postingAt(lead, day, known)?.supervisorId ?? null) : null;
			})
		);
		add('M11-mean', team, managed.length, 1);
		add('M11-three', team, managed.length >= 3, 1);
	}

	/** The days of the last 12 months on which the open case has somebody else than the last one before. */
	function changesOf(episode: Case, whoOn: (day: Day) => string | null): { episode: Case; day: Day }[] {
		const starts = episode.allocations.map((line) => line.happened);
		const changes: { episode: Case; day: Day }[] = [];
		let before: string | null = null;
		for (let day = Math.min(on + 1, ...starts); day <= on; day++) {
			const who = whoOn(day);
			if (who === null) continue;
			if (before !== null && who !== before && day > yearAgo && isOpen(episode, day, known))
				changes.push({ episode, day });
			before = who;
		}
		return changes;
	}

	for (const file of everyCase) {
		const leads = new Set(
			file.allocations.flatMap((line) => (line.role === 'lead' ? (line.practitionerId ?? []) : []))
		);
		for (const lead of leads) {
			const own = file.allocations.filter((line) => line.role === 'lead' && line.practitionerId === lead);
			const isTheirs = (day: Day) => own.some((line) => covers(line, day, known));
			for (let day = Math.max(from, observed); day <= on; day++) {
				if (!isTheirs(day) || isTheirs(day - 1) || !isOpen(file, day, known)) continue;
				const until = Math.min(on, workingDaysAfter(day, 1));
				const isOverseen = countingOversight(file, known).some(
					({ made, kind }) =>
						(made >= day && made <= until) ||
						((kind === 'allocation' || kind === 'handover') && made < day && day <= workingDaysAfter(made, 5))
				);
				add('M04', teamOfCaseAt(file, day), isOverseen, 1);
			}
		}
		for (let day = Math.max(from, observed); day <= on; day++) {
			const then: Known = { day, hindsight };
			if (isOpen(file, day, then) && openCaseRules.HELD_WITHOUT_OVERSIGHT?.(file, then) !== false)
				add('M06-days', teamOfCase(file, then), 1, 0);
		}
		const closed = endOf(file, known);
		if (isKnown(file, known) && inPeriod(closed) && closed >= observed) {
			const team = teamOfCaseAt(file, closed - 1);
			add('M16-unsigned', team, anyCaseRules.CLOSED_WITHOUT_SIGN_OFF?.(file, known) !== false, 1);
			add('M16-enquiry', team, anyCaseRules.CLOSED_SOON_AFTER_SECTION_47?.(file, known) !== false, 1);
		}
		for (const entry of file.entries) {
			const recorded = Math.max(entry.happened, entry.recorded ?? ALWAYS);
			if (!isKnown(entry, known) || !inPeriod(recorded) || entry.happened < observed) continue;
			add('M18', teamOfCaseAt(file, recorded), recorded > workingDaysAfter(entry.happened, 5), 1);
		}
	}

	for (const person of everyone) {
		const { cases, holdsCases, points, capacity } = loadOf(person, known);
		const team = teamOfPerson(person.id, known);
		if (!holdsCases) continue;
		const isOver = ['over', 'far_over', 'no_capacity'].includes(bandOf(points, capacity, holdsCases));
		add('M08-over', team, isOver, 1);
		const fte = isInPost(person.id, on, known) ? (postingAt(person, on, known)?.fte ?? 0) : 0;
		if (cases === 0 || fte === 0) continue;
		for (const id of ['M08-mean', 'M08-median', 'M08-p90', 'M08-max']) add(id, team, cases / fte, 0);
		add('M08-dfe', team, 0, fte);
	}
	for (const file of open) add('M08-dfe', teamOfCase(file, known), 1, 0);

	for (const person of everyone) {
		const counts = (posting: { role: string } | null) => posting !== null && posting.role !== 'other';
		const posting = isInPost(person.id, on, known) ? postingAt(person, on, known) : null;
		if (posting && counts(posting)) {
			const isAgency = posting.agency === true;
			add('M09-agency', posting.teamId, isAgency ? posting.fte : 0, posting.fte);
			if (!isAgency)
				for (const [id, times] of [
					['M09-vacancy', 1],
					['M09-turnover', 1],
					['M09-absence', 253]
				] as const)
					add(id, posting.teamId, 0, posting.fte * times);
		}
		if (!posting)
			for (let day = on - 1; day >= yearAgo; day--) {
				if (!isInPost(person.id, day, known)) continue;
				const left = postingAt(person, day, known);
				if (left && counts(left) && left.agency !== true) add('M09-turnover', left.teamId, left.fte, 0);
				break;
			}
		for (let day = yearAgo + 1; day <= on; day++) {
			if (!isWorking(day) || !isInPost(person.id, day, known)) continue;
			const then = postingAt(person, day, known);
			const isSick = person.absences.some(
				(line) => covers(line, day, known) && (line.reason === null || line.reason === 'sickness')
			);
			if (isSick && then && counts(then) && then.agency !== true)
				add('M09-absence', then.teamId, then.fte, 0);
		}
	}
	for (const line of organisation.records.vacancies) {
		const spell = {
			happened: dayFrom(line.from),
			recorded: line.recordedOn === null ? null : dayFrom(line.recordedOn),
			to: line.to === null ? null : dayFrom(line.to),
			endRecorded: line.endRecordedOn === null ? null : dayFrom(line.endRecordedOn)
		};
		if (line.role !== 'other' && covers(spell, on, known))
			add('M09-vacancy', line.teamId, line.fte, line.fte);
	}

	for (const supervisor of here) {
		const named = here.filter((person) => postingAt(person, on, known)?.supervisorId === supervisor.id);
		const team = teamAt(supervisor.id, on);
		if (named.length > 0) {
			add('M12-median', team, named.length, 0);
			add('M12-max', team, named.length, 0);
			add('M12-wide', team, named.length > 8, 1);
		}
		const led = open.filter((file) => leadAt(file, on, known) === supervisor.id);
		const needed = new Set(led.flatMap((file) => coursesNeeded(file, on, known)));
		if (named.some((person) => person !== supervisor && isSupervised(person, known))) needed.add('SUPV');
		for (const course of needed) add('M17', team, hasCurrent(supervisor.id, course, on, known), 1);
	}

	const isSigned = (session: Session, by: Day) =>
		session.signed.every((signed) => signed !== null && signed <= by);
	for (const session of everySession) {
		const { happened, isDated, isHeld, isCancelled, minutes, supervisee } = session;
		if (!isDated || !isKnown(session, known) || happened < observed || !(isHeld || isCancelled)) continue;
		const team = teamAt(supervisee, happened);
		if (inPeriod(happened)) {
			add('M13-cancelled', team, isCancelled, 1);
			if (isHeld && minutes !== null) {
				add('M13-long', team, minutes >= 90, 1);
				add('M13-median', team, minutes, 0);
			}
		}
		const signBy = firstToFall(happened, [[5, 'wd']]);
		if (isHeld && inPeriod(signBy)) add('M14-notes', team, isSigned(session, signBy), 1);
	}

	for (const action of everyAction) {
		if (!isOutstanding(action, known) || action.happened < observed) continue;
		const file = everyCase.find((each) => each.id === action.caseId);
		const team = file ? teamOfCase(file, known) : teamAt(action.practitionerId, on);
		const { due, isRisk } = action;
		const isOverdue = due !== null && on > (isRisk ? due : firstToFall(due, [policyAt(on).numbers.action]));
		add('M14-actions', team, isOverdue, 1);
	}

	for (const request of everyRequest) {
		if (!isKnown(request, known) || !inPeriod(request.happened) || request.happened < observed) continue;
		const file = everyCase.find((each) => each.id === request.caseId);
		const team = file ? teamOfCaseAt(file, request.happened) : null;
		const isDeclined = request.isDeclined && request.decided !== null && request.decided <= on;
		const { second, secondAgreed, decider } = request;
		const hasSecond =
			secondAgreed !== null &&
			secondAgreed <= on &&
			second !== decider &&
			tierAt(second, secondAgreed, known) === 6;
		add('M15-made', team, 1, 0);
		add('M15-declined', team, isDeclined, 1);
		if (isDeclined) add('M15-second', team, request.hasRationale && hasSecond, 1);
	}
	return items;
}

/** The parts of measures that exist, so that a test can tell one that nothing counted from one that is not known. */
export const PART_IDS = [
	...[28, 42, 56].flatMap((days) => KINDS.map((kind) => `M03-${days}-${kind}`)),
	...['0-1', '2-5', '6-10', '11-20', 'over-20'].map((group) => `M07-${group}`),
	...REASONS.map((reason) => `M10-${reason}`)
];
