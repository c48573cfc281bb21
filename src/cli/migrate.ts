import { parseArgs } from 'node:util';
import type { Command } from './command.ts';
import { database, migrate as migrateDatabase, migrationNow } from '#lib/server/store/database.ts';

export const migrate: Command = {
	name: 'migrate',
	summary: 'brings the database to this version',
	usage: `migrate

Makes every change of the tables that this version needs and the database does not have yet.
Doing it again changes nothing; two processes may do it at once.`,

	async run(args, io) {
		parseArgs({ args, options: {} });
		const { notice } = await database();
		if (notice) io.err(notice);
		const before = await migrationNow();
		await migrateDatabase();
		const after = await migrationNow();
		io.out(before === after ? `Nothing to do: at ${after}.` : `Now at ${after}; was ${before ?? 'empty'}.`);
		return 0;
	}
};
