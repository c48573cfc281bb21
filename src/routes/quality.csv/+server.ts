import { QUALITY_QUESTIONS } from '#lib/domain/quality.ts';
import { asPerson, who } from '#lib/server/session.ts';
import { csvAnswer } from '#lib/server/work/csv.ts';
import { qualityPage } from '#lib/server/work/read-for-quality.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async (event) => {
	const by = who(event);
	const { teams } = await asPerson(by, (tx) => qualityPage(tx, by));
	return csvAnswer(
		`quality-${by.today}`,
		['quarter', 'team', 'read', ...QUALITY_QUESTIONS.map(({ label }) => label), 'themes'],
		teams.map(({ quarter, team, read, met, themes }) => [
			quarter,
			team,
			read,
			...QUALITY_QUESTIONS.map(({ key }) => met[key]),
			themes
		])
	);
};
