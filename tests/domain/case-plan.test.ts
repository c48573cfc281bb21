import { expect, test } from 'vitest';
import { coWorkerJoined, coWorkerLeft, leadGiven } from '#lib/domain/allocation-steps.ts';
import type { Step } from '#lib/domain/case-problems.ts';
import type { Authority } from '#lib/domain/authority.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { changeOf, withCases, type CaseChange } from '#lib/domain/case-change.ts';
import { actionsStillOpen, endingAsked, planCase } from '#lib/domain/case-plan.ts';
import {
	birthCorrected,
	closed,
	familyLinked,
	kindBegun,
	kindCorrected,
	kindEnded,
	leadSinceCorrected,
	opened,
	type KindSaid
} from '#lib/domain/case-steps.ts';
import { casePlanInWords, closingInWords, missingInWords } from '#lib/domain/case-words.ts';
import type { CaseFile, OversightKind } from '#lib/domain/cases.ts';
import type { Kind } from '#lib/domain/policy.ts';
import {
	action,
	AISHA,
	asAt,
	BEN,
	given,
	HARBOUR,
	kind,
	lead,
	MARYAM,
	openCase,
	ORCHARD,
	oversight,
	TOMAS,
	type Change
} from '../cast.ts';

/** A Friday. */
const TODAY: CalendarDate = '2026-11-20';
const name = (id: string) => id;

const ash = (who: string = TOMAS, is: Kind = 'child_in_need'): Change[] => [
	openCase('ash', '2026-03-02'),
	kind('ash', is, '2026-03-02'),
	lead('ash', who, '2026-03-02')
];

const authorityOf = (...changes: Change[]): Authority => asAt(TODAY, given(...changes)).authority;

function fileIn(authority: Authority, caseId = 'ash'): CaseFile {
	const file = authority.cases.find((each) => each.caseId === caseId);
	if (!file) throw new Error(`no case ${caseId}`);
	return file;
}

function changesIn(step: Step): readonly CaseChange[] {
	if ('problems' in step) throw new Error(step.problems.map(({ why }) => why).join());
	return step.changes;
}

const whys = (step: Step) => ('problems' in step ? step.problems.map(({ why }) => why) : []);

function closing(authority: Authority, on: CalendarDate = TODAY) {
	const changes = changesIn(closed(fileIn(authority), on, 'RC7 - Needs met', TODAY));
	return endingAsked(authority, changes, TODAY);
}

const entry = (madeOn: CalendarDate, is: OversightKind, by: string = MARYAM) =>
	oversight('ash', by, madeOn, { kind: is });

const said = (is: Kind, from: CalendarDate, to: CalendarDate | null = null): KindSaid => ({
	kind: is,
	from,
	to,
	conferenceNeeded: null,
	conferenceOn: null
});

test('a sign-off of the 28 days up to and including the closing is enough, one of the day before is not', () => {
	expect(closing(authorityOf(...ash(), entry('2026-10-24', 'closure'))).missing).toEqual([]);
	expect(closing(authorityOf(...ash(), entry('2026-10-23', 'closure'))).missing).toEqual([
		{ kind: 'closure', signOffFrom: '2026-10-24', closedOn: TODAY, notCounting: [] }
	]);
	expect(closing(authorityOf(...ash(), entry(TODAY, 'closure'))).missing).toEqual([]);
	expect(closing(authorityOf(...ash(), entry(TODAY, 'decision'))).missing).toHaveLength(1);
});

test('the sign-off of the lead does not count, and it is said whose it was', () => {
	const [missing] = closing(authorityOf(...ash(MARYAM), entry('2026-11-18', 'closure'))).missing;
	if (!missing) throw new Error('nothing was missing');
	expect(missingInWords(missing, TODAY, name)).toBe(
		'The closure sign-off by maryam on 18 Nov 2026 does not count: made by the person who leads the case. Write it here if you manage practice and do not lead the case, or ask somebody who does.'
	);
});

test('closing 89 days after a section 47 enquiry ended is warned of, 90 days after is not', () => {
	const enquiry = (to: CalendarDate) =>
		authorityOf(
			...ash(),
			kind('ash', 'section_47', '2026-08-03', to),
			entry(to, 'section_47_outcome'),
			entry(TODAY, 'closure')
		);
	expect(closing(enquiry('2026-08-23'))).toEqual({
		missing: [],
		soon: { endedOn: '2026-08-23', closedOn: TODAY, days: 89 }
	});
	expect(closing(enquiry('2026-08-22')).soon).toBeNull();
});

test('a closing that itself ends an enquiry is warned of, and asks for its outcome', () => {
	const authority = authorityOf(...ash(TOMAS, 'section_47'), entry(TODAY, 'closure'));
	const { missing, soon } = closing(authority);
	expect(missing.map((each) => each.kind)).toEqual(['section_47_outcome']);
	expect(soon).toMatchObject({ endedOn: TODAY, days: 0 });
	expect(closingInWords(soon, [], name)[0]?.words).toBe(
		'It closes on the day on which its section 47 enquiry ends, 20 Nov 2026, and is flagged as closed soon after a section 47 enquiry for 90 days.'
	);
});

test('an enquiry ends with an outcome by somebody the rules count, made since it began', () => {
	const end = (...changes: Change[]) => {
		const authority = authorityOf(...ash(), kind('ash', 'section_47', '2026-11-02'), ...changes);
		const file = fileIn(authority);
		const row = file.kinds.find((each) => each.kind === 'section_47');
		if (!row) throw new Error('no enquiry');
		const changes_ = changesIn(kindEnded(file, row, TODAY, TODAY));
		return endingAsked(authority, changes_, TODAY).missing.map((each) =>
			each.notCounting.map(({ managerId, why }) => `${managerId} ${why}`)
		);
	};
	expect(end()).toEqual([[]]);
	expect(end(entry('2026-11-02', 'section_47_outcome'))).toEqual([]);
	expect(end(entry('2026-11-01', 'section_47_outcome'))).toEqual([[]]);
	expect(end(entry(TODAY, 'section_47_outcome', TOMAS))).toEqual([[`${TOMAS} NOT_MANAGING_PRACTICE`]]);
});

test('an older enquiry that was never explained does not stand in the way of other changes', () => {
	const authority = authorityOf(...ash(), kind('ash', 'section_47', '2026-09-01', '2026-09-14'));
	const begin = changesIn(kindBegun(fileIn(authority), said('child_protection', TODAY), TODAY));
	expect(endingAsked(authority, begin, TODAY).missing).toEqual([]);
});

test('actions that are still open are listed, those about risk first', () => {
	const authority = authorityOf(
		...ash(),
		action('later', '2026-11-02', { caseId: 'ash', dueOn: '2026-12-01' }),
		action('done', '2026-11-02', { caseId: 'ash', dueOn: '2026-11-09', doneOn: '2026-11-09' }),
		action('risk', '2026-11-02', { caseId: 'ash', dueOn: '2026-12-04', risk: true })
	);
	const open = actionsStillOpen(authority, 'ash', TODAY);
	expect(closingInWords(null, open, name)).toEqual([
		{
			words: 'Still open: about risk: Speak to the health visitor. Tomas, due by 4 Dec 2026.',
			grave: true
		},
		{ words: 'Still open: Speak to the health visitor. Tomas, due by 1 Dec 2026.', grave: false }
	]);
});

test('of one kind periods may touch and not overlap; of several kinds they may', () => {
	const authority = authorityOf(...ash(), kind('ash', 'assessment', '2026-09-01', '2026-10-01'));
	const file = fileIn(authority);
	const begin = (is: Kind, from: CalendarDate, to: CalendarDate | null = null) =>
		whys(kindBegun(file, said(is, from, to), TODAY));
	expect(begin('assessment', '2026-10-01')).toEqual([]);
	expect(begin('assessment', '2026-09-30')).toEqual(['SAME_KIND']);
	expect(begin('assessment', '2026-08-03', '2026-09-01')).toEqual([]);
	expect(begin('assessment', '2026-08-03', '2026-09-02')).toEqual(['SAME_KIND']);
	expect(begin('section_47', '2026-09-15')).toEqual([]);
	expect(begin('section_47', '2026-03-01')).toEqual(['BEFORE']);
	expect(begin('section_47', '2026-11-21')).toEqual(['AFTER_TODAY']);
});

test('a correction is known from today, and an end that stays keeps the day it became known', () => {
	const ended = { recordedOn: '2026-09-02', endRecordedOn: '2026-10-05' };
	const authority = authorityOf(...ash(), kind('ash', 'section_47', '2026-09-01', '2026-10-01', ended));
	const file = fileIn(authority);
	const row = file.kinds[1];
	if (!row) throw new Error('no enquiry');
	const needed = { ...said('section_47', '2026-09-01', '2026-10-01'), conferenceNeeded: true };
	const [change] = changesIn(kindCorrected(file, row, needed, TODAY));
	expect(change?.kinds[0]?.after).toMatchObject({
		conferenceNeeded: true,
		recordedOn: TODAY,
		endRecordedOn: '2026-10-05'
	});
});

test('a section 47 enquiry raises what is asked of the lead, brings the clock forward, and the days say what is flagged', () => {
	const authority = authorityOf(...ash(BEN), entry('2026-11-16', 'decision'));
	const changes = changesIn(kindBegun(fileIn(authority), said('section_47', TODAY), TODAY));
	const plan = planCase(authority, changes, TODAY, TODAY);
	expect(casePlanInWords(plan, TODAY, name)).toEqual([
		{
			words: 'On Fri 20 Nov 2026 it is child in need and section 47 enquiry, now high stakes.',
			grave: false
		},
		{
			words:
				'Whoever leads it has to be a social worker with 24 months’ experience, with CP-FOUND and S47 training (now: a registered social worker, with CP-FOUND training).',
			grave: false
		},
		{
			words:
				'Ben leads it below the bar: in the first 6 months, and it needs a social worker with 24 months’ experience; without S47 training. No co-worker makes up for it.',
			grave: true
		},
		{ words: 'Oversight of it is due by Mon 23 Nov 2026; it was due by 28 Dec 2026.', grave: false },
		{
			words: 'Ben: 1 case, 5 % of capacity now; 1 case, 10 % of capacity on 20 Nov 2026.',
			grave: false
		}
	]);
	expect(plan.days.slice(0, 2).map(({ on, raised }) => [on, raised.map(({ code }) => code)])).toEqual([
		[TODAY, ['BELOW_EXPERIENCE', 'TRAINING_GAP']],
		['2026-11-24', ['HELD_WITHOUT_OVERSIGHT', 'OVERSIGHT_OVERDUE']]
	]);
});

test('a change of lead names its reason, ends the former on the day, and waits for oversight', () => {
	const authority = authorityOf(...ash(), entry('2026-11-16', 'decision'));
	const file = fileIn(authority);
	const to = { practitionerId: AISHA, teamId: null };
	expect(whys(leadGiven(authority, file, to, '2026-11-23', null, TODAY))).toEqual(['NOT_GIVEN']);
	const changes = changesIn(leadGiven(authority, file, to, '2026-11-23', 'LEFTRL', TODAY));
	expect(changes[0]?.allocations.map(({ after }) => after)).toMatchObject([
		{ practitionerId: TOMAS, to: '2026-11-23', recordedOn: null, endRecordedOn: TODAY },
		{ practitionerId: AISHA, from: '2026-11-23', teamId: HARBOUR, reason: 'LEFTRL', recordedOn: TODAY }
	]);
	const plan = planCase(authority, changes, '2026-11-23', TODAY);
	expect(casePlanInWords(plan, TODAY, name).map(({ words }) => words)).toEqual([
		'Aisha is suitable to lead it.',
		'Oversight of it is due by Wed 25 Nov 2026; it was due by 28 Dec 2026.',
		'Tomas: 1 case, 5 % of capacity now; no cases, 0 % of capacity on 23 Nov 2026.',
		'Aisha: no cases, 0 % of capacity now; 1 case, 6 % of capacity on 23 Nov 2026.',
		'The handover waits for oversight: without it, it is flagged from Tue 1 Dec 2026.'
	]);
	const noted = changeOf('ash', {
		...changes[0],
		oversight: [
			{
				oversightId: 'note',
				reference: 'note',
				caseId: 'ash',
				managerId: MARYAM,
				madeOn: TODAY,
				kind: 'handover',
				hasDecision: true,
				hasRationale: true,
				recordedOn: TODAY
			}
		]
	});
	const words = casePlanInWords(planCase(authority, [noted], '2026-11-23', TODAY), TODAY, name);
	expect(words.map((each) => each.words).join(' ')).not.toContain('handover waits');
});

test('somebody who leads from the same day is replaced, and one who leads from a later day stands in the way', () => {
	const authority = authorityOf(...ash(), lead('elm', TOMAS, TODAY), openCase('elm', '2026-11-02'));
	const to = { practitionerId: AISHA, teamId: null };
	const elm = fileIn(authority, 'elm');
	const [change] = changesIn(leadGiven(authority, elm, to, TODAY, 'MANAGE', TODAY));
	expect(change?.allocations.map(({ after }) => after?.practitionerId ?? null)).toEqual([null, AISHA]);
	expect(whys(leadGiven(authority, elm, to, '2026-11-19', 'MANAGE', TODAY))).toEqual(['ALLOCATED_LATER']);
	expect(
		whys(leadGiven(authority, elm, { practitionerId: TOMAS, teamId: null }, TODAY, null, TODAY))
	).toEqual(['LEADS_ALREADY']);
});

test('a case given to a team alone has nobody, which is said', () => {
	const authority = authorityOf(...ash(TOMAS, 'child_protection'));
	const step = leadGiven(
		authority,
		fileIn(authority),
		{ practitionerId: null, teamId: ORCHARD },
		TODAY,
		'TSPROC',
		TODAY
	);
	const plan = planCase(authority, changesIn(step), TODAY, TODAY);
	expect(casePlanInWords(plan, TODAY, name)[0]).toEqual({
		words: 'Nobody leads it from Fri 20 Nov 2026.',
		grave: true
	});
	expect(plan.days[0]?.raised.map(({ code }) => code)).toContain('UNALLOCATED');
});

test('a suitable co-worker makes up for a lead below the bar, from the day they join until they leave', () => {
	const authority = authorityOf(...ash(BEN, 'child_protection'));
	const file = fileIn(authority);
	const joining = changesIn(coWorkerJoined(authority, file, AISHA, TODAY, TODAY));
	const plan = planCase(authority, joining, TODAY, TODAY);
	expect(plan.after?.suitablyHeld).toBe(true);
	expect(plan.days[0]?.cleared.map(({ code }) => code)).toEqual([
		'HELD_WITHOUT_OVERSIGHT',
		'BELOW_EXPERIENCE',
		'TRAINING_GAP'
	]);
	const joined = withCases(authority, joining);
	const [, row] = fileIn(joined).allocations;
	if (!row) throw new Error('nobody joined');
	expect(whys(coWorkerJoined(joined, fileIn(joined), AISHA, TODAY, TODAY))).toEqual(['CO_WORKS_ALREADY']);
	const leaving = coWorkerLeft(fileIn(joined), row, TODAY, TODAY);
	expect(changesIn(leaving)[0]?.allocations[0]?.after).toBeNull();
});

test('a child has one open case; the next may open on the day on which the earlier one closed', () => {
	const authority = authorityOf(...ash());
	const again = (openedOn: CalendarDate, closedOn: CalendarDate | null) =>
		whys(
			opened(
				authority,
				{
					caseId: 'ash-2',
					reference: 'ash-2',
					childId: 'ash',
					familyId: null,
					dateOfBirth: '2017-05-14',
					unborn: false,
					openedOn,
					kind: 'assessment',
					practitionerId: TOMAS,
					teamId: null
				},
				[{ reference: 'ash', openedOn: '2026-03-02', closedOn }],
				TODAY
			)
		);
	expect(again(TODAY, null)).toEqual(['OPEN_ALREADY']);
	expect(again('2026-11-18', '2026-11-19')).toEqual(['OVERLAPS_EARLIER']);
	expect(again('2026-11-19', '2026-11-19')).toEqual([]);
	expect(again('2026-11-21', '2026-11-19')).toEqual(['AFTER_TODAY']);
});

test('a family link counts brothers and sisters of one lead as a family, and joins what has no family yet', () => {
	const authority = authorityOf(
		...ash(),
		openCase('elm', '2026-03-02'),
		kind('elm', 'child_in_need', '2026-03-02'),
		lead('elm', TOMAS, '2026-03-02')
	);
	const changes = changesIn(familyLinked(fileIn(authority), fileIn(authority, 'elm'), TODAY));
	expect(changes.map(({ caseId, details }) => [caseId, details?.after?.familyId])).toEqual([
		['ash', 'family of elm'],
		['elm', 'family of elm']
	]);
	const [turned] = planCase(authority, changes, TODAY, TODAY).loads;
	expect([turned?.before.points, turned?.after.points]).toEqual([8, 6.4]);
	const linked = withCases(authority, changes);
	expect(whys(familyLinked(fileIn(linked), fileIn(linked, 'elm'), TODAY))).toEqual(['SAME_FAMILY']);
});

test('a day says a flag once: what grows more severe is not raised again', () => {
	const authority = authorityOf(...ash(TOMAS, 'assessment'), entry('2026-11-19', 'decision'));
	const begun = changesIn(kindBegun(fileIn(authority), said('child_protection', '2026-11-16'), TODAY));
	const plan = planCase(authority, begun, '2026-11-16', TODAY);
	const raised = plan.days.flatMap((day) => day.raised.map(({ code }) => `${day.on} ${code}`));
	expect(raised).toEqual([]);
	const cleared = plan.days.flatMap((day) => day.cleared.map(({ code }) => `${day.on} ${code}`));
	expect(cleared).toEqual([]);
});

test('an unborn child makes the flags about the case a step more severe, which is said', () => {
	const authority = authorityOf(...ash());
	const born = changesIn(birthCorrected(fileIn(authority), { dateOfBirth: null, unborn: true }, TODAY));
	const words = casePlanInWords(planCase(authority, born, TODAY, TODAY), TODAY, name);
	expect(words.map((each) => each.words)).toEqual([
		'The child is unborn or under 2: flags about this case are a step more severe.'
	]);
});

test('since when the lead holds it is corrected from today, and whoever had it until then had it until that day', () => {
	const taken: Change = {
		allocations: given(lead('ash', TOMAS, '2026-09-01')).allocations.map((row) => ({
			...row,
			startNotGiven: true
		}))
	};
	const authority = authorityOf(
		openCase('ash', '2026-03-02'),
		kind('ash', 'child_in_need', '2026-03-02'),
		lead('ash', AISHA, '2026-03-02', '2026-06-01'),
		lead('ash', BEN, '2026-06-01', '2026-09-01'),
		taken
	);
	const since = (on: CalendarDate) => leadSinceCorrected(fileIn(authority), on, TODAY);
	const why = (on: CalendarDate) => {
		const step = since(on);
		return 'problems' in step ? step.problems.map((each) => each.why) : [];
	};
	expect(why('2026-11-21')).toEqual(['AFTER_TODAY']);
	expect(why('2026-09-02')).toEqual(['NAMED_BY_THEN']);
	expect(why('2026-03-01')).toEqual(['BEFORE']);
	expect(why('2026-06-01')).toEqual(['LED_FROM']);
	const rows = (on: CalendarDate) =>
		changesIn(since(on)).flatMap(({ allocations }) =>
			allocations.map(({ after }) => [after?.practitionerId, after?.from, after?.to, after?.recordedOn])
		);
	expect(rows('2026-08-17')).toEqual([
		[BEN, '2026-06-01', '2026-08-17', TODAY],
		[TOMAS, '2026-08-17', null, TODAY]
	]);
	expect(rows('2026-09-01')).toEqual([[TOMAS, '2026-09-01', null, TODAY]]);
	expect(changesIn(since('2026-09-01'))[0]?.allocations[0]?.after?.startNotGiven).toBe(false);
});
