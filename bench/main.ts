import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { castOf } from './cast.ts';
import { openBench } from './database.ts';
import { fromAnExtract } from './extract.ts';
import { heatmaps } from './heatmaps.ts';
import { importing } from './importing.ts';
import { closedMonths, months } from './months.ts';
import { nightlyReview } from './night.ts';
import { pages, wholeAuthority } from './reading.ts';
import { printed, type Row } from './report.ts';
import { SCALE_NAMES } from './scales.ts';
import { serving } from './serving.ts';
import { whatIfToday } from './what-if.ts';
import { saves } from './writing.ts';

const USAGE = `npm run bench -- --scale S|M|L

Measures what the product does against the least that the same answer can cost, on the same data in the same run.
Without BENCH_DATABASE_URL it makes a database of its own in a temporary folder. At that address the database is
empty, and is filled, or was filled by an earlier run at the same scale, and is asked again without the imports.`;

const { values } = parseArgs({ options: { scale: { type: 'string' }, help: { type: 'boolean' } } });
const scale = SCALE_NAMES.find((name) => name === values.scale);

if (values.help || !scale) {
	console.log(USAGE);
	process.exit(values.help ? 0 : 2);
}
if (scale === 'L')
	console.error('L is all of England: it needs 8 GB of disk, and hours to be filled through the import.');

const database = await openBench();
const rows: Row[] = [];
try {
	const measure = async (work: Promise<Row[]>) => {
		const measured = await work;
		rows.push(...measured);
		if (measured.length > 0) console.error(printed(measured));
	};
	await measure(importing(database, scale));
	const cast = await castOf(database);
	await measure(pages(database, cast));
	await measure(wholeAuthority(database));
	await measure(heatmaps(database, cast));
	await measure(whatIfToday(database));
	await measure(fromAnExtract(database, cast));
	await measure(months(database, cast));
	await measure(nightlyReview(database.url));
	await measure(closedMonths(database, cast));
	await measure(saves(database, cast));
	await measure(serving(database, cast));
	const [server] = await database.client<
		{ version: string }[]
	>`select current_setting('server_version') as version`;
	console.log(
		`\nScale ${scale}, PostgreSQL ${server?.version ?? ''}, Node ${process.versions.node}, ${cpus().length} processors\n`
	);
	console.log(printed(rows));
} finally {
	await database.close();
}
