import { error } from '@sveltejs/kit';
import { asPerson, who } from '#lib/server/session.ts';
import { figuresInSheets } from '#lib/server/work/figures-in-sheets.ts';
import { xlsxAnswer } from '#lib/server/work/xlsx.ts';
import { askedOf } from '../../../organisation/asked.server.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async (event) => {
	const person = who(event);
	const { asked, refused } = askedOf(event.url, person.today);
	if (refused) error(400, refused);
	const found = await asPerson(person, (tx) => figuresInSheets(tx, { ...asked, teamId: event.params.team }));
	if (!found) error(404);
	return xlsxAnswer(found.fileName, found.title, found.sheets);
};
