import { error, fail, redirect } from '@sveltejs/kit';
import { mayChangePolicy } from '#lib/domain/access.ts';
import { dayInWords, isCalendarDate } from '#lib/domain/calendar.ts';
import { startDraft, withdraw } from '#lib/server/work/change-policy.ts';
import { policyPage } from '#lib/server/work/policy-page.ts';
import { asPerson, who } from '#lib/server/session.ts';
import type { Actions, PageServerLoad } from './$types';

const READ_ONLY = 'Policy is changed by the principal social worker and the director.';

export const load: PageServerLoad = async (event) => {
	const person = who(event);
	const { searchParams } = event.url;
	const given = searchParams.get('as-at') ?? '';
	const on = isCalendarDate(given) ? given : person.today;
	const [from, to] = [Number(searchParams.get('from')), Number(searchParams.get('to'))];
	const compare = from > 0 && to > 0 ? { from, to } : null;
	return asPerson(person, async (tx) => ({
		on,
		today: person.today,
		refused: given !== '' && on !== given ? `“${given}” is not a day. This shows today.` : null,
		done: doneInWords(searchParams.get('done')),
		page: await policyPage(tx, person, on, compare)
	}));
};

/** What was just done, for the next page to say. */
function doneInWords(done: string | null): string | null {
	const [, version, from] = /^published-(\d+)-(\d{4}-\d{2}-\d{2})$/.exec(done ?? '') ?? [];
	if (version !== undefined && from !== undefined && isCalendarDate(from))
		return `Version ${version} is published. It comes into force on ${dayInWords(from)}; until then it can be withdrawn.`;
	if (done === 'withdrawn') return 'The version is withdrawn. It will not come into force.';
	return done === 'discarded' ? 'The draft is discarded.' : null;
}

export const actions: Actions = {
	start: async (event) => {
		const person = who(event);
		if (!mayChangePolicy(person.role)) error(403, READ_ONLY);
		await asPerson(person, (tx) => startDraft(tx, person));
		redirect(303, '/policy/draft');
	},
	withdraw: async (event) => {
		const person = who(event);
		if (!mayChangePolicy(person.role)) error(403, READ_ONLY);
		const data = await event.request.formData();
		const version = Number(data.get('version'));
		const said = data.get('why');
		const why = typeof said === 'string' ? said : '';
		if (!Number.isSafeInteger(version) || version < 1 || version > 1_000_000) error(404);
		const outcome = await asPerson(person, (tx) => withdraw(tx, person, version, why));
		if ('refused' in outcome) return fail(400, { version, why, errors: outcome.refused });
		redirect(303, '/policy?done=withdrawn');
	}
};
