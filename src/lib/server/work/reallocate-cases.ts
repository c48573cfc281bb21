import { proposalInWords, reallocationInWords, WHY_PROPOSED_IN_WORDS } from '#lib/domain/allocation-words.ts';
import { isId } from '#lib/domain/asked.ts';
import { groupedBy, personOf, type View } from '#lib/domain/authority.ts';
import { dayInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import { caseloadOf } from '#lib/domain/caseload.ts';
import { caseProblemInWords, loadInWords } from '#lib/domain/case-words.ts';
import { ALLOCATION_REASONS, caseDetails, type AllocationReason, type CaseFile } from '#lib/domain/cases.ts';
import { suitabilityOn } from '#lib/domain/oversight.ts';
import { absenceOn, postingOn } from '#lib/domain/people.ts';
import {
	casesJoinedBy,
	casesLedBy,
	planMoves,
	proposeMoves,
	type Move,
	type ReallocationPlan
} from '#lib/domain/reallocation-plan.ts';
import { caseState } from '#lib/domain/rules-about-cases.ts';
import { dayTyped, noDay } from '#lib/domain/typed-day.ts';
import {
	ALLOCATION_REASON_IN_WORDS,
	capital,
	casesInWords,
	kindsInWords,
	listInWords,
	STAKES_IN_WORDS,
	type Names
} from '#lib/domain/wording.ts';
import { casesHeldBy } from '#lib/server/store/allocations.ts';
import { caseNow, casesNow, peopleInPost, type CaseNow } from '#lib/server/store/case-changes.ts';
import { claimForm, hasActed } from '#lib/server/store/cases.ts';
import { changesOfForm, holdFacts } from '#lib/server/store/changes.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { maySeePractitioner } from '#lib/server/store/scope.ts';
import { handoverDay } from './allocate-case.ts';
import {
	agreeAll,
	agreeFirstOversight,
	passedInWords,
	stoppedAtGate,
	type PassedBelowBar
} from './allocation-gate.ts';
import type { CandidateReach } from './allocation-pages.ts';
import { keepsCases, type Option } from './case-pages.ts';
import { conflictOver, type CaseKeeper, type CasePlanned, type CaseRefused } from './keep-case.ts';
import { namesFor } from './names.ts';
import { standingIn } from './picture.ts';
import { reviewThose } from './review-flags.ts';
import { changesShown, type ChangesShown } from './undo-change.ts';
import { writeCases } from './write-case.ts';

/** What was typed, by the name of its field: `to:` and the id of a case is its new lead, `co:` who joins, `seen:` its edition. */
export type ReallocationForm = Readonly<Record<string, string>>;

/** Whom the page is about, with the view in which everything about it is worked out. */
interface Gathered {
	view: View;
	led: CaseFile[];
	joined: CaseFile[];
	people: Awaited<ReturnType<typeof peopleInPost>>;
	/** Those to whom cases may be proposed, by id. */
	among: string[];
	reach: CandidateReach;
}

/** Null: not there, not in the scope of who asks, or not theirs to change. A fixed number of queries. */
async function gathered(
	tx: Transaction,
	by: CaseKeeper,
	practitionerId: string,
	asked: CandidateReach
): Promise<Gathered | null> {
	if (!isId(practitionerId) || !keepsCases(by) || !(await maySeePractitioner(tx, practitionerId)))
		return null;
	const on = by.today;
	const people = await peopleInPost(tx, on);
	const seen = new Set((await casesHeldBy(tx, practitionerId, on)).map(({ caseId }) => caseId));
	const practitionerIds = [
		...new Set([
			practitionerId,
			by.practitionerId ?? practitionerId,
			...people.map((each) => each.practitionerId)
		])
	];
	const reach = { of: 'those', caseIds: [...seen], practitionerIds, held: { on } } as const;
	const view = await standingIn(tx, reach, { on, hindsight: false });
	const leaver = personOf(view, practitionerId);
	const teamId = leaver && (postingOn(leaver, on, view.knowledge)?.teamId ?? null);
	const ofTeam = people.filter((each) => each.teamId === teamId && each.practitionerId !== practitionerId);
	const others = people.filter((each) => each.practitionerId !== practitionerId);
	const shown = asked === 'scope' || ofTeam.length === 0 ? others : ofTeam;
	const inScope = ({ caseId }: CaseFile) => seen.has(caseId);
	return {
		view,
		led: casesLedBy(practitionerId, view).filter(inScope),
		joined: casesJoinedBy(practitionerId, view).filter(inScope),
		people,
		among: shown.map((each) => each.practitionerId),
		reach: shown === others ? 'scope' : 'team'
	};
}

export interface CaseToMove {
	caseId: string;
	reference: string;
	kind: string;
	stakes: string;
	/** "due by 24 Nov 2026"; empty: no clock runs. */
	oversight: string;
	edition: string;
	/** References of brothers and sisters with the same lead. */
	family: string[];
	/** Everybody who could be chosen, with their load and whether they are suitable for this case. */
	options: Option[];
	/** Who is proposed, by id; empty: nobody. */
	proposed: string;
	why: string;
}

export interface ReallocationPage {
	practitionerId: string;
	name: string;
	/** "6 cases, 62 % of capacity" */
	load: string;
	away: string | null;
	cases: CaseToMove[];
	/** References of cases they co-work, which stay. */
	joined: { caseId: string; reference: string }[];
	reach: CandidateReach;
	more: number;
	apart: boolean;
	changes: ChangesShown[];
}

/** What a reallocation starts from: every case somebody leads, each with a proposal. Null as above. */
export async function reallocationPage(
	tx: Transaction,
	by: CaseKeeper,
	practitionerId: string,
	{ reach, apart }: { reach: CandidateReach; apart: boolean }
): Promise<ReallocationPage | null> {
	const found = await gathered(tx, by, practitionerId, reach);
	const leaver = found && personOf(found.view, practitionerId);
	if (!found || !leaver) return null;
	const { view, led, joined, people, among } = found;
	const { on } = view.knowledge;
	const editions = await casesNow(
		tx,
		led.map(({ caseId }) => caseId)
	);
	const nameOf = await namesFor(tx, [practitionerId, ...people.map((each) => each.practitionerId)]);
	const inScope = new Set(led.map(({ caseId }) => caseId));
	const proposals = new Map(
		proposeMoves(view, practitionerId, among, apart).map((each) => [
			each.caseId,
			{ ...each, together: each.together.filter((id) => inScope.has(id)) }
		])
	);
	const referenceOf = new Map(led.map(({ caseId, reference }) => [caseId, reference]));
	const absence = absenceOn(leaver, on, view.knowledge);
	return {
		practitionerId,
		name: nameOf(practitionerId),
		load: loadInWords(caseloadOf(leaver, view)),
		away:
			absence === null
				? null
				: `Away since ${dayInWords(absence.from)}, ${absence.to === null ? 'no return recorded' : `back on ${dayInWords(absence.to)}`}.`,
		cases: led.map((file): CaseToMove => {
			const state = caseState(file, view);
			const proposal = proposals.get(file.caseId);
			const family = familyOf(file, view);
			return {
				caseId: file.caseId,
				reference: file.reference,
				kind: capital(kindsInWords(state?.demands.kinds.map(({ kind }) => kind) ?? [])),
				stakes: state ? STAKES_IN_WORDS[state.demands.stakes] : '',
				oversight: state?.clock
					? `${state.clock.dueOn < on ? 'overdue since' : 'due by'} ${dayInWords(state.clock.dueOn)}`
					: '',
				edition: editions.get(file.caseId)?.edition ?? '',
				family: led.flatMap((other) =>
					other !== file && family !== null && familyOf(other, view) === family ? other.reference : []
				),
				options: optionsFor(file, found, nameOf),
				proposed: proposal?.toId ?? '',
				why: proposal
					? proposalInWords(proposal, (id) => referenceOf.get(id) ?? '', nameOf)
					: `${capital(WHY_PROPOSED_IN_WORDS.NOBODY_SUITABLE)}.`
			};
		}),
		joined: joined.map(({ caseId, reference }) => ({ caseId, reference })),
		reach: found.reach,
		more: people.filter((each) => each.practitionerId !== practitionerId).length - among.length,
		apart,
		changes: await movedToday(tx, by, practitionerId)
	};
}

/** The forms of today that gave cases of theirs to others and can be taken back, with who leads what by each. */
async function movedToday(tx: Transaction, by: CaseKeeper, practitionerId: string): Promise<ChangesShown[]> {
	const shown = (await changesShown(tx, by, { practitionerId }, ['allocation'], keepsCases(by))).filter(
		({ mayUndo }) => mayUndo
	);
	const moved: ChangesShown[] = [];
	for (const form of shown) {
		const given = (await changesOfForm(tx, form.formKey)).flatMap(({ entity, after, caseId, change }) => {
			const to = after?.['practitioner_id'];
			const isLead = entity === 'allocation' && change === 'recorded' && after?.['role'] === 'lead';
			return isLead && typeof to === 'string' && caseId !== null ? { to, caseId } : [];
		});
		if (given.length === 0) continue;
		const rows = await casesNow(
			tx,
			given.map(({ caseId }) => caseId)
		);
		const nameOf = await namesFor(
			tx,
			given.map(({ to }) => to)
		);
		const what = [...groupedBy(given, ({ to }) => to)].map(
			([to, cases]) =>
				`${capital(nameOf(to))} leads ${listInWords(cases.map(({ caseId }) => rows.get(caseId)?.reference ?? 'a case').sort())}`
		);
		moved.push({ ...form, what });
	}
	return moved;
}

function familyOf(file: CaseFile, view: View): string | null {
	return caseDetails(file, view.knowledge)?.familyId ?? null;
}

function optionsFor(file: CaseFile, { view, among }: Gathered, nameOf: Names): Option[] {
	const { on } = view.knowledge;
	const demands = caseState(file, view)?.demands;
	return among.flatMap((id) => {
		const person = personOf(view, id);
		if (!person || !demands) return [];
		const load = caseloadOf(person, view);
		const { suitable } = suitabilityOn(id, demands, on, view);
		const percent = load.loadPercent === null ? 'no capacity' : `${Math.round(load.loadPercent)} % now`;
		const away = absenceOn(person, on, view.knowledge) === null ? '' : ', away';
		return { value: id, label: `${nameOf(id)}, ${percent}${suitable ? '' : ', not suitable'}${away}` };
	});
}

interface Planned {
	plan: ReallocationPlan;
	rows: ReadonlyMap<string, CaseNow>;
	reason: AllocationReason;
	on: CalendarDate;
	handoverOn: CalendarDate | null;
	belowBar: PassedBelowBar | null;
}

type NotPlanned = Exclude<CasePlanned, { consequences: unknown }>;

/** Reads, checks and plans. Whatever is wrong is said, and nothing is written. */
async function make(
	tx: Transaction,
	by: CaseKeeper,
	practitionerId: string,
	typed: ReallocationForm
): Promise<NotPlanned | Planned> {
	const found = await gathered(tx, by, practitionerId, 'scope');
	if (!found) return keepsCases(by) ? 'absent' : 'not_yours';
	const { view, led, among } = found;
	const refused: CaseRefused[] = [];
	const refuse = (field: string, words: string) => void refused.push({ field, words });
	const text = (field: string) => (typed[field] ?? '').trim();
	const on = dayTyped(text('on'), by.today);
	if (!on) refuse('on', on === null ? 'Give the day from which it holds.' : noDay(text('on')));
	const reason = ALLOCATION_REASONS.find((each) => each === text('allocationReason')) ?? null;
	if (reason === null) refuse('allocationReason', 'Choose why the lead changes.');
	const handoverOn = handoverDay(text('handoverOn'), by.today, refuse);
	const moves = led.flatMap(({ caseId }): Move | [] => {
		const [toId, coWorkerId] = [text(`to:${caseId}`), text(`co:${caseId}`)];
		return toId === '' ? [] : { caseId, toId, coWorkerId: coWorkerId === '' ? null : coWorkerId };
	});
	for (const { caseId, toId, coWorkerId } of moves)
		for (const id of [toId, coWorkerId])
			if (id !== null && !among.includes(id) && !(id === by.practitionerId && id !== practitionerId))
				refuse(`to:${caseId}`, 'They are not in your scope, or not in post. Choose somebody on the list.');
	const asked = led.filter(({ caseId }) => `to:${caseId}` in typed);
	const rows = await casesNow(
		tx,
		led.map(({ caseId }) => caseId)
	);
	const changed = await changedSince(tx, typed, rows);
	if (changed) return changed;
	if (asked.length > 0 && moves.length === 0)
		refuse(`to:${asked[0]?.caseId}`, 'Choose a new lead for at least one case.');
	if (!on || reason === null || refused.length > 0) return { refused };
	const stays = led.flatMap(({ caseId }) =>
		moves.some((move) => move.caseId === caseId) ? [] : { caseId, toId: null, coWorkerId: null }
	);
	const plan = planMoves(
		view.authority,
		{ leaverId: practitionerId, moves: [...moves, ...stays], practitionerIds: among, from: on, reason },
		by.today
	);
	if ('problems' in plan) {
		const nameOf = await namesFor(tx, among);
		return {
			refused: plan.problems.map(({ caseId, problem }) => ({
				field: `to:${caseId}`,
				words: `${rows.get(caseId)?.reference ?? 'A case'}: ${caseProblemInWords(problem, nameOf)}`
			}))
		};
	}
	const gate = {
		gate: text('gate'),
		belowBarWhy: typed['belowBarWhy'] ?? '',
		firstOversight: text('firstOversight')
	};
	const stopped = await stoppedAtGate(tx, view.authority, plan.changes, on, by.today, gate);
	if (stopped && 'refused' in stopped) return stopped;
	return { plan, rows, reason, on, handoverOn, belowBar: stopped };
}

/** Somebody changed one of the cases after the form was opened: said with who, and what. Null: nobody did. */
async function changedSince(
	tx: Transaction,
	typed: ReallocationForm,
	rows: ReadonlyMap<string, CaseNow>
): Promise<{ conflict: string; edition: string } | null> {
	for (const [field, edition] of Object.entries(typed)) {
		const [, caseId] = /^seen:(.+)$/.exec(field) ?? [];
		if (caseId === undefined || !isId(caseId)) continue;
		const now = rows.get(caseId) ?? (await caseNow(tx, caseId));
		if (now && now.edition !== edition) return conflictOver(tx, caseId, now, { edition });
	}
	return null;
}

/** What the moves would do, in words; nothing is written. */
export async function consequencesOfMoves(
	tx: Transaction,
	by: CaseKeeper,
	practitionerId: string,
	typed: ReallocationForm
): Promise<CasePlanned> {
	const made = await make(tx, by, practitionerId, typed);
	if (typeof made === 'string' || !('plan' in made)) return made;
	const { plan, reason, on, handoverOn, belowBar } = made;
	const nameOf = await namesFor(tx, [
		practitionerId,
		...plan.cases.flatMap(({ toId, coWorkerId, roomWith }) =>
			[toId ?? [], coWorkerId ?? [], ...roomWith].flat()
		)
	]);
	const moved = plan.cases.filter(({ toId }) => toId !== null).length;
	const handover = handoverOn === null ? '' : `; handover meetings on ${dayInWords(handoverOn)}`;
	return {
		consequences: [
			...(belowBar ? passedInWords(belowBar) : []),
			...reallocationInWords(plan, by.today, nameOf)
		],
		days: [],
		title: `${capital(casesInWords(moved))} of ${nameOf(practitionerId)} ${moved === 1 ? 'gets' : 'get'} a new lead from ${dayInWords(on)} (${ALLOCATION_REASON_IN_WORDS[reason]})${handover}`,
		policy:
			'Every handover waits for oversight of its own: a manager’s decision on each case, and why. It is written on the page of the case.'
	};
}

/** Moves the cases in one transaction, with history, audit rows, actions and flags. Sent twice it acts once. */
export async function saveMoves(
	tx: Transaction,
	by: CaseKeeper,
	practitionerId: string,
	typed: ReallocationForm
): Promise<NotPlanned | { done: number }> {
	const key = typed['key'] ?? '';
	if (!isId(key)) return 'absent';
	const fields = Object.keys(typed).flatMap((field) => /^to:(.+)$/.exec(field)?.[1] ?? []);
	await holdFacts(
		tx,
		fields.filter(isId).map((caseId) => `case ${caseId}`)
	);
	if (await hasActed(tx, key)) return { done: 0 };
	const made = await make(tx, by, practitionerId, typed);
	if (typeof made === 'string' || !('plan' in made)) return made;
	const { plan, rows, handoverOn, belowBar } = made;
	const { practitionerId: self } = by;
	if (self === null || !(await claimForm(tx, key, by.accountId)))
		throw new Error('the form acted while held');
	const form = { key, why: belowBar?.why ?? null };
	const moved = plan.cases.filter(({ toId }) => toId !== null);
	if (handoverOn !== null)
		await agreeAll(
			tx,
			by,
			form,
			moved.map(({ caseId, toId }) => ({
				caseId,
				description: 'Handover meeting: whoever hands the case on, whoever takes it, and their manager.',
				ownerId: toId,
				dueOn: handoverOn,
				risk: false
			}))
		);
	if (belowBar) await agreeFirstOversight(tx, { ...by, practitionerId: self }, form, belowBar);
	await writeCases(
		tx,
		by,
		form,
		plan.changes.map((change) => {
			const now = rows.get(change.caseId) ?? null;
			return { change, rows: now, source: now?.source ?? 'native' };
		})
	);
	await reviewThose(tx, { accountId: by.accountId }, by.today, {
		caseIds: moved.map(({ caseId }) => caseId),
		practitionerIds: [
			...new Set([
				practitionerId,
				...moved.flatMap(({ toId, coWorkerId }) => [toId ?? [], coWorkerId ?? []].flat())
			])
		]
	});
	return { done: moved.length };
}

/** How many cases somebody leads in the scope of who asks, for the pages that lead here; null: theirs to change by nobody here. */
export async function casesToMove(
	tx: Transaction,
	by: CaseKeeper,
	practitionerId: string
): Promise<number | null> {
	if (!keepsCases(by)) return null;
	return (await casesHeldBy(tx, practitionerId, by.today)).filter(({ leads }) => leads).length;
}
