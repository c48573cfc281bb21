import { expect, test } from 'vitest';
import { changeInWords, namedIn, type ChangeNames, type Said } from '#lib/domain/change-words.ts';

const PEOPLE: Record<string, string> = { ann: 'Ann Birch', tom: 'Tom Reed' };
const TEAMS: Record<string, string> = { north: 'North', south: 'South' };
const names: ChangeNames = {
	person: (id) => PEOPLE[id] ?? 'nobody known',
	team: (id) => TEAMS[id] ?? 'no team known'
};

const POSTING: Said = {
	practitioner_id: 'kay',
	team_id: 'north',
	role: 'practitioner',
	supervisor_id: 'ann',
	fte: 1,
	agency: false,
	from_on: '2026-03-03',
	to_on: null,
	recorded_on: '2026-03-01'
};

const posting = (
	change: 'recorded' | 'corrected' | 'ended' | 'withdrawn' | 'undone',
	before: Said | null,
	after: Said | null
) => changeInWords({ entity: 'posting', change, before, after }, names);

test('a correction says each thing from what to what, and since when it holds', () => {
	expect(posting('corrected', POSTING, { ...POSTING, supervisor_id: 'tom' })).toBe(
		'Supervisor from Ann Birch to Tom Reed, from 3 Mar 2026'
	);
	expect(posting('corrected', POSTING, { ...POSTING, team_id: 'south', fte: 0.8, agency: true })).toBe(
		'Team from North to South; FTE from 1 to 0.8; agency from no to yes, from 3 Mar 2026'
	);
	expect(posting('corrected', { ...POSTING, supervisor_id: null }, POSTING)).toBe(
		'Supervisor from nobody to Ann Birch, from 3 Mar 2026'
	);
});

test('a day that moves is told itself', () => {
	expect(posting('corrected', POSTING, { ...POSTING, from_on: '2026-03-10' })).toBe(
		'First day from 3 Mar 2026 to 10 Mar 2026'
	);
});

test('an end is told of the fact that it ends, and so is one that is taken away', () => {
	const ended = { ...POSTING, to_on: '2026-04-01' };
	expect(posting('ended', POSTING, ended)).toBe('Posting from 3 Mar 2026: until 1 Apr 2026');
	expect(posting('ended', ended, { ...ended, to_on: '2026-05-01' })).toBe(
		'Posting from 3 Mar 2026: until 1 May 2026 instead of 1 Apr 2026'
	);
	expect(posting('undone', ended, POSTING)).toBe(
		'Undone: posting from 3 Mar 2026: no end any more, it was 1 Apr 2026'
	);
});

test('what is new, taken off, taken back or put back is told whole, without what is usual', () => {
	const whole = 'team North, role practitioner, supervisor Ann Birch, FTE 1, first day 3 Mar 2026';
	expect(posting('recorded', null, POSTING)).toBe(`Posting recorded: ${whole}`);
	expect(posting('withdrawn', POSTING, null)).toBe(`Posting withdrawn: ${whole}`);
	expect(posting('undone', POSTING, null)).toBe(`Posting taken back: ${whole}`);
	expect(posting('undone', null, POSTING)).toBe(`Posting put back: ${whole}`);
});

test('days of recording are never told, and a column without a word neither', () => {
	const later = {
		...POSTING,
		recorded_on: '2026-03-20',
		recorded_at: '2026-03-20T10:00:00Z',
		practitioner_id: 'lee'
	};
	expect(posting('corrected', POSTING, later)).toBe('Posting corrected, from 3 Mar 2026');
});

test('the words need the names of those in either fact, and of who made the change', () => {
	const change = {
		entity: 'posting',
		before: POSTING,
		after: { ...POSTING, supervisor_id: 'tom', team_id: 'south' }
	} as const;
	expect(namedIn([{ ...change, madeBy: 'ruth' }])).toEqual({
		people: ['ruth', 'ann', 'tom'],
		teams: ['north', 'south']
	});
});
