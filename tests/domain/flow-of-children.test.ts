import { expect, test } from 'vitest';
import { drawnFlow, flowOfChildren } from '#lib/domain/flow-of-children.ts';
import { handoversWaiting } from '#lib/domain/handovers-waiting.ts';
import * as cast from '../cast.ts';

const [BEFORE, AFTER] = ['2026-05-31', '2026-11-20'];

const held = (id: string, ...leads: cast.Change[]) => [
	cast.openCase(id, '2025-06-02'),
	cast.kind(id, 'child_in_need', '2025-06-02'),
	...leads
];

/** Two stay, one goes to the other team, one of the other team is given to nobody. */
const CASES = [
	...held('K-1', cast.lead('K-1', cast.TOMAS, '2025-06-02')),
	...held('K-2', cast.lead('K-2', cast.TOMAS, '2025-06-02')),
	...held(
		'K-3',
		cast.lead('K-3', cast.TOMAS, '2025-06-02', '2026-07-01'),
		cast.lead('K-3', cast.LEO, '2026-07-01', null, { teamId: cast.ORCHARD })
	),
	...held(
		'K-4',
		cast.lead('K-4', cast.LEO, '2025-06-02', '2026-07-01', { teamId: cast.ORCHARD }),
		cast.lead('K-4', null, '2026-07-01', null, { teamId: cast.HARBOUR })
	),
	cast.openCase('K-5', '2026-08-03'),
	cast.lead('K-5', cast.LEO, '2026-08-03', null, { teamId: cast.ORCHARD }),
	cast.openCase('K-6', '2025-06-02', { closedOn: '2026-08-03' }),
	cast.lead('K-6', cast.TOMAS, '2025-06-02', '2026-08-03')
];
const view = cast.asAt(AFTER, cast.given(...CASES));

test('each child open on both days is counted once, from whom to whom', () => {
	const flow = flowOfChildren(view.authority, BEFORE, AFTER, null);
	expect(flow).toMatchObject({ children: 4, sameWorker: 2, closed: 1, opened: 1 });
	expect(flow.teams).toEqual([
		{ fromId: cast.HARBOUR, toId: cast.HARBOUR, children: 2 },
		{ fromId: cast.HARBOUR, toId: cast.ORCHARD, children: 1 },
		{ fromId: cast.ORCHARD, toId: cast.HARBOUR, children: 1 }
	]);
	expect(flow.workers).toContainEqual({ fromId: cast.LEO, toId: null, children: 1 });
});

test('of one team, those who were or are with it are counted', () => {
	const flow = flowOfChildren(view.authority, BEFORE, AFTER, [cast.ORCHARD]);
	expect(flow).toMatchObject({ children: 2, sameWorker: 0, closed: 0, opened: 1 });
});

test('the picture has each column as high as its children, and bands that fill it without a gap', () => {
	const { teams } = flowOfChildren(view.authority, BEFORE, AFTER, null);
	const { left, right, bands } = drawnFlow(teams);
	for (const [sides, start] of [
		[left, 'leftAt'],
		[right, 'rightAt']
	] as const)
		for (const side of sides) {
			const own = bands.filter((band) => (start === 'leftAt' ? band.fromId : band.toId) === side.id);
			const starts = own.map((band) => band[start]).sort((a, b) => a - b);
			expect(starts[0]).toBe(side.at);
			expect(own.reduce((sum, { children }) => sum + children, 0)).toBe(side.children);
		}
});

test('a handover waits until oversight that counts, of the day itself or later', () => {
	const waiting = (...said: cast.Change[]) =>
		handoversWaiting(cast.asAt(AFTER, cast.given(...CASES, ...said)), '2026-06-01').map(
			({ reference, oversightBy }) => `${reference} ${oversightBy}`
		);
	expect(waiting()).toEqual(['K-3 2026-07-08']);
	expect(waiting(cast.oversight('K-3', cast.OWEN, '2026-06-20'))).toEqual(['K-3 2026-07-08']);
	expect(waiting(cast.oversight('K-3', cast.OWEN, '2026-07-01'))).toEqual([]);
});

test('of the handovers of a day those of the highest stakes come first', () => {
	const changed = (id: string) => [
		cast.lead(id, cast.TOMAS, '2025-06-02', '2026-07-01'),
		cast.lead(id, cast.AISHA, '2026-07-01')
	];
	const view = cast.asAt(
		AFTER,
		cast.given(
			...held('K-1', ...changed('K-1')),
			...held('K-2', ...changed('K-2'), cast.kind('K-2', 'child_protection', '2026-08-03'))
		)
	);
	expect(
		handoversWaiting(view, '2026-06-01').map(({ reference, stakes }) => `${reference} ${stakes}`)
	).toEqual(['K-2 high', 'K-1 medium']);
});
