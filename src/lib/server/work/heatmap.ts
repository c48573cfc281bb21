import { seesNames, type AskingRole } from '#lib/domain/access.ts';
import { policyInForce } from '#lib/domain/authority.ts';
import { dayInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import { changeOfCell, type ChangeOfCell } from '#lib/domain/heatmap-change.ts';
import {
	cellsOf,
	detailOf,
	HEATMAP_COLUMNS,
	heatmapFinding,
	teamCells,
	type CellInWords,
	type HeatmapColumnKey
} from '#lib/domain/heatmap-words.ts';
import type { LoadPolicy } from '#lib/domain/policy.ts';
import type { Names } from '#lib/domain/wording.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { namesAreShown } from '#lib/server/store/openings.ts';
import { teamOf } from '#lib/server/store/scope.ts';
import { pictureOfTeam, type AsAt, type TeamPicture } from './picture.ts';
import { namesFor } from './names.ts';

export interface HeatmapSort {
	by: HeatmapColumnKey | 'name';
	direction: 'ascending' | 'descending';
}

export interface HeatmapLine {
	practitionerId: string;
	name: string;
	detail: string;
	cells: CellOfHeatmap[];
}

/** A figure, and how it differs from another day where the two were to be compared. */
export interface CellOfHeatmap extends CellInWords {
	change: ChangeOfCell | null;
}

/** A team's heatmap in words, sorted; null where the team is not in the scope of who asks. */
export interface TeamHeatmap {
	team: { teamId: string; name: string; service: string };
	picture: TeamPicture;
	names: Names;
	/** Whether people stand by their names; if not, as Practitioner 1, 2 and so on. */
	named: boolean;
	finding: string;
	cases: number;
	total: CellOfHeatmap[];
	/** The cut points of load that day. */
	bands: LoadPolicy['bands'];
	lines: HeatmapLine[];
}

export async function heatmapOfTeam(
	tx: Transaction,
	role: AskingRole,
	teamId: string,
	asAt: AsAt,
	sort: HeatmapSort,
	against: CalendarDate | null = null
): Promise<TeamHeatmap | null> {
	const team = await teamOf(tx, teamId);
	if (!team) return null;
	const picture = await pictureOfTeam(tx, teamId, asAt);
	const ids = picture.rows.map(({ practitionerId }) => practitionerId);
	const { bands } = policyInForce(picture.view, asAt.on).load;
	const { names, named } = await namesOnTeam(tx, role, teamId, ids);
	const then = against === null ? null : await cellsOn(tx, teamId, against);
	const compared = (cells: CellInWords[], was: CellInWords[] | undefined): CellOfHeatmap[] =>
		cells.map((cell, place) => ({
			...cell,
			change: against === null ? null : changeOfCell(cell, was?.[place] ?? null, against)
		}));
	const lines = picture.rows.map((row) => ({
		practitionerId: row.practitionerId,
		name: names(row.practitionerId),
		detail: detailOf(row, dayInWords),
		cells: compared(cellsOf(row, asAt.on), then?.rows.get(row.practitionerId))
	}));
	return {
		team,
		picture,
		names,
		named,
		finding: heatmapFinding(picture.rows, asAt.on),
		cases: picture.rows.reduce((sum, row) => sum + row.cases.length, 0),
		total: compared(teamCells(picture.rows, asAt.on, bands), then?.total),
		bands,
		lines: lines.sort(comparing(sort))
	};
}

/** The figures of a team on another day, as known then. */
async function cellsOn(tx: Transaction, teamId: string, on: CalendarDate) {
	const { rows, view } = await pictureOfTeam(tx, teamId, { on, hindsight: false });
	return {
		rows: new Map(rows.map((row) => [row.practitionerId, cellsOf(row, on)])),
		total: teamCells(rows, on, policyInForce(view, on).load.bands)
	};
}

/** The names of a team’s people, or their numbers where who asks sees no names and gave no reason today to see these. */
export async function namesOnTeam(
	tx: Transaction,
	role: AskingRole,
	teamId: string,
	members: readonly string[],
	others: readonly string[] = []
): Promise<{ names: Names; named: boolean }> {
	if (seesNames(role) || (await namesAreShown(tx, teamId)))
		return { named: true, names: await namesFor(tx, [...members, ...others]) };
	return { named: false, names: numbered(members, others) };
}

/** The members have the same numbers on every page about the day. */
export function numbered(members: readonly string[], others: readonly string[] = []): Names {
	const order = [...new Set([...[...members].sort(), ...[...others].sort()])];
	return (id) => `Practitioner ${order.indexOf(id) + 1}`;
}

type Sorted = Pick<HeatmapLine, 'name'> & { cells: CellInWords[] };

/** The order of the lines of a heatmap. */
export function comparing({ by, direction }: HeatmapSort): (a: Sorted, b: Sorted) => number {
	const sign = direction === 'ascending' ? 1 : -1;
	const byName = (a: Sorted, b: Sorted) => a.name.localeCompare(b.name, 'en-GB', { numeric: true });
	if (by === 'name') return (a, b) => sign * byName(a, b);
	const place = HEATMAP_COLUMNS.findIndex(({ key }) => key === by);
	return (a, b) => {
		const [left, right] = [a.cells[place]?.figure ?? null, b.cells[place]?.figure ?? null];
		if (left === null || right === null)
			return Number(left === null) - Number(right === null) || byName(a, b);
		return sign * (left - right) || byName(a, b);
	};
}

/** The sort an address asks for: worst first, by what is held without oversight, where it asks for none. */
export function sortFrom(text: string | null): HeatmapSort {
	const [by = '', direction] = (text ?? '').split('.');
	const column = HEATMAP_COLUMNS.find(({ key }) => key === by)?.key ?? (by === 'name' ? 'name' : null);
	if (column === null) return { by: 'held', direction: 'descending' };
	return { by: column, direction: direction === 'ascending' ? 'ascending' : 'descending' };
}
