import { drizzle, type PostgresJsDatabase, type PostgresJsSession } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import { sql } from 'drizzle-orm';
import postgres from 'postgres';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import * as schema from './schema.ts';

export type Drizzle = PostgresJsDatabase<typeof schema>;
export type Transaction = Parameters<Parameters<Drizzle['transaction']>[0]>[0];

export interface Database {
	drizzle: Drizzle;
	client: postgres.Sql;
	close: () => Promise<void>;
	/** Takes fresh connections in place of those of `lost`; what still waits on the old ones is refused. */
	renew: (lost: postgres.Sql) => void;
}

/**
 * Who asks, for the row-level security: somebody signed in, the door where people sign in, or the operator (commands
 * and the schedule). The day is the authority's own, which in a demo is not the machine's.
 */
export type Asking =
	| { actor: 'person'; accountId: string; today: CalendarDate }
	| { actor: 'door' }
	| { actor: 'operator'; name: string; today: CalendarDate };

/** Connects to a database. Dates stay text; `max` is the number of connections. */
export function openDatabase(url: string, max = 10): Database {
	const connected = () => {
		const client = connectionsTo(url, max);
		return { client, drizzle: drizzle(preparing(client), { schema, casing: 'snake_case' }) };
	};
	const opened: Database = {
		...connected(),
		close: () => opened.client.end({ timeout: 5 }),
		renew: (lost) => {
			if (opened.client !== lost) return;
			Object.assign(opened, connected());
			void lost.end({ timeout: 5 }).catch(() => undefined);
		}
	};
	return opened;
}

function connectionsTo(url: string, max: number): postgres.Sql {
	return postgres(url, {
		max,
		onnotice: () => undefined,
		// The tables fit in memory, and the answers are small: an index costs little more than a scan, compiling too much.
		connection: {
			application_name: 'countersign',
			TimeZone: 'UTC',
			random_page_cost: '1.1',
			jit: 'off'
		},
		idle_timeout: 60,
		connect_timeout: 10
	});
}

/**
 * The same client, which asks each question with values in it as a prepared statement: the server reads and plans it once
 * a connection, and questions asked together go out together instead of each waiting for the one before.
 */
function preparing<Client extends postgres.Sql | postgres.TransactionSql>(client: Client): Client {
	const unsafe: Client['unsafe'] = (text, values = [], options) =>
		client.unsafe(text, values, { ...options, prepare: values.length > 0 });
	const inside =
		(begin: (work: (tx: postgres.TransactionSql) => unknown) => unknown) =>
		(work: (tx: postgres.TransactionSql) => unknown) =>
			begin((tx) => work(preparing(tx)));
	return new Proxy(client, {
		get(target, name, receiver) {
			if (name === 'unsafe') return unsafe;
			const value: unknown = Reflect.get(target, name, receiver);
			return name === 'begin' || name === 'savepoint' ? inside(value as Parameters<typeof inside>[0]) : value;
		}
	});
}

interface Context {
	connections: postgres.Sql;
	actor: Asking['actor'];
	/** How many gather as the rules at once. */
	gathering: number;
}

const contexts = new WeakMap<Transaction, Context>();

/** The connections that a transaction of `inContext` uses one of; null for one that was begun within another. */
export function connectionsOf(tx: Transaction): postgres.Sql | null {
	return contexts.get(tx)?.connections ?? null;
}

/**
 * Sets who asks, at once and without waiting for the answer: what is asked afterwards goes out after it, and fails where
 * this fails.
 */
function sets(tx: Transaction, settings: string, values: string[]): Promise<unknown> {
	const { client } = tx._.session as PostgresJsSession<postgres.Sql, never, never>;
	const asked = client.unsafe(`select ${settings}`, values).execute();
	asked.catch(() => undefined);
	return asked;
}

/**
 * One transaction as the application's role, in which row-level security knows who asks. Everything done for that
 * person happens inside it, and the context ends with it.
 */
export async function inContext<Answer>(
	database: Database,
	asking: Asking,
	work: (tx: Transaction) => Promise<Answer>
): Promise<Answer> {
	const { client, drizzle: connected } = database;
	const answer = connected.transaction(async (tx) => {
		contexts.set(tx, { connections: client, actor: asking.actor, gathering: 0 });
		const account = asking.actor === 'person' ? asking.accountId : '';
		const day = asking.actor === 'door' ? '' : asking.today;
		const set = sets(
			tx,
			`set_config('role', current_database() || '_app', true), set_config('app.actor', $1, true),
				set_config('app.account_id', $2, true), set_config('app.today', $3, true)`,
			[asking.actor, account, day]
		);
		// Where setting failed everything fails, and it is the setting that says why.
		return work(tx).catch((error: unknown) => set.then(() => Promise.reject(error as Error)));
	});
	return answer.catch((error: unknown) => {
		if (isConnectionLost(error)) database.renew(client);
		throw error;
	});
}

// The driver may keep what it had not yet written when a connection broke, and then never writes on it again.
function isConnectionLost(error: unknown): boolean {
	for (let each = error; each instanceof Error; each = each.cause)
		if ('code' in each && /^(CONNECTION_|ECONN|EPIPE|57P0[1-3]$|08)/.test(String(each.code))) return true;
	return false;
}

/**
 * Gathers facts as the rules see them: the subjects were already chosen within the person's scope, and what comes back
 * goes to the domain, not to a page.
 */
export async function asRules<Answer>(
	tx: Transaction,
	gather: (tx: Transaction) => Promise<Answer>
): Promise<Answer> {
	const context = contexts.get(tx);
	if (!context) return asRulesWithin(tx, gather);
	if (context.gathering++ === 0) void sets(tx, ACTOR, ['rules']);
	try {
		return await gather(tx);
	} finally {
		if (--context.gathering === 0) void sets(tx, ACTOR, [context.actor]);
	}
}

const ACTOR = "set_config('app.actor', $1, true)";

async function asRulesWithin<Answer>(
	tx: Transaction,
	gather: (tx: Transaction) => Promise<Answer>
): Promise<Answer> {
	const before = await tx.execute<{ actor: string }>(
		sql`select current_setting('app.actor', true) as actor, set_config('app.actor', 'rules', true)`
	);
	const answer = await gather(tx);
	await tx.execute(sql`select set_config('app.actor', ${before[0]?.actor ?? ''}, true)`);
	return answer;
}

/** What somebody with an account does on a day within a command's transaction, seen and written as they would. */
export async function asAccount<Answer>(
	tx: Transaction,
	{ accountId, today }: { accountId: string; today: CalendarDate },
	work: (tx: Transaction) => Promise<Answer>
): Promise<Answer> {
	const [before] = await tx.execute<{ actor: string; account: string; day: string }>(
		sql`select current_setting('app.actor', true) as actor, current_setting('app.account_id', true) as account,
			current_setting('app.today', true) as day, set_config('app.actor', 'person', true),
			set_config('app.account_id', ${accountId}, true), set_config('app.today', ${today}, true)`
	);
	const context = contexts.get(tx);
	const actor = context?.actor ?? 'person';
	if (context) context.actor = 'person';
	const answer = await work(tx);
	await tx.execute(sql`select set_config('app.actor', ${before?.actor ?? ''}, true),
		set_config('app.account_id', ${before?.account ?? ''}, true), set_config('app.today', ${before?.day ?? ''}, true)`);
	if (context) context.actor = actor;
	return answer;
}

const MIGRATION_LOCK = 0x636f756e;

/** Brings the database to this version; two processes may try at once. */
export async function migrateDatabase(url: string, folder: string): Promise<void> {
	const { client, drizzle: db, close } = openDatabase(url, 1);
	try {
		await client`select pg_advisory_lock(${MIGRATION_LOCK})`;
		await migrate(db, { migrationsFolder: folder });
	} finally {
		await close();
	}
}
