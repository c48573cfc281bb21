import { error } from '@sveltejs/kit';
import { askedDay, isId } from '#lib/domain/asked.ts';
import { WHOLE_LIST } from '#lib/domain/list-pages.ts';
import { csvAnswer } from '#lib/server/work/csv.ts';
import { trainingAsked, trainingCsv, trainingOfTeam } from '#lib/server/work/training-matrix.ts';
import { asPerson, who } from '#lib/server/session.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async (event) => {
	const person = who(event);
	const { team: teamId } = event.params;
	const { searchParams } = event.url;
	const { on } = askedDay(searchParams.get('as-at'), person.today);
	const asked = { ...trainingAsked(searchParams, on), page: WHOLE_LIST };
	const matrix = isId(teamId)
		? await asPerson(person, (tx) => trainingOfTeam(tx, person.role, teamId, asked))
		: null;
	if (!matrix) error(404);
	const { head, rows } = trainingCsv(matrix, 'practitioner');
	return csvAnswer(`training-${matrix.team.name}-${on}`, head, rows);
};
