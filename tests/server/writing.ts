import { openDatabase } from '#lib/server/db/index.ts';
import { inContext } from '#lib/server/store/database.ts';
import { saveDiscussion, savePersonalNote, type Asker } from '#lib/server/work/hold-supervision.ts';

// A server in which somebody writes: it saves as the page does, and says so on stdout, until it is killed.

const { DATABASE_URL = '', WRITER = '', SESSION = '', CASE = '' } = process.env;
const writer = JSON.parse(WRITER) as Asker;
const database = openDatabase(DATABASE_URL, 2);
const person = { actor: 'person', accountId: writer.accountId, today: writer.today } as const;

for (let edition = 0; ; edition++) {
	const words = `What she said, version ${edition + 1}. ${'She named the dog first. '.repeat(40)}`;
	const text = { summary: words, analysis: words, livedExperience: '', decision: '' };
	const saved = await inContext(database, person, async (tx) => {
		const note = await savePersonalNote(tx, writer, SESSION, { text: words, edition });
		return [note, await saveDiscussion(tx, writer, SESSION, CASE, { text, edition })];
	});
	if (!saved.every((each) => 'edition' in each)) throw new Error(JSON.stringify(saved));
	process.stdout.write(`${edition + 1}\n`);
}
