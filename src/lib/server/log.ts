import pino from 'pino';
import { logLevelFrom } from '#lib/server/config.ts';

/** One line of JSON each on stderr: ids, routes and codes, never what was written or asked. */
export const log = pino({ level: logLevelFrom(process.env), base: null }, pino.destination(2));

/** What may be written down of an error: a database's message holds the SQL and its parameters, so only its codes. */
export function describeError(error: unknown): Record<string, unknown> {
	const database = inDatabase(error);
	const { name, message, stack } = error instanceof Error ? error : new Error(typeof error);
	return {
		name,
		...(database ?? { message }),
		at: (stack ?? '')
			.split('\n')
			.filter((line) => /^\s+at /.test(line))
			.map((line) => line.trim())
			.slice(0, 12)
	};
}

/** SQLSTATE, or the code of the connection that failed, and what was violated. */
function inDatabase(
	error: unknown
): { code: string | null; constraint: string | null; table: string | null } | null {
	let found = null;
	for (let each = error; each instanceof Error; each = each.cause) {
		if ('query' in each && 'params' in each) found ??= { code: null, constraint: null, table: null };
		if ('severity' in each || each.name === 'PostgresError' || isConnection(each)) {
			return {
				code: textOf(each, 'code'),
				constraint: textOf(each, 'constraint_name'),
				table: textOf(each, 'table_name')
			};
		}
	}
	return found;
}

/** For somebody at a terminal: our own refusals in their words, a database's in ours. */
export function explainError(error: unknown): string {
	const database = inDatabase(error);
	if (isDatabaseAway(error))
		return 'The database cannot be reached. Is it running, and is its address right?';
	if (database?.code === '42P01' || database?.code === '3F000')
		return 'The database does not have the tables of this version. Run: countersign migrate';
	if (database?.code === '28P01' || database?.code === '28000' || database?.code === '3D000')
		return `The database refuses this address: user, password or name is not right (${database.code}).`;
	if (database)
		return `The database refused (${[database.code, database.table, database.constraint].filter(Boolean).join(', ')}).`;
	return error instanceof Error ? error.message : String(error);
}

/** Whether the database is not there: a refused or broken connection, or a server that starts or stops. */
export function isDatabaseAway(error: unknown): boolean {
	for (let each = error; each instanceof Error; each = each.cause) {
		if (isConnection(each) || /^(57P0[1-3]|08\w{3}|53300)$/.test(textOf(each, 'code') ?? '')) return true;
	}
	return false;
}

function isConnection(error: Error): boolean {
	return /^(ECONN\w+|ENOENT|EPIPE|ETIMEDOUT|CONNECT_TIMEOUT|CONNECTION_\w+)$/.test(
		textOf(error, 'code') ?? ''
	);
}

function textOf(error: Error, name: string): string | null {
	const value = (error as Error & Record<string, unknown>)[name];
	return typeof value === 'string' ? value : null;
}
