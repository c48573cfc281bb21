import { describe, expect, test } from 'vitest';
import { viewOf, type Authority } from '#lib/domain/authority.ts';
import { addDays } from '#lib/domain/calendar.ts';
import type { Rule } from '#lib/domain/flag-rules.ts';
import { CASE_RULES, caseState } from '#lib/domain/rules-about-cases.ts';
import { ENDING_RULES, fileState } from '#lib/domain/rules-about-endings.ts';
import { PRACTITIONER_RULES, practitionerState } from '#lib/domain/rules-about-practitioners.ts';
import {
	ACTION_RULES,
	actionState,
	REQUEST_RULES,
	requestState
} from '#lib/domain/rules-about-requests-and-actions.ts';
import { SESSION_RULES, sessionState } from '#lib/domain/rules-about-sessions.ts';
import { assess, type Finding } from '#lib/domain/flags.ts';
import { daysAfter, lastAnswer, pastOf, turningDaysOfCase, unbrokenSince } from '#lib/domain/turning-days.ts';
import { authorityOf } from './oracle/comparison.ts';
import { organisationOf } from './oracle/organisations.ts';

const AUTHORITIES = Number(process.env['COUNTERSIGN_TURNING_AUTHORITIES'] ?? 20);
const FIRST_SEED = 50_001;
const MINUTES = 60_000;

/** Whether one rule about one case or person holds on a day, asked of the rule itself. */
function holdsOn(
	authority: Authority,
	hindsight: boolean,
	{ code, subject }: Finding
): (day: string) => boolean {
	const file = authority.cases.find(({ caseId }) => caseId === subject.id);
	const person = authority.people.get(subject.id);
	const sessions = authority.sessions.filter(({ sessionId }) => sessionId === subject.id);
	const actions = authority.actions.filter(({ actionId }) => actionId === subject.id);
	const requests = authority.requests.filter(({ requestId }) => requestId === subject.id);
	const asked = <State>(rules: readonly Rule<State>[], state: State | null) =>
		state !== null && rules.some((rule) => rule.code === code && rule.holds(state) !== null);
	return (day) => {
		const view = viewOf(authority, day, hindsight);
		switch (subject.kind) {
			case 'case':
				return (
					file !== undefined &&
					(asked(CASE_RULES, caseState(file, view)) || asked(ENDING_RULES, fileState(file, view)))
				);
			case 'practitioner':
				return person !== undefined && asked(PRACTITIONER_RULES, practitionerState(person, view));
			case 'session':
				return asked(SESSION_RULES, sessionState(sessions, view));
			case 'action':
				return asked(ACTION_RULES, actionState(actions, view));
			case 'request':
				return asked(REQUEST_RULES, requestState(requests, view));
		}
	};
}

test(
	'since when a flag stands, found from turning day to turning day, is what every single day answers',
	() => {
		let compared = 0;
		for (let seed = FIRST_SEED; seed < FIRST_SEED + AUTHORITIES; seed++) {
			const generated = organisationOf(seed);
			const authority = authorityOf(generated);
			for (const asAt of [...generated.asAtDays, addDays(generated.asAtDays[0] ?? '', 200)])
				for (const hindsight of [false, true]) {
					for (const finding of assess(viewOf(authority, asAt, hindsight))) {
						const { code, subject, since } = finding;
						const holds = holdsOn(authority, hindsight, finding);
						let first = asAt;
						while (holds(addDays(first, -1))) first = addDays(first, -1);
						compared++;
						if (since !== first)
							expect.fail(
								`seed ${seed} as at ${asAt}${hindsight ? ' with hindsight' : ''}: ${code} of ${subject.id} since ${since}, every day says ${first}`
							);
					}
				}
		}
		expect(compared).toBeGreaterThan(AUTHORITIES * 10);
	},
	10 * MINUTES
);

test('the turning days of a case in a stretch are the same however often other stretches of it are asked for', () => {
	let [compared, turns] = [0, 0];
	for (let seed = FIRST_SEED; seed < FIRST_SEED + 5; seed++) {
		const generated = organisationOf(seed);
		const often = authorityOf(generated);
		for (const asAt of generated.asAtDays)
			for (let months = 0; months < 6; months++) {
				const [from, to] = [addDays(asAt, -30 * (months + 1)), addDays(asAt, -30 * months)];
				const once = authorityOf(generated);
				for (const [place, file] of often.cases.entries()) {
					const days = turningDaysOfCase(file, to, pastOf(often, false), from);
					const first = turningDaysOfCase(once.cases[place] ?? file, to, pastOf(once, false), from);
					expect(days).toEqual(first);
					const all = turningDaysOfCase(file, to, pastOf(often, false));
					expect(days).toEqual(all.filter((day) => day >= from));
					compared++;
					turns += days.length;
				}
			}
	}
	expect(turns).toBeGreaterThan(compared);
});

describe('an unbroken run', () => {
	const since = (turningDays: string[], holding: (day: string) => boolean) =>
		unbrokenSince('2026-11-20', turningDays, holding);

	test('begins on a turning day where it held from that day on', () => {
		expect(since(['2026-11-01', '2026-10-01'], (day) => day >= '2026-11-01')).toBe('2026-11-01');
	});

	test('begins between two turning days where a limit passed', () => {
		expect(since(['2026-11-01', '2026-10-01'], (day) => day >= '2026-11-13')).toBe('2026-11-13');
		expect(since(['2026-11-01', '2026-10-01'], (day) => day >= '2026-10-31')).toBe('2026-10-31');
	});

	test('is broken by a turning day before which it did not hold', () => {
		const held = (day: string) => day !== '2026-10-31' && day >= '2026-10-05';
		expect(since(['2026-11-01', '2026-10-01'], held)).toBe('2026-11-01');
	});

	test('may be that one day', () => {
		expect(since(['2026-11-20', '2026-10-01'], (day) => day === '2026-11-20')).toBe('2026-11-20');
		expect(since(['2026-10-01'], (day) => day === '2026-11-20')).toBe('2026-11-20');
	});
});

test('what was so last is looked for on the days before, and nothing after counts', () => {
	const days = ['2026-03-02', '2026-01-05', '2026-02-02', '2026-03-02'];
	const said: Record<string, string> = { '2026-01-05': 'first', '2026-03-02': 'later' };
	const answerOn = (day: string) => said[day] ?? null;
	expect(lastAnswer(days, '2026-02-16', answerOn)).toBe('first');
	expect(lastAnswer(days, '2026-03-02', answerOn)).toBe('later');
	expect(lastAnswer(days, '2026-01-04', answerOn)).toBeNull();
	expect(daysAfter(days, '2026-01-05')).toEqual(['2026-02-02', '2026-03-02']);
	expect(daysAfter(days, '2026-03-02')).toEqual([]);
});
