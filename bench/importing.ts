import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { authorityOfScale } from '#lib/demo/authority.ts';
import { TODAY } from '#lib/demo/plan.ts';
import { noRecords, type Records, type TableName } from '#lib/domain/records.ts';
import { inContext } from '#lib/server/store/database.ts';
import { isEmpty } from '#lib/server/store/imports.ts';
import { TABLES_IN_ORDER } from '#lib/server/store/records.ts';
import { bringIn } from '#lib/server/work/bring-in.ts';
import { incomingOf } from '#lib/server/work/fill-demo.ts';
import { bareSteps, type BenchDatabase } from './database.ts';
import { milliseconds, type Row } from './report.ts';
import { AUTHORITIES, type ScaleName } from './scales.ts';

const OPERATOR = { actor: 'operator', name: 'bench', today: TODAY } as const;

const FACTS = [
	'teams',
	'practitioners',
	'postings',
	'absences',
	'reductions',
	'training',
	'cases',
	'case_kinds',
	'allocations',
	'supervision_sessions',
	'case_discussions',
	'oversight',
	'actions',
	'requests',
	'restructures',
	'vacancies'
];

/** Fills an empty database through the product's own import, and measures it against the limit. */
export async function importing(database: BenchDatabase, scale: ScaleName): Promise<Row[]> {
	if (!(await inContext(database, OPERATOR, isEmpty))) return [];
	const { each, count } = AUTHORITIES[scale];
	const rows: Row[] = [];
	for (let place = 0; place < count; place++) {
		const records = authorityOfScale({ ...each, seed: `${each.seed} ${place}` });
		const source = place === 0 ? 'native' : `native ${place}`;
		const whole = await milliseconds(() => bring(database, source, records));
		if (place > 0) continue;
		const bare = await bareImport(database);
		rows.push({
			work: 'import, every table',
			unit: 's',
			ours: whole / 1000,
			p95: null,
			bare: bare.import / 1000,
			limit: 'import.sql: COPY and merge',
			budget: '≤ 1.5 × bare',
			kept: whole <= 1.5 * bare.import
		});
		const again = await milliseconds(() => bring(database, source, records));
		rows.push({
			work: 'import, every table unchanged again',
			unit: 's',
			ours: again / 1000,
			p95: null,
			bare: null,
			limit: '',
			budget: '',
			kept: null
		});
		const extract = onlyThese(records, [
			'teams',
			'practitioners',
			'postings',
			'cases',
			'caseKinds',
			'allocations'
		]);
		const nightly = await milliseconds(() => bring(database, source, extract));
		rows.push({
			work: 'import, people and cases unchanged again',
			unit: 's',
			ours: nightly / 1000,
			p95: null,
			bare: bare.unchanged / 1000,
			limit: 'import.sql: COPY and compare',
			budget: '≤ 3 s',
			kept: nightly <= 3000
		});
	}
	return rows;
}

async function bring(database: BenchDatabase, source: string, records: Records): Promise<void> {
	const incoming = { ...incomingOf(records), source };
	for (const table of TABLES_IN_ORDER) if (records[table].length === 0) delete incoming.columns[table];
	const { plan } = await inContext(database, OPERATOR, (tx) =>
		bringIn(tx, incoming, {
			by: 'bench',
			on: TODAY,
			apply: true,
			skipBadRows: true,
			complete: [],
			observedFrom: null
		})
	);
	if (!plan.mayApply)
		throw new Error(`the bench's authority was refused: ${JSON.stringify(plan.problems[0])}`);
}

function onlyThese(records: Records, tables: readonly TableName[]): Records {
	return Object.assign(noRecords(), Object.fromEntries(tables.map((table) => [table, records[table]])));
}

/** The rows just imported, once more: by COPY and merge, and compared with what stands. */
async function bareImport({ client }: BenchDatabase): Promise<{ import: number; unchanged: number }> {
	const [places = '', merge = '', unchanged = '', away = ''] = bareSteps('import.sql');
	await client.unsafe(places);
	const copied = new Map<string, Buffer>();
	for (const fact of FACTS) copied.set(fact, await asCsv(client, fact));
	const copy = async (facts: readonly string[]) => {
		for (const fact of facts) {
			const given = copied.get(fact) ?? Buffer.alloc(0);
			const into = await client.unsafe(`copy bare.${fact}_staged from stdin (format csv)`).writable();
			await pipeline(Readable.from(chunksOf(given)), into);
		}
	};
	const copying = await milliseconds(() => copy(FACTS));
	const merging = await milliseconds(() => client.unsafe(merge));
	await client.unsafe('truncate bare.cases_staged, bare.allocations_staged');
	const again = await milliseconds(async () => {
		await copy(['cases', 'allocations']);
		await client.unsafe(unchanged);
	});
	await client.unsafe(away);
	return { import: copying + merging, unchanged: again };
}

/** The rows of a table as CSV. */
async function asCsv(client: BenchDatabase['client'], table: string): Promise<Buffer> {
	const columns = await client<{ name: string }[]>`
		select column_name as name from information_schema.columns
		where table_schema = 'public' and table_name = ${table} order by ordinal_position`;
	const fields = columns.map(({ name }) => `coalesce('"' || replace("${name}"::text, '"', '""') || '"', '')`);
	const lines: string[] = [];
	await client
		.unsafe(`select concat_ws(',', ${fields.join(', ')}) as line from public.${table}`)
		.cursor(5000, (rows) => {
			lines.push(...rows.map((row) => String(row['line'])));
		});
	return Buffer.from(lines.map((line) => `${line}\n`).join(''));
}

const CHUNK_BYTES = 1 << 20;

function* chunksOf(bytes: Buffer): Generator<Buffer> {
	for (let start = 0; start < bytes.length; start += CHUNK_BYTES)
		yield bytes.subarray(start, start + CHUNK_BYTES);
}
