import { describe, expect, test } from 'vitest';
import { countShown, partsShown, shareShown, type PartsShown } from '#lib/domain/small-numbers.ts';

describe('A count by itself', () => {
	test('is kept back from 1 to 5, and shown as 0 or from 6', () => {
		expect([0, 1, 5, 6].map(countShown)).toEqual([0, 'c', 'c', 6]);
	});

	test('a share is kept back where it is of fewer than 10, and is none of nobody', () => {
		expect([shareShown(3, 9), shareShown(3, 10), shareShown(0, 0)]).toEqual(['c', 0.3, null]);
	});
});

describe('Counts with their total', () => {
	test.each([
		['nothing small', [12, 7, 0], [12, 7, 0], 19],
		['one small, which the smallest other hides', [3, 40, 12], ['c', 40, 'c'], 55],
		['two of one each, which a third hides', [1, 1, 40, 12], ['c', 'c', 40, 'c'], 54],
		['two small that could be others', [1, 4, 40], ['c', 'c', 40], 45],
		['one small among empty ones: their sum is small too', [3, 0, 0], ['c', 'c', 'c'], 'c'],
		['small ones that add up to six', [1, 5, 0], ['c', 'c', 0], 6]
	] as const)('%s', (_, counts, parts, total) => {
		expect(partsShown(counts)).toEqual({ parts, total });
	});

	/** Every row of so many counts up to a highest, with what is published of it. */
	function published(length: number, highest: number): Map<string, number[][]> {
		const rows = new Map<string, number[][]>();
		const walk = (row: number[]): void => {
			if (row.length < length) {
				for (let count = 0; count <= highest; count++) walk([...row, count]);
				return;
			}
			const key = JSON.stringify(partsShown(row));
			rows.set(key, [...(rows.get(key) ?? []), row]);
		};
		walk([]);
		return rows;
	}

	test.each([
		[1, 30],
		[2, 20],
		[3, 13],
		[4, 8]
	])(
		'of %i, nobody who knows the rule and tries every row up to %i works out one that is small',
		(length, highest) => {
			const told: string[] = [];
			for (const [key, rows] of published(length, highest)) {
				const { parts, total } = JSON.parse(key) as PartsShown;
				// A sum at the edge of what was tried has fellows that were not.
				const known = total === 'c' ? null : total;
				if (known !== null && known > highest) continue;
				for (const [place, part] of parts.entries()) {
					const values = new Set(rows.map((row) => row[place]));
					const [only] = values;
					if (part === 'c' && values.size === 1 && only !== undefined && only >= 1 && only <= 5)
						told.push(`${key}: ${only}`);
				}
			}
			expect(told).toEqual([]);
		}
	);

	test('what is shown is what was counted', () => {
		for (const rows of published(3, 9).values())
			for (const row of rows) {
				const { parts, total } = partsShown(row);
				expect(parts.every((part, place) => part === 'c' || part === row[place])).toBe(true);
				expect(total === 'c' || total === row.reduce((sum, count) => sum + count, 0)).toBe(true);
			}
	});
});
