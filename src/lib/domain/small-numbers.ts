/** As the DfE writes a figure that is kept back to protect confidentiality. */
export const KEPT_BACK = 'c';
export type Shown<Value = number> = Value | typeof KEPT_BACK;

/** Counts from 1 to 5, and percentages of fewer than 10, could tell of a single child or colleague. */
const SMALL = { from: 1, to: 5 } as const;
const LEAST_DENOMINATOR = 10;

function isSmall(count: number): boolean {
	return count >= SMALL.from && count <= SMALL.to;
}

/** A count that stands by itself, in no sum that is shown. */
export function countShown(count: number): Shown {
	return isSmall(count) ? KEPT_BACK : count;
}

/** A share as a fraction of 1; null where there is nothing to take it of. */
export function shareShown(numerator: number, denominator: number): Shown | null {
	if (denominator === 0) return null;
	return denominator < LEAST_DENOMINATOR ? KEPT_BACK : numerator / denominator;
}

/** Counts that add up to their total, as far as they can be shown. */
export interface PartsShown {
	parts: Shown[];
	total: Shown;
}

/**
 * Counts of 1 to 5 are kept back, and more of them, smallest first, until none can be worked out from the total and the
 * others by somebody who knows this rule; where that cannot be, the total is kept back too.
 */
export function partsShown(counts: readonly number[]): PartsShown {
	const total = counts.reduce((sum, count) => sum + count, 0);
	const back = new Set(counts.flatMap((count, place) => (isSmall(count) ? place : [])));
	if (back.size === 0) return { parts: [...counts], total: countShown(total) };
	if (isSmall(total)) return { parts: counts.map(() => KEPT_BACK), total: KEPT_BACK };
	const bySize = counts.map((_, place) => place).sort((a, b) => (counts[a] ?? 0) - (counts[b] ?? 0) || a - b);
	for (const place of bySize.filter((each) => !back.has(each))) {
		if (isHidden(counts, back)) break;
		if ((counts[place] ?? 0) > 0) back.add(place);
	}
	const hidden = isHidden(counts, back);
	return {
		parts: counts.map((count, place) => (back.has(place) ? KEPT_BACK : count)),
		total: hidden ? total : KEPT_BACK
	};
}

/** Whether the sum of those kept back leaves each of them open: two or more, and not all the least they can be. */
function isHidden(counts: readonly number[], back: ReadonlySet<number>): boolean {
	const sum = [...back].reduce((added, place) => added + (counts[place] ?? 0), 0);
	return back.size > 1 && sum > back.size;
}
