import { dayGiven } from '#lib/domain/asked.ts';
import { error, fail, redirect } from '@sveltejs/kit';
import { mayChangePolicy } from '#lib/domain/access.ts';
import { addDays, dayInWords } from '#lib/domain/calendar.ts';
import type { FieldRefused, Typed } from '#lib/domain/policy-draft.ts';
import { typedFrom } from '#lib/domain/policy-draft.ts';
import {
	baseOf,
	discardDraft,
	propose,
	publish,
	savePart,
	sendBack,
	type NotDone
} from '#lib/server/work/change-policy.ts';
import { draftPage } from '#lib/server/work/policy-page.ts';
import { asPerson, who } from '#lib/server/session.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { openDraft } from '#lib/server/store/policy.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

const READ_ONLY = 'Policy is changed by the principal social worker and the director.';

export const load: PageServerLoad = async (event) => {
	const person = who(event);
	const { searchParams } = event.url;
	const found = await asPerson(person, (tx) => draftPage(tx, person, searchParams.get('of')));
	if (!found) {
		if (searchParams.get('of')) redirect(303, '/policy/draft');
		return {
			today: person.today,
			found: null,
			done: null,
			tomorrow: null,
			mayChange: mayChangePolicy(person.role)
		};
	}
	const tomorrow = addDays(person.today, 1);
	return {
		today: person.today,
		found,
		done: DONE[searchParams.get('done') ?? ''] ?? null,
		tomorrow: { on: tomorrow, words: dayInWords(tomorrow) },
		mayChange: found.mayChange
	};
};

const DONE: Record<string, string> = {
	saved: 'The draft is saved.',
	proposed: 'The draft is proposed. Somebody else has to publish it, or send it back.',
	reopened: 'The draft is open for changes again.'
};

/** What a form sent, a list of ticks as one text. */
async function typedIn(event: RequestEvent): Promise<Typed> {
	const data = await event.request.formData();
	const typed: Record<string, string> = {};
	for (const name of new Set(data.keys()))
		typed[name] = data
			.getAll(name)
			.flatMap((value) => (typeof value === 'string' && value !== '' ? value : []))
			.join(', ');
	return typed;
}

interface Shown {
	errors: FieldRefused[];
	typed: Typed;
	conflict?: { by: string; edition: number; theirs: Typed };
}

const refused = ({ refused: errors }: NotDone, typed: Typed) => fail(400, { errors, typed } as Shown);

/** One of those who change the policy, with what they typed. Everybody else only reads. */
async function changing(event: RequestEvent) {
	const person = who(event);
	if (!mayChangePolicy(person.role)) error(403, READ_ONLY);
	const typed = await typedIn(event);
	const as = <Answer>(work: (tx: Transaction) => Promise<Answer>) => asPerson(person, work);
	return { person, typed, as, edition: Number(typed['edition'] ?? 0) || 0 };
}

export const actions: Actions = {
	save: async (event) => {
		const { person, typed, as, edition } = await changing(event);
		const part = typed['part'] ?? '';
		const outcome = await as(async (tx) => {
			const saved = await savePart(tx, person, part, edition, typed);
			if (!('conflict' in saved)) return saved;
			const draft = await openDraft(tx);
			const base = draft && (await baseOf(tx, draft));
			const { by, edition: now, policy } = saved.conflict;
			return { by, edition: now, theirs: base ? typedFrom(policy, base, part) : {} };
		});
		if ('refused' in outcome) return refused(outcome, typed);
		if ('theirs' in outcome) return fail(409, { errors: [], typed, conflict: outcome } as Shown);
		redirect(303, '/policy/draft?done=saved');
	},
	propose: async (event) => {
		const { person, typed, as, edition } = await changing(event);
		const outcome = await as((tx) => propose(tx, person, edition, typed['words'] ?? ''));
		if ('refused' in outcome) return refused(outcome, typed);
		redirect(303, '/policy/draft?done=proposed');
	},
	back: async (event) => {
		const { person, typed, as } = await changing(event);
		const outcome = await as((tx) => sendBack(tx, person, typed['back'] ?? ''));
		if ('refused' in outcome) return refused(outcome, typed);
		redirect(303, '/policy/draft?done=reopened');
	},
	discard: async (event) => {
		const { person, typed, as } = await changing(event);
		const outcome = await as((tx) => discardDraft(tx, person, typed['discard'] ?? ''));
		if ('refused' in outcome) return refused(outcome, typed);
		redirect(303, '/policy?done=discarded');
	},
	publish: async (event) => {
		const { person, typed, as } = await changing(event);
		const effectiveFrom = dayGiven((name) => typed[name] ?? '', 'from', person.today);
		const outcome = await as((tx) => publish(tx, person, typed['digest'] ?? '', effectiveFrom));
		if ('refused' in outcome) return refused(outcome, typed);
		redirect(303, `/policy?done=published-${outcome.version}-${outcome.effectiveFrom}`);
	}
};
