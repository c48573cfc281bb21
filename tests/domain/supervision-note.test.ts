import { expect, test } from 'vitest';
import { agendaOf } from '#lib/domain/agenda.ts';
import { assess } from '#lib/domain/flags.ts';
import { quarterStart, supervisionDue } from '#lib/domain/supervision-due.ts';
import {
	bothTexts,
	partyOf,
	propose,
	remarksOn,
	sendBack,
	sign,
	signedText,
	takesAway,
	whoSupervises,
	whyNotCounting,
	whyNotWrite,
	type Note,
	type NoteState,
	type Party
} from '#lib/domain/supervision-note.ts';
import { agendaReasonInWords, turnInWords } from '#lib/domain/supervision-wording.ts';
import { personOf } from '#lib/domain/authority.ts';
import * as cast from '../cast.ts';

const TODAY = '2026-11-20';

const note = (state: NoteState): Note => ({
	state,
	superviseeId: cast.BEN,
	supervisorId: cast.MARYAM,
	supervisorSignedOn: null,
	practitionerSignedOn: null
});

test('words added at one place take nothing away; anything else does', () => {
	const before = 'She sleeps badly.';
	for (const after of [
		before,
		`${before} And wakes.`,
		`At home: ${before}`,
		'She sleeps very badly.',
		'She sleeps badly..'
	])
		expect([after, takesAway(before, after)]).toEqual([after, false]);
	for (const after of [
		'',
		'She sleeps.',
		'She sleeps well.',
		'Now she sleeps very badly.',
		'badly. She sleeps'
	])
		expect([after, takesAway(before, after)]).toEqual([after, true]);
	expect(takesAway('aaaa', 'aaa')).toBe(true);
	expect(takesAway('', 'Anything.')).toBe(false);
});

test('a note is proposed by either, signed by the supervisor, then by the practitioner, and is closed', () => {
	const parties: Party[] = ['supervisor', 'practitioner'];
	for (const party of parties) expect(propose(note('draft'), party, true)).toEqual({ to: 'proposed' });
	expect(sign(note('proposed'), 'supervisor')).toEqual({ to: 'signed' });
	expect(sign(note('signed'), 'practitioner')).toEqual({ to: 'closed' });
});

test.for<[string, unknown, unknown]>([
	[
		'an empty note is not proposed',
		propose(note('draft'), 'supervisor', false),
		{ refused: 'NOTHING_WRITTEN' }
	],
	['a draft is not signed', sign(note('draft'), 'supervisor'), { refused: 'NOT_PROPOSED' }],
	[
		'the practitioner does not sign first, even where they proposed',
		sign(note('proposed'), 'practitioner'),
		{ refused: 'SUPERVISOR_SIGNS_FIRST' }
	],
	['a signed note is not sent back', sendBack(note('signed'), 'practitioner'), { refused: 'ALREADY_SIGNED' }],
	['a closed note is not sent back', sendBack(note('closed'), 'supervisor'), { refused: 'ALREADY_SIGNED' }],
	[
		'a closed note is not proposed again',
		propose(note('closed'), 'supervisor', true),
		{ refused: 'ALREADY_SIGNED' }
	],
	['a proposed note is sent back by either', sendBack(note('proposed'), 'practitioner'), { to: 'draft' }],
	['a stranger proposes nothing', propose(note('draft'), null, true), { refused: 'NOT_A_PARTY' }],
	['a stranger signs nothing', sign(note('signed'), null), { refused: 'NOT_A_PARTY' }],
	['a stranger sends nothing back', sendBack(note('proposed'), null), { refused: 'NOT_A_PARTY' }],
	['proposing again changes nothing', propose(note('proposed'), 'supervisor', true), { already: true }],
	['signing again changes nothing', sign(note('signed'), 'supervisor'), { already: true }],
	['signing a closed note changes nothing', sign(note('closed'), 'practitioner'), { already: true }]
])('%s', ([, answer, expected]) => expect(answer).toEqual(expected));

test('only a draft can be written, and only by the two', () => {
	expect(whyNotWrite(note('draft'), 'practitioner')).toBeNull();
	expect(whyNotWrite(note('draft'), null)).toBe('NOT_A_PARTY');
	for (const state of ['proposed', 'signed', 'closed'] as const)
		expect(whyNotWrite(note(state), 'supervisor')).toBe('TEXT_IS_FIXED');
	expect(partyOf(note('draft'), cast.LEO)).toBeNull();
	expect(partyOf(note('draft'), null)).toBeNull();
});

test('whose turn it is, is said for every state to each of the two and to a reader', () => {
	const names = { supervisor: 'Maryam', practitioner: 'Ben' };
	const said = (state: NoteState, party: Party | null) => turnInWords(state, party, names);
	expect(said('proposed', 'supervisor')).toMatch(/^Your turn/);
	expect(said('proposed', 'practitioner')).toMatch(/^With Maryam to sign/);
	expect(said('signed', 'practitioner')).toMatch(/^Your turn: Maryam has signed/);
	expect(said('signed', 'supervisor')).toBe('With Ben to sign.');
	expect(said('draft', 'practitioner')).toMatch(/You and Maryam can both write/);
	expect(said('draft', null)).toBe('A draft that Maryam and Ben are writing.');
});

const ANALYSIS =
	'Two accounts of the bruise do not agree, and the explanation changed after the second visit, as it did last winter.';
const whole = {
	summary: 'Seen twice.',
	analysis: ANALYSIS,
	livedExperience: 'She is cold.',
	decision: 'See her alone.'
};

test.for<[string, Partial<typeof whole>, string[]]>([
	['a weighed discussion draws no remark', {}, []],
	['no analysis at all', { analysis: '' }, ['TASKS_WITHOUT_ANALYSIS']],
	[
		'a list of tasks',
		{
			analysis:
				'- visit on Monday\n- ring the school and ask for the attendance of this half term\n2. chase the report'
		},
		['TASKS_WITHOUT_ANALYSIS']
	],
	[
		'tasks with names',
		{
			analysis:
				'Ben to visit weekly and see the child alone at home\nMaryam Idris will ask the nursery for the notes of the last month'
		},
		['TASKS_WITHOUT_ANALYSIS']
	],
	['a few words weigh nothing up', { analysis: 'No change, plan continues.' }, ['TASKS_WITHOUT_ANALYSIS']],
	['tasks after analysis are fine', { analysis: `${ANALYSIS}\n- visit on Monday` }, []],
	['no decision', { decision: ' \n' }, ['NO_DECISION']],
	['no lived experience', { livedExperience: '' }, ['NO_LIVED_EXPERIENCE']],
	['nothing at all', { summary: '', analysis: ' ', livedExperience: '', decision: '' }, ['NOTHING_WRITTEN']]
])('%s', ([, changed, remarks]) => expect(remarksOn({ ...whole, ...changed })).toEqual(remarks));

test('who holds the session: the supervisor, a manager in their own name, or the practitioner with their supervisor', () => {
	const ben = { practitionerId: cast.BEN, supervisorId: cast.MARYAM };
	expect(whoSupervises(ben, { practitionerId: cast.MARYAM, role: 'team_manager' })).toEqual({
		supervisorId: cast.MARYAM
	});
	expect(whoSupervises(ben, { practitionerId: cast.RUTH, role: 'service_manager' })).toEqual({
		supervisorId: cast.RUTH
	});
	expect(whoSupervises(ben, { practitionerId: cast.BEN, role: 'practitioner' })).toEqual({
		supervisorId: cast.MARYAM
	});
	const refused = { refused: 'READ_ONLY' };
	expect(whoSupervises(ben, { practitionerId: cast.DIANA, role: 'director' })).toEqual(refused);
	expect(whoSupervises(ben, { practitionerId: cast.MARYAM, role: 'inspector' })).toEqual(refused);
	expect(whoSupervises(ben, { practitionerId: null, role: 'principal_social_worker' })).toEqual(refused);
	expect(whoSupervises(ben, { practitionerId: cast.AISHA, role: 'practitioner' })).toEqual(refused);
	const alone = { practitionerId: cast.BEN, supervisorId: null };
	expect(whoSupervises(alone, { practitionerId: cast.BEN, role: 'practitioner' })).toEqual({
		refused: 'NO_SUPERVISOR'
	});
});

test('the signed text does not depend on the order of the cases, and changes with every word and figure', () => {
	const base = {
		sessionId: 's',
		superviseeId: cast.BEN,
		supervisorId: cast.MARYAM,
		heldOn: TODAY,
		minutes: 90,
		interrupted: false,
		discussions: [
			{ caseId: 'a', ...whole },
			{ caseId: 'b', ...whole }
		],
		personal: 'p'
	};
	const text = signedText(base);
	expect(signedText({ ...base, discussions: [...base.discussions].reverse() })).toBe(text);
	const others = [
		{ ...base, personal: '' },
		{ ...base, minutes: 91 },
		{ ...base, heldOn: '2026-11-19' },
		{ ...base, interrupted: null },
		{ ...base, discussions: base.discussions.slice(1) },
		...(['summary', 'analysis', 'livedExperience', 'decision'] as const).map((field) => ({
			...base,
			discussions: [
				{ ...whole, caseId: 'a', [field]: 'changed' },
				{ caseId: 'b', ...whole }
			]
		}))
	].map(signedText);
	expect(new Set([text, ...others]).size).toBe(others.length + 1);
});

test('two texts are kept one after the other, and neither twice', () => {
	expect(bothTexts('a', 'b')).toBe('a\n\nb');
	expect(bothTexts('a and b', 'b')).toBe('a and b');
	expect(bothTexts('a', 'a and b')).toBe('a and b');
	expect(bothTexts('', 'b')).toBe('b');
	expect(bothTexts('a', '')).toBe('a');
});

test('the agenda: flagged worst first, then due, then new, then the longest not discussed', () => {
	const held = (id: string, since: string) => [
		cast.openCase(id, since),
		cast.kind(id, 'child_in_need', since),
		cast.lead(id, cast.TOMAS, since)
	];
	const view = cast.asAt(
		TODAY,
		cast.given(
			...held('long-ago', '2026-01-05'),
			...held('lately', '2026-01-05'),
			...held('new', '2026-11-10'),
			...held('due', '2026-01-05'),
			...held('late', '2026-01-05'),
			cast.oversight('long-ago', cast.MARYAM, '2026-11-12'),
			cast.oversight('lately', cast.MARYAM, '2026-11-12'),
			cast.oversight('new', cast.MARYAM, '2026-11-12'),
			cast.oversight('due', cast.MARYAM, '2026-10-13'),
			cast.oversight('late', cast.MARYAM, '2026-09-01'),
			cast.supervision(cast.TOMAS, '2026-06-01'),
			cast.discussed('tomas-2026-06-01', 'long-ago'),
			cast.supervision(cast.TOMAS, '2026-11-02'),
			cast.discussed('tomas-2026-11-02', 'lately')
		)
	);
	const agenda = agendaOf(cast.TOMAS, view, assess(view));
	expect(agenda.map(({ caseId, reason }) => [caseId, agendaReasonInWords(reason, TODAY)])).toEqual([
		['late', 'Oversight overdue, high'],
		['due', 'Oversight due by 24 Nov 2026, in 4 days'],
		['new', 'New, allocated 10 Nov 2026, 10 days ago'],
		['long-ago', 'Last discussed 1 Jun 2026, 172 days ago'],
		['lately', 'Last discussed 2 Nov 2026, 18 days ago']
	]);
	const again = agendaOf(cast.TOMAS, view, assess(view), 'tomas-2026-11-02');
	expect(again.find(({ caseId }) => caseId === 'lately')?.reason).toEqual({ code: 'NEVER_DISCUSSED' });
});

test('a discussion says before it is signed why it would not count', () => {
	const view = cast.asAt(
		TODAY,
		cast.given(
			cast.person(cast.OWEN, { sweNumber: null, registeredOn: null }),
			cast.openCase('c', '2026-09-01'),
			cast.kind('c', 'child_in_need', '2026-09-01'),
			cast.lead('c', cast.BEN, '2026-09-01')
		)
	);
	const [file] = view.authority.cases;
	if (!file) throw new Error('the case is not there');
	const why = (superviseeId: string, supervisorId: string, decision = 'Visit weekly.') =>
		whyNotCounting(file, view, { superviseeId, supervisorId, heldOn: TODAY, decision });
	expect(why(cast.BEN, cast.MARYAM)).toBeNull();
	expect(why(cast.BEN, cast.MARYAM, ' ')).toBe('NO_DECISION');
	expect(why(cast.BEN, cast.OWEN)).toBe('NOT_MANAGING_PRACTICE');
	expect(why(cast.BEN, cast.AISHA)).toBe('NOT_MANAGING_PRACTICE');
	expect(why(cast.TOMAS, cast.MARYAM)).toBe('NOT_WITH_THE_LEAD');
});

test('on time this quarter counts the days on which supervision was not overdue, the due day included', () => {
	const view = cast.asAt(TODAY, cast.given(cast.supervision(cast.TOMAS, '2026-10-10')));
	const tomas = personOf(view, cast.TOMAS);
	const due = tomas && supervisionDue(tomas, view);
	expect(due).toMatchObject({ standing: 'overdue', clock: { dueOn: '2026-11-10' } });
	// 1 to 9 October overdue, 10 October to 10 November on time, 11 to 20 November overdue: 32 of 51 days.
	expect(due?.onTimePercent).toBe(63);
	const diana = personOf(view, cast.DIANA);
	expect(diana && supervisionDue(diana, view)).toBeNull();
});

test.for([
	['2026-01-01', '2026-01-01'],
	['2026-03-31', '2026-01-01'],
	['2026-04-01', '2026-04-01'],
	['2026-11-20', '2026-10-01'],
	['2026-12-31', '2026-10-01']
])('the quarter of %s began on %s', ([day = '', first]) => expect(quarterStart(day)).toBe(first));
