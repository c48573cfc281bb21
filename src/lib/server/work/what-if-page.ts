import { seesNames, type AskingRole } from '#lib/domain/access.ts';
import { dayInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import { changeOf, changesByTeam, CHANGES, type Change, type TeamChanges } from '#lib/domain/what-if.ts';
import { BAND_IN_WORDS, CODE_IN_WORDS, SEVERITY_IN_WORDS } from '#lib/domain/wording.ts';
import { record } from '#lib/server/audit.ts';
import { dayOfInstant, timeOfInstant } from '#lib/server/clock.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { openDraft, type StoredWhatIf } from '#lib/server/store/policy.ts';
import { teamsInScope } from '#lib/server/store/scope.ts';
import { namesFor } from './names.ts';
import { workedOut } from './try-policy.ts';

export interface DayInWords {
	on: CalendarDate;
	day: string;
	/** Null: not worked out yet. */
	counts: Omit<TeamChanges, 'teamId'> | null;
	standing: { before: number; after: number } | null;
}

export interface WhatIfPage {
	today: DayInWords | null;
	teams: (TeamChanges & { team: string })[];
	workedOutAt: string | null;
	/** How long today took to work out, in seconds. */
	seconds: number | null;
	months: DayInWords[];
	waiting: number;
	asked: number;
}

/** What the draft would change today, by team, and at each month-end that was asked for; null: there is no draft. */
export async function whatIfPage(tx: Transaction, today: CalendarDate): Promise<WhatIfPage | null> {
	const draft = await openDraft(tx);
	if (!draft) return null;
	const days = await workedOut(tx, draft.policy);
	const now = days.find(({ on }) => on === today);
	const teams = await teamNames(tx);
	return {
		today: now ? inWords(now) : null,
		teams: now?.changes
			? changesByTeam(now.changes).map((each) => ({ ...each, team: teams(each.teamId) }))
			: [],
		workedOutAt: now?.workedOutAt
			? `${dayInWords(dayOfInstant(now.workedOutAt))}, ${timeOfInstant(now.workedOutAt)}`
			: null,
		seconds: now?.milliseconds == null ? null : now.milliseconds / 1000,
		months: days.filter(({ on }) => on !== today).map(inWords),
		waiting: days.filter(({ changes }) => changes === null).length,
		asked: days.length
	};
}

function inWords({ on, changes }: StoredWhatIf): DayInWords {
	if (!changes) return { on, day: dayInWords(on), counts: null, standing: null };
	const total = { raised: 0, cleared: 0, more_severe: 0, less_severe: 0, moved: changes.moved.length };
	for (const flag of changes.flags) total[changeOf(flag)] += 1;
	return { on, day: dayInWords(on), counts: total, standing: changes.standing };
}

async function teamNames(tx: Transaction): Promise<(teamId: string | null) => string> {
	const names = new Map((await teamsInScope(tx)).map(({ teamId, name }) => [teamId, name]));
	return (teamId) => (teamId === null ? 'no team' : (names.get(teamId) ?? 'a team no longer recorded'));
}

export interface ChangedRow {
	key: string;
	reference: string;
	caseId: string | null;
	practitionerId: string | null;
	practitioner: string;
	team: string;
	rule: string;
	change: Change;
	/** "not raised → high" */
	severity: string;
}

export interface MovedRow {
	key: string;
	practitionerId: string;
	practitioner: string;
	team: string;
	before: string;
	after: string;
}

export interface WhatIfDay {
	day: string;
	team: string | null;
	change: Change | 'moved' | null;
	flags: ChangedRow[];
	moved: MovedRow[];
}

export interface WhatIfFilter {
	/** `none`: of no team; null: of any. */
	team: string | null;
	change: Change | 'moved' | null;
}

export function whatIfFilter(parameters: URLSearchParams): WhatIfFilter {
	const change = parameters.get('change');
	return {
		team: parameters.get('team') || null,
		change: change === 'moved' ? 'moved' : (CHANGES.find((each) => each === change) ?? null)
	};
}

/** Exactly the flags and people behind a count; null: the day was not worked out for this draft. */
export async function whatIfDay(
	tx: Transaction,
	who: { accountId: string; role: AskingRole },
	on: CalendarDate,
	{ team, change }: WhatIfFilter
): Promise<WhatIfDay | null> {
	const draft = await openDraft(tx);
	const stored = draft && (await workedOut(tx, draft.policy)).find((each) => each.on === on);
	const changes = stored?.changes;
	if (!changes) return null;
	const here = ({ teamId }: { teamId: string | null }) =>
		team === null || (team === 'none' ? teamId === null : teamId === team);
	const flags = changes.flags.filter((flag) => here(flag) && (change === null || changeOf(flag) === change));
	const moved = changes.moved.filter((each) => here(each) && (change === null || change === 'moved'));
	const ids = [...flags, ...moved].flatMap(({ practitionerId }) => practitionerId ?? []);
	const names = seesNames(who.role) ? await namesFor(tx, [...new Set(ids)]) : () => 'a practitioner';
	const teams = await teamNames(tx);
	await record(tx, who, { action: 'read', entity: 'policy_what_if', entityId: on });
	return {
		day: dayInWords(on),
		team: team === null ? null : teams(team === 'none' ? null : team),
		change,
		flags: flags.map((flag) => ({
			key: `${flag.code} ${flag.subject.kind} ${flag.subject.id}`,
			reference: flag.subject.reference,
			caseId: flag.caseId,
			practitionerId: flag.practitionerId,
			practitioner: flag.practitionerId === null ? 'nobody' : names(flag.practitionerId),
			team: teams(flag.teamId),
			rule: CODE_IN_WORDS[flag.code],
			change: changeOf(flag),
			severity: [flag.before, flag.after]
				.map((severity) => (severity === null ? 'not raised' : SEVERITY_IN_WORDS[severity].toLowerCase()))
				.join(' → ')
		})),
		moved: moved.map(({ practitionerId, teamId, before, after }) => ({
			key: practitionerId,
			practitionerId,
			practitioner: names(practitionerId),
			team: teams(teamId),
			before: loadInWords(before),
			after: loadInWords(after)
		}))
	};
}

function loadInWords({
	band,
	loadPercent
}: {
	band: keyof typeof BAND_IN_WORDS;
	loadPercent: number | null;
}) {
	return loadPercent === null ? BAND_IN_WORDS[band] : `${Math.round(loadPercent)} %, ${BAND_IN_WORDS[band]}`;
}
