import { createReadStream, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { GivenFile } from '#lib/server/work/read-given.ts';

/** The files at some paths: a folder stands for the files in it. */
export function filesAt(paths: readonly string[]): { files: GivenFile[] } | { missing: string } {
	const files: GivenFile[] = [];
	for (const path of paths) {
		const found = statSync(path, { throwIfNoEntry: false });
		if (!found) return { missing: path };
		if (!found.isDirectory()) files.push(fileAt(path));
		else
			for (const name of readdirSync(path).sort()) {
				const inside = join(path, name);
				if (statSync(inside).isFile()) files.push(fileAt(inside));
			}
	}
	return { files };
}

function fileAt(path: string): GivenFile {
	return { name: basename(path), open: () => createReadStream(path) };
}
