import { json } from '@sveltejs/kit';
import { asPerson, who } from '#lib/server/session.ts';
import { casesNamed } from '#lib/server/store/cases.ts';
import type { RequestHandler } from './$types';

const SHOWN = 12;

/** References of cases in scope, for a field that completes what is typed. */
export const GET: RequestHandler = async (event) => {
	const by = who(event);
	const words = (event.url.searchParams.get('for') ?? '').trim().slice(0, 64);
	const found = words === '' ? [] : await asPerson(by, (tx) => casesNamed(tx, words));
	return json(found.slice(0, SHOWN).map(({ reference }) => reference));
};
