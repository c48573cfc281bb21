import { randomUUID } from 'node:crypto';
import { addDays, type CalendarDate } from '#lib/domain/calendar.ts';
import { policyOn } from '#lib/domain/policy.ts';
import { drawSample, type QualityFound } from '#lib/domain/quality.ts';
import { remarksOn, type DiscussionText } from '#lib/domain/supervision-note.ts';
import { recordAll } from '#lib/server/audit.ts';
import { seal } from '#lib/server/sealing.ts';
import { insertCaseSystemRecord } from '#lib/server/store/addenda.ts';
import { asAccount, type Transaction } from '#lib/server/store/database.ts';
import { policyVersions } from '#lib/server/store/facts.ts';
import { eligibleDiscussions, insertSample, readings, saveReading } from '#lib/server/store/quality.ts';
import {
	discussionsOf,
	insertSignOff,
	savePersonalNote,
	sessionOnFile
} from '#lib/server/store/supervision.ts';
import { closeWritten, openToWrite, writeDiscussions } from '#lib/server/store/written-notes.ts';
import { digestOf, wholeText } from './hold-supervision.ts';

/** What was written about a session, whose people and cases are named by their references. */
export interface NoteWritten {
	sessionId: string;
	discussions: readonly { caseId: string; summary: string; analysis: string; livedExperience: string }[];
	/** Who writes it down: somebody with an account who may read the personal note. */
	keeperId: string | null;
	personal: string | null;
	/** Whether the keeper, who is then the supervisor, says that the discussions are in the children’s files. */
	inCaseSystem: boolean;
}

/** Whose accounts write: those of practitioners by reference, and of whoever reads for quality. */
export interface Writers {
	accountIds: ReadonlyMap<string, string>;
	readerId: string | null;
}

/** Writes the notes of sessions on file as they were signed, and a sample of them that was read for quality. */
export async function writeNotes(
	tx: Transaction,
	operator: string,
	today: CalendarDate,
	notes: readonly NoteWritten[],
	{ accountIds, readerId }: Writers
): Promise<void> {
	const noteOf = new Map(notes.map((note) => [note.sessionId, note]));
	const opened = await openToWrite(tx, [...noteOf.keys()]);
	await writeDiscussions(
		tx,
		opened.flatMap(({ sessionId, reference }) =>
			(noteOf.get(reference)?.discussions ?? []).map((each) => ({ ...each, sessionId }))
		)
	);
	const digests = new Map<string, string>();
	for (const { sessionId, reference, superviseeId, supervisorId, ...signed } of opened) {
		const { personal = null, keeperId } = noteOf.get(reference) ?? {};
		const keeper = accountIds.get(keeperId ?? '');
		const digest =
			(personal !== null && keeper !== undefined
				? await asAccount(tx, { accountId: keeper, today }, () => withPersonal(tx, sessionId, personal))
				: null) ?? (await digestOfNote(tx, sessionId));
		if (digest === null) throw new Error(`the session ${reference} is not there`);
		const { supervisorSignedOn, practitionerSignedOn } = signed;
		for (const [as, id, signedOn] of [
			['supervisor', supervisorId, supervisorSignedOn],
			['practitioner', superviseeId, practitionerSignedOn]
		] as const)
			await insertSignOff(tx, sessionId, id, { as, digest, disagreement: null, signedOn });
		digests.set(sessionId, digest);
	}
	await closeWritten(
		tx,
		opened.map(({ sessionId }) => sessionId)
	);
	await recordAll(
		tx,
		{ operator },
		[...digests].map(([entityId, digest]) => ({
			action: 'wrote',
			entity: 'supervision_session',
			entityId,
			digest
		}))
	);
	for (const { sessionId, reference, supervisorId, supervisorSignedOn } of opened) {
		const note = noteOf.get(reference);
		const keeper = accountIds.get(note?.keeperId ?? '');
		if (!keeper || !note?.inCaseSystem) continue;
		await asAccount(tx, { accountId: keeper, today }, async () => {
			const session = await sessionOnFile(tx, sessionId);
			if (!session) return;
			for (const { caseId } of await discussionsOf(tx, sessionId))
				await insertCaseSystemRecord(tx, sessionId, {
					caseId,
					recordedOn: supervisorSignedOn,
					practitionerId: supervisorId
				});
		});
	}
	if (readerId !== null)
		await asAccount(tx, { accountId: readerId, today }, () => readSome(tx, readerId, today));
}

/** Seals the personal note first. Null: the session has gone out of the scope of whoever would keep it. */
async function withPersonal(tx: Transaction, sessionId: string, text: string): Promise<string | null> {
	if (!(await sessionOnFile(tx, sessionId))) return null;
	await savePersonalNote(tx, sessionId, seal(text, sessionId), { edition: 0, keeping: false });
	return digestOfNote(tx, sessionId);
}

/** Null: the session is not in the scope of who asks. */
async function digestOfNote(tx: Transaction, sessionId: string): Promise<string | null> {
	const session = await sessionOnFile(tx, sessionId);
	const whole = session && (await wholeText(tx, session));
	return whole && digestOf(whole);
}

const SAMPLED_DAYS = 91;
const SEED = 20_261_120;
const OF_EACH_TEAM = 2;

/** A sample of the quarter, of which all but the last few are read. */
async function readSome(tx: Transaction, accountId: string, today: CalendarDate): Promise<void> {
	const from = addDays(today, -SAMPLED_DAYS);
	const eligible = await eligibleDiscussions(tx, from, today);
	const policies = await policyVersions(tx);
	const drawn = drawSample(eligible, { seed: SEED, ofEachTeam: OF_EACH_TEAM }, (day) =>
		policyOn(policies, day)
	);
	const sampleId = randomUUID();
	const sample = {
		sampleId,
		seed: SEED,
		from,
		to: today,
		ofEachTeam: OF_EACH_TEAM,
		eligible: eligible.length,
		reason: 'The quarterly look at how discussions of cases read, in every team',
		drawnOn: today
	};
	await insertSample(tx, accountId, sample, drawn);
	const toRead = (await readings(tx, { of: 'sample', sampleId })).slice(0, -LEFT_TO_READ);
	for (const [place, { readingId, sessionId, caseId, edition }] of toRead.entries()) {
		const written = (await discussionsOf(tx, sessionId)).find((each) => each.caseId === caseId);
		if (written) await saveReading(tx, readingId, foundIn(written, place), { accountId, on: today, edition });
	}
}

const LEFT_TO_READ = 4;

function foundIn(written: DiscussionText, place: number): QualityFound {
	const remarks = remarksOn(written);
	if (remarks.includes('TASKS_WITHOUT_ANALYSIS')) return TASKS_ONLY;
	return remarks.includes('NO_LIVED_EXPERIENCE') ? UNHEARD : (WEIGHED[place % WEIGHED.length] ?? UNHEARD);
}

const TASKS_ONLY: QualityFound = {
	marks: { decision: 'partly', rationale: 'not_met', voice: 'partly', followThrough: 'partly' },
	themes: ['tasks_only', 'no_reasons'],
	feedback:
		'Tasks, and nothing between them that says what they are for. What would have to be different for this child?'
};

const UNHEARD: QualityFound = {
	marks: { decision: 'met', rationale: 'met', voice: 'not_met', followThrough: 'partly' },
	themes: ['adults_word'],
	feedback: 'It weighs things up well, and the child is nowhere in it. Who asked, and what was the answer?'
};

const WEIGHED: readonly QualityFound[] = [
	{
		marks: { decision: 'met', rationale: 'met', voice: 'met', followThrough: 'met' },
		themes: ['history', 'heard'],
		feedback:
			'It weighs what is known against what is hoped, and says which is which. It could be shown to others.'
	},
	{
		marks: { decision: 'met', rationale: 'partly', voice: 'met', followThrough: 'too_early' },
		themes: ['heard'],
		feedback: null
	},
	{
		marks: { decision: 'met', rationale: 'met', voice: 'partly', followThrough: 'met' },
		themes: ['challenge'],
		feedback: null
	},
	{
		marks: { decision: 'partly', rationale: 'met', voice: 'met', followThrough: 'partly' },
		themes: ['heard', 'nobody_named'],
		feedback: 'The thinking is clear. Who does what by when is not, and the next reader will not know either.'
	}
];
