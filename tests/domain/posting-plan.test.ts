import { expect, test } from 'vitest';
import { viewOf, type Authority } from '#lib/domain/authority.ts';
import { addDays, type CalendarDate } from '#lib/domain/calendar.ts';
import { assess } from '#lib/domain/flags.ts';
import { inPostOn, postingOn } from '#lib/domain/people.ts';
import {
	changeOfPosting,
	standingPostings,
	turnsOfTeam,
	withPosting,
	type PostingChange,
	type PostingProblem,
	type PostingStep,
	type PostingTerms
} from '#lib/domain/posting-change.ts';
import { planPosting } from '#lib/domain/posting-plan.ts';
import {
	AISHA,
	asAt,
	BEN,
	given,
	GRACE,
	HARBOUR,
	kind,
	lead,
	LEO,
	MARYAM,
	openCase,
	ORCHARD,
	OWEN,
	person,
	posting,
	RUTH,
	TOMAS,
	type Change
} from '../cast.ts';

/** A Friday. */
const TODAY: CalendarDate = '2026-11-20';
const MONDAY: CalendarDate = '2026-11-23';

const held = (id: string, who: string, is: Parameters<typeof kind>[1] = 'child_protection'): Change[] => [
	openCase(id, '2026-03-02'),
	kind(id, is, '2026-03-02'),
	lead(id, who, '2026-03-02')
];

const authorityOf = (...changes: Change[]): Authority =>
	asAt(TODAY, given(...held('ash', TOMAS), ...held('elm', TOMAS, 'short_breaks'), ...changes)).authority;

const those = {
	caseIds: ['ash', 'elm'],
	superviseeIds: [TOMAS, AISHA, BEN, GRACE],
	supervisorIds: [MARYAM, OWEN, RUTH]
};

function changed(authority: Authority, who: string, step: PostingStep): PostingChange {
	const made = changeOfPosting(authority, who, step, TODAY);
	if ('problems' in made) throw new Error(JSON.stringify(made.problems));
	return made.change;
}

function refused(who: string, step: PostingStep, authority = authorityOf()): PostingProblem[] {
	const made = changeOfPosting(authority, who, step, TODAY);
	return 'problems' in made ? made.problems : [];
}

function postingsOf(who: string, authority: Authority) {
	const one = authority.people.get(who);
	return one ? standingPostings(one) : [];
}

const move = (from: CalendarDate, terms: Partial<PostingTerms>): PostingStep => ({
	task: 'move',
	from,
	terms
});
const TO_ORCHARD = { teamId: ORCHARD, supervisorId: OWEN };
const leave = (lastOn: CalendarDate): PostingStep => ({ task: 'leave', lastOn });
const actUp = (from: CalendarDate, to: CalendarDate): PostingStep => ({
	task: 'act-up',
	from,
	to,
	terms: { role: 'practice_supervisor', supervisorId: RUTH }
});

const planOf = (who: string, step: PostingStep, authority = authorityOf()) =>
	planPosting(authority, changed(authority, who, step), TODAY, those);

/** Where somebody sits on each of these days: as asked on that day, with what was known then. */
function seats(authority: Authority, who: string, days: readonly CalendarDate[]) {
	return days.map((on) => {
		const { knowledge } = viewOf(authority, on);
		const one = authority.people.get(who);
		const at = one ? inPostOn(one, on, knowledge) : null;
		return at ? `${at.role} ${at.teamId} ${at.supervisorId} ${at.fte}` : null;
	});
}

const HERE = 'practitioner harbour maryam 1';
const THERE = 'practitioner orchard owen 1';

test('a move ends one posting and begins the next on its day, whatever else the posting says', () => {
	const authority = authorityOf();
	const change = changed(authority, TOMAS, move(MONDAY, TO_ORCHARD));
	expect(change.rows.map(({ change: is, after }) => [is, after?.from, after?.to])).toEqual([
		['ended', '2018-04-02', MONDAY],
		['recorded', MONDAY, null]
	]);
	const after = withPosting(authority, change, TODAY);
	expect(seats(after, TOMAS, [TODAY, '2026-11-22', MONDAY, '2026-11-24'])).toEqual([
		HERE,
		HERE,
		THERE,
		THERE
	]);
});

test('a move in the past is known from today: as asked on the days before, nobody had moved', () => {
	const authority = authorityOf();
	const after = withPosting(authority, changed(authority, TOMAS, move('2026-11-02', TO_ORCHARD)), TODAY);
	const days = ['2026-11-01', '2026-11-02', '2026-11-19', TODAY];
	expect(seats(after, TOMAS, days)).toEqual([HERE, HERE, HERE, THERE]);
	const one = after.people.get(TOMAS);
	const { knowledge } = viewOf(after, TODAY);
	expect(one && postingOn(one, '2026-11-02', knowledge)?.teamId).toBe(ORCHARD);
	expect(one && postingOn(one, '2026-11-01', knowledge)?.teamId).toBe(HARBOUR);
});

test('a move brings the cases led into other hands, with oversight in time up to the fifth working day', () => {
	const { handedOver, days, unled } = planOf(TOMAS, move(MONDAY, TO_ORCHARD));
	expect(handedOver.map(({ on, oversightBy, cases }) => [on, oversightBy, cases.length])).toEqual([
		[MONDAY, '2026-11-30', 2]
	]);
	expect(unled).toEqual([]);
	const raised = days.flatMap(({ on, raised: flags }) => flags.map(({ code }) => `${on} ${code}`));
	expect(raised).toContain('2026-12-01 HANDOVER_WITHOUT_OVERSIGHT');
	expect(raised.filter((words) => words < '2026-12-01' && words.includes('HANDOVER'))).toEqual([]);
});

test('a change of hours or of role alone hands nothing over', () => {
	const hours: PostingStep = { task: 'hours', from: MONDAY, terms: { fte: 0.6 } };
	const { handedOver, loads } = planOf(TOMAS, hours);
	expect(handedOver).toEqual([]);
	expect(loads.map(({ on, before, after }) => [on, before.capacity.points, after.capacity.points])).toEqual([
		[MONDAY, 85, 51]
	]);
	expect(planOf(TOMAS, move(MONDAY, { role: 'senior_practitioner' })).handedOver).toEqual([]);
});

test('acting up replaces the posting for its days, and the earlier one resumes as it was', () => {
	const authority = authorityOf();
	const change = changed(authority, TOMAS, actUp(MONDAY, '2027-01-04'));
	const after = withPosting(authority, change, TODAY);
	const acting = 'practice_supervisor harbour ruth 1';
	expect(seats(after, TOMAS, [addDays(MONDAY, -1), MONDAY, '2027-01-03', '2027-01-04'])).toEqual([
		HERE,
		acting,
		acting,
		HERE
	]);
	const { handedOver } = planPosting(authority, change, TODAY, those);
	expect(handedOver.map(({ on }) => on)).toEqual([MONDAY, '2027-01-04']);
});

test('another role changes what the person counts as, while it lasts', () => {
	const { tiers, days } = planOf(BEN, actUp(MONDAY, '2027-01-04'), authorityOf(...held('oak', BEN)));
	expect(tiers).toEqual([{ on: MONDAY, before: 'E1', after: 'E6' }]);
	expect(days.map(({ on }) => on)).toEqual([...new Set(days.map(({ on }) => on))]);
});

test('a day on which nothing more turns than on the one told before is left out', () => {
	const { days } = planOf(TOMAS, leave('2026-11-30'));
	const told = days.map(({ raised }) => raised.filter(({ code }) => code === 'UNALLOCATED').length);
	expect(told).toEqual([0, 1, 2]);
});

test('acting up until a posting ends leaves nothing to resume, and beyond it is refused', () => {
	const ends = authorityOf(posting(TOMAS, { to: '2027-01-04', endRecordedOn: TODAY }));
	expect(changed(ends, TOMAS, actUp(MONDAY, '2027-01-04')).rows).toHaveLength(2);
	expect(refused(TOMAS, actUp(MONDAY, '2027-01-05'), ends)).toEqual([
		{ field: 'to', why: 'OUTLASTS', ends: '2027-01-04' }
	]);
});

test('whoever leaves is in post on their last day and leads without being in post from the next', () => {
	const authority = authorityOf();
	const change = changed(authority, TOMAS, leave('2026-11-30'));
	expect(change.left).toEqual({ before: null, after: '2026-12-01' });
	const after = withPosting(authority, change, TODAY);
	expect(seats(after, TOMAS, ['2026-11-30', '2026-12-01'])).toEqual([HERE, null]);
	const { unled, days, loads } = planPosting(authority, change, TODAY, those);
	expect(
		unled.map(({ subject, from, until }) => [subject.reference, subject.highStakes, from, until])
	).toEqual([
		['ash', true, '2026-12-01', null],
		['elm', false, '2026-12-01', null]
	]);
	const raised = days.flatMap(({ on, raised: flags }) =>
		flags.filter(({ code }) => code === 'UNALLOCATED').map(({ reference }) => `${on} ${reference}`)
	);
	expect(raised.filter((words) => words.endsWith('ash'))[0]).toBe('2026-12-01 ash');
	expect(raised.filter((words) => words.endsWith('elm'))[0]).toBe('2026-12-09 elm');
	expect(loads[0]?.after.capacity.none).toBe('NOT_IN_POST');
});

test('a leaver who manages leaves supervisees without a supervisor and the team without a manager', () => {
	const { alone, unmanaged } = planOf(MARYAM, leave('2026-11-30'));
	expect(alone.map(({ subject, from, until }) => [subject.practitionerId, from, until])).toEqual(
		[TOMAS, AISHA, BEN, GRACE].map((id) => [id, '2026-12-01', null])
	);
	expect(unmanaged).toEqual([
		{ subject: { teamId: HARBOUR }, from: '2026-12-01', until: null, severity: 'high' }
	]);
});

test('who leaves has no later posting, and had not left as asked on the days before it was recorded', () => {
	const authority = authorityOf();
	const coming = withPosting(authority, changed(authority, TOMAS, move('2026-12-14', TO_ORCHARD)), TODAY);
	const change = changed(coming, TOMAS, leave('2026-11-13'));
	expect(change.rows.map(({ change: is }) => is)).toEqual(['ended', 'withdrawn']);
	const after = withPosting(coming, change, TODAY);
	expect(seats(after, TOMAS, ['2026-11-13', '2026-11-14', '2026-11-19', TODAY, '2026-12-14'])).toEqual([
		HERE,
		HERE,
		HERE,
		null,
		null
	]);
});

test('the flags the plan says are raised are those found on that day once the rows stand', () => {
	for (const [who, step] of [
		[TOMAS, move(MONDAY, TO_ORCHARD)],
		[TOMAS, move('2026-11-09', TO_ORCHARD)],
		[TOMAS, leave('2026-11-30')],
		[MARYAM, leave('2026-11-30')],
		[TOMAS, actUp(MONDAY, '2027-01-04')],
		[TOMAS, { task: 'hours', from: MONDAY, terms: { fte: 0.1 } } as PostingStep]
	] as const) {
		const authority = authorityOf();
		const change = changed(authority, who, step);
		const after = withPosting(authority, change, TODAY);
		for (const { on, raised, cleared } of planPosting(authority, change, TODAY, those).days) {
			const found = (facts: Authority) =>
				new Set(assess(viewOf(facts, on)).map(({ code, subject }) => `${code} ${subject.id}`));
			const [before, then] = [found(authority), found(after)];
			expect(raised.map(({ code, subjectId }) => `${code} ${subjectId}`).sort(), `${who} ${on}`).toEqual(
				[...then].filter((flag) => !before.has(flag)).sort()
			);
			expect(cleared.map(({ code, subjectId }) => `${code} ${subjectId}`).sort(), `${who} ${on}`).toEqual(
				[...before].filter((flag) => !then.has(flag)).sort()
			);
		}
	}
});

test('the supervisor somebody moves to supervises one more, and the one before one fewer', () => {
	expect(
		planOf(TOMAS, move(MONDAY, TO_ORCHARD)).spans.map(({ on, supervisorId, before, after }) => [
			on,
			supervisorId,
			after - before
		])
	).toEqual([
		[MONDAY, MARYAM, -1],
		[MONDAY, OWEN, 1]
	]);
});

test('somebody new or returning gets a first posting, and has no longer left', () => {
	const returning = authorityOf(
		person(TOMAS, { leftOn: '2026-06-01' }),
		posting(TOMAS, { to: '2026-06-01' })
	);
	const terms = {
		teamId: HARBOUR,
		role: 'practitioner',
		supervisorId: MARYAM,
		fte: 0.5,
		agency: false
	} as const;
	const change = changed(returning, TOMAS, { task: 'first', from: MONDAY, terms });
	expect(change.left).toEqual({ before: '2026-06-01', after: null });
	const after = withPosting(returning, change, TODAY);
	expect(seats(after, TOMAS, ['2026-05-31', '2026-06-01', addDays(MONDAY, -1), MONDAY])).toEqual([
		HERE,
		null,
		null,
		'practitioner harbour maryam 0.5'
	]);
	expect(refused(TOMAS, { task: 'first', from: MONDAY, terms })).toMatchObject([
		{ field: 'from', why: 'OVERLAPS' }
	]);
});

test('what comes to a team, goes from it and changes in it is told from tomorrow up to the last day looked at', () => {
	const authority = authorityOf(
		posting(TOMAS, { to: MONDAY }),
		posting(TOMAS, { from: MONDAY, to: '2026-12-18', teamId: ORCHARD, supervisorId: OWEN }),
		posting(AISHA, { to: TODAY }),
		posting(BEN, { to: '2026-12-19' })
	);
	const postings = [...authority.people.values()].flatMap((one) => one.postings);
	const turns = (teamId: string) =>
		turnsOfTeam(postings, teamId, TODAY, '2026-12-18').map(({ on, practitionerId, before, after }) => [
			on,
			practitionerId,
			before?.teamId ?? null,
			after?.teamId ?? null
		]);
	expect(turns(HARBOUR)).toEqual([[MONDAY, TOMAS, HARBOUR, ORCHARD]]);
	expect(turns(ORCHARD)).toEqual([
		[MONDAY, TOMAS, HARBOUR, ORCHARD],
		['2026-12-18', TOMAS, ORCHARD, null]
	]);
});

test('a correction takes the postings beside it along and is known from today', () => {
	const authority = authorityOf(
		posting(TOMAS, { to: '2026-10-05' }),
		posting(TOMAS, { from: '2026-10-05', teamId: ORCHARD, supervisorId: OWEN })
	);
	const [earlier, before] = postingsOf(TOMAS, authority);
	if (!before || !earlier) throw new Error('the cast has both');
	const { teamId, role, supervisorId, fte, agency } = before;
	const said = { teamId, role, supervisorId, fte, agency, to: null };
	const step: PostingStep = { task: 'correct', before, after: { ...said, from: '2026-10-12' } };
	const after = withPosting(authority, changed(authority, TOMAS, step), TODAY);
	expect(seats(after, TOMAS, ['2026-10-04', '2026-10-05', '2026-10-12', '2026-11-19', TODAY])).toEqual([
		HERE,
		THERE,
		THERE,
		THERE,
		THERE
	]);
	const one = after.people.get(TOMAS);
	const { knowledge } = viewOf(after, TODAY);
	expect(one && postingOn(one, '2026-10-11', knowledge)?.teamId).toBe(HARBOUR);
	expect(one && postingOn(one, '2026-10-12', knowledge)?.teamId).toBe(ORCHARD);
	expect(
		refused(TOMAS, { task: 'correct', before, after: { ...said, from: earlier.from } }, authority)
	).toMatchObject([{ field: 'from', why: 'OVERLAPS' }]);
	expect(
		refused(TOMAS, { task: 'correct', before, after: { ...said, from: before.from } }, authority)
	).toEqual([{ field: 'from', why: 'NOTHING_CHANGES' }]);
});

test('a posting that never was is taken out, and the one before runs on', () => {
	const authority = authorityOf(
		posting(TOMAS, { to: '2026-10-05' }),
		posting(TOMAS, { from: '2026-10-05', teamId: ORCHARD, supervisorId: OWEN })
	);
	const [, before] = postingsOf(TOMAS, authority);
	if (!before) throw new Error('the cast has both');
	const after = withPosting(
		authority,
		changed(authority, TOMAS, { task: 'correct', before, after: null }),
		TODAY
	);
	expect(seats(after, TOMAS, ['2026-10-04', '2026-10-05', '2026-11-19', TODAY])).toEqual([
		HERE,
		THERE,
		THERE,
		HERE
	]);
});

test('what cannot be is refused with its reason', () => {
	const fte = (value: number): PostingStep => ({ task: 'hours', from: MONDAY, terms: { fte: value } });
	expect(refused(TOMAS, fte(1.01))).toEqual([{ field: 'fte', why: 'NOT_A_SHARE' }]);
	expect(refused(TOMAS, fte(-0.1))).toEqual([{ field: 'fte', why: 'NOT_A_SHARE' }]);
	expect(refused(TOMAS, fte(1))).toEqual([{ field: 'from', why: 'NOTHING_CHANGES' }]);
	expect(refused(TOMAS, move('2018-04-02', TO_ORCHARD))).toEqual([
		{ field: 'from', why: 'YEARS_OFF', on: '2018-04-02' }
	]);
	const lately = authorityOf(posting(TOMAS, { from: '2026-11-02' }));
	expect(refused(TOMAS, move('2026-11-01', TO_ORCHARD), lately)).toEqual([
		{ field: 'from', why: 'NOT_IN_POST', on: '2026-11-01', next: '2026-11-02' }
	]);
	expect(refused(TOMAS, move('2026-11-02', TO_ORCHARD), lately)).toEqual([
		{ field: 'from', why: 'BEGINS_THEN', on: '2026-11-02' }
	]);
	expect(refused(TOMAS, move('2026-11-03', TO_ORCHARD), lately)).toEqual([]);
	expect(refused(TOMAS, actUp(MONDAY, MONDAY))).toEqual([
		{ field: 'to', why: 'ENDS_BEFORE_START', from: MONDAY }
	]);
	expect(refused(TOMAS, move(MONDAY, { supervisorId: TOMAS }))).toEqual([
		{ field: 'supervisor', why: 'ONESELF' }
	]);
	expect(refused(MARYAM, move(MONDAY, { supervisorId: TOMAS }))).toEqual([
		{ field: 'supervisor', why: 'SUPERVISED_BY_THEM', supervisorId: TOMAS, on: MONDAY }
	]);
	const throughOthers = authorityOf(
		posting(TOMAS, { supervisorId: LEO }),
		posting(LEO, { supervisorId: MARYAM })
	);
	expect(refused(MARYAM, move(MONDAY, { supervisorId: TOMAS }), throughOthers)).toEqual([
		{ field: 'supervisor', why: 'SUPERVISED_BY_THEM', supervisorId: TOMAS, on: MONDAY }
	]);
	const gone = authorityOf(person(LEO, { leftOn: MONDAY, endRecordedOn: TODAY }));
	expect(refused(TOMAS, move(MONDAY, { supervisorId: LEO }), gone)).toEqual([
		{ field: 'supervisor', why: 'NOT_IN_POST', supervisorId: LEO, on: MONDAY }
	]);
	expect(refused(TOMAS, move(addDays(MONDAY, -1), { supervisorId: LEO }), gone)).toEqual([]);
	expect(refused(TOMAS, leave('2026-12-01'), authorityOf(person(TOMAS, { leftOn: MONDAY })))).toEqual([
		{ field: 'lastOn', why: 'LEFT', on: MONDAY }
	]);
});

test('nobody moves to a team on a day on which it is closed', () => {
	const authority = authorityOf();
	const teams = authority.teams.map((team) =>
		team.teamId === ORCHARD ? { ...team, closedOn: MONDAY } : team
	);
	const closing = { ...authority, teams };
	expect(refused(TOMAS, move(MONDAY, { teamId: ORCHARD }), closing)).toEqual([
		{ field: 'team', why: 'NOT_OPEN', teamId: ORCHARD, on: MONDAY }
	]);
	expect(refused(TOMAS, move(addDays(MONDAY, -1), { teamId: ORCHARD }), closing)).toEqual([]);
});
