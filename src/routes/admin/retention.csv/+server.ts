import { csvAnswer } from '#lib/server/work/csv.ts';
import { retentionPage } from '#lib/server/work/retention.ts';
import { asPerson, who } from '#lib/server/session.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async (event) => {
	const by = who(event);
	const { past } = await asPerson(by, (tx) => retentionPage(tx, by));
	return csvAnswer(
		`retention-${by.today}`,
		[
			'practitioner',
			'left on',
			'past from',
			'sessions',
			'case discussions',
			'personal notes',
			'other sealed texts'
		],
		past.map(({ name, leftOn, pastFrom, sessions, caseDiscussions, personalNotes, otherSealed }) => [
			name,
			leftOn,
			pastFrom,
			sessions,
			caseDiscussions,
			personalNotes,
			otherSealed
		])
	);
};
