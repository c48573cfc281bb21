import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { authorityOfScale, demoAuthority } from '#lib/demo/authority.ts';
import { isAmong, PAGES } from '#lib/domain/access.ts';
import { isPastAllocation, waitingCases } from '#lib/domain/allocation-queue.ts';
import { arrange, groupedBy, viewOf, type Authority, type View } from '#lib/domain/authority.ts';
import { addDays, isWorkingDay, monthEnd, type CalendarDate } from '#lib/domain/calendar.ts';
import { isOpenOn } from '#lib/domain/cases.ts';
import { caseloads } from '#lib/domain/caseload.ts';
import type { Code } from '#lib/domain/codes.ts';
import { assess, findingsOfCase, findingsOfPractitioner, fold, worstFirst } from '#lib/domain/flags.ts';
import { NEXT_STEPS } from '#lib/domain/next-step.ts';
import { absentLongerThan, inPostOn, tierOn } from '#lib/domain/people.ts';
import { KINDS } from '#lib/domain/policy.ts';
import { factsOf, type Records } from '#lib/domain/records.ts';
import { CASE_RULES, caseState, teamOfCase } from '#lib/domain/rules-about-cases.ts';
import { isSupervised, practitionerState, supervisionOf } from '#lib/domain/rules-about-practitioners.ts';

const demo = demoAuthority();
const { records, today, story } = demo;
const authority = arrange(factsOf(records));
const now = viewOf(authority, today);
const found = fold(assess(now));
const serviceOf = new Map(records.teams.map(({ teamId, service }) => [teamId, service]));
const AFFECTED = ['Assessment', 'Family Help and Protection'];
const UNTOUCHED = 'Children in Care and Disability';

const count = (code: Code, teamId?: string) =>
	found.filter((finding) => finding.code === code && (teamId === undefined || finding.teamId === teamId))
		.length;

function digestOf(value: unknown): string {
	return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

function caseFile(of: Authority, caseId: string) {
	const file = of.cases.find((each) => each.caseId === caseId);
	if (!file) throw new Error(`no case ${caseId}`);
	return file;
}

interface Figures {
	supervised: number;
	late: number;
	heldWithoutOversight: number;
}

/** Supervision on time and cases held without oversight, by service, as the metrics M01 and M06 define them. */
function figuresOn(view: View): Map<string, Figures> {
	const figures = new Map<string, Figures>();
	const of = (teamId: string | null) => {
		const service = serviceOf.get(teamId ?? '') ?? 'none';
		const kept = figures.get(service) ?? { supervised: 0, late: 0, heldWithoutOversight: 0 };
		figures.set(service, kept);
		return kept;
	};
	const held = CASE_RULES.find(({ code }) => code === 'HELD_WITHOUT_OVERSIGHT');
	const day = view.knowledge.on;
	for (const file of view.authority.cases) {
		const state = caseState(file, view);
		if (state && held?.holds(state)) of(teamOfCase(file, view)).heldWithoutOversight++;
	}
	for (const person of view.authority.people.values()) {
		const state = practitionerState(person, view);
		if (!state || !isSupervised(state.posting) || absentLongerThan(person, 10, day, view.knowledge)) continue;
		const clock = supervisionOf(person, view);
		const kept = of(state.posting.teamId);
		kept.supervised++;
		if (clock && day > clock.dueOn) kept.late++;
	}
	return figures;
}

const MONTHS = ['2025-05', '2025-06', '2025-07', '2025-08', '2025-09', '2025-10', '2025-11'];
const RESTRUCTURED = ['2025-12', '2026-01', '2026-02', '2026-03'];
const SINCE = ['2026-04', '2026-05', '2026-06', '2026-07', '2026-08', '2026-09', '2026-10'];
const monthly = new Map(
	[...MONTHS, ...RESTRUCTURED, ...SINCE].map((month) => [
		month,
		figuresOn(viewOf(authority, monthEnd(`${month}-01`)))
	])
);

function over(months: readonly string[], service: string) {
	const figures = months.map((month) => monthly.get(month)?.get(service));
	const sum = (of: keyof Figures) => figures.reduce((total, each) => total + (each?.[of] ?? 0), 0);
	return {
		lateShare: sum('late') / sum('supervised'),
		heldAMonth: sum('heldWithoutOversight') / months.length
	};
}

describe('The made-up authority', () => {
	test('is the same on every call', () => {
		expect(digestOf(demoAuthority())).toBe(digestOf(demo));
	});

	test('has its own today, a Friday, and nothing that happened or was recorded after it', () => {
		expect(today).toBe('2026-11-20');
		expect(new Date(today).getUTCDay()).toBe(5);
		const happened = [
			...records.oversight.flatMap(({ madeOn, recordedOn }) => [madeOn, recordedOn]),
			...records.supervision.flatMap((row) => [row.heldOn, row.supervisorSignedOn, row.practitionerSignedOn]),
			...records.allocations.map(({ from }) => from),
			...records.cases.flatMap(({ openedOn, closedOn }) => [openedOn, closedOn]),
			...records.actions.flatMap(({ agreedOn, doneOn }) => [agreedOn, doneOn]),
			...records.requests.flatMap(({ requestedOn, decidedOn }) => [requestedOn, decidedOn])
		];
		expect(happened.filter((day) => day !== null && day > today)).toEqual([]);
	});

	test('has nine teams in three services, about 110 people who hold about 1,700 cases of every kind', () => {
		const teams = records.teams.filter(({ closedOn, teamId }) => closedOn === null && teamId !== 'T-00');
		expect(teams).toHaveLength(9);
		expect(new Set(teams.map(({ service }) => service)).size).toBe(3);
		const open = authority.cases.filter((file) => isOpenOn(file, today, now.knowledge));
		expect(open.length).toBeGreaterThan(1680);
		expect(open.length).toBeLessThan(1720);
		const kinds = new Set(
			open.flatMap((file) => caseState(file, now)?.demands.kinds.map(({ kind }) => kind))
		);
		expect([...kinds].sort()).toEqual([...KINDS].sort());
		const holders = caseloads(now).filter(({ cases }) => cases > 0);
		expect(holders.length).toBeGreaterThan(102);
		expect(holders.length).toBeLessThan(118);
		const fte = holders.reduce((sum, { capacity }) => sum + capacity.fte, 0);
		expect(open.length / fte).toBeGreaterThan(15);
		expect(open.length / fte).toBeLessThan(17.6);
	});

	test('has notes written of sessions that both signed, in every team, about cases that were discussed in them', () => {
		const sessions = new Map(records.supervision.map((row) => [row.sessionId, row]));
		const discussed = new Set(records.supervisionCases.map((row) => `${row.sessionId} ${row.caseId}`));
		expect(new Set(demo.notes.map(({ sessionId }) => sessionId)).size).toBe(demo.notes.length);
		for (const { sessionId, discussions } of demo.notes) {
			const session = sessions.get(sessionId);
			expect(session?.supervisorSignedOn && session.practitionerSignedOn).toBeTruthy();
			for (const { caseId } of discussions) expect(discussed).toContain(`${sessionId} ${caseId}`);
		}
		const teams = demo.notes.map(({ sessionId }) => {
			const { practitionerId = '', heldOn } = sessions.get(sessionId) ?? {};
			const person = authority.people.get(practitionerId);
			return person && heldOn ? inPostOn(person, heldOn, now.knowledge)?.teamId : undefined;
		});
		for (let team = 1; team <= 9; team++) expect(teams).toContain(`T-0${team}`);
		expect(demo.notes.filter(({ personal }) => personal !== null).length).toBeGreaterThan(8);
	});

	test('has waiting longer than they may exactly the cases that are flagged as unallocated or held by somebody away', () => {
		const past = waitingCases(now).filter((each) => isPastAllocation(each, today));
		const flagged = found.filter(({ code }) => code === 'UNALLOCATED' || code === 'HOLDER_ABSENT');
		expect(past.map(({ caseId }) => caseId).sort()).toEqual(flagged.map(({ subject }) => subject.id).sort());
		expect(past.length).toBeLessThan(waitingCases(now).length);
	});

	test('gives every flag one next step, on a page that a team manager may open and that knows what it is about', () => {
		for (const { code, caseId, practitionerId, subject } of found) {
			const next = NEXT_STEPS[code];
			if (next.step === 'record oversight') {
				expect([code, caseId]).not.toEqual([code, null]);
				continue;
			}
			expect([code, isAmong(PAGES[next.page], 'team_manager')]).toEqual([code, true]);
			const known = {
				case: caseId,
				practitioner: practitionerId,
				subject: next.page === (subject.kind === 'action' ? '/actions/[id]' : '/supervision/[session]'),
				'partner request': subject.kind === 'request'
			};
			expect([code, Boolean(known[next.named])]).toEqual([code, true]);
		}
		expect(new Set(found.map(({ code }) => code)).size).toBeGreaterThan(12);
	});

	test('has people in every tier of experience', () => {
		const inPost = [...authority.people.values()].filter((person) => inPostOn(person, today, now.knowledge));
		const tiers = new Set(inPost.map((person) => tierOn(person, today, now.knowledge).tier));
		expect([...tiers].sort()).toEqual(['E0', 'E1', 'E2', 'E3', 'E4', 'E5', 'E6']);
	});

	test('shows a credible picture on its today: some red, and not a sea of it', () => {
		expect(found.length).toBeGreaterThanOrEqual(120);
		expect(found.length).toBeLessThanOrEqual(280);
		for (const [code, flags] of groupedBy(found, (finding) => finding.code))
			expect(flags.length, code).toBeLessThanOrEqual(100);
		expect(count('HELD_WITHOUT_OVERSIGHT')).toBeGreaterThanOrEqual(6);
		expect(count('HELD_WITHOUT_OVERSIGHT')).toBeLessThanOrEqual(12);
		expect(count('HELD_WITHOUT_OVERSIGHT', 'T-02')).toBeGreaterThanOrEqual(2);
		expect(count('UNALLOCATED')).toBeGreaterThanOrEqual(2);
		expect(count('UNALLOCATED')).toBeLessThanOrEqual(9);
		expect(count('HOLDER_ABSENT')).toBeGreaterThan(0);
		const quiet = found.filter(({ teamId, code }) => teamId === 'T-08' && code !== 'FREQUENT_CHANGE');
		expect(quiet.length).toBeLessThanOrEqual(4);
		const held = found.filter(({ code }) => code === 'HELD_WITHOUT_OVERSIGHT');
		expect(held.map(({ teamId }) => serviceOf.get(teamId ?? ''))).not.toContain(UNTOUCHED);
		const bands = groupedBy(caseloads(now), ({ band }) => band);
		expect(bands.get('far_over')?.length ?? 0).toBeLessThanOrEqual(3);
		expect(bands.get('over')?.length ?? 0).toBeLessThanOrEqual(20);
	});

	test('was steady before the restructure in every service', () => {
		for (const service of [...AFFECTED, UNTOUCHED]) {
			const { lateShare, heldAMonth } = over(MONTHS, service);
			expect(lateShare, service).toBeLessThan(0.15);
			expect(heldAMonth, service).toBeLessThan(1.5);
		}
	});

	test('lost its grip on supervision and oversight where it was restructured, and not elsewhere', () => {
		for (const service of AFFECTED) {
			const before = over(MONTHS, service);
			const after = over(['2026-02', '2026-03', '2026-04', '2026-05'], service);
			expect(after.lateShare, service).toBeGreaterThan(before.lateShare + 0.12);
			expect(after.heldAMonth, service).toBeGreaterThan(before.heldAMonth + 1.5);
		}
		const before = over(MONTHS, UNTOUCHED);
		const after = over([...RESTRUCTURED, ...SINCE], UNTOUCHED);
		expect(Math.abs(after.lateShare - before.lateShare)).toBeLessThan(0.06);
		expect(after.heldAMonth).toBeLessThan(1);
	});

	test('recovered in part in one of the restructured services, and not in the other', () => {
		const lately = ['2026-08', '2026-09', '2026-10'];
		const [notRecovered, recovering] = AFFECTED.map((service) => over(lately, service).lateShare);
		expect(notRecovered).toBeGreaterThan(0.2);
		expect(recovering).toBeLessThan(notRecovered ?? 0);
		expect(recovering).toBeLessThan(over(RESTRUCTURED, 'Family Help and Protection').lateShare);
	});

	test('knows less on the day than in hindsight: some oversight was written up late', () => {
		const day = '2026-03-31';
		const known = figuresOn(viewOf(authority, day));
		const inHindsight = figuresOn(viewOf(authority, day, true));
		const held = (figures: Map<string, Figures>) =>
			[...figures.values()].reduce((sum, { heldWithoutOversight }) => sum + heldWithoutOversight, 0);
		const late = records.oversight.filter(
			({ madeOn, recordedOn }) => recordedOn !== null && recordedOn > addDays(madeOn, 7)
		);
		expect(late.length).toBeGreaterThan(100);
		expect(held(inHindsight)).toBeLessThanOrEqual(held(known));
	});

	test('has one person to sign in as for each role that has pages', () => {
		expect(demo.signIns.map(({ role }) => role).sort()).toEqual([
			'administrator',
			'director',
			'practice_supervisor',
			'practitioner',
			'principal_social_worker',
			'service_manager',
			'steward',
			'team_manager'
		]);
		for (const { email, practitionerId, role } of demo.signIns) {
			expect(email).toMatch(/^[a-z.]+@demo\.example$/);
			if (role === 'steward' || role === 'administrator') expect(practitionerId).toBeNull();
			else {
				const person = authority.people.get(practitionerId ?? '');
				expect(person && inPostOn(person, today, now.knowledge)?.role).toBe(role);
			}
		}
		const practitioner = demo.signIns.find(({ role }) => role === 'practitioner');
		const manager = demo.signIns.find(({ role }) => role === 'team_manager');
		const person = authority.people.get(practitioner?.practitionerId ?? '');
		expect(person && inPostOn(person, today, now.knowledge)?.supervisorId).toBe(manager?.practitionerId);
	});
});

describe('A baby, a section 47 enquiry and a worker four months in practice', () => {
	test('stand first among what the manager’s team holds without oversight today', () => {
		const held = found.filter(({ code, teamId }) => code === 'HELD_WITHOUT_OVERSIGHT' && teamId === 'T-02');
		const [first] = worstFirst(held);
		expect(first?.reasons).toEqual(['BELOW_EXPERIENCE', 'TRAINING_GAP', 'OVERSIGHT_OVERDUE']);
		expect(first?.since).toBe('2026-11-12');
		expect(first?.facts).toMatchObject({ dueOn: '2026-11-11', daysOverdue: 9 });
		const signIn = demo.signIns.find(({ role }) => role === 'practitioner');
		expect(first?.practitionerId).toBe(signIn?.practitionerId);
		const state = caseState(caseFile(authority, first?.caseId ?? ''), now);
		expect(state?.suitability?.tier).toBe('E1');
	});
});

describe('The case that goes the way of the review', () => {
	const file = caseFile(authority, story.caseId);
	const worker = file.allocations.find(({ practitionerId }) => practitionerId !== null)?.practitionerId ?? '';

	/** The days on which each flag stood, from opening to a week after closing. */
	function standing(hindsight: boolean): Map<string, CalendarDate[]> {
		const days = new Map<string, CalendarDate[]>();
		const person = authority.people.get(worker);
		for (let day = '2026-01-12'; day <= '2026-03-19'; day = addDays(day, 1)) {
			const view = viewOf(authority, day, hindsight);
			const about = [...findingsOfCase(file, view), ...(person ? findingsOfPractitioner(person, view) : [])];
			for (const { code } of about) days.set(code, [...(days.get(code) ?? []), day]);
		}
		return days;
	}
	const known = standing(false);
	const first = (code: string) => known.get(code)?.[0];
	const last = (code: string) => known.get(code)?.at(-1);

	test('is flagged the day it is given to a worker below the bar', () => {
		expect(first('BELOW_EXPERIENCE')).toBe('2026-01-13');
		expect(first('TRAINING_GAP')).toBe('2026-01-13');
	});

	test('is held without oversight from the second day of the enquiry to its end', () => {
		expect(first('HELD_WITHOUT_OVERSIGHT')).toBe('2026-01-14');
		expect(last('HELD_WITHOUT_OVERSIGHT')).toBe('2026-02-01');
		expect(known.get('HELD_WITHOUT_OVERSIGHT')).toHaveLength(19);
	});

	test('goes on without oversight after the enquiry, until it closes', () => {
		expect(last('OVERSIGHT_OVERDUE')).toBe('2026-03-11');
	});

	test('shows the worker’s supervision overdue once the first of two sessions is cancelled', () => {
		expect(first('SUPERVISION_OVERDUE')).toBe('2026-01-22');
		expect(known.get('SUPERVISION_OVERDUE')).toContain('2026-02-10');
		expect(known.get('SUPERVISION_OVERDUE')).not.toContain('2026-02-11');
	});

	test('shows both sessions cancelled, until supervision is held', () => {
		expect(first('SUPERVISION_CANCELLED_TWICE')).toBe('2026-01-27');
		expect(last('SUPERVISION_CANCELLED_TWICE')).toBe('2026-02-10');
	});

	test('shows what was to be done and was not, and what nobody was to do', () => {
		expect(first('ACTION_OVERDUE')).toBe('2026-01-16');
		expect(last('ACTION_OVERDUE')).toBe('2026-03-11');
		expect(first('ACTION_WEAK')).toBe('2026-02-04');
	});

	test('shows the health visitor’s request declined by one manager alone, long after the case is closed', () => {
		expect(first('REQUEST_DECLINED_ALONE')).toBe('2026-01-27');
		expect(last('REQUEST_DECLINED_ALONE')).toBe('2026-03-19');
	});

	test('shows the enquiry ended without a manager’s analysis', () => {
		expect(first('SECTION_47_UNEXPLAINED')).toBe('2026-02-04');
		expect(last('SECTION_47_UNEXPLAINED')).toBe('2026-03-19');
	});

	test('shows the closing without sign-off, and soon after the enquiry, on the day it is closed', () => {
		expect(first('CLOSED_WITHOUT_SIGN_OFF')).toBe('2026-03-12');
		expect(first('CLOSED_SOON_AFTER_SECTION_47')).toBe('2026-03-12');
	});

	test('keeps the flag that stood when a decision is written up five weeks later, and hindsight drops it', () => {
		expect(known.get('HELD_WITHOUT_OVERSIGHT')).toContain('2026-01-20');
		expect(standing(true).get('HELD_WITHOUT_OVERSIGHT')).not.toContain('2026-01-20');
	});

	test('tells its days in order, each a working day of the case or just before it', () => {
		const days = story.days.map(({ on }) => on);
		expect([...days].sort()).toEqual(days);
		expect(days.filter((day) => !isWorkingDay(day))).toEqual([]);
		expect(days.at(-1)).toBe(file.details[0]?.closedOn);
	});
});

function problemsOf(given: Records): string[] {
	const problems: string[] = [];
	const unique = (name: string, keys: string[]) => {
		if (new Set(keys).size < keys.length) problems.push(`${name}: a key twice`);
	};
	const apart = (name: string, rows: { key: string; from: CalendarDate; to: CalendarDate | null }[]) => {
		for (const [key, list] of groupedBy(rows, (row) => row.key)) {
			const inOrder = list.toSorted((a, b) => (a.from < b.from ? -1 : 1));
			for (const [place, row] of inOrder.entries()) {
				if (row.to !== null && row.to <= row.from) problems.push(`${name} of ${key} ends before it starts`);
				const before = inOrder[place - 1];
				if (before && (before.to === null || before.to > row.from))
					problems.push(`${name} of ${key} overlap`);
			}
		}
	};
	unique(
		'teams',
		given.teams.map(({ teamId }) => teamId)
	);
	unique(
		'practitioners',
		given.practitioners.map(({ practitionerId }) => practitionerId)
	);
	unique(
		'e-mails',
		given.practitioners.map(({ email }) => email ?? '')
	);
	unique(
		'cases',
		given.cases.map(({ caseId }) => caseId)
	);
	unique(
		'sessions',
		given.supervision.map(({ sessionId }) => sessionId)
	);
	unique(
		'discussions',
		given.supervisionCases.map((row) => `${row.sessionId} ${row.caseId}`)
	);
	unique(
		'oversight',
		given.oversight.map(({ oversightId }) => oversightId)
	);
	unique(
		'actions',
		given.actions.map(({ actionId }) => actionId)
	);
	unique(
		'requests',
		given.requests.map(({ requestId }) => requestId)
	);
	unique(
		'training',
		given.training.map((row) => `${row.practitionerId} ${row.course} ${row.completedOn}`)
	);
	apart(
		'postings',
		given.postings.map((row) => ({ ...row, key: row.practitionerId }))
	);
	apart(
		'absences',
		given.absences.map((row) => ({ ...row, key: row.practitionerId }))
	);
	apart(
		'kinds',
		given.caseKinds.map((row) => ({ ...row, key: `${row.caseId} ${row.kind}` }))
	);
	apart(
		'cases of a child',
		given.cases.map((row) => ({ key: row.childId, from: row.openedOn, to: row.closedOn }))
	);
	const leads = given.allocations.filter(({ role }) => role === 'lead');
	apart(
		'leads',
		leads.map((row) => ({ ...row, key: row.caseId }))
	);
	const teams = new Set(given.teams.map(({ teamId }) => teamId));
	const people = new Set(given.practitioners.map(({ practitionerId }) => practitionerId));
	const cases = new Set(given.cases.map(({ caseId }) => caseId));
	const sessions = new Set(given.supervision.map(({ sessionId }) => sessionId));
	const refers = (name: string, to: ReadonlySet<string>, ids: (string | null)[]) => {
		const unknown = ids.filter((id) => id !== null && !to.has(id));
		if (unknown.length > 0) problems.push(`${name}: unknown id ${unknown[0]}`);
	};
	refers(
		'postings',
		teams,
		given.postings.map(({ teamId }) => teamId)
	);
	refers(
		'supervisors',
		people,
		given.postings.map(({ supervisorId }) => supervisorId)
	);
	refers(
		'allocations',
		people,
		given.allocations.map(({ practitionerId }) => practitionerId)
	);
	refers(
		'allocations',
		teams,
		given.allocations.map(({ teamId }) => teamId)
	);
	refers(
		'oversight',
		cases,
		given.oversight.map(({ caseId }) => caseId)
	);
	refers(
		'oversight',
		people,
		given.oversight.map(({ managerId }) => managerId)
	);
	refers(
		'discussions',
		cases,
		given.supervisionCases.map(({ caseId }) => caseId)
	);
	refers(
		'discussions',
		sessions,
		given.supervisionCases.map(({ sessionId }) => sessionId)
	);
	refers(
		'actions',
		cases,
		given.actions.map(({ caseId }) => caseId)
	);
	refers(
		'requests',
		cases,
		given.requests.map(({ caseId }) => caseId)
	);
	refers(
		'covers',
		people,
		given.absences.map(({ coverId }) => coverId)
	);
	refers(
		'vacancies',
		teams,
		given.vacancies.map(({ teamId }) => teamId)
	);
	refers(
		'restructures',
		teams,
		given.restructures.flatMap(({ teamIds }) => teamIds)
	);
	if (given.supervision.some(({ heldOn, cancelled }) => heldOn !== null && cancelled))
		problems.push('a session both held and cancelled');
	return problems;
}

describe('An authority made up at any size', () => {
	const scale = { practitioners: 120, openCases: 1500, closedCases: 6000, years: 5, seed: 7 };
	const made = authorityOfScale(scale);

	test('has about the people and cases that were asked for', () => {
		const open = made.cases.filter(({ closedOn }) => closedOn === null).length;
		expect(open).toBeGreaterThan(1425);
		expect(open).toBeLessThan(1575);
		const closed = made.cases.length - open;
		expect(closed).toBeGreaterThan(4800);
		expect(closed).toBeLessThan(7200);
		const inPost = made.postings.filter(({ from, to }) => from <= today && (to === null || today < to));
		expect(inPost.length).toBeGreaterThan(108);
		expect(inPost.length).toBeLessThan(132);
	});

	test('is another one for another seed', () => {
		const other = authorityOfScale({ ...scale, seed: 8 });
		expect(digestOf(other.cases)).not.toBe(digestOf(made.cases));
	});

	test('breaks none of the rules by which files are refused, and neither does the demo', () => {
		expect(problemsOf(made)).toEqual([]);
		expect(problemsOf(records)).toEqual([]);
	});
});
