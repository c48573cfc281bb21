import { error, fail, redirect } from '@sveltejs/kit';
import { isId } from '#lib/domain/asked.ts';
import { agreeAction } from '#lib/server/work/keep-action.ts';
import { newActionPage } from '#lib/server/work/action-list.ts';
import { asPerson, who } from '#lib/server/session.ts';
import { textsIn } from '../../forms.server.ts';
import { nextIn, nextWith } from '../next.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const { searchParams } = event.url;
	const idIn = (name: string) => {
		const given = searchParams.get(name) ?? '';
		return isId(given) ? given : '';
	};
	const about = {
		session: idIn('session'),
		case: idIn('case'),
		oversight: idIn('oversight'),
		person: idIn('person')
	};
	const found = await asPerson(by, (tx) =>
		newActionPage(tx, by, { ...about, carriesOn: idIn('carries-on') })
	);
	if (!found) error(404);
	return { found, about, today: by.today, formKey: crypto.randomUUID(), next: nextIn(event.url, '/actions') };
};

export const actions: Actions = {
	default: async (event) => {
		const by = who(event);
		const text = await textsIn(event);
		const about = {
			session: text('session'),
			case: text('case'),
			oversight: text('oversight'),
			person: text('person')
		};
		const typed = {
			key: text('key'),
			description: text('description'),
			owner: text('owner'),
			dueOn: text('dueOn'),
			risk: text('risk'),
			carriesOn: text('carriesOn')
		};
		const outcome = await asPerson(by, (tx) => agreeAction(tx, by, about, typed));
		if (outcome === 'absent') error(404);
		if ('notYours' in outcome) error(403, outcome.notYours);
		if ('done' in outcome) redirect(303, nextWith(event.url, '/actions', 'agreed'));
		return fail(400, {
			typed: { ...typed, ...about },
			errors: 'refused' in outcome ? outcome.refused : []
		});
	}
};
