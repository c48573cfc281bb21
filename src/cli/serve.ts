import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { WrongUsage, type Command, type Io } from './command.ts';
import { readConfig, type Config } from '#lib/server/config.ts';
import {
	ADDRESS_HEADER,
	doorTo,
	LARGEST_BODY_BYTES,
	PROTOCOL_HEADER,
	type Door,
	type Pages
} from '#lib/server/door.ts';
import { describeError, log } from '#lib/server/log.ts';
import { openPost } from '#lib/server/mail.ts';
import { startSchedule } from '#lib/server/schedule.ts';
import { openNoteKeys } from '#lib/server/sealing.ts';
import {
	database,
	leaveDatabase,
	migrate,
	packageRoot,
	renewConnections,
	reviveDatabase
} from '#lib/server/store/database.ts';

const LONGEST_FINISH_MS = 30_000;
const WATCH_MS = 2_000;

export const serve: Command = {
	name: 'serve',
	summary: 'brings the database to this version and serves it',
	usage: `serve [--no-migrate] [--port N]

  --no-migrate   leaves the database as it is
  --port N       instead of PORT, else 3000; 0 takes any that is free

Settings: HOST (127.0.0.1), PORT (3000), ORIGIN (the https address people type), COUNTERSIGN_PROXIES (how
many proxies of your own stand in front), COUNTERSIGN_LOG (warn; info writes a line for each request),
COUNTERSIGN_SMTP and COUNTERSIGN_MAIL_FROM (the mail server and sender of notices).
The flags of the day are stored from 5 in the morning, and notices about them are sent.
SIGTERM or Ctrl-C stops taking requests, finishes those that run within 30 seconds, and ends.`,

	async run(args, io) {
		const { values } = parseArgs({
			args,
			options: { 'no-migrate': { type: 'boolean' }, port: { type: 'string' } }
		});
		const { port } = values;
		if (port !== undefined && !/^\d{1,5}$/.test(port)) throw new WrongUsage('--port takes a number.');
		const { notice } = await database();
		if (notice) io.err(notice);
		if (!values['no-migrate']) await migrate();
		return serveUntilStopped(port === undefined ? null : Number(port), io, (address) =>
			io.out(`Countersign is at ${address}`)
		);
	}
};

/** Serves until a signal asks to stop, then finishes what runs and leaves the database, which is open already. */
export async function serveUntilStopped(
	port: number | null,
	io: Io,
	opened: (address: string) => void
): Promise<number> {
	const stopped = untilStopped();
	// One request that goes wrong where nobody listens any more must not end those of everybody else.
	process.on('unhandledRejection', (error) =>
		log.error({ error: describeError(error) }, 'nobody answered for this')
	);
	// A deployment that replaces the built files under a running server takes one answer with it, not the server.
	process.on('uncaughtException', (error: NodeJS.ErrnoException) => {
		if (isLateWrite(error)) {
			log.warn('a connection to the database broke while it was written to');
			void renewConnections();
			return;
		}
		const replaced = error.path?.startsWith(builtFolder());
		log.error(
			{ error: describeError(error) },
			replaced ? 'the built files were replaced under this server: start it again' : 'this ends the server'
		);
		if (!replaced) process.exit(1);
	});
	const settings = readConfig(process.env);
	const { door, address } = await openDoor(port, settings, io);
	opened(address);
	const watch = watchDatabase();
	const schedule = startSchedule({ post: settings.mail && openPost(settings.mail), origin: address });
	await stopped;
	clearInterval(watch);
	await Promise.all([door.close(LONGEST_FINISH_MS), schedule.stop(LONGEST_FINISH_MS)]);
	await leaveDatabase();
	return 0;
}

/** postgres.js 3.4 writes to a connection that has just closed, out of reach of whoever asked. */
function isLateWrite({ stack = '' }: Error): boolean {
	return /\n\s+at \S*nextWrite .*\bpostgres\b.*connection\.js/.test(stack);
}

/** Serves the built application from this process. The database is open already, and is shared with it. */
async function openDoor(
	port: number | null,
	settings: Config,
	io: Io
): Promise<{ door: Door; address: string }> {
	const { origin, proxies, host, port: usual } = settings;
	openNoteKeys(settings);
	if (origin?.startsWith('https:') && proxies === 0)
		io.err(
			'Note: ORIGIN is https, so a proxy stands in front, yet COUNTERSIGN_PROXIES is not set: every visitor seems to come from one address, and wrong passwords of one slow down all. Set COUNTERSIGN_PROXIES=1.'
		);
	const door = doorTo({
		pages: await builtPages(origin),
		origin,
		proxies,
		report: (error, requestId) => log.error({ requestId, error: describeError(error) })
	});
	const opened = await door.open(host, port ?? usual);
	log.info({ host, port: opened.port, origin }, 'open');
	return { door, address: opened.address };
}

/** A server of somebody else's is theirs to start again; an embedded one is ours. */
function watchDatabase(): NodeJS.Timeout {
	let looking = false;
	return setInterval(() => {
		if (looking) return;
		looking = true;
		reviveDatabase()
			.then((revived) => revived && log.warn('the database had gone, and was started again'))
			.catch((error: unknown) => log.error({ error: describeError(error) }, 'the database is away'))
			.finally(() => (looking = false));
	}, WATCH_MS).unref();
}

const builtFolder = () => join(packageRoot(), 'build');

/** The settings of adapter-node are ours to make: what it believes of a request is what the door says. */
async function builtPages(origin: string | null): Promise<Pages> {
	const handlerFile = join(builtFolder(), 'handler.js');
	if (!existsSync(handlerFile))
		throw new Error('The application is not built yet. Run npm ci in its folder.');
	if (origin) process.env['ORIGIN'] = origin;
	else delete process.env['ORIGIN'];
	process.env['PROTOCOL_HEADER'] = PROTOCOL_HEADER;
	process.env['ADDRESS_HEADER'] = ADDRESS_HEADER;
	process.env['BODY_SIZE_LIMIT'] = String(LARGEST_BODY_BYTES);
	process.env['NODE_ENV'] ??= 'production';
	for (const name of ['HOST_HEADER', 'PORT_HEADER', 'XFF_DEPTH']) delete process.env[name];
	const { handler } = (await import(/* @vite-ignore */ pathToFileURL(handlerFile).href)) as {
		handler: Pages;
	};
	return handler;
}

/** The first signal ends in good order; a second one ends at once. From here on, signals are answered here alone. */
function untilStopped(): Promise<void> {
	return new Promise((resolve) => {
		let asked = false;
		const stop = () => {
			if (asked) process.exit(1);
			asked = true;
			resolve();
		};
		for (const signal of ['SIGTERM', 'SIGINT'] as const) process.removeAllListeners(signal).on(signal, stop);
	});
}
