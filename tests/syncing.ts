import { appendFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * From its next start the embedded database of the folder does not wait for the disk. Nothing is lost but in a power cut,
 * which no test makes.
 */
export function withoutSyncing(folder: string): void {
	const settings = ['fsync = off', 'synchronous_commit = off', 'full_page_writes = off'];
	appendFileSync(join(folder, 'postgres/data/postgresql.auto.conf'), `${settings.join('\n')}\n`);
}
