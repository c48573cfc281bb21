import { error } from '@sveltejs/kit';
import { askedDay } from '#lib/domain/asked.ts';
import { asPerson, who } from '#lib/server/session.ts';
import { rowsBehind } from '#lib/server/work/measure-page.ts';
import type { PageServerLoad } from './$types';

/** More than anybody reads on a page; the file has them all. */
const SHOWN = 300;

export const load: PageServerLoad = async (event) => {
	const person = who(event);
	const { searchParams } = event.url;
	const { on, refused } = askedDay(searchParams.get('as-at'), person.today);
	const actor = { accountId: person.accountId };
	const behind = await asPerson(person, (tx) =>
		rowsBehind(tx, { actor, role: person.role }, event.params.measure, {
			on,
			serviceId: searchParams.get('service') || null,
			teamId: searchParams.get('team') || null
		})
	);
	if (!behind) error(404);
	const { rows } = behind;
	return {
		behind: { ...behind, rows: rows.slice(0, SHOWN) },
		counted: rows.length,
		refused,
		today: person.today
	};
};
