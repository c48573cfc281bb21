import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { Records, TableName } from '#lib/domain/records.ts';
import { absencesOf } from '#lib/server/store/absences.ts';
import { recordKept } from '#lib/server/store/people.ts';
import { postingsOf } from '#lib/server/store/postings.ts';
import { bringIn } from '#lib/server/work/bring-in.ts';
import { editionOfPostings, savePosting } from '#lib/server/work/change-posting.ts';
import { incomingOf } from '#lib/server/work/fill-demo.ts';
import { saveRecord } from '#lib/server/work/keep-record.ts';
import { saveAbsence } from '#lib/server/work/record-absence.ts';
import { planInWords } from '#lib/intake/plan.ts';
import * as cast from '../cast.ts';
import { TODAY, worldsWith, type World } from './world.ts';

const MONDAY = '2026-11-23';
const HELD: readonly cast.Change[] = [
	cast.openCase('C-1', '2026-03-02'),
	cast.kind('C-1', 'child_protection', '2026-03-02'),
	cast.lead('C-1', cast.TOMAS, '2026-03-02'),
	cast.absence(cast.TOMAS, '2026-11-16')
];

let world: World;
/** What the other system holds, and sends every night. */
let sent: Records;

const open = worldsWith(...HELD);

beforeEach(async () => {
	world = await open();
	sent = cast.given(...HELD);
});

afterEach(() => world.close());

const arrives = (records: Records, complete: TableName[] = [], on: CalendarDate = TODAY) =>
	world.operator(
		(tx) =>
			bringIn(tx, incomingOf(records), {
				by: 'test',
				on,
				apply: true,
				skipBadRows: false,
				complete,
				observedFrom: null
			}),
		on
	);

const written = ({ plan }: Awaited<ReturnType<typeof arrives>>) =>
	planInWords(plan).tables.flatMap(({ table, added, changed, ended, leftOut }) =>
		added + changed + ended + leftOut === 0 ? [] : [{ table, added, changed, ended, leftOut }]
	);

async function movesToOrchardOnMonday(): Promise<void> {
	const rows = await world.operator((tx) => postingsOf(tx, world.idOf(cast.TOMAS)));
	const typed = {
		key: randomUUID(),
		task: 'move',
		posting: '',
		edition: editionOfPostings(rows),
		from: MONDAY,
		to: '',
		lastOn: '',
		team: world.idOf(cast.ORCHARD),
		role: 'practitioner',
		supervisor: world.idOf(cast.OWEN),
		fte: '1',
		agency: '',
		never: '',
		why: ''
	} as const;
	expect(await world.as(cast.RUTH, (tx, by) => savePosting(tx, by, world.idOf(cast.TOMAS), typed))).toBe(
		'done'
	);
}

const postings = async () =>
	(await world.operator((tx) => postingsOf(tx, world.idOf(cast.TOMAS))))
		.filter(({ stands }) => stands)
		.map(({ from, to, teamId }) => ({ from, to, teamId }));

test('a file that only says again what was changed here leaves the change as it is, and says so', async () => {
	await movesToOrchardOnMonday();
	const moved = await postings();
	expect(moved).toHaveLength(2);
	const brought = await arrives(sent);
	expect(brought.plan.problems).toEqual([]);
	expect(written(brought)).toEqual([]);
	expect(planInWords(brought.plan).notes).toContain(
		'1 row only says again what was changed here since: what was recorded here stands.'
	);
	expect(await postings()).toEqual(moved);
});

test('a file that has caught up with the change is nothing new', async () => {
	await movesToOrchardOnMonday();
	const moved = await postings();
	const own = sent.postings.find(({ practitionerId }) => practitionerId === cast.TOMAS);
	if (!own) throw new Error('no posting');
	sent.postings.push({ ...own, teamId: cast.ORCHARD, supervisorId: cast.OWEN, from: MONDAY });
	own.to = MONDAY;
	const brought = await arrives(sent);
	expect(brought.plan.problems).toEqual([]);
	expect(await postings()).toEqual(moved);
});

test('a correction made here outlives the same file, and what is new in a row is taken beside it', async () => {
	const id = world.idOf(cast.TOMAS);
	const detailsOf = async () => {
		const kept = await world.operator((tx) => recordKept(tx, id));
		if (!kept) throw new Error('no record');
		return kept;
	};
	const before = await detailsOf();
	const answer = await world.as(cast.MARYAM, (tx, by) =>
		saveRecord(tx, by, id, {
			key: randomUUID(),
			task: 'registration',
			edition: before.edition,
			sweNumber: before.sweNumber ?? '',
			registeredOn: '2020-02-03',
			checkedOn: '',
			why: 'The register says so.',
			startedOn: '',
			extendedTo: '',
			extendedWhy: '',
			passedOn: '',
			months: '',
			bookedOn: '',
			heldOn: '',
			outcome: '',
			words: ''
		})
	);
	expect(answer).toBe('done');
	expect(written(await arrives(sent))).toEqual([]);
	expect((await detailsOf()).registeredOn).toBe('2020-02-03');

	const row = sent.practitioners.find(({ practitionerId }) => practitionerId === cast.TOMAS);
	if (!row) throw new Error('no practitioner');
	row.email = 'tomas@elsewhere.example';
	expect(written(await arrives(sent))).toEqual([
		{ table: 'practitioners', added: 0, changed: 1, ended: 0, leftOut: 0 }
	]);
	for (const night of ['the next', 'the one after']) {
		expect(written(await arrives(sent)), night).toEqual([]);
		expect((await detailsOf()).registeredOn, night).toBe('2020-02-03');
	}

	row.registeredOn = '2019-12-02';
	await arrives(sent);
	expect((await detailsOf()).registeredOn).toBe('2019-12-02');
	expect(written(await arrives(sent))).toEqual([]);
});

test('a return recorded here stands against a file in which the absence is still open', async () => {
	const id = world.idOf(cast.TOMAS);
	const standing = async () =>
		(await world.as(cast.RUTH, (tx) => absencesOf(tx, id))).filter(({ stands }) => stands);
	const [open] = await standing();
	const typed = {
		key: randomUUID(),
		task: 'return',
		absence: open?.absenceId ?? '',
		edition: open?.edition ?? '',
		reason: '',
		from: '',
		to: TODAY,
		cover: '',
		supervisionCover: '',
		share: '',
		until: ''
	} as const;
	expect(await world.as(cast.MARYAM, (tx, by) => saveAbsence(tx, by, id, typed))).toBe('done');
	expect(written(await arrives(sent))).toEqual([]);
	expect((await standing()).map(({ to }) => to)).toEqual([TODAY]);
	expect(written(await arrives(sent, ['absences']))).toEqual([]);
});
