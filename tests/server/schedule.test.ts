import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { addDays, type CalendarDate } from '#lib/domain/calendar.ts';
import { dayOfInstant } from '#lib/server/clock.ts';
import { accounts } from '#lib/server/db/schema.ts';
import { openPost } from '#lib/server/mail.ts';
import { startSchedule } from '#lib/server/schedule.ts';
import { inContext, leaveDatabase, type Transaction } from '#lib/server/store/database.ts';
import { noticeCounts } from '#lib/server/store/notices.ts';
import { storedRecords, TABLES_IN_ORDER, writeRecords } from '#lib/server/store/records.ts';
import { pictureOfAuthority } from '#lib/server/work/picture.ts';
import { reviewAuthority } from '#lib/server/work/review-flags.ts';
import * as cast from '../cast.ts';
import { freshDatabase } from './database.ts';
import { mailServer, type MailServer } from './mail-server.ts';
import { serveBuilt } from './running.ts';

const TODAY = '2026-11-20';
const NINE = new Date('2026-11-20T09:00:00Z');
const WITH_ACCOUNTS = [cast.BEN, cast.MARYAM, cast.OWEN, cast.RUTH, cast.DIANA] as const;

let database: Awaited<ReturnType<typeof freshDatabase>>;
let mails: MailServer;

beforeAll(async () => {
	mails = await mailServer();
});

afterAll(() => mails.stop());

beforeEach(async () => {
	database = await freshDatabase();
	mails.received.length = 0;
});

afterEach(async () => {
	vi.useRealTimers();
	await leaveDatabase();
	await database.close();
});

function asOperator<Answer>(
	today: CalendarDate,
	work: (tx: Transaction) => Promise<Answer>
): Promise<Answer> {
	return inContext(database, { actor: 'operator', name: 'test', today }, work);
}

/** One case that Ben has held below the bar for weeks, and accounts for those who answer for it. */
async function fill(today: CalendarDate): Promise<void> {
	const since = addDays(today, -46);
	const records = cast.given(
		cast.openCase('C-MIRA', addDays(since, -20)),
		cast.kind('C-MIRA', 'child_protection', since),
		cast.person(cast.BEN, { registeredOn: addDays(today, -80), earlyCareerStartedOn: addDays(today, -80) }),
		cast.lead('C-MIRA', cast.BEN, since)
	);
	const ids = await asOperator(today, async (tx) => {
		const stored = await storedRecords(tx, 'native', TABLES_IN_ORDER);
		const all = TABLES_IN_ORDER.map((table) => [table, { added: records[table], changed: [] }]);
		await writeRecords(tx, 'native', stored, Object.fromEntries(all) as Parameters<typeof writeRecords>[3]);
		return (await storedRecords(tx, 'native', TABLES_IN_ORDER)).ids.practitioners;
	});
	for (const name of WITH_ACCOUNTS)
		await database.drizzle
			.insert(accounts)
			.values({ email: `${name}@example.org`, practitionerId: ids?.get(name) ?? null });
}

function postTo(port: number) {
	const settings = { host: '127.0.0.1', port, secure: false, user: null, password: null };
	return openPost({ ...settings, from: 'countersign@example.gov.uk' }, 2_000);
}

function start() {
	return startSchedule({
		post: postTo(mails.port),
		origin: 'https://countersign.example.gov.uk',
		lookMs: 50
	});
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
	for (let attempts = 0; attempts < 1_500; attempts += 1) {
		if (await holds()) return;
		await pause(20);
	}
	throw new Error('it never came about');
}

/** The way to the database, which can be closed and opened again as when PostgreSQL restarts. */
async function wayTo(url: string) {
	const address = new URL(url);
	const through = new Set<Socket>();
	let server: Server;
	let port = 0;
	const open = () =>
		new Promise<void>((resolve) => {
			server = createServer((near) => {
				const far = connect(Number(address.port), address.hostname);
				for (const [one, other] of [
					[near, far],
					[far, near]
				] as const) {
					through.add(one);
					one
						.on('error', () => undefined)
						.once('close', () => {
							through.delete(one);
							other.destroy();
						});
				}
				near.pipe(far).pipe(near);
			});
			server.listen(port, '127.0.0.1', () => {
				({ port } = server.address() as AddressInfo);
				resolve();
			});
		});
	const close = () =>
		new Promise<void>((resolve) => {
			server.close(() => resolve());
			for (const socket of through) socket.destroy();
		});
	await open();
	const here = new URL(url);
	here.hostname = '127.0.0.1';
	here.port = String(port);
	return { url: here.href, open, close, busy: () => through.size > 0 };
}

const ids = () => mails.received.map(({ headers }) => headers['message-id']);

test('a server that is cut off from PostgreSQL again and again does the day’s review and issues the month’s board report once, and serves on', async () => {
	await fill(TODAY);
	// A demo's day stands still and is always due, and nobody is mailed.
	await asOperator(TODAY, (tx) =>
		tx.execute(sql`insert into settings (id, demo_today) values (1, ${TODAY})`)
	);
	const way = await wayTo(database.url);
	const server = await serveBuilt(way.url);
	for (let cut = 0; cut < 4; cut += 1) {
		await until(() => way.busy());
		await pause(Math.random() * 150);
		await way.close();
		await pause(200);
		await way.open();
		await until(async () => (await server.request('/health')).ok);
	}
	const nights = () =>
		asOperator(TODAY, (tx) => tx.execute(sql`select from reviews where occasion = 'night'`));
	await until(async () => (await nights()).length > 0);
	await until(async () => !(await asOperator(TODAY, noticeCounts)).has('waiting'));
	expect(await server.stop()).toBe(0);
	await way.close();
	expect(await nights()).toHaveLength(1);
	const reports = await asOperator(TODAY, (tx) =>
		tx.execute(sql`select month_end::text as month, account_id as by from board_reports`)
	);
	expect(reports).toEqual([{ month: '2026-10-31', by: null }]);
	const stored = await asOperator(TODAY, (tx) => tx.execute(sql`select from flags where cleared_at is null`));
	const { findings } = await asOperator(TODAY, (tx) =>
		pictureOfAuthority(tx, { on: TODAY, hindsight: false })
	);
	expect(stored).toHaveLength(findings.length);
	expect((await asOperator(TODAY, (tx) => tx.execute(sql`select from notices`))).length).toBe(7);
}, 120_000);

test('asked to stop, it finishes the mail in hand and takes no other', async () => {
	vi.useFakeTimers({ toFake: ['Date'], now: NINE });
	await fill(TODAY);
	process.env['DATABASE_URL'] = database.url;
	const schedule = start();
	await until(() => mails.received.length >= 1);
	await schedule.stop(30_000);
	const counts = await asOperator(TODAY, noticeCounts);
	expect(counts.get('sending')).toBeUndefined();
	expect(counts.get('sent')).toBe(mails.received.length);
	const taken = mails.received.length;
	await pause(200);
	expect(mails.received).toHaveLength(taken);
}, 120_000);

test('two servers beside each other send each mail once, and say when flags were last reviewed', async () => {
	const today = dayOfInstant(new Date());
	await fill(today);
	await asOperator(today, (tx) => reviewAuthority(tx, { operator: 'test' }, today));
	const settings = {
		ORIGIN: 'http://localhost:3000',
		COUNTERSIGN_SMTP: `smtp://127.0.0.1:${mails.port}`,
		COUNTERSIGN_MAIL_FROM: 'countersign@example.gov.uk'
	};
	const servers = await Promise.all([serveBuilt(database.url, settings), serveBuilt(database.url, settings)]);
	const urgent = () => mails.received.filter(({ headers }) => headers['subject']?.includes('act today'));
	await until(() => urgent().length >= 2);
	const said = await Promise.all(
		servers.map(async (server) => {
			const port = /"port":(\d+)/.exec(server.raw())?.[1];
			return (await fetch(`http://127.0.0.1:${port}/health`)).json() as Promise<unknown>;
		})
	);
	for (const health of said) expect(health).toMatchObject({ status: 'well', review: { on: today } });
	expect(await Promise.all(servers.map((server) => server.stop()))).toEqual([0, 0]);
	expect(
		urgent()
			.flatMap(({ to }) => to)
			.sort()
	).toEqual(['maryam@example.org', 'ruth@example.org']);
	expect(new Set(ids()).size).toBe(mails.received.length);
}, 120_000);
