import { seesNames, type AskingRole } from '#lib/domain/access.ts';
import { capacitiesBehind, rowsBehind, type CapacityBehind, type RowBehind } from '#lib/domain/behind.ts';
import { HEATMAP_COLUMNS, loadOfAll, type HeatmapColumnKey } from '#lib/domain/heatmap-words.ts';
import { record } from '#lib/server/audit.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { heatmapOfTeam, type HeatmapSort } from './heatmap.ts';
import type { AsAt } from './picture.ts';

type Named<Row> = Row & { practitioner: string };

export interface BehindACell {
	team: { teamId: string; name: string };
	/** Null: the whole team. */
	practitioner: { practitionerId: string; name: string } | null;
	column: (typeof HEATMAP_COLUMNS)[number];
	/** The figure as the heatmap printed it. */
	text: string;
	words: string;
	rows: Named<RowBehind>[];
	/** What is behind the other half of a load: the points, and what can be carried; null in every other column. */
	load: { points: number; capacity: number; capacities: Named<CapacityBehind>[] } | null;
	named: boolean;
}

/** Exactly the rows that one cell of the heatmap counts; null where there is no such cell in the scope of who asks. */
export async function behindACell(
	tx: Transaction,
	asker: { accountId: string; role: AskingRole },
	teamId: string,
	key: HeatmapColumnKey,
	practitionerId: string | null,
	asAt: AsAt,
	sort: HeatmapSort
): Promise<BehindACell | null> {
	const heatmap = await heatmapOfTeam(tx, asker.role, teamId, asAt, sort);
	const place = HEATMAP_COLUMNS.findIndex((column) => column.key === key);
	const column = HEATMAP_COLUMNS[place];
	if (!heatmap || !column) return null;
	const line = heatmap.lines.find((each) => each.practitionerId === practitionerId);
	if (practitionerId !== null && !line) return null;
	const cell = (line?.cells ?? heatmap.total)[place];
	const { view, rows: all } = heatmap.picture;
	const rows = all.filter((row) => practitionerId === null || row.practitionerId === practitionerId);
	const named = <Row extends { practitionerId: string }>(row: Row): Named<Row> => ({
		...row,
		practitioner: heatmap.names(row.practitionerId)
	});
	if (!seesNames(asker.role))
		await record(tx, asker, { action: 'read', entity: 'cases_behind', entityId: `${teamId} ${key}` });
	return {
		team: heatmap.team,
		practitioner: line ? { practitionerId: line.practitionerId, name: line.name } : null,
		column,
		text: cell?.text ?? '',
		words: cell?.words ?? '',
		named: heatmap.named,
		rows: rows.flatMap((row) => rowsBehind(row, key, view)).map(named),
		load: key === 'load' ? { ...loadOfAll(rows), capacities: capacitiesBehind(rows).map(named) } : null
	};
}

type CsvCell = string | number | null;

/** The rows behind a cell as a file has them; those behind a load end with what each person can carry. */
export function behindAsRows({ rows, load }: BehindACell): { head: string[]; rows: CsvCell[][] } {
	if (!load)
		return {
			head: ['practitioner', 'reference', 'what', 'detail', 'days', 'past the line'],
			rows: rows.map(({ practitioner, reference, what, detail, figure, past }) => [
				practitioner,
				reference,
				what,
				detail,
				figure,
				past ? 'yes' : 'no'
			])
		};
	const unknown = (kind: string | null) => kind ?? 'unknown';
	return {
		head: [
			'practitioner',
			'part',
			'reference',
			'what',
			'role',
			'kind',
			'weight',
			'share of the weight',
			'complexity',
			'new allocation',
			'points',
			'sum'
		],
		rows: [
			...rows.flatMap(({ practitioner, reference, what, held, detail }) =>
				held
					? [
							[
								practitioner,
								'points',
								reference,
								what,
								held.role,
								unknown(held.kind),
								held.weight,
								held.factor,
								held.complexity,
								held.newcomer,
								held.points,
								detail
							]
						]
					: []
			),
			...load.capacities.map(({ practitioner, capacity, words }) => [
				practitioner,
				'capacity',
				...Array<null>(8).fill(null),
				capacity.points,
				words
			])
		]
	};
}
