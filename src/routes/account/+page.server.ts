import { fail, redirect } from '@sveltejs/kit';
import { isAmong, PAGES } from '#lib/domain/access.ts';
import { ASKING_ROLE_IN_WORDS } from '#lib/domain/wording.ts';
import { choosePreference, digestOfMine, mailOfMine, preferenceFrom } from '#lib/server/work/notices.ts';
import { asPerson, who } from '#lib/server/session.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const person = who(event);
	const { searchParams } = event.url;
	const asksLetter = searchParams.get('letter') === 'today';
	return {
		name: person.name,
		role: ASKING_ROLE_IN_WORDS[person.role],
		/** Whose record it is that who asks may read as their own. */
		practitionerId: isAmong(PAGES['/practitioner/[id]/record'], person.role) ? person.practitionerId : null,
		saved: searchParams.get('saved') === 'yes',
		...(await asPerson(person, async (tx) => ({
			...(await mailOfMine(tx, person)),
			/** Null: not asked for, as it takes all the flags of who asks. */
			digest: asksLetter ? { letter: await digestOfMine(tx, person, event.url.origin) } : null
		})))
	};
};

export const actions: Actions = {
	default: async (event) => {
		const person = who(event);
		const form = await event.request.formData();
		const read = preferenceFrom(form);
		if ('refused' in read)
			return fail(400, {
				errors: [read.refused],
				typed: { digest: textIn(form, 'digest'), hour: textIn(form, 'hour') }
			});
		await asPerson(person, (tx) => choosePreference(tx, person.accountId, read.preference));
		redirect(303, '/account?saved=yes');
	}
};

function textIn(form: FormData, name: string): string {
	const value = form.get(name);
	return typeof value === 'string' ? value : '';
}
