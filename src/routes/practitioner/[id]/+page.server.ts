import { error, fail, redirect } from '@sveltejs/kit';
import { askedDay, isId } from '#lib/domain/asked.ts';
import { START_REFUSAL_IN_WORDS } from '#lib/domain/supervision-wording.ts';
import { POSTING_DONE_IN_WORDS } from '#lib/domain/posting-words.ts';
import { absencesShown } from '#lib/server/work/absence-page.ts';
import { freshnessInWords } from '#lib/server/work/freshness.ts';
import { startSession } from '#lib/server/work/hold-supervision.ts';
import { trainingTab } from '#lib/server/work/training-tab.ts';
import { postingsShown } from '#lib/server/work/postings-page.ts';
import { casesToMove } from '#lib/server/work/reallocate-cases.ts';
import { practitionerPage, PRACTITIONER_TABS } from '#lib/server/work/practitioner-page.ts';
import { recordShown } from '#lib/server/work/record-page.ts';
import { asPerson, who } from '#lib/server/session.ts';
import { recordActions } from './record.server.ts';
import { trainingActions } from './training.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const { searchParams } = event.url;
	const { on, refused } = askedDay(searchParams.get('as-at'), by.today);
	const { id } = event.params;
	const tab = PRACTITIONER_TABS.find((each) => each === searchParams.get('tab')) ?? PRACTITIONER_TABS[0];
	return asPerson(by, async (tx) => {
		const found = isId(id) ? await practitionerPage(tx, by, id, { on, hindsight: false }, tab) : null;
		if (!found) error(404);
		return {
			on,
			refused,
			today: by.today,
			...(await freshnessInWords(tx, by.today)),
			found,
			kept:
				tab === 'training' && on === by.today
					? await trainingTab(tx, by, id, searchParams.get('correct'))
					: null,
			done: searchParams.get('done'),
			own: by.practitionerId === id,
			tab,
			casesToMove:
				on === by.today && (tab === 'absence' || tab === 'postings') && by.practitionerId !== id
					? await casesToMove(tx, by, id)
					: null,
			away: tab === 'absence' ? await absencesShown(tx, by, id, on) : null,
			record: tab === 'record' ? await recordShown(tx, by, id, on) : null,
			postings: tab === 'postings' ? await postingsShown(tx, by, id, on) : null,
			postingsDone: POSTINGS_DONE[searchParams.get('done') ?? ''] ?? null,
			awayDone: AWAY_DONE[searchParams.get('done') ?? ''] ?? null,
			formKey: crypto.randomUUID()
		};
	});
};

const done = (words: string) => ({ words: `${words}, and the flags are up to date.`, tone: 'done' as const });
const AWAY_DONE: Record<string, { words: string; tone: 'done' | 'warn' } | undefined> = {
	record: done('The absence is recorded'),
	change: done('The absence is changed'),
	return: done('The return is recorded'),
	undo: done('The last change is undone'),
	withdraw: done('The absence is withdrawn'),
	changed: {
		words:
			'Nothing was undone: it has been changed since, another absence stands on the same days, or it is no longer the day it was done on.',
		tone: 'warn'
	},
	'reduction-record': done('The reduction is recorded'),
	'reduction-change': done('The reduction is changed'),
	'reduction-withdraw': done('The reduction is taken out')
};

const POSTINGS_DONE: Record<string, { words: string; tone: 'done' | 'warn' } | undefined> = {
	...Object.fromEntries(
		Object.entries(POSTING_DONE_IN_WORDS).map(([task, words]) => [task, { words, tone: 'done' as const }])
	),
	undone: { words: 'The change is undone, and the flags are up to date.', tone: 'done' },
	refused: {
		words:
			'Nothing was undone: the posting has been changed again since, or it is no longer the day it was changed on.',
		tone: 'warn'
	}
};

export const actions: Actions = {
	...trainingActions,
	...recordActions,
	start: async (event) => {
		const by = who(event);
		const key = (await event.request.formData()).get('key');
		const asked = { key: typeof key === 'string' ? key : '', superviseeId: event.params.id };
		const answer = await asPerson(by, (tx) => startSession(tx, by, asked));
		if (!('refused' in answer)) redirect(303, `/supervision/${answer.sessionId}`);
		if (answer.refused === 'ABSENT') error(404);
		if (answer.refused === 'READ_ONLY') error(403, START_REFUSAL_IN_WORDS.READ_ONLY);
		return fail(400, { words: START_REFUSAL_IN_WORDS[answer.refused] });
	}
};
