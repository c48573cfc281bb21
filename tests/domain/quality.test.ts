import { expect, test } from 'vitest';
import { DEFAULT_POLICY, type Kind } from '#lib/domain/policy.ts';
import {
	drawSample,
	qualityByTeam,
	qualityGiven,
	type CountedReading,
	type EligibleDiscussion
} from '#lib/domain/quality.ts';

const policyOn = () => DEFAULT_POLICY;

function discussions(teamId: string, kind: Kind, count: number): EligibleDiscussion[] {
	return Array.from({ length: count }, (_, each) => ({
		sessionId: `${teamId}-${kind}-${each}`,
		caseId: `case-${each}`,
		heldOn: '2026-10-05',
		teamId,
		kinds: [kind]
	}));
}

const ELIGIBLE = [
	...discussions('harbour', 'child_protection', 4),
	...discussions('harbour', 'child_in_need', 40),
	...discussions('harbour', 'care_leaver', 40),
	...discussions('orchard', 'child_in_need', 2)
];

test('the same seed draws the same sample in whatever order the discussions come, and another seed another', () => {
	const draw = (seed: number, eligible = ELIGIBLE) => drawSample(eligible, { seed, ofEachTeam: 6 }, policyOn);
	expect(draw(7, ELIGIBLE.toReversed())).toEqual(draw(7));
	expect(draw(8)).not.toEqual(draw(7));
	expect(draw(7).map(({ place }) => place)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test('each team has as many as asked for or as it has, in turn of high, medium and low stakes', () => {
	const drawn = drawSample(ELIGIBLE, { seed: 1, ofEachTeam: 6 }, policyOn);
	const count = (teamId: string, stakes: string) =>
		drawn.filter((each) => each.teamId === teamId && each.stakes === stakes).length;
	expect(['high', 'medium', 'low'].map((stakes) => count('harbour', stakes))).toEqual([2, 2, 2]);
	expect(count('orchard', 'medium')).toBe(2);
	const many = drawSample(ELIGIBLE, { seed: 1, ofEachTeam: 20 }, policyOn);
	expect(many.filter(({ teamId }) => teamId === 'harbour')).toHaveLength(20);
	expect(many.filter(({ stakes }) => stakes === 'high')).toHaveLength(4);
});

test('over many seeds every discussion of a stratum is drawn about as often as the next', () => {
	const eligible = discussions('harbour', 'child_in_need', 20);
	const times = new Map<string, number>();
	for (let seed = 1; seed <= 2000; seed++)
		for (const { sessionId } of drawSample(eligible, { seed, ofEachTeam: 5 }, policyOn))
			times.set(sessionId, (times.get(sessionId) ?? 0) + 1);
	// 500 expected of each, with a standard deviation of about 19.
	expect(times.size).toBe(20);
	expect(Math.min(...times.values())).toBeGreaterThan(420);
	expect(Math.max(...times.values())).toBeLessThan(580);
});

test('a case of no known kind is drawn with the stakes of an assessment', () => {
	const [only] = drawSample(
		[{ ...discussions('harbour', 'care_leaver', 1)[0]!, kinds: [] }],
		{ seed: 1, ofEachTeam: 1 },
		policyOn
	);
	expect(only?.stakes).toBe('medium');
});

test('a form that lacks an answer says which, and a decision is never too early to judge', () => {
	const typed: Record<string, string> = {
		decision: 'too_early',
		rationale: 'met',
		followThrough: 'too_early'
	};
	const given = qualityGiven((field) => typed[field] ?? '', ['drift', 'nonsense', 'drift']);
	expect('refused' in given && given.refused.map(({ field }) => field)).toEqual(['decision', 'voice']);
	const whole = qualityGiven(
		(field) => ({ ...typed, decision: 'partly', voice: 'met' })[field] ?? '',
		['drift', 'nonsense', 'drift']
	);
	expect(whole).toMatchObject({ marks: { decision: 'partly' }, themes: ['drift'], feedback: null });
});

test('what is too early to say is in no share, and themes are counted by team and quarter of the discussion', () => {
	const reading = (heldOn: string, changed: Partial<CountedReading> = {}): CountedReading => ({
		teamId: 'harbour',
		heldOn,
		marks: { decision: 'met', rationale: 'partly', voice: 'not_met', followThrough: 'too_early' },
		themes: ['drift'],
		feedback: null,
		...changed
	});
	const found = qualityByTeam([
		reading('2026-09-30'),
		reading('2026-10-01', { themes: ['drift', 'heard'] }),
		reading('2026-12-31', { themes: ['heard', 'tasks_only', 'drift'] })
	]);
	expect(found.map(({ quarter, read }) => [quarter, read])).toEqual([
		['2026 Q4', 2],
		['2026 Q3', 1]
	]);
	expect(found[0]).toMatchObject({
		met: { decision: { count: 2, of: 2 }, voice: { count: 0, of: 2 }, followThrough: { count: 0, of: 0 } },
		themes: [
			{ theme: 'drift', count: 2 },
			{ theme: 'heard', count: 2 },
			{ theme: 'tasks_only', count: 1 }
		]
	});
});
