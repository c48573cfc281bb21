import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accounts } from '#lib/server/db/schema.ts';
import { member } from './accounts.ts';
import { freshDatabase } from './database.ts';

const launcher = join(import.meta.dirname, '../../bin/countersign.js');
const folder = mkdtempSync(join(tmpdir(), 'countersign-commands-'));

let database: Awaited<ReturnType<typeof freshDatabase>>;

beforeAll(async () => {
	database = await freshDatabase();
});

afterAll(async () => {
	await database.close();
	rmSync(folder, { recursive: true, force: true });
});

interface Ended {
	code: number;
	out: string;
	err: string;
}

function run(
	args: string[],
	environment: Record<string, string> = { DATABASE_URL: database.url }
): Promise<Ended> {
	const { DATABASE_URL: _, ...others } = process.env;
	return new Promise((resolve) => {
		const options = { cwd: folder, env: { ...others, ...environment } };
		execFile(process.execPath, [launcher, ...args], options, (error, out, err) => {
			resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err });
		});
	});
}

test('help lists every command, and each command explains itself', async () => {
	const { code, out } = await run(['--help']);
	expect(code).toBe(0);
	const names = [...out.matchAll(/^ {2}([a-z]+) {2,}/gm)].map(([, name = '']) => name);
	expect(names).toEqual(expect.arrayContaining(['serve', 'migrate', 'user']));
	for (const name of names) {
		const help = await run([name, '--help']);
		expect([name, help.code, help.out.startsWith(`countersign ${name}`)]).toEqual([name, 0, true]);
	}
});

test.for([
	[['serv'], 'Did you mean “serve”?'],
	[['user'], 'Say what to do'],
	[['user', 'add', 'wren@example.org'], 'Give a role'],
	[['user', 'add', 'wren@example.org', '--role', 'king'], '“king” is not a role'],
	[['user', 'add', 'wren@example.org', '--rank', 'x'], '--rank'],
	[['migrate', 'twice'], 'twice'],
	[['serve', '--port', 'many'], '--port takes a number'],
	[['user', 'list', '--database'], '--database needs']
] as [string[], string][])('countersign %j is wrong usage', async ([args, words]) => {
	const { code, out, err } = await run(args);
	expect([code, out]).toEqual([2, '']);
	expect(err).toContain(words);
});

test('an account is added with a link on stdout alone, once', async () => {
	const added = await run(['user', 'add', 'Wren@example.org', '--role', 'administrator']);
	expect([added.code, added.err]).toEqual([0, '']);
	expect(added.out).toMatch(/^http:\/\/localhost:3000\/password\/[\w-]{43}\n$/);
	const again = await run(['user', 'add', 'wren@EXAMPLE.org', '--role', 'steward']);
	expect([again.code, again.out]).toEqual([1, '']);
	expect(again.err).toContain('has an account already');
	const { out } = await run(['user', 'list']);
	expect(out).toContain('Wren@example.org\tadministrator\t\tno password yet');
});

test('the link carries the address people type', async () => {
	const { out } = await run(['user', 'reset', 'wren@example.org'], {
		DATABASE_URL: database.url,
		ORIGIN: 'https://countersign.example.gov.uk'
	});
	expect(out).toMatch(/^https:\/\/countersign\.example\.gov\.uk\/password\//);
});

test('an account for a posting needs the practitioner, who has one account', async () => {
	const { practitionerId } = await member(database, 'team_manager');
	const without = await run(['user', 'add', 'fern@example.org', '--role', 'team_manager']);
	expect([without.code, without.err]).toEqual([1, expect.stringContaining('--practitioner ID')]);
	const unknown = await run([
		'user',
		'add',
		'fern@example.org',
		'--role',
		'team_manager',
		'--practitioner',
		'P-none'
	]);
	expect([unknown.code, unknown.err]).toEqual([1, expect.stringContaining('No practitioner has this id')]);
	const second = await run([
		'user',
		'add',
		'fern@example.org',
		'--role',
		'team-manager',
		'--practitioner',
		practitionerId ?? ''
	]);
	expect([second.code, second.err]).toEqual([1, expect.stringContaining('has the account')]);
	const rows = await database.drizzle.select().from(accounts);
	expect(rows.map(({ email }) => email)).not.toContain('fern@example.org');
});

test('a role other than the posting’s is said, because the posting decides', async () => {
	const { practitionerId, email } = await member(database, 'practitioner');
	await database.drizzle.delete(accounts);
	expect(email).toContain('practitioner');
	const { code, err } = await run([
		'user',
		'add',
		'fern@example.org',
		'--role',
		'team_manager',
		'--practitioner',
		practitionerId ?? ''
	]);
	expect(code).toBe(0);
	expect(err).toContain('their posting today says practitioner, not team_manager');
});

test('what cannot be done exits with 1 and says what to do', async () => {
	const nobody = await run(['user', 'disable', 'nobody@example.org']);
	expect([nobody.code, nobody.err]).toEqual([1, expect.stringContaining('has no account')]);
	const settings = await run(['user', 'list'], { DATABASE_URL: 'mysql://x', ORIGIN: 'http://example.org' });
	expect(settings.code).toBe(1);
	expect(settings.err.trim().split('\n')).toEqual([
		expect.stringMatching(/^DATABASE_URL: /),
		expect.stringMatching(/^ORIGIN: /)
	]);
	const help = await run(['--help'], { ORIGIN: 'http://example.org' });
	expect([help.code, help.err]).toEqual([0, '']);
	const doctor = await run(['doctor'], { ORIGIN: 'http://example.org' });
	expect([doctor.code, doctor.err]).toEqual([1, '']);
	expect(doctor.out).toMatch(/^MEND {2}ORIGIN {2}cannot be used\n/);
	const away = await run(['user', 'list', '--database', 'postgres://nobody:nothing@127.0.0.1:9/none']);
	expect([away.code, away.err]).toEqual([
		1,
		'The database cannot be reached. Is it running, and is its address right?\n'
	]);
});
