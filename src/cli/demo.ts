import { existsSync, rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { demoAuthority } from '#lib/demo/authority.ts';
import { weekdayInWords } from '#lib/domain/calendar.ts';
import { ROLE_IN_WORDS } from '#lib/domain/wording.ts';
import { readConfig } from '#lib/server/config.ts';
import { inspectEmbedded } from '#lib/server/db/embedded.ts';
import { asOperator, prepare } from '#lib/server/session.ts';
import { database } from '#lib/server/store/database.ts';
import { authorityOf } from '#lib/server/store/scope.ts';
import { fillDemo } from '#lib/server/work/fill-demo.ts';
import { WrongUsage, type Command, type Io } from './command.ts';
import { serveUntilStopped } from './serve.ts';

const FOLDER = './.countersign-demo';
/** Everyone in the demo signs in with it: it opens nothing that is real. */
const PASSWORD = 'countersign-demo';

export const demo: Command = {
	name: 'demo',
	summary: 'fills an empty database with the made-up authority, and serves it',
	usage: `demo [--fresh] [--port N]

The made-up authority stands still on one Friday and lives in a folder of its own (COUNTERSIGN_DATA, else
${FOLDER}), apart from real data. Started again it serves what is there.

  --fresh    empties that folder first
  --port N   instead of PORT, else 3000; 0 takes any that is free`,

	async run(args, io) {
		const { values } = parseArgs({ args, options: { fresh: { type: 'boolean' }, port: { type: 'string' } } });
		const { port } = values;
		if (port !== undefined && !/^\d{1,5}$/.test(port)) throw new WrongUsage('--port takes a number.');
		process.env['COUNTERSIGN_DATA'] ||= FOLDER;
		if (values.fresh && !(await emptied(io))) return 1;
		const { notice } = await database();
		if (notice) io.err(notice);
		await prepare();
		const authority = demoAuthority();
		if (await asOperator(io.operator, (tx) => fillDemo(tx, io.operator, authority, PASSWORD)))
			io.out(`Made the demo authority: ${authority.records.cases.length} cases, all of them invented.`);
		const { isDemo } = await asOperator(io.operator, authorityOf);
		if (!isDemo) {
			io.err(
				'This database holds real data, so the demo is not put there. Give demo a database of its own: leave out --database and DATABASE_URL, or set COUNTERSIGN_DATA to another folder.'
			);
			return 1;
		}
		return serveUntilStopped(port === undefined ? null : Number(port), io, (address) => {
			const widest = Math.max(...authority.signIns.map(({ email }) => email.length));
			io.out(`\nCountersign is at ${address}. Its day is ${weekdayInWords(authority.today)}.`);
			io.out(`Sign in as one of these; the password is ${PASSWORD}\n`);
			for (const { email, role, why } of authority.signIns)
				io.out(`  ${email.padEnd(widest)}  ${roleInWords(role)}: ${why}`);
			io.out('\nCtrl-C stops it.');
		});
	}
};

function roleInWords(role: ReturnType<typeof demoAuthority>['signIns'][number]['role']): string {
	if (role === 'steward') return 'data steward';
	return role === 'administrator' ? 'administrator' : ROLE_IN_WORDS[role];
}

/** Empties the demo's own folder. Never a database somebody gave, and never one in use. */
async function emptied(io: Io): Promise<boolean> {
	const { databaseUrl, dataFolder } = readConfig(process.env);
	if (databaseUrl !== null) {
		io.err('--fresh empties only an embedded database. Empty the one at DATABASE_URL yourself.');
		return false;
	}
	if (!existsSync(dataFolder)) return true;
	const { server, data } = await inspectEmbedded(dataFolder);
	if (server.state === 'running') {
		io.err('The demo is running. Stop it first (Ctrl-C where it runs), then start it with --fresh.');
		return false;
	}
	if (data !== null) rmSync(data, { recursive: true, force: true });
	return true;
}
