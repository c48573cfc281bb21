import { describe, expect, test } from 'vitest';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { covers, isKnown, knownEnd, runCovering, runs, type Period } from '#lib/domain/knowledge.ts';
import {
	absence,
	AISHA,
	asAt,
	BEN,
	findingsAbout,
	flagsOn,
	given,
	kind,
	lead,
	MARYAM,
	openCase,
	oversight,
	TOMAS,
	trained,
	type Change
} from '../cast.ts';

const ROBIN = 'robin';
const PLAN = [openCase(ROBIN, '2026-10-05'), kind(ROBIN, 'child_protection', '2026-10-05')];
const WITH_TOMAS = [...PLAN, lead(ROBIN, TOMAS, '2026-10-05')];

const flags = (day: CalendarDate, hindsight: boolean, ...changes: Change[]) =>
	flagsOn(ROBIN, asAt(day, given(...changes), { hindsight }));

describe('as at a day', () => {
	const writtenUpLater = oversight(ROBIN, MARYAM, '2026-10-06', { recordedOn: '2026-10-20' });

	test('a note written up later never erases a flag that stood at the time', () => {
		expect(flags('2026-10-19', false, ...WITH_TOMAS, writtenUpLater)).toEqual(['OVERSIGHT_OVERDUE high']);
		expect(flags('2026-10-20', false, ...WITH_TOMAS, writtenUpLater)).toEqual([]);
	});

	test('with hindsight the note counts for the day it was made', () => {
		expect(flags('2026-10-19', true, ...WITH_TOMAS, writtenUpLater)).toEqual([]);
	});

	test('what happens later is never used, with hindsight or without', () => {
		const later = oversight(ROBIN, MARYAM, '2026-10-20');
		for (const hindsight of [false, true]) {
			expect(flags('2026-10-19', hindsight, ...WITH_TOMAS, later)).toEqual(['OVERSIGHT_OVERDUE high']);
			expect(flags('2026-10-04', hindsight, ...WITH_TOMAS)).toEqual([]);
		}
	});

	test('a fact recorded beforehand is known from the day it happens', () => {
		const planned = lead(ROBIN, TOMAS, '2026-10-05', null, { recordedOn: '2026-09-28' });
		expect(flags('2026-10-05', false, ...PLAN, planned)).toEqual([]);
	});

	test('a case recorded late is not there before', () => {
		const late = [
			openCase(ROBIN, '2026-10-05', { recordedOn: '2026-10-12' }),
			kind(ROBIN, 'section_47', '2026-10-05')
		];
		expect(flags('2026-10-11', false, ...late)).toEqual([]);
		expect(flags('2026-10-12', false, ...late)).toContain('UNALLOCATED critical');
		expect(flags('2026-10-11', true, ...late)).toContain('UNALLOCATED critical');
	});

	test('an allocation that nobody recorded at the time leaves the case unallocated then', () => {
		const late = lead(ROBIN, TOMAS, '2026-10-05', null, { recordedOn: '2026-10-12' });
		expect(flags('2026-10-06', false, ...PLAN, late)).toEqual(['UNALLOCATED critical']);
		expect(flags('2026-10-06', true, ...PLAN, late)).toEqual([]);
	});

	test('a course recorded late is no course before', () => {
		const trainedLate = [
			trained(BEN, 'S47', { completedOn: '2026-09-28', recordedOn: '2026-10-12' }),
			openCase(ROBIN, '2026-10-05'),
			kind(ROBIN, 'child_protection', '2026-10-05'),
			lead(ROBIN, BEN, '2026-10-05')
		];
		expect(flags('2026-10-05', false, ...trainedLate)).toContain('TRAINING_GAP high');
		expect(flags('2026-10-05', true, ...trainedLate)).not.toContain('TRAINING_GAP high');
	});
});

describe('an end', () => {
	const away = (to: CalendarDate, endRecordedOn: CalendarDate | null) =>
		absence(TOMAS, '2026-10-05', to, { endRecordedOn });
	const inNeed = [
		openCase(ROBIN, '2026-10-05'),
		kind(ROBIN, 'child_in_need', '2026-10-05'),
		lead(ROBIN, TOMAS, '2026-10-05'),
		oversight(ROBIN, MARYAM, '2026-10-05')
	];

	test('recorded late leaves the period open until then', () => {
		expect(flags('2026-10-13', false, ...inNeed, away('2026-10-13', '2026-10-16'))).toEqual([
			'HOLDER_ABSENT high'
		]);
		expect(flags('2026-10-16', false, ...inNeed, away('2026-10-13', '2026-10-16'))).toEqual([]);
		expect(flags('2026-10-13', true, ...inNeed, away('2026-10-13', '2026-10-16'))).toEqual([]);
	});

	test('in the future is not yet known: an absence is as long as it has been', () => {
		expect(flags('2026-10-12', false, ...inNeed, away('2026-12-01', null))).toEqual([]);
		expect(flags('2026-10-13', false, ...inNeed, away('2026-12-01', null))).toEqual(['HOLDER_ABSENT high']);
	});

	test('of a closure recorded late leaves the case open until then', () => {
		const closed = openCase(ROBIN, '2026-10-05', { closedOn: '2026-10-12', endRecordedOn: '2026-10-14' });
		expect(flags('2026-10-13', false, closed, kind(ROBIN, 'section_47', '2026-10-05'))).toContain(
			'UNALLOCATED critical'
		);
		const onceClosed = ['CLOSED_WITHOUT_SIGN_OFF high', 'CLOSED_SOON_AFTER_SECTION_47 high'];
		expect(flags('2026-10-14', false, closed, kind(ROBIN, 'section_47', '2026-10-05'))).toEqual(
			expect.arrayContaining(onceClosed)
		);
		expect(flags('2026-10-13', true, closed, kind(ROBIN, 'section_47', '2026-10-05'))).toEqual(onceClosed);
	});

	test('of an allocation recorded late does not keep the next lead from holding the case', () => {
		const late = lead(ROBIN, TOMAS, '2026-10-05', '2026-10-12', { endRecordedOn: '2026-11-30' });
		const next = lead(ROBIN, AISHA, '2026-10-12');
		for (const changes of [
			[late, next],
			[next, late]
		]) {
			const [finding] = findingsAbout(ROBIN, asAt('2026-11-20', given(...PLAN, ...changes)));
			expect(finding?.practitionerId).toBe(AISHA);
		}
	});

	test('of an allocation recorded late does not hide that only a team has the case since', () => {
		const late = lead(ROBIN, TOMAS, '2026-10-05', '2026-10-12', { endRecordedOn: '2026-11-30' });
		const toTeam = lead(ROBIN, null, '2026-10-12');
		expect(flags('2026-10-12', false, ...PLAN, late, toTeam)).toContain('UNALLOCATED critical');
	});
});

test('since is what was seen on each day, and with hindsight what there was', () => {
	const writtenUpLater = oversight(ROBIN, MARYAM, '2026-10-06', { recordedOn: '2026-10-20' });
	const since = (hindsight: boolean) =>
		findingsAbout(ROBIN, asAt('2026-11-20', given(...WITH_TOMAS, writtenUpLater), { hindsight }))[0]?.since;
	expect(since(false)).toBe('2026-11-04');
	expect(since(true)).toBe('2026-11-04');
	const neverCleared = oversight(ROBIN, MARYAM, '2026-10-06', { recordedOn: '2026-11-04' });
	const [atTheTime] = findingsAbout(ROBIN, asAt('2026-11-20', given(...WITH_TOMAS, neverCleared)));
	expect(atTheTime?.since).toBe('2026-10-07');
});

describe('periods', () => {
	const period = (from: CalendarDate, to: CalendarDate | null, changed: Partial<Period> = {}): Period => ({
		from,
		to,
		recordedOn: null,
		endRecordedOn: null,
		...changed
	});
	const knowledge = { on: '2026-11-20', hindsight: false };

	test('cover their first day and not the day they end', () => {
		const month = period('2026-10-05', '2026-11-02');
		expect(covers(month, '2026-10-04', knowledge)).toBe(false);
		expect(covers(month, '2026-10-05', knowledge)).toBe(true);
		expect(covers(month, '2026-11-01', knowledge)).toBe(true);
		expect(covers(month, '2026-11-02', knowledge)).toBe(false);
	});

	test('that end where they begin cover no day', () => {
		expect(covers(period('2026-10-05', '2026-10-05'), '2026-10-05', knowledge)).toBe(false);
		expect(runs([period('2026-10-05', '2026-10-05')], knowledge)).toEqual([]);
	});

	test('that touch or overlap are one', () => {
		const rows = [
			period('2026-10-19', '2026-11-02'),
			period('2026-10-05', '2026-10-12'),
			period('2026-10-12', '2026-10-20'),
			period('2026-11-03', null)
		];
		expect(runs(rows, knowledge)).toEqual([
			{ from: '2026-10-05', to: '2026-11-02' },
			{ from: '2026-11-03', to: null }
		]);
		expect(runCovering(rows, '2026-10-31', knowledge)?.from).toBe('2026-10-05');
		expect(runCovering(rows, '2026-11-02', knowledge)).toBeNull();
	});

	test('end on a day that is known from the later of the day and its recording', () => {
		expect(knownEnd('2026-11-20', null, knowledge)).toBe('2026-11-20');
		expect(knownEnd('2026-11-21', '2026-11-01', knowledge)).toBeNull();
		expect(knownEnd('2026-11-02', '2026-11-21', knowledge)).toBeNull();
		expect(knownEnd('2026-11-02', '2026-11-21', { ...knowledge, hindsight: true })).toBe('2026-11-02');
		expect(knownEnd('2026-11-21', null, { ...knowledge, hindsight: true })).toBeNull();
	});

	test('that were corrected are known as they were before, and with hindsight as corrected', () => {
		const wrong = period('2026-10-05', null, { supersededOn: '2026-11-20' });
		expect(isKnown(wrong, wrong.from, { on: '2026-11-19', hindsight: false })).toBe(true);
		expect(isKnown(wrong, wrong.from, { on: '2026-11-20', hindsight: false })).toBe(false);
		expect(isKnown(wrong, wrong.from, { on: '2026-11-19', hindsight: true })).toBe(false);
	});
});
