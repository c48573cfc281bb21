import { randomUUID } from 'node:crypto';
import type { SentenceOfPlan } from '#lib/domain/absence-words.ts';
import { mayKeepCases, type AskingRole } from '#lib/domain/access.ts';
import { isId } from '#lib/domain/asked.ts';
import { arrange, type Authority } from '#lib/domain/authority.ts';
import { dayInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import type { CaseChange } from '#lib/domain/case-change.ts';
import { actionsStillOpen, endingAsked, planCase, type ClosedSoon } from '#lib/domain/case-plan.ts';
import type { CaseProblem, Step } from '#lib/domain/case-problems.ts';
import {
	caseProblemInWords,
	casePlanInWords,
	closingInWords,
	closingPolicy,
	missingInWords
} from '#lib/domain/case-words.ts';
import type { CaseFile, OversightKind } from '#lib/domain/cases.ts';
import { policyOn } from '#lib/domain/policy.ts';
import { changeInWords, namedIn, type Entity } from '#lib/domain/change-words.ts';
import { daysOfPlanInWords } from '#lib/domain/absence-words.ts';
import { isWritten } from '#lib/domain/records.ts';
import type { Names } from '#lib/domain/wording.ts';
import { caseNow, casesNow, changeSeen, type CaseNow } from '#lib/server/store/case-changes.ts';
import { claimForm, hasActed } from '#lib/server/store/cases.ts';
import { changesAbout, changesOfForm, holdFacts, teamNames, type Change } from '#lib/server/store/changes.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { gatherFacts } from '#lib/server/store/facts.ts';
import { maySeeCase } from '#lib/server/store/scope.ts';
import { namesFor } from './names.ts';
import { writeOversight } from './record-oversight.ts';
import { reviewThose } from './review-flags.ts';
import { undoForm, type Undone } from './undo-change.ts';
import { writeCases } from './write-case.ts';
import {
	agreeAll,
	agreeFirstOversight,
	passedInWords,
	stoppedAtGate,
	type Agreed,
	type GateForm,
	type Interruption,
	type PassedBelowBar
} from './allocation-gate.ts';

export interface CaseKeeper {
	accountId: string;
	practitionerId: string | null;
	role: AskingRole;
	today: CalendarDate;
}

export const CASE_FACTS: readonly Entity[] = ['case', 'case_kind', 'allocation'];
/** What goes with a change of them, and is undone with it. */
const BESIDE_THEM: readonly Entity[] = [...CASE_FACTS, 'action'];

/** A request that never was is told of, and put back, where the case is: its own page is gone. */
export function isTakenOut({ entity, change, before }: Change): boolean {
	return entity === 'request' && (change === 'withdrawn' || (change === 'undone' && before === null));
}

export interface CaseRefused {
	field: string;
	words: string;
}

/** A decision typed with the change: what is decided, and why. */
export interface Written {
	kind: OversightKind;
	/** The fields it was typed in. */
	field: string;
	decision: string;
	rationale: string;
}

/** What a form asks for, once it is read. */
export interface Asked {
	/** The case it is about, though it may not be there yet, and others it touches. */
	caseId: string;
	otherIds: readonly string[];
	/** Those it names, beside those who hold the case. */
	practitionerIds: readonly string[];
	/** The day from which it is to hold. */
	from: CalendarDate;
	/** What was said, in a line. */
	title: (nameOf: Names) => string;
	/** Whose ids those of a new case are. */
	source: string;
	written: readonly Written[];
	why: string | null;
	closes: boolean;
	/** What is written is written on every case that is handed on, and not on the first alone. */
	forEach?: boolean;
	/** It gives a case a lead, and stops below the bar: to be asked about, or for good. Null: it does not. */
	gate?: GateForm | 'for good' | null;
	/** What is to be done about each case that is handed on. */
	agreed?: readonly Agreed[];
	step: (authority: Authority, file: CaseFile | undefined) => Step;
}

export type CaseReader = (
	tx: Transaction,
	by: CaseKeeper,
	now: CaseNow | null
) => Promise<{ refused: CaseRefused[] } | Asked>;

export interface CaseConsequences {
	consequences: SentenceOfPlan[];
	days: string[];
	title: string;
	/** Read before a closing is saved. */
	policy: string | null;
}

type NotMade =
	| 'absent'
	| 'not_yours'
	| { refused: CaseRefused[]; interruption?: Interruption }
	| { conflict: string; edition: string };
export type CasePlanned = NotMade | CaseConsequences;
export type CaseSaved = NotMade | { done: string };

interface Made {
	asked: Asked;
	now: CaseNow | null;
	changes: readonly CaseChange[];
	authority: Authority;
	soon: ClosedSoon | null;
	/** Given below the bar, with what somebody says to that. */
	belowBar: PassedBelowBar | null;
}

export interface Sent {
	key: string;
	edition: string;
	/** It brings a case that is not there yet: one at a time. */
	opens: boolean;
}

/** Reads, checks and asks the rules. Whatever is wrong is said, and nothing is written. */
async function make(
	tx: Transaction,
	by: CaseKeeper,
	caseId: string | null,
	sent: Sent,
	read: CaseReader,
	saves: boolean
): Promise<NotMade | Made> {
	if (caseId !== null && (!isId(caseId) || !(await maySeeCase(tx, caseId)))) return 'absent';
	if (!mayKeepCases(by.role) || by.practitionerId === null) return 'not_yours';
	const now = caseId === null ? null : await caseNow(tx, caseId);
	if (now && caseId !== null && now.edition !== sent.edition) return conflictOver(tx, caseId, now, sent);
	const asked = await read(tx, by, now);
	if ('refused' in asked) return asked;
	const refused = asked.written.flatMap(writtenProblems);
	if (refused.length > 0) return { refused };
	if (saves)
		await holdFacts(
			tx,
			asked.otherIds.map((id) => `case ${id}`)
		);
	const authority = await gatheredFor(tx, by, caseId, now, asked);
	const step = asked.step(
		authority,
		authority.cases.find((file) => file.caseId === caseId)
	);
	if ('problems' in step) return { refused: await problemsInWords(tx, step.problems) };
	const changes = withOversight(step.changes, asked, by);
	const stopped = asked.gate
		? await stoppedAtGate(tx, authority, changes, asked.from, by.today, asked.gate)
		: null;
	if (stopped && 'refused' in stopped) return stopped;
	const { missing, soon } = endingAsked(authority, changes, by.today);
	if (missing.length === 0) return { asked, now, changes, authority, soon, belowBar: stopped };
	const nameOf = await namesFor(
		tx,
		missing.flatMap((each) => each.notCounting.map(({ managerId }) => managerId))
	);
	return {
		refused: missing.map((each) => ({
			field: each.kind === 'closure' ? 'signOff' : 'outcome',
			words: missingInWords(each, by.today, nameOf)
		}))
	};
}

const MOST_CHARACTERS = 20_000;

function writtenProblems({ field, decision, rationale }: Written): CaseRefused[] {
	const refused: CaseRefused[] = [];
	if (!isWritten(decision)) refused.push({ field, words: 'Write what you decided.' });
	if (!isWritten(rationale))
		refused.push({
			field: `${field}Why`,
			words: 'Write why: a decision without its reasons does not count.'
		});
	for (const [name, text] of [
		[field, decision],
		[`${field}Why`, rationale]
	] as const)
		if (text.length > MOST_CHARACTERS)
			refused.push({
				field: name,
				words: `Use ${MOST_CHARACTERS.toLocaleString('en-GB')} characters or fewer.`
			});
	return refused;
}

/** The case, those it touches, everyone who holds it or is named, and all that they hold. */
async function gatheredFor(
	tx: Transaction,
	by: CaseKeeper,
	caseId: string | null,
	now: CaseNow | null,
	asked: Asked
): Promise<Authority> {
	const caseIds = [...(caseId === null ? [] : [caseId]), ...asked.otherIds];
	const people = [
		...(now?.allocations ?? []).flatMap(({ practitionerId }) => practitionerId ?? []),
		...asked.practitionerIds,
		...(by.practitionerId === null ? [] : [by.practitionerId])
	];
	const practitionerIds = [...new Set(people)];
	const held = { on: by.today };
	return arrange(await gatherFacts(tx, { of: 'those', caseIds, practitionerIds, held }));
}

function withOversight(
	changes: readonly CaseChange[],
	{ written, forEach = false }: Asked,
	{ practitionerId, today }: CaseKeeper
): CaseChange[] {
	if (changes.length === 0 || practitionerId === null) throw new Error('a change of nothing, or by nobody');
	return changes.map((change, place) => {
		if (place > 0 && !forEach) return change;
		const oversight = written.map(({ kind }) => ({
			oversightId: randomUUID(),
			reference: '',
			caseId: change.caseId,
			managerId: practitionerId,
			madeOn: today,
			kind,
			hasDecision: true,
			hasRationale: true,
			recordedOn: today
		}));
		return { ...change, oversight };
	});
}

const FIELD_OF: Partial<Record<CaseProblem['field'], string>> = { born: 'dateOfBirth' };

async function problemsInWords(tx: Transaction, problems: readonly CaseProblem[]): Promise<CaseRefused[]> {
	const named = problems.flatMap((each) => [
		...('practitionerId' in each && each.practitionerId !== null ? [each.practitionerId] : []),
		...('fromId' in each ? [each.fromId] : [])
	]);
	const nameOf = await namesFor(tx, named);
	return problems.map((each) => ({
		field: FIELD_OF[each.field] ?? each.field,
		words: caseProblemInWords(each, nameOf)
	}));
}

/** Somebody was faster: by whom, what and when, and the edition that what was typed can be put over. */
export async function conflictOver(
	tx: Transaction,
	caseId: string,
	{ edition, reference }: Pick<CaseNow, 'edition' | 'reference'>,
	sent: Pick<Sent, 'edition'>
): Promise<{ conflict: string; edition: string }> {
	const since = (await changesAbout(tx, { caseId }, CASE_FACTS)).filter(
		({ changeId }) => changeId > changeSeen(sent.edition)
	);
	const [last] = since;
	if (!last)
		return {
			conflict: `A file changed ${reference} after you opened it. What you typed is below: look at the case again, then continue.`,
			edition
		};
	const { people, teams } = namedIn(since);
	const names = await namesFor(tx, people);
	const team = await teamNames(tx, teams);
	const ofForm = since.filter(({ formKey }) => formKey === last.formKey).toReversed();
	const said = ofForm.map((each) =>
		changeInWords(each, { person: names, team: (id) => team.get(id) ?? 'a team' })
	);
	const who = last.madeBy === null ? 'Somebody' : names(last.madeBy);
	return {
		conflict: `${who} changed ${reference} at ${last.madeAt} on ${dayInWords(last.madeOn)}, after you opened it. ${said.join('. ')}. What you typed is below: continue to put it on top of that, or leave it.`,
		edition
	};
}

/** What the change would do, in words; nothing is written. */
export async function planOfCase(
	tx: Transaction,
	by: CaseKeeper,
	caseId: string | null,
	sent: Sent,
	read: CaseReader
): Promise<CasePlanned> {
	const made = await make(tx, by, caseId, sent, read, false);
	if (typeof made === 'string' || !('changes' in made)) return made;
	const { asked, authority, changes, soon } = made;
	const plan = planCase(authority, changes, asked.from, by.today);
	const actions = asked.closes ? actionsStillOpen(authority, asked.caseId, by.today) : [];
	const named = [
		...plan.loads.map(({ practitionerId }) => practitionerId),
		...plan.notCounting.map(({ managerId }) => managerId),
		...actions.flatMap(({ ownerId }) => ownerId ?? []),
		...asked.practitionerIds,
		...[plan.before?.leadId, plan.after?.leadId].flatMap((id) => id ?? [])
	];
	const nameOf = await namesFor(tx, named);
	return {
		consequences: [
			...closingInWords(soon, actions, nameOf),
			...(made.belowBar ? passedInWords(made.belowBar) : []),
			...casePlanInWords(plan, by.today, nameOf)
		],
		days: daysOfPlanInWords(plan, () => true),
		title: asked.title(nameOf),
		policy: asked.closes ? closingPolicy(policyOn(authority.policies, by.today)) : null
	};
}

/** Writes the change with its history, its audit rows, its oversight and the flags it turns, in one transaction. */
export async function saveCase(
	tx: Transaction,
	by: CaseKeeper,
	caseId: string | null,
	sent: Sent,
	read: CaseReader
): Promise<CaseSaved> {
	if (!isId(sent.key)) return 'absent';
	await holdFacts(tx, [
		...(sent.opens ? ['a new case'] : []),
		...(caseId === null ? [] : [`case ${caseId}`])
	]);
	if (await hasActed(tx, sent.key))
		return { done: (sent.opens ? await openedBy(tx, sent.key) : caseId) ?? '' };
	const made = await make(tx, by, caseId, sent, read, true);
	if (typeof made === 'string' || !('changes' in made)) return made;
	const { asked, now, changes, authority, belowBar } = made;
	const { practitionerId } = by;
	if (practitionerId === null || !(await claimForm(tx, sent.key, by.accountId)))
		throw new Error('the form acted while held');
	const form = { key: sent.key, why: belowBar?.why ?? asked.why };
	const handed = asked.forEach ? changes.map((change) => change.caseId) : [asked.caseId];
	await agreeAll(
		tx,
		by,
		form,
		handed.flatMap((caseOf) => (asked.agreed ?? []).map((action) => ({ caseId: caseOf, ...action })))
	);
	if (belowBar) await agreeFirstOversight(tx, { ...by, practitionerId }, form, belowBar);
	const others = await casesNow(
		tx,
		changes.flatMap((change) => (change.caseId === asked.caseId ? [] : change.caseId))
	);
	await writeCases(
		tx,
		by,
		form,
		changes.map((change) => ({
			change,
			rows: change.caseId === asked.caseId ? now : (others.get(change.caseId) ?? null),
			source: asked.source
		}))
	);
	for (const caseOf of handed)
		for (const { kind, decision, rationale } of asked.written)
			await writeOversight(tx, { ...by, practitionerId }, caseOf, {
				kind,
				madeOn: by.today,
				decision,
				rationale
			});
	const holding = changes.flatMap((change) => [
		...(authority.cases.find((file) => file.caseId === change.caseId)?.allocations ?? []),
		...change.allocations.flatMap(({ after }) => after ?? [])
	]);
	const holders = holding.flatMap((row) =>
		row.to === null || row.to >= by.today ? (row.practitionerId ?? []) : []
	);
	await reviewThose(tx, { accountId: by.accountId }, by.today, {
		caseIds: changes.map((each) => each.caseId),
		practitionerIds: [...new Set(holders)]
	});
	return { done: asked.caseId };
}

/** Takes back what a form did to a case on its day. A case that was opened is taken back with nothing recorded on it since. */
export async function undoCase(tx: Transaction, by: CaseKeeper, formKey: string): Promise<Undone> {
	const made = isId(formKey) ? await changesOfForm(tx, formKey) : [];
	const opening = made.find(({ entity, before }) => entity === 'case' && before === null);
	if (opening) {
		const since = await changesAbout(tx, { caseId: opening.entityId }, CASE_FACTS);
		if (since.some((each) => each.formKey !== formKey && !each.undone && each.change !== 'undone'))
			return { refused: 'More was recorded of this case since it was opened. Undo that first.' };
	}
	const keeps = mayKeepCases(by.role) && by.practitionerId !== null;
	return undoForm(
		tx,
		by,
		formKey,
		(change) => keeps && (BESIDE_THEM.includes(change.entity) || isTakenOut(change))
	);
}

/** The case that a form opened when it was first sent. */
async function openedBy(tx: Transaction, formKey: string): Promise<string | null> {
	return (await changesOfForm(tx, formKey)).find(({ entity }) => entity === 'case')?.entityId ?? null;
}
