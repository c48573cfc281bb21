import { dayInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import { FOLDED } from '#lib/domain/flags.ts';
import { CODE_IN_WORDS } from '#lib/domain/wording.ts';
import { dayOfInstant, timeOfInstant } from '#lib/server/clock.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { teamsInScope } from '#lib/server/store/scope.ts';
import {
	casesChangedSince,
	flagsChangedSince,
	keepVisit,
	signedSince,
	type CaseOfTeam,
	type ChangedFlag
} from '#lib/server/store/visits.ts';
import { namesFor } from './names.ts';

/** One thing that changed, and the page about it; both ids null where there is none. */
export interface ChangedThing {
	key: string;
	reference: string;
	words: string;
	caseId: string | null;
	practitionerId: string | null;
	sessionId: string | null;
}

export interface ChangedList {
	key: 'raised' | 'cleared' | 'gained' | 'lost' | 'signed';
	label: string;
	count: number;
	/** The first of them. */
	things: ChangedThing[];
}

export interface SinceLastVisit {
	/** "Thu 19 Nov 2026, 16:20" */
	since: string;
	lists: ChangedList[];
}

const MOST_SHOWN = 6;

/**
 * Keeps this visit of somebody to their first screen, and answers what changed in their scope since the one before it;
 * null: there was none before.
 */
export async function sinceLastVisit(
	tx: Transaction,
	{ accountId, today }: { accountId: string; today: CalendarDate }
): Promise<SinceLastVisit | null> {
	const since = await keepVisit(tx, accountId);
	if (!since) return null;
	const day = dayOfInstant(since);
	const teamIds = (await teamsInScope(tx)).map(({ teamId }) => teamId);
	const flags = await flagsChangedSince(tx, since);
	const sinceOn = day < today ? day : today;
	const cases = await casesChangedSince(tx, teamIds, { since, sinceOn, today });
	const signed = await signedSince(tx, since);
	const names = await namesFor(tx, [
		...[...flags.raised, ...flags.cleared].flatMap(({ practitionerId }) => practitionerId ?? []),
		...[...cases.gained, ...cases.lost].flatMap(({ practitionerId }) => practitionerId ?? []),
		...signed.map(({ superviseeId }) => superviseeId)
	]);
	const flagShown = ({ flagId, code, caseId, practitionerId, reference }: ChangedFlag): ChangedThing => ({
		key: flagId,
		reference: reference ?? (practitionerId === null ? 'Flag' : names(practitionerId)),
		words: CODE_IN_WORDS[code],
		caseId,
		practitionerId: caseId === null ? practitionerId : null,
		sessionId: null
	});
	const caseShown = (verb: string) => (each: CaseOfTeam) => ({
		key: each.caseId,
		reference: each.reference,
		words: each.practitionerId === null ? 'led by nobody' : `${verb} ${names(each.practitionerId)}`,
		caseId: each.caseId,
		practitionerId: null,
		sessionId: null
	});
	const raised = withoutReasons(flags.raised);
	const cleared = withoutReasons(flags.cleared);
	const list = <Item>(
		key: ChangedList['key'],
		label: string,
		items: readonly Item[],
		shown: (item: Item) => ChangedThing
	): ChangedList => ({ key, label, count: items.length, things: items.slice(0, MOST_SHOWN).map(shown) });
	return {
		since: `${day === today ? 'today' : dayInWords(day)}, ${timeOfInstant(since)}`,
		lists: [
			list('raised', 'Flags raised', raised, flagShown),
			list('cleared', 'Flags cleared', cleared, flagShown),
			list('gained', 'Cases gained', cases.gained, caseShown('led by')),
			// A case that has left the scope has no page here any more.
			list('lost', 'Cases closed or handed on', cases.lost, (each) => ({
				...caseShown('was led by')(each),
				caseId: null
			})),
			list('signed', 'Sessions signed', signed, ({ sessionId, superviseeId, heldOn, as }) => ({
				key: `${sessionId} ${as}`,
				reference: names(superviseeId),
				words: `held ${heldOn === null ? 'on a day not recorded' : dayInWords(heldOn)}, signed by the ${as}`,
				caseId: null,
				practitionerId: null,
				sessionId
			}))
		].filter(({ count }) => count > 0)
	};
}

/** Without the reasons that held without oversight takes in, as everywhere that flags are shown. */
function withoutReasons(flags: readonly ChangedFlag[]): ChangedFlag[] {
	const composites = new Set(
		flags.flatMap(({ code, caseId }) => (code === 'HELD_WITHOUT_OVERSIGHT' ? (caseId ?? []) : []))
	);
	return flags.filter(({ code, caseId }) => !composites.has(caseId ?? '') || !FOLDED.includes(code));
}
