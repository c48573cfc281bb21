import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const repository = resolve(import.meta.dirname, '../..');

interface Violation {
	rule: { name: string };
	from: string;
	to: string;
}

let violations: Violation[];
let house: string;

const page = (imports: string, markup = '') => `<script lang="ts">\n${imports}\n</script>\n${markup}`;

const inOrder: Record<string, string> = {
	'src/lib/domain/calendar.ts': `export type CalendarDate = string; export const addDays = (day: CalendarDate) => day;`,
	'src/lib/domain/cases.ts': `import { addDays, type CalendarDate } from './calendar.ts'; export const due = (day: CalendarDate) => addDays(day);`,
	'src/lib/intake/annex-a.ts': `import { parse } from 'saxes'; import * as v from 'yauzl'; import { Readable } from 'node:stream'; import { due } from '#lib/domain/cases.ts'; export const read = [parse, v, Readable, due];`,
	'src/lib/demo/authority.ts': `import { due } from '#lib/domain/cases.ts'; export const authority = due;`,
	'src/lib/server/config.ts': `export const config = { day: process.env['DAY'] };`,
	'src/lib/server/clock.ts': `export const today = () => new Date();`,
	'src/lib/server/db/schema.ts': `import { pgTable } from 'drizzle-orm/pg-core'; export const cases = pgTable;`,
	'src/lib/server/db/index.ts': `import postgres from 'postgres'; import { cases } from './schema.ts'; import { config } from '#lib/server/config.ts'; export const db = [postgres, cases, config];`,
	'src/lib/server/store/cases.ts': `import { eq } from 'drizzle-orm'; import { db } from '#lib/server/db/index.ts'; export const list = [eq, db];`,
	'src/lib/server/audit.ts': `import { list } from '#lib/server/store/cases.ts'; export const audit = list;`,
	'src/lib/server/mail.ts': `import { config } from '#lib/server/config.ts'; export const mail = config;`,
	'src/lib/server/session.ts': `import { list } from '#lib/server/store/cases.ts'; import { today } from '#lib/server/clock.ts'; export const asPerson = [list, today];`,
	'src/lib/server/work/allocate.ts': `import { list } from '#lib/server/store/cases.ts'; import { read } from '#lib/intake/annex-a.ts'; import { audit } from '#lib/server/audit.ts'; import { mail } from '#lib/server/mail.ts'; import { today } from '#lib/server/clock.ts'; export const allocate = [list, read, audit, mail, today];`,
	'src/lib/server/schedule.ts': `import { allocate } from '#lib/server/work/allocate.ts'; import { asPerson } from '#lib/server/session.ts'; export const schedule = [allocate, asPerson];`,
	'src/hooks.server.ts': `import { allocate } from '#lib/server/work/allocate.ts'; import { asPerson } from '#lib/server/session.ts'; import { schedule } from '#lib/server/schedule.ts'; export const handle = [allocate, asPerson, schedule];`,
	'src/lib/ui/tile.svelte': page(
		`import { due } from '#lib/domain/cases.ts'; let { day }: { day: string } = $props();`,
		`<p>{due(day as string)}</p>`
	),
	'src/routes/+page.svelte': page(
		`import { resolve } from '$app/paths'; import type { PageProps } from './$types'; import Tile from '#lib/ui/tile.svelte'; import { sorted } from './sorted.ts'; let { data }: PageProps = $props();`,
		`<a href={resolve('/')}>{sorted(data as never)}</a><Tile day="2026-11-10" />`
	),
	'src/routes/sorted.ts': `import { due } from '#lib/domain/cases.ts'; export const sorted = due;`,
	'src/routes/+page.server.ts': `import { fail } from '@sveltejs/kit'; import { due } from '#lib/domain/cases.ts'; import { list } from '#lib/server/store/cases.ts'; import { allocate } from '#lib/server/work/allocate.ts'; import { audit } from '#lib/server/audit.ts'; import { asPerson } from '#lib/server/session.ts'; import type { PageServerLoad } from './$types'; export const load: PageServerLoad = () => [fail, due, list, allocate, audit, asPerson];`,
	'src/cli/main.ts': `import { demo } from './demo.ts'; import { importFile } from './import.ts'; console.log(demo, importFile);`,
	'src/cli/demo.ts': `import { db } from '#lib/server/db/index.ts'; import { authority } from '#lib/demo/authority.ts'; export const demo = [db, authority];`,
	'src/cli/import.ts': `import { readFile } from 'node:fs/promises'; import { allocate } from '#lib/server/work/allocate.ts'; import { list } from '#lib/server/store/cases.ts'; export const importFile = [readFile, allocate, list];`
};

const accomplices: Record<string, string> = {
	'src/lib/domain/egg.ts': `import { chicken } from './chicken.ts'; export const egg = () => chicken;`
};

const planted: { rule: string; path: string; source: string; to: string }[] = [
	{
		rule: 'domain-imports-nothing',
		path: 'src/lib/domain/package.ts',
		source: `import * as v from 'saxes'; export const x = v;`,
		to: 'node_modules/saxes/'
	},
	{
		rule: 'domain-imports-nothing',
		path: 'src/lib/domain/node.ts',
		source: `import { readFileSync } from 'node:fs'; export const x = readFileSync;`,
		to: 'fs'
	},
	{
		rule: 'domain-imports-nothing',
		path: 'src/lib/domain/type-only.ts',
		source: `import type { list } from '#lib/server/store/cases.ts'; export type X = typeof list;`,
		to: 'src/lib/server/store/cases.ts'
	},
	{
		rule: 'demo-imports-domain',
		path: 'src/lib/demo/reader.ts',
		source: `import { read } from '#lib/intake/annex-a.ts'; export const x = read;`,
		to: 'src/lib/intake/annex-a.ts'
	},
	{
		rule: 'demo-imports-domain',
		path: 'src/lib/demo/chance.ts',
		source: `import { randomInt } from 'node:crypto'; export const x = randomInt;`,
		to: 'crypto'
	},
	{
		rule: 'intake-imports-domain-and-parsers',
		path: 'src/lib/intake/files.ts',
		source: `import { open } from 'node:fs/promises'; export const x = open;`,
		to: 'fs/promises'
	},
	{
		rule: 'intake-imports-domain-and-parsers',
		path: 'src/lib/intake/logs.ts',
		source: `import pino from 'pino'; export const x = pino;`,
		to: 'node_modules/pino/'
	},
	{
		rule: 'intake-imports-domain-and-parsers',
		path: 'src/lib/intake/stored.ts',
		source: `import { list } from '#lib/server/store/cases.ts'; export const x = list;`,
		to: 'src/lib/server/store/cases.ts'
	},
	{
		rule: 'browser-never-reaches-server',
		path: 'src/lib/ui/through.svelte',
		source: page(`import { labels } from './labels.ts';`, `{labels}`),
		to: 'src/lib/server/config.ts'
	},
	{
		rule: 'ui-does-not-know-its-pages',
		path: 'src/lib/ui/labels.ts',
		source: `import { config } from '#lib/server/config.ts'; export const labels = config;`,
		to: 'src/lib/server/config.ts'
	},
	{
		rule: 'ui-does-not-know-its-pages',
		path: 'src/lib/ui/list.svelte',
		source: page(`import { sorted } from '../../routes/sorted.ts';`, `{sorted('x')}`),
		to: 'src/routes/sorted.ts'
	},
	{
		rule: 'components-import-ui-and-domain',
		path: 'src/routes/upload/+page.svelte',
		source: page(`import { read } from '#lib/intake/annex-a.ts';`, `{read}`),
		to: 'src/lib/intake/annex-a.ts'
	},
	{
		rule: 'browser-never-reaches-server',
		path: 'src/routes/direct/+page.svelte',
		source: page(`import { list } from '#lib/server/store/cases.ts';`, `{list}`),
		to: 'src/lib/server/store/cases.ts'
	},
	{
		rule: 'browser-never-reaches-server',
		path: 'src/routes/load/+page.svelte',
		source: page(`import { load } from '../+page.server.ts';`, `{load}`),
		to: 'src/routes/+page.server.ts'
	},
	{
		rule: 'shared-page-code-imports-ui-and-domain',
		path: 'src/routes/shared/+page.ts',
		source: `import { list } from '#lib/server/store/cases.ts'; export const load = list;`,
		to: 'src/lib/server/store/cases.ts'
	},
	{
		rule: 'pages-import-work-store-session-audit-domain',
		path: 'src/routes/database/+page.server.ts',
		source: `import { db } from '#lib/server/db/index.ts'; export const load = db;`,
		to: 'src/lib/server/db/index.ts'
	},
	{
		rule: 'pages-import-work-store-session-audit-domain',
		path: 'src/routes/endpoint/+server.ts',
		source: `import { mail } from '#lib/server/mail.ts'; export const POST = mail;`,
		to: 'src/lib/server/mail.ts'
	},
	{
		rule: 'commands-import-work-store-session-audit-domain',
		path: 'src/cli/flags.ts',
		source: `import { db } from '#lib/server/db/index.ts'; export const flags = db;`,
		to: 'src/lib/server/db/index.ts'
	},
	{
		rule: 'operating-commands-also-import-db-and-demo',
		path: 'src/cli/doctor.ts',
		source: `import { read } from '#lib/intake/annex-a.ts'; export const doctor = read;`,
		to: 'src/lib/intake/annex-a.ts'
	},
	{
		rule: 'hooks-import-work-and-session',
		path: 'src/hooks.server/guard.ts',
		source: `import { audit } from '#lib/server/audit.ts'; export const x = audit;`,
		to: 'src/lib/server/audit.ts'
	},
	{
		rule: 'nothing-is-forgotten',
		path: 'src/lib/domain/forgotten.ts',
		source: `import { due } from './cases.ts'; export const x = due;`,
		to: 'src/lib/domain/forgotten.ts'
	},
	{
		rule: 'schedule-imports-work-and-session',
		path: 'src/lib/server/schedule/nightly.ts',
		source: `import { list } from '#lib/server/store/cases.ts'; export const x = list;`,
		to: 'src/lib/server/store/cases.ts'
	},
	{
		rule: 'work-imports-store-intake-audit-mail-clock',
		path: 'src/lib/server/work/picture.ts',
		source: `import { db } from '#lib/server/db/index.ts'; export const x = db;`,
		to: 'src/lib/server/db/index.ts'
	},
	{
		rule: 'session-imports-store-and-clock',
		path: 'src/lib/server/session/tokens.ts',
		source: `import { allocate } from '#lib/server/work/allocate.ts'; export const x = allocate;`,
		to: 'src/lib/server/work/allocate.ts'
	},
	{
		rule: 'audit-imports-store-and-clock',
		path: 'src/lib/server/audit/chain.ts',
		source: `import { mail } from '#lib/server/mail.ts'; export const x = mail;`,
		to: 'src/lib/server/mail.ts'
	},
	{
		rule: 'mail-imports-domain',
		path: 'src/lib/server/mail/letters.ts',
		source: `import { list } from '#lib/server/store/cases.ts'; export const x = list;`,
		to: 'src/lib/server/store/cases.ts'
	},
	{
		rule: 'clock-imports-domain',
		path: 'src/lib/server/clock/zones.ts',
		source: `import { list } from '#lib/server/store/cases.ts'; export const x = list;`,
		to: 'src/lib/server/store/cases.ts'
	},
	{
		rule: 'config-imports-domain',
		path: 'src/lib/server/config/secrets.ts',
		source: `import { mail } from '#lib/server/mail.ts'; export const x = mail;`,
		to: 'src/lib/server/mail.ts'
	},
	{
		rule: 'log-imports-domain',
		path: 'src/lib/server/log/lines.ts',
		source: `import { list } from '#lib/server/store/cases.ts'; export const x = list;`,
		to: 'src/lib/server/store/cases.ts'
	},
	{
		rule: 'door-imports-domain',
		path: 'src/lib/server/door/headers.ts',
		source: `import { asPerson } from '#lib/server/session.ts'; export const x = asPerson;`,
		to: 'src/lib/server/session.ts'
	},
	{
		rule: 'sealing-imports-domain',
		path: 'src/lib/server/sealing/kept.ts',
		source: `import { list } from '#lib/server/store/cases.ts'; export const x = list;`,
		to: 'src/lib/server/store/cases.ts'
	},
	{
		rule: 'db-imports-domain',
		path: 'src/lib/server/db/seed.ts',
		source: `import { list } from '#lib/server/store/cases.ts'; export const x = list;`,
		to: 'src/lib/server/store/cases.ts'
	},
	{
		rule: 'store-imports-db-and-domain',
		path: 'src/lib/server/store/flags.ts',
		source: `import { today } from '#lib/server/clock.ts'; export const x = today;`,
		to: 'src/lib/server/clock.ts'
	},
	{
		rule: 'store-never-imports-another-store',
		path: 'src/lib/server/store/people.ts',
		source: `import { list } from './cases.ts'; export const x = list;`,
		to: 'src/lib/server/store/cases.ts'
	},
	{
		rule: 'every-room-of-the-server-is-named',
		path: 'src/lib/server/queue.ts',
		source: `import { config } from '#lib/server/config.ts'; export const x = config;`,
		to: 'src/lib/server/config.ts'
	},
	{
		rule: 'database-is-spoken-in-db-and-store',
		path: 'src/lib/server/work/restructure.ts',
		source: `import { sql } from 'drizzle-orm'; export const x = sql;`,
		to: 'node_modules/drizzle-orm/'
	},
	{
		rule: 'database-is-spoken-in-db-and-store',
		path: 'src/routes/driver/+page.server.ts',
		source: `import postgres from 'postgres'; export const load = postgres;`,
		to: 'node_modules/postgres/'
	},
	{
		rule: 'page-framework-stays-in-pages',
		path: 'src/lib/server/work/answer.ts',
		source: `import { fail } from '@sveltejs/kit'; export const x = fail;`,
		to: 'node_modules/@sveltejs/kit/'
	},
	{
		rule: 'page-framework-stays-in-pages',
		path: 'src/lib/server/work/environment.ts',
		source: `import { env } from '$env/dynamic/private'; export const x = env;`,
		to: '$env/dynamic/private'
	},
	{
		rule: 'no-circles',
		path: 'src/lib/domain/chicken.ts',
		source: `import { egg } from './egg.ts'; export const chicken = () => egg;`,
		to: 'src/lib/domain/egg.ts'
	},
	{
		rule: 'nothing-is-forgotten',
		path: 'src/lib/ui/forgotten.svelte',
		source: `<p>Nobody shows me.</p>`,
		to: 'src/lib/ui/forgotten.svelte'
	},
	{
		rule: 'everything-resolves',
		path: 'src/lib/ui/broken.svelte',
		source: page(`import { lost } from '#lib/domain/lost.ts';`, `{lost}`),
		to: '#lib/domain/lost.ts'
	}
];

const place = (path: string, source: string) => {
	mkdirSync(dirname(join(house, path)), { recursive: true });
	writeFileSync(join(house, path), source);
};

beforeAll(async () => {
	house = mkdtempSync(join(tmpdir(), 'countersign-rooms-'));
	for (const ground of ['package.json', 'tsconfig.json', '.dependency-cruiser.cjs']) {
		cpSync(join(repository, ground), join(house, ground));
	}
	symlinkSync(join(repository, 'node_modules'), join(house, 'node_modules'));
	place(
		'.svelte-kit/tsconfig.json',
		'{ "compilerOptions": { "verbatimModuleSyntax": true, "module": "esnext" } }'
	);
	for (const [path, source] of Object.entries(inOrder)) place(path, source);
	for (const [path, source] of Object.entries(accomplices)) place(path, source);
	for (const { path, source } of planted) place(path, source);

	const depcruise = join(repository, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
	const { stdout } = await promisify(execFile)(
		process.execPath,
		[depcruise, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src'],
		{ cwd: house, maxBuffer: 64 * 1024 * 1024 }
	);
	violations = (JSON.parse(stdout) as { summary: { violations: Violation[] } }).summary.violations;
});

afterAll(() => rmSync(house, { recursive: true, force: true }));

test.for(planted)('$rule: $path may not lead to $to', ({ rule, path, to }) => {
	const found = violations.filter((violation) => violation.rule.name === rule && violation.from === path);
	expect(found.map((violation) => violation.to)).toContainEqual(expect.stringContaining(to));
});

test('a house in order breaks no rule', () => {
	const broken = violations.filter((violation) => violation.from in inOrder);
	expect(broken).toEqual([]);
});

test('every rule is tried', async () => {
	const { default: config } = (await import(join(repository, '.dependency-cruiser.cjs'))) as {
		default: { forbidden: { name: string }[] };
	};
	const tried = new Set(planted.map((plant) => plant.rule));
	expect(config.forbidden.map((rule) => rule.name).filter((name) => !tried.has(name))).toEqual([]);
});
