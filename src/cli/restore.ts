import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { record } from '#lib/server/audit.ts';
import { restoreBackup } from '#lib/server/db/backup.ts';
import { asOperator } from '#lib/server/session.ts';
import { database, packageRoot } from '#lib/server/store/database.ts';
import { WrongUsage, type Command } from './command.ts';

export const restore: Command = {
	name: 'restore',
	summary: 'puts a backup into an empty database, and reads it back',
	usage: `restore FILE

Reads the whole file first. Then it makes the tables as they were when the backup was taken, fills them in one
transaction, compares the number and the digest of the rows of each, and brings them to this version.

Only into an empty database: --database URL of a new one, or a COUNTERSIGN_DATA folder that is not there yet. The keys
that seal personal notes are not in the file: put them where they were.`,

	async run(args, io) {
		const { positionals } = parseArgs({ args, options: {}, allowPositionals: true });
		const [path, ...more] = positionals;
		if (path === undefined || more.length > 0) throw new WrongUsage('Say which file.');
		if (!existsSync(path)) {
			io.err(`${path} is not there.`);
			return 1;
		}
		const { url, notice } = await database();
		if (notice) io.err(notice);
		const restored = await restoreBackup(url, path, join(packageRoot(), 'drizzle'));
		if ('refused' in restored) {
			io.err(restored.refused);
			return 1;
		}
		await asOperator(io.operator, (tx, by) =>
			record(tx, by, { action: 'restored', entity: 'database', entityId: null })
		);
		const rows = restored.tables.reduce((sum, table) => sum + table.rows, 0);
		io.out(
			`${restored.tables.length} tables and ${rows} rows of ${restored.takenAt} are back, and were read back.`
		);
		return 0;
	}
};
