import { askedDay } from '#lib/domain/asked.ts';
import { isAmong, mayRecordOversight, PAGES } from '#lib/domain/access.ts';
import { PAGES_OF_STEPS } from '#lib/domain/next-step.ts';
import { dayAsTyped } from '#lib/domain/typed-day.ts';
import { ownActions } from '#lib/server/work/action-list.ts';
import { sinceLastVisit } from '#lib/server/work/since-last-visit.ts';
import { todayOf } from '#lib/server/work/today.ts';
import { freshnessInWords } from '#lib/server/work/freshness.ts';
import { asPerson, who } from '#lib/server/session.ts';
import { questionsWaiting } from '#lib/server/store/record-questions.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const person = who(event);
	const { on, refused } = askedDay(event.url.searchParams.get('as-at'), person.today);
	return asPerson(person, async (tx) => {
		const first = await todayOf(tx, person, { on, hindsight: false });
		const doing = first.as === 'manager' ? first.doNext : first.as === 'practitioner' ? first.flags : [];
		const changed = first.as === 'manager' && on === person.today ? await sinceLastVisit(tx, person) : null;
		return {
			changed,
			on,
			refused,
			today: person.today,
			...(await freshnessInWords(tx, person.today)),
			isToday: on === person.today,
			mayRecord: mayRecordOversight(person.role) && on === person.today,
			done: doneIn(event.url.searchParams),
			first,
			/** What who asks is still to do; of another day it is read in the lists of that day. */
			actions: on === person.today && person.role !== 'inspector' ? await ownActions(tx, person) : [],
			todayTyped: dayAsTyped(person.today),
			/** Questions about the records of others, for those who answer them. */
			questions:
				first.as === 'manager' && person.role !== 'inspector' ? (await questionsWaiting(tx)).length : 0,
			/** The pages of next steps that who asks may open. */
			opens: PAGES_OF_STEPS.filter((page) => isAmong(PAGES[page], person.role)),
			mayList: isAmong(PAGES['/people'], person.role),
			/** One key for each form, so that a form posted twice acts once. */
			keys: Object.fromEntries(doing.map(({ key }) => [key, crypto.randomUUID()])),
			answerKeys: Object.fromEntries(doing.map(({ key }) => [key, crypto.randomUUID()]))
		};
	});
};

/** What a form that leads back here has done. */
function doneIn(query: URLSearchParams): string | null {
	const action = query.get('action');
	return action === null ? (query.get('done') ?? query.get('recorded')) : `action-${action}`;
}
