import { describe, expect, test } from 'vitest';
import { capacityPoints } from '#lib/domain/caseload.ts';

/** A full-time week of the probation workload tool, in hours. */
const WEEK = 37;

/** The tool counts hours and cuts what is left to a whole; ours counts FTE and shares of it. */
function pointsOfHours(target: number, hours: number, hoursReduced: number, fullTime = WEEK): number {
	const terms = { pointsPerFte: target, fte: hours / fullTime, factor: 1, reduced: [hoursReduced / hours] };
	return Math.trunc(capacityPoints(terms));
}

describe('the capacity formula, set to the parameters of the probation workload tool', () => {
	test.each([
		{ target: 2176, hours: 37, reduced: 1.8, published: 2070 },
		{ target: 2176, hours: 30, reduced: 1.8, published: 1658 },
		{ target: 2176, hours: 37, reduced: 0, published: 2176 }
	])(
		'gives $published points for $hours hours less $reduced, of $target for 37',
		({ target, hours, reduced, published }) => {
			expect(pointsOfHours(target, hours, reduced)).toBe(published);
		}
	);

	test.each([
		{ fullTime: 12, published: 23 },
		{ fullTime: 7, published: 40 }
	])('gives $published points for 40 hours of a band whose week has $fullTime', ({ fullTime, published }) => {
		expect(pointsOfHours(7, 40, 0, fullTime)).toBe(published);
	});
});

describe('capacity', () => {
	const full = { pointsPerFte: 85, fte: 1, factor: 1, reduced: [] };

	test('is what policy gives somebody full-time, their share of it, and nine tenths in the early career', () => {
		expect(capacityPoints(full)).toBe(85);
		expect(capacityPoints({ ...full, fte: 0.6 })).toBe(51);
		expect(capacityPoints({ ...full, fte: 0.6, factor: 0.9 })).toBe(45.9);
	});

	test('takes reductions together, and never more than all of it', () => {
		expect(capacityPoints({ ...full, reduced: [0.1, 0.2] })).toBe(59.5);
		expect(capacityPoints({ ...full, reduced: [0.8, 0.4] })).toBe(0);
	});
});
