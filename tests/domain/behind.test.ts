import { describe, expect, test } from 'vitest';
import { viewOf, type View } from '#lib/domain/authority.ts';
import { capacitiesBehind, rowsBehind, type RowBehind } from '#lib/domain/behind.ts';
import {
	cellsOf,
	HEATMAP_COLUMNS,
	loadOfAll,
	teamCells,
	type CellInWords,
	type HeatmapColumnKey
} from '#lib/domain/heatmap-words.ts';
import { heatmapRow, membersByTeam, type HeatmapRow } from '#lib/domain/heatmap.ts';
import { DEFAULT_POLICY } from '#lib/domain/policy.ts';
import {
	absence,
	asAt,
	BEN,
	coWorker,
	given,
	HARBOUR,
	kind,
	lead,
	openCase,
	reduction,
	TOMAS,
	type Change
} from '../cast.ts';
import { authorityOf } from './oracle/comparison.ts';
import { organisationOf } from './oracle/organisations.ts';

const { bands } = DEFAULT_POLICY.load;
const ORGANISATIONS = 40;

/** What the printed figure has to be, from nothing but the rows behind it. */
function figureFrom(key: HeatmapColumnKey, behind: readonly RowBehind[], rows: readonly HeatmapRow[]) {
	const days = behind.map(({ figure }) => figure ?? 0);
	const past = new Set(behind.filter((row) => row.past).map(({ practitionerId }) => practitionerId));
	const all = new Set(behind.map(({ practitionerId }) => practitionerId));
	switch (key) {
		case 'load': {
			const points = behind.reduce((sum, { held }) => sum + Math.round((held?.points ?? 0) * 1000), 0) / 1000;
			const capacities = capacitiesBehind(rows).map(({ capacity }) => Math.round(capacity.points * 10_000));
			const capacity = capacities.reduce((sum, each) => sum + each, 0) / 10_000;
			if (capacity === 0) return points > 0 ? 'no capacity' : 'no data';
			return `${Math.round((points / capacity) * 100)} %`;
		}
		case 'supervision':
		case 'oversight':
			if (rows.length > 1) return `${past.size} of ${all.size}`;
			return behind.length === 0 ? '–' : String(days[0]);
		default:
			return String(behind.length);
	}
}

function expectToAgree(cells: readonly CellInWords[], rows: readonly HeatmapRow[], view: View): void {
	for (const [place, { key }] of HEATMAP_COLUMNS.entries()) {
		const behind = rows.flatMap((row) => rowsBehind(row, key, view));
		expect(new Set(behind.map((row) => row.key)).size, `${key}: each row once`).toBe(behind.length);
		expect(cells[place]?.text, key).toBe(figureFrom(key, behind, rows));
		const past = rows.length === 1 && ['held', 'oversight', 'supervision'].includes(key);
		if (past) expect(cells[place]?.past, key).toBe(behind[0]?.past ?? false);
	}
}

test('every figure of every heatmap of generated organisations equals the rows behind it', () => {
	let cells = 0;
	for (let seed = 1; seed <= ORGANISATIONS; seed++) {
		const organisation = organisationOf(seed);
		const authority = authorityOf(organisation);
		for (const day of organisation.asAtDays.slice(0, 2)) {
			const view = viewOf(authority, day);
			for (const members of membersByTeam(view).values()) {
				const rows = members.map((person) => heatmapRow(person, view));
				for (const row of rows) {
					const own = cellsOf(row, day);
					expectToAgree(own, [row], view);
					cells += own.length;
				}
				if (rows.length > 1) expectToAgree(teamCells(rows, day, bands), rows, view);
			}
		}
	}
	expect(cells).toBeGreaterThan(1000);
});

describe('the sums behind a load', () => {
	const TODAY = '2026-11-20';
	const rowOf = (id: string, ...changes: Change[]) => {
		const view = asAt(TODAY, given(...changes));
		const person = membersByTeam(view)
			.get(HARBOUR)
			?.find(({ practitionerId }) => practitionerId === id);
		if (!person) throw new Error(`${id} is not in Harbour`);
		const row = heatmapRow(person, view);
		return {
			cell: cellsOf(row, TODAY)[0],
			all: loadOfAll([row]),
			sums: rowsBehind(row, 'load', view).map(({ detail }) => detail),
			capacity: capacitiesBehind([row])[0]?.words
		};
	};

	test('say weight, place among siblings, complexity, a new allocation and a co-worker’s share', () => {
		const { sums, all } = rowOf(
			TOMAS,
			openCase('wren', '2026-11-02', { familyId: 'finch', complexity: 2 }),
			kind('wren', 'child_protection', '2026-11-02'),
			lead('wren', TOMAS, '2026-11-16'),
			openCase('robin', '2025-11-02', { familyId: 'finch' }),
			kind('robin', 'child_in_need', '2025-11-02'),
			lead('robin', TOMAS, '2025-11-16'),
			openCase('tern', '2025-11-02'),
			kind('tern', 'section_47', '2025-11-02'),
			coWorker('tern', TOMAS, '2025-11-16'),
			openCase('swift', '2025-11-02'),
			lead('swift', TOMAS, '2025-11-16')
		);
		expect(all).toEqual({ points: 19.6, capacity: 85 });
		expect(sums.sort()).toEqual([
			'4 (child in need) × 0.6 as sibling = 2.4',
			'4 (kind unknown) = 4',
			'7 (child protection plan) + 2 complexity + 1 new = 10',
			'8 (section 47 enquiry) × 0.4 as co-worker = 3.2'
		]);
	});

	test('say FTE, the early career and each reduction with its reason', () => {
		const { capacity, cell } = rowOf(
			BEN,
			reduction(BEN, 0.1, '2026-10-01', { reason: 'training' }),
			reduction(BEN, 0.15, '2026-10-01', { reason: 'phased return' })
		);
		expect(capacity).toBe(
			'85 × 1 FTE × 0.9 early career × 0.75 after reductions (training 10 %, phased return 15 %) = 57.375 points'
		);
		expect(cell).toMatchObject({ text: '0 %', past: false, level: 1 });
	});

	test('no cases, no capacity and nothing to say never look alike', () => {
		const away = absence(TOMAS, '2026-09-01');
		const held = [openCase('wren', '2026-01-05'), kind('wren', 'section_47', '2026-01-05')];
		const cells = [
			rowOf(TOMAS).cell,
			rowOf(TOMAS, away).cell,
			rowOf(TOMAS, away, ...held, lead('wren', TOMAS, '2026-01-05')).cell
		];
		expect(cells.map((cell) => cell?.text)).toEqual(['0 %', 'no data', 'no capacity']);
		expect(cells.map((cell) => cell?.past)).toEqual([false, false, true]);
		expect(new Set(cells.map((cell) => cell?.level)).size).toBe(3);
		expect(new Set(cells.map((cell) => cell?.words)).size).toBe(3);
	});
});
