import { error } from '@sveltejs/kit';
import { askedDay, isId } from '#lib/domain/asked.ts';
import { awayPage } from '#lib/server/work/away-page.ts';
import { csvAnswer } from '#lib/server/work/csv.ts';
import { asPerson, who } from '#lib/server/session.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async (event) => {
	const by = who(event);
	const { team } = event.params;
	const { on } = askedDay(event.url.searchParams.get('as-at'), by.today);
	const found = isId(team) ? await asPerson(by, (tx) => awayPage(tx, by, team, on)) : null;
	if (!found) error(404);
	const head = [
		'practitioner',
		'reason',
		'from',
		'back on',
		...found.weeks.map(({ key }) => `week of ${key}`),
		'covers the cases',
		'covers supervision',
		'gaps'
	];
	const rows = found.lines.map((line) => [
		line.name,
		line.reason,
		line.from,
		line.to,
		...line.weeks.map(({ words }) => words),
		line.cover,
		line.supervisionCover,
		line.gaps.join('; ')
	]);
	return csvAnswer(`${found.team.name}-away-${on}`, head, rows);
};
