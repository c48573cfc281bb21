import { isAmong, mayKeepRecord, PAGES, seesNames, type AskingRole } from '#lib/domain/access.ts';
import { arrange, personOf, viewOf, type View } from '#lib/domain/authority.ts';
import { addDays, type CalendarDate } from '#lib/domain/calendar.ts';
import {
	contradictionsOf,
	CONTRADICTIONS,
	LATELY_DAYS,
	type Contradiction
} from '#lib/domain/contradictions.ts';
import { fold } from '#lib/domain/flags.ts';
import {
	checkedOn,
	GAPS,
	gapsOf,
	isManagerNotRegistered,
	lookedAt,
	mayRestOn,
	missingOf,
	runnerOf,
	type Gap,
	type GapCode,
	type Missing
} from '#lib/domain/gaps.ts';
import {
	askInWords,
	CONTRADICTION_IN_WORDS,
	GAP_IN_WORDS,
	namedInContradictions,
	rowsInWords
} from '#lib/domain/gaps-words.ts';
import { inPostOn } from '#lib/domain/people.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { gatherFacts } from '#lib/server/store/facts.ts';
import { factsOfGaps } from '#lib/server/store/facts/of-gaps.ts';
import { managingPractice } from '#lib/server/store/managers.ts';
import { casesOverseenBy } from '#lib/server/store/people.ts';
import { inScope, teamsInScope } from '#lib/server/store/scope.ts';
import { namesFor } from './names.ts';
import { flagsAmong } from './picture.ts';

/** What was asked for in the address of the page; empty: everything. */
export interface GapsAsked {
	team: string;
	what: string;
}

/** The queue of cases that belong to no team. */
const NO_TEAM = 'none';

export function gapsAsked(query: URLSearchParams): GapsAsked {
	const codes: readonly string[] = [...GAPS, ...CONTRADICTIONS];
	const what = query.get('what') ?? '';
	return { team: query.get('team') ?? '', what: codes.includes(what) ? what : '' };
}

export interface GapRow {
	key: string;
	code: string;
	what: string;
	/** Whom or what it is about. */
	subject: string;
	href: string | null;
	team: string;
	/** What the rules take instead, or the facts that disagree. */
	detail: string;
	/** Flags that rest on it; null: not counted for facts that disagree. */
	flags: number | null;
	mend: { href: string; label: string } | null;
	/** Who can mend it, where who asks cannot; null: they can, or there is no form for it. */
	ask: string | null;
}

export interface GapsFound {
	missing: GapRow[];
	disagreeing: GapRow[];
	/** How many there are of each, whatever the filter on what. */
	summary: { code: string; what: string; rows: number; flags: number | null }[];
	checked: { people: number; cases: number };
	teams: { value: string; label: string }[];
}

/** What is missing and what disagrees today about the people and cases in the scope of who asks. */
export async function gapsFound(
	tx: Transaction,
	asker: { role: AskingRole; practitionerId: string | null; today: CalendarDate },
	{ team, what }: GapsAsked
): Promise<GapsFound> {
	const { role, today } = asker;
	const { practitionerIds, caseIds } = await inScope(tx, today, []);
	const lately = { on: today, after: addDays(today, -LATELY_DAYS) };
	const seesAll = role === 'steward' || isAmong(PAGES['/organisation'], role);
	const facts = await factsOfGaps(tx, { caseIds, practitionerIds }, lately, seesAll);
	const view = viewOf(arrange(facts), today);
	const [people, cases] = [new Set(practitionerIds), new Set(caseIds)];
	const me = asker.practitionerId;
	const by: Asker = { role, between: betweenIn(view, me) };
	const looked = lookedAt(view, { people: practitionerIds, cases });
	const isOfTeam = ({ teamId }: { teamId: string | null }) => team === '' || (teamId ?? NO_TEAM) === team;
	const missing = missingOf(view, looked).filter(isOfTeam);
	const gaps = await withFlags(tx, view, missing, { people, cases });
	const disagreeing = contradictionsOf(view, looked).filter(isOfTeam);
	const isAsked = ({ code }: { code: string }) => what === '' || code === what;
	const teams = await teamsInScope(tx);
	const teamNames = new Map(
		view.authority.teams.map(({ teamId, name }) => [teamId, name] as const).toReversed()
	);
	const rows = gaps.map((gap) => {
		const mend = mendOf(gap, by);
		return { gap, mend, runner: mend ? null : runnerOf(gap.teamId, view, [gap.practitionerId, me]) };
	});
	const named = [
		...practitionerIds,
		...namedInContradictions(disagreeing),
		...rows.flatMap(({ runner }) => runner?.practitionerId ?? [])
	];
	const names = seesNames(role) ? await namesFor(tx, named) : null;
	const nameOf = names ?? ((id: string) => view.authority.people.get(id)?.reference ?? 'a colleague');
	const row = (found: Gap | Contradiction) => ({
		code: found.code,
		subject: found.practitionerId !== null && names !== null ? names(found.practitionerId) : found.reference,
		href: subjectHref(found, by),
		team: found.teamId === null ? 'no team' : (teamNames.get(found.teamId) ?? 'a team not recorded')
	});
	return {
		missing: rows
			.filter(({ gap }) => isAsked(gap))
			.map(({ gap, mend, runner }): GapRow => {
				const about = row(gap);
				const name = runner && names ? names(runner.practitionerId) : null;
				return {
					...about,
					key: `${gap.code}-${gap.key}`,
					what: GAP_IN_WORDS[gap.code].missing,
					detail: GAP_IN_WORDS[gap.code].instead,
					flags: gap.flags,
					mend,
					ask: mend
						? null
						: askInWords(
								{ name, role: runner?.role ?? null, team: about.team },
								OF_THE_RECORD.includes(gap.code)
							)
				};
			}),
		disagreeing: disagreeing.filter(isAsked).map((found, place): GapRow => {
			const href = contradictionHref(found, by);
			return {
				...row(found),
				key: `${found.code}-${found.key}-${place}`,
				what: CONTRADICTION_IN_WORDS[found.code],
				detail: rowsInWords(found, nameOf),
				flags: null,
				mend: href === null ? null : { href, label: 'Look at the record' },
				ask: null
			};
		}),
		summary: summaryOf(gaps, disagreeing),
		checked: checkedOn(view, looked),
		teams: [
			...teams.map(({ teamId, name }) => ({ value: teamId, label: name })),
			...([...gaps, ...disagreeing].some(({ teamId }) => teamId === null) || team === NO_TEAM
				? [{ value: NO_TEAM, label: 'No team' }]
				: [])
		]
	};
}

/** What is missing with the flags that rest on it: only those whose flags may are assessed. */
async function withFlags(
	tx: Transaction,
	view: View,
	missing: readonly Missing[],
	scope: { people: ReadonlySet<string>; cases: ReadonlySet<string> }
): Promise<Gap[]> {
	const { on } = view.knowledge;
	const concerned = mayRestOn(missing, view);
	if (concerned.caseIds.length + concerned.practitionerIds.length === 0) return gapsOf(missing, view, []);
	const overseen = await casesOverseenBy(tx, concerned.managerIds, on);
	const those = {
		caseIds: [...concerned.caseIds, ...overseen].filter((id) => scope.cases.has(id)),
		practitionerIds: concerned.practitionerIds.filter((id) => scope.people.has(id))
	};
	const standing = await flagsAmong(tx, those, { on, hindsight: false });
	const own = standing.findings.filter(({ caseId, practitionerId }) =>
		caseId === null ? practitionerId !== null && scope.people.has(practitionerId) : scope.cases.has(caseId)
	);
	return gapsOf(missing, standing.view, fold(own));
}

function summaryOf(gaps: readonly Gap[], disagreeing: readonly Contradiction[]): GapsFound['summary'] {
	const missing = GAPS.map((code) => {
		const those = gaps.filter((gap) => gap.code === code);
		const flags = those.reduce((sum, gap) => sum + gap.flags, 0);
		return { code, what: GAP_IN_WORDS[code].missing, rows: those.length, flags };
	});
	const contradicting = CONTRADICTIONS.map((code) => ({
		code,
		what: CONTRADICTION_IN_WORDS[code],
		rows: disagreeing.filter((found) => found.code === code).length,
		flags: null
	}));
	return [...missing, ...contradicting].filter(({ rows }) => rows > 0);
}

/** Who asks, and what they are to somebody: themselves, their supervisor, or supervised by them. */
interface Asker {
	role: AskingRole;
	between: (practitionerId: string) => Parameters<typeof mayKeepRecord>[1];
}

function betweenIn(view: View, me: string | null): Asker['between'] {
	const supervisorOf = (id: string | null) => {
		const person = personOf(view, id);
		return person && (inPostOn(person, view.knowledge.on, view.knowledge)?.supervisorId ?? null);
	};
	return (id) => ({
		own: id === me,
		supervises: me !== null && supervisorOf(id) === me,
		isSupervised: supervisorOf(me) === id
	});
}

function subjectHref(found: Gap | Contradiction, by: Asker): string | null {
	const { practitionerId, caseId } = found;
	const { role } = by;
	if (caseId !== null) return isAmong(PAGES['/case/[id]'], role) ? `/case/${caseId}` : null;
	if (isAmong(PAGES['/practitioner/[id]'], role)) return `/practitioner/${practitionerId}`;
	return keepsRecordOf(found, by) ? `/practitioner/${practitionerId}/record` : null;
}

function keepsRecordOf({ practitionerId }: Gap | Contradiction, by: Asker): boolean {
	return practitionerId !== null && mayKeepRecord(by.role, by.between(practitionerId));
}

type Page = keyof typeof PAGES;

/** What a data steward may mend as well. */
const OF_THE_RECORD: readonly GapCode[] = [
	'MANAGER_NOT_REGISTERED',
	'NUMBER_MISSING',
	'REGISTRATION_DATE_MISSING',
	'STAGE_MISSING'
];

/** The form that mends it, for those who may open it. */
function mendOf(gap: Gap, by: Asker): GapRow['mend'] {
	const { role } = by;
	const to = (page: Page, href: string) =>
		isAmong(PAGES[page], role) ? { href, label: GAP_IN_WORDS[gap.code].mend } : null;
	const person = `/practitioner/${gap.practitionerId}`;
	const file = `/case/${gap.caseId}`;
	const forms: Record<GapCode, () => GapRow['mend']> = {
		MANAGER_NOT_REGISTERED: () => ofRecord('registration'),
		NUMBER_MISSING: () => ofRecord('registration'),
		REGISTRATION_DATE_MISSING: () => ofRecord('registration'),
		STAGE_MISSING: () => ofRecord('stage'),
		POSTING_MISSING: () => to('/practitioner/[id]/posting', `${person}/posting?task=first`),
		SUPERVISOR_MISSING: () => to('/practitioner/[id]/posting', `${person}?tab=postings`),
		FTE_MISSING: () => to('/practitioner/[id]/posting', `${person}?tab=postings`),
		AGENCY_MISSING: () => to('/practitioner/[id]/posting', `${person}?tab=postings`),
		SESSION_LENGTH_MISSING: () => to('/supervision/[session]/length', `/supervision/${gap.key}/length`),
		KIND_UNKNOWN: () => to('/case/[id]/change', `${file}/change?task=begin`),
		DATE_OF_BIRTH_MISSING: () => to('/case/[id]/change', `${file}/change?task=child`),
		HOLDER_NOT_MATCHED: () => to('/allocate/[case]', `/allocate/${gap.caseId}`),
		HOLDER_SINCE_MISSING: () => to('/case/[id]/change', `${file}/change?task=since`),
		CONFERENCE_MISSING: () => to('/case/[id]/change', file),
		REQUEST_DAY_MISSING: () => to('/case/[id]/request/[request]', `${file}/request/${gap.key}`),
		SECOND_MANAGER_DAY_MISSING: () => to('/case/[id]/request/[request]', `${file}/request/${gap.key}`)
	};
	return forms[gap.code]();

	function ofRecord(task: string): GapRow['mend'] {
		return keepsRecordOf(gap, by) ? to('/practitioner/[id]/record', `${person}/record?task=${task}`) : null;
	}
}

function contradictionHref(found: Contradiction, by: Asker): string | null {
	const { role } = by;
	const { code, caseId, practitionerId, key } = found;
	if (code === 'DECIDED_BEFORE_ASKED' || code === 'AGREED_BEFORE_DECIDED')
		return isAmong(PAGES['/case/[id]/request/[request]'], role) ? `/case/${caseId}/request/${key}` : null;
	if (caseId !== null || !isAmong(PAGES['/practitioner/[id]'], role)) return subjectHref(found, by);
	return `/practitioner/${practitionerId}?tab=${TAB_OF[code] ?? 'record'}`;
}

const TAB_OF: Partial<Record<Contradiction['code'], string>> = {
	SUPERVISED_IN_A_CIRCLE: 'postings',
	SUPERVISED_BY_LOWER: 'postings',
	LEFT_BUT_POSTED: 'postings',
	POSTED_BEFORE_STARTED: 'postings',
	POSTED_TO_CLOSED_TEAM: 'postings',
	EXPIRED_BEFORE_COMPLETED: 'training',
	COVERED_BY_ONESELF: 'absence',
	SESSION_WITHOUT_SUPERVISOR_IN_POST: 'supervision',
	SESSION_WITHOUT_SUPERVISEE_IN_POST: 'supervision',
	SIGNED_BEFORE_HELD: 'supervision'
};

/** The managers in post today whose registration is not recorded, by reference: what the list of gaps puts first. */
export async function managersNotRegistered(tx: Transaction, today: CalendarDate): Promise<string[]> {
	const practitionerIds = await managingPractice(tx, today);
	const facts = await gatherFacts(tx, { of: 'those', caseIds: [], practitionerIds, held: { on: today } });
	const view = viewOf(arrange(facts), today);
	return practitionerIds
		.flatMap((id) => personOf(view, id) ?? [])
		.filter((person) => isManagerNotRegistered(person, view))
		.map(({ reference }) => reference)
		.sort();
}

export const GAP_COLUMNS = [
	'what',
	'about',
	'team',
	'missing or disagreeing',
	'in words',
	'flags resting on it',
	'how to mend it'
];

export function gapsCsv({ missing, disagreeing }: GapsFound): (string | number | null)[][] {
	const line = (kind: string) => (row: GapRow) => [
		row.what,
		row.subject,
		row.team,
		kind,
		row.detail,
		row.flags,
		row.mend?.label ?? row.ask
	];
	return [...missing.map(line('missing')), ...disagreeing.map(line('disagreeing'))];
}
