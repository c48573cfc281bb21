import { randomUUID } from 'node:crypto';
import { turnedOn } from '#lib/domain/absence-plan.ts';
import { daysOfPlanInWords } from '#lib/domain/absence-words.ts';
import { mayAddPeople, rolesToAdd } from '#lib/domain/access.ts';
import { isId } from '#lib/domain/asked.ts';
import { arrange, policyInForce, viewOf } from '#lib/domain/authority.ts';
import { dayInWords, latest } from '#lib/domain/calendar.ts';
import { nextTierChange } from '#lib/domain/experience.ts';
import { practitionerProblems, suggestedReference, type PractitionerSaid } from '#lib/domain/people-plan.ts';
import { practitionerProblemInWords } from '#lib/domain/people-words.ts';
import { tierOn, type Person, type Role } from '#lib/domain/people.ts';
import { recordProblems, registerNumber } from '#lib/domain/record-plan.ts';
import {
	kindsAtInWords,
	nextTierInWords,
	recordProblemInWords,
	tierInWords
} from '#lib/domain/record-words.ts';
import { dayTyped, noDay } from '#lib/domain/typed-day.ts';
import { ROLE_IN_WORDS } from '#lib/domain/wording.ts';
import { claimForm, hasActed } from '#lib/server/store/cases.ts';
import { changesOfForm, holdFacts } from '#lib/server/store/changes.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { gatherFacts } from '#lib/server/store/facts.ts';
import { isReferredTo, supervisorsFor, taken, teamsKept, type TeamKept } from '#lib/server/store/people.ts';
import { recordFact } from './change-fact.ts';
import { namesFor } from './names.ts';
import type { FieldRefused, PeopleKeeper } from './open-team.ts';
import { reviewThose } from './review-flags.ts';
import { undoForm, type Undone } from './undo-change.ts';

/** Somebody new as they were typed, with their first posting. */
export interface PractitionerForm {
	/** Made with the page, so that a form posted twice acts once. */
	key: string;
	reference: string;
	name: string;
	sweNumber: string;
	registeredOn: string;
	startedOn: string;
	team: string;
	role: string;
	supervisor: string;
	fte: string;
	agency: string;
	from: string;
}

export interface NewPractitionerPage {
	suggested: string;
	teams: { value: string; label: string }[];
	roles: { value: string; label: string }[];
	supervisors: { value: string; label: string }[];
}

/** What the form for somebody new starts from; null: not theirs to add. */
export async function newPractitionerPage(
	tx: Transaction,
	by: PeopleKeeper
): Promise<NewPractitionerPage | null> {
	if (!mayAddPeople(by.role)) return null;
	const { people } = await taken(tx);
	const supervisors = await supervisorsFor(tx, by.today);
	return {
		suggested: suggestedReference(people, 'P-001'),
		teams: teamsToPostTo(await teamsKept(tx), by).map(({ teamId, name, service }) => ({
			value: teamId,
			label: `${name}, ${service}`
		})),
		roles: rolesToAdd(by.role).map((role) => ({ value: role, label: ROLE_IN_WORDS[role] })),
		supervisors: supervisors.map((each) => ({
			value: each.practitionerId,
			label: `${each.name}, ${ROLE_IN_WORDS[each.role as Role]}, ${each.team}`
		}))
	};
}

function teamsToPostTo(teams: readonly TeamKept[], { today }: PeopleKeeper): TeamKept[] {
	return teams.filter(({ isInScope, closedOn }) => isInScope && (closedOn === null || closedOn > today));
}

export type Added =
	| 'not_yours'
	| { refused: FieldRefused[] }
	| { consequences: { words: string; grave: boolean }[]; days: string[]; title: string }
	/** Null: the form had acted before. */
	| { done: string | null };

interface Read {
	said: PractitionerSaid;
	refused: FieldRefused[];
}

async function read(tx: Transaction, by: PeopleKeeper, form: PractitionerForm): Promise<Read> {
	const refused: FieldRefused[] = [];
	const day = (field: 'registeredOn' | 'startedOn' | 'from') => {
		const found = dayTyped(form[field], by.today);
		if (found === undefined) refused.push({ field, words: noDay(form[field]) });
		return found ?? null;
	};
	const typedNumber = form.sweNumber.trim();
	const sweNumber = typedNumber === '' ? null : registerNumber(typedNumber);
	const fte = /^\d?(\.\d{1,4})?$/.test(form.fte.trim()) ? Number(form.fte) : null;
	const said: PractitionerSaid = {
		reference: form.reference.trim(),
		name: form.name.trim().replaceAll(/\s+/g, ' '),
		sweNumber,
		registeredOn: day('registeredOn'),
		earlyCareerStartedOn: day('startedOn'),
		posting: {
			teamId: isId(form.team) ? form.team : null,
			role: rolesToAdd(by.role).find((each) => each === form.role) ?? null,
			supervisorId: form.supervisor === '' ? null : form.supervisor,
			fte: form.fte.trim() === '' ? null : fte,
			agency: form.agency === 'yes',
			from: day('from')
		}
	};
	const used = await taken(tx);
	const isTypedDay = (field: string) => !refused.some((each) => each.field === field);
	for (const each of practitionerProblems(
		said,
		{ references: used.people, sweNumbers: used.sweNumbers },
		teamsToPostTo(await teamsKept(tx), by),
		by.today
	))
		if (isTypedDay(each.field)) refused.push({ field: each.field, words: practitionerProblemInWords(each) });
	if (typedNumber !== '' && sweNumber === null) {
		const problem = { field: 'sweNumber', why: 'NOT_A_NUMBER', typed: typedNumber } as const;
		refused.push({ field: 'sweNumber', words: recordProblemInWords(problem) });
	} else {
		const dates = { ...said, earlyCareerPassedOn: null };
		for (const each of recordProblems(dates, null, by.today))
			refused.push({ field: each.field, words: recordProblemInWords(each) });
	}
	const { supervisorId } = said.posting;
	const known = supervisorId === null ? [] : await supervisorsFor(tx, by.today);
	if (supervisorId !== null && !known.some(({ practitionerId }) => practitionerId === supervisorId))
		refused.push({
			field: 'supervisor',
			words: `“${supervisorId}” is nobody on the list. Choose somebody, or leave it empty.`
		});
	if (form.agency !== 'yes' && form.agency !== 'no')
		refused.push({ field: 'agency', words: 'Say whether they come through an agency.' });
	return { said, refused };
}

function personFrom(id: string, said: PractitionerSaid, by: PeopleKeeper): Person {
	const { posting } = said;
	const known = { recordedOn: by.today, endRecordedOn: null, supersededOn: null };
	return {
		practitionerId: id,
		reference: said.reference,
		details: [
			{
				practitionerId: id,
				reference: said.reference,
				name: said.name,
				email: null,
				sweNumber: said.sweNumber,
				registeredOn: said.registeredOn,
				earlyCareerStartedOn: said.earlyCareerStartedOn,
				earlyCareerPassedOn: null,
				startedOn: posting.from,
				leftOn: null,
				...known
			}
		],
		postings: [
			{
				practitionerId: id,
				teamId: posting.teamId ?? '',
				role: posting.role ?? 'other',
				supervisorId: posting.supervisorId,
				fte: posting.fte ?? 0,
				agency: posting.agency,
				from: posting.from ?? by.today,
				to: null,
				...known
			}
		],
		absences: [],
		reductions: [],
		training: []
	};
}

/** What adding them would do, in words; nothing is written. */
export async function consequencesOfAdding(
	tx: Transaction,
	by: PeopleKeeper,
	form: PractitionerForm
): Promise<Added> {
	if (!mayAddPeople(by.role)) return 'not_yours';
	const { said, refused } = await read(tx, by, form);
	if (refused.length > 0) return { refused };
	const { posting } = said;
	const id = randomUUID();
	const supervisorIds = posting.supervisorId === null ? [] : [posting.supervisorId];
	const facts = await gatherFacts(tx, {
		of: 'those',
		caseIds: [],
		practitionerIds: supervisorIds,
		held: { on: by.today }
	});
	const person = personFrom(id, said, by);
	const before = arrange(facts);
	const after = arrange({ ...facts, people: new Map(facts.people).set(id, person) });
	const on = latest([posting.from, by.today]) ?? by.today;
	const view = viewOf(after, on);
	const tier = tierOn(person, on, view.knowledge);
	const policy = policyInForce(view, on);
	const team = view.authority.teams.find(({ teamId }) => teamId === posting.teamId);
	const nameOf = await namesFor(tx, supervisorIds);
	const supervisor = posting.supervisorId === null ? 'nobody' : nameOf(posting.supervisorId);
	const rules = turnedOn(viewOf(before, on), view, [], [id, ...supervisorIds]);
	return {
		title: `${said.name}, ${said.reference}: ${posting.role ? ROLE_IN_WORDS[posting.role] : ''} in ${team?.name ?? 'the team'} from ${dayInWords(posting.from ?? on)}, ${posting.fte} FTE${posting.agency ? ', agency' : ''}, supervised by ${supervisor}`,
		consequences: [
			{
				words: `Experience ${on === by.today ? 'today' : `on ${dayInWords(on)}`}: ${tierInWords(tier)}.`,
				grave: said.sweNumber !== null && said.registeredOn === null
			},
			{ words: `Reaches the bar for: ${kindsAtInWords(tier.tier, policy)}.`, grave: false },
			{
				words: `${nextTierInWords(nextTierChange(person, view), on)}`,
				grave: false
			},
			{
				words:
					'No training is on record: what a kind asks for counts as missing until it is recorded on their page.',
				grave: false
			}
		],
		days: daysOfPlanInWords({ days: [rules] }, () => true)
	};
}

/** Writes them with their first posting, in one step. Posted twice it acts once. */
export async function addPractitioner(
	tx: Transaction,
	by: PeopleKeeper,
	form: PractitionerForm
): Promise<Exclude<Added, { consequences: unknown }>> {
	if (!mayAddPeople(by.role) || !isId(form.key)) return 'not_yours';
	await holdFacts(tx, ['people', 'teams']);
	if (await hasActed(tx, form.key)) return { done: null };
	const { said, refused } = await read(tx, by, form);
	if (refused.length > 0) return { refused };
	if (!(await claimForm(tx, form.key, by.accountId))) return { done: null };
	const practitionerId = randomUUID();
	const { posting } = said;
	const byForm = { key: form.key, why: null };
	await recordFact(tx, by, byForm, {
		entity: 'practitioner',
		row: {
			id: practitionerId,
			source: 'native',
			reference: said.reference,
			name: said.name,
			swe_number: said.sweNumber,
			registered_on: said.registeredOn,
			early_career_started_on: said.earlyCareerStartedOn,
			started_on: posting.from
		},
		about: { practitionerId }
	});
	await recordFact(tx, by, byForm, {
		entity: 'posting',
		row: {
			practitioner_id: practitionerId,
			team_id: posting.teamId,
			role: posting.role,
			supervisor_id: posting.supervisorId,
			fte: posting.fte,
			agency: posting.agency,
			from_on: posting.from
		},
		about: { practitionerId, teamId: posting.teamId }
	});
	const concerned = [practitionerId, ...(posting.supervisorId === null ? [] : [posting.supervisorId])];
	await reviewThose(tx, { accountId: by.accountId }, by.today, { caseIds: [], practitionerIds: concerned });
	return { done: practitionerId };
}

/** Takes back somebody added by mistake, on the day they were added and while nothing else names them. */
export async function undoAdding(tx: Transaction, by: PeopleKeeper, formKey: string): Promise<Undone> {
	if (!isId(formKey)) return 'absent';
	const made = (await changesOfForm(tx, formKey)).find(
		({ entity, change }) => entity === 'practitioner' && change === 'recorded'
	);
	if (!made) return 'absent';
	if (!mayAddPeople(by.role)) return 'not_yours';
	if (!made.undone && (await isReferredTo(tx, made.entityId)))
		return { refused: 'Something has been recorded about them since. End their posting instead.' };
	return undoForm(tx, by, formKey, () => true);
}
