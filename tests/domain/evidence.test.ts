import { expect, test } from 'vitest';
import { addDays } from '#lib/domain/calendar.ts';
import { evidenceOf } from '#lib/domain/evidence.ts';
import { findingsOfCase, findingsOfPractitioner, fold, type Finding } from '#lib/domain/flags.ts';
import type { View } from '#lib/domain/authority.ts';
import { asAt, BEN, GRACE, given, kind, lead, MARYAM, openCase, oversight, type Change } from '../cast.ts';

const names = (id: string) => id;

function evidenceFor(day: string, code: Finding['code'], ...changes: Change[]) {
	const records = given(
		openCase('K-1', '2026-06-01'),
		kind('K-1', 'child_protection', '2026-06-01'),
		lead('K-1', BEN, '2026-06-01'),
		...changes
	);
	const found = (view: View) => {
		const file = view.authority.cases.find(({ caseId }) => caseId === 'K-1');
		return file ? findingsOfCase(file, view) : [];
	};
	const view = asAt(day, records);
	const together = found(view);
	const finding = fold(together).find((each) => each.code === code);
	if (!finding) throw new Error(`${code} does not stand`);
	const later = found(asAt(day, records, { hindsight: true })).find((each) => each.code === code) ?? null;
	return evidenceOf(finding, view, together, later, names);
}

test('the evidence gives each condition, the reasons folded in, and the policy that judged', () => {
	const evidence = evidenceFor('2026-10-20', 'HELD_WITHOUT_OVERSIGHT');
	expect(evidence?.asks.map(({ met }) => met)).toEqual([true, true, true, true]);
	expect(evidence?.reasons.map(({ title }) => title)).toEqual([
		'Below the experience required',
		'Training gap',
		'Oversight overdue'
	]);
	expect(evidence?.judged).toBe(
		'As at 20 Oct 2026, with what was known then. Policy version 1, in force from the beginning.'
	);
	expect(evidence?.hindsight).toContain('stands just the same');
});

test('long lists keep what is latest, and count the rest', () => {
	const twelve = Array.from({ length: 12 }, (_, place) =>
		oversight('K-1', GRACE, addDays('2026-09-01', place))
	);
	const evidence = evidenceFor('2026-10-20', 'HELD_WITHOUT_OVERSIGHT', ...twelve);
	expect(evidence?.seen.shown.map(({ on }) => on)).toEqual([
		'2026-09-12',
		'2026-09-11',
		'2026-09-10',
		'2026-09-09',
		'2026-09-08',
		'2026-09-07',
		'2026-09-06',
		'2026-09-05'
	]);
	expect(evidence?.seen.more).toBe(4);
});

test('a note that was written up later is shown as not yet known, and the flag stays on record', () => {
	const note = oversight('K-1', MARYAM, '2026-10-19', { recordedOn: '2026-11-02' });
	const evidence = evidenceFor('2026-10-20', 'HELD_WITHOUT_OVERSIGHT', note);
	expect(
		evidence?.notYetKnown.shown.map(({ happenedOn, recordedOn, late }) => [happenedOn, recordedOn, late])
	).toEqual([['19 Oct 2026', '2 Nov 2026', '14 days later']]);
	expect(evidence?.hindsight).toBe(
		'With everything recorded since, it would not have stood on this day. It stood with what was known, and stays on record.'
	);
});

test('a flag about a practitioner rests on their supervision', () => {
	const view = asAt('2026-10-20', given());
	const ben = view.authority.people.get(BEN);
	const found = ben ? findingsOfPractitioner(ben, view) : [];
	const overdue = found.find(({ code }) => code === 'SUPERVISION_OVERDUE');
	if (!overdue) throw new Error('Ben was never supervised, and is not overdue');
	const evidence = evidenceOf(overdue, view, found, overdue, names);
	expect(evidence?.seenTitle).toBe('Supervision seen');
	expect(evidence?.asks.every(({ met }) => met)).toBe(true);
});
