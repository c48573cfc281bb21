import { isAmong, PAGES, seesNames } from '#lib/domain/access.ts';
import { personOf, policyInForce } from '#lib/domain/authority.ts';
import { addDays, dayInWords, distanceInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import { capacityInWords } from '#lib/domain/behind.ts';
import type { Band, HeldCase } from '#lib/domain/caseload.ts';
import {
	comparedInWords,
	practitionerExplainedInWords,
	type ComparedInWords,
	type ExplanationInWords
} from '#lib/domain/explain-words.ts';
import { fold, worstFirst } from '#lib/domain/flags.ts';
import { detailsOf, isCurrent, lapsesOn, postingOn } from '#lib/domain/people.ts';
import type { Standing } from '#lib/domain/oversight.ts';
import { whoSupervises } from '#lib/domain/supervision-note.ts';
import { flagInWords, namedIn, type FlagInWords } from '#lib/domain/flag-words.ts';
import { reductionsEnding } from '#lib/domain/reduction-plan.ts';
import { endingInWords } from '#lib/domain/reduction-words.ts';
import {
	casesInWords,
	KIND_IN_WORDS,
	lengthInWords,
	ROLE_IN_WORDS,
	tierReasonInWords
} from '#lib/domain/wording.ts';
import { record } from '#lib/server/audit.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { maySeePractitioner, namesOf } from '#lib/server/store/scope.ts';
import { countSessions, sessionsOf } from '#lib/server/store/supervision.ts';
import type { Asker } from './hold-supervision.ts';
import { comparedOn, explainedFrom } from './explanation.ts';
import { pictureOfPractitioner, type AsAt } from './picture.ts';
import { sessionInWords, type SessionInWords } from './supervision-list.ts';

export interface CaseHeld extends HeldCase {
	key: string;
	kindInWords: string;
	standing: Standing | null;
	/** "last 12 Nov 2026, due by 24 Dec 2026" */
	oversight: string;
}

export interface TrainingRow {
	key: string;
	course: string;
	completed: string;
	lapses: string;
	current: boolean;
}

export const PRACTITIONER_TABS = [
	'caseload',
	'supervision',
	'training',
	'absence',
	'postings',
	'record',
	'rules',
	'hindsight'
] as const;
export type PractitionerTab = (typeof PRACTITIONER_TABS)[number];

export interface PractitionerPage {
	practitionerId: string;
	reference: string;
	name: string | null;
	facts: { label: string; value: string; href?: string | null }[];
	load: { band: Band; percent: string };
	flags: FlagInWords[];
	cases: CaseHeld[];
	/** Reductions of capacity that end within a week, each with what it does. */
	endings: string[];
	/** How the points and the capacity came about, a sentence each. */
	sums: string[];
	supervision: string;
	/** How many are on record or planned. */
	sessionCount: number;
	/** Null: not the tab asked for. */
	sessions: SessionInWords[] | null;
	training: TrainingRow[];
	gaps: string[];
	/** What every rule saw; null: not the tab asked for. */
	explanation: ExplanationInWords | null;
	/** The day as known then beside the day with hindsight; null: not the tab asked for. */
	compared: ComparedInWords | null;
	/** Whether who asks may start a session with them. */
	mayStart: boolean;
}

/** Everything one practitioner's page shows on a day; null: not there, or not in the scope of who asks. */
export async function practitionerPage(
	tx: Transaction,
	by: Asker,
	practitionerId: string,
	asAt: AsAt,
	tab: PractitionerTab = 'caseload'
): Promise<PractitionerPage | null> {
	if (!(await maySeePractitioner(tx, practitionerId))) return null;
	const picture = await pictureOfPractitioner(tx, practitionerId, asAt);
	const person = picture && personOf(picture.view, practitionerId);
	if (!picture || !person) return null;
	if (by.practitionerId !== practitionerId)
		await record(tx, by, { action: 'read', entity: 'practitioner', entityId: practitionerId });
	const { view, row } = picture;
	const { knowledge } = view;
	const { on } = asAt;
	const posting = postingOn(person, on, knowledge);
	const supervisorId = posting?.supervisorId ?? null;
	const named = seesNames(by.role) || (by.practitionerId !== null && supervisorId === by.practitionerId);
	const findings = worstFirst(fold(picture.findings));
	const sessions = tab === 'supervision' ? await sessionsOf(tx, practitionerId) : null;
	const sessionCount = sessions?.length ?? (await countSessions(tx, practitionerId));
	const explained = tab === 'rules' ? explainedFrom(picture, { practitionerId }) : null;
	const compared = tab === 'hindsight' ? await comparedOn(tx, { practitionerId }, picture, asAt) : null;
	const wanted = [
		practitionerId,
		...(supervisorId === null ? [] : [supervisorId]),
		...namedIn(findings),
		...(sessions ?? []).flatMap((session) => [session.superviseeId, session.supervisorId])
	];
	const names = await namesOf(tx, named ? wanted : []);
	const nameOf = (id: string) =>
		names.get(id) ??
		(named ? 'somebody no longer recorded' : id === practitionerId ? 'this practitioner' : 'a colleague');
	const { load } = row;
	const team = view.authority.teams.find(({ teamId }) => teamId === posting?.teamId);
	const between = whoSupervises({ practitionerId, supervisorId }, by);
	const start = on === by.today && posting !== null && !('refused' in between);
	return {
		practitionerId,
		reference: named ? person.reference : 'Practitioner',
		name: named ? (detailsOf(person, knowledge)?.name ?? null) : null,
		facts: [
			{ label: 'Experience', value: `${row.tier.tier}: ${tierReasonInWords(row.tier.reason)}` },
			{ label: 'FTE', value: posting ? String(posting.fte) : 'no posting' },
			{
				label: 'Posting',
				value: posting
					? `${ROLE_IN_WORDS[posting.role]}, ${team?.name ?? 'no team'}${posting.agency ? ', agency' : ''}`
					: 'not in post',
				href: posting && team && isAmong(PAGES['/team/[team]'], by.role) ? `/team/${team.teamId}` : null
			},
			{ label: 'Supervisor', value: supervisorId === null ? 'nobody named' : nameOf(supervisorId) },
			...(row.awaySince === null
				? []
				: [
						{
							label: 'Away since',
							value: `${dayInWords(row.awaySince)}, ${distanceInWords(row.awaySince, on)}`
						}
					])
		],
		load: { band: load.band, percent: load.loadPercent === null ? 'no capacity' : `${load.loadPercent} %` },
		flags: findings.map((finding) => flagInWords(finding, nameOf, on)),
		endings: reductionsEnding(view, [practitionerId]).map((each) => endingInWords(each, nameOf)),
		cases: load.held.map((held): CaseHeld => {
			const oversight = row.oversight.find(({ caseId }) => caseId === held.caseId);
			return {
				...held,
				key: `${held.caseId} ${held.role}`,
				kindInWords: held.kind === null ? 'kind unknown' : KIND_IN_WORDS[held.kind],
				standing: oversight?.standing ?? null,
				oversight: oversight
					? `${oversight.everSince ? `last ${distanceInWords(addDays(on, -oversight.days), on)}` : 'none yet'}, due by ${dayInWords(oversight.dueOn)}`
					: 'the lead’s'
			};
		}),
		sums: sumsInWords(row.load),
		supervision: clockInWords(row.supervision, on),
		sessionCount,
		sessions: sessions?.map((session) => sessionInWords(session, names, by)) ?? null,
		training: trainingRows(person, asAt, view),
		gaps: row.trainingGaps.map(({ reference, missing }) => `${reference}: ${missing.join(', ')}`),
		explanation:
			explained && 'practitionerId' in explained ? practitionerExplainedInWords(explained, nameOf) : null,
		compared: compared && comparedInWords(compared, nameOf, on),
		mayStart: start
	};
}

type Row = NonNullable<Awaited<ReturnType<typeof pictureOfPractitioner>>>['row'];
type Seen = NonNullable<Awaited<ReturnType<typeof pictureOfPractitioner>>>['view'];

/** Every figure of the load with the sum it came from. */
function sumsInWords({ held, points, capacity, loadPercent }: Row['load']): string[] {
	const load =
		held.length === 0
			? 'Points: 0, no cases are held.'
			: `Points: ${held.map((each) => each.points).join(' + ')} = ${points}, over ${casesInWords(held.length)}.`;
	const sums = [load, `Capacity: ${capacityInWords(capacity)}.`];
	return loadPercent === null ? sums : [...sums, `Load: ${points} ÷ ${capacity.points} = ${loadPercent} %.`];
}

function clockInWords(clock: Row['supervision'], on: CalendarDate): string {
	if (!clock) return 'No supervision is due: not in post, or outside the rules about supervision.';
	const last =
		clock.lastHeldOn === null
			? `None held since ${dayInWords(clock.countedFrom)}.`
			: `Last held ${dayInWords(clock.lastHeldOn)}, ${distanceInWords(clock.lastHeldOn, on)}.`;
	const moved = clock.movedByDays > 0 ? `, moved on ${clock.movedByDays} days by absence` : '';
	return `${last} Due every ${lengthInWords(clock.interval)}: by ${dayInWords(clock.dueOn)}, ${distanceInWords(clock.dueOn, on)}${moved}.`;
}

function trainingRows(
	person: NonNullable<ReturnType<typeof personOf>>,
	{ on }: AsAt,
	view: Seen
): TrainingRow[] {
	return [...person.training]
		.filter(({ completedOn, recordedOn }) => completedOn <= on && (recordedOn ?? completedOn) <= on)
		.sort((a, b) =>
			a.course === b.course ? (a.completedOn < b.completedOn ? 1 : -1) : a.course < b.course ? -1 : 1
		)
		.map((training) => {
			const lapses = lapsesOn(training, policyInForce(view, on).courses);
			return {
				key: `${training.course} ${training.completedOn}`,
				course: training.course,
				completed: dayInWords(training.completedOn),
				lapses: lapses === null ? 'for good' : `${dayInWords(lapses)}, ${distanceInWords(lapses, on)}`,
				current: isCurrent(person, training.course, on, view.knowledge) && (lapses === null || on < lapses)
			};
		});
}
