import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { now } from '#lib/server/clock.ts';
import { record } from '#lib/server/audit.ts';
import { readBackup, writeBackup } from '#lib/server/db/backup.ts';
import { asOperator, prepare } from '#lib/server/session.ts';
import { database, migrationNow } from '#lib/server/store/database.ts';
import { WrongUsage, type Command } from './command.ts';

export const backup: Command = {
	name: 'backup',
	summary: 'writes the whole database into one file, and reads it back',
	usage: `backup FILE

Writes every table as one moment saw them, compressed, with the number and the digest of their rows, and reads the file
back before it counts as written. People may go on working. No tool of PostgreSQL is needed.

The keys that seal personal notes are not in it: back them up too, and apart from it. Whoever has the file has
everything else. It is written for its owner alone to read; where it goes from there is yours to guard.`,

	async run(args, io) {
		const { positionals } = parseArgs({ args, options: {}, allowPositionals: true });
		const [path, ...more] = positionals;
		if (path === undefined || more.length > 0) throw new WrongUsage('Say into which file.');
		if (existsSync(path)) {
			io.err(`${path} is there already. Give another name. Nothing was written.`);
			return 1;
		}
		await prepare();
		const unfinished = join(dirname(path), `.${basename(path)}.unfinished`);
		rmSync(unfinished, { force: true });
		try {
			const { client } = await database();
			const written = await writeBackup(client, unfinished, {
				migration: (await migrationNow()) ?? '',
				takenAt: now().toISOString()
			});
			const found = await readBackup(unfinished);
			if ('refused' in found) throw new Error(`What was written is not what was read. ${found.refused}`);
			await asOperator(io.operator, (tx, by) =>
				record(tx, by, { action: 'backed up', entity: 'database', entityId: null })
			);
			renameSync(unfinished, path);
			const rows = written.tables.reduce((sum, table) => sum + table.rows, 0);
			const megabytes = (statSync(path).size / 1e6).toFixed(1);
			io.out(`${path}: ${written.tables.length} tables, ${rows} rows, ${megabytes} MB, read back.`);
			io.out('The keys that seal personal notes are not in it: back them up apart from it.');
			return 0;
		} finally {
			rmSync(unfinished, { force: true });
		}
	}
};
