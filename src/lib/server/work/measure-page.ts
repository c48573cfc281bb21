import { maySetTargets, seesNames, type AskingRole } from '#lib/domain/access.ts';
import { personOf, viewOf, type Authority } from '#lib/domain/authority.ts';
import { besideOf, NOTHING_CHOSEN, PUBLISHED_AS, type Beside } from '#lib/domain/benchmarks.ts';
import { addMonths, dayInWords, daysBetween, type CalendarDate } from '#lib/domain/calendar.ts';
import { fileOf } from '#lib/domain/files-at-hand.ts';
import { MEASURES, METRIC_NAMES, PARTS, type Figure, type Measure } from '#lib/domain/metrics.ts';
import {
	chartOf,
	daysIn,
	servicesMeasured,
	tallyIn,
	type Measured,
	type Tallies
} from '#lib/domain/organisation.ts';
import {
	countsInWords,
	figureDrawn,
	figureInWords,
	movedInWords,
	NOT_SHOWN
} from '#lib/domain/organisation-words.ts';
import { compared, isWithin, type Window } from '#lib/domain/restructure.ts';
import { talliesByTeam } from '#lib/domain/tally.ts';
import type { RowBehind } from '#lib/domain/tally-further.ts';
import { periodUpTo } from '#lib/domain/tally-of-period.ts';
import { serviceIdOf, teamsKnown } from '#lib/domain/teams.ts';
import { record, type Actor } from '#lib/server/audit.ts';
import {
	isMet,
	mayHaveTarget,
	targetInWords,
	targetOn,
	targetSetInWords,
	targetStretches
} from '#lib/domain/targets.ts';
import { areasBeside, comparisonsChosen } from '#lib/server/store/benchmarks.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { targetsOf } from '#lib/server/store/targets.ts';
import { dayCounted } from '#lib/server/store/figures.ts';
import { teamsInScope } from '#lib/server/store/scope.ts';
import type { Written } from './csv.ts';
import { instantInWords } from './freshness.ts';
import { authorityOfPeriods, measure as measuredFrom } from './measure.ts';
import { namesFor } from './names.ts';
import { chartInWords, comparedInWords, measuredScope, type Asked } from './organisation.ts';

const EVERY = [...MEASURES, ...PARTS];

/** One measure as its own page shows it. Null: no such measure, restructure or service in the scope of who asks. */
export async function measurePage(tx: Transaction, role: AskingRole, measureId: string, asked: Asked) {
	const measure = EVERY.find(({ id }) => id === measureId);
	const found = measure && (await measuredScope(tx, asked));
	if (!measure || !found) return null;
	const { measured, scope, service, team, restructure, windows } = found;
	const { on, months, teams, now } = measured;
	const ofAll = compared(measure, daysIn(measured, scope, windows));
	const chart = chartOf(measure, measured, scope, windows, restructure ? ofAll : null);
	const within = (of: typeof scope) => measure.figure([tallyIn(now, of, teams)]);
	const row = (key: string, name: string, of: typeof scope) => {
		const figure = within(of);
		return {
			key,
			name,
			now: figureInWords(measure, figure),
			counts: countsInWords(measure, figure),
			moved: restructure ? movedInWords(compared(measure, daysIn(measured, of, windows))) : ''
		};
	};
	const figure = within(scope);
	const days = months.map((month) => month.on);
	return {
		id: measure.id,
		on,
		metric: `${measure.metric} ${METRIC_NAMES[measure.metric]}`,
		name: measure.name,
		unit: measure.unit,
		definition: measure.definition,
		better: measure.better,
		notShown: measure.metric === 'M06' ? NOT_SHOWN : null,
		service: service === null ? null : { id: serviceIdOf(service), name: service },
		counted: measured.countedAt && instantInWords(measured.countedAt),
		countedNow: asked.counted === 'now',
		storedFrom: measured.storedFrom && dayInWords(measured.storedFrom),
		team: team && { id: team.teamId, name: team.name },
		restructure: restructure && { id: restructure.restructureId, name: restructure.name },
		chart: chartInWords(chart, windows),
		now: { value: figureInWords(measure, figure), counts: countsInWords(measure, figure) },
		compared: restructure ? comparedInWords(ofAll) : null,
		cautions: cautionsOf(measure, windows, measured, figure.denominator),
		services:
			scope.of === 'authority'
				? servicesMeasured(measured).map((name) =>
						row(serviceIdOf(name), name, { of: 'service', service: name })
					)
				: [],
		teams: teams
			.filter(
				({ teamId, service: ofTeam }) =>
					now.has(teamId) && (scope.of !== 'service' || ofTeam === scope.service)
			)
			.map(({ teamId, name }) => row(teamId, name, { of: 'team', teamId })),
		parts: PARTS.filter(({ partOf }) => partOf === measure.id).map((part) => {
			const ofPart = part.figure([tallyIn(now, scope, teams)]);
			return {
				key: part.id,
				name: part.name,
				now: figureInWords(part, ofPart),
				counts: countsInWords(part, ofPart)
			};
		}),
		beside: await besideMeasure(tx, measure, days, asked.on),
		target: await targetInPage(tx, role, measure, chart.points, asked.on),
		measures: MEASURES.map(({ id, name }) => ({ id, name }))
	};
}

const MONTHS_OF_TARGET = 12;

/** A measure at the last twelve month-ends of all that who asks may see. */
export async function monthsOf(
	tx: Transaction,
	measure: Measure,
	on: CalendarDate
): Promise<{ on: CalendarDate; figure: Figure }[]> {
	const measured = await measuredFrom(tx, on, addMonths(on, -MONTHS_OF_TARGET));
	return chartOf(measure, measured, { of: 'authority' }, [], null).points;
}

/** What limits what the comparison can say of this measure, in words. */
function cautionsOf(
	{ kind }: Measure,
	windows: readonly Window[],
	{ months }: Measured,
	denominator: number
): string[] {
	const short = windows.filter(({ from, to }) => daysBetween(from, to) < 365);
	const few = windows.filter((window) => months.filter(({ on }) => isWithin(window, on)).length < 3);
	return [
		...(short.length > 0
			? [
					'Before and after are shorter than a year, so they are not the same seasons: some change may be the time of year.'
				]
			: []),
		...(few.length > 0 ? ['A window has fewer than 3 month-ends.'] : []),
		...(kind === 'share' && denominator > 0 && denominator < 10
			? [`Small numbers: the share on this day is of ${denominator}.`]
			: [])
	];
}

/** What is published beside the measure, by the choice that stood on the day asked about. Null: nothing is. */
async function besideMeasure(
	tx: Transaction,
	{ id }: Measure,
	days: readonly CalendarDate[],
	on: CalendarDate
): Promise<Beside | null> {
	if (!PUBLISHED_AS[id]) return null;
	const chosen = (await comparisonsChosen(tx)).find(({ chosenOn }) => chosenOn <= on) ?? NOTHING_CHOSEN;
	const codes = [...(chosen.ownCode === null ? [] : [chosen.ownCode]), ...chosen.neighbourCodes];
	return besideOf(id, days, await areasBeside(tx, codes), chosen);
}

/** The target of the measure as it is drawn, as it is told, and whether each month met it. Null: it can have none. */
async function targetInPage(
	tx: Transaction,
	role: AskingRole,
	measure: Measure,
	points: readonly { on: CalendarDate; figure: Figure }[],
	on: CalendarDate
) {
	if (!mayHaveTarget(measure)) return null;
	const targets = await targetsOf(tx, measure.id);
	const drawn = (value: number) => figureDrawn(measure, { value, numerator: null, denominator: 1 }) ?? value;
	const standing = targetOn(targets, on, on);
	return {
		maySet: maySetTargets(role),
		now: standing && targetSetInWords(measure, standing),
		stretches: targetStretches(
			targets,
			points.map((point) => point.on),
			on
		).map(({ from, to, value }) => ({
			from,
			to,
			at: drawn(value),
			label: `Target ${targetInWords(measure, value)}`
		})),
		met: points.map((point) => {
			const target = targetOn(targets, point.on, on);
			if (!target) return '';
			const met = isMet(measure, point.figure, target.value);
			const said = targetInWords(measure, target.value);
			return met === null ? said : `${said}: ${met ? 'met' : 'not met'}`;
		}),
		earlier: targets
			.filter((target) => target.setOn <= on && target !== standing)
			.map((target) => targetSetInWords(measure, target))
			.reverse()
	};
}

export const MONTHS_HEAD: readonly string[] = [
	'month_end',
	'phase',
	'value',
	'numerator',
	'denominator',
	'centre',
	'lower_limit',
	'upper_limit',
	'note',
	'target',
	'england',
	'region',
	'neighbours_lowest',
	'neighbours_highest'
];

/** The months of a measure in numbers, as they were stored: shares are fractions of 1, empty is no figure. */
export async function monthRows(
	tx: Transaction,
	measureId: string,
	asked: Asked
): Promise<{ name: string; rows: Written[][] } | null> {
	const measure = EVERY.find(({ id }) => id === measureId);
	const found = measure && (await measuredScope(tx, asked));
	if (!measure || !found) return null;
	const { measured, scope, windows } = found;
	const chart = chartOf(measure, measured, scope, windows, null);
	const { notes } = chartInWords(chart, windows);
	const days = chart.points.map(({ on }) => on);
	const beside = await besideMeasure(tx, measure, days, asked.on);
	const targets = mayHaveTarget(measure) ? await targetsOf(tx, measure.id) : [];
	const scale = measure.kind === 'share' ? 100 : 1;
	const published = (value: number | null | undefined) => (value == null ? null : value / scale);
	const lineOf = (key: 'england' | 'region') => beside?.lines.find((line) => line.key === key)?.values;
	const bandAt = (index: number) => beside?.band.find(({ from, to }) => from <= index && index < to);
	return {
		name: `${measure.id}-${asked.on}`,
		rows: chart.points.map(({ on, figure }, index) => {
			const stretch = chart.stretches.find(({ from, to }) => from <= index && index < to);
			return [
				on,
				windows.length === 0 ? null : (stretch?.phase ?? null),
				figure.value,
				figure.numerator,
				figure.value === null ? null : figure.denominator,
				stretch?.limits?.centre ?? null,
				stretch?.limits?.lower ?? null,
				stretch?.limits?.upper ?? null,
				notes[index] ?? null,
				targetOn(targets, on, asked.on)?.value ?? null,
				published(lineOf('england')?.[index]),
				published(lineOf('region')?.[index]),
				...[bandAt(index)?.lower, bandAt(index)?.upper].map(published)
			];
		})
	};
}

export interface RowBehindMeasure {
	key: string;
	/** Null: a case, a session or something else that belongs to no team. */
	team: string | null;
	what: string;
	/** The case to open; null: it is not about one. */
	caseId: string | null;
	on: CalendarDate | null;
	above: number;
	below: number;
}

/**
 * Everything that a measure counts on a day in a service (null: in all the teams of who asks), or in one team. A list
 * of single cases is written down. People stand by their names only for those who see names.
 */
export async function rowsBehind(
	tx: Transaction,
	by: { actor: Actor; role: AskingRole },
	measureId: string,
	asked: { on: CalendarDate; serviceId: string | null; teamId: string | null }
) {
	const measure = EVERY.find(({ id }) => id === measureId);
	const seen = await teamsInScope(tx);
	const own = seen.filter(
		({ teamId, service }) =>
			(asked.teamId === null || teamId === asked.teamId) &&
			(asked.serviceId === null || serviceIdOf(service) === asked.serviceId)
	);
	if (!measure || own.length === 0) return null;
	const authority = await authorityOfPeriods(tx, [periodUpTo(asked.on)]);
	const view = viewOf(authority, asked.on);
	const teams = new Map(teamsKnown(view).map((team) => [team.teamId, team]));
	const ids = new Set<string | null>(own.map(({ teamId }) => teamId));
	if (asked.teamId === null && asked.serviceId === null) ids.add(null);
	const behind: RowBehind[] = [];
	const tallies = talliesByTeam(view, periodUpTo(asked.on), (id, row) => {
		if (id === measure.id && ids.has(row.teamId)) behind.push(row);
	});
	const figureIn = (of: Tallies) => {
		const within = new Map([...of].filter(([teamId]) => ids.has(teamId)));
		const figure = measure.figure([tallyIn(within, { of: 'authority' }, [])]);
		return { value: figureInWords(measure, figure), counts: countsInWords(measure, figure) };
	};
	const figure = figureIn(tallies);
	const day = await dayCounted(tx, asked.on);
	const then = day && figureIn(day.tallies);
	const hasMoved = then !== null && (then.value !== figure.value || then.counts !== figure.counts);
	const people = behind.flatMap(({ subject }) => (subject.kind === 'practitioner' ? subject.id : []));
	const names = seesNames(by.role) ? await namesFor(tx, people) : null;
	const places = new Map([...new Set(people)].map((id, place) => [id, `Practitioner ${place + 1}`]));
	if (behind.some(({ subject }) => subject.kind !== 'practitioner'))
		await record(tx, by.actor, { action: 'listed', entity: 'measure', entityId: measure.id });
	return {
		measure: { id: measure.id, name: measure.name, definition: measure.definition, kind: measure.kind },
		on: asked.on,
		team: asked.teamId === null ? null : (own[0]?.name ?? null),
		service: asked.serviceId === null ? null : (own[0]?.service ?? null),
		figure,
		/** As the last review counted the day, where that is another figure than what these rows add up to. */
		reviewed: day && then && hasMoved ? { ...then, counted: instantInWords(day.countedAt) } : null,
		rows: behind
			.map((row, index): RowBehindMeasure => ({
				key: `${index}`,
				team: row.teamId === null ? null : (teams.get(row.teamId)?.name ?? null),
				what:
					row.subject.kind === 'practitioner'
						? (names?.(row.subject.id) ?? places.get(row.subject.id) ?? '')
						: `${WHAT[row.subject.kind]} ${referenceOf(row, authority)}`.trim(),
				caseId: row.subject.kind === 'case' ? row.subject.id : null,
				on: row.on,
				above: row.above,
				below: row.below
			}))
			.sort((a, b) => b.above - a.above || (a.what < b.what ? -1 : 1))
	};

	function referenceOf(
		{ subject: { kind, id } }: RowBehind,
		{ sessions, actions, requests }: Authority
	): string {
		if (kind === 'case') return fileOf(authority, id)?.reference ?? '';
		if (kind === 'session') return sessions.find(({ sessionId }) => sessionId === id)?.reference ?? '';
		if (kind === 'action') return actions.find(({ actionId }) => actionId === id)?.reference ?? '';
		if (kind === 'request') return requests.find(({ requestId }) => requestId === id)?.reference ?? '';
		return personOf(view, id)?.reference ?? '';
	}
}

const WHAT: Record<RowBehind['subject']['kind'], string> = {
	case: 'Case',
	practitioner: 'Practitioner',
	session: 'Session',
	action: 'Action',
	request: 'Request',
	vacancy: 'Vacant post'
};
