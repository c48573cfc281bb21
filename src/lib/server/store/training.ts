import { sql } from 'drizzle-orm';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { asRules, type Transaction } from '#lib/server/db/index.ts';

/** What a completion says. */
export interface Completion {
	course: string;
	completedOn: CalendarDate;
	/** Null: as the policy says for the course. */
	expiresOn: CalendarDate | null;
	/** Where the certificate is; null: it came in a file. */
	evidence: string | null;
}

/** A completion as it stands. */
export interface StoredCompletion extends Completion {
	trainingId: string;
	practitionerId: string;
	/** The day it became known; null: the day it happened. */
	recordedOn: CalendarDate | null;
	/** Changes with every correction, so that two who correct one row are told. */
	edition: string;
}

export type ClaimDecision = 'confirmed' | 'refused' | 'withdrawn';

/** What somebody says of their own training. */
export interface Claim extends Completion {
	claimId: string;
	practitionerId: string;
	claimedOn: CalendarDate;
	/** Null: it waits. */
	decided: ClaimDecision | null;
	decidedOn: CalendarDate | null;
	decidedBy: string | null;
	answer: string | null;
}

export type ChangeKind = 'recorded' | 'confirmed' | 'corrected' | 'withdrawn' | 'undone';

export interface Change {
	changeId: number;
	formKey: string;
	trainingId: string;
	practitionerId: string;
	change: ChangeKind;
	before: (Completion & { recordedOn: CalendarDate | null }) | null;
	after: (Completion & { recordedOn: CalendarDate | null }) | null;
	why: string | null;
	madeOn: CalendarDate;
	/** As people read a time of day: 14:05. */
	madeAt: string;
	madeBy: string | null;
	/** Whether the form was taken back. */
	undone: boolean;
	/** Whether nothing was done to the completion by hand since. */
	last: boolean;
}

const completion = sql`id as "trainingId", practitioner_id as "practitionerId", course, completed_on as "completedOn",
	expires_on as "expiresOn", evidence, recorded_on as "recordedOn",
	(extract(epoch from recorded_at) * 1000000)::bigint::text as edition`;

/** Lets nobody else change the training of these people until the transaction ends. */
export async function holdTrainingOf(tx: Transaction, practitionerIds: readonly string[]): Promise<void> {
	for (const id of [...new Set(practitionerIds)].sort())
		await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('training ' || ${id}, 0))`);
}

/** The completions of somebody in scope as they stand, the latest first within a course. */
export async function completionsOf(
	tx: Transaction,
	practitionerIds: readonly string[]
): Promise<StoredCompletion[]> {
	const found = await tx.execute(
		sql`select ${completion} from training
			where practitioner_id = any(${`{${practitionerIds.join(',')}}`}::uuid[]) and superseded_at is null
			order by course, completed_on desc`
	);
	return [...found] as unknown as StoredCompletion[];
}

/** Null: not there, withdrawn, or out of scope. */
export async function completionWith(tx: Transaction, trainingId: string): Promise<StoredCompletion | null> {
	const [found] = await tx.execute(
		sql`select ${completion} from training where id = ${trainingId} and superseded_at is null`
	);
	return (found as unknown as StoredCompletion | undefined) ?? null;
}

/** Null: the same course of the same day is on record. */
export async function insertCompletion(
	tx: Transaction,
	practitionerId: string,
	{ course, completedOn, expiresOn, evidence }: Completion,
	recordedOn: CalendarDate | null
): Promise<string | null> {
	const [row] = await tx.execute<{ id: string }>(
		sql`insert into training (practitioner_id, course, completed_on, expires_on, evidence, recorded_on)
			values (${practitionerId}, ${course}, ${completedOn}, ${expiresOn}, ${evidence}, ${recordedOn})
			on conflict (practitioner_id, course, completed_on) where superseded_at is null do nothing returning id`
	);
	return row?.id ?? null;
}

/** What it said before stays behind as a version. */
export async function correctCompletion(
	tx: Transaction,
	trainingId: string,
	{ course, completedOn, expiresOn, evidence }: Completion,
	recordedOn: CalendarDate | null
): Promise<void> {
	await tx.execute(
		sql`update training set course = ${course}, completed_on = ${completedOn}, expires_on = ${expiresOn},
				evidence = ${evidence}, recorded_on = ${recordedOn}
			where id = ${trainingId} and superseded_at is null`
	);
}

/** It stays readable as known before `on`, and is known no more from that day. */
export async function withdrawCompletion(
	tx: Transaction,
	trainingId: string,
	on: CalendarDate
): Promise<void> {
	await tx.execute(
		sql`update training set superseded_on = ${on}, superseded_at = clock_timestamp()
			where id = ${trainingId} and superseded_at is null`
	);
}

const claim = sql`id as "claimId", practitioner_id as "practitionerId", course, completed_on as "completedOn",
	expires_on as "expiresOn", evidence, claimed_on as "claimedOn", decided, decided_on as "decidedOn",
	decided_by as "decidedBy", answer`;

/** Null: one of the same course and day waits already. */
export async function insertClaim(
	tx: Transaction,
	by: { accountId: string; practitionerId: string; today: CalendarDate },
	{ course, completedOn, expiresOn, evidence }: Completion
): Promise<string | null> {
	const [row] = await tx.execute<{ id: string }>(
		sql`insert into training_claims (practitioner_id, account_id, course, completed_on, expires_on, evidence, claimed_on)
			values (${by.practitionerId}, ${by.accountId}, ${course}, ${completedOn}, ${expiresOn}, ${evidence}, ${by.today})
			on conflict (practitioner_id, course, completed_on) where decided is null do nothing returning id`
	);
	return row?.id ?? null;
}

/** Entries of these people by themselves, those that wait first. */
export async function claimsOf(tx: Transaction, practitionerIds: readonly string[]): Promise<Claim[]> {
	const found = await tx.execute(
		sql`select ${claim} from training_claims
			where practitioner_id = any(${`{${practitionerIds.join(',')}}`}::uuid[])
			order by decided is not null, claimed_at desc`
	);
	return [...found] as unknown as Claim[];
}

/** Null: not there, or out of scope. */
export async function claimWith(tx: Transaction, claimId: string): Promise<Claim | null> {
	const [found] = await tx.execute(sql`select ${claim} from training_claims where id = ${claimId}`);
	return (found as unknown as Claim | undefined) ?? null;
}

export async function decideClaim(
	tx: Transaction,
	claimId: string,
	decision: {
		decided: ClaimDecision;
		on: CalendarDate;
		by: string | null;
		answer: string | null;
		trainingId: string | null;
	}
): Promise<void> {
	const { decided, on, by, answer, trainingId } = decision;
	await tx.execute(
		sql`update training_claims set decided = ${decided}, decided_on = ${on}, decided_by = ${by},
				answer = ${answer}, training_id = ${trainingId}
			where id = ${claimId}`
	);
}

/** The entry that became this completion waits again. */
export async function reopenClaim(tx: Transaction, trainingId: string): Promise<void> {
	await tx.execute(
		sql`update training_claims set decided = null, decided_on = null, decided_by = null, training_id = null
			where training_id = ${trainingId}`
	);
}

export async function insertChange(
	tx: Transaction,
	made: {
		formKey: string;
		trainingId: string;
		practitionerId: string;
		change: ChangeKind;
		before: Change['before'];
		after: Change['after'];
		why: string | null;
		on: CalendarDate;
		by: string | null;
		accountId: string;
		/** The form whose change this takes back. */
		undoes: string | null;
	}
): Promise<void> {
	const json = (value: object | null) => (value === null ? null : JSON.stringify(value));
	await tx.execute(
		sql`insert into training_changes
				(form_key, training_id, practitioner_id, change, before, after, why, made_on, made_by, account_id, undoes)
			values (${made.formKey}, ${made.trainingId}, ${made.practitionerId}, ${made.change},
				${json(made.before)}::jsonb, ${json(made.after)}::jsonb, ${made.why}, ${made.on}, ${made.by},
				${made.accountId}, ${made.undoes})`
	);
}

const change = sql`c.id as "changeId", c.form_key as "formKey", c.training_id as "trainingId",
	c.practitioner_id as "practitionerId", c.change, c.before, c.after, c.why, c.made_on as "madeOn",
	to_char(c.made_at at time zone 'Europe/London', 'HH24:MI') as "madeAt", c.made_by as "madeBy",
	exists (select from training_changes u where u.undoes = c.form_key) as undone,
	not exists (select from training_changes l where l.training_id = c.training_id and l.id > c.id) as last`;

/** What was done by hand to somebody's training, the latest first. */
export async function changesOf(tx: Transaction, practitionerId: string): Promise<Change[]> {
	const found = await tx.execute(
		sql`select ${change} from training_changes c where c.practitioner_id = ${practitionerId} order by c.id desc`
	);
	return changesFrom(found);
}

/** What one form did, in the scope of who asks. */
export async function changesOfForm(tx: Transaction, formKey: string): Promise<Change[]> {
	return changesFrom(
		await tx.execute(
			sql`select ${change} from training_changes c where c.form_key = ${formKey} order by c.id`
		)
	);
}

function changesFrom(found: Iterable<Record<string, unknown>>): Change[] {
	return [...found].map((row) => ({ ...row, changeId: Number(row.changeId) })) as unknown as Change[];
}

/**
 * The cases these people hold on the day and the people they supervise: whose flags may change with their training. The
 * people were found within the scope of who asks.
 */
export async function touchedBy(
	tx: Transaction,
	practitionerIds: readonly string[],
	day: CalendarDate
): Promise<{ caseIds: string[]; practitionerIds: string[] }> {
	const ids = sql`${`{${practitionerIds.join(',')}}`}::uuid[]`;
	return asRules(tx, async () => {
		const held = await tx.execute<{ id: string }>(
			sql`select distinct case_id as id from allocations
				where practitioner_id = any(${ids}) and superseded_at is null
					and from_on <= ${day} and (to_on is null or to_on > ${day})`
		);
		const supervised = await tx.execute<{ id: string }>(
			sql`select distinct practitioner_id as id from postings
				where supervisor_id = any(${ids}) and superseded_at is null
					and from_on <= ${day} and (to_on is null or to_on > ${day})`
		);
		return {
			caseIds: held.map(({ id }) => id),
			practitionerIds: [...new Set([...practitionerIds, ...supervised.map(({ id }) => id)])]
		};
	});
}

/** Who supervises somebody in scope on the day; null: nobody. */
export async function supervisorOf(
	tx: Transaction,
	practitionerId: string,
	day: CalendarDate
): Promise<string | null> {
	const [found] = await tx.execute<{ id: string | null }>(
		sql`select supervisor_id as id from postings
			where practitioner_id = ${practitionerId} and superseded_at is null
				and from_on <= ${day} and (to_on is null or to_on > ${day})`
	);
	return found?.id ?? null;
}
