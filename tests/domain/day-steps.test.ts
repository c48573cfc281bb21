import { expect, test } from 'vitest';
import { arrange, viewOf } from '#lib/domain/authority.ts';
import { addDays, type CalendarDate } from '#lib/domain/calendar.ts';
import { daysOfChange, dayStepsOf } from '#lib/domain/day-steps.ts';
import { findingsOfCase } from '#lib/domain/flags.ts';
import { DEFAULT_POLICY } from '#lib/domain/policy.ts';
import { factsOf } from '#lib/domain/records.ts';
import { asAt, BEN, given, kind, lead, MARYAM, openCase, oversight } from '../cast.ts';
import { organisationOf } from './oracle/organisations.ts';

const TODAY: CalendarDate = '2026-11-20';
const names = (id: string) => id;

const view = asAt(
	TODAY,
	given(
		openCase('K-1', '2026-10-01'),
		kind('K-1', 'child_in_need', '2026-10-01'),
		lead('K-1', BEN, '2026-10-01'),
		oversight('K-1', MARYAM, '2026-10-02', { recordedOn: '2026-10-12' })
	)
);
const file = view.authority.cases.find(({ caseId }) => caseId === 'K-1');
if (!file) throw new Error('the case is missing');
const steps = (on: CalendarDate) => dayStepsOf(file, view.authority, on, TODAY, names);

test('one steps to the day before and after, never before the opening nor past today', () => {
	expect([steps('2026-10-01').before, steps('2026-10-01').after]).toEqual([null, '2026-10-02']);
	expect([steps(TODAY).before, steps(TODAY).after]).toEqual(['2026-11-19', null]);
});

test('the next change says what happened and which flags began or were cleared', () => {
	expect(steps('2026-10-01').nextChange).toEqual({
		on: '2026-10-06',
		began: ['OVERSIGHT_OVERDUE'],
		ended: [],
		moved: [],
		happened: []
	});
	expect(steps('2026-10-06').nextChange).toEqual({
		on: '2026-10-12',
		began: [],
		ended: ['OVERSIGHT_OVERDUE'],
		moved: [],
		happened: ['Case decision, maryam: written up']
	});
});

test('from a day of change the last change is the one before, and there is none before the opening', () => {
	expect(steps('2026-10-12').lastChange?.on).toBe('2026-10-06');
	expect(steps('2026-10-10').lastChange?.on).toBe('2026-10-06');
	expect(steps('2026-10-06').lastChange?.on).toBe('2026-10-01');
	expect(steps('2026-10-01').lastChange).toBeNull();
});

test('no day on which a flag begins, ends or changes its severity is passed over', () => {
	let changes = 0;
	for (let seed = 1; seed <= 4; seed++) {
		const { records, observedFrom, asAtDays } = organisationOf(seed);
		const settings = { observedFrom, supervisionProfileFrom: null };
		const authority = arrange(factsOf(records, [DEFAULT_POLICY], settings));
		const today = [...asAtDays].sort().at(-1) ?? TODAY;
		for (const each of authority.cases.slice(0, 5)) {
			const opened = each.details[0]?.openedOn ?? today;
			const from = opened > addDays(today, -500) ? opened : addDays(today, -500);
			const told = new Set(daysOfChange(each, authority, today, names).map(({ on }) => on));
			let before = '';
			for (let day = from; day <= today; day = addDays(day, 1)) {
				const standing = findingsOfCase(each, viewOf(authority, day))
					.map(({ code, subject, severity }) => `${code} ${subject.id} ${severity}`)
					.sort()
					.join();
				if (day > from && standing !== before) {
					changes++;
					expect(`${each.reference} ${day} ${told.has(day)}`).toBe(`${each.reference} ${day} true`);
				}
				before = standing;
			}
		}
	}
	expect(changes).toBeGreaterThan(20);
});
