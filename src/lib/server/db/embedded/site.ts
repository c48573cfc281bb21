import { createHash } from 'node:crypto';
import {
	chmodSync,
	chownSync,
	existsSync,
	lchownSync,
	lstatSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readlinkSync,
	realpathSync,
	renameSync,
	rmSync,
	rmdirSync,
	statSync,
	symlinkSync
} from 'node:fs';
import { dirname, join } from 'node:path';
import { canEnter, isRoot, systemAccount, type Account } from '#lib/server/db/embedded/account.ts';
import { EmbeddedRefusal, errorCode } from '#lib/server/db/embedded/refusal.ts';

const SHARED_HOMES = '/var/lib/countersign';

/**
 * Where one embedded database lives. `home` holds everything of it: data, password, log, who uses it, and where needed a
 * copy of the binaries. It is `<folder>/postgres`, or a folder of its own to which that is a link.
 */
export type Site = { home: string; account: Account; notice: string | null };

export type Paths = ReturnType<typeof pathsIn>;

export function pathsIn(home: string) {
	return {
		home,
		data: join(home, 'data'),
		password: join(home, 'password'),
		log: join(home, 'server.log'),
		lock: join(home, 'lock'),
		users: join(home, 'users')
	};
}

/** The home that exists in a folder, or null; never makes one. */
export function homeIn(folder: string): string | null {
	const home = join(folder, 'postgres');
	try {
		return realpathSync(home);
	} catch (error) {
		if (errorCode(error) !== 'ENOENT') throw error;
	}
	if (!isLink(home)) return null;
	throw new EmbeddedRefusal(
		'lost',
		`${home} is a link to ${readlinkSync(home)}, which is gone, and the database with it.`,
		'Put that folder back; or delete the link, and Countersign will begin an empty database.'
	);
}

/** The account that owns a home: PostgreSQL insists on running as the owner of its data. */
export function ownerOf(home: string): Account {
	if (!isRoot) return null;
	const { uid, gid } = statSync(home);
	return { uid, gid };
}

export async function settleIn(folder: string): Promise<Site> {
	const site = isRoot ? await settleForRoot(folder) : settleForMyself(folder);
	const paths = pathsIn(site.home);
	for (const place of [paths.lock, paths.users]) makeFolder(place, site.account);
	return site;
}

function settleForMyself(folder: string): Site {
	mkdirSync(folder, { recursive: true, mode: 0o700 });
	const found = homeIn(folder);
	if (found === null) makeFolder(join(folder, 'postgres'), null);
	return { home: found ?? realpathSync(join(folder, 'postgres')), account: null, notice: null };
}

async function settleForRoot(folder: string): Promise<Site> {
	const found = existsSync(folder) ? homeIn(folder) : null;
	if (found !== null) return { home: found, account: await accountFor(found), notice: null };

	const owner = existsSync(folder) ? statSync(folder) : null;
	const account =
		owner !== null && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : await systemAccount();
	if (owner === null) makeFolderToPassThrough(folder, account.gid);
	const home = join(folder, 'postgres');
	if (await canEnter(account, folder)) {
		makeFolder(home, account);
		const settled = realpathSync(home);
		return { home: settled, account: await accountFor(settled), notice: null };
	}
	return settleElsewhere(folder, home, account);
}

async function settleElsewhere(folder: string, link: string, account: NonNullable<Account>): Promise<Site> {
	const mark = createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 12);
	const home = join(SHARED_HOMES, mark);
	mkdirSync(SHARED_HOMES, { recursive: true, mode: 0o755 });
	makeFolder(home, account);
	if (!(await canEnter(account, home))) throw unreachable(home, account);
	try {
		symlinkSync(home, link);
	} catch (error) {
		if (errorCode(error) !== 'EEXIST') throw error;
	}
	const settled = realpathSync(link);
	if (settled !== home) rmdirSync(home);
	return {
		home: settled,
		account: await accountFor(settled),
		notice: `Countersign runs as root, and PostgreSQL, which must not, cannot reach ${folder}. The database is kept in ${settled}; ${link} leads there.`
	};
}

/** The owner of an existing home. One that still belongs to root was left half made, and is given away if empty. */
async function accountFor(home: string): Promise<Account> {
	let account = ownerOf(home);
	if (account?.uid === 0) {
		const inside = readdirSync(home);
		if (inside.length > 0) {
			throw new EmbeddedRefusal(
				'account',
				`The database's folder ${home} belongs to root, as whom PostgreSQL refuses to run.`,
				`Give it with all it holds to the user that should run PostgreSQL: chown -R postgres ${home}`
			);
		}
		account = await systemAccount();
		lchownSync(home, account.uid, account.gid);
	}
	if (!(await canEnter(account, home))) throw unreachable(home, account);
	return account;
}

export function unreachable(home: string, account: Account): EmbeddedRefusal {
	return new EmbeddedRefusal(
		'account',
		`PostgreSQL must run as user number ${account?.uid}, and that user cannot reach ${home}.`,
		'Open the folders above it to that user (chmod o+x), run Countersign as an ordinary user, or set DATABASE_URL.'
	);
}

function makeFolder(folder: string, account: Account): void {
	try {
		mkdirSync(folder, { mode: 0o700 });
	} catch (error) {
		if (errorCode(error) === 'EEXIST' && statSync(folder).isDirectory()) return;
		throw error;
	}
	if (account) lchownSync(folder, account.uid, account.gid);
}

/** Root's own folder, through which the account's group may pass, made under another name so that it is never half open. */
function makeFolderToPassThrough(folder: string, gid: number): void {
	mkdirSync(dirname(folder), { recursive: true, mode: 0o700 });
	const unfinished = mkdtempSync(`${folder}-`);
	chownSync(unfinished, 0, gid);
	chmodSync(unfinished, 0o710);
	try {
		renameSync(unfinished, folder);
	} catch (error) {
		rmSync(unfinished, { recursive: true });
		if (!existsSync(folder)) throw error;
	}
}

function isLink(path: string): boolean {
	return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}
