import { expect, test } from 'vitest';
import { readConfig, SettingsRefused, type SettingProblem } from '#lib/server/config.ts';

const GIVEN = {
	COUNTERSIGN_SMTP: 'smtps://clerk:p%40ss%2Fword@mail.example.org',
	COUNTERSIGN_MAIL_FROM: 'countersign@example.org',
	ORIGIN: 'https://countersign.example.org'
};

function refused(environment: Record<string, string>): readonly SettingProblem[] {
	try {
		readConfig(environment);
	} catch (error) {
		if (error instanceof SettingsRefused) return error.problems;
		throw error;
	}
	return [];
}

test('without settings nobody is mailed', () => {
	expect(readConfig({}).mail).toBeNull();
	expect(readConfig({ COUNTERSIGN_SMTP: '', COUNTERSIGN_MAIL_FROM: '' }).mail).toBeNull();
});

test('an address names server, port, encryption and who signs in', () => {
	expect(readConfig(GIVEN).mail).toEqual({
		host: 'mail.example.org',
		port: 465,
		secure: true,
		user: 'clerk',
		password: 'p@ss/word',
		from: 'countersign@example.org'
	});
	const open = { ...GIVEN, COUNTERSIGN_SMTP: 'smtp://[::1]:2525' };
	expect(readConfig(open).mail).toMatchObject({ host: '::1', port: 2525, secure: false, user: null });
	expect(readConfig({ ...GIVEN, COUNTERSIGN_SMTP: 'smtp://mail.example.org' }).mail).toMatchObject({
		port: 587
	});
});

test.for([
	[{ COUNTERSIGN_SMTP: 'mail.example.org' }, 'COUNTERSIGN_SMTP', 'smtps://user:password@host'],
	[{ COUNTERSIGN_SMTP: 'https://mail.example.org' }, 'COUNTERSIGN_SMTP', 'smtps://user:password@host'],
	[{ COUNTERSIGN_SMTP: 'smtp://mail.example.org/x?y' }, 'COUNTERSIGN_SMTP', '%2F'],
	[{ COUNTERSIGN_SMTP: '' }, 'COUNTERSIGN_SMTP', 'no mail server is'],
	[{ COUNTERSIGN_MAIL_FROM: '' }, 'COUNTERSIGN_MAIL_FROM', 'has to be set'],
	[{ COUNTERSIGN_MAIL_FROM: 'Countersign <c@example.org>' }, 'COUNTERSIGN_MAIL_FROM', 'bare address'],
	[{ COUNTERSIGN_MAIL_FROM: 'c@example.org\r\nBcc: x@y' }, 'COUNTERSIGN_MAIL_FROM', 'bare address'],
	[{ ORIGIN: '' }, 'ORIGIN', 'for the links']
] as const)('%j is refused with what to do', ([changed, variable, words]) => {
	expect(refused({ ...GIVEN, ...changed })).toMatchObject([
		{ variable, mend: expect.stringContaining(words) as string }
	]);
});

test('a password in a bad address is not repeated in what is said about it', () => {
	const [problem] = refused({ ...GIVEN, COUNTERSIGN_SMTP: 'smtpx://clerk:opensesame@mail.example.org' });
	expect(problem?.mend).not.toContain('opensesame');
});
