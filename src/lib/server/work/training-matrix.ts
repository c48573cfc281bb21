import { seesNames, type AskingRole } from '#lib/domain/access.ts';
import { arrange, isInPost, personOf, policyInForce, viewOf, type View } from '#lib/domain/authority.ts';
import { dayInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import { pageAsked, pageOf, rowsOn, type ListPage, type PageAsked } from '#lib/domain/list-pages.ts';
import { membersOf } from '#lib/domain/heatmap.ts';
import { absenceOn, tierOn, type Person } from '#lib/domain/people.ts';
import { coursesShown, gapsRanked, isGap, trainingRow, type TrainingRow } from '#lib/domain/training.ts';
import {
	courseName,
	needInWords,
	standingInWords,
	SUMMARY_COLUMNS,
	teamTrainingCells,
	trainingCells,
	trainingFinding,
	trainingTotals,
	type GapInWords,
	type TrainingCell,
	type TrainingLine
} from '#lib/domain/training-words.ts';
import { tierReasonInWords, type Names } from '#lib/domain/wording.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { factsOfTraining } from '#lib/server/store/facts.ts';
import { factsOfTrainingOn } from '#lib/server/store/facts/of-training.ts';
import { allocatedTo, peopleInScope, postedTo, teamOf, teamsInScope } from '#lib/server/store/scope.ts';
import type { Written } from './csv.ts';
import { namesFor } from './names.ts';

/** What an address asks of a training matrix. */
export interface TrainingAsked {
	on: CalendarDate;
	/** A column, or the name. */
	sort: { by: string; direction: 'ascending' | 'descending' };
	gapsOnly: boolean;
	/** One course alone; null: all of them. */
	course: string | null;
	page: PageAsked;
}

/** As many gaps are listed, and those of the rows shown. */
const GAPS_LISTED = 50;

export interface TrainingMatrix {
	columns: { key: string; label: string; name: string }[];
	/** Every course there is to ask for. */
	courses: { key: string; name: string }[];
	asked: TrainingAsked;
	finding: string;
	total: TrainingCell[];
	lines: TrainingLine[];
	/** Of those that the filter leaves: the lines are those on it. */
	page: ListPage;
	/** How many there are without the filter. */
	outOf: number;
	gaps: GapInWords[];
	/** How many gaps are not listed. */
	gapsLeft: number;
	named: boolean;
}

/** Reads an address. The course is held against those there are when the matrix is made. */
export function trainingAsked(params: URLSearchParams, on: CalendarDate): TrainingAsked {
	const [by = '', direction] = (params.get('sort') ?? '').split('.');
	return {
		on,
		sort: {
			by: by === '' ? 'children' : by,
			direction: direction === 'ascending' ? 'ascending' : 'descending'
		},
		gapsOnly: params.get('only') === 'gaps',
		course: params.get('course') || null,
		page: pageAsked(params)
	};
}

/** The training of everybody in a team; null where the team is not in the scope of who asks. */
export async function trainingOfTeam(
	tx: Transaction,
	role: AskingRole,
	teamId: string,
	asked: TrainingAsked
): Promise<(TrainingMatrix & { team: { teamId: string; name: string } }) | null> {
	const team = await teamOf(tx, teamId);
	if (!team) return null;
	const those = {
		practitionerIds: await postedTo(tx, teamId, asked.on),
		caseIds: await allocatedTo(tx, teamId, asked.on)
	};
	const view = viewOf(arrange(await factsOfTraining(tx, those, asked.on)), asked.on);
	const people = membersOf(teamId, view);
	const ids = people.map(({ practitionerId }) => practitionerId);
	const named = seesNames(role);
	const names = named ? await namesFor(tx, ids) : numbered(ids);
	return { team, ...matrixOf(people, view, asked, names, named) };
}

/** The training of everybody in the scope of who asks, for those who see names. */
export async function trainingOfPeople(tx: Transaction, asked: TrainingAsked): Promise<TrainingMatrix> {
	const { view, people } = await everybody(tx, asked.on);
	const names = await namesFor(
		tx,
		people.map(({ practitionerId }) => practitionerId)
	);
	return matrixOf(people, view, asked, names, true);
}

/** The training of each team in the scope of who asks, in figures; nobody in it is named. */
export async function trainingOfTeams(tx: Transaction, asked: TrainingAsked): Promise<TrainingMatrix> {
	const { view, people } = await everybody(tx, asked.on);
	const { courses, columns, course } = coursesAsked(people, view, asked);
	const rows = people.map((person) => trainingRow(person, course, view));
	const lines = (await teamsInScope(tx)).flatMap(({ teamId, name, service }): TrainingLine[] => {
		const own = rows.filter((row) => row.teamId === teamId);
		if (own.length === 0) return [];
		const detail = `${service} · ${own.length} in post`;
		return [{ key: teamId, name, detail, cells: teamTrainingCells(own, course) }];
	});
	const shown = asked.gapsOnly ? lines.filter(({ cells }) => cells[0]?.past) : lines;
	const page = pageOf(shown.length, asked.page);
	return {
		columns,
		courses,
		asked: { ...asked, course: course.length === 1 ? (course[0] ?? null) : null },
		finding: trainingFinding(rows),
		total: trainingTotals(rows, course),
		lines: rowsOn(shown.sort(comparing(asked.sort)), page),
		page,
		outOf: lines.length,
		gaps: [],
		gapsLeft: 0,
		named: false
	};
}

async function everybody(tx: Transaction, on: CalendarDate): Promise<{ view: View; people: Person[] }> {
	const practitionerIds = await peopleInScope(tx);
	const view = viewOf(arrange(await factsOfTrainingOn(tx, practitionerIds, on)), on);
	const people = practitionerIds.flatMap((id) => (isInPost(view, id, on) ? (personOf(view, id) ?? []) : []));
	return { view, people };
}

function coursesAsked(people: readonly Person[], view: View, asked: TrainingAsked) {
	const all = coursesShown(people, view);
	const known = policyInForce(view, asked.on).courses;
	const course = asked.course !== null && all.includes(asked.course) ? [asked.course] : all;
	const named = (key: string) => ({ key, name: courseName(key, known) });
	return {
		courses: all.map(named),
		course,
		columns: [
			...SUMMARY_COLUMNS.map(({ key, label }) => ({ key, label, name: label })),
			...course.map((key) => ({ ...named(key), label: key }))
		]
	};
}

function matrixOf(
	people: readonly Person[],
	view: View,
	asked: TrainingAsked,
	names: Names,
	named: boolean
): TrainingMatrix {
	const { on } = asked;
	const { courses, columns, course } = coursesAsked(people, view, asked);
	const all = people.map((person) => ({ person, row: trainingRow(person, course, view) }));
	const rows = all.map(({ row }) => row);
	const shown = asked.gapsOnly ? all.filter(({ row }) => row.courses.some(isGap)) : all;
	const lines = shown
		.map(({ person, row }) => ({
			key: person.practitionerId,
			name: names(person.practitionerId),
			detail: detailOf(person, view),
			cells: trainingCells(row, on)
		}))
		.sort(comparing(asked.sort));
	const page = pageOf(lines.length, asked.page);
	const part = rowsOn(lines, page);
	const gaps = gapsInWords(rows, on, names, named);
	const onPart = new Set(part.map(({ key }) => key));
	const listed =
		page.page === 'all' || page.pages === 1
			? gaps
			: gaps.filter(({ practitionerId }, place) => place < GAPS_LISTED || onPart.has(practitionerId));
	return {
		columns,
		courses,
		asked: { ...asked, course: course.length === 1 ? (course[0] ?? null) : null },
		finding: trainingFinding(rows),
		total: trainingTotals(rows, course),
		lines: part,
		page,
		outOf: all.length,
		gaps: listed,
		gapsLeft: gaps.length - listed.length,
		named
	};
}

function gapsInWords(
	rows: readonly TrainingRow[],
	on: CalendarDate,
	names: Names,
	named: boolean
): GapInWords[] {
	return gapsRanked(rows).map(({ practitionerId, course, standing, need }) => ({
		key: `${practitionerId}-${course}`,
		practitionerId,
		practitioner: names(practitionerId),
		course,
		standing: standingInWords(standing, on),
		need: needInWords(need),
		children: need.cases.length,
		highStakes: need.highStakes,
		cases: named ? need.cases.map(({ caseId, reference }) => ({ caseId, reference })) : []
	}));
}

function detailOf(person: Person, { knowledge }: View): string {
	const { tier, reason } = tierOn(person, knowledge.on, knowledge);
	const away = absenceOn(person, knowledge.on, knowledge)?.from ?? null;
	return `${tier} · ${tierReasonInWords(reason)}${away === null ? '' : ` · away since ${dayInWords(away)}`}`;
}

/** The same numbers as on the heatmap of the team. */
function numbered(ids: readonly string[]): Names {
	const order = [...ids].sort();
	return (id) => `Practitioner ${order.indexOf(id) + 1}`;
}

function comparing({ by, direction }: TrainingAsked['sort']): (a: TrainingLine, b: TrainingLine) => number {
	const sign = direction === 'ascending' ? 1 : -1;
	const collator = new Intl.Collator('en-GB', { numeric: true });
	const byName = (a: TrainingLine, b: TrainingLine) => collator.compare(a.name, b.name);
	if (by === 'name') return (a, b) => sign * byName(a, b);
	const figure = (line: TrainingLine, key: string) =>
		line.cells.find((cell) => cell.key === key)?.figure ?? -1;
	return (a, b) =>
		sign * (figure(a, by) - figure(b, by)) || figure(b, 'gaps') - figure(a, 'gaps') || byName(a, b);
}

/** The same rows as a file: for every course the state, and all that the cell says. */
export function trainingCsv(matrix: TrainingMatrix, who: string): { head: string[]; rows: Written[][] } {
	const { columns, lines } = matrix;
	return {
		head: [
			who,
			'detail',
			...columns.flatMap(({ key, label }) => (isSummary(key) ? [label] : [label, `${label}, in words`]))
		],
		rows: lines.map(({ name, detail, cells }) => [
			name,
			detail,
			...cells.flatMap(({ key, text, figure, words }): Written[] =>
				isSummary(key) ? [figure] : [text, words]
			)
		])
	};
}

function isSummary(key: string): boolean {
	return SUMMARY_COLUMNS.some((column) => column.key === key);
}
