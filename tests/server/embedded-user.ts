import { createInterface } from 'node:readline';
import postgres from 'postgres';
import { openEmbedded } from '#lib/server/db/embedded.ts';
import { EmbeddedRefusal } from '#lib/server/db/embedded/refusal.ts';

/** A process that uses the embedded database of the folder it is given, and does what it is told line by line. */
const [folder = ''] = process.argv.slice(2);

function say(heading: string, told: unknown): void {
	process.stdout.write(`${JSON.stringify({ heading, told })}\n`);
}

process.on('SIGINT', () => {});
say('started', process.pid);
try {
	const database = await openEmbedded(folder);
	say('opened', { url: database.url, notice: database.notice });
	for await (const line of createInterface({ input: process.stdin })) {
		if (line === 'close') {
			await database.close();
			say('closed', null);
		} else if (line === 'exit') {
			process.exit(0);
		} else {
			const sql = postgres(database.url, { max: 1 });
			say('rows', await sql.unsafe(line));
			await sql.end();
		}
	}
} catch (error) {
	if (!(error instanceof EmbeddedRefusal)) throw error;
	say('refused', { code: error.code, message: error.message });
}
