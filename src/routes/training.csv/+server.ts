import { seesNames } from '#lib/domain/access.ts';
import { askedDay } from '#lib/domain/asked.ts';
import { WHOLE_LIST } from '#lib/domain/list-pages.ts';
import { csvAnswer } from '#lib/server/work/csv.ts';
import {
	trainingAsked,
	trainingCsv,
	trainingOfPeople,
	trainingOfTeams
} from '#lib/server/work/training-matrix.ts';
import { overTimeCsv, trainingOverTime } from '#lib/server/work/training-over-time.ts';
import { asPerson, who } from '#lib/server/session.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async (event) => {
	const person = who(event);
	const { searchParams } = event.url;
	const { on } = askedDay(searchParams.get('as-at'), person.today);
	if (searchParams.get('view') === 'months') {
		const file = overTimeCsv(await asPerson(person, (tx) => trainingOverTime(tx, on)));
		return csvAnswer(`training-by-month-${on}`, file.head, file.rows);
	}
	const asked = { ...trainingAsked(searchParams, on), page: WHOLE_LIST };
	const byPeople = seesNames(person.role) && searchParams.get('view') === 'people';
	const matrix = await asPerson(person, (tx) =>
		byPeople ? trainingOfPeople(tx, asked) : trainingOfTeams(tx, asked)
	);
	const { head, rows } = trainingCsv(matrix, byPeople ? 'practitioner' : 'team');
	return csvAnswer(`training-${on}`, head, rows);
};
