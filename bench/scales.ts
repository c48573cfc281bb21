import type { Scale } from '#lib/demo/plan.ts';

export const SCALE_NAMES = ['S', 'M', 'L'] as const;
export type ScaleName = (typeof SCALE_NAMES)[number];

const LARGEST_AUTHORITY: Scale = {
	practitioners: 1000,
	openCases: 12_000,
	closedCases: 48_000,
	years: 5,
	seed: 'bench'
};

/** S: a small authority. M: the largest. L: all of England, as authorities of size M, each from its own source. */
export const AUTHORITIES: Record<ScaleName, { each: Scale; count: number }> = {
	S: {
		each: { practitioners: 120, openCases: 1500, closedCases: 6000, years: 5, seed: 'bench' },
		count: 1
	},
	M: { each: LARGEST_AUTHORITY, count: 1 },
	L: { each: LARGEST_AUTHORITY, count: 34 }
};
