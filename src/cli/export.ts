import { once } from 'node:events';
import { createWriteStream, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { asOperator, prepare } from '#lib/server/session.ts';
import { TABLE_NAMES, tablesNamed, takeOut, type FileOut } from '#lib/server/work/take-out.ts';
import { WrongUsage, type Command } from './command.ts';

export const exportTables: Command = {
	name: 'export',
	summary: 'writes the native tables and policy.json into a folder',
	usage: `export [TABLE...] --out FOLDER

Writes the tables named, else all of them and policy.json, as they stand. Imported into an empty database they give the
same findings. Notes that nobody has signed, personal notes, accounts and the life of flags are not in them; a backup has
everything.

  --out FOLDER   where to write; files that are there already are left, and refused

Tables: ${TABLE_NAMES.join(', ')}`,

	async run(args, io) {
		const { values, positionals } = parseArgs({
			args,
			options: { out: { type: 'string' } },
			allowPositionals: true
		});
		const folder = values.out;
		if (folder === undefined) throw new WrongUsage('Say where to write, with --out FOLDER.');
		const tables = tablesNamed(positionals);
		if ('unknown' in tables)
			throw new WrongUsage(
				`${tables.unknown}: there is no such table. The tables are ${TABLE_NAMES.join(', ')}.`
			);
		await prepare();
		const { files, waiting } = await asOperator(io.operator, (tx) => takeOut(tx, io.operator, tables));
		const there = files.find(({ name }) => existsSync(join(folder, name)));
		if (there) {
			io.err(`${join(folder, there.name)} is there already. Give a folder without it. Nothing was written.`);
			return 1;
		}
		try {
			await writeAll(folder, files);
		} catch (error) {
			const why = error instanceof Error && 'code' in error ? error.message : null;
			if (why === null) throw error;
			io.err(`${folder} could not be written, and nothing was kept: ${why}`);
			return 1;
		}
		for (const { name, rows } of files)
			io.out(rows === null ? name : `${name}: ${rows === 1 ? '1 row' : `${rows} rows`}`);
		if (waiting > 0)
			io.err(
				`${waiting === 1 ? '1 case waits' : `${waiting} cases wait`} for a holder to be matched. The tables cannot say so: where they are brought in, these cases are unallocated.`
			);
		return 0;
	}
};

/** All of them or none: each is written beside its place, and put there when every one is whole. */
async function writeAll(folder: string, files: readonly FileOut[]): Promise<void> {
	mkdirSync(folder, { recursive: true });
	const unfinished = ({ name }: FileOut) => join(folder, `.${name}.unfinished`);
	try {
		for (const file of files) {
			const stream = createWriteStream(unfinished(file), { mode: 0o600 });
			const closed = once(stream, 'close');
			const failed = once(stream, 'error').then(([error]) => Promise.reject(error as Error));
			failed.catch(() => undefined);
			for (const part of file.parts())
				if (!stream.write(part)) await Promise.race([once(stream, 'drain'), failed]);
			stream.end();
			await Promise.race([closed, failed]);
		}
		for (const file of files) renameSync(unfinished(file), join(folder, file.name));
	} finally {
		for (const file of files) rmSync(unfinished(file), { force: true });
	}
}
