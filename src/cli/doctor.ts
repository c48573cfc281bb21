import { parseArgs } from 'node:util';
import { statfsSync } from 'node:fs';
import { BANK_HOLIDAY_YEARS } from '#lib/domain/calendar.ts';
import { dayOfInstant, now } from '#lib/server/clock.ts';
import { readConfig, SettingsRefused } from '#lib/server/config.ts';
import { inspectEmbedded } from '#lib/server/db/embedded.ts';
import { explainError } from '#lib/server/log.ts';
import { migrationNow, newestMigration } from '#lib/server/store/database.ts';
import { asOperator } from '#lib/server/session.ts';
import { condition } from '#lib/server/store/scope.ts';
import { managersNotRegistered } from '#lib/server/work/gaps-page.ts';
import type { Command, Io } from './command.ts';

/** One thing looked at: how it is, and how to mend it where it is not well. */
interface Finding {
	what: string;
	is: string;
	mend: string | null;
}

const LEAST_FREE_BYTES = 1_000_000_000;
const OLDEST_POSTGRES = 15;

export const doctor: Command = {
	name: 'doctor',
	summary: 'says what is wrong with the settings, the database and the machine, and how to mend it',
	usage: `doctor

Looks at the settings, the embedded or given database, its version, extensions, migrations, the clock and the
disk, and changes nothing. The exit code is 1 where something has to be mended.`,

	async run(args, io) {
		parseArgs({ args, options: {} });
		const found: Finding[] = [];
		try {
			found.push(...(await examine(io.operator)));
		} catch (error) {
			if (!(error instanceof SettingsRefused)) throw error;
			found.push(
				...error.problems.map(({ variable, mend }) => ({ what: variable, is: 'cannot be used', mend }))
			);
		}
		return tell(found, io);
	}
};

async function examine(operator: string): Promise<Finding[]> {
	const config = readConfig(process.env);
	const found: Finding[] = [well('settings', 'read, nothing to mend')];
	const { bavail, bsize } = statfsSync(process.cwd());
	const free = bavail * bsize;
	found.push({
		what: 'disk',
		is: `${(free / 1e9).toFixed(1)} GB free`,
		mend: free < LEAST_FREE_BYTES ? 'Free some space: below 1 GB the database may stop.' : null
	});
	const year = Number(dayOfInstant(now()).slice(0, 4));
	const published = year >= BANK_HOLIDAY_YEARS.first && year <= BANK_HOLIDAY_YEARS.last;
	found.push({
		what: 'bank holidays',
		is: `known from ${BANK_HOLIDAY_YEARS.first} to ${BANK_HOLIDAY_YEARS.last}; outside these years only weekends count`,
		mend: published ? null : 'Install a version that knows the bank holidays of this year.'
	});
	if (config.databaseUrl === null) {
		const embedded = await inspectEmbedded(config.dataFolder);
		found.push(
			well('embedded database', `${embedded.server.state}, in ${embedded.home ?? config.dataFolder}`)
		);
		found.push(...embedded.problems.map(({ what, mend }) => ({ what: 'embedded database', is: what, mend })));
		if (embedded.server.state === 'absent' || embedded.problems.length > 0) return found;
	}
	return [...found, ...(await examineDatabase(operator))];
}

async function examineDatabase(operator: string): Promise<Finding[]> {
	try {
		const here = await migrationNow();
		const newest = newestMigration();
		if (here === null) return [{ what: 'migrations', is: 'none yet', mend: 'Run countersign migrate.' }];
		const { major, version, hasExtension, at, withoutRegistration } = await asOperator(
			operator,
			async (tx, { today }) => ({
				...(await condition(tx)),
				// Before its migrations are run the tables may lack what the facts are read from.
				withoutRegistration: here === newest ? await managersNotRegistered(tx, today) : []
			})
		);
		const secondsApart = Math.abs(Math.round((now().getTime() - at.getTime()) / 1000));
		const found: Finding[] = [
			{
				what: 'PostgreSQL',
				is: version,
				mend: major < OLDEST_POSTGRES ? `Use PostgreSQL ${OLDEST_POSTGRES} or newer.` : null
			},
			{
				what: 'extension btree_gist',
				is: hasExtension ? 'there' : 'missing',
				mend: hasExtension ? null : 'As the owner of the database: create extension btree_gist;'
			},
			{
				what: 'migrations',
				is: here,
				mend: here === newest ? null : 'Run countersign migrate.'
			},
			{
				what: 'clock',
				is: `${secondsApart} s apart from the database’s`,
				mend: secondsApart > 60 ? 'Set both machines by the same time server.' : null
			}
		];
		if (withoutRegistration.length > 0)
			found.push({
				what: 'managers without registration',
				is: `${withoutRegistration.join(', ')}: registration not recorded, so what they record counts as no oversight`,
				mend: 'Record their Social Work England number and date of registration.'
			});
		return found;
	} catch (error) {
		return [{ what: 'database', is: explainError(error), mend: 'Mend this, then run doctor again.' }];
	}
}

function well(what: string, is: string): Finding {
	return { what, is, mend: null };
}

function tell(found: readonly Finding[], io: Io): number {
	const widest = Math.max(...found.map(({ what }) => what.length));
	for (const { what, is, mend } of found) {
		io.out(`${mend === null ? 'well' : 'MEND'}  ${what.padEnd(widest)}  ${is}`);
		if (mend !== null) io.out(`      ${''.padEnd(widest)}  → ${mend}`);
	}
	return found.some(({ mend }) => mend !== null) ? 1 : 0;
}
