import { randomBytes, randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addDays } from '#lib/domain/calendar.ts';
import type { DiscussionText } from '#lib/domain/supervision-note.ts';
import { DEFAULT_POLICY } from '#lib/domain/policy.ts';
import { drawSample } from '#lib/domain/quality.ts';
import { inContext, type Transaction } from '#lib/server/store/database.ts';
import { eligibleDiscussions, readings, samples } from '#lib/server/store/quality.ts';
import { keptOfLeavers } from '#lib/server/store/retention.ts';
import { sessionOnFile } from '#lib/server/store/supervision.ts';
import {
	addAddendum,
	lateInCaseSystem,
	tickCaseSystem,
	untickCaseSystem
} from '#lib/server/work/after-signing.ts';
import { addAgendaItem, removeAgendaItem } from '#lib/server/work/agenda-items.ts';
import {
	discardDraft,
	proposeNote,
	saveDiscussion,
	savePersonalNote,
	signNote,
	startSession
} from '#lib/server/work/hold-supervision.ts';
import { carryForward } from '#lib/server/work/carry-forward.ts';
import { agreeAction, changeAction } from '#lib/server/work/keep-action.ts';
import { giveReason, openingsShown } from '#lib/server/work/own-record.ts';
import {
	drawForQuality,
	feedbackOfLate,
	keepReading,
	qualityPage,
	readingPage
} from '#lib/server/work/read-for-quality.ts';
import { keysInUse, RENEWING_BEGINS, renewSome } from '#lib/server/work/renew-seals.ts';
import { chooseRetention, retentionPage } from '#lib/server/work/retention.ts';
import { sessionPage } from '#lib/server/work/supervision-page.ts';
import * as cast from '../cast.ts';
import { member } from './accounts.ts';
import { TODAY, worldWith, type Somebody, type World } from './world.ts';

const [FIRST_KEY, SECOND_KEY] = [randomBytes(32), randomBytes(32)].map((key) => key.toString('base64'));
process.env['COUNTERSIGN_NOTE_KEYS'] = `1:${FIRST_KEY}`;

const SAM = 'C-SAM';
const PERSONAL = 'The move unsettles him more than he lets on.';
const WRITTEN: DiscussionText = {
	summary: 'Sam was seen at school.',
	analysis:
		'He is calmer since his aunt moved in, and nobody has asked yet what happens when she leaves again.',
	livedExperience: 'He keeps a bag packed under his bed.',
	decision: 'Ask his aunt how long she stays.'
};

let world: World;
type Principal = <Answer>(work: (tx: Transaction, by: Somebody) => Promise<Answer>) => Promise<Answer>;

beforeAll(async () => {
	world = await worldWith(
		cast.openCase(SAM, '2026-06-01'),
		cast.kind(SAM, 'child_in_need', '2026-06-01'),
		cast.lead(SAM, cast.TOMAS, '2026-06-01')
	);
});

afterAll(() => world.close());

/** The principal social worker, whose account stands for no practitioner. */
async function principalOf({ database }: World): Promise<Principal> {
	const { accountId } = await member(database, 'principal_social_worker');
	const by: Somebody = { accountId, practitionerId: '', role: 'principal_social_worker', today: TODAY };
	return (work) => inContext(database, { actor: 'person', accountId, today: TODAY }, (tx) => work(tx, by));
}

/** A session that Maryam holds with Tomas, written and proposed, signed by as many of them as named. */
async function held(...signing: string[]): Promise<string> {
	const superviseeId = world.idOf(cast.TOMAS);
	const sessionId = await world.as(cast.MARYAM, async (tx, by) => {
		const started = await startSession(tx, by, { key: randomUUID(), superviseeId });
		if ('refused' in started) throw new Error(started.refused);
		const id = started.sessionId;
		await saveDiscussion(tx, by, id, world.idOf(SAM), { text: WRITTEN, edition: 0 });
		await savePersonalNote(tx, by, id, { text: 'Not this.', edition: 0 });
		await savePersonalNote(tx, by, id, { text: PERSONAL, edition: 1 });
		return id;
	});
	if (signing.length > 0) await world.as(cast.MARYAM, (tx, by) => proposeNote(tx, by, sessionId));
	for (const name of signing)
		await world.as(name, async (tx, by) => {
			const page = await sessionPage(tx, by, sessionId, 'whole');
			const answer = await signNote(tx, by, sessionId, { digest: page?.digest ?? '', disagreement: null });
			expect(answer).toEqual({ done: true });
		});
	return sessionId;
}

const shown = (name: string, sessionId: string, today = TODAY) =>
	world.as(name, (tx, by) => sessionPage(tx, by, sessionId, 'whole'), today);

test('what is added after signing stands beside the text, dated and with its digest, and the signed text still verifies', async () => {
	const sessionId = await held(cast.MARYAM);
	const caseId = world.idOf(SAM);
	const add = (name: string, words: string, about: string | null, key = randomUUID()) =>
		world.as(name, (tx, by) => addAddendum(tx, by, sessionId, { key, caseId: about, words }));
	const key = randomUUID();
	const answers = await Promise.all(
		Array.from({ length: 50 }, () => add(cast.TOMAS, 'His aunt stays until Easter.', caseId, key))
	);
	expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(new Set(['{"added":true}']));
	await add(cast.MARYAM, 'We talked again on Monday.', null);
	expect(await add(cast.TOMAS, '  ', caseId)).toEqual({ refused: 'NO_WORDS' });
	expect(await add(cast.TOMAS, 'Elsewhere.', randomUUID())).toEqual({ refused: 'NOT_ON_AGENDA' });
	expect(await add(cast.RUTH, 'From above.', caseId)).toEqual({ refused: 'NOT_A_PARTY' });
	expect(await add(cast.OWEN, 'From beside.', caseId)).toEqual({ refused: 'ABSENT' });

	const page = await shown(cast.TOMAS, sessionId);
	expect(page?.cases[0]?.addenda).toEqual([
		expect.objectContaining({
			words: 'His aunt stays until Easter.',
			as: 'practitioner',
			writtenOn: TODAY,
			verified: true
		})
	]);
	expect(page?.personalAddenda).toMatchObject([{ words: 'We talked again on Monday.', verified: true }]);
	expect(page?.signOffs).toMatchObject([{ as: 'supervisor', verified: true }]);
	expect(page?.cases[0]?.forCaseSystem).toContain('His aunt stays until Easter.');
	expect(page?.cases[0]?.forCaseSystem).not.toMatch(/Monday|unsettles/);
	const audited = await world.database.client`
		select entity, digest from audit where action = 'added to' and entity_id = ${sessionId} order by id`;
	expect(audited.map(({ entity }) => String(entity))).toEqual(['case_discussion', 'personal_note']);
	expect(audited.every(({ digest }) => /^[0-9a-f]{64}$/.test(String(digest)))).toBe(true);
});

test('before the supervisor has signed nothing is added, for the text itself can be changed', async () => {
	const sessionId = await held();
	const add = () =>
		world.as(cast.TOMAS, (tx, by) =>
			addAddendum(tx, by, sessionId, { key: randomUUID(), caseId: null, words: 'Too early.' })
		);
	expect(await add()).toEqual({ refused: 'NOT_SIGNED_BY_SUPERVISOR' });
	await world.as(cast.MARYAM, (tx, by) => proposeNote(tx, by, sessionId));
	expect(await add()).toEqual({ refused: 'NOT_SIGNED_BY_SUPERVISOR' });
});

test('an addendum, a reason and what is signed cannot be changed or deleted by SQL as the application role', async () => {
	const sessionId = await held(cast.MARYAM, cast.TOMAS);
	await world.as(cast.TOMAS, (tx, by) =>
		addAddendum(tx, by, sessionId, { key: randomUUID(), caseId: null, words: 'Added.' })
	);
	const refused = async (name: string, statement: string) =>
		world
			.as(name, (tx) => tx.execute(statement))
			.then(
				(rows) => `done to ${rows.count}`,
				() => 'refused'
			);
	for (const statement of [
		`update addenda set words = 'Other.' where session_id = '${sessionId}'`,
		`update addenda set sealed = 'x', key_version = 9 where session_id = '${sessionId}'`,
		`delete from addenda where session_id = '${sessionId}'`,
		`truncate addenda`,
		`update note_reasons set reason = ''`,
		`delete from note_reasons`,
		`insert into addenda (form_key, session_id, sealed, key_version, practitioner_id, written_as, digest, written_on)
			values (gen_random_uuid(), '${sessionId}', 'x', 1, '${world.idOf(cast.TOMAS)}', 'practitioner', '', '2026-11-01')`,
		`insert into addenda (form_key, session_id, sealed, key_version, practitioner_id, written_as, digest, written_on)
			values (gen_random_uuid(), '${sessionId}', 'x', 1, '${world.idOf(cast.TOMAS)}', 'practitioner', '', '${TODAY}')`
	])
		expect([statement, await refused(cast.MARYAM, statement)]).toEqual([statement, 'refused']);
	for (const [table, key] of [
		['personal_notes', 'session_id'],
		['case_discussions', 'session_id'],
		['sign_offs', 'session_id'],
		['supervision_sessions', 'id']
	] as const)
		for (const statement of [
			`update ${table} set ${key} = ${key} where ${key} = '${sessionId}'`,
			`delete from ${table} where ${key} = '${sessionId}'`
		]) {
			const outcome = await refused(cast.MARYAM, statement);
			// Saying of a session what it says already changes nothing.
			const harmless = statement.startsWith('update supervision_sessions') ? ['done to 1'] : [];
			expect([statement, ['refused', ...harmless].includes(outcome)]).toEqual([statement, true]);
		}
	expect((await shown(cast.TOMAS, sessionId))?.signOffs.map(({ verified }) => verified)).toEqual([
		true,
		true
	]);
});

async function pastEveryGuard(
	sessionId: string,
	changed: { decision: string; added: string }
): Promise<void> {
	const guarded = ['case_discussions', 'addenda'];
	await world.database.client.begin(async (owner) => {
		for (const table of guarded) await owner`alter table ${owner(table)} disable trigger user`;
		await owner`update case_discussions set decision = ${changed.decision} where session_id = ${sessionId}`;
		await owner`update addenda set words = ${changed.added} where session_id = ${sessionId}`;
		for (const table of guarded) await owner`alter table ${owner(table)} enable trigger user`;
	});
}

test('a signed text that the owner of the database changed past every guard no longer verifies', async () => {
	const sessionId = await held(cast.MARYAM);
	await world.as(cast.TOMAS, (tx, by) =>
		addAddendum(tx, by, sessionId, { key: randomUUID(), caseId: world.idOf(SAM), words: 'It was asked.' })
	);
	await pastEveryGuard(sessionId, { decision: 'Close it.', added: 'It was not asked.' });
	const page = await shown(cast.TOMAS, sessionId);
	expect(page?.signOffs.map(({ verified }) => verified)).toEqual([false]);
	expect(page?.cases[0]?.addenda.map(({ verified }) => verified)).toEqual([false]);
});

test('rotating seals every personal text with the newest key, and the old key is needed no more', async () => {
	const draft = await held();
	await world.as(cast.TOMAS, (tx, by) =>
		addAgendaItem(tx, by, draft, { key: randomUUID(), words: 'The rota.' })
	);
	const before = process.env['COUNTERSIGN_NOTE_KEYS'];
	process.env['COUNTERSIGN_NOTE_KEYS'] = `${before},2:${SECOND_KEY}`;
	try {
		const inUse = () => world.operator((tx) => keysInUse(tx));
		const [first] = await inUse();
		expect(first?.texts).toBeGreaterThan(3);
		let so = RENEWING_BEGINS;
		while (so.after !== null) {
			const from = so;
			so = await world.operator((tx) => renewSome(tx, 'test', from));
		}
		expect(so).toMatchObject({ renewed: first?.texts, cannotOpen: 0 });
		expect(await inUse()).toEqual([
			{ version: 1, here: true, newest: false, texts: 0 },
			{ version: 2, here: true, newest: true, texts: first?.texts ?? 0 }
		]);
		const page = await shown(cast.TOMAS, draft);
		expect(page?.personal).toMatchObject({ text: PERSONAL });
		expect(page?.items.map(({ words }) => words)).toEqual(['The rota.']);
		expect(await world.operator((tx) => renewSome(tx, 'test', RENEWING_BEGINS))).toMatchObject({
			renewed: 0
		});
		process.env['COUNTERSIGN_NOTE_KEYS'] = `3:${randomBytes(32).toString('base64')}`;
		expect(await world.operator((tx) => renewSome(tx, 'test', RENEWING_BEGINS))).toMatchObject({
			renewed: 0,
			cannotOpen: first?.texts
		});
	} finally {
		process.env['COUNTERSIGN_NOTE_KEYS'] = `${before},2:${SECOND_KEY}`;
	}
	const asPerson = world.as(cast.MARYAM, (tx) => tx.execute(`select * from sealed_before(9, '${draft}', 5)`));
	await expect(asPerson).rejects.toThrow();
	const [seen] = await world.operator((tx) =>
		tx.execute(`select count(*)::int as notes from personal_notes`)
	);
	expect(seen?.['notes']).toBe(0);
	await expect(
		world.as(cast.MARYAM, (tx) => tx.execute(`select renew_seals('personal_note', '{}', '{}', '{}', 9)`))
	).rejects.toThrow();
});

async function supervisedBy(supervisor: string): Promise<void> {
	await world.operator((tx) =>
		tx.execute(
			sql`update postings set supervisor_id = ${world.idOf(supervisor)}
				where practitioner_id = ${world.idOf(cast.TOMAS)} and superseded_at is null`
		)
	);
}

test('a new supervisor reads an earlier personal note only with a reason, for that day, and its subject sees both', async () => {
	const sessionId = await held(cast.MARYAM, cast.TOMAS);
	await supervisedBy(cast.OWEN);
	try {
		expect(await shown(cast.OWEN, sessionId)).toMatchObject({ personal: null, mayGiveReason: true });
		const give = (name: string, reason: string) =>
			world.as(name, (tx, by) => giveReason(tx, by, sessionId, reason));
		expect(await give(cast.OWEN, 'why not')).toEqual({ refused: 'NO_REASON' });
		expect(await give(cast.RUTH, 'I should like to read along.')).toEqual({ refused: 'NOT_A_PARTY' });
		expect(await give(cast.AISHA, 'I should like to read along.')).toEqual({ refused: 'ABSENT' });
		const reason = 'He asked me to take up the agreement about late starts.';
		expect(await give(cast.OWEN, reason)).toEqual({ given: true });
		expect(await shown(cast.OWEN, sessionId)).toMatchObject({
			personal: { text: PERSONAL },
			readsAs: 'with a reason',
			mayGiveReason: false
		});
		expect(await shown(cast.OWEN, sessionId, addDays(TODAY, 1))).toMatchObject({ personal: null });
		const [latest] = (await world.as(cast.TOMAS, (tx, by) => openingsShown(tx, by))).filter(
			({ what }) => what === 'Personal note of 20 Nov 2026'
		);
		expect(latest).toMatchObject({
			who: cast.OWEN,
			as: 'your supervisor today, who gave a reason',
			reason,
			sessionId
		});
	} finally {
		await supervisedBy(cast.MARYAM);
	}
	expect(await shown(cast.OWEN, sessionId)).toBeNull();
	expect(await shown(cast.MARYAM, sessionId)).toMatchObject({ personal: { text: PERSONAL } });
});

test('each opening of a personal note is listed for its subject, with who and as whom, and for nobody else', async () => {
	const sessionId = await held(cast.MARYAM);
	await shown(cast.RUTH, sessionId);
	await shown(cast.TOMAS, sessionId);
	const openings = await world.as(cast.TOMAS, (tx, by) => openingsShown(tx, by));
	const own = openings.filter((each) => each.sessionId === sessionId);
	expect(own.map(({ who, what, as }) => [who, what, as])).toEqual([
		[cast.RUTH, 'Personal note of 20 Nov 2026', 'the supervisor’s own supervisor on the day it was held'],
		[cast.RUTH, 'Supervision session of 20 Nov 2026', 'service manager'],
		[cast.MARYAM, 'Personal note of 20 Nov 2026', 'the supervisor of the session']
	]);
	for (const name of [cast.MARYAM, cast.AISHA, cast.DIANA]) {
		const theirs = await world.as(name, (tx, by) => openingsShown(tx, by));
		expect(theirs.filter((each) => each.sessionId === sessionId)).toEqual([]);
	}
});

test('what is not recorded in the case system five working days after signing is shown, until it is ticked', async () => {
	const sessionId = await held(cast.MARYAM);
	const caseId = world.idOf(SAM);
	const lateOn = async (day: string) =>
		(await world.as(cast.TOMAS, (tx, by) => lateInCaseSystem(tx, by), day)).some(
			(each) => each.sessionId === sessionId
		);
	// A Friday; five working days later is the Friday after.
	expect(await lateOn('2026-11-27')).toBe(false);
	expect(await lateOn('2026-11-28')).toBe(true);
	expect((await shown(cast.TOMAS, sessionId, '2026-11-28'))?.cases[0]?.lateInCaseSystemSince).toBe(
		'2026-11-27'
	);
	const tick = (name: string, recordedOn = TODAY) =>
		world.as(name, (tx, by) => tickCaseSystem(tx, by, sessionId, { caseId, recordedOn }));
	expect(await tick(cast.RUTH)).toEqual({ refused: 'NOT_A_PARTY' });
	expect(await tick(cast.TOMAS)).toEqual({ done: true });
	expect(await tick(cast.MARYAM, '2026-11-19')).toEqual({ done: true });
	expect((await shown(cast.MARYAM, sessionId))?.cases[0]?.inCaseSystem).toEqual({
		on: TODAY,
		by: cast.TOMAS
	});
	expect(await lateOn('2026-11-28')).toBe(false);
	await world.as(cast.MARYAM, (tx, by) => untickCaseSystem(tx, by, sessionId, caseId));
	expect(await lateOn('2026-11-28')).toBe(false);
	await world.as(cast.TOMAS, (tx, by) => untickCaseSystem(tx, by, sessionId, caseId));
	expect(await lateOn('2026-11-28')).toBe(true);
});

test('both put things on the agenda beforehand, each takes off their own, and nobody else reads them', async () => {
	const sessionId = randomUUID();
	await world.database
		.client`insert into supervision_sessions (id, source, reference, practitioner_id, supervisor_id, planned_on, recorded_on)
		values (${sessionId}, 'native', 'ahead', ${world.idOf(cast.AISHA)}, ${world.idOf(cast.MARYAM)}, '2026-11-30', '2026-11-02')`;
	const add = (name: string, words: string) =>
		world.as(name, (tx, by) => addAgendaItem(tx, by, sessionId, { key: randomUUID(), words }));
	await add(cast.AISHA, 'Cover in January');
	await add(cast.MARYAM, 'Her practice assessment');
	expect(await add(cast.RUTH, 'Mine')).toEqual({ refused: 'NOT_A_PARTY' });
	expect(await add(cast.OWEN, 'Mine')).toEqual({ refused: 'ABSENT' });
	const page = await shown(cast.AISHA, sessionId);
	expect(page?.items.map(({ words, mine }) => [words, mine])).toEqual([
		['Cover in January', true],
		['Her practice assessment', false]
	]);
	expect((await shown(cast.RUTH, sessionId))?.items).toEqual([]);
	const stored = await world.database.client`select * from agenda_items where session_id = ${sessionId}`;
	expect(JSON.stringify(stored)).not.toMatch(/January|assessment/);
	for (const item of page?.items ?? [])
		await world.as(cast.AISHA, (tx, by) => removeAgendaItem(tx, by, sessionId, item.id));
	expect((await shown(cast.MARYAM, sessionId))?.items.map(({ words }) => words)).toEqual([
		'Her practice assessment'
	]);
});

test('a draft with something on its agenda is not discarded unseen', async () => {
	const sessionId = await world.as(cast.MARYAM, async (tx, by) => {
		const started = await startSession(tx, by, { key: randomUUID(), superviseeId: world.idOf(cast.AISHA) });
		if ('refused' in started) throw new Error(started.refused);
		await addAgendaItem(tx, by, started.sessionId, { key: randomUUID(), words: 'Her leave' });
		return started.sessionId;
	});
	expect(await world.as(cast.MARYAM, (tx, by) => discardDraft(tx, by, sessionId))).toEqual({
		refused: 'NOT_EMPTY'
	});
});

test('an action without an owner or a day keeps the supervisor from signing, and says how to mend it', async () => {
	const sessionId = await held();
	const about = { session: sessionId, case: world.idOf(SAM), oversight: '', person: '' };
	const agree = (description: string, owner: string, dueOn: string) =>
		world.as(cast.MARYAM, (tx, by) =>
			agreeAction(tx, by, about, {
				key: randomUUID(),
				description,
				owner,
				dueOn,
				risk: 'no',
				carriesOn: ''
			})
		);
	const weak = await agree('Ask the school for his attendance', '', '');
	await world.as(cast.MARYAM, (tx, by) => proposeNote(tx, by, sessionId));
	const sign = async () => {
		const page = await shown(cast.MARYAM, sessionId);
		const signing = { digest: page?.digest ?? '', disagreement: null };
		return {
			lacking: page?.lacking,
			answer: await world.as(cast.MARYAM, (tx, by) => signNote(tx, by, sessionId, signing))
		};
	};
	expect(await sign()).toEqual({
		lacking: [
			'“Ask the school for his attendance” has no owner and has no day by which it is done. Choose who does it and give a day, or take the action out, then sign.'
		],
		answer: { refused: 'ACTIONS_LACK' }
	});
	const actionId = typeof weak === 'object' && 'done' in weak ? (weak.done ?? '') : '';
	const page = await shown(cast.MARYAM, sessionId);
	const edition = page?.agreed[0]?.edition ?? '';
	await world.as(cast.MARYAM, (tx, by) =>
		changeAction(tx, by, actionId, {
			key: randomUUID(),
			edition,
			description: 'Ask the school for his attendance',
			owner: world.idOf(cast.TOMAS),
			dueOn: '4 Dec 2026',
			risk: 'no'
		})
	);
	expect(await sign()).toEqual({ lacking: [], answer: { done: true } });
});

test('an action is carried forward in one step, with its words and owner and a new day, and told with how often', async () => {
	const first = await held();
	const caseId = world.idOf(SAM);
	const carry = (sessionId: string, actionId: string) =>
		world.as(cast.MARYAM, (tx, by) =>
			carryForward(tx, by, { key: randomUUID(), sessionId, caseId, actionId })
		);
	const page = () => world.as(cast.MARYAM, (tx, by) => sessionPage(tx, by, first, caseId));
	const standing = (await page())?.standing.find(({ words }) => words.startsWith('Ask the school'));
	expect(standing).toMatchObject({ ownerId: world.idOf(cast.TOMAS), dueOn: '2026-12-04' });
	expect(await carry(first, standing?.actionId ?? '')).toHaveProperty('done');
	const after = await page();
	expect(after?.standing).toEqual([]);
	expect(after?.agreed).toMatchObject([
		{ description: 'Ask the school for his attendance', ownerId: world.idOf(cast.TOMAS), dueOn: '2026-12-18' }
	]);
	expect(await carry(first, randomUUID())).toBe('absent');
});

test('a sample for quality is signed case discussions drawn by a kept seed; its feedback reaches the supervisor alone', async () => {
	await held(cast.MARYAM);
	const asPsw = await principalOf(world);
	const draw = {
		key: randomUUID(),
		from: '1 Nov 2026',
		to: TODAY,
		ofEachTeam: '2',
		reason: 'The quarter’s reading of every team.'
	};
	expect(await asPsw((tx, by) => drawForQuality(tx, by, { ...draw, reason: 'because' }))).toMatchObject({
		refused: [{ field: 'reason' }]
	});
	expect(await world.as(cast.RUTH, (tx, by) => drawForQuality(tx, by, draw))).toEqual({ notYours: true });
	const answers = await Promise.all(
		Array.from({ length: 10 }, () => asPsw((tx, by) => drawForQuality(tx, by, draw)))
	);
	expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(
		new Set([`{"sampleId":"${draw.key}"}`])
	);

	const eligible = await asPsw((tx) => eligibleDiscussions(tx, '2026-11-01', TODAY));
	const kept = await asPsw((tx) => readings(tx, { of: 'sample', sampleId: draw.key }));
	const [sample] = await asPsw((tx) => samples(tx));
	const again = drawSample(eligible, { seed: sample?.seed ?? 0, ofEachTeam: 2 }, () => DEFAULT_POLICY);
	expect(kept.map(({ sessionId, caseId, place }) => [sessionId, caseId, place])).toEqual(
		again.map(({ sessionId, caseId, place }) => [sessionId, caseId, place])
	);
	expect(kept).toHaveLength(2);

	const readingId = kept[0]?.readingId ?? '';
	const page = await asPsw((tx, by) => readingPage(tx, by, draw.key, readingId));
	expect(JSON.stringify(page)).toContain(WRITTEN.livedExperience);
	expect(JSON.stringify(page)).not.toContain(PERSONAL);
	const form: Record<string, string> = {
		edition: '0',
		decision: 'met',
		rationale: 'partly',
		voice: 'met',
		followThrough: 'too_early',
		feedback: 'Say what would change your mind.'
	};
	const mark = () =>
		asPsw((tx, by) =>
			keepReading(
				tx,
				by,
				{ sampleId: draw.key, readingId },
				{ text: (field) => form[field] ?? '', themes: ['heard'] }
			)
		);
	expect(await mark()).toEqual({ saved: true });
	expect(await mark()).toEqual({ saved: true });
	form['feedback'] = 'Another thought.';
	expect(await mark()).toMatchObject({ edition: 1 });

	const sessionId = kept[0]?.sessionId ?? '';
	expect((await shown(cast.MARYAM, sessionId))?.feedback).toMatchObject([
		{ feedback: 'Say what would change your mind.', themes: ['The child is heard in their own words'] }
	]);
	expect(
		(await world.as(cast.MARYAM, (tx, by) => feedbackOfLate(tx, by))).map((each) => each.sessionId)
	).toEqual([sessionId]);
	for (const name of [cast.TOMAS, cast.RUTH, cast.OWEN, cast.DIANA]) {
		expect(await world.as(name, (tx) => tx.execute('select id from quality_readings'))).toHaveLength(0);
		expect((await shown(name, sessionId))?.feedback ?? []).toEqual([]);
	}
	const [team] = (await asPsw((tx, by) => qualityPage(tx, by))).teams;
	expect(team).toMatchObject({
		read: 1,
		met: { decision: '1 of 1', rationale: '0 of 1', followThrough: '–' }
	});
	const refused = await asPsw((tx) => tx.execute('update quality_samples set seed = 1')).then(
		() => 'done',
		() => 'refused'
	);
	expect(refused).toBe('refused');
});

test('when somebody leaves, their record stays with those who could read it', async () => {
	const sessionId = await held(cast.MARYAM, cast.TOMAS);
	await world.operator((tx) =>
		tx.execute(
			sql`update postings set to_on = ${TODAY} where practitioner_id = ${world.idOf(cast.TOMAS)} and superseded_at is null`
		)
	);
	expect(await world.as(cast.MARYAM, (tx) => sessionOnFile(tx, sessionId))).toMatchObject({
		noteState: 'closed'
	});
	expect(await shown(cast.MARYAM, sessionId)).toMatchObject({ personal: { text: PERSONAL } });
	expect(await shown(cast.OWEN, sessionId)).toBeNull();
});

test('what is kept of those who have left is counted and never opened, and nothing is removed by a time that is set', async () => {
	const asPrincipal = await principalOf(world);
	const administrator = await member(world.database, 'administrator');
	const asAdministrator = <Answer>(
		work: (tx: Transaction, by: Somebody & { name: string }) => Promise<Answer>
	) =>
		inContext(world.database, { actor: 'person', accountId: administrator.accountId, today: TODAY }, (tx) =>
			work(tx, { ...administrator, name: 'Olive', practitionerId: '', role: 'administrator', today: TODAY })
		);
	const kept = async () => {
		const [row] = await world.database.client`select (select count(*) from personal_notes)::int as notes,
			(select count(*) from supervision_sessions)::int as sessions, (select count(*) from addenda)::int as added`;
		return row;
	};
	expect(await asAdministrator(retentionPage)).toMatchObject({
		years: null,
		leavers: 0,
		past: [],
		may: false
	});
	await world.operator((tx) =>
		tx.execute(sql`update practitioners set left_on = '2020-11-20' where id = ${world.idOf(cast.TOMAS)}`)
	);
	const before = await kept();
	const form = { key: randomUUID(), years: '6', why: 'The retention schedule of March.' };
	const asGwen = <Answer>(work: (tx: Transaction, by: Somebody & { name: string }) => Promise<Answer>) =>
		asPrincipal((tx, by) => work(tx, { ...by, name: 'Gwen' }));
	expect(await asAdministrator((tx, by) => chooseRetention(tx, by, form))).toBe('not_yours');
	await expect(
		asAdministrator((tx, by) =>
			tx.execute(sql`insert into retention_choices (years, why, set_on, set_by, account_id)
				values (1, 'mine', ${TODAY}, 'Olive', ${by.accountId})`)
		)
	).rejects.toThrow();
	expect(await asGwen((tx, by) => chooseRetention(tx, by, { ...form, years: 'six' }))).toHaveProperty(
		'refused'
	);
	const answers = await Promise.all(
		Array.from({ length: 10 }, () => asGwen((tx, by) => chooseRetention(tx, by, form)))
	);
	expect(new Set(answers)).toEqual(new Set(['done']));
	const page = await asAdministrator(retentionPage);
	expect(page).toMatchObject({ years: 6, leavers: 1, set: [expect.stringContaining('Gwen')] });
	const sessions = await world.database.client`select count(*)::int as of_tomas from supervision_sessions
		where practitioner_id = ${world.idOf(cast.TOMAS)} and superseded_at is null`;
	expect(page.past).toMatchObject([
		{ leftOn: '2020-11-20', pastFrom: TODAY, sessions: Number(sessions[0]?.['of_tomas']) }
	]);
	expect(page.past[0]?.personalNotes).toBeGreaterThan(0);
	expect(JSON.stringify(page)).not.toMatch(/unsettles|bag packed/);
	expect(await kept()).toEqual(before);
	await expect(world.as(cast.MARYAM, (tx) => keptOfLeavers(tx))).rejects.toThrow();
	const [audited] = await world.database
		.client`select count(*)::int as rows from audit where entity = 'retention'`;
	expect(audited?.['rows']).toBe(1);
});
