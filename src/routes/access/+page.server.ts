import { asPerson, who } from '#lib/server/session.ts';
import { openingsShown } from '#lib/server/work/own-record.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const openings = await asPerson(by, (tx) => openingsShown(tx, by));
	return { openings, hasRecord: by.practitionerId !== null };
};
