import { isAmong, PAGES } from '#lib/domain/access.ts';
import { weekdayInWords } from '#lib/domain/calendar.ts';
import { ASKING_ROLE_IN_WORDS } from '#lib/domain/wording.ts';
import { asPerson } from '#lib/server/session.ts';
import { authorityOf } from '#lib/server/store/scope.ts';
import type { LayoutServerLoad } from './$types';

/** The pages to which others lead only whoever may open them. */
const LED_TO = [
	'/morning',
	'/team',
	'/flags',
	'/allocate',
	'/supervision',
	'/actions',
	'/requests',
	'/organisation',
	'/restructure',
	'/service/[id]',
	'/training',
	'/people',
	'/quality',
	'/policy',
	'/search',
	'/admin/outbox',
	'/admin/retention'
] as const;
type Page = (typeof LED_TO)[number];

export const load: LayoutServerLoad = async ({ locals }) => {
	const { who } = locals;
	if (!who) return { person: null, pages: [] as Page[], teamId: null, demoDay: null };
	const { isDemo } = await asPerson(who, authorityOf);
	const pages = LED_TO.filter((page) => isAmong(PAGES[page], who.role));
	const hasTeam = who.role === 'team_manager' || who.role === 'practice_supervisor';
	return {
		person: { name: who.name, role: ASKING_ROLE_IN_WORDS[who.role] },
		pages,
		teamId: hasTeam ? who.teamId : null,
		demoDay: isDemo ? weekdayInWords(who.today) : null
	};
};
