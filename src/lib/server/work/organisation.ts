import type { Restructure } from '#lib/domain/authority.ts';
import { addMonths, dayInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import { MEASURES, measureOf, METRIC_NAMES, type Figure, type Measure } from '#lib/domain/metrics.ts';
import {
	overviewOf,
	servicesMeasured,
	type Charted,
	type Measured,
	type Overview,
	type Scope
} from '#lib/domain/organisation.ts';
import {
	changeInWords,
	countsInWords,
	figureDrawn,
	figureInWords,
	findingOf,
	headlineOf,
	isBetter,
	limitsInWords,
	MANAGED_IN_WORDS,
	monthInWords,
	movedInWords,
	PHASE_IN_WORDS,
	noteInWords,
	VERDICT_IN_WORDS,
	windowInWords
} from '#lib/domain/organisation-words.ts';
import { KINDS } from '#lib/domain/policy.ts';
import { PHASES, windowsOf, type Compared, type Window } from '#lib/domain/restructure.ts';
import { OVERSIGHT_AGES } from '#lib/domain/tally.ts';
import { serviceIdOf } from '#lib/domain/teams.ts';
import { KIND_IN_WORDS } from '#lib/domain/wording.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { restructuresOf } from '#lib/server/store/facts/common.ts';
import { teamsInScope } from '#lib/server/store/scope.ts';
import type { Written } from './csv.ts';
import { instantInWords } from './freshness.ts';
import { measure, restructuresKnown, type Counted } from './measure.ts';

/** What the address asks for. Restructure null: the latest that has begun. Service and team null or left out: all of them. */
export interface Asked {
	on: CalendarDate;
	restructureId: string | null;
	serviceId: string | null;
	teamId?: string | null | undefined;
	/** Left out: as the last review counted the day, where it did. */
	counted?: Counted | undefined;
}

const MONTHS_WITHOUT_RESTRUCTURE = 18;

/** The figures of the organisation or one service in words, as a page and a file show them. */
export type OrganisationInWords = ReturnType<typeof inWords> & {
	service: { id: string; name: string } | null;
	/** When the figures of the day were counted; null: for this page, which is what was asked for where `countedNow`. */
	counted: string | null;
	countedNow: boolean;
	/** In words; null: no month-end is left out because it is before those that were stored. */
	storedFrom: string | null;
	team: { id: string; name: string } | null;
	/** What the page can be asked for instead. */
	choices: { services: { id: string; name: string }[]; restructures: { id: string; name: string }[] };
};

/** What was counted for who asks, and what they ask of it. */
export interface MeasuredScope {
	measured: Measured;
	scope: Scope;
	service: string | null;
	team: { teamId: string; name: string } | null;
	restructure: Restructure | null;
	windows: readonly Window[];
	begun: readonly Restructure[];
}

/** Whose figures they are: a team, a service, or all that who asks may see. */
export function scopeInWords({ team, service }: Pick<MeasuredScope, 'team' | 'service'>): string {
	return team?.name ?? service ?? 'Organisation';
}

/** Null: it had not begun by the day of which the others had; undefined: there is none. */
async function restructureAsked(
	tx: Transaction,
	wanted: string,
	begun: readonly Restructure[]
): Promise<Restructure | null | undefined> {
	const found = begun.find(({ restructureId }) => restructureId === wanted);
	if (found) return found;
	return (await restructuresOf(tx)).some(({ restructureId }) => restructureId === wanted) ? null : undefined;
}

/** Null: no such restructure, service or team in the scope of who asks. Before it began nothing is compared. */
export async function measuredScope(tx: Transaction, asked: Asked): Promise<MeasuredScope | null> {
	const { on, restructureId, serviceId, teamId = null } = asked;
	const begun = await restructuresKnown(tx, on);
	const restructure =
		restructureId === null ? (begun[0] ?? null) : await restructureAsked(tx, restructureId, begun);
	const seen = await teamsInScope(tx);
	const service =
		serviceId === null ? null : seen.find((each) => serviceIdOf(each.service) === serviceId)?.service;
	const team = teamId === null ? null : seen.find((each) => each.teamId === teamId);
	if (restructure === undefined || service === undefined || team === undefined) return null;
	const windows = restructure ? windowsOf(restructure, { on, hindsight: false }) : [];
	const from = windows[0]?.from ?? addMonths(on, 1 - MONTHS_WITHOUT_RESTRUCTURE);
	const measured = await measure(tx, on, from, { counted: asked.counted ?? 'by_review' });
	return { measured, scope: scopeOf(service, team), service, team, restructure, windows, begun };
}

function scopeOf(service: string | null, team: { teamId: string } | null): Scope {
	if (team) return { of: 'team', teamId: team.teamId };
	return service === null ? { of: 'authority' } : { of: 'service', service };
}

/** Null: no such restructure, service or team in the scope of who asks. */
export async function organisation(tx: Transaction, asked: Asked): Promise<OrganisationInWords | null> {
	const found = await measuredScope(tx, asked);
	if (!found) return null;
	const { measured, scope, service, team, restructure, windows, begun } = found;
	const linked = (name: string) => ({ id: serviceIdOf(name), name });
	const overview = overviewOf(measured, scope, restructure, windows);
	return {
		...inWords(overview),
		service: service === null ? null : linked(service),
		counted: measured.countedAt && instantInWords(measured.countedAt),
		countedNow: asked.counted === 'now',
		storedFrom: measured.storedFrom && dayInWords(measured.storedFrom),
		team: team && { id: team.teamId, name: team.name },
		choices: {
			services: servicesMeasured(measured).map(linked),
			restructures: begun.map(({ restructureId: id, name }) => ({ id, name }))
		}
	};
}

function inWords(overview: Overview) {
	const { on, restructure, windows, monthEnds, charts, comparison, services, teams, now } = overview;
	const withoutManager = teams.filter(({ managed }) => managed === 'nobody');
	return {
		on,
		headline: headlineOf(overview),
		restructure: restructure && {
			id: restructure.restructureId,
			name: restructure.name,
			covers: coverage(restructure)
		},
		windows: windows.map((window) => ({
			phase: PHASE_IN_WORDS[window.phase],
			words: windowInWords(window, monthEnds[window.phase])
		})),
		hasMonths: charts.some(({ points }) => points.length > 0),
		charts: charts.map((chart) => chartInWords(chart, windows)),
		comparison: comparison.map((compared) => ({
			...comparedInWords(compared),
			now: withCounts(compared.measure, compared.measure.figure([now]))
		})),
		services: services.map(({ service, compared, now: counted }) => ({
			key: serviceIdOf(service),
			service,
			held: nowIn('M06', counted),
			onTime: restructure ? movedInWords(compared.get('M01')) : nowIn('M01', counted),
			oversight: restructure ? movedInWords(compared.get('M03-28')) : nowIn('M03-28', counted),
			notSuitable: restructure ? movedInWords(compared.get('M05')) : nowIn('M05', counted),
			load: nowIn('M08-mean', counted)
		})),
		teams: teams.map(({ team, now: counted, managed }) => ({
			key: team.teamId,
			name: team.name,
			service: team.service,
			held: nowIn('M06', counted),
			onTime: nowIn('M01', counted),
			oversight: nowIn('M03-28', counted),
			notSuitable: nowIn('M05', counted),
			load: nowIn('M08-mean', counted),
			over: nowIn('M08-over', counted),
			managed,
			manager: MANAGED_IN_WORDS[managed]
		})),
		withoutManager: withoutManager.map(({ team }) => team.name),
		kinds: ([...KINDS, 'unknown'] as const).flatMap((kind) => {
			const overseen = now.overseenByKind[kind];
			if (!overseen) return [];
			const share = (place: number) =>
				`${(((overseen.within[place] ?? 0) * 100) / overseen.cases).toFixed(1)} %`;
			const within = OVERSIGHT_AGES.map((days, place) => [`within${days}`, share(place)] as const);
			return {
				key: kind,
				kind: kind === 'unknown' ? 'kind unknown' : KIND_IN_WORDS[kind],
				cases: overseen.cases,
				...(Object.fromEntries(within) as Record<`within${(typeof OVERSIGHT_AGES)[number]}`, string>)
			};
		}),
		definitions: MEASURES.map(({ id, metric, name, definition, better }) => ({
			id,
			metric: `${metric} ${METRIC_NAMES[metric]}`,
			name,
			definition,
			better
		}))
	};

	function nowIn(id: string, counted: typeof now): string {
		const measured = measureOf(id);
		return figureInWords(measured, measured.figure([counted]));
	}
}

function coverage({ teamIds }: Restructure): string {
	if (teamIds.length === 0) return 'all teams';
	return teamIds.length === 1 ? '1 team' : `${teamIds.length} teams`;
}

function withCounts(measured: Measure, figure: Figure | null) {
	return { value: figureInWords(measured, figure), counts: countsInWords(measured, figure), figure };
}

export function comparedInWords({ measure: measured, figures, change, changeTo }: Compared) {
	return {
		key: measured.id,
		metric: measured.metric,
		name: measured.name,
		unit: measured.unit,
		before: withCounts(measured, figures.before),
		during: withCounts(measured, figures.during),
		after: withCounts(measured, figures.after),
		change: changeInWords(measured, change),
		changed: change,
		changeTo: PHASE_IN_WORDS[changeTo].toLowerCase(),
		verdict: change?.verdict ?? null,
		verdictInWords: change ? VERDICT_IN_WORDS[change.verdict] : 'No figure to compare'
	};
}

export function chartInWords(chart: Charted, windows: readonly Window[]) {
	const { measure: measured, points, stretches } = chart;
	const unit = measured.kind === 'share' ? ' %' : '';
	const within = (at: number, isUpper: boolean): number | null => {
		if (at < 0 || (isUpper && measured.kind === 'share' && at > 1)) return null;
		return figureDrawn(measured, { value: at, numerator: null, denominator: 1 });
	};
	return {
		id: measured.id,
		title: findingOf(chart),
		name: measured.name,
		definition: measured.definition,
		unit,
		words: limitsInWords(chart),
		months: points.map(({ on }) => monthInWords(on)),
		days: points.map(({ on }) => on),
		values: points.map(({ figure }) => figureDrawn(measured, figure)),
		marks: points.map(({ causes: [first] }) => {
			const better = first ? isBetter(measured, first) : null;
			return better === null ? ('plain' as const) : better ? ('improvement' as const) : ('concern' as const);
		}),
		notes: points.map((point) => noteInWords(measured, point)),
		phases:
			windows.length === 0
				? []
				: stretches.map(({ phase, from, to }) => ({ label: PHASE_IN_WORDS[phase], from, to })),
		limits: stretches.flatMap(({ from, to, limits }) => {
			const centre =
				limits && figureDrawn(measured, { value: limits.centre, numerator: null, denominator: 1 });
			if (!limits || centre === null) return [];
			return { from, to, centre, lower: within(limits.lower, false), upper: within(limits.upper, true) };
		})
	};
}

const COLUMNS = [...PHASES, 'now'] as const;

/** The comparison as rows of a file: one measure a row, in numbers. Shares are fractions of 1; empty is no figure. */
export const COMPARISON_HEAD: readonly string[] = [
	'metric',
	'measure',
	...COLUMNS.flatMap((column) => [column, `${column}_numerator`, `${column}_denominator`]),
	'change',
	'change_lower_95',
	'change_upper_95',
	'change_from_before_to',
	'in_words',
	'definition'
];

export function comparisonRows({ comparison, definitions }: OrganisationInWords): Written[][] {
	return comparison.map((row) => [
		row.metric,
		row.name,
		...COLUMNS.flatMap((column) => {
			const { figure } = row[column];
			return figure?.value == null
				? [null, null, null]
				: [figure.value, figure.numerator, figure.denominator];
		}),
		row.changed?.difference ?? null,
		row.changed?.interval?.lower ?? null,
		row.changed?.interval?.upper ?? null,
		row.changed ? row.changeTo : null,
		row.verdictInWords,
		definitions.find(({ id }) => id === row.key)?.definition ?? null
	]);
}

/** A name for the file: the day, and the service or team where it is of one. */
export function fileNameOf({ on, service, team }: OrganisationInWords): string {
	return `organisation${team ? `-${team.name}` : service ? `-${service.id}` : ''}-${on}`;
}
