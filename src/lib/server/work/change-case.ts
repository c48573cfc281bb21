import { randomUUID } from 'node:crypto';
import { isId } from '#lib/domain/asked.ts';
import { dayInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import { stands } from '#lib/domain/case-change.ts';
import {
	birthCorrected,
	closed,
	complexitySet,
	familyJoined,
	familyLeft,
	familyLinked,
	familyOf,
	kindBegun,
	kindCorrected,
	kindEnded,
	kindWithdrawn,
	leadSinceCorrected,
	opened,
	type KindSaid
} from '#lib/domain/case-steps.ts';
import type { Step } from '#lib/domain/case-problems.ts';
import { kindRowInWords } from '#lib/domain/case-words.ts';
import type { CaseFile, CaseKind } from '#lib/domain/cases.ts';
import { CLOSURE_REASONS, closureReasonAsKept, isClosureReason } from '#lib/domain/closure-reasons.ts';
import { KINDS, type Kind } from '#lib/domain/policy.ts';
import { isWritten } from '#lib/domain/records.ts';
import { dayTyped, noDay } from '#lib/domain/typed-day.ts';
import { capital, KIND_IN_WORDS, type Names } from '#lib/domain/wording.ts';
import { casesOfChild, isReferenceTaken, type CaseNow } from '#lib/server/store/case-changes.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { caseByReference } from '#lib/server/store/scope.ts';
import type { Asked, CaseKeeper, CaseReader, CaseRefused, Written } from './keep-case.ts';

export const CASE_TASKS = [
	'begin',
	'end',
	'correct',
	'since',
	'close',
	'reopen',
	'family',
	'complexity',
	'child'
] as const;
export type CaseTask = (typeof CASE_TASKS)[number];

/** What was typed about a case, as it was typed. */
export interface CaseForm {
	/** Made with the page, so that a form posted twice acts once. */
	key: string;
	task: CaseTask | 'open';
	/** The edition of the case that was seen. */
	edition: string;
	/** The day on which it begins, ends, opens or closes. */
	on: string;
	to: string;
	kind: string;
	/** The kind that is ended or corrected: what it is and when it began. */
	row: string;
	/** The kind never was. */
	never: string;
	conferenceNeeded: string;
	conferenceOn: string;
	reason: string;
	family: string;
	leaves: string;
	complexity: string;
	why: string;
	born: string;
	dateOfBirth: string;
	reference: string;
	child: string;
	holder: string;
	team: string;
	outcome: string;
	outcomeWhy: string;
	signOff: string;
	signOffWhy: string;
	allocation: string;
	allocationWhy: string;
}

const NOTHING_TYPED: Omit<CaseForm, 'key' | 'task'> = {
	edition: '',
	on: '',
	to: '',
	kind: '',
	row: '',
	never: '',
	conferenceNeeded: '',
	conferenceOn: '',
	reason: '',
	family: '',
	leaves: '',
	complexity: '',
	why: '',
	born: '',
	dateOfBirth: '',
	reference: '',
	child: '',
	holder: '',
	team: '',
	outcome: '',
	outcomeWhy: '',
	signOff: '',
	signOffWhy: '',
	allocation: '',
	allocationWhy: ''
};

/** A form in which nothing, or only this, is typed yet. */
export function caseForm(
	key: string,
	task: CaseForm['task'],
	typed: Partial<Omit<CaseForm, 'key' | 'task'>> = {}
): CaseForm {
	return { ...NOTHING_TYPED, ...typed, key, task };
}

/** The form as it was sent. */
export function caseFormIn(text: (name: string) => string, task: CaseForm['task']): CaseForm {
	const fields = Object.keys(NOTHING_TYPED).map((name) => [name, text(name)] as const);
	return caseForm(text('key'), task, Object.fromEntries(fields));
}

/** The key by which a form names a kind of a case. */
export function rowKey({ kind, from }: Pick<CaseKind, 'kind' | 'from'>): string {
	return `${kind}:${from}`;
}

/** Who leads the case on the day, by its rows; null: nobody. */
function leadNow({ allocations }: CaseNow, on: CalendarDate): string | null {
	const lead = allocations.find(
		({ role, practitionerId, from, to }) =>
			role === 'lead' && practitionerId !== null && from <= on && (to === null || to > on)
	);
	return lead?.practitionerId ?? null;
}

/** What is typed in a field, or what is wrong with it. */
export type Refuse = (field: string, words: string) => void;

function dayIn(text: string, field: string, missing: string, today: CalendarDate, refuse: Refuse) {
	const day = dayTyped(text, today);
	if (!day) refuse(field, day === null ? missing : noDay(text));
	return day ?? null;
}

/** A day that may be left out. */
function dayOrNone(text: string, field: string, today: CalendarDate, refuse: Refuse): CalendarDate | null {
	const day = dayTyped(text, today);
	if (day === undefined) refuse(field, noDay(text));
	return day ?? null;
}

function kindIn(text: string, refuse: Refuse): Kind {
	const kind = KINDS.find((each) => each === text);
	if (!kind) refuse('kind', 'Choose what the case is.');
	return kind ?? 'assessment';
}

/** Oversight that is typed beside the change; where nothing is, none. */
export function writtenIn(
	kind: Written['kind'],
	field: string,
	decision: string,
	rationale: string
): Written[] {
	return isWritten(decision) || isWritten(rationale) ? [{ kind, field, decision, rationale }] : [];
}

/** `source` is left out where it is that of the case. */
type Read = Omit<Asked, 'source'> & { source?: string };

/** Reads a form about a case that is there. */
export function readCase(caseId: string, form: CaseForm): CaseReader {
	return async (tx, by, now) => {
		const refused: CaseRefused[] = [];
		const refuse = (field: string, words: string) => void refused.push({ field, words });
		const read = await READERS[form.task](form, { tx, by, now, caseId, refuse });
		if (refused.length > 0 || read === null) return { refused };
		return { source: now?.source ?? 'native', ...read };
	};
}

interface About {
	tx: Transaction;
	by: CaseKeeper;
	now: CaseNow | null;
	caseId: string;
	refuse: Refuse;
}

function aboutIt(
	{ caseId, by }: Pick<About, 'caseId' | 'by'>,
	rest: Partial<Asked> & Pick<Asked, 'title' | 'step'>
): Read {
	const plain = { otherIds: [], practitionerIds: [], from: by.today, written: [], why: null, closes: false };
	return { caseId, ...plain, ...rest };
}

/** The step on a case that was gathered. */
function onFile(step: (file: CaseFile) => Step): Asked['step'] {
	return (_, file) => {
		if (!file) throw new Error('the case was not gathered');
		return step(file);
	};
}

/** The step on one of its kinds; where that does not stand any more, the field says so. */
function onKind(form: CaseForm, step: (file: CaseFile, row: CaseKind) => Step): Asked['step'] {
	return onFile((file) => {
		const row = file.kinds.find((each) => stands(each) && rowKey(each) === form.row);
		return row ? step(file, row) : { problems: [{ field: 'row', why: 'GONE' }] };
	});
}

const READERS: Record<
	CaseForm['task'],
	(form: CaseForm, about: About) => Read | null | Promise<Read | null>
> = {
	begin: (form, about) => {
		const said = kindSaid(form, about);
		return aboutIt(about, {
			from: said.from,
			title: () => kindRowInWords(said),
			written: writtenIn('section_47_outcome', 'outcome', form.outcome, form.outcomeWhy),
			step: onFile((file) => kindBegun(file, said, about.by.today))
		});
	},
	end: (form, about) => {
		const { by, refuse } = about;
		const to = dayIn(form.to, 'to', 'Give the day on which it ended.', by.today, refuse);
		const [kind = ''] = form.row.split(':');
		const what = KIND_IN_WORDS[kindOf(kind)];
		if (!to) return null;
		return aboutIt(about, {
			title: () => `${capital(what)} ends on ${dayInWords(to)}`,
			written: writtenIn('section_47_outcome', 'outcome', form.outcome, form.outcomeWhy),
			step: onKind(form, (file, row) => kindEnded(file, row, to, by.today))
		});
	},
	correct: (form, about) => {
		const why = reasonIn(form, about);
		if (form.never === 'yes')
			return aboutIt(about, {
				why,
				title: () => `It never was ${KIND_IN_WORDS[kindOf(form.row.split(':')[0] ?? '')]}`,
				step: onKind(form, kindWithdrawn)
			});
		const said = kindSaid(form, about);
		return aboutIt(about, {
			why,
			title: () => kindRowInWords(said),
			written: writtenIn('section_47_outcome', 'outcome', form.outcome, form.outcomeWhy),
			step: onKind(form, (file, row) => kindCorrected(file, row, said, about.by.today))
		});
	},
	since: (form, about) => {
		const { by, refuse } = about;
		const on = dayIn(form.on, 'on', 'Give the first day on which they led it.', by.today, refuse);
		const why = reasonIn(form, about);
		if (!on) return null;
		const leadId = about.now && leadNow(about.now, by.today);
		return aboutIt(about, {
			why,
			title: (nameOf) =>
				`${leadId === null ? 'Nobody leads it' : `${nameOf(leadId)} leads it`} since ${dayInWords(on)}`,
			step: onFile((file) => leadSinceCorrected(file, on, by.today))
		});
	},
	close: (form, about) => {
		const { by, refuse } = about;
		const on = dayIn(form.on, 'on', 'Give the day on which it closes.', by.today, refuse);
		const { reason } = form;
		if (!isClosureReason(reason)) refuse('reason', 'Choose why it closes.');
		if (!on || !isClosureReason(reason)) return null;
		return aboutIt(about, {
			closes: true,
			title: () => `Closes on ${dayInWords(on)}: ${CLOSURE_REASONS[reason].toLowerCase()}`,
			written: [
				...writtenIn('section_47_outcome', 'outcome', form.outcome, form.outcomeWhy),
				...writtenIn('closure', 'signOff', form.signOff, form.signOffWhy)
			],
			step: onFile((file) => closed(file, on, closureReasonAsKept(reason), by.today))
		});
	},
	reopen: (form, about) => openingIn(form, about),
	open: (form, about) => openingIn(form, about),
	family: async (form, about) => {
		const { tx, by, refuse } = about;
		if (form.leaves === 'yes')
			return aboutIt(about, {
				title: () => 'No longer counted as one of the family',
				step: onFile((file) => familyLeft(file, by.today))
			});
		const other = await caseGiven(tx, form.family, refuse);
		if (!other) return null;
		return aboutIt(about, {
			otherIds: [other],
			title: () => `Brother or sister of ${form.family.trim()}`,
			step: (authority, file) => {
				const theirs = authority.cases.find((each) => each.caseId === other);
				if (!file || !theirs) throw new Error('a case was not gathered');
				return familyLinked(file, theirs, by.today);
			}
		});
	},
	complexity: (form, about) => {
		const points = /^[0-3]$/.test(form.complexity) ? Number(form.complexity) : null;
		if (points === null) about.refuse('complexity', 'Choose from 0 to 3 points.');
		const why = reasonIn(form, about);
		return aboutIt(about, {
			why,
			title: () => `Complexity ${form.complexity} of 3`,
			step: onFile((file) => complexitySet(file, points ?? 0, about.by.today))
		});
	},
	child: (form, about) => {
		const birth = birthIn(form, about);
		return aboutIt(about, {
			why: reasonIn(form, about),
			title: () => birthInWords(birth),
			step: onFile((file) => birthCorrected(file, birth, about.by.today))
		});
	}
};

function kindOf(text: string): Kind {
	return KINDS.find((each) => each === text) ?? 'assessment';
}

function reasonIn({ why }: CaseForm, { refuse }: About): string {
	if (!isWritten(why)) refuse('why', 'Write why: it stays readable beside the change.');
	return why.trim();
}

function kindSaid(form: CaseForm, { by: { today }, refuse }: About): KindSaid {
	const kind = kindIn(form.kind, refuse);
	const from = dayIn(form.on, 'on', 'Give the day on which it began.', today, refuse);
	const enquiry = kind === 'section_47';
	return {
		kind,
		from: from ?? '',
		to: dayOrNone(form.to, 'to', today, refuse),
		conferenceNeeded: !enquiry || form.conferenceNeeded === '' ? null : form.conferenceNeeded === 'yes',
		conferenceOn: enquiry ? dayOrNone(form.conferenceOn, 'conferenceOn', today, refuse) : null
	};
}

interface Birth {
	dateOfBirth: CalendarDate | null;
	unborn: boolean | null;
}

function birthIn({ born, dateOfBirth }: CaseForm, { by: { today }, refuse }: About): Birth {
	if (born === 'unborn') return { dateOfBirth: null, unborn: true };
	if (born === 'unknown') return { dateOfBirth: null, unborn: null };
	if (born !== 'born') refuse('born', 'Choose what is known of the birth.');
	else
		return {
			dateOfBirth: dayIn(dateOfBirth, 'dateOfBirth', 'Give the date of birth.', today, refuse),
			unborn: false
		};
	return { dateOfBirth: null, unborn: null };
}

function birthInWords({ dateOfBirth, unborn }: Birth): string {
	if (dateOfBirth) return `Born on ${dayInWords(dateOfBirth)}`;
	return unborn ? 'Unborn' : 'Date of birth not known';
}

async function caseGiven(tx: Transaction, typed: string, refuse: Refuse): Promise<string | null> {
	const reference = typed.trim();
	if (reference === '') refuse('family', 'Give the reference of a brother’s or sister’s case.');
	const caseId = reference === '' ? null : await caseByReference(tx, reference);
	if (reference !== '' && caseId === null)
		refuse('family', `No case in your scope goes by “${reference}”. Check the reference.`);
	return caseId;
}

const MOST_CHARACTERS = 64;

async function openingIn(form: CaseForm, about: About): Promise<Read | null> {
	const { tx, by, now, caseId: earlierId, refuse } = about;
	const reference = form.reference.trim();
	if (reference === '') refuse('reference', 'Give the reference by which the case system knows it.');
	else if (reference.length > MOST_CHARACTERS)
		refuse('reference', `Use ${MOST_CHARACTERS} characters or fewer.`);
	else if (await isReferenceTaken(tx, reference))
		refuse('reference', `“${reference}” is the reference of another case. Check it in the case system.`);
	const reopens = form.task === 'reopen';
	const child = reopens ? '' : form.child.trim() || reference;
	if (child.length > MOST_CHARACTERS) refuse('child', `Use ${MOST_CHARACTERS} characters or fewer.`);
	const openedOn = dayIn(form.on, 'on', 'Give the day on which it opened.', by.today, refuse);
	const kind = kindIn(form.kind, refuse);
	const birth = reopens ? null : birthIn(form, about);
	const holder = personIn(form.holder, refuse);
	const teamId = isId(form.team) ? form.team : null;
	if (holder === null && teamId === null)
		refuse('team', 'Choose the team that has it, or somebody to lead it.');
	const sibling = reopens || form.family.trim() === '' ? null : await caseGiven(tx, form.family, refuse);
	if (!openedOn) return null;
	const childId = reopens ? (now?.childId ?? '') : child;
	const ofChild = await casesOfChild(tx, childId);
	const caseId = randomUUID();
	const again = ofChild[0] ? `, again for the child of ${ofChild[0].reference ?? 'an earlier case'}` : '';
	return {
		...(ofChild[0] ? { source: ofChild[0].source } : {}),
		caseId,
		otherIds: [...(reopens ? [earlierId] : []), ...(sibling === null ? [] : [sibling])],
		practitionerIds: holder === null ? [] : [holder],
		from: openedOn,
		why: null,
		closes: false,
		// What was opened before today is recorded as it was; a decision of today is stopped.
		gate: openedOn < by.today ? null : 'for good',
		title: (nameOf: Names) =>
			`${reopens ? `${reference} opens` : 'Opens'} on ${dayInWords(openedOn)} as ${KIND_IN_WORDS[kind]}${again}; ${holder === null ? 'nobody leads it yet' : `led by ${nameOf(holder)}`}`,
		written: writtenIn('allocation', 'allocation', form.allocation, form.allocationWhy),
		step: (authority) => {
			const fileOf = (id: string | null) => authority.cases.find((file) => file.caseId === id);
			const before = reopens ? fileOf(earlierId)?.details.find(stands) : undefined;
			const theirs = fileOf(sibling)?.details.find(stands);
			const said = birth ?? { dateOfBirth: before?.dateOfBirth ?? null, unborn: before?.unborn ?? null };
			const familyId = theirs ? (theirs.familyId ?? familyOf(theirs.reference)) : (before?.familyId ?? null);
			const holding = { practitionerId: holder, teamId };
			const step = opened(
				authority,
				{ caseId, reference, childId, familyId, openedOn, kind, ...said, ...holding },
				ofChild,
				by.today
			);
			const family = fileOf(sibling);
			if ('problems' in step || !family || theirs?.familyId !== null) return step;
			return { changes: [...step.changes, familyJoined(family, familyOf(family.reference), by.today)] };
		}
	};
}

/** Somebody on the list, nobody, or what is wrong with what was typed. */
export function personIn(typed: string, refuse: Refuse): string | null {
	if (typed === '') return null;
	if (!isId(typed)) refuse('holder', `“${typed}” is nobody on the list. Choose somebody, or leave it empty.`);
	return isId(typed) ? typed : null;
}
