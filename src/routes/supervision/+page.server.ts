import { isAmong, PAGES, type AskingRole } from '#lib/domain/access.ts';
import { askedDay } from '#lib/domain/asked.ts';
import { lateInCaseSystem } from '#lib/server/work/after-signing.ts';
import { freshnessInWords } from '#lib/server/work/freshness.ts';
import { feedbackOfLate } from '#lib/server/work/read-for-quality.ts';
import { dueAsked, dueShown, supervisionList } from '#lib/server/work/supervision-list.ts';
import { asPerson, who } from '#lib/server/session.ts';
import type { PageServerLoad } from './$types';

const whoMayLog: readonly AskingRole[] = [
	'practitioner',
	'senior_practitioner',
	'practice_supervisor',
	'team_manager',
	'service_manager'
];

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const { on, refused } = askedDay(event.url.searchParams.get('as-at'), by.today);
	const asked = dueAsked(event.url.searchParams);
	return asPerson(by, async (tx) => {
		const list = await supervisionList(tx, by, on);
		return {
			...list,
			asked,
			shown: dueShown(list.due, asked),
			on,
			refused,
			...(await freshnessInWords(tx, by.today)),
			today: by.today,
			supervises: list.due.length > 0 || isAmong(PAGES['/allocate'], by.role),
			/** Who may log a session of their own. */
			self: whoMayLog.includes(by.role) ? by.practitionerId : null,
			ownKey: crypto.randomUUID(),
			late: await lateInCaseSystem(tx, by),
			feedback: await feedbackOfLate(tx, by),
			mayBook: isAmong(PAGES['/supervision/book'], by.role),
			mayGroup: isAmong(PAGES['/supervision/group'], by.role),
			done: event.url.searchParams.get('done'),
			discarded: event.url.searchParams.get('discarded') === 'yes',
			/** One key for each form, so that a form posted twice acts once. */
			keys: Object.fromEntries(list.due.map(({ key }) => [key, crypto.randomUUID()]))
		};
	});
};
