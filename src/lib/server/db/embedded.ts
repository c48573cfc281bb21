import { existsSync, accessSync, constants, statfsSync } from 'node:fs';
import { resolve } from 'node:path';
import { canEnter, noSpace, refuseAs } from '#lib/server/db/embedded/account.ts';
import { majorOf, packagedBinaries, runnableBinaries } from '#lib/server/db/embedded/binaries.ts';
import {
	addressOf,
	answerOf,
	askToStop,
	initialise,
	majorOfData,
	passwordIn,
	postmasterOf,
	renewPassword,
	start,
	stop,
	type Answer,
	type Postmaster
} from '#lib/server/db/embedded/postmaster.ts';
import {
	alone,
	enter,
	leave,
	livingIn,
	othersIn,
	pidOf,
	signature,
	tryAlone
} from '#lib/server/db/embedded/presence.ts';
import { EmbeddedRefusal } from '#lib/server/db/embedded/refusal.ts';
import {
	homeIn,
	ownerOf,
	pathsIn,
	settleIn,
	unreachable,
	type Paths,
	type Site
} from '#lib/server/db/embedded/site.ts';

export type EmbeddedDatabase = {
	url: string;
	/** Set when the database had to be put outside its folder: tell the user once, on stderr. */
	notice: string | null;
	/** Leaves the database; the last to leave stops the server. May be called again. */
	close(): Promise<void>;
};

export type EmbeddedOptions = {
	/** A folder holding bin, lib and share of PostgreSQL 15 to 18 laid out as in the package, instead of the package's. */
	binaries?: string;
};

const LEAST_FREE_BYTES = 200 * 1024 * 1024;
const EXIT_WAIT_MS = 2_000;
const EXIT_POLL_MS = 20;

/**
 * Opens the database of a folder, making and starting it when needed, and joining the server that other processes of
 * this machine already use. Refuses with an EmbeddedRefusal. The server lives on its own: a Ctrl-C does not reach it.
 * Callers turn signals into an orderly end (close, or process.exit), since a killed process cannot stop it.
 */
export async function openEmbedded(folder: string, options: EmbeddedOptions = {}): Promise<EmbeddedDatabase> {
	const place = resolve(folder);
	try {
		const packaged = options.binaries ?? packagedBinaries();
		const site = await settleIn(place);
		const paths = pathsIn(site.home);
		const user: User = { me: signature(), paths, server: null };
		follow(user);
		try {
			const server = await alone(paths.lock, user.me, () => joinOrStart(site, paths, packaged, user.me));
			user.server = server;
			let closing: Promise<void> | null = null;
			return {
				url: addressOf(server.port, passwordIn(paths) ?? ''),
				notice: site.notice,
				close: () => (closing ??= part(user))
			};
		} catch (error) {
			forget(user);
			throw error;
		}
	} catch (error) {
		throw refuseAs(error, place);
	}
}

async function joinOrStart(site: Site, paths: Paths, packaged: string, me: string): Promise<Postmaster> {
	refuseOtherMajor(paths, packaged);
	enter(paths.users, me);
	try {
		return (
			(await joinRunning(paths, othersIn(paths.users, me))) ?? (await startAnew(site, paths, packaged, me))
		);
	} catch (error) {
		leave(paths.users, me);
		await stopUnused(paths, me);
		throw error;
	}
}

async function joinRunning(paths: Paths, others: string[]): Promise<Postmaster | null> {
	const found = postmasterOf(paths);
	if (!found) return null;
	const password = passwordIn(paths);
	const answer: Answer = password === null ? 'refuses the password' : await answerOf(found, password);
	if (answer === 'answers') return found;
	if (others.length > 0 && postmasterOf(paths)) {
		throw new EmbeddedRefusal(
			'busy',
			`The database server (process ${found.pid}) ${answer}, and other processes still use it: ${others.map(pidOf).join(', ')}.`,
			'End those, and try again: the server is then started afresh.'
		);
	}
	await stop(found.pid, paths.data, 'at once');
	return null;
}

async function startAnew(site: Site, paths: Paths, packaged: string, me: string): Promise<Postmaster> {
	const binaries = await runnableBinaries(packaged, paths.home, site.account);
	if (!existsSync(paths.data)) await initialise(paths, binaries, site.account, me);
	else if (passwordIn(paths) === null) await renewPassword(paths, binaries, site.account);
	const started = await start(paths, binaries, site.account);
	const answer = await answerOf(started, passwordIn(paths) ?? '');
	if (answer === 'answers') return started;
	await stop(started.pid, paths.data);
	await renewPassword(paths, binaries, site.account);
	return start(paths, binaries, site.account);
}

function refuseOtherMajor(paths: Paths, packaged: string): void {
	const ofData = majorOfData(paths);
	const ofBinaries = majorOf(packaged);
	if (ofData !== null && ofBinaries !== null && ofData !== ofBinaries)
		throw otherMajor(paths, ofData, ofBinaries);
}

function otherMajor(paths: Paths, ofData: number, ofBinaries: number): EmbeddedRefusal {
	return new EmbeddedRefusal(
		'version',
		`The database in ${paths.data} was made by PostgreSQL ${ofData}, and this version of Countersign runs PostgreSQL ${ofBinaries}.`,
		'Run `countersign backup FILE` with the old version of Countersign, move the folder away, and run `countersign restore FILE` with this one.'
	);
}

async function stopUnused(paths: Paths, me: string): Promise<void> {
	if (othersIn(paths.users, me).length > 0) return;
	const running = postmasterOf(paths);
	if (running) await stop(running.pid, paths.data);
}

type User = { me: string; paths: Paths; server: Postmaster | null };

const users = new Set<User>();

function follow(user: User): void {
	users.add(user);
	if (users.size === 1) process.on('exit', leaveAtExit);
}

function forget(user: User): void {
	users.delete(user);
	if (users.size === 0) process.off('exit', leaveAtExit);
}

async function part(user: User): Promise<void> {
	const { me, paths, server } = user;
	if (existsSync(paths.users)) {
		await alone(paths.lock, me, async () => {
			leave(paths.users, me);
			await stopUnused(paths, me);
		});
	} else if (server) {
		await stop(server.pid, paths.data);
	}
	forget(user);
}

/** For a process that ends without closing. Nothing here may wait on a promise; a server asked to stop ends by itself. */
function leaveAtExit(): void {
	for (const { me, paths } of users) {
		try {
			leave(paths.lock, me);
			leave(paths.users, me);
			waitToBeAlone(paths.lock, me);
			const running = postmasterOf(paths);
			if (running && othersIn(paths.users, me).length === 0) askToStop(running.pid, paths.data, 'SIGINT');
			leave(paths.lock, me);
		} catch {
			continue;
		}
	}
}

function waitToBeAlone(lock: string, me: string): void {
	const still = new Int32Array(new SharedArrayBuffer(4));
	for (let waitedMs = 0; !tryAlone(lock, me); waitedMs += EXIT_POLL_MS) {
		if (waitedMs > EXIT_WAIT_MS)
			throw new Error('Another process starts or stops the database, and takes over.');
		Atomics.wait(still, 0, 0, EXIT_POLL_MS);
	}
}

export type EmbeddedInspection = {
	/** Where the database is, or would be first put. */
	home: string;
	log: string | null;
	data: string | null;
	dataMajor: number | null;
	binaries: string | null;
	binariesMajor: number | null;
	server: { state: 'absent' } | { state: 'stopped' } | ({ state: 'running'; users: number[] } & Postmaster);
	problems: { what: string; mend: string }[];
};

/** For doctor: how the embedded database of a folder stands. Changes nothing and starts nothing. */
export async function inspectEmbedded(
	folder: string,
	options: EmbeddedOptions = {}
): Promise<EmbeddedInspection> {
	const place = resolve(folder);
	const found: EmbeddedInspection = {
		home: place,
		log: null,
		data: null,
		dataMajor: null,
		binaries: null,
		binariesMajor: null,
		server: { state: 'absent' },
		problems: []
	};
	await note(async () => {
		found.binaries = options.binaries ?? packagedBinaries();
		found.binariesMajor = majorOf(found.binaries);
	});
	await note(async () => {
		const home = existsSync(place) ? homeIn(place) : null;
		if (home !== null) await inspectHome(home);
		else if (existsSync(place)) accessSync(place, constants.R_OK | constants.W_OK | constants.X_OK);
	});
	return found;

	async function inspectHome(home: string): Promise<void> {
		const paths = pathsIn(home);
		found.home = home;
		accessSync(home, constants.R_OK | constants.W_OK | constants.X_OK);
		if (existsSync(paths.log)) found.log = paths.log;
		await note(async () => {
			const owner = ownerOf(home);
			if (!(await canEnter(owner, home))) throw unreachable(home, owner);
		});
		if (!existsSync(paths.data)) return;
		found.data = paths.data;
		found.dataMajor = majorOfData(paths);
		found.server = { state: 'stopped' };
		await note(async () => {
			if (found.binaries !== null) refuseOtherMajor(paths, found.binaries);
		});
		await note(async () => {
			const { bavail, bsize } = statfsSync(home);
			if (bavail * bsize < LEAST_FREE_BYTES) throw noSpace(home);
		});
		await note(() => inspectServer(paths));
	}

	async function inspectServer(paths: Paths): Promise<void> {
		const password = passwordIn(paths);
		const running = postmasterOf(paths);
		const using = existsSync(paths.users) ? livingIn(paths.users).map(pidOf) : [];
		if (running) {
			found.server = { state: 'running', users: using, ...running };
			const answer = password === null ? 'refuses the password' : await answerOf(running, password);
			if (answer !== 'answers') {
				found.problems.push({
					what: `The database server (process ${running.pid}) ${answer}.`,
					mend: 'End the processes that use it; the next command starts it afresh.'
				});
			}
		} else if (using.length > 0) {
			found.problems.push({
				what: `The database server was killed under the processes that use it: ${using.join(', ')}.`,
				mend: 'Any command that opens the database starts it again, with nothing committed lost.'
			});
		}
	}

	async function note(look: () => Promise<void>): Promise<void> {
		try {
			await look();
		} catch (error) {
			const refusal = refuseAs(error, found.home);
			if (!(refusal instanceof EmbeddedRefusal)) throw error;
			found.problems.push({ what: refusal.what, mend: refusal.mend });
		}
	}
}
