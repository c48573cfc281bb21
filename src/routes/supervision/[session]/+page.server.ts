import { error, fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { dayGiven, isId } from '#lib/domain/asked.ts';
import { dayInWords, isCalendarDate } from '#lib/domain/calendar.ts';
import { whoSupervises } from '#lib/domain/supervision-note.ts';
import { REFUSAL_IN_WORDS, START_REFUSAL_IN_WORDS } from '#lib/domain/supervision-wording.ts';
import { noDay } from '#lib/domain/typed-day.ts';
import { asPerson, who, type Who } from '#lib/server/session.ts';
import { addAddendum, tickCaseSystem, untickCaseSystem } from '#lib/server/work/after-signing.ts';
import { addAgendaItem, removeAgendaItem } from '#lib/server/work/agenda-items.ts';
import {
	addCases,
	describeSession,
	discardDraft,
	holdPlanned,
	proposeNote,
	removeCase,
	sendNoteBack,
	signNote,
	type Refused
} from '#lib/server/work/hold-supervision.ts';
import { earlierShown, putBack } from '#lib/server/work/earlier-texts.ts';
import { carryForward } from '#lib/server/work/carry-forward.ts';
import { giveReason } from '#lib/server/work/own-record.ts';
import { sessionPage } from '#lib/server/work/supervision-page.ts';
import {
	conflictWith,
	editionOf,
	fieldsOf,
	PERSONAL,
	saveTyped,
	textsOf,
	tooLong,
	type Texts
} from './typed.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const id = sessionIn(event);
	const { searchParams } = event.url;
	const shown = await asPerson(by, async (tx) => {
		const page = await sessionPage(tx, by, id, searchParams.get('part'));
		if (!page) return null;
		const { open, state, party } = page;
		const part = open.part === 'case' ? open : open.part === 'personal' ? open.part : null;
		const asked = part !== null && state === 'draft' && party !== null && searchParams.has('earlier');
		return { ...page, earlier: asked ? await earlierShown(tx, id, part) : null };
	});
	if (!shown) error(404, 'Not found');
	const { superviseeId: practitionerId, supervisorId } = shown.session;
	const between = whoSupervises({ practitionerId, supervisorId }, by);
	return {
		...shown,
		today: by.today,
		mayHold: !('refused' in between),
		/** One key for each form that adds something, so that a form posted twice acts once. */
		key: crypto.randomUUID()
	};
};

function sessionIn({ params }: { params: { session: string } }): string {
	return isId(params.session) ? params.session : error(404, 'Not found');
}

/** Where the keyboard goes on writing about the next case. */
const FIRST_FIELD = '#summary';

function to(sessionId: string, part: string | null, at = ''): never {
	redirect(303, part === null ? `/supervision/${sessionId}` : `/supervision/${sessionId}?part=${part}${at}`);
}

function refuse({ refused }: { refused: NotTaken }, kept: { typed?: Texts } = {}) {
	if (refused === 'ABSENT' || refused === 'NOT_ON_AGENDA') error(404, 'Not found');
	if (refused === 'NOT_A_PARTY') error(403, REFUSAL_IN_WORDS[refused]);
	return fail(409, { words: REFUSAL_IN_WORDS[refused], ...kept });
}

/** Where one field was filled in wrongly: in words beside it, with what was typed. */
function refuseField(refused: Refused['refused'], field: string, added: string) {
	const words = refused === 'ABSENT' ? error(404, 'Not found') : REFUSAL_IN_WORDS[refused];
	return fail(refused === 'NOT_A_PARTY' ? 403 : 400, { words, field, added });
}

type Tx = Parameters<Parameters<typeof asPerson>[1]>[0];
type Step = (tx: Tx, by: Who, sessionId: string, form: FormData) => Promise<Taken | { refused: NotTaken }>;
type Taken = { done: true } | { added: true } | { removed: true };
type NotTaken = Refused['refused'] | 'NOT_ON_AGENDA';

/** One step of the note's life: taken, or said why not. */
function takeStep(step: Step, part: string | null) {
	return async (event: RequestEvent & { params: { session: string } }) => {
		const by = who(event);
		const id = sessionIn(event);
		const form = await event.request.formData();
		const answer = await asPerson(by, (tx) => step(tx, by, id, form));
		if ('refused' in answer) return refuse(answer);
		to(id, part);
	};
}

function keyIn(form: FormData): string {
	const key = wordIn(form, 'key');
	return isId(key) ? key : error(400, 'This is not one of our forms.');
}

const wordIn = (form: FormData, name: string) => {
	const value = form.get(name);
	return typeof value === 'string' ? value.replaceAll('\r\n', '\n') : '';
};

export const actions: Actions = {
	save: async (event) => {
		const by = who(event);
		const id = sessionIn(event);
		const form = await event.request.formData();
		const part = event.url.searchParams.get('part') ?? '';
		const edition = editionOf(wordIn(form, 'version'));
		if (edition === null || (part !== PERSONAL && !isId(part))) error(400, 'This is not a draft of a note.');
		const next = wordIn(form, 'next') || part;
		const keep = wordIn(form, 'keep');
		if (keep === 'theirs') to(id, part);
		const typed = textsOf(part, (field) => form.get(field));
		const long = tooLong(typed);
		if (long) return fail(400, { words: long.words, field: long.field, typed });
		const built = keep === 'both' ? null : edition;
		const saved = await saveTyped(by, { sessionId: id, part }, { texts: typed, edition: built }, 'tell');
		if ('refused' in saved) return refuse(saved, { typed });
		if ('stored' in saved) {
			const conflict = conflictWith(saved.stored);
			const words = 'Not saved: the text was changed meanwhile. Both are below; choose which to keep.';
			return fail(409, { words, field: fieldsOf(part)[0] ?? '', typed, conflict });
		}
		const carried = wordIn(form, 'carry');
		if (isId(carried)) {
			const carry = { key: keyIn(form), sessionId: id, caseId: isId(part) ? part : '', actionId: carried };
			const answer = await asPerson(by, (tx) => carryForward(tx, by, carry));
			if (answer !== 'absent' && 'refused' in answer)
				return fail(409, { words: answer.refused[0]?.words ?? '', field: 'main', typed });
		}
		to(id, next, next !== part && isId(next) ? FIRST_FIELD : '');
	},

	putBack: async (event) => {
		const by = who(event);
		const id = sessionIn(event);
		const form = await event.request.formData();
		const part = event.url.searchParams.get('part') ?? '';
		const [earlier, edition] = [wordIn(form, 'earlier'), editionOf(wordIn(form, 'version'))];
		if (edition === null || !isId(earlier)) error(400, 'This is not an earlier text.');
		const put = await asPerson(by, (tx) =>
			putBack(tx, by, { sessionId: id, part }, { id: earlier, edition })
		);
		if ('refused' in put) return refuse(put);
		if ('stored' in put)
			return fail(409, {
				words:
					'Not put back: the text was changed meanwhile, and is as it was saved last. Put it back again if you still want it.'
			});
		to(id, part);
	},

	about: async (event) => {
		const by = who(event);
		const id = sessionIn(event);
		const form = await event.request.formData();
		const heldOn = dayGiven((name) => wordIn(form, name), 'heldOn', by.today);
		const minutes = wordIn(form, 'minutes').trim();
		const interrupted = wordIn(form, 'interrupted');
		const errors: { field: string; words: string }[] = [];
		if (!isCalendarDate(heldOn))
			errors.push({ field: 'heldOn', words: heldOn === '' ? 'Give the day it was held.' : noDay(heldOn) });
		else if (heldOn > by.today)
			errors.push({
				field: 'heldOn',
				words: `It cannot have been held after today, ${dayInWords(by.today)}.`
			});
		if (minutes !== '' && !/^\d{1,3}$/.test(minutes))
			errors.push({ field: 'minutes', words: 'Give the minutes as a whole number, such as 90.' });
		const typedAbout = { heldOn: wordIn(form, 'heldOn'), minutes, interrupted };
		if (errors.length > 0) return fail(400, { errors, typedAbout });
		const answer = await asPerson(by, (tx) =>
			describeSession(tx, by, id, {
				heldOn,
				minutes: minutes === '' ? null : Number(minutes),
				interrupted: interrupted === '' ? null : interrupted === 'yes'
			})
		);
		if ('refused' in answer) return refuse(answer);
		to(id, 'whole');
	},

	propose: takeStep((tx, by, id) => proposeNote(tx, by, id), 'whole'),
	sendBack: takeStep((tx, by, id) => sendNoteBack(tx, by, id), null),
	sign: takeStep(
		(tx, by, id, form) =>
			signNote(tx, by, id, {
				digest: wordIn(form, 'digest'),
				disagreement: wordIn(form, 'disagreement').trim() || null
			}),
		'whole'
	),
	add: takeStep((tx, by, id, form) => {
		if (wordIn(form, 'all') !== '') return addCases(tx, by, id, 'all');
		const caseId = wordIn(form, 'case');
		return isId(caseId)
			? addCases(tx, by, id, [caseId])
			: Promise.resolve({ refused: 'NOT_ON_AGENDA' as const });
	}, null),
	remove: takeStep((tx, by, id, form) => {
		const caseId = wordIn(form, 'case');
		return isId(caseId)
			? removeCase(tx, by, id, caseId)
			: Promise.resolve({ refused: 'NOT_ON_AGENDA' as const });
	}, null),

	item: async (event) => {
		const by = who(event);
		const id = sessionIn(event);
		const form = await event.request.formData();
		const words = wordIn(form, 'item');
		const given = { key: keyIn(form), words };
		const answer = await asPerson(by, (tx) => addAgendaItem(tx, by, id, given));
		if ('refused' in answer) return refuseField(answer.refused, 'item', words);
		to(id, 'prepare');
	},
	removeItem: takeStep(async (tx, by, id, form) => {
		const answer = await removeAgendaItem(tx, by, id, wordIn(form, 'id'));
		return 'refused' in answer ? answer : { done: true };
	}, 'prepare'),

	addendum: async (event) => {
		const by = who(event);
		const id = sessionIn(event);
		const form = await event.request.formData();
		const [about, words] = [wordIn(form, 'about'), wordIn(form, 'words')];
		if (about !== PERSONAL && !isId(about)) error(400, 'This is not an addendum.');
		const given = { key: keyIn(form), caseId: about === PERSONAL ? null : about, words };
		const answer = await asPerson(by, (tx) => addAddendum(tx, by, id, given));
		if (!('refused' in answer)) to(id, 'whole');
		if (answer.refused === 'NOT_ON_AGENDA') error(404, 'Not found');
		return refuseField(answer.refused, `addendum-${about}`, words);
	},

	tick: async (event) => {
		const by = who(event);
		const id = sessionIn(event);
		const form = await event.request.formData();
		const caseId = wordIn(form, 'case');
		const field = `recordedOn-${caseId}`;
		const recordedOn = dayGiven((name) => wordIn(form, name), field, by.today);
		const typed = wordIn(form, field);
		if (!isCalendarDate(recordedOn))
			return fail(400, {
				words: recordedOn === '' ? 'Give the day.' : noDay(recordedOn),
				field,
				added: typed
			});
		if (recordedOn > by.today)
			return fail(400, { words: 'It cannot have been recorded after today.', field, added: typed });
		const answer = await asPerson(by, (tx) => tickCaseSystem(tx, by, id, { caseId, recordedOn }));
		if ('refused' in answer) return refuse(answer);
		to(id, 'whole');
	},
	untick: takeStep((tx, by, id, form) => untickCaseSystem(tx, by, id, wordIn(form, 'case')), 'whole'),

	reason: async (event) => {
		const by = who(event);
		const id = sessionIn(event);
		const form = await event.request.formData();
		const reason = wordIn(form, 'reason');
		const answer = await asPerson(by, (tx) => giveReason(tx, by, id, reason));
		if ('refused' in answer) return refuseField(answer.refused, 'reason', reason);
		to(id, 'personal');
	},

	discard: async (event) => {
		const by = who(event);
		const id = sessionIn(event);
		const answer = await asPerson(by, (tx) => discardDraft(tx, by, id));
		if ('refused' in answer) return refuse(answer);
		redirect(303, '/supervision?discarded=yes');
	},

	hold: async (event) => {
		const by = who(event);
		const answer = await asPerson(by, (tx) => holdPlanned(tx, by, sessionIn(event)));
		if (!('refused' in answer)) to(answer.sessionId, null);
		if (answer.refused === 'ABSENT') error(404, 'Not found');
		if (answer.refused === 'READ_ONLY') error(403, START_REFUSAL_IN_WORDS.READ_ONLY);
		return fail(400, { words: START_REFUSAL_IN_WORDS[answer.refused] });
	}
};
