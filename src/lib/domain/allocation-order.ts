import { arrange, personOf, teamOfPosting, type View } from './authority.ts';
import { addDays, type CalendarDate } from './calendar.ts';
import { caseloadOf, type Band, type Caseload } from './caseload.ts';
import { caseDetails, coWorkersOn, isOpenOn, leadOn, type CaseFile } from './cases.ts';
import { suitabilityOf, type Demands, type Suitability } from './oversight.ts';
import { absenceOn, inPostOn, TIERS, type Person } from './people.ts';
import { caseState } from './rules-about-cases.ts';

/** An absence that begins within these days is told beside the case that somebody could take. */
const ABSENCE_AHEAD_DAYS = 28;

/** Somebody who could take a case, as they are on a day and as they would be with it. */
export interface Candidate {
	practitionerId: string;
	teamId: string | null;
	suitability: Suitability;
	/** The absence under way, else the next to begin within four weeks; null: here. `to` null: no end is recorded. */
	away: { from: CalendarDate; to: CalendarDate | null; now: boolean } | null;
	/** How they hold the case already; null: not at all. */
	holds: 'lead' | 'co_worker' | null;
	/** References of open cases of brothers and sisters that they lead. */
	siblings: readonly string[];
	before: Caseload;
	/** With the case, and with those that go with it, led from the day. */
	after: Caseload;
	/** Of the cases they lead: those whose oversight is overdue, and of these those held without oversight. */
	overdue: number;
	withoutOversight: number;
}

/** What the order looks at, the first that tells two people apart decides. Nothing is weighed against anything else. */
export const CRITERIA = [
	'HERE',
	'SUITABLE',
	'HOLDS_CASES',
	'EXPERIENCE',
	'SIBLINGS',
	'WITHIN_CAPACITY',
	'OVERSIGHT',
	'STAYS',
	'LEAST_LOADED'
] as const;
export type Criterion = (typeof CRITERIA)[number];

/** Bands in which nobody has more than they can carry. */
const WITHIN: readonly Band[] = ['room', 'steady', 'full'];

/** Whether somebody can carry what they hold: not above 100 % of capacity, and not without any. */
export function isWithinCapacity({ band }: Caseload): boolean {
	return WITHIN.includes(band);
}

const LOWER_FIRST: Record<Criterion, (candidate: Candidate) => number> = {
	HERE: ({ away }) => (away?.now ? 1 : 0),
	SUITABLE: ({ suitability }) => (suitability.suitable ? 0 : 1),
	EXPERIENCE: ({ suitability: { suitable, tier } }) => (suitable ? 0 : TIERS.length - TIERS.indexOf(tier)),
	HOLDS_CASES: ({ suitability }) => (suitability.tier === 'E6' ? 1 : 0),
	SIBLINGS: ({ siblings }) => (siblings.length > 0 ? 0 : 1),
	WITHIN_CAPACITY: ({ after }) => (isWithinCapacity(after) ? 0 : 1),
	OVERSIGHT: ({ overdue, withoutOversight }) => (withoutOversight > 0 ? 2 : overdue > 0 ? 1 : 0),
	STAYS: ({ away }) => (away !== null && !away.now ? 1 : 0),
	LEAST_LOADED: ({ after }) => after.loadPercent ?? Number.MAX_SAFE_INTEGER
};

/** The first criterion that puts one before the other; null: none tells them apart. */
export function whyBefore(one: Candidate, other: Candidate): Criterion | null {
	return CRITERIA.find((criterion) => LOWER_FIRST[criterion](one) < LOWER_FIRST[criterion](other)) ?? null;
}

/** In the order of the criteria; those whom none tells apart stay as they came. */
function inOrder(candidates: readonly Candidate[]): Candidate[] {
	return [...candidates].sort((a, b) => {
		for (const criterion of CRITERIA) {
			const between = LOWER_FIRST[criterion](a) - LOWER_FIRST[criterion](b);
			if (between !== 0) return between;
		}
		return 0;
	});
}

/**
 * Everyone asked about who is in post on the view's day, as they would be with the case, in the order of the criteria.
 * `together` are open cases of brothers and sisters that would go with it.
 */
export function candidatesFor(
	view: View,
	file: CaseFile,
	demands: Demands,
	practitionerIds: readonly string[],
	together: readonly CaseFile[] = []
): Candidate[] {
	const { on } = view.knowledge;
	const leadId = leadOn(file, on, view.knowledge);
	const joint = new Set(coWorkersOn(file, on, view.knowledge));
	const goes = new Set([file, ...together].map(({ caseId }) => caseId));
	return inOrder(
		practitionerIds.flatMap((practitionerId): Candidate | [] => {
			const person = personOf(view, practitionerId);
			if (!person || !inPostOn(person, on, view.knowledge)) return [];
			const held = standingOfHeld(person, view);
			return {
				practitionerId,
				teamId: teamOfPosting(view, practitionerId, on),
				suitability: suitabilityOf(person, demands, on, view),
				away: awayOrSoon(person, view),
				holds: leadId === practitionerId ? 'lead' : joint.has(practitionerId) ? 'co_worker' : null,
				siblings: siblingsLedBy(practitionerId, file, view).flatMap(({ caseId, reference }) =>
					goes.has(caseId) ? [] : reference
				),
				before: caseloadOf(person, view),
				after: loadWith(person, [file, ...together], view),
				...held
			};
		})
	);
}

/** Somebody's load if they led these cases from the view's day. */
export function loadWith(person: Person, files: readonly CaseFile[], view: View): Caseload {
	const { on } = view.knowledge;
	const { practitionerId } = person;
	const given = new Map(files.map((file) => [file.caseId, ledFrom(file, practitionerId, on)]));
	const held = view.authority.heldBy.get(practitionerId) ?? [];
	const cases = [...held.filter(({ caseId }) => !given.has(caseId)), ...given.values()];
	return caseloadOf(person, { ...view, authority: arrange({ ...view.authority, cases }) });
}

/** The case as it would be led from a day; somebody who leads it already goes on. */
function ledFrom(file: CaseFile, practitionerId: string, on: CalendarDate): CaseFile {
	const own = file.allocations.filter((row) => row.role === 'lead' && row.practitionerId === practitionerId);
	const others = file.allocations.filter(
		(row) => row.role === 'co_worker' && row.practitionerId !== practitionerId
	);
	const known = { recordedOn: on, endRecordedOn: null };
	const { caseId } = file;
	const led = {
		caseId,
		practitionerId,
		teamId: null,
		role: 'lead' as const,
		from: on,
		to: null,
		reason: null
	};
	const goesOn = own.some((row) => row.to === null && (row.supersededOn ?? null) === null);
	return { ...file, allocations: [...others, ...own, ...(goesOn ? [] : [{ ...led, ...known }])] };
}

/** Open cases of brothers and sisters of a case that somebody leads on the view's day. */
export function siblingsLedBy(practitionerId: string, file: CaseFile, view: View): CaseFile[] {
	const { on } = view.knowledge;
	const family = caseDetails(file, view.knowledge)?.familyId ?? null;
	if (family === null) return [];
	return (view.authority.heldBy.get(practitionerId) ?? []).filter(
		(other) =>
			other.caseId !== file.caseId &&
			caseDetails(other, view.knowledge)?.familyId === family &&
			isOpenOn(other, on, view.knowledge) &&
			leadOn(other, on, view.knowledge) === practitionerId
	);
}

function awayOrSoon(person: Person, view: View): Candidate['away'] {
	const { on } = view.knowledge;
	const now = absenceOn(person, on, view.knowledge);
	if (now) return { from: now.from, to: now.to, now: true };
	const [next] = person.absences
		.filter(
			(row) =>
				(row.supersededOn ?? null) === null && row.from > on && row.from <= addDays(on, ABSENCE_AHEAD_DAYS)
		)
		.sort((a, b) => (a.from < b.from ? -1 : 1));
	return next ? { from: next.from, to: next.to, now: false } : null;
}

function standingOfHeld(
	{ practitionerId }: Person,
	view: View
): Pick<Candidate, 'overdue' | 'withoutOversight'> {
	const { on } = view.knowledge;
	let [overdue, withoutOversight] = [0, 0];
	for (const file of view.authority.heldBy.get(practitionerId) ?? []) {
		const state = caseState(file, view);
		if (state?.leadId !== practitionerId || !state.clock || state.clock.dueOn >= on) continue;
		overdue++;
		if (state.demands.stakes === 'high' && !state.suitablyHeld) withoutOversight++;
	}
	return { overdue, withoutOversight };
}

/**
 * The open cases of brothers and sisters, out of those gathered, that are held as the case is on the view's day: led by the
 * same person, or by nobody as well. They go where it goes, unless somebody says otherwise.
 */
export function goesTogetherWith(file: CaseFile, view: View): CaseFile[] {
	const { on } = view.knowledge;
	const familyOf = (each: CaseFile) => caseDetails(each, view.knowledge)?.familyId ?? null;
	const family = familyOf(file);
	if (family === null) return [];
	const leadId = leadOn(file, on, view.knowledge);
	return view.authority.cases
		.filter(
			(other) =>
				other.caseId !== file.caseId &&
				familyOf(other) === family &&
				isOpenOn(other, on, view.knowledge) &&
				leadOn(other, on, view.knowledge) === leadId
		)
		.sort((a, b) => (a.reference < b.reference ? -1 : 1));
}
