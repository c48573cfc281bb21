import type { SentenceOfPlan } from '#lib/domain/absence-words.ts';
import { mayPlanRestructures, maySetService, rolesToAdd, seesNames } from '#lib/domain/access.ts';
import { isId } from '#lib/domain/asked.ts';
import { arrange, viewOf, type Authority } from '#lib/domain/authority.ts';
import { addDays, dayInWords, distanceInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import { drawnFlow, flowOfChildren, type Band, type FlowOfChildren } from '#lib/domain/flow-of-children.ts';
import { handoversWaiting, type HandoverWaiting } from '#lib/domain/handovers-waiting.ts';
import { suggestedReference } from '#lib/domain/people-plan.ts';
import type { MoveKind } from '#lib/domain/restructure-moves.ts';
import { outcomeOf, type PlanOutcome, type TeamCounted } from '#lib/domain/restructure-plan.ts';
import {
	figuresOfPlan,
	handsInWords,
	moveInWords,
	moveProblemInWords,
	outcomeInWords,
	TWICE_IN_WORDS,
	UNSUPERVISED_IN_WORDS,
	type PlanNames
} from '#lib/domain/restructure-words.ts';
import { serviceIdOf } from '#lib/domain/teams.ts';
import { dayAsTyped } from '#lib/domain/typed-day.ts';
import { BAND_IN_WORDS, capital, ROLE_IN_WORDS } from '#lib/domain/wording.ts';
import { record } from '#lib/server/audit.ts';
import { casesInScope } from '#lib/server/store/absences.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { withOversight } from '#lib/server/store/facts.ts';
import { supervisorsFor, taken, teamsKept } from '#lib/server/store/people.ts';
import {
	movesOf,
	restructuresKept,
	staffInPost,
	type MoveKept,
	type RestructureKept,
	type Variant
} from '#lib/server/store/restructures.ts';
import type { Written } from './csv.ts';
import { gatherFlow, gatherPlan, planNames } from './plan-facts.ts';
import { readMove, type MoveForm, type Planner, type RestructureForm } from './plan-restructure.ts';
import { changesShown, type ChangesShown } from './undo-change.ts';

const STATES = { to_come: 'to come', running: 'under way', over: 'over' } as const;
type State = keyof typeof STATES;

function stateOf({ startsOn, endsOn }: RestructureKept, today: CalendarDate): State {
	if (startsOn > today) return 'to_come';
	return endsOn !== null && endsOn <= today ? 'over' : 'running';
}

export interface RestructureListed {
	key: string;
	name: string;
	starts: string;
	ends: string;
	teams: string;
	state: string;
	done: string;
}

export interface RestructureList {
	rows: RestructureListed[];
	mayPlan: boolean;
}

/** The restructures in the scope of who asks, the latest first. */
export async function restructureList(tx: Transaction, by: Planner): Promise<RestructureList> {
	const rows = (await restructuresKept(tx)).map((each): RestructureListed => ({
		key: each.restructureId,
		name: each.name,
		starts: dayInWords(each.startsOn),
		ends: each.endsOn === null ? 'not known' : dayInWords(each.endsOn),
		teams: each.teamIds.length === 0 ? 'all' : String(each.teamIds.length),
		state: STATES[stateOf(each, by.today)],
		done: each.planned === 0 ? 'no moves planned' : `${each.done} of ${each.planned}`
	}));
	return { rows, mayPlan: mayPlanRestructures(by.role) };
}

export const LIST_HEAD = ['name', 'starts', 'ends', 'teams', 'state', 'moves carried out'] as const;

export function listRows({ rows }: RestructureList): Written[][] {
	return rows.map(({ name, starts, ends, teams, state, done }) => [name, starts, ends, teams, state, done]);
}

export interface RestructureFormPage {
	typed: Omit<RestructureForm, 'key'>;
	name: string | null;
	teams: { value: string; label: string }[];
	/** Whether all teams may be meant. */
	mayMeanAll: boolean;
	changes: ChangesShown[];
}

/** What the form for a restructure starts from; `restructureId` null: a new one. Null: not there, or not theirs to plan. */
export async function restructureFormPage(
	tx: Transaction,
	by: Planner,
	restructureId: string | null
): Promise<RestructureFormPage | null> {
	if (!mayPlanRestructures(by.role) || (restructureId !== null && !isId(restructureId))) return null;
	const [now] = restructureId === null ? [] : await restructuresKept(tx, restructureId);
	if (restructureId !== null && !now?.mayPlan) return null;
	const teams = (await teamsKept(tx)).filter(
		({ teamId, closedOn, isInScope }) =>
			now?.teamIds.includes(teamId) || (isInScope && (closedOn === null || closedOn > by.today))
	);
	return {
		typed: {
			edition: now?.edition ?? '',
			name: now?.name ?? '',
			startsOn: dayAsTyped(now?.startsOn),
			endsOn: dayAsTyped(now?.endsOn),
			teams: now?.teamIds.join(' ') ?? ''
		},
		name: now?.name ?? null,
		teams: teams.map(({ teamId, name, service }) => ({ value: teamId, label: `${name}, ${service}` })),
		mayMeanAll: maySetService(by.role),
		changes: now
			? await changesShown(tx, by, { restructureId: now.restructureId }, ['restructure'], true)
			: []
	};
}

export interface MoveShown {
	key: string;
	kind: MoveKind;
	on: string;
	away: string;
	words: string;
	/** The day on which it was carried out; null: not yet. */
	done: string | null;
	problems: string[];
	/** Its day has come and it is not carried out. */
	late: boolean;
}

export interface OutcomeShown {
	sentences: SentenceOfPlan[];
	doneBy: string;
	until: string;
	twice: { key: string; reference: string; mayOpen: boolean; stakes: string; why: string; hands: string[] }[];
	hands: {
		key: string;
		reference: string;
		mayOpen: boolean;
		stakes: string;
		twice: string;
		hands: string[];
	}[];
	alone: { key: string; who: string; what: string; from: string }[];
	loads: { key: string; who: string; team: string; cases: string; before: string; after: string }[];
	teams: {
		key: string;
		team: string;
		people: string;
		cases: string;
		load: string;
		unmanaged: string;
	}[];
	spans: { key: string; who: string; before: number; after: number; tooWide: boolean }[];
	notSuitable: { key: string; reference: string; mayOpen: boolean; lead: string; already: string }[];
}

export interface RestructurePage {
	restructureId: string;
	name: string;
	days: string;
	state: State;
	stateInWords: string;
	teams: string;
	mayPlan: boolean;
	variant: Variant;
	/** Whether there is a what-if beside the plan. */
	hasWhatIf: boolean;
	moves: MoveShown[];
	planned: number;
	done: number;
	/** The services of its teams in the scope of who asks, as their pages are addressed. */
	serviceIds: string[];
	outcome: OutcomeShown | null;
	/** The plan and the what-if side by side; empty: there is none. */
	compared: {
		key: string;
		name: string;
		plan: number;
		whatIf: number;
		better: 'plan' | 'what_if' | 'same';
	}[];
	waiting: {
		key: string;
		reference: string;
		mayOpen: boolean;
		stakes: 'high' | '';
		lead: string;
		changed: string;
		by: string;
		late: boolean;
	}[];
	/** How many of them wait, how many are of high stakes and how many past their day; null: none wait. */
	waitingInWords: string | null;
	changes: ChangesShown[];
	/** Whether figures of people are named, or numbered. */
	named: boolean;
}

/** Null: not there, or out of scope. */
export async function restructurePage(
	tx: Transaction,
	by: Planner,
	restructureId: string,
	variant: Variant
): Promise<RestructurePage | null> {
	if (!isId(restructureId)) return null;
	const [kept] = await restructuresKept(tx, restructureId);
	if (!kept) return null;
	const { today } = by;
	const all = await movesOf(tx, restructureId);
	const facts = await gatherPlan(tx, kept, all, today);
	const names = await planNames(tx, facts, all);
	const within = { from: kept.startsOn, to: kept.endsOn };
	const ofVariant = (which: Variant) => all.filter((move) => move.variant === which);
	const doneMoves = all.filter(({ doneOn }) => doneOn !== null);
	const whatIf = ofVariant('what_if');
	const outcomes = {
		plan: outcomeOf(facts.authority, ofVariant('plan'), within, today),
		what_if: whatIf.length === 0 ? null : outcomeOf(facts.authority, [...whatIf, ...doneMoves], within, today)
	};
	const shownVariant = whatIf.length === 0 ? 'plan' : variant;
	const outcome = outcomes[shownVariant];
	const state = stateOf(kept, today);
	const waiting = state === 'to_come' ? [] : await waitingSince(tx, facts.authority, kept.startsOn, today);
	const seen = await casesInScope(tx, [
		...(outcome?.cases ?? []).map(({ caseId }) => caseId),
		...(outcome?.notSuitable ?? []).map(({ caseId }) => caseId),
		...waiting.map(({ caseId }) => caseId)
	]);
	const waitingSeen = waiting.filter(({ caseId }) => seen.has(caseId));
	const named = seesNames(by.role);
	const figures = named ? names : { ...names, person: numbered() };
	await record(
		tx,
		{ accountId: by.accountId },
		{ action: 'read', entity: 'restructure', entityId: restructureId }
	);
	const planFigures = figuresOfPlan(outcomes.plan);
	return {
		restructureId,
		name: kept.name,
		days: `${dayInWords(kept.startsOn)} to ${kept.endsOn === null ? 'a day not known yet' : dayInWords(kept.endsOn)}`,
		state,
		stateInWords: capital(STATES[state]),
		teams: kept.teamIds.length === 0 ? 'all teams' : kept.teamIds.map(names.team).sort().join(', '),
		mayPlan: kept.mayPlan && mayPlanRestructures(by.role),
		variant: shownVariant,
		hasWhatIf: whatIf.length > 0,
		moves: ofVariant(shownVariant).map((move) => moveShown(move, outcome, names, today)),
		planned: ofVariant('plan').length,
		done: doneMoves.length,
		serviceIds: [
			...new Set(
				facts.teams
					.filter(
						({ teamId, isInScope }) =>
							isInScope && (kept.teamIds.length === 0 || kept.teamIds.includes(teamId))
					)
					.map(({ service }) => serviceIdOf(service))
			)
		],
		outcome: outcome && outcomeShown(outcome, figures, seen),
		compared:
			whatIf.length === 0
				? []
				: figuresOfPlan(outcomes.what_if).map(({ key, name, count }) => {
						const plan = planFigures.find((each) => each.key === key)?.count ?? 0;
						const better = plan === count ? 'same' : plan < count ? 'plan' : 'what_if';
						return { key, name, plan, whatIf: count, better };
					}),
		waiting: waitingSeen.map(({ caseId, reference, stakes, last, oversightBy }) => ({
			key: caseId,
			reference,
			mayOpen: seen.has(caseId),
			stakes: stakes === 'high' ? 'high' : '',
			lead: figures.person(last.toId),
			changed: dayInWords(last.on),
			by: dayInWords(oversightBy),
			late: oversightBy < today
		})),
		waitingInWords: waitingInWords(waitingSeen, today),
		changes: await changesShown(tx, by, { restructureId }, ['planned_move', 'restructure'], kept.mayPlan),
		named
	};
}

/** Days in which most cases are overseen, and those before a change of hands in which oversight may answer for it. */
const MOST_WITHIN = 28;
const MAY_COUNT_BEFORE = 21;

/**
 * The files come without oversight, so that whatever changed hands seems to wait. What is recent answers for most of
 * them; of the few others all that can count is asked for.
 */
async function waitingSince(
	tx: Transaction,
	authority: Authority,
	since: CalendarDate,
	today: CalendarDate
): Promise<HandoverWaiting[]> {
	let waiting = handoversWaiting(viewOf(authority, today), since);
	for (const after of [addDays(today, -MOST_WITHIN), addDays(since, -MAY_COUNT_BEFORE)]) {
		const ids = waiting.map(({ caseId }) => caseId);
		const wanted = new Set(ids);
		const cases = authority.cases.filter(({ caseId }) => wanted.has(caseId));
		const overseen = await withOversight(tx, { ...authority, cases }, ids, { on: today, after });
		waiting = handoversWaiting(viewOf(arrange(overseen), today), since);
	}
	return waiting;
}

function waitingInWords(waiting: readonly HandoverWaiting[], today: CalendarDate): string | null {
	if (waiting.length === 0) return null;
	const high = waiting.filter(({ stakes }) => stakes === 'high').length;
	const late = waiting.filter(({ oversightBy }) => oversightBy < today).length;
	const cases = waiting.length === 1 ? '1 case waits' : `${waiting.length} cases wait`;
	return `${cases}: ${high === 0 ? 'none' : high} of high stakes, ${late === 0 ? 'none' : late} past the day for it.`;
}

/** People in figures for whoever sees them without names: the same number for the same person on one page. */
function numbered(): PlanNames['person'] {
	const numbers = new Map<string, number>();
	return (id) => {
		if (!numbers.has(id)) numbers.set(id, numbers.size + 1);
		return `practitioner ${numbers.get(id)}`;
	};
}

function moveShown(
	move: MoveKept,
	outcome: PlanOutcome | null,
	names: PlanNames,
	today: CalendarDate
): MoveShown {
	const problems = outcome?.problems.find(({ moveId }) => moveId === move.moveId)?.problems ?? [];
	return {
		key: move.moveId,
		kind: move.kind,
		on: dayInWords(move.on),
		away: distanceInWords(move.on, today),
		words: moveInWords(move, names),
		done: move.doneOn === null ? null : dayInWords(move.doneOn),
		problems: problems.map((problem) => moveProblemInWords(problem, move.on, names)),
		late: move.doneOn === null && move.on <= today
	};
}

const stakes = (highStakes: boolean) => (highStakes ? 'high' : '');

function outcomeShown(outcome: PlanOutcome, names: PlanNames, seen: ReadonlySet<string>): OutcomeShown {
	const reference = (caseId: string, text: string) => (seen.has(caseId) ? text : 'a case outside your scope');
	const percent = (load: number | null, band: keyof typeof BAND_IN_WORDS) =>
		load === null ? BAND_IN_WORDS[band] : `${load.toFixed(0)} %`;
	return {
		sentences: outcomeInWords(outcome, names, (id) => seen.has(id)),
		doneBy: dayInWords(outcome.doneBy),
		until: dayInWords(outcome.until),
		twice: outcome.cases.flatMap((each) =>
			each.twice === null
				? []
				: [
						{
							key: each.caseId,
							reference: reference(each.caseId, each.reference),
							mayOpen: seen.has(each.caseId),
							stakes: stakes(each.highStakes),
							why: TWICE_IN_WORDS[each.twice],
							hands: handsInWords(each, names)
						}
					]
		),
		hands: outcome.cases.map((each) => ({
			key: each.caseId,
			reference: reference(each.caseId, each.reference),
			mayOpen: seen.has(each.caseId),
			stakes: stakes(each.highStakes),
			twice: each.twice === null ? '' : TWICE_IN_WORDS[each.twice],
			hands: handsInWords(each, names)
		})),
		alone: outcome.supervisorsLost.map(({ practitionerId, supervisorId, from, why }) => ({
			key: practitionerId,
			who: capital(names.person(practitionerId)),
			what: `${UNSUPERVISED_IN_WORDS[why]}${supervisorId === null ? '' : ` (${names.person(supervisorId)})`}`,
			from: dayInWords(from)
		})),
		loads: outcome.loads.map(({ practitionerId, teamId, before, after }) => ({
			key: practitionerId,
			who: capital(names.person(practitionerId)),
			team: teamId === null ? 'not in post' : names.team(teamId),
			cases: before === null ? String(after.cases) : `${before.cases} → ${after.cases}`,
			before: before === null ? 'not in post' : percent(before.loadPercent, before.band),
			after: percent(after.loadPercent, after.band)
		})),
		teams: outcome.teams.map(({ teamId, before, after, unmanaged }) => {
			const both = (of: (team: TeamCounted) => string) =>
				`${before === null ? 'not open' : of(before)} → ${after === null ? 'closed' : of(after)}`;
			return {
				key: teamId,
				team: names.team(teamId),
				people: both(({ people }) => String(people)),
				cases: both(({ cases }) => String(cases)),
				load: both(({ points, capacity }) =>
					capacity === 0 ? 'no capacity' : `${((points * 100) / capacity).toFixed(0)} %`
				),
				unmanaged:
					unmanaged.after === 0
						? '0 days'
						: `${unmanaged.after} ${unmanaged.after === 1 ? 'day' : 'days'}${unmanaged.from === null ? '' : ` from ${dayInWords(unmanaged.from)}`}`
			};
		}),
		spans: outcome.spans.map(({ supervisorId, ...span }) => ({
			key: supervisorId,
			who: capital(names.person(supervisorId)),
			...span
		})),
		notSuitable: outcome.notSuitable.map(({ caseId, reference: text, leadId, already }) => ({
			key: caseId,
			reference: reference(caseId, text),
			mayOpen: seen.has(caseId),
			lead: leadId === null ? 'nobody' : names.person(leadId),
			already: already ? 'not now either' : 'now it is'
		}))
	};
}

export const HANDS_HEAD = ['case', 'stakes', 'changes', 'twice'] as const;

export function handsRows({ outcome }: RestructurePage): Written[][] {
	return (outcome?.hands ?? []).map(({ reference, stakes, hands, twice }) => [
		reference,
		stakes,
		hands.join('; '),
		twice
	]);
}

export interface MoveFormPage {
	name: string;
	variant: Variant;
	typed: Omit<MoveForm, 'key'>;
	people: { value: string; label: string }[];
	supervisors: { value: string; label: string }[];
	/** Those of one team, to choose who goes where it splits. */
	members: { value: string; label: string; teamId: string }[];
	teams: { value: string; label: string }[];
	roles: { value: string; label: string }[];
	services: string[];
}

/** What the form for a planned move starts from; null: not there, or not theirs to plan. */
export async function moveFormPage(
	tx: Transaction,
	by: Planner,
	restructureId: string,
	asked: { kind: MoveKind; moveId: string; variant: Variant; team: string }
): Promise<MoveFormPage | null> {
	if (!isId(restructureId)) return null;
	const [restructure] = await restructuresKept(tx, restructureId);
	if (!restructure?.mayPlan || !mayPlanRestructures(by.role)) return null;
	const moves = await movesOf(tx, restructureId);
	const move = asked.moveId === '' ? null : moves.find(({ moveId }) => moveId === asked.moveId);
	if (move === undefined || move?.doneOn) return null;
	const kept = await teamsKept(tx);
	const variant = move?.variant ?? asked.variant;
	const opening = moves.flatMap((each) =>
		each.kind === 'opens' && each.variant === variant && !kept.some(({ teamId }) => teamId === each.teamId)
			? [{ value: each.teamId, label: `${each.name}, ${each.service}, opens ${dayInWords(each.on)}` }]
			: []
	);
	const open = kept.filter(
		({ isInScope, closedOn }) => isInScope && (closedOn === null || closedOn > by.today)
	);
	const staff = await staffInPost(tx, by.today);
	const label = ({ name, role, team }: (typeof staff)[number]) => `${name}, ${ROLE_IN_WORDS[role]}, ${team}`;
	const kind = move?.kind ?? asked.kind;
	const references = [
		...(await taken(tx)).teams,
		...moves.flatMap((each) => (each.kind === 'opens' ? each.reference : []))
	];
	return {
		name: restructure.name,
		variant,
		typed: typedOf(move, kind, variant, asked.team, suggestedReference(references, 'T-01'), restructure),
		people: staff.map((each) => ({ value: each.practitionerId, label: label(each) })),
		supervisors: (await supervisorsFor(tx, by.today)).map(({ practitionerId, name, role, team }) => ({
			value: practitionerId,
			label: `${name}, ${ROLE_IN_WORDS[role as keyof typeof ROLE_IN_WORDS]}, ${team}`
		})),
		members: staff.map((each) => ({
			value: each.practitionerId,
			label: `${each.name}, ${ROLE_IN_WORDS[each.role]}`,
			teamId: each.teamId
		})),
		teams: [
			...open.map(({ teamId, name, service }) => ({ value: teamId, label: `${name}, ${service}` })),
			...opening
		],
		roles: rolesToAdd(by.role).map((role) => ({ value: role, label: capital(ROLE_IN_WORDS[role]) })),
		services: [...new Set(open.map(({ service }) => service))]
	};
}

function typedOf(
	move: MoveKept | null,
	kind: MoveKind,
	variant: Variant,
	team: string,
	reference: string,
	{ startsOn }: RestructureKept
): Omit<MoveForm, 'key'> {
	const nothing = {
		move: move?.moveId ?? '',
		edition: move?.edition ?? '',
		variant,
		kind,
		on: dayAsTyped(move?.on ?? startsOn),
		team,
		into: '',
		who: '',
		going: '',
		to: '',
		toTeam: '',
		role: '',
		supervisor: '',
		name: '',
		service: '',
		reference: kind === 'opens' ? reference : ''
	};
	if (move === null) return nothing;
	return {
		...nothing,
		...('teamId' in move ? { team: move.teamId } : {}),
		...('intoTeamId' in move ? { into: move.intoTeamId } : {}),
		...('practitionerId' in move ? { who: move.practitionerId } : {}),
		...('practitionerIds' in move ? { going: move.practitionerIds.join(' ') } : {}),
		...('toPractitionerId' in move ? { to: move.toPractitionerId ?? '', toTeam: move.toTeamId ?? '' } : {}),
		...('role' in move ? { role: move.role } : {}),
		...('supervisorId' in move ? { supervisor: move.supervisorId ?? '' } : {}),
		...('name' in move ? { name: move.name } : {}),
		...(move.kind === 'opens' ? { service: move.service, reference: move.reference } : {})
	};
}

export type MoveChecked =
	| Exclude<Awaited<ReturnType<typeof readMove>>, { said: unknown }>
	| { title: string; consequences: SentenceOfPlan[]; days: string[] };

/** What the plan would do with this move in it, beside what it does without; nothing is written. */
export async function checkMove(
	tx: Transaction,
	by: Planner,
	restructureId: string,
	form: MoveForm
): Promise<MoveChecked> {
	const made = await readMove(tx, by, restructureId, form);
	if (typeof made === 'string' || !('said' in made)) return made;
	const { said, on, before, variant, moves, restructure } = made;
	const move = { moveId: before?.moveId ?? form.key, on, doneOn: null, ...said };
	const without = moves.filter((each) => each.variant === variant && each.moveId !== before?.moveId);
	const plan = [...without, move];
	const facts = await gatherPlan(tx, restructure, plan, by.today);
	const names = await planNames(tx, facts, plan);
	const within = { from: restructure.startsOn, to: restructure.endsOn };
	const outcome = outcomeOf(facts.authority, plan, within, by.today);
	const was = figuresOfPlan(
		outcomeOf(
			facts.authority,
			moves.filter((each) => each.variant === variant),
			within,
			by.today
		)
	);
	if (!outcome) throw new Error('a plan with a move to carry out has an outcome');
	const seen = await casesInScope(
		tx,
		[...outcome.cases, ...outcome.notSuitable].map(({ caseId }) => caseId)
	);
	const figures = seesNames(by.role) ? names : { ...names, person: numbered() };
	const problems = outcome.problems.flatMap((each) =>
		each.problems.map((problem) => {
			const planned = plan.find(({ moveId }) => moveId === each.moveId);
			return { words: moveProblemInWords(problem, planned?.on ?? on, names), grave: true };
		})
	);
	return {
		title: `${moveInWords(move, names)}, from ${dayInWords(on)}`,
		consequences: [...problems, ...outcomeInWords(outcome, figures, (id) => seen.has(id))],
		days: figuresOfPlan(outcome).flatMap(({ key, name, count }) => {
			const earlier = was.find((each) => each.key === key)?.count ?? 0;
			return earlier === count ? [] : [`${name}: ${count} instead of ${earlier}`];
		})
	};
}

export interface FlowPage {
	restructureId: string;
	name: string;
	from: string;
	to: string;
	flow: Pick<FlowOfChildren, 'children' | 'sameWorker' | 'closed' | 'opened'>;
	teams: FlowShown[];
	/** Null: who asks sees people in figures. */
	workers: FlowShown[] | null;
	picture: {
		left: { name: string; at: number; children: number }[];
		right: { name: string; at: number; children: number }[];
		bands: (Band & { words: string })[];
	};
}

export interface FlowShown {
	key: string;
	from: string;
	to: string;
	children: number;
	share: string;
}

const MOST_WORKERS = 500;

/** Who ended up with whom from the day before a restructure to its end, or to today. Null: not there, or not begun. */
export async function flowPage(
	tx: Transaction,
	by: Planner,
	restructureId: string
): Promise<FlowPage | 'not_begun' | null> {
	if (!isId(restructureId)) return null;
	const [kept] = await restructuresKept(tx, restructureId);
	if (!kept) return null;
	if (kept.startsOn > by.today) return 'not_begun';
	const from = addDays(kept.startsOn, -1);
	const to = kept.endsOn !== null && kept.endsOn <= by.today ? kept.endsOn : by.today;
	const { authority, teams, teamIds } = await gatherFlow(tx, kept, from, to);
	const names = await planNames(tx, { authority, teams }, []);
	const flow = flowOfChildren(authority, from, to, teamIds);
	const team = (id: string | null) => (id === null ? 'no team' : names.team(id));
	const person = (id: string | null) => (id === null ? 'nobody' : names.person(id));
	const picture = drawnFlow(flow.teams);
	const shown = (rows: FlowOfChildren['teams'], name: (id: string | null) => string): FlowShown[] =>
		rows.map(({ fromId, toId, children }) => ({
			key: `${fromId} ${toId}`,
			from: name(fromId),
			to: name(toId),
			children,
			share: `${((children * 100) / flow.children).toFixed(1)} %`
		}));
	await record(
		tx,
		{ accountId: by.accountId },
		{ action: 'read', entity: 'restructure', entityId: restructureId }
	);
	return {
		restructureId,
		name: kept.name,
		from: dayInWords(from),
		to: dayInWords(to),
		flow,
		teams: shown(flow.teams, team),
		workers: seesNames(by.role) ? shown(flow.workers.slice(0, MOST_WORKERS), person) : null,
		picture: {
			left: picture.left.map(({ id, ...side }) => ({ name: team(id), ...side })),
			right: picture.right.map(({ id, ...side }) => ({ name: team(id), ...side })),
			bands: picture.bands.map((band) => ({
				...band,
				words: `${band.children} ${band.children === 1 ? 'child' : 'children'} from ${team(band.fromId)} to ${team(band.toId)}`
			}))
		}
	};
}

export const FLOW_HEAD = ['of', 'from', 'to', 'children', 'share'] as const;

export function flowRows({ teams, workers }: FlowPage): Written[][] {
	const rows = (of: string, those: readonly FlowShown[]) =>
		those.map(({ from, to, children, share }) => [of, from, to, children, share]);
	return [...rows('teams', teams), ...rows('workers', workers ?? [])];
}
