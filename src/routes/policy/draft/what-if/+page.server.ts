import { error, redirect } from '@sveltejs/kit';
import { mayChangePolicy } from '#lib/domain/access.ts';
import { monthEndsBefore } from '#lib/domain/what-if.ts';
import { askFor, workOutNext } from '#lib/server/work/try-policy.ts';
import { whatIfPage } from '#lib/server/work/what-if-page.ts';
import { asPerson, who, type Who } from '#lib/server/session.ts';
import { openDraft } from '#lib/server/store/policy.ts';
import type { Actions, PageServerLoad } from './$types';

const MONTHS = 12;

export const load: PageServerLoad = async (event) => {
	event.depends('countersign:what-if');
	const person = who(event);
	const mayChange = mayChangePolicy(person.role);
	if (mayChange && !(await askedToday(person))) await workOut(person);
	return {
		page: await asPerson(person, (tx) => whatIfPage(tx, person.today)),
		mayChange,
		today: person.today
	};
};

/** The first look asks for today and answers at once; every later one works out a day, until none is left. */
async function askedToday(person: Who): Promise<boolean> {
	return asPerson(person, async (tx) => {
		const draft = await openDraft(tx);
		if (!draft) return false;
		const page = await whatIfPage(tx, person.today);
		if (page?.today) return false;
		await askFor(tx, person, draft.policy, [person.today]);
		return true;
	});
}

async function workOut(person: Who): Promise<void> {
	await asPerson(person, async (tx) => {
		const draft = await openDraft(tx);
		if (draft) await workOutNext(tx, draft.policy);
	});
}

export const actions: Actions = {
	ask: async (event) => {
		const person = who(event);
		if (!mayChangePolicy(person.role))
			error(403, 'Policy is changed by the principal social worker and the director.');
		const data = await event.request.formData();
		const months = data.get('what') === 'months';
		await asPerson(person, async (tx) => {
			const draft = await openDraft(tx);
			if (!draft) return;
			const days = months ? monthEndsBefore(person.today, MONTHS) : [person.today];
			await askFor(tx, person, draft.policy, days, !months);
		});
		redirect(303, '/policy/draft/what-if');
	}
};
