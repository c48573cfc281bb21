import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stateOf, type FlagStep } from '#lib/domain/flag-life.ts';
import { answeredInWords } from '#lib/domain/flag-life-words.ts';
import {
	criticalLetter,
	digestLetter,
	isMailAddress,
	isWrittenTo,
	lineOf,
	nextTryAfterMs,
	toldAtOnce,
	wantsDigestOn,
	type FlagForMail,
	type Reader
} from '#lib/domain/notices.ts';

const FRIDAY = '2026-11-20';
const ORIGIN = 'https://countersign.example.gov.uk';

function flag(changed: Partial<FlagForMail> = {}): FlagForMail {
	return {
		key: 'HELD_WITHOUT_OVERSIGHT-1',
		severity: 'critical',
		title: 'Held without oversight',
		about: 'C-0417',
		kinds: 'section 47 enquiry',
		sinceInWords: 'Since 3 Nov 2026, 17 days ago',
		answered: null,
		service: 'Safeguarding',
		...changed
	};
}

const manager = { role: 'team_manager', today: FRIDAY, origin: ORIGIN } as const;

test('the subject says how many and on which day, and nothing of any case', () => {
	const flags = [flag(), flag({ severity: 'high' }), flag({ severity: 'high' }), flag({ severity: 'low' })];
	expect(digestLetter(flags, manager)?.subject).toBe('1 critical, 2 high: your flags on Fri 20 Nov 2026');
	expect(digestLetter([flag({ severity: 'medium' })], manager)?.subject).toBe(
		'1 flag, none critical or high: Fri 20 Nov 2026'
	);
	expect(criticalLetter([flag()], manager)?.subject).toBe('1 critical flag: act today, Fri 20 Nov 2026');
});

test('a flag is named by its rule, and by the reference and kind of the case', () => {
	expect(lineOf(flag())).toBe(
		'- C-0417, section 47 enquiry: held without oversight. Since 3 Nov 2026, 17 days ago'
	);
	expect(
		lineOf(flag({ about: 'a practitioner in Harbour', kinds: null, title: 'Supervision overdue' }))
	).toBe('- a practitioner in Harbour: supervision overdue. Since 3 Nov 2026, 17 days ago');
});

test('a flag that somebody has answered, or that has gone up, says so and names nobody', () => {
	const by = { accountId: 'a', practitionerId: 'p', role: 'service_manager' } as const;
	const until = '2026-11-24';
	const steps: FlagStep[] = [
		{ step: 'raised', on: '2026-11-03', at: new Date(0), by: null },
		{
			step: 'accepted',
			on: FRIDAY,
			at: new Date(1),
			by,
			severity: 'critical',
			reason: 'Staffing',
			mitigation: 'Visits',
			until
		}
	];
	const answered = (day: string) => answeredInWords(stateOf('critical', steps, day));
	expect(answered('2026-11-03')).toBeNull();
	expect(answered('2026-11-04')).toBe('Escalated');
	expect(lineOf(flag({ answered: answered(FRIDAY) }))).toBe(
		'- C-0417, section 47 enquiry: held without oversight. Since 3 Nov 2026, 17 days ago. Accepted until 24 Nov 2026'
	);
});

test('the digest lists worst first, links to the page, and counts what it leaves out', () => {
	const many = Array.from({ length: 75 }, (_, place) => flag({ about: `C-${place}`, severity: 'medium' }));
	const text = digestLetter([flag(), ...many], manager)?.text ?? '';
	expect(text).toContain('76 flags stand on your list on Fri 20 Nov 2026: 1 critical, 75 medium.');
	expect(text.indexOf('CRITICAL\n- C-0417')).toBeLessThan(text.indexOf('MEDIUM\n- C-0'));
	expect(text.match(/^- /gm)).toHaveLength(60);
	expect(text).toContain('And 16 more, on the page.');
	expect(text).toContain(`${ORIGIN}/flags\n`);
	expect(text).toContain(`${ORIGIN}/account`);
});

test('a director gets counts for each service and no case', () => {
	const flags = [
		flag(),
		flag({ severity: 'low' }),
		flag({ service: 'Looked After' }),
		flag({ service: null })
	];
	const circumstances = { ...manager, role: 'director' } as const;
	for (const letter of [digestLetter(flags, circumstances), criticalLetter(flags, circumstances)]) {
		expect(letter?.text).toContain(
			'- Looked After: 1 critical\n- Safeguarding: 1 critical, 1 low\n- No team: 1'
		);
		expect(letter?.text).not.toContain('C-0417');
	}
});

test('nothing that stands is nothing to write', () => {
	expect(digestLetter([], manager)).toBeNull();
	expect(criticalLetter([], manager)).toBeNull();
});

test('whatever a reference holds, it stays on its line and out of the subject', () => {
	const ordinary = digestLetter([flag()], manager)?.text.split('\n') ?? [];
	expect(ordinary.length).toBeGreaterThan(8);
	fc.assert(
		fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (about, kinds) => {
			const letter = digestLetter([flag({ about, kinds })], manager);
			expect(letter?.subject).toBe('1 critical: your flags on Fri 20 Nov 2026');
			expect(letter?.text.split(/\r|\n|\u2028|\u2029/)).toHaveLength(ordinary.length);
		})
	);
});

const reader = (
	accountId: string,
	role: Reader['role'],
	teamId: string | null,
	service: string | null
): Reader => ({
	accountId,
	practitionerId: `person of ${accountId}`,
	role,
	teamId,
	service
});

const LINE: Reader[] = [
	reader('ben', 'practitioner', 'harbour', 'Safeguarding'),
	reader('maryam', 'team_manager', 'harbour', 'Safeguarding'),
	reader('owen', 'team_manager', 'orchard', 'Safeguarding'),
	reader('ruth', 'service_manager', 'harbour', 'Safeguarding'),
	reader('hanna', 'service_manager', 'meadow', 'Looked After'),
	reader('diana', 'director', 'harbour', 'Safeguarding'),
	reader('wren', 'administrator', null, null)
];

const held = {
	flagId: 'f',
	teamId: 'harbour',
	service: 'Safeguarding',
	practitionerId: 'person of ben',
	escalatedTo: []
};

test('the team manager and the service manager are told of a critical flag', () => {
	expect(toldAtOnce(held, LINE)).toEqual(['maryam', 'ruth']);
});

test('a flag of no team is for every service manager', () => {
	expect(toldAtOnce({ ...held, teamId: null, service: null }, LINE)).toEqual(['ruth', 'hanna']);
});

test('where nobody manages the team or the service, the director is told', () => {
	const alone = LINE.filter(({ accountId }) => accountId !== 'maryam' && accountId !== 'ruth');
	expect(toldAtOnce(held, alone)).toEqual(['diana']);
});

test('a critical flag about a manager goes to the next up as well', () => {
	expect(toldAtOnce({ ...held, practitionerId: 'person of maryam' }, LINE)).toEqual(['maryam', 'ruth']);
	expect(toldAtOnce({ ...held, practitionerId: 'person of ruth' }, LINE)).toEqual(['maryam', 'ruth']);
	const withoutManager = LINE.filter(({ accountId }) => accountId !== 'maryam');
	expect(toldAtOnce({ ...held, practitionerId: 'person of ruth' }, withoutManager)).toEqual([
		'ruth',
		'diana'
	]);
});

test('an escalated flag goes to the level it was escalated to', () => {
	expect(toldAtOnce({ ...held, escalatedTo: ['person of diana'] }, LINE)).toEqual([
		'maryam',
		'ruth',
		'diana'
	]);
});

test('a director whose account stands for no practitioner is told where nobody else is', () => {
	const director: Reader = { ...reader('dora', 'director', null, null), practitionerId: null };
	expect(toldAtOnce(held, [director])).toEqual(['dora']);
	expect(toldAtOnce(held, [])).toEqual([]);
});

test('those in the line are written to, those who look on are not', () => {
	expect(
		['practitioner', 'team_manager', 'director'].every((role) => isWrittenTo(role as Reader['role']))
	).toBe(true);
	for (const role of ['administrator', 'steward', 'inspector', 'principal_social_worker', 'nobody'] as const)
		expect(isWrittenTo(role)).toBe(false);
});

test('a digest of working days stays away on weekends and bank holidays', () => {
	const workingDays = { digest: 'working_days', hour: 7 } as const;
	expect(wantsDigestOn(workingDays, FRIDAY)).toBe(true);
	expect(wantsDigestOn(workingDays, '2026-11-21')).toBe(false);
	expect(wantsDigestOn(workingDays, '2026-12-25')).toBe(false);
	expect(wantsDigestOn({ digest: 'every_day', hour: 7 }, '2026-11-21')).toBe(true);
	expect(wantsDigestOn({ digest: 'never', hour: 7 }, FRIDAY)).toBe(false);
});

test('the waits grow to an hour, and after four days it is given up', () => {
	const minutes = [1, 2, 3, 4, 5, 6, 50].map((attempts) => (nextTryAfterMs(attempts, 0) ?? 0) / 60_000);
	expect(minutes).toEqual([1, 5, 15, 30, 60, 60, 60]);
	expect(nextTryAfterMs(3, 96 * 3_600_000)).toBeNull();
	expect(nextTryAfterMs(3, 96 * 3_600_000 - 1)).not.toBeNull();
});

test.for(['wren@example.org', "o'neill.wren+flags@mail.example.gov.uk", 'w@localhost'])(
	'%s is an address',
	(text) => expect(isMailAddress(text)).toBe(true)
);

test.for([
	'',
	'wren',
	'wren@',
	'@example.org',
	'wren@example.org\r\nBcc: all@example.org',
	'wren@example.org, other@example.org',
	'a,b@example.org',
	'Wren <wren@example.org>',
	'wren@example.org>',
	'"wren ashdown"@example.org',
	'wren@exa mple.org',
	'wren@-example.org',
	'wren@example..org',
	`${'w'.repeat(250)}@x.uk`
])('%j is not written to', (text) => expect(isMailAddress(text)).toBe(false));
