import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { AccountRole } from '#lib/domain/access.ts';
import { lineOf } from '#lib/domain/notices.ts';
import { accounts } from '#lib/server/db/schema.ts';
import { openPost } from '#lib/server/mail.ts';
import { sendNotices } from '#lib/server/schedule.ts';
import { inContext, leaveDatabase, type Transaction } from '#lib/server/store/database.ts';
import { noticeCounts, noticesOnFile } from '#lib/server/store/notices.ts';
import { storedRecords, TABLES_IN_ORDER, writeRecords } from '#lib/server/store/records.ts';
import { EVERY_FLAG, flagList } from '#lib/server/work/flag-list.ts';
import { reviewOfTheDay } from '#lib/server/work/night.ts';
import {
	choosePreference,
	digestOfMine,
	mailOf,
	outbox,
	preferenceFrom,
	takeNotice,
	writeNotice
} from '#lib/server/work/notices.ts';
import { recordOversight } from '#lib/server/work/record-oversight.ts';
import { reviewAuthority } from '#lib/server/work/review-flags.ts';
import * as cast from '../cast.ts';
import { copiesOf, type Fresh } from './database.ts';
import { mailServer, type MailServer, type Mood } from './mail-server.ts';

const TODAY = '2026-11-20';
const ORIGIN = 'https://countersign.example.gov.uk';

/** Child protection, held by Ben alone for weeks without oversight: critical. */
const MIRA = 'C-MIRA';
/** Open, and nobody has ever held it: critical, of no team. */
const NOAH = 'C-NOAH';

const WITH_ACCOUNTS = [cast.BEN, cast.MARYAM, cast.OWEN, cast.RUTH, cast.DIANA] as const;

let database: Fresh;
let server: MailServer;
let ids: Map<string, string>;
const account = new Map<string, string>();

beforeAll(async () => {
	server = await mailServer();
});

afterAll(() => server.stop());

const open = copiesOf(async (made) => {
	database = made;
	const records = cast.given(
		cast.openCase(MIRA, '2026-09-14'),
		cast.kind(MIRA, 'child_protection', '2026-10-05'),
		cast.lead(MIRA, cast.BEN, '2026-10-05'),
		cast.openCase(NOAH, '2026-11-02'),
		cast.kind(NOAH, 'section_47', '2026-11-02')
	);
	ids = await asOperator(async (tx) => {
		const stored = await storedRecords(tx, 'native', TABLES_IN_ORDER);
		const all = TABLES_IN_ORDER.map((table) => [table, { added: records[table], changed: [] }]);
		await writeRecords(tx, 'native', stored, Object.fromEntries(all) as Parameters<typeof writeRecords>[3]);
		const { ids: written } = await storedRecords(tx, 'native', TABLES_IN_ORDER);
		return new Map(Object.values(written).flatMap((each) => [...each]));
	});
	for (const name of WITH_ACCOUNTS) await addAccount(name, idOf(name), null);
	await addAccount('wren', null, 'administrator');
});

beforeEach(async () => {
	vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-20T09:00:00Z') });
	database = await open();
	process.env['DATABASE_URL'] = database.url;
	server.received.length = 0;
	server.said.length = 0;
});

afterEach(async () => {
	vi.useRealTimers();
	await leaveDatabase();
	await database.close();
});

function idOf(name: string): string {
	const id = ids.get(name);
	if (!id) throw new Error(`nobody and nothing is called ${name}`);
	return id;
}

async function addAccount(name: string, practitionerId: string | null, role: AccountRole | null) {
	const [made] = await database.drizzle
		.insert(accounts)
		.values({ email: `${name}@example.org`, practitionerId, role })
		.returning({ accountId: accounts.id });
	account.set(name, made?.accountId ?? '');
}

function asOperator<Answer>(work: (tx: Transaction) => Promise<Answer>): Promise<Answer> {
	return inContext(database, { actor: 'operator', name: 'test', today: TODAY }, work);
}

function as<Answer>(name: string, work: (tx: Transaction) => Promise<Answer>): Promise<Answer> {
	const accountId = account.get(name) ?? '';
	return inContext(database, { actor: 'person', accountId, today: TODAY }, work);
}

const nightly = () => asOperator((tx) => reviewOfTheDay(tx, 'test', TODAY));

/** Sends through a connection to the server of the test, with little patience. */
async function send(...moods: Mood[]): Promise<void> {
	server.next(...moods);
	const post = postTo(server.port);
	await sendNotices({ post, origin: ORIGIN });
	post.close();
}

function postTo(port: number) {
	const settings = { host: '127.0.0.1', port, secure: false, user: null, password: null };
	return openPost({ ...settings, from: 'countersign@example.gov.uk' }, 500);
}

/** Only the notices of one kind wait: the others are as if they had been sent. */
async function only(kind: 'digest' | 'critical', name: string): Promise<void> {
	await asOperator((tx) =>
		tx.execute(sql`update notices set state = 'kept', ended_at = now()
			where kind <> ${kind} or account_id <> ${account.get(name)}`)
	);
}

function later(minutes: number): void {
	vi.setSystemTime(Date.now() + minutes * 60_000);
}

const onFile = () => asOperator((tx) => noticesOnFile(tx, { state: null }, 100));

async function told(kind: 'digest' | 'critical'): Promise<string[]> {
	return (await onFile())
		.filter((notice) => notice.kind === kind)
		.map(({ email }) => email.replace('@example.org', ''))
		.sort();
}

const mailTo = (name: string) => server.received.filter(({ to }) => to.includes(`${name}@example.org`));
const criticalTo = (name: string) =>
	mailTo(name).filter(({ headers }) => headers['subject']?.includes('act today'));
const digestTo = (name: string) =>
	mailTo(name).find(({ headers }) => /your flags|none critical/.test(headers['subject'] ?? ''));

test('a review queues a digest for each in the line, and tells those who manage of what is critical', async () => {
	await nightly();
	expect(await told('digest')).toEqual(['ben', 'diana', 'maryam', 'owen', 'ruth']);
	expect(await told('critical')).toEqual(['maryam', 'ruth']);
});

test('reviewed again, by hand or twice at once, nobody is told of the same flag again; the next day it goes one level up', async () => {
	await nightly();
	const before = await told('critical');
	await Promise.all([nightly(), nightly()]);
	await Promise.all([1, 2].map(() => asOperator((tx) => reviewAuthority(tx, { operator: 'test' }, TODAY))));
	expect(await told('critical')).toEqual(before);
	later(24 * 60);
	await inContext(database, { actor: 'operator', name: 'test', today: '2026-11-21' }, (tx) =>
		reviewOfTheDay(tx, 'test', '2026-11-21')
	);
	expect(await told('critical')).toEqual([cast.DIANA, ...before]);
	expect(await told('digest')).toHaveLength(2 * 5);
});

test('who takes over a team is told of what stands critical there', async () => {
	await nightly();
	await asOperator((tx) =>
		tx.execute(sql`update accounts set disabled_at = now() where email = 'maryam@example.org'`)
	);
	await asOperator(async (tx) => {
		await tx.execute(sql`update postings set to_on = ${TODAY} where practitioner_id = ${idOf(cast.OWEN)}`);
		await tx.execute(sql`insert into postings (practitioner_id, team_id, role, supervisor_id, fte, from_on)
			values (${idOf(cast.OWEN)}, ${idOf(cast.HARBOUR)}, 'team_manager', ${idOf(cast.RUTH)}, 1, ${TODAY})`);
		await reviewAuthority(tx, { operator: 'test' }, TODAY);
	});
	await send();
	expect(criticalTo('owen')).toHaveLength(1);
	expect(criticalTo('maryam')).toHaveLength(0);
});

test('a flag that becomes critical when somebody acts is told in the same transaction', async () => {
	await asOperator((tx) =>
		tx.execute(sql`update allocations set to_on = ${TODAY} where case_id = ${idOf(MIRA)}`)
	);
	await asOperator((tx) =>
		tx.execute(sql`update postings set supervisor_id = null
		where practitioner_id = ${idOf(cast.LEO)}`)
	);
	const form = {
		key: crypto.randomUUID(),
		kind: 'decision',
		madeOn: TODAY,
		decision: 'Visit.',
		rationale: 'Bruise.'
	};
	const by = { accountId: account.get(cast.MARYAM) ?? '', practitionerId: idOf(cast.MARYAM), today: TODAY };
	await as(cast.MARYAM, (tx) => recordOversight(tx, by, idOf(MIRA), form));
	// Nobody holds it any more, which the oversight does not mend.
	expect(await told('critical')).toEqual(['maryam', 'ruth']);
});

test('the digest is that person’s page: the same flags in the same order, and the same counts', async () => {
	await nightly();
	await send();
	for (const name of [cast.BEN, cast.MARYAM, cast.RUTH]) {
		const role =
			name === cast.BEN ? 'practitioner' : name === cast.MARYAM ? 'team_manager' : 'service_manager';
		const { flags } = await as(name, (tx) => flagList(tx, role, { on: TODAY, hindsight: false }, EVERY_FLAG));
		const mail = digestTo(name);
		const lines = mail?.text.split('\n').filter((line) => line.startsWith('- ')) ?? [];
		expect(flags.length).toBeGreaterThan(0);
		expect(lines).toEqual(
			flags.map((flag) => {
				const mine = flag.practitionerId === idOf(name);
				const about = flag.caseReference ?? (mine ? 'you' : `a practitioner in ${flag.team}`);
				return lineOf({ ...flag, about, answered: flag.life.answered, service: null });
			})
		);
		const critical = flags.filter(({ severity }) => severity === 'critical').length;
		expect(mail?.headers['subject']).toContain(`${critical} critical`);
		const who = { role, practitionerId: idOf(name), today: TODAY } as const;
		const read = await as(name, (tx) => digestOfMine(tx, who, ORIGIN));
		expect(mail?.headers['subject']).toBe(read?.subject);
		expect(mail?.text.trim()).toBe(read?.text.trim());
	}
	const lines = digestTo(cast.BEN)?.text ?? '';
	expect(lines).toContain('- C-MIRA, child protection plan: held without oversight.');
	expect(lines).not.toContain(NOAH);
});

test('a director’s digest counts by service, and names no case', async () => {
	await nightly();
	await send();
	const { text = '' } = digestTo(cast.DIANA) ?? {};
	expect(text).toMatch(/^- Safeguarding: \d+ critical/m);
	expect(text).not.toMatch(/C-(MIRA|NOAH)/);
});

test('nobody’s name is in any mail, whoever gets it', async () => {
	await asOperator((tx) =>
		tx.execute(
			sql`update practitioners set name = 'Zephyrine ' || reference, reference = 'Zephyrine ' || reference`
		)
	);
	await nightly();
	await send();
	expect(server.received.length).toBeGreaterThanOrEqual(7);
	for (const { raw, text } of server.received) expect(raw + text).not.toContain('Zephyrine');
});

test('a mail comes from the sender set, in plain text, and answers nobody’s machine', async () => {
	await nightly();
	await only('critical', cast.MARYAM);
	await send();
	const [mail] = server.received;
	expect(mail?.from).toBe('countersign@example.gov.uk');
	expect(mail?.to).toEqual(['maryam@example.org']);
	expect(mail?.headers).toMatchObject({
		from: 'Countersign <countersign@example.gov.uk>',
		to: 'maryam@example.org',
		subject: '1 critical flag: act today, Fri 20 Nov 2026',
		'auto-submitted': 'auto-generated'
	});
	expect(mail?.headers['content-type']).toMatch(/^text\/plain; charset=utf-8/);
	expect(mail?.headers['message-id']).toMatch(/^<[0-9a-f-]{36}@countersign\.example\.gov\.uk>$/);
	expect(mail?.text).toContain(`${ORIGIN}/flags?severity=critical`);
	expect(mail?.text).toContain('because you manage the team');
});

test('a refused recipient is not tried again and stays visible, and the others get theirs', async () => {
	await nightly();
	await send('refuses the recipient');
	const notices = await onFile();
	expect(notices.filter(({ state }) => state === 'failed')).toMatchObject([
		{ reason: 'REFUSED', answer: expect.stringContaining('550 5.1.1 no such mailbox') as string, attempts: 1 }
	]);
	expect(notices.filter(({ state }) => state === 'sent')).toHaveLength(6);
	later(120);
	await send();
	expect(server.received).toHaveLength(6);
	const shown = await as('wren', (tx) => outbox(tx, null, TODAY));
	expect(shown.notices[0]).toMatchObject({ stateInWords: 'not delivered', attempts: 1 });
});

test.for(['puts off the recipient', 'refuses the sender', 'hangs'] as const)(
	'a server that %s is tried again after growing waits, and the mail arrives once',
	async (mood) => {
		await nightly();
		await only('critical', cast.MARYAM);
		await send(mood);
		expect(server.received).toHaveLength(0);
		expect((await onFile()).filter(({ state }) => state === 'waiting')).toMatchObject([
			{ reason: 'NOT_REACHED', attempts: 1 }
		]);
		await send();
		expect(server.received).toHaveLength(0);
		later(2);
		await send(mood);
		later(4);
		await send();
		expect(server.received).toHaveLength(0);
		later(2);
		await send();
		later(600);
		await send();
		expect(server.received).toHaveLength(1);
		expect((await onFile()).find(({ state }) => state === 'sent')).toMatchObject({ attempts: 3 });
	}
);

test('a server that is gone for a while is not asked for every mail, and each arrives once when it is back', async () => {
	await nightly();
	await server.stop();
	await send();
	expect((await onFile()).filter(({ attempts }) => attempts > 0)).toHaveLength(1);
	await server.start();
	later(2);
	await send();
	await send();
	expect(server.received).toHaveLength(7);
	expect(new Set(server.received.map(({ headers }) => headers['message-id'])).size).toBe(7);
});

test('a mail that was taken in without a word is the same mail when it comes again', async () => {
	await nightly();
	await only('digest', cast.RUTH);
	await send('takes and breaks off');
	later(2);
	await send();
	later(600);
	await send();
	expect(server.received).toHaveLength(2);
	const [first, second] = server.received;
	expect(second?.headers['message-id']).toBe(first?.headers['message-id']);
	expect(second?.headers['date']).toBe(first?.headers['date']);
	expect(second?.raw).toBe(first?.raw);
});

test('after a crash between sending and writing it down, the same mail comes again and no other', async () => {
	await nightly();
	await only('digest', cast.RUTH);
	const taken = await asOperator((tx) => takeNotice(tx, TODAY));
	if (!taken) throw new Error('nothing was due');
	const letter = await as(cast.RUTH, (tx) => writeNotice(tx, taken, ORIGIN));
	const mail = typeof letter === 'string' ? letter : mailOf(taken.notice, letter, ORIGIN);
	if (typeof mail === 'string') throw new Error(mail);
	const post = postTo(server.port);
	await post.send(mail);
	post.close();
	// The process is gone here. Another one leaves the notice alone for as long as the first may still be at it.
	await send();
	expect(server.received).toHaveLength(1);
	later(6);
	await send();
	later(600);
	await send();
	expect(server.received).toHaveLength(2);
	expect(new Set(server.received.map(({ raw }) => raw)).size).toBe(1);
	expect((await onFile()).find(({ state }) => state === 'sent')).toMatchObject({ attempts: 2 });
});

test('several senders at once send each mail once', async () => {
	await nightly();
	await Promise.all([send(), send(), send(), send()]);
	expect(server.received).toHaveLength(7);
	expect(new Set(server.received.map(({ headers }) => headers['message-id'])).size).toBe(7);
});

test('whoever was disabled or moved since gets nothing, and the outbox says why', async () => {
	await nightly();
	await asOperator(async (tx) => {
		await tx.execute(sql`update accounts set disabled_at = now() where email = 'maryam@example.org'`);
		await tx.execute(sql`update postings set to_on = ${TODAY} where practitioner_id = ${idOf(cast.RUTH)}`);
	});
	await send();
	expect([...mailTo('maryam'), ...mailTo('ruth')]).toEqual([]);
	expect((await onFile()).filter(({ state }) => state === 'dropped')).toHaveLength(4);
});

test('a manager who moved to another team is told nothing about the old one', async () => {
	await nightly();
	await asOperator(async (tx) => {
		await tx.execute(sql`update postings set supervisor_id = ${idOf(cast.RUTH)}
			where supervisor_id = ${idOf(cast.MARYAM)}`);
		await tx.execute(sql`update postings set to_on = ${TODAY} where practitioner_id = ${idOf(cast.MARYAM)}`);
		await tx.execute(sql`insert into postings (practitioner_id, team_id, role, supervisor_id, fte, from_on)
			values (${idOf(cast.MARYAM)}, ${idOf(cast.ORCHARD)}, 'team_manager', ${idOf(cast.RUTH)}, 1, ${TODAY})`);
	});
	await send();
	expect(criticalTo('maryam')).toEqual([]);
	expect(digestTo('maryam')?.text).not.toContain(MIRA);
});

test('what was cleared before it was sent is not told', async () => {
	await nightly();
	await only('critical', cast.MARYAM);
	const form = {
		key: crypto.randomUUID(),
		kind: 'decision',
		madeOn: TODAY,
		decision: 'Visit.',
		rationale: 'Bruise.'
	};
	const by = { accountId: account.get(cast.MARYAM) ?? '', practitionerId: idOf(cast.MARYAM), today: TODAY };
	await as(cast.MARYAM, (tx) => recordOversight(tx, by, idOf(MIRA), form));
	await send();
	expect(server.received).toEqual([]);
	expect((await onFile()).find(({ state }) => state === 'dropped')).toMatchObject({ reason: 'CLEARED' });
});

test('a digest waits for its hour, and for whoever turned it off it is not sent', async () => {
	vi.setSystemTime(new Date('2026-11-20T05:30:00Z'));
	await as(cast.RUTH, (tx) =>
		choosePreference(tx, account.get(cast.RUTH) ?? '', { digest: 'every_day', hour: 9 })
	);
	await nightly();
	await as(cast.BEN, (tx) => choosePreference(tx, account.get(cast.BEN) ?? '', { digest: 'never', hour: 7 }));
	await send();
	expect(server.received.map(({ headers }) => headers['subject'])).not.toContainEqual(
		expect.stringContaining('your flags')
	);
	expect(server.received).toHaveLength(2);
	vi.setSystemTime(new Date('2026-11-20T07:00:00Z'));
	await send();
	expect([digestTo(cast.MARYAM) === undefined, digestTo(cast.RUTH), digestTo(cast.BEN)]).toEqual([
		false,
		undefined,
		undefined
	]);
	vi.setSystemTime(new Date('2026-11-20T09:00:00Z'));
	await send();
	expect(digestTo(cast.RUTH)).toBeDefined();
	expect((await onFile()).filter(({ reason }) => reason === 'TURNED_OFF')).toHaveLength(1);
});

test('a digest that could not be delivered on its day is shown as not delivered, and not sent on the next', async () => {
	await nightly();
	await only('digest', cast.RUTH);
	await send('hangs');
	vi.setSystemTime(new Date('2026-11-21T09:00:00Z'));
	await send();
	expect(server.received).toEqual([]);
	expect((await onFile()).find(({ state }) => state === 'failed')).toMatchObject({ reason: 'NOT_REACHED' });
});

test('an account whose e-mail could smuggle a recipient or a header is not written to', async () => {
	for (const email of [
		'maryam@example.org\r\nBcc: all@example.org',
		'a,b@example.org',
		'x <y@example.org>'
	]) {
		await database.drizzle.execute(
			sql`update accounts set email = ${email} where id = ${account.get(cast.MARYAM)}`
		);
		await asOperator((tx) => reviewAuthority(tx, { operator: 'test' }, TODAY));
		await asOperator((tx) =>
			tx.execute(sql`update notices set state = 'waiting', ended_at = null, next_at = queued_at`)
		);
		await send();
	}
	expect(server.said.join('\n')).not.toMatch(/all@|a,b@|y@example/);
	expect((await onFile()).filter(({ reason }) => reason === 'NOT_AN_ADDRESS')).toHaveLength(1);
});

test('without a mail server, and in a demo, notices stay in the outbox with their counts', async () => {
	await nightly();
	await sendNotices({ post: null, origin: ORIGIN });
	const { notices, counts } = await as('wren', (tx) => outbox(tx, null, TODAY));
	expect(counts.find(({ state }) => state === 'kept')?.count).toBe(7);
	expect(notices.map(({ subject }) => subject)).toContain('1 critical flag: act today, Fri 20 Nov 2026');
	expect(JSON.stringify(notices)).not.toMatch(/C-(MIRA|NOAH)/);
	await asOperator(async (tx) => {
		await tx.execute(sql`insert into settings (id, demo_today) values (1, ${TODAY})`);
		await tx.execute(sql`update notices set state = 'waiting', ended_at = null, next_at = queued_at`);
	});
	await send();
	expect(server.said).toEqual([]);
	expect((await onFile()).map(({ reason }) => reason)).toEqual(Array.from({ length: 7 }, () => 'DEMO'));
});

test('an administrator sees who was written to, somebody else their own alone, and neither which flags', async () => {
	await nightly();
	expect([...(await as('wren', noticeCounts)).values()]).toEqual([7]);
	expect([...(await as(cast.MARYAM, noticeCounts)).values()]).toEqual([2]);
	expect([...(await as(cast.BEN, noticeCounts)).values()]).toEqual([1]);
	for (const name of ['wren', cast.MARYAM]) {
		expect(await as(name, (tx) => tx.execute(sql`select from notice_flags`))).toHaveLength(0);
		await expect(
			as(name, (tx) =>
				tx.execute(sql`insert into notices (account_id, kind, notice_on)
					values (${account.get(name)}, 'digest', ${TODAY}::date + 9)`)
			)
		).rejects.toMatchObject({ cause: { code: '42501' } });
		expect(
			await as(name, (tx) => tx.execute(sql`update notices set state = 'sent' returning id`))
		).toHaveLength(0);
	}
});

test('a preference is one’s own, and only what the page offers', async () => {
	const form = (digest: string, hour: string) => {
		const data = new FormData();
		data.set('digest', digest);
		data.set('hour', hour);
		return preferenceFrom(data);
	};
	expect(form('never', '8')).toEqual({ preference: { digest: 'never', hour: 8 } });
	expect(form('always', '8')).toMatchObject({ refused: { field: 'digest' } });
	expect(form('never', '3')).toMatchObject({ refused: { field: 'hour' } });
	expect(form('never', '8.5')).toMatchObject({ refused: { field: 'hour' } });
	await expect(
		as(cast.BEN, (tx) => choosePreference(tx, account.get(cast.RUTH) ?? '', { digest: 'never', hour: 8 }))
	).rejects.toMatchObject({ cause: { code: '42501' } });
});
