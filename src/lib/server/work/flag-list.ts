import { seesNames, type AskingRole } from '#lib/domain/access.ts';
import { activeKindsOn, isOpenOn } from '#lib/domain/cases.ts';
import { STATE_IN_WORDS } from '#lib/domain/flag-life-words.ts';
import { CODES, SEVERITIES, type Code, type Severity } from '#lib/domain/codes.ts';
import { fold, mostUrgentFirst } from '#lib/domain/flags.ts';
import { pageOf, rowsOn, WHOLE_LIST, type ListPage, type PageAsked } from '#lib/domain/list-pages.ts';
import { clockOn } from '#lib/domain/oversight.ts';
import { flagInWords, namedIn, type FlagInWords } from '#lib/domain/flag-words.ts';
import { CODE_IN_WORDS, kindsInWords } from '#lib/domain/wording.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { teamsInScope } from '#lib/server/store/scope.ts';
import { pictureOfScope, type AsAt } from './picture.ts';
import { lifeInWords, livesOf, namedInLife, type LifeInWords } from './flag-lives.ts';
import { namesFor } from './names.ts';

export interface FlagFilter {
	rules: Code[];
	severity: Severity | null;
	teamId: string | null;
	state: StandingState | null;
}

/** Where a flag that stands can be in its life. */
const STANDING_STATES = ['raised', 'escalated', 'acknowledged', 'accepted'] as const;
export type StandingState = (typeof STANDING_STATES)[number];

export interface ListedFlag extends FlagInWords {
	team: string;
	life: LifeInWords;
	/** The last oversight that counts; null: none since the clock started, or not about a case. */
	lastOversightOn: string | null;
	/** The sender's own id of the case; null: not about a case. */
	caseReference: string | null;
	/** Null: not about an open case. */
	kinds: string | null;
}

export interface FlagList {
	/** Those on the page. */
	flags: ListedFlag[];
	/** Of those that fit the filter. */
	page: ListPage;
	/** How many stand in the scope before filtering. */
	standing: number;
	teams: { teamId: string; name: string; service: string }[];
}

export const EVERY_FLAG: FlagFilter = { rules: [], severity: null, teamId: null, state: null };

/** Reads the filters of an address; what it does not know it leaves out. */
export function filterFrom(parameters: URLSearchParams): FlagFilter {
	const team = parameters.get('team');
	return {
		rules: CODES.filter((code) => parameters.getAll('rule').includes(code)),
		severity: SEVERITIES.find((severity) => severity === parameters.get('severity')) ?? null,
		teamId: team === null || team === '' ? null : team,
		state: STANDING_STATES.find((state) => state === parameters.get('state')) ?? null
	};
}

/**
 * The flags that stand in the scope of who asks, worst first, a page of them or all; filters come after folding. Only
 * those on the page are put into words.
 */
export async function flagList(
	tx: Transaction,
	role: AskingRole,
	asAt: AsAt,
	{ rules, severity, teamId, state }: FlagFilter,
	asked: PageAsked = WHOLE_LIST
): Promise<FlagList> {
	const { view, findings } = await pictureOfScope(tx, asAt, role);
	const standing = fold(findings);
	const fitting = mostUrgentFirst(
		standing.filter(
			(finding) =>
				(rules.length === 0 || rules.includes(finding.code)) &&
				(severity === null || finding.severity === severity) &&
				(teamId === null || (teamId === 'none' ? finding.teamId === null : finding.teamId === teamId))
		)
	);
	const livesOfAll = state === null ? null : await livesOf(tx, view, fitting);
	const found = livesOfAll
		? fitting.filter((finding) => livesOfAll.of(finding).state.state === state)
		: fitting;
	const page = pageOf(found.length, asked);
	const listed = rowsOn(found, page);
	const lives = livesOfAll ?? (await livesOf(tx, view, listed));
	const ids = listed.flatMap((finding) => namedInLife(lives.of(finding)));
	const names = await namesFor(tx, seesNames(role) ? [...namedIn(listed), ...ids] : []);
	const shown = seesNames(role) ? names : () => 'a practitioner';
	const teams = await teamsInScope(tx);
	const teamName = new Map(teams.map((team) => [team.teamId, team.name]));
	const files = new Map(view.authority.cases.map((file) => [file.caseId, file]));
	return {
		standing: standing.length,
		teams,
		page,
		flags: listed.map((finding) => {
			const file = finding.caseId === null ? undefined : files.get(finding.caseId);
			const clock = file ? clockOn(file, asAt.on, view) : null;
			return {
				...flagInWords(finding, shown, asAt.on),
				life: lifeInWords(lives.of(finding), seesNames(role) ? names : null),
				team: finding.teamId === null ? 'no team' : (teamName.get(finding.teamId) ?? 'another team'),
				lastOversightOn: clock?.lastOversightOn ?? null,
				caseReference: file?.reference ?? null,
				kinds:
					file && isOpenOn(file, asAt.on, view.knowledge)
						? kindsInWords(activeKindsOn(file, asAt.on, view.knowledge).map(({ kind }) => kind))
						: null
			};
		})
	};
}

export function ruleOptions(): { value: string; label: string }[] {
	return CODES.map((code) => ({ value: code, label: CODE_IN_WORDS[code] }));
}

export function stateOptions(): { value: string; label: string }[] {
	return STANDING_STATES.map((state) => ({ value: state, label: STATE_IN_WORDS[state] }));
}
