import { error, fail, redirect, type RequestEvent } from '@sveltejs/kit';
import {
	addPractitioner,
	consequencesOfAdding,
	newPractitionerPage,
	type PractitionerForm
} from '#lib/server/work/add-practitioner.ts';
import { asPerson, who } from '#lib/server/session.ts';
import { shown, textsIn, trimmed } from '../../forms.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const found = await asPerson(by, (tx) => newPractitionerPage(tx, by));
	if (!found) error(404);
	return {
		found,
		team: event.url.searchParams.get('team') ?? '',
		today: by.today,
		formKey: crypto.randomUUID()
	};
};

const FIELDS = [
	'key',
	'reference',
	'name',
	'sweNumber',
	'registeredOn',
	'startedOn',
	'team',
	'role',
	'supervisor',
	'fte',
	'agency',
	'from'
] as const satisfies readonly (keyof PractitionerForm)[];

async function formIn(event: RequestEvent): Promise<PractitionerForm> {
	const text = trimmed(await textsIn(event));
	return Object.fromEntries(FIELDS.map((field) => [field, text(field)])) as unknown as PractitionerForm;
}

const NOT_YOURS =
	'Practitioners are added by team managers to their own team, and by those above and the data steward.';

export const actions: Actions = {
	check: async (event) => {
		const by = who(event);
		const typed = await formIn(event);
		const outcome = await asPerson(by, (tx) => consequencesOfAdding(tx, by, typed));
		if (outcome === 'not_yours' || 'done' in outcome) error(403, NOT_YOURS);
		return 'consequences' in outcome ? shown(typed, outcome) : fail(400, shown(typed, outcome));
	},
	again: async (event) => shown(await formIn(event), { refused: [] }),
	save: async (event) => {
		const by = who(event);
		const typed = await formIn(event);
		const outcome = await asPerson(by, (tx) => addPractitioner(tx, by, typed));
		if (outcome === 'not_yours') error(403, NOT_YOURS);
		if ('refused' in outcome) return fail(400, shown(typed, outcome));
		const added = new URLSearchParams({ added: typed.reference, as: typed.role, form: typed.key });
		redirect(303, `/people?${added}`);
	}
};
