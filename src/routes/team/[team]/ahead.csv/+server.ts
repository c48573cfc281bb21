import { error } from '@sveltejs/kit';
import { isId } from '#lib/domain/asked.ts';
import { teamAhead } from '#lib/server/work/ahead.ts';
import { csvAnswer } from '#lib/server/work/csv.ts';
import { asPerson, who } from '#lib/server/session.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async (event) => {
	const person = who(event);
	const { team: teamId } = event.params;
	const part = event.url.searchParams.get('part');
	const found = isId(teamId)
		? await asPerson(person, (tx) => teamAhead(tx, person.role, teamId, person.today, part))
		: null;
	if (!found) error(404);
	return csvAnswer(
		`${found.team.name}-ahead-${person.today}`,
		['day', 'what', 'practitioner', 'cases', 'what it means'],
		found.coming.map(({ on, label, name, cases, words }) => [
			on,
			label,
			name,
			cases.map(({ reference }) => reference).join(', '),
			words
		])
	);
};
