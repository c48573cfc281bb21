import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AskingRole } from '#lib/domain/access.ts';
import type { DiscussionText } from '#lib/domain/supervision-note.ts';
import { accounts } from '#lib/server/db/schema.ts';
import { inContext, type Transaction } from '#lib/server/store/database.ts';
import { storedRecords, TABLES_IN_ORDER, writeRecords } from '#lib/server/store/records.ts';
import { discussionsOf, sessionOnFile, sessionsOf, signOffsOf } from '#lib/server/store/supervision.ts';
import { earlierShown, putBack } from '#lib/server/work/earlier-texts.ts';
import {
	addCases,
	describeSession,
	discardDraft,
	holdPlanned,
	proposeNote,
	removeCase,
	saveDiscussion,
	savePersonalNote,
	sendNoteBack,
	signNote,
	startSession,
	type Asker
} from '#lib/server/work/hold-supervision.ts';
import { pictureOfPractitioner } from '#lib/server/work/picture.ts';
import { reviewAuthority } from '#lib/server/work/review-flags.ts';
import { sessionPage } from '#lib/server/work/supervision-page.ts';
import * as cast from '../cast.ts';
import { copiesOf, type Fresh } from './database.ts';

const TODAY = '2026-11-20';

/** Child protection, held by Ben alone for weeks without oversight. */
const MIRA = 'C-MIRA';
/** Child in need, on track. */
const JONAH = 'C-JONAH';
/** An assessment begun two days ago. */
const ELLIE = 'C-ELLIE';
/** Led by Tomas. */
const SAM = 'C-SAM';

let database: Fresh;
let ids: Map<string, string>;
const people = new Map<string, Asker>();

process.env['COUNTERSIGN_NOTE_KEYS'] = `1:${randomBytes(32).toString('base64')}`;

const open = copiesOf(async (made) => {
	database = made;
	const records = cast.given(
		cast.openCase(MIRA, '2026-09-14'),
		cast.kind(MIRA, 'child_protection', '2026-10-05'),
		cast.lead(MIRA, cast.BEN, '2026-10-05'),
		cast.openCase(JONAH, '2026-06-01'),
		cast.kind(JONAH, 'child_in_need', '2026-06-01'),
		cast.lead(JONAH, cast.BEN, '2026-09-15'),
		cast.oversight(JONAH, cast.MARYAM, '2026-11-16'),
		cast.openCase(ELLIE, '2026-11-18'),
		cast.kind(ELLIE, 'assessment', '2026-11-18'),
		cast.lead(ELLIE, cast.BEN, '2026-11-18'),
		cast.oversight(ELLIE, cast.MARYAM, '2026-11-18'),
		cast.openCase(SAM, '2026-06-01'),
		cast.kind(SAM, 'child_in_need', '2026-06-01'),
		cast.lead(SAM, cast.TOMAS, '2026-06-01')
	);
	ids = await inContext(database, { actor: 'operator', name: 'test', today: TODAY }, async (tx) => {
		const stored = await storedRecords(tx, 'native', TABLES_IN_ORDER);
		const all = TABLES_IN_ORDER.map((table) => [table, { added: records[table], changed: [] }]);
		const writing = Object.fromEntries(all) as Parameters<typeof writeRecords>[3];
		await writeRecords(tx, 'native', stored, writing);
		const { ids: written } = await storedRecords(tx, 'native', TABLES_IN_ORDER);
		await reviewAuthority(tx, { operator: 'test' }, TODAY);
		return new Map(Object.values(written).flatMap((each) => [...each]));
	});
	const roles: Record<string, AskingRole> = {
		[cast.BEN]: 'practitioner',
		[cast.MARYAM]: 'team_manager',
		[cast.RUTH]: 'service_manager',
		[cast.DIANA]: 'director',
		[cast.OWEN]: 'team_manager',
		[cast.AISHA]: 'practitioner',
		[cast.LEO]: 'practitioner'
	};
	for (const [name, role] of Object.entries(roles)) {
		const practitionerId = idOf(name);
		const [made] = await database.drizzle
			.insert(accounts)
			.values({ email: `${name}@example.org`, practitionerId })
			.returning({ accountId: accounts.id });
		people.set(name, { accountId: made?.accountId ?? '', practitionerId, role, today: TODAY });
	}
});

beforeEach(async () => {
	database = await open();
});

afterEach(() => database.close());

function idOf(name: string): string {
	const id = ids.get(name);
	if (!id) throw new Error(`nobody and nothing is called ${name}`);
	return id;
}

function asker(name: string): Asker {
	const person = people.get(name);
	if (!person) throw new Error(`${name} has no account`);
	return person;
}

function as<Answer>(name: string, work: (tx: Transaction, by: Asker) => Promise<Answer>): Promise<Answer> {
	const by = asker(name);
	const { accountId, today } = by;
	return inContext(database, { actor: 'person', accountId, today }, (tx) => work(tx, by));
}

function start(name: string, superviseeId = idOf(cast.BEN), key = randomUUID()) {
	return as(name, (tx, by) => startSession(tx, by, { key, superviseeId }));
}

async function started(name: string, superviseeId?: string): Promise<string> {
	const answer = await start(name, superviseeId);
	if ('refused' in answer) throw new Error(answer.refused);
	return answer.sessionId;
}

const WRITTEN: DiscussionText = {
	summary: 'Mira was seen at school and at home.',
	analysis:
		'Two accounts of the bruise do not agree, and the explanation changed after the visit. The pattern of last winter is coming back.',
	livedExperience: 'She sleeps badly and keeps her coat on indoors.',
	decision: 'Strategy discussion tomorrow; see her alone this week.'
};

async function written(sessionId: string, name = cast.BEN): Promise<void> {
	await as(name, (tx, by) => saveDiscussion(tx, by, sessionId, idOf(MIRA), { text: WRITTEN, edition: 0 }));
	await as(name, (tx, by) => savePersonalNote(tx, by, sessionId, { text: 'Sleeping badly.', edition: 0 }));
}

async function signedBy(name: string, sessionId: string, disagreement: string | null = null) {
	return as(name, async (tx, by) => {
		const page = await sessionPage(tx, by, sessionId, 'whole');
		return signNote(tx, by, sessionId, { digest: page?.digest ?? '', disagreement });
	});
}

async function audited(): Promise<string[]> {
	const rows = await database.client`select action, entity from audit where actor = 'person' order by id`;
	return rows.map(({ action, entity }) => `${action} ${entity}`);
}

test('a session starts with the cases most in need, worst first, and a draft held today', async () => {
	const sessionId = await started(cast.MARYAM);
	const page = await as(cast.MARYAM, (tx, by) => sessionPage(tx, by, sessionId, null));
	expect(page?.cases.map(({ reference, reason }) => [reference, reason])).toEqual([
		[MIRA, 'Held without oversight, critical'],
		[ELLIE, 'New, allocated 18 Nov 2026, 2 days ago'],
		[JONAH, 'Not discussed in supervision yet']
	]);
	expect(page?.session).toMatchObject({ heldOn: TODAY, plannedOn: null, noteState: 'draft' });
	expect(page?.session.reference).toMatch(/^SV-[0-9a-f]{8}$/);
	expect(page?.open).toEqual({ part: 'case', caseId: idOf(MIRA) });
	expect(await audited()).toEqual([
		'started supervision_session',
		...Array<string>(3).fill('added to agenda case')
	]);
});

test('a form posted twice, fifty times at once, starts one session', async () => {
	const key = randomUUID();
	const answers = await Promise.all(
		Array.from({ length: 50 }, () => start(cast.MARYAM, idOf(cast.BEN), key))
	);
	expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
	const [count] = await database.client`select count(*)::int as sessions from supervision_sessions`;
	expect(count?.['sessions']).toBe(1);
	expect((await audited()).filter((deed) => deed === 'started supervision_session')).toHaveLength(1);
});

test('the practitioner may log a draft, with their supervisor as supervisor, and the two share it', async () => {
	const sessionId = await started(cast.BEN);
	expect(await started(cast.MARYAM)).toBe(sessionId);
	const session = await as(cast.BEN, (tx) => sessionOnFile(tx, sessionId));
	expect(session).toMatchObject({ supervisorId: idOf(cast.MARYAM), superviseeId: idOf(cast.BEN) });
});

test('a manager in whose scope the practitioner is holds it themselves; others find nobody, or may not', async () => {
	const byRuth = await started(cast.RUTH);
	expect(await as(cast.RUTH, (tx) => sessionOnFile(tx, byRuth))).toMatchObject({
		supervisorId: idOf(cast.RUTH)
	});
	expect(await start(cast.LEO)).toEqual({ refused: 'ABSENT' });
	expect(await start(cast.AISHA)).toEqual({ refused: 'ABSENT' });
	expect(await start(cast.OWEN)).toEqual({ refused: 'ABSENT' });
	expect(await start(cast.DIANA)).toEqual({ refused: 'READ_ONLY' });
	expect(await start(cast.DIANA, idOf(cast.RUTH))).toHaveProperty('sessionId');
	expect(await start(cast.DIANA, idOf(cast.DIANA))).toEqual({ refused: 'NO_SUPERVISOR' });
});

test('a draft alone clears nothing: supervision stays overdue until the supervisor has signed', async () => {
	const overdue = async () => {
		const picture = await as(cast.MARYAM, (tx) =>
			pictureOfPractitioner(tx, idOf(cast.BEN), { on: TODAY, hindsight: false })
		);
		return picture?.findings.some(({ code }) => code === 'SUPERVISION_OVERDUE');
	};
	expect(await overdue()).toBe(true);
	const sessionId = await started(cast.BEN);
	await written(sessionId);
	await as(cast.BEN, (tx, by) => proposeNote(tx, by, sessionId));
	expect(await overdue()).toBe(true);
	expect(await signedBy(cast.MARYAM, sessionId)).toEqual({ done: true });
	expect(await overdue()).toBe(false);
});

test('signed by the supervisor it counts as oversight, and the flags are cleared in the same transaction', async () => {
	const sessionId = await started(cast.MARYAM);
	await written(sessionId);
	await as(cast.BEN, (tx, by) => proposeNote(tx, by, sessionId));
	const standing = async () => {
		const rows = await database.client`
			select code, cleared_at is null as stands from flags
			where subject_id in (${idOf(MIRA)}, ${idOf(cast.BEN)}) order by code, noticed_at`;
		return rows.filter(({ stands }) => stands).map(({ code }) => String(code));
	};
	const before = await standing();
	expect(before).toEqual(
		expect.arrayContaining(['HELD_WITHOUT_OVERSIGHT', 'OVERSIGHT_OVERDUE', 'SUPERVISION_OVERDUE'])
	);
	await signedBy(cast.MARYAM, sessionId);
	expect(await standing()).toEqual(['BELOW_EXPERIENCE', 'TRAINING_GAP']);
	const session = await as(cast.BEN, (tx) => sessionOnFile(tx, sessionId));
	expect(session).toMatchObject({
		noteState: 'signed',
		supervisorSignedOn: TODAY,
		practitionerSignedOn: null
	});
	expect(await signedBy(cast.BEN, sessionId)).toEqual({ done: true });
	const signOffs = await as(cast.BEN, (tx) => signOffsOf(tx, sessionId));
	expect(signOffs.map(({ as: whose }) => whose)).toEqual(['supervisor', 'practitioner']);
	expect(new Set(signOffs.map(({ digest }) => digest)).size).toBe(1);
	expect(signOffs[0]?.digest).toMatch(/^[0-9a-f]{64}$/);
});

test('only what was written about stays in the note, and disagreement closes it and stays readable', async () => {
	const sessionId = await started(cast.MARYAM);
	await written(sessionId);
	await as(cast.BEN, (tx, by) => proposeNote(tx, by, sessionId));
	const proposed = await as(cast.BEN, (tx) => discussionsOf(tx, sessionId));
	expect(proposed.map(({ reference }) => reference)).toEqual([MIRA]);
	await signedBy(cast.MARYAM, sessionId);
	await signedBy(cast.BEN, sessionId, 'I asked for a co-worker and that is missing.');
	const page = await as(cast.BEN, (tx, by) => sessionPage(tx, by, sessionId, null));
	expect(page?.state).toBe('closed');
	expect(page?.signOffs[1]).toMatchObject({ disagreement: 'I asked for a co-worker and that is missing.' });
});

test('steps out of turn are refused, and a step taken twice is taken once', async () => {
	const sessionId = await started(cast.MARYAM);
	expect(await as(cast.BEN, (tx, by) => proposeNote(tx, by, sessionId))).toEqual({
		refused: 'NOTHING_WRITTEN'
	});
	await written(sessionId);
	expect(await signedBy(cast.MARYAM, sessionId)).toEqual({ refused: 'NOT_PROPOSED' });
	await as(cast.BEN, (tx, by) => proposeNote(tx, by, sessionId));
	expect(await as(cast.MARYAM, (tx, by) => proposeNote(tx, by, sessionId))).toEqual({ done: true });
	expect(await signedBy(cast.BEN, sessionId)).toEqual({ refused: 'SUPERVISOR_SIGNS_FIRST' });
	expect(await signedBy(cast.RUTH, sessionId)).toEqual({ refused: 'NOT_A_PARTY' });
	expect(await signedBy(cast.LEO, sessionId)).toEqual({ refused: 'ABSENT' });
	expect(await as(cast.MARYAM, (tx, by) => sendNoteBack(tx, by, sessionId))).toEqual({ done: true });
	await as(cast.BEN, (tx, by) => proposeNote(tx, by, sessionId));
	const page = await as(cast.MARYAM, (tx, by) => sessionPage(tx, by, sessionId, null));
	const signing = { digest: page?.digest ?? '', disagreement: null };
	const answers = await Promise.all(
		Array.from({ length: 10 }, () => as(cast.MARYAM, (tx, by) => signNote(tx, by, sessionId, signing)))
	);
	expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(new Set(['{"done":true}']));
	expect((await audited()).filter((deed) => deed === 'signed supervision_session')).toHaveLength(1);
	expect(await as(cast.BEN, (tx, by) => sendNoteBack(tx, by, sessionId))).toEqual({
		refused: 'ALREADY_SIGNED'
	});
});

test('what was read is what is signed: a text changed meanwhile is not', async () => {
	const sessionId = await started(cast.MARYAM);
	await written(sessionId);
	await as(cast.BEN, (tx, by) => proposeNote(tx, by, sessionId));
	const read = await as(cast.MARYAM, (tx, by) => sessionPage(tx, by, sessionId, null));
	await as(cast.BEN, (tx, by) => sendNoteBack(tx, by, sessionId));
	const text = { ...WRITTEN, decision: 'No further action.' };
	await as(cast.BEN, (tx, by) => saveDiscussion(tx, by, sessionId, idOf(MIRA), { text, edition: 1 }));
	await as(cast.BEN, (tx, by) => proposeNote(tx, by, sessionId));
	const signing = { digest: read?.digest ?? '', disagreement: null };
	expect(await as(cast.MARYAM, (tx, by) => signNote(tx, by, sessionId, signing))).toEqual({
		refused: 'TEXT_CHANGED'
	});
});

test('two who write at once overwrite nothing unseen; whoever is gone has both texts kept', async () => {
	const sessionId = await started(cast.MARYAM);
	const save = (name: string, summary: string, edition: number, meanwhile: 'tell' | 'keep both' = 'tell') =>
		as(name, (tx, by) =>
			saveDiscussion(tx, by, sessionId, idOf(MIRA), { text: { ...WRITTEN, summary }, edition }, meanwhile)
		);
	expect(await save(cast.BEN, 'Ben saw her.', 0)).toMatchObject({ edition: 1 });
	expect(await save(cast.MARYAM, 'Maryam read the file.', 0)).toMatchObject({
		stored: { edition: 1, text: { summary: 'Ben saw her.' } }
	});
	expect(await save(cast.BEN, 'Ben saw her.', 0)).toMatchObject({ edition: 1, changed: false });
	expect(await save(cast.MARYAM, 'Maryam read the file.', 0, 'keep both')).toMatchObject({ edition: 2 });
	const [mira] = (await as(cast.BEN, (tx) => discussionsOf(tx, sessionId))).filter(
		({ reference }) => reference === MIRA
	);
	expect(mira?.summary).toBe('Ben saw her.\n\nMaryam read the file.');
	expect(await save(cast.BEN, 'A save before this one never came.', 3)).toMatchObject({ edition: 3 });
});

test('in a thousand saves of three windows nothing is overwritten unseen, and every accepted text is current or in history', async () => {
	const sessionId = await started(cast.MARYAM);
	const seen = [0, 0, 0];
	const acknowledged: number[] = [];
	const accepted: string[] = [];
	let drawn = 7;
	const draw = (below: number) => (drawn = (drawn * 16807) % 2147483647) % below;
	for (let round = 0; round < 334; round++) {
		const order = draw(2) === 0 ? [0, 1, 2] : [2, 0, 1];
		const answers = await Promise.all(
			order.map((tab) =>
				as(tab === 0 ? cast.MARYAM : cast.BEN, (tx, by) =>
					savePersonalNote(tx, by, sessionId, { text: `${round} of ${tab}`, edition: seen[tab] ?? 0 })
				)
			)
		);
		for (const [place, answer] of answers.entries()) {
			const tab = order[place] ?? 0;
			if ('edition' in answer) {
				acknowledged.push(answer.edition);
				accepted.push(`${round} of ${tab}`);
				seen[tab] = answer.edition;
			} else if ('stored' in answer) seen[tab] = answer.stored.edition;
			else throw new Error(answer.refused);
		}
	}
	expect(new Set(acknowledged).size).toBe(acknowledged.length);
	expect(Math.max(...acknowledged)).toBe(acknowledged.length);
	const kept = await as(cast.MARYAM, async (tx, by) => {
		const page = await sessionPage(tx, by, sessionId, 'personal');
		const earlier = await earlierShown(tx, sessionId, 'personal');
		const current = page?.personal && page.personal !== 'closed' ? page.personal.text : '';
		return [current, ...earlier.flatMap(({ fields }) => fields?.map(({ text }) => text) ?? [])];
	});
	expect(accepted.filter((text) => !kept.some((each) => each.includes(text)))).toEqual([]);
	expect(kept.length).toBeLessThanOrEqual(accepted.length);
}, 120_000);

test('what a save takes out of a draft can be read and put back by the two, and goes once both have signed', async () => {
	const sessionId = await started(cast.MARYAM);
	const caseId = idOf(MIRA);
	const save = (text: DiscussionText, edition: number) =>
		as(cast.BEN, (tx, by) => saveDiscussion(tx, by, sessionId, caseId, { text, edition }));
	const earlier = (name: string, part: { caseId: string } | 'personal') =>
		as(name, (tx) => earlierShown(tx, sessionId, part));
	await save(WRITTEN, 0);
	await save({ ...WRITTEN, analysis: `${WRITTEN.analysis} And he knows it.` }, 1);
	expect(await earlier(cast.BEN, { caseId })).toEqual([]);
	await save({ ...WRITTEN, analysis: '' }, 2);
	const [kept] = await earlier(cast.MARYAM, { caseId });
	const text = kept?.fields?.find(({ label }) => label === 'Analysis')?.text;
	expect(text).toBe(`${WRITTEN.analysis} And he knows it.`);
	for (const [edition, words] of [
		[0, 'Sleeping badly.'],
		[1, 'Better now.']
	] as const)
		await as(cast.MARYAM, (tx, by) => savePersonalNote(tx, by, sessionId, { text: words, edition }));
	expect((await earlier(cast.BEN, 'personal')).map(({ fields }) => fields?.[0]?.text)).toEqual([
		'Sleeping badly.'
	]);
	for (const name of [cast.RUTH, cast.DIANA, cast.OWEN, cast.AISHA]) {
		expect([name, await earlier(name, { caseId })]).toEqual([name, []]);
		expect([name, await earlier(name, 'personal')]).toEqual([name, []]);
	}
	const put = (name: string, edition: number) =>
		as(name, (tx, by) => putBack(tx, by, { sessionId, part: caseId }, { id: kept?.id ?? '', edition }));
	expect(await put(cast.RUTH, 3)).toEqual({ refused: 'ABSENT' });
	expect(await put(cast.BEN, 1)).toMatchObject({ stored: { edition: 3, text: { analysis: '' } } });
	expect(await put(cast.BEN, 3)).toMatchObject({ edition: 4, changed: true });
	const written = await as(cast.BEN, (tx) => discussionsOf(tx, sessionId));
	expect(written.find((each) => each.caseId === caseId)?.analysis).toBe(text);
	await as(cast.BEN, (tx, by) => proposeNote(tx, by, sessionId));
	for (const name of [cast.MARYAM, cast.BEN]) {
		expect(await earlier(name, { caseId })).not.toEqual([]);
		const page = await as(name, (tx, by) => sessionPage(tx, by, sessionId, 'whole'));
		const signing = { digest: page?.digest ?? '', disagreement: null };
		expect(await as(name, (tx, by) => signNote(tx, by, sessionId, signing))).toEqual({ done: true });
	}
	const [left] = await database.client`
		select count(*)::int as rows from earlier_texts where session_id = ${sessionId}`;
	expect(left?.['rows']).toBe(0);
});

test('the text that is proposed, signed or closed cannot be changed by SQL as the application role', async () => {
	const draft = await started(cast.RUTH);
	const sessionId = await started(cast.MARYAM);
	await written(sessionId);
	const attempts = [
		`update case_discussions set decision = 'Close the case.' where session_id = '${sessionId}'`,
		`update case_discussions set session_id = '${draft}' where session_id = '${sessionId}' and case_id = '${idOf(MIRA)}'`,
		`delete from case_discussions where session_id = '${sessionId}'`,
		`insert into case_discussions (session_id, case_id) values ('${sessionId}', '${idOf(SAM)}')`,
		`update personal_notes set sealed = '' where session_id = '${sessionId}'`,
		`update personal_notes set session_id = '${draft}' where session_id = '${sessionId}'`,
		`delete from personal_notes where session_id = '${sessionId}'`,
		`delete from supervision_sessions where id = '${sessionId}'`,
		`truncate case_discussions`,
		`truncate personal_notes`
	];
	const once = [
		`update supervision_sessions set note_state = 'draft' where id = '${sessionId}'`,
		`update supervision_sessions set note_state = null where id = '${sessionId}'`,
		`update supervision_sessions set held_on = '2026-11-01' where id = '${sessionId}'`,
		`update supervision_sessions set supervisor_signed_on = null where id = '${sessionId}'`,
		`update supervision_sessions set superseded_at = now() where id = '${sessionId}'`,
		`update sign_offs set digest = ''`,
		`delete from sign_offs`
	];
	const changedBy = async (attempt: string) =>
		as(cast.MARYAM, (tx) => tx.execute(attempt)).then(
			() => [attempt],
			() => []
		);
	const stands = async () =>
		database.client`select d.*, n.sealed, s.note_state from case_discussions d
			join supervision_sessions s on s.id = d.session_id left join personal_notes n on n.session_id = s.id
			where d.session_id = ${sessionId} order by d.id`;
	const tryAll = async (all: string[]) => (await Promise.all(all.map(changedBy))).flat();

	expect(
		await changedBy(`update case_discussions set decision = decision where session_id = '${sessionId}'`)
	).toHaveLength(1);
	await as(cast.BEN, (tx, by) => proposeNote(tx, by, sessionId));
	const fixed = await stands();
	expect(await tryAll(attempts)).toEqual([]);
	await signedBy(cast.MARYAM, sessionId);
	expect(await tryAll([...attempts, ...once])).toEqual([]);
	await signedBy(cast.BEN, sessionId);
	expect(await tryAll([...attempts, ...once])).toEqual([]);
	const now = await stands();
	const texts = (rows: typeof now) => rows.map((row) => `${row['decision']} ${row['sealed']}`);
	expect(texts(now)).toEqual(texts(fixed));
	expect(now.every((row) => row['note_state'] === 'closed')).toBe(true);
});

async function isWaited(client: typeof database.client): Promise<boolean> {
	const [row] = await client`select exists (
		select from pg_locks l join pg_stat_activity a on a.pid = l.pid
		where not l.granted and a.datname = current_database()) as waited`;
	return row?.['waited'] === true;
}

test('a proposal waits for the save under way, and no save comes after it', async () => {
	const sessionId = await started(cast.MARYAM);
	await written(sessionId);
	let letGo = () => {};
	const held = new Promise<void>((resolve) => (letGo = resolve));
	let inside = () => {};
	const writing = new Promise<void>((resolve) => (inside = resolve));
	const saving = as(cast.BEN, async (tx, by) => {
		const text = { ...WRITTEN, decision: 'Changed at the last moment.' };
		const saved = await saveDiscussion(tx, by, sessionId, idOf(MIRA), { text, edition: 1 });
		inside();
		await held;
		return saved;
	});
	await writing;
	const proposing = as(cast.MARYAM, (tx, by) => proposeNote(tx, by, sessionId));
	while (!(await isWaited(database.client))) await new Promise((resolve) => setTimeout(resolve, 10));
	letGo();
	expect(await saving).toMatchObject({ edition: 2 });
	expect(await proposing).toEqual({ done: true });
	const text = { ...WRITTEN, decision: 'Too late.' };
	expect(
		await as(cast.BEN, (tx, by) => saveDiscussion(tx, by, sessionId, idOf(MIRA), { text, edition: 2 }))
	).toEqual({ refused: 'TEXT_IS_FIXED' });
});

test('a draft is there after the server is killed with -9: every acknowledged save, and none in half', async () => {
	const sessionId = await started(cast.BEN);
	const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'writing.ts')], {
		env: {
			...process.env,
			DATABASE_URL: database.url,
			WRITER: JSON.stringify(asker(cast.BEN)),
			SESSION: sessionId,
			CASE: idOf(MIRA)
		},
		stdio: ['ignore', 'pipe', 'inherit']
	});
	const ended = new Promise<NodeJS.Signals | null>((resolve) =>
		child.once('exit', (_, signal) => resolve(signal))
	);
	let acknowledged = 0;
	for await (const line of createInterface(child.stdout)) {
		acknowledged = Number(line);
		if (acknowledged === 25) child.kill('SIGKILL');
	}
	expect(await ended).toBe('SIGKILL');
	expect(acknowledged).toBeGreaterThanOrEqual(25);
	const page = await as(cast.BEN, (tx, by) => sessionPage(tx, by, sessionId, 'personal'));
	const mira = page?.cases.find(({ reference }) => reference === MIRA);
	expect(mira?.edition).toBeGreaterThanOrEqual(acknowledged);
	expect(mira?.summary).toMatch(
		new RegExp(`^What she said, version ${mira?.edition}\\. (She named the dog first\\. ){40}$`)
	);
	expect(page?.personal).toMatchObject({ text: mira?.summary, edition: mira?.edition });
	await as(cast.MARYAM, (tx, by) => proposeNote(tx, by, sessionId));
	expect(await signedBy(cast.MARYAM, sessionId)).toEqual({ done: true });
	expect(await signedBy(cast.BEN, sessionId)).toEqual({ done: true });
}, 60_000);

test('a personal note reaches the two and the supervisor’s own supervisor, and each opening is written down', async () => {
	const sessionId = await started(cast.MARYAM);
	await written(sessionId);
	const shown = (name: string) =>
		as(name, async (tx, by) => (await sessionPage(tx, by, sessionId, 'personal'))?.personal ?? null);
	for (const name of [cast.BEN, cast.MARYAM, cast.RUTH])
		expect(await shown(name)).toMatchObject({ text: 'Sleeping badly.' });
	for (const name of [cast.DIANA, cast.OWEN, cast.AISHA, cast.LEO]) expect(await shown(name)).toBeNull();
	const reads = (await audited()).filter((deed) => deed === 'read personal_note');
	expect(reads).toHaveLength(3);
	const seen = await Promise.all(
		[...people.keys()].map((name) =>
			as(name, async (tx) => (await tx.execute(`select sealed from personal_notes`)).length)
		)
	);
	expect([...people.keys()].filter((_, place) => seen[place] === 1)).toEqual([
		cast.BEN,
		cast.MARYAM,
		cast.RUTH
	]);
	const [row] = await database.client`select sealed from personal_notes`;
	expect(Buffer.from(String(row?.['sealed']), 'base64').includes('Sleeping')).toBe(false);
	const [kept] =
		await database.client`select count(*)::int as rows from audit where audit::text ilike '%sleeping%'`;
	expect(kept?.['rows']).toBe(0);
});

test('somebody else’s note is refused to those who may read it, and absent for the rest', async () => {
	const sessionId = await started(cast.MARYAM);
	const save = (name: string) =>
		as(name, (tx, by) => savePersonalNote(tx, by, sessionId, { text: 'Mine now.', edition: 0 }));
	expect(await save(cast.RUTH)).toEqual({ refused: 'NOT_A_PARTY' });
	expect(await save(cast.DIANA)).toEqual({ refused: 'NOT_A_PARTY' });
	expect(await save(cast.LEO)).toEqual({ refused: 'ABSENT' });
});

test('the agenda takes cases the practitioner leads and gives back those without words', async () => {
	const sessionId = await started(cast.MARYAM);
	expect(await as(cast.BEN, (tx, by) => addCases(tx, by, sessionId, [idOf(SAM)]))).toEqual({
		refused: 'NOT_ON_AGENDA'
	});
	expect(await as(cast.BEN, (tx, by) => removeCase(tx, by, sessionId, idOf(JONAH)))).toEqual({
		removed: true
	});
	expect(await as(cast.BEN, (tx, by) => addCases(tx, by, sessionId, [idOf(JONAH)]))).toEqual({ added: true });
	expect(await as(cast.BEN, (tx, by) => removeCase(tx, by, sessionId, idOf(ELLIE)))).toEqual({
		removed: true
	});
	expect(await as(cast.BEN, (tx, by) => addCases(tx, by, sessionId, 'all'))).toEqual({ added: true });
	const agenda = await as(cast.BEN, (tx) => discussionsOf(tx, sessionId));
	expect(agenda.map(({ reference }) => reference)).toEqual([ELLIE, JONAH, MIRA].sort());
	await written(sessionId);
	expect(await as(cast.BEN, (tx, by) => removeCase(tx, by, sessionId, idOf(MIRA)))).toEqual({
		refused: 'NOT_EMPTY'
	});
});

test('an empty draft can be discarded; one with words cannot', async () => {
	const empty = await started(cast.MARYAM);
	await as(cast.MARYAM, (tx, by) =>
		describeSession(tx, by, empty, { heldOn: '2026-11-19', minutes: 95, interrupted: false })
	);
	expect(await as(cast.MARYAM, (tx, by) => discardDraft(tx, by, empty))).toEqual({ discarded: true });
	expect(await as(cast.MARYAM, (tx) => sessionOnFile(tx, empty))).toBeNull();
	expect(await audited()).toContain('discarded supervision_session');
	const full = await started(cast.MARYAM);
	await written(full);
	expect(await as(cast.MARYAM, (tx, by) => discardDraft(tx, by, full))).toEqual({ refused: 'NOT_EMPTY' });
});

function setNumber(number: string | null) {
	return inContext(database, { actor: 'operator', name: 'test', today: TODAY }, (tx) =>
		tx.execute(sql`update practitioners set swe_number = ${number} where id = ${idOf(cast.MARYAM)}`)
	);
}

test('the supervisor who signs counts only where they manage practice and are registered', async () => {
	await setNumber(null);
	const sessionId = await started(cast.MARYAM);
	await written(sessionId);
	const page = await as(cast.MARYAM, (tx, by) => sessionPage(tx, by, sessionId, null));
	await setNumber('SW-maryam');
	expect(page?.supervisorNote).toBe('registration not recorded');
	expect(page?.cases.find(({ reference }) => reference === MIRA)?.notCounting).toMatch(/registration/);
});

test('a planned session is held now as a draft, and discarding it leaves it planned', async () => {
	const plannedId = randomUUID();
	await database.client`insert into supervision_sessions (id, source, reference, practitioner_id, supervisor_id, planned_on, recorded_on)
		values (${plannedId}, 'native', 'planned', ${idOf(cast.AISHA)}, ${idOf(cast.MARYAM)}, '2026-11-23', '2026-11-02')`;
	expect(await as(cast.LEO, (tx, by) => holdPlanned(tx, by, plannedId))).toEqual({ refused: 'ABSENT' });
	expect(await as(cast.MARYAM, (tx, by) => holdPlanned(tx, by, plannedId))).toEqual({ sessionId: plannedId });
	expect(await as(cast.AISHA, (tx) => sessionOnFile(tx, plannedId))).toMatchObject({
		noteState: 'draft',
		heldOn: TODAY,
		plannedOn: '2026-11-23'
	});
	await as(cast.AISHA, (tx, by) => discardDraft(tx, by, plannedId));
	expect(await as(cast.AISHA, (tx) => sessionsOf(tx, idOf(cast.AISHA)))).toEqual([
		expect.objectContaining({ noteState: null, heldOn: null, reference: 'planned', plannedOn: '2026-11-23' })
	]);
});
