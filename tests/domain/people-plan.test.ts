import { describe, expect, test } from 'vitest';
import { arrange, viewOf } from '#lib/domain/authority.ts';
import {
	practitionerProblems,
	stillWith,
	suggestedReference,
	teamProblems,
	type PractitionerSaid,
	type TeamSaid
} from '#lib/domain/people-plan.ts';
import { factsOf } from '#lib/domain/records.ts';
import * as cast from '../cast.ts';

const TODAY = '2026-11-20';

describe('a reference is suggested', () => {
	test('one above the highest of the row that most are in, as wide as they are', () => {
		expect(suggestedReference(['P-001', 'P-017', 'P-009', 'X1'], 'P-001')).toBe('P-018');
		expect(suggestedReference(['099'], 'P-001')).toBe('100');
	});

	test('as the first of a row where none ends in a number', () => {
		expect(suggestedReference([], 'P-001')).toBe('P-001');
		expect(suggestedReference(['harbour', 'orchard'], 'T-01')).toBe('T-01');
	});
});

describe('a team is refused', () => {
	const team: TeamSaid = { reference: 'T-03', name: 'Meadow', service: 'Safeguarding', openedOn: null };
	const taken = { references: ['T-01', 'T-02'], names: ['Harbour', 'Orchard'] };
	const problems = (said: Partial<TeamSaid>, services: string[] | null = null) =>
		teamProblems({ ...team, ...said }, taken, services, TODAY).map(({ field, why }) => `${field} ${why}`);

	test('never, where its reference and name are its own', () => {
		expect(problems({})).toEqual([]);
		expect(problems({ openedOn: '2027-01-04' })).toEqual([]);
	});

	test('with a reference or a name that another has, however it is written', () => {
		expect(problems({ reference: 't-01', name: ' harbour ' })).toEqual(['reference TAKEN', 'name TAKEN']);
		expect(problems({ reference: 'T 03' })).toEqual(['reference UNFIT']);
	});

	test('with nothing in it', () => {
		expect(problems({ reference: '', name: '', service: '' })).toEqual([
			'reference MISSING',
			'name MISSING',
			'service MISSING'
		]);
	});

	test('in another service than one’s own, and with a mistyped year', () => {
		expect(problems({}, ['Assessment'])).toEqual(['service NOT_YOURS']);
		expect(problems({ openedOn: '2206-01-04' })).toEqual(['openedOn YEARS_OFF']);
	});
});

describe('a practitioner is refused', () => {
	const said: PractitionerSaid = {
		reference: 'P-010',
		name: 'Nia Ellery',
		sweNumber: 'SW777',
		registeredOn: '2024-09-02',
		earlyCareerStartedOn: null,
		posting: {
			teamId: 'harbour',
			role: 'practitioner',
			supervisorId: null,
			fte: 0.8,
			agency: false,
			from: TODAY
		}
	};
	const teams = [
		{ teamId: 'harbour', openedOn: '2020-01-01', closedOn: null },
		{ teamId: 'orchard', openedOn: null, closedOn: '2026-11-20' }
	];
	const problems = (changed: Partial<PractitionerSaid['posting']>, person: Partial<PractitionerSaid> = {}) =>
		practitionerProblems(
			{ ...said, ...person, posting: { ...said.posting, ...changed } },
			{ references: ['P-001'], sweNumbers: ['SW1'] },
			teams,
			TODAY
		).map(({ field, why }) => `${field} ${why}`);

	test('never, with a posting in an open team', () => {
		expect(problems({})).toEqual([]);
		expect(problems({}, { sweNumber: null, registeredOn: null })).toEqual([]);
		expect(problems({ teamId: 'orchard', from: '2026-11-19' })).toEqual([]);
	});

	test('with a reference or a number of the register that somebody has', () => {
		expect(problems({}, { reference: 'p-001', sweNumber: 'sw1' })).toEqual([
			'reference TAKEN',
			'sweNumber TAKEN'
		]);
	});

	test('in a team that is closed by then, not open yet, or not theirs who ask', () => {
		expect(problems({ teamId: 'orchard' })).toEqual(['team CLOSED']);
		expect(problems({ from: '2019-12-31' })).toEqual(['from BEFORE_TEAM']);
		expect(problems({ teamId: 'meadow' })).toEqual(['team NOT_YOURS']);
	});

	test('without a team, a role, a share or a first day', () => {
		expect(problems({ teamId: null, role: null, fte: null, from: null })).toEqual([
			'team MISSING',
			'role MISSING',
			'fte NOT_A_SHARE',
			'from MISSING'
		]);
		expect(problems({ fte: 0 })).toEqual(['fte NOT_A_SHARE']);
		expect(problems({ fte: 1.2 })).toEqual(['fte NOT_A_SHARE']);
	});
});

describe('still with a team on the day it is to close', () => {
	const still = (closesOn: string, ...changes: cast.Change[]) => {
		const authority = arrange(factsOf(cast.given(...changes)));
		const found = stillWith(cast.ORCHARD, closesOn, viewOf(authority, closesOn > TODAY ? closesOn : TODAY));
		return [
			found.people.map(({ practitionerId }) => practitionerId),
			found.cases.map(({ reference }) => reference)
		];
	};
	const gone = (...ids: string[]) =>
		ids.map((id) =>
			cast.posting(id, { teamId: cast.ORCHARD, to: '2026-12-01', endRecordedOn: TODAY, supervisorId: null })
		);
	const held = [cast.openCase('C-OAK', '2026-03-02'), cast.kind('C-OAK', 'assessment', '2026-03-02')];

	test('are those posted to it on that day or later, and the cases they lead', () => {
		const lead = cast.lead('C-OAK', cast.LEO, '2026-03-02', null, { teamId: cast.ORCHARD });
		expect(still('2026-12-01', ...held, lead)).toEqual([[cast.OWEN, cast.LEO], ['C-OAK']]);
		expect(still('2026-11-30', ...gone(cast.OWEN, cast.LEO))).toEqual([[cast.OWEN, cast.LEO], []]);
	});

	test('is nobody whose posting ends by then', () => {
		expect(still('2026-12-01', ...gone(cast.OWEN, cast.LEO))).toEqual([[], []]);
	});

	test('is a case that was given to it last, when nobody in post leads it', () => {
		const lead = cast.lead('C-OAK', cast.LEO, '2026-03-02', null, { teamId: cast.ORCHARD });
		expect(still('2026-12-01', ...gone(cast.OWEN, cast.LEO), ...held, lead)).toEqual([[], ['C-OAK']]);
	});
});
