import { noRecords, type OversightRow, type Records } from '#lib/domain/records.ts';
import type { OversightKind } from '#lib/domain/cases.ts';
import { KINDS, type Kind } from '#lib/domain/policy.ts';
import { dayFrom, isWorking, monthsAfter, textOf, workingDaysAfter, type Day } from './days.ts';
import { FIRST_VERSION, TABLE, type Organisation, type PolicyVersion } from './table.ts';

/** Small authorities where everything that can happen does, most of it on the days that decide. */
export interface GeneratedOrganisation extends Organisation {
	seed: number;
	asAtDays: string[];
}

type Random = () => number;

function randomFrom(seed: number): Random {
	let state = (seed * 0x9e3779b1 + 0x6d2b79f5) >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** Days around which limits are easily miscounted. */
const TELLING_DAYS = [
	'2024-02-29',
	'2024-03-31',
	'2024-04-02',
	'2025-01-02',
	'2025-03-31',
	'2025-04-22',
	'2025-05-06',
	'2025-05-31',
	'2025-12-29',
	'2026-01-05',
	'2026-02-28',
	'2026-03-30',
	'2026-04-07',
	'2026-08-31',
	'2026-10-26',
	'2026-11-20'
];

const SECOND_VERSION: Omit<PolicyVersion, 'from'> = {
	table: {
		...TABLE,
		child_protection: { ...TABLE['child_protection']!, interval: [15, 'wd'], least: 4, weight: 9 },
		child_in_need: { ...TABLE['child_in_need']!, first: [3, 'd'], training: ['CP-FOUND', 'CLA'] }
	},
	guard: false,
	profile: 'DfE',
	numbers: {
		tiers: [4, 10, 20, 40],
		handover: [14, 'd'],
		outcome: [3, 'd'],
		decision: [2, 'wd'],
		action: [10, 'd'],
		agreement: [5, 'd'],
		note: [10, 'wd'],
		assessment: [35, 'wd'],
		conference: [20, 'd'],
		signOffDays: 14,
		soonAfterDays: 60,
		frequentChange: 2,
		overdueDays: 14,
		sessionMinutes: 60,
		span: 2,
		agencyMonths: 30
	},
	severities: { FREQUENT_CHANGE: 'low', NOTE_UNSIGNED: 'high', SPAN_TOO_WIDE: 'critical' }
};

const WORKING_DAY_LIMITS = [1, 1, 2, 2, 3, 5, 5, 5, 10, 10, 15, 20, 45];
const DAY_LIMITS = [0, 7, 14, 14, 21, 28, 28, 35, 42, 42, 56, 84, 90, 90];
const MONTH_LIMITS = [1, 1, 2, 6, 12, 12];

export function organisationOf(seed: number): GeneratedOrganisation {
	const random = randomFrom(seed);
	const chance = (share: number) => random() < share;
	const whole = (low: number, high: number) => low + Math.floor(random() * (high - low + 1));
	const pick = <Item>(items: readonly Item[]): Item => items[whole(0, items.length - 1)] as Item;
	const maybe = <Item>(share: number, item: () => Item): Item | null => (chance(share) ? item() : null);

	const today = dayFrom(pick(TELLING_DAYS)) + whole(-3, 3);
	const asAtDays = [today, today + whole(1, 12)];
	if (chance(0.2)) asAtDays.push(today - whole(1, 40));
	const records: Records = noRecords();

	/** The day a limit that starts on it ends on, or just misses, one of the as-at days. */
	function deciding(): Day {
		const end = pick(asAtDays) + pick([-1, -1, 0, 0, 0, 1]);
		const unit = random();
		if (unit < 0.4) {
			let start = end;
			for (let count = pick(WORKING_DAY_LIMITS); count > 0; start--) if (isWorking(start)) count--;
			return start;
		}
		if (unit < 0.85) return end - pick(DAY_LIMITS);
		return monthsAfter(end, -pick(MONTH_LIMITS));
	}

	function within(first: Day, last: Day): Day {
		if (first >= last) return first;
		for (let tries = 0; tries < 4; tries++) {
			const day = deciding();
			if (chance(0.7) && day >= first && day <= last) return day;
		}
		return whole(first, last);
	}

	/** Most rows were recorded at once, some late, a few beforehand. */
	function recorded(happened: Day): string | null {
		const kind = random();
		if (kind < 0.72) return null;
		if (kind < 0.8) return textOf(happened);
		if (kind < 0.84) return textOf(happened - whole(1, 30));
		if (kind < 0.92) return textOf(happened + whole(1, 40));
		return textOf(Math.max(happened, pick(asAtDays) + pick([-1, 0, 0, 1])));
	}

	function ended(to: Day | null): { to: string | null; endRecordedOn: string | null } {
		return { to: to === null ? null : textOf(to), endRecordedOn: to === null ? null : recorded(to) };
	}

	/** A few authorities have a supervisor of many, a few a long memory. */
	const isWide = chance(0.08);
	const horizon = today - (chance(0.08) ? whole(366, 420) : whole(40, chance(0.15) ? 260 : 110));
	const latest = today + 14;
	const teams = Array.from({ length: whole(1, 4) }, (_, index) => `t${index + 1}`);
	for (const teamId of teams)
		records.teams.push({
			teamId,
			name: `Team ${teamId}`,
			service: 'Safeguarding',
			openedOn: null,
			closedOn: null,
			succeededBy: null,
			recordedOn: null,
			endRecordedOn: null
		});

	const people = Array.from({ length: isWide ? whole(11, 14) : whole(3, 9) }, (_, index) => `p${index + 1}`);
	const managers = people.slice(0, isWide ? 1 : whole(1, Math.min(3, people.length - 1)));
	const LEVELS = [
		'practice_supervisor',
		'team_manager',
		'service_manager',
		'principal_social_worker',
		'director'
	];

	for (const id of people) {
		const isManager = managers.includes(id);
		const registered = maybe(isManager ? 0.9 : 0.85, () => {
			const months = isManager ? whole(40, 200) : pick([3, 6, 6, 12, 12, 24, 24, 36, 36, 36, 60, 100]);
			return monthsAfter(pick(asAtDays) + pick([-1, 0, 0, 1, whole(-40, 20)]), -months);
		});
		const stageStarted = maybe(isManager ? 0.03 : 0.35, () =>
			chance(0.7)
				? monthsAfter(pick(asAtDays) + pick([-1, 0, 1]), -pick([0, 1, 2, 6, 6, 11]))
				: pick(asAtDays) - 42 + pick([-1, 0, 1])
		);
		const stagePassed = maybe(stageStarted === null ? 0.1 : 0.3, () =>
			chance(0.6) ? pick(asAtDays) + pick([-1, 0, 1]) : within(horizon, latest)
		);
		const left = maybe(0.08, () => within(horizon + 20, latest));
		records.practitioners.push({
			practitionerId: id,
			name: `Person ${id}`,
			email: null,
			sweNumber: chance(isManager ? 0.93 : 0.88) ? `SW${1000 + Number(id.slice(1))}` : null,
			registeredOn: registered === null ? null : textOf(registered),
			earlyCareerStartedOn: stageStarted === null ? null : textOf(stageStarted),
			earlyCareerPassedOn: stagePassed === null ? null : textOf(stagePassed),
			startedOn: chance(0.3) ? textOf(horizon - whole(0, 600)) : null,
			leftOn: left === null ? null : textOf(left),
			recordedOn: chance(0.03) ? textOf(within(horizon, latest)) : null,
			endRecordedOn: left === null ? null : recorded(left)
		});

		let from = chance(0.75) ? horizon - whole(0, chance(0.05) ? 1500 : 30) : within(horizon, today);
		const home = pick(teams);
		const ownRole = isManager
			? pick(LEVELS)
			: pick(['practitioner', 'practitioner', 'practitioner', 'senior_practitioner', 'other']);
		for (let count = pick([1, 1, 1, 2, 2, 3]); count > 0; count--) {
			const to = count > 1 || chance(0.12) ? within(Math.max(from + 1, horizon), latest) : null;
			const actingUp = !isManager && chance(0.08);
			const supervisor = random();
			records.postings.push({
				practitionerId: id,
				teamId: chance(0.75) ? home : pick(teams),
				role: (actingUp ? 'team_manager' : ownRole) as Records['postings'][number]['role'],
				supervisorId:
					supervisor < (isWide ? 0.02 : 0.08)
						? null
						: supervisor < (isWide ? 0.03 : 0.12)
							? id
							: supervisor < 0.95
								? pick(managers)
								: pick(people),
				fte: pick([1, 1, 1, 0.8, 0.6, 0.5, 0.57, 0.2, 0]),
				agency: pick([null, false, false, true]),
				from: textOf(from),
				recordedOn: chance(0.9) ? null : recorded(from),
				...ended(to)
			});
			if (to === null) break;
			from = to + (chance(0.75) ? 0 : whole(1, 15));
		}

		for (let count = pick([0, 0, 1, 1, 2, 3]), start = horizon; count > 0; count--) {
			const absentFrom = within(start, latest);
			const away = pick([1, 5, 6, 10, 11, 12]);
			const backOn = maybe(0.6, () =>
				chance(0.7) ? workingDaysAfter(absentFrom, away) + pick([-1, 0, 1, 1, 2]) : absentFrom + whole(1, 40)
			);
			const to = backOn === null ? null : Math.max(absentFrom + 1, backOn);
			records.absences.push({
				practitionerId: id,
				reason: pick(['sickness', 'leave', null]),
				coverId: maybe(0.4, () => pick(people)),
				supervisionCoverId: maybe(0.25, () => pick(people)),
				from: textOf(absentFrom),
				recordedOn: recorded(absentFrom),
				...ended(to)
			});
			if (to === null) break;
			start = chance(0.4) ? to : to + whole(1, 30);
			if (start > latest) break;
			if (chance(0.3)) start = to;
		}

		for (let count = pick([0, 0, 0, 1, 2]); count > 0; count--) {
			const reducedFrom = within(horizon, latest);
			records.reductions.push({
				practitionerId: id,
				share: pick([0.1, 0.2, 0.25, 0.5, 0.7, 1]),
				reason: `reason ${count}`,
				from: textOf(reducedFrom),
				recordedOn: recorded(reducedFrom),
				...ended(maybe(0.5, () => within(reducedFrom + 1, latest + 20)))
			});
		}

		for (const course of ['CP-FOUND', 'S47', 'PLO', 'CLA', 'SUPV'])
			for (let count = pick([0, 1, 1, 1, 2]); count > 0; count--) {
				const completed = chance(0.4)
					? monthsAfter(pick(asAtDays) + pick([-1, 0, 0, 1]), -36)
					: today - whole(-10, 900);
				records.training.push({
					practitionerId: id,
					course,
					completedOn: textOf(completed),
					expiresOn: maybe(0.25, () => textOf(pick(asAtDays) + pick([-30, -1, 0, 1, 300]))),
					recordedOn: chance(0.9) ? null : recorded(completed)
				});
			}
	}

	/** Signed on the last day of the five, the day after, at once, late, or never. */
	function signed(held: Day): string | null {
		const late = () => pick([held, held + 1, workingDaysAfter(held, 5), workingDaysAfter(held, 5) + 1]);
		return maybe(0.85, () => textOf(chance(0.75) ? late() : held + whole(0, 40)));
	}

	const holdingSessions: { id: string; supervisee: string; held: Day }[] = [];
	for (const id of people) {
		const cancels = chance(0.3) ? 0.6 : 0.1;
		let previous: Day | null = null;
		for (let count = pick([0, 1, 2, 3, 4, 5]); count > 0; count--) {
			const chosen: Day = within(chance(0.9) ? horizon : horizon - 60, latest);
			const held: Day = previous !== null && chance(0.1) ? previous : chosen;
			previous = held;
			const sessionId = `s${records.supervision.length + 1}`;
			const isCancelled = chance(cancels);
			const isHeld = !isCancelled && chance(0.9);
			const supervisorId = chance(0.85) ? pick(managers) : pick(people);
			const isPlanned = isCancelled ? chance(0.95) : chance(0.5);
			records.supervision.push({
				sessionId,
				practitionerId: id,
				supervisorId,
				plannedOn: isPlanned ? textOf(isHeld ? held - whole(-2, 10) : held) : null,
				heldOn: isHeld ? textOf(held) : null,
				cancelled: isCancelled,
				cancelReason: null,
				minutes: pick([null, 45, 89, 90, 90, 91, 120]),
				interrupted: pick([null, null, false, false, true]),
				kind: pick(['personal', 'case', 'both', 'group', null]),
				recordedOn: recorded(held),
				supervisorSignedOn: isHeld ? signed(held) : null,
				practitionerSignedOn: isHeld ? signed(held) : null
			});
			if (chance(0.9)) holdingSessions.push({ id: sessionId, supervisee: id, held });
		}
	}

	const families = [null, 'f1', 'f2', 'f3'];
	for (let children = whole(6, 14), child = 1; child <= children; child++) {
		let opened = chance(0.1) ? horizon - whole(0, 400) : within(horizon, today + 3);
		for (let episode = pick([1, 1, 1, 1, 2]); episode > 0; episode--) {
			const closed = episode > 1 || chance(0.12) ? within(opened + 1, latest) : null;
			openCase(`c${child}${episode > 1 ? 'a' : ''}`, `child${child}`, opened, closed);
			if (closed === null) break;
			opened = closed + pick([0, 1, whole(2, 40)]);
			if (opened > latest) break;
		}
	}

	function openCase(caseId: string, childId: string, opened: Day, closed: Day | null) {
		const born = random();
		records.cases.push({
			caseId,
			childId,
			familyId: pick(families),
			dateOfBirth:
				born < 0.15
					? null
					: textOf(
							born < 0.4
								? monthsAfter(pick(asAtDays) + pick([-1, 0, 0, 1]), -24)
								: born < 0.5
									? pick(asAtDays) + pick([-1, 0, 1, 60])
									: today - whole(800, 6000)
						),
			unborn: pick([null, null, null, false, false, true]),
			openedOn: textOf(opened),
			closedOn: closed === null ? null : textOf(closed),
			closureReason: null,
			complexity: pick([null, 0, 0, 1, 2, 3]),
			recordedOn: chance(0.85) ? null : recorded(opened),
			endRecordedOn: closed === null ? null : recorded(closed)
		});
		const lastDay = closed ?? latest;

		for (let count = pick([0, 1, 1, 1, 2, 2, 3, 4]), from = opened - pick([0, 0, 0, 3]); count > 0; count--) {
			const soonClosed = closed !== null && chance(0.3) ? closed - pick([0, 89, 90, 91]) : null;
			const to =
				soonClosed !== null && soonClosed >= from
					? soonClosed
					: maybe(0.45, () => (chance(0.1) ? from : within(from + 1, lastDay + 5)));
			const kind: Kind = chance(0.5) ? pick(KINDS.slice(0, 5)) : pick(KINDS);
			const conferenceNeeded = kind === 'section_47' ? pick([true, true, true, false, null]) : null;
			const conferenceBy = workingDaysAfter(from, 15);
			const conference =
				conferenceNeeded === true
					? maybe(0.6, () => pick([conferenceBy, conferenceBy + 1, conferenceBy - 1, within(from, latest)]))
					: null;
			const rows = chance(kind === 'section_47' ? 0.3 : 0.1) && to !== null ? [0, 1] : [0];
			const heldIn = pick(rows);
			for (const again of rows)
				records.caseKinds.push({
					caseId,
					kind,
					conferenceNeeded: again === 0 ? conferenceNeeded : null,
					conferenceOn: again === heldIn && conference !== null ? textOf(conference) : null,
					from: textOf(again === 0 || to === null ? from : to),
					recordedOn: chance(0.85) ? null : recorded(from),
					...ended(again === 0 || to === null ? to : maybe(0.5, () => to + whole(1, 20)))
				});
			from = chance(0.5) ? within(opened, lastDay) : (to ?? from + whole(0, 10));
		}

		if (closed !== null && closed - 100 > opened && chance(0.5)) {
			const over = closed - pick([89, 90, 91]);
			records.caseKinds.push({
				caseId,
				kind: 'section_47',
				conferenceNeeded: null,
				conferenceOn: null,
				from: textOf(over - whole(1, 9)),
				recordedOn: null,
				...ended(over)
			});
		}

		let from = opened + pick([0, 0, 0, 0, 1, 2, 6, 8]);
		const leads: { id: string; from: Day; to: Day | null }[] = [];
		const longAgo = monthsAfter(pick(asAtDays), -12) + pick([0, 1, 1, 2]);
		const isLong = from < longAgo && lastDay > longAgo && chance(0.6);
		for (let count = isLong ? 3 : pick([0, 1, 1, 1, 2, 2, 3, 4]); count > 0 && from < lastDay; count--) {
			const isFirst = isLong && count === 3;
			const to = isFirst ? longAgo : count > 1 || chance(0.15) ? within(from + 1, lastDay) : null;
			const previous = leads.at(-1)?.id;
			const lead = previous !== undefined && chance(0.15) ? previous : pick(people);
			const teamOnly = chance(0.1);
			if (!teamOnly) leads.push({ id: lead, from, to });
			records.allocations.push({
				caseId,
				practitionerId: teamOnly ? null : lead,
				teamId: teamOnly || chance(0.5) ? pick(teams) : null,
				role: 'lead',
				reason: null,
				from: textOf(from),
				recordedOn: chance(0.8) ? null : recorded(from),
				...ended(to)
			});
			if (to === null) break;
			from = to + pick([0, 0, 0, 0, 1, 3, 7]);
		}

		for (let count = pick([0, 0, 0, 1, 1, 2]); count > 0; count--) {
			const joined = within(opened, lastDay);
			records.allocations.push({
				caseId,
				practitionerId: pick(people),
				teamId: null,
				role: 'co_worker',
				reason: null,
				from: textOf(joined),
				recordedOn: chance(0.85) ? null : recorded(joined),
				...ended(maybe(0.35, () => within(joined + 1, lastDay + 3)))
			});
		}

		for (let count = whole(0, 4); count > 0; count--) {
			const change = pick(leads);
			const enquiry = pick(records.caseKinds.filter((line) => line.caseId === caseId));
			const aim = random();
			let kind = pick<OversightKind>([
				'allocation',
				'decision',
				'decision',
				'handover',
				'closure',
				'section_47_outcome'
			]);
			let made = within(opened - 3, latest);
			if (change !== undefined && aim < 0.35) made = change.from - pick([0, 0, 1, 2, 5, 6, 7, 8]);
			else if (change?.to != null && aim < 0.48) made = change.to + pick([0, 0, 1, 7]);
			else if (closed !== null && aim < 0.75) {
				kind = 'closure';
				made = closed - pick([-1, 0, 0, 1, 27, 28, 29]);
			} else if (enquiry?.kind === 'section_47' && aim < 0.9) {
				kind = 'section_47_outcome';
				const turn = dayFrom(chance(0.5) ? enquiry.from : (enquiry.to ?? enquiry.from));
				made = turn + pick([-1, 0, 0, 1, 2, 3]);
			}
			records.oversight.push({
				oversightId: `o${records.oversight.length + 1}`,
				caseId,
				managerId: chance(0.8) ? pick(managers) : pick(people),
				madeOn: textOf(made),
				kind,
				decision: pick(['Continue the plan', 'Step up', 'Visit weekly', 'Agreed', ' ', null]),
				rationale: pick(['Risk is held', 'The plan works', 'As discussed', 'Seen alone', '', null]),
				recordedOn: recorded(made)
			});
		}

		for (let count = whole(0, 3); count > 0; count--) {
			const ofLeads = holdingSessions.filter((session) => leads.some(({ id }) => id === session.supervisee));
			const session = pick(chance(0.85) && ofLeads.length > 0 ? ofLeads : holdingSessions);
			if (session === undefined) continue;
			const named = records.supervisionCases.some(
				(line) => line.caseId === caseId && line.sessionId === session.id
			);
			if (named) continue;
			records.supervisionCases.push({
				sessionId: session.id,
				caseId,
				decision: pick(['Keep to the plan', 'Refer on', 'Visit', '', null]),
				recordedOn: chance(0.8) ? null : recorded(session.held)
			});
		}

		for (let count = pick([0, 0, 0, 1, 1, 2]); count > 0; count--) {
			const requested = within(opened - 2, latest);
			const outcome = pick<'agreed' | 'declined' | null>([
				null,
				'agreed',
				'declined',
				'declined',
				'declined'
			]);
			const decided = maybe(outcome === null ? 0.1 : 0.95, () =>
				chance(0.6) ? workingDaysAfter(requested, 1) + pick([-1, 0, 0, 1, 2]) : within(requested, latest)
			);
			const decidedById = maybe(0.95, () => pick(managers));
			const agreed = maybe(0.6, () => {
				const decision = decided ?? requested;
				return chance(0.6)
					? workingDaysAfter(decision, 1) + pick([-1, 0, 0, 1, 2])
					: within(decision, latest);
			});
			records.requests.push({
				requestId: `q${records.requests.length + 1}`,
				caseId,
				agency: 'Health visiting',
				kind: pick(['conference', 'challenge', null]),
				requestedOn: textOf(requested),
				outcome,
				decidedOn: decided === null ? null : textOf(decided),
				decidedById,
				rationale: pick(['Seen and safe', 'Known to us', 'Another plan', '  ', null]),
				secondManagerId: maybe(0.85, () => pick(chance(0.8) ? managers : people)),
				secondAgreedOn: agreed === null ? null : textOf(agreed),
				recordedOn: recorded(requested)
			});
		}

		for (let count = pick([0, 0, 1, 1, 2]); count > 0; count--) {
			const entries = records.oversight.filter((line) => line.caseId === caseId);
			const entry = chance(0.4) ? (pick(entries) ?? null) : null;
			agree(entry === null || chance(0.3) ? caseId : null, entry, null, opened - 2);
		}
	}

	/** An action of a case, of an oversight entry or out of a session; known no sooner than what it came out of. */
	function agree(caseId: string | null, entry: OversightRow | null, sessionId: string | null, earliest: Day) {
		const agreed = Math.max(within(earliest, latest), entry === null ? earliest : dayFrom(entry.madeOn));
		const due = maybe(0.8, () =>
			chance(0.5) ? Math.max(agreed, deciding()) : agreed + pick([0, 1, 7, 14, 28, whole(-3, 60)])
		);
		const done = maybe(0.4, () => {
			const limit = due ?? workingDaysAfter(agreed, 1);
			return chance(0.6)
				? pick([limit, limit + 1, workingDaysAfter(limit, 5), workingDaysAfter(limit, 5) + 1])
				: within(agreed, latest);
		});
		const written = recorded(agreed);
		const entryWritten = entry?.recordedOn ?? null;
		records.actions.push({
			actionId: `a${records.actions.length + 1}`,
			caseId,
			practitionerId: maybe(0.3, () => pick(people)),
			sessionId,
			oversightId: entry?.oversightId ?? null,
			ownerId: maybe(0.8, () => pick(people)),
			description: 'Visit the nursery',
			agreedOn: textOf(agreed),
			dueOn: due === null ? null : textOf(due),
			doneOn: done === null ? null : textOf(done),
			outcome: pick([null, null, 'Visited']),
			risk: pick([null, false, false, true]),
			recordedOn: entryWritten === null || (written ?? textOf(agreed)) > entryWritten ? written : entryWritten
		});
	}

	for (let count = pick([0, 0, 1, 1, 2]); count > 0; count--) {
		const session = pick(holdingSessions);
		agree(null, null, session && chance(0.8) ? session.id : null, session?.held ?? horizon);
	}

	for (let count = pick([0, 0, 1, 2]); count > 0; count--) {
		const startsOn = within(horizon, latest);
		const { to, endRecordedOn } = ended(maybe(0.6, () => within(startsOn + 1, latest)));
		records.restructures.push({
			restructureId: `r${count}`,
			name: `Restructure ${count}`,
			startsOn: textOf(startsOn),
			endsOn: to,
			teamIds: chance(0.4) ? [] : teams.filter(() => chance(0.5)),
			recordedOn: chance(0.8) ? null : recorded(startsOn),
			endRecordedOn
		});
	}

	const versions: PolicyVersion[] = [FIRST_VERSION];
	if (chance(0.2)) versions.push({ ...SECOND_VERSION, from: textOf(within(horizon, latest)) });
	const settings = {
		observedFrom: maybe(0.3, () => textOf(within(horizon, latest))),
		profileFrom: maybe(0.15, () => textOf(within(horizon, latest)))
	};
	for (let count = pick([0, 1, 2, 3]); count > 0; count--) {
		const from = within(horizon, latest);
		records.vacancies.push({
			teamId: pick(teams),
			role: pick(['practitioner', 'team_manager', 'other']),
			fte: pick([1, 0.6, 2]),
			from: textOf(from),
			recordedOn: recorded(from),
			...ended(maybe(0.5, () => within(from + 1, latest)))
		});
	}
	return { seed, records, versions, ...settings, asAtDays: [...new Set(asAtDays)].map(textOf) };
}
