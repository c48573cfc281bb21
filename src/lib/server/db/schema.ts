import { sql } from 'drizzle-orm';
import {
	bigint,
	bigserial,
	boolean,
	check,
	customType,
	date,
	doublePrecision,
	index,
	integer,
	jsonb,
	numeric,
	pgTable,
	primaryKey,
	smallint,
	text,
	timestamp,
	unique,
	uniqueIndex,
	uuid,
	type AnyPgColumn,
	type PgColumn
} from 'drizzle-orm/pg-core';

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });
const day = (name: string) => date(name, { mode: 'string' });
const bytes = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' });
const currently = (column: AnyPgColumn) => sql`${column} is null`;

/**
 * A fact row keeps its id for life. Correcting it leaves what it said before as a row of its own, with `versionOf` and
 * `supersededAt` (a trigger does this, so no way of writing can forget it); `supersededOn` is the day from which the
 * correction was known.
 */
const fact = {
	id: uuid().primaryKey().defaultRandom(),
	versionOf: uuid('version_of'),
	/** The day it became known; null: the day it happened. */
	recordedOn: day('recorded_on'),
	recordedAt: instant('recorded_at').notNull().defaultNow(),
	supersededOn: day('superseded_on'),
	supersededAt: instant('superseded_at')
};

const ending = { ...fact, endRecordedOn: day('end_recorded_on') };

/** The sender's own id, and whose it is. */
const sent = { source: text().notNull().default('native'), reference: text().notNull() };

const oneCurrent = (name: string, table: { source: PgColumn; reference: PgColumn; supersededAt: PgColumn }) =>
	uniqueIndex(name).on(table.source, table.reference).where(currently(table.supersededAt));

const period = { from: day('from_on').notNull(), to: day('to_on') };

const endsAfterItStarts = (name: string, table: { from: PgColumn; to: PgColumn }) =>
	check(name, sql`${table.to} is null or ${table.to} > ${table.from}`);

export const teams = pgTable(
	'teams',
	{
		...ending,
		...sent,
		name: text().notNull(),
		service: text().notNull(),
		openedOn: day('opened_on'),
		closedOn: day('closed_on'),
		succeededBy: uuid('succeeded_by').references((): AnyPgColumn => teams.id)
	},
	(table) => [
		oneCurrent('teams_reference', table),
		check('teams_close_after_opening', sql`${table.closedOn} >= ${table.openedOn}`)
	]
);

export const practitioners = pgTable(
	'practitioners',
	{
		...ending,
		...sent,
		name: text().notNull(),
		email: text(),
		sweNumber: text('swe_number'),
		registeredOn: day('registered_on'),
		earlyCareerStartedOn: day('early_career_started_on'),
		earlyCareerPassedOn: day('early_career_passed_on'),
		startedOn: day('started_on'),
		leftOn: day('left_on'),
		/** When somebody last looked them up on the public register, and who; null beside a day: a data steward. */
		registrationCheckedOn: day('registration_checked_on'),
		registrationCheckedBy: uuid('registration_checked_by').references((): AnyPgColumn => practitioners.id),
		/** Where the early-career stage was extended: its new expected end, and why. */
		earlyCareerExtendedTo: day('early_career_extended_to'),
		earlyCareerExtendedWhy: text('early_career_extended_why')
	},
	(table) => [
		oneCurrent('practitioners_reference', table),
		check(
			'practitioners_extended_with_reason',
			sql`(${table.earlyCareerExtendedTo} is null) = (${table.earlyCareerExtendedWhy} is null)`
		)
	]
);

export const postings = pgTable(
	'postings',
	{
		...ending,
		...period,
		practitionerId: uuid('practitioner_id')
			.notNull()
			.references(() => practitioners.id),
		teamId: uuid('team_id')
			.notNull()
			.references(() => teams.id),
		role: text().notNull(),
		supervisorId: uuid('supervisor_id').references(() => practitioners.id),
		fte: numeric({ precision: 5, scale: 4, mode: 'number' }).notNull(),
		agency: boolean()
	},
	(table) => [
		endsAfterItStarts('postings_end_after_they_start', table),
		check('postings_fte', sql`${table.fte} between 0 and 1`),
		check(
			'postings_role',
			sql`${table.role} in ('practitioner', 'senior_practitioner', 'practice_supervisor', 'team_manager', 'service_manager', 'principal_social_worker', 'director', 'other')`
		),
		uniqueIndex('postings_key').on(table.practitionerId, table.from).where(currently(table.supersededAt)),
		index('postings_by_team').on(table.teamId).where(currently(table.supersededAt)),
		index('postings_by_supervisor').on(table.supervisorId).where(currently(table.supersededAt)),
		index('postings_by_supervisor_earlier')
			.on(table.supervisorId)
			.where(sql`${table.supersededAt} is not null`),
		index('postings_by_person').on(table.practitionerId)
	]
);

/**
 * Who recorded what a row says now, and on which day of the authority; null: it came by file. `revision` counts the
 * changes since it was first recorded: undoing one goes back to the revision before.
 */
const changedHere = {
	changedBy: uuid('changed_by').references((): AnyPgColumn => practitioners.id),
	changedOn: day('changed_on'),
	revision: smallint().notNull().default(1)
};

export const absences = pgTable(
	'absences',
	{
		...ending,
		...period,
		practitionerId: uuid('practitioner_id')
			.notNull()
			.references(() => practitioners.id),
		reason: text(),
		coverId: uuid('cover_id').references(() => practitioners.id),
		supervisionCoverId: uuid('supervision_cover_id').references(() => practitioners.id),
		...changedHere
	},
	(table) => [
		endsAfterItStarts('absences_end_after_they_start', table),
		uniqueIndex('absences_key')
			.on(table.practitionerId, table.from, sql`coalesce(${table.reason}, '')`)
			.where(currently(table.supersededAt)),
		index('absences_by_person').on(table.practitionerId),
		index('absences_by_cover').on(table.coverId)
	]
);

export const reductions = pgTable(
	'reductions',
	{
		...ending,
		...period,
		practitionerId: uuid('practitioner_id')
			.notNull()
			.references(() => practitioners.id),
		share: numeric({ precision: 5, scale: 4, mode: 'number' }).notNull(),
		reason: text(),
		/** The absence whose return it phases. */
		afterAbsence: uuid('after_absence').references(() => absences.id),
		...changedHere
	},
	(table) => [
		endsAfterItStarts('reductions_end_after_they_start', table),
		check('reductions_share', sql`${table.share} between 0 and 1`),
		uniqueIndex('reductions_key')
			.on(table.practitionerId, table.from, sql`coalesce(${table.reason}, '')`)
			.where(currently(table.supersededAt)),
		index('reductions_by_person').on(table.practitionerId),
		index('reductions_after_absence')
			.on(table.afterAbsence)
			.where(sql`${table.afterAbsence} is not null`)
	]
);

export const training = pgTable(
	'training',
	{
		...fact,
		practitionerId: uuid('practitioner_id')
			.notNull()
			.references(() => practitioners.id),
		course: text().notNull(),
		completedOn: day('completed_on').notNull(),
		expiresOn: day('expires_on'),
		/** Where the certificate is; null: it came in a file. */
		evidence: text()
	},
	(table) => [
		uniqueIndex('training_key')
			.on(table.practitionerId, table.course, table.completedOn)
			.where(currently(table.supersededAt)),
		index('training_by_person').on(table.practitionerId)
	]
);

/** What somebody says of their own training: nothing of it counts before somebody else confirms it. */
export const trainingClaims = pgTable(
	'training_claims',
	{
		id: uuid().primaryKey().defaultRandom(),
		practitionerId: uuid('practitioner_id')
			.notNull()
			.references(() => practitioners.id),
		accountId: uuid('account_id')
			.notNull()
			.references((): AnyPgColumn => accounts.id),
		course: text().notNull(),
		completedOn: day('completed_on').notNull(),
		expiresOn: day('expires_on'),
		evidence: text().notNull(),
		claimedOn: day('claimed_on').notNull(),
		claimedAt: instant('claimed_at')
			.notNull()
			.default(sql`clock_timestamp()`),
		decided: text(),
		decidedOn: day('decided_on'),
		decidedBy: uuid('decided_by').references(() => practitioners.id),
		/** Why it was refused. */
		answer: text(),
		/** The completion it became. */
		trainingId: uuid('training_id').references(() => training.id)
	},
	(table) => [
		check('training_claims_decided', sql`${table.decided} in ('confirmed', 'refused', 'withdrawn')`),
		check('training_claims_decided_whole', sql`(${table.decided} is null) = (${table.decidedOn} is null)`),
		uniqueIndex('training_claims_one_waiting')
			.on(table.practitionerId, table.course, table.completedOn)
			.where(sql`${table.decided} is null`),
		index('training_claims_by_person').on(table.practitionerId)
	]
);

/** Who changed which completion by hand: from what, to what, and why. Those of one form are undone together. */
export const trainingChanges = pgTable(
	'training_changes',
	{
		id: bigserial({ mode: 'number' }).primaryKey(),
		formKey: uuid('form_key').notNull(),
		trainingId: uuid('training_id')
			.notNull()
			.references(() => training.id),
		practitionerId: uuid('practitioner_id')
			.notNull()
			.references(() => practitioners.id),
		change: text().notNull(),
		/** The completion before and after; null: there was none. */
		before: jsonb(),
		after: jsonb(),
		why: text(),
		madeOn: day('made_on').notNull(),
		madeAt: instant('made_at')
			.notNull()
			.default(sql`clock_timestamp()`),
		madeBy: uuid('made_by').references(() => practitioners.id),
		accountId: uuid('account_id')
			.notNull()
			.references((): AnyPgColumn => accounts.id),
		/** The form whose change this takes back. */
		undoes: uuid()
	},
	(table) => [
		check(
			'training_changes_change',
			sql`${table.change} in ('recorded', 'confirmed', 'corrected', 'withdrawn', 'undone')`
		),
		index('training_changes_by_person').on(table.practitionerId),
		index('training_changes_by_form').on(table.formKey)
	]
);

/** A review of somebody's early-career stage, by the month of the stage it belongs to. */
export const stageReviews = pgTable(
	'stage_reviews',
	{
		...fact,
		practitionerId: uuid('practitioner_id')
			.notNull()
			.references(() => practitioners.id),
		months: smallint().notNull(),
		bookedOn: day('booked_on'),
		heldOn: day('held_on'),
		outcome: text(),
		words: text()
	},
	(table) => [
		check('stage_reviews_months', sql`${table.months} in (3, 6, 9, 12)`),
		check('stage_reviews_outcome', sql`${table.outcome} in ('on_course', 'concerns')`),
		check('stage_reviews_say_something', sql`${table.bookedOn} is not null or ${table.heldOn} is not null`),
		check('stage_reviews_held_with_outcome', sql`(${table.heldOn} is null) = (${table.outcome} is null)`),
		uniqueIndex('stage_reviews_key')
			.on(table.practitionerId, table.months)
			.where(currently(table.supersededAt)),
		index('stage_reviews_by_person').on(table.practitionerId)
	]
);

/** Somebody says that what is recorded about them is wrong. What they said stays; it is answered once. */
export const recordQuestions = pgTable(
	'record_questions',
	{
		id: uuid().primaryKey().defaultRandom(),
		practitionerId: uuid('practitioner_id')
			.notNull()
			.references(() => practitioners.id),
		accountId: uuid('account_id')
			.notNull()
			.references((): AnyPgColumn => accounts.id),
		/** Which fact, and what the record said of it when it was questioned. */
		fact: text().notNull(),
		said: text().notNull(),
		wrong: text().notNull(),
		should: text().notNull(),
		askedOn: day('asked_on').notNull(),
		askedAt: instant('asked_at')
			.notNull()
			.default(sql`clock_timestamp()`),
		outcome: text(),
		answer: text(),
		answeredOn: day('answered_on'),
		answeredBy: uuid('answered_by').references(() => practitioners.id)
	},
	(table) => [
		check(
			'record_questions_fact',
			sql`${table.fact} in ('name', 'posting', 'registration', 'checked', 'tier', 'stage', 'reviews')`
		),
		check('record_questions_outcome', sql`${table.outcome} in ('put_right', 'stands', 'taken_back')`),
		check('record_questions_answered_whole', sql`(${table.outcome} is null) = (${table.answeredOn} is null)`),
		check(
			'record_questions_answered_in_words',
			sql`${table.outcome} is null or ${table.outcome} = 'taken_back' or ${table.answer} is not null`
		),
		uniqueIndex('record_questions_one_waiting')
			.on(table.practitionerId, table.fact)
			.where(sql`${table.outcome} is null`),
		index('record_questions_by_person').on(table.practitionerId)
	]
);

export const cases = pgTable(
	'cases',
	{
		...ending,
		...sent,
		childId: text('child_id').notNull(),
		familyId: text('family_id'),
		dateOfBirth: day('date_of_birth'),
		unborn: boolean(),
		openedOn: day('opened_on').notNull(),
		closedOn: day('closed_on'),
		closureReason: text('closure_reason'),
		complexity: smallint()
	},
	(table) => [
		oneCurrent('cases_reference', table),
		check(
			'cases_close_after_opening',
			sql`${table.closedOn} is null or ${table.closedOn} >= ${table.openedOn}`
		),
		check('cases_complexity', sql`${table.complexity} between 0 and 3`),
		index('cases_by_family').on(table.familyId),
		index('cases_by_version')
			.on(table.versionOf)
			.where(sql`${table.versionOf} is not null`),
		index('cases_open')
			.on(table.openedOn)
			.where(sql`${table.closedOn} is null and ${table.supersededAt} is null`)
	]
);

export const caseKinds = pgTable(
	'case_kinds',
	{
		...ending,
		...period,
		caseId: uuid('case_id')
			.notNull()
			.references(() => cases.id),
		kind: text().notNull(),
		conferenceNeeded: boolean('conference_needed'),
		conferenceOn: day('conference_on')
	},
	(table) => [
		check(
			'case_kinds_do_not_end_before_they_start',
			sql`${table.to} is null or ${table.to} >= ${table.from}`
		),
		check(
			'case_kinds_kind',
			sql`${table.kind} in ('section_47', 'child_protection', 'pre_proceedings', 'care_proceedings', 'looked_after', 'looked_after_settled', 'looked_after_long_term', 'assessment', 'child_in_need', 'short_breaks', 'care_leaver')`
		),
		uniqueIndex('case_kinds_key')
			.on(table.caseId, table.kind, table.from)
			.where(currently(table.supersededAt)),
		index('case_kinds_by_case').on(table.caseId),
		index('case_kinds_enquiries')
			.on(table.to)
			.where(sql`${table.kind} = 'section_47'`)
	]
);

export const allocations = pgTable(
	'allocations',
	{
		...ending,
		...period,
		caseId: uuid('case_id')
			.notNull()
			.references(() => cases.id),
		/** Null: allocated only to a team. */
		practitionerId: uuid('practitioner_id').references(() => practitioners.id),
		teamId: uuid('team_id').references(() => teams.id),
		role: text().notNull(),
		reason: text(),
		/** The file named the holder and not since when: it begins on the day of the extract. */
		startNotGiven: boolean('start_not_given').notNull().default(false)
	},
	(table) => [
		endsAfterItStarts('allocations_end_after_they_start', table),
		check('allocations_role', sql`${table.role} in ('lead', 'co_worker')`),
		check(
			'allocations_name_somebody',
			sql`${table.practitionerId} is not null or ${table.teamId} is not null`
		),
		uniqueIndex('allocations_key')
			.on(table.caseId, sql`coalesce(${table.practitionerId}, ${table.teamId})`, table.role, table.from)
			.where(currently(table.supersededAt)),
		uniqueIndex('allocations_one_current_lead')
			.on(table.caseId)
			.where(
				sql`${table.role} = 'lead' and ${table.to} is null and ${table.supersededAt} is null and ${table.practitionerId} is not null`
			),
		index('allocations_by_case').on(table.caseId, table.from.desc()),
		index('allocations_by_person').on(table.practitionerId),
		index('allocations_by_team').on(table.teamId)
	]
);

export const supervisionSessions = pgTable(
	'supervision_sessions',
	{
		...fact,
		...sent,
		practitionerId: uuid('practitioner_id')
			.notNull()
			.references(() => practitioners.id),
		supervisorId: uuid('supervisor_id')
			.notNull()
			.references(() => practitioners.id),
		plannedOn: day('planned_on'),
		heldOn: day('held_on'),
		cancelled: boolean().notNull().default(false),
		cancelReason: text('cancel_reason'),
		cancelledBy: text('cancelled_by'),
		/** The time of day it is planned for, in London: `14:30`. Null: a day, and no time. */
		plannedTime: text('planned_time'),
		plannedMinutes: integer('planned_minutes'),
		/** The supervisor who is away, for whom the one named here stands in. */
		coversForId: uuid('covers_for_id').references(() => practitioners.id),
		/** Booked as one series; held with others as one group: one row a supervisee. */
		seriesId: uuid('series_id'),
		groupId: uuid('group_id'),
		/** Kept for thinking, with no case to decide. */
		reflective: boolean(),
		minutes: integer(),
		interrupted: boolean(),
		kind: text(),
		/** draft: being written; proposed: text fixed; signed: by the supervisor; closed: by both. Null: came by file. */
		noteState: text('note_state'),
		proposedAt: instant('proposed_at'),
		supervisorSignedOn: day('supervisor_signed_on'),
		practitionerSignedOn: day('practitioner_signed_on')
	},
	(table) => [
		oneCurrent('supervision_sessions_reference', table),
		check('supervision_held_or_cancelled', sql`not (${table.cancelled} and ${table.heldOn} is not null)`),
		check('supervision_minutes', sql`${table.minutes} >= 0`),
		check('supervision_kind', sql`${table.kind} in ('personal', 'case', 'both', 'group')`),
		check(
			'supervision_cancelled_by',
			sql`${table.cancelledBy} in ('supervisor', 'practitioner', 'neither') and (${table.cancelled} or ${table.cancelledBy} is null)`
		),
		check('supervision_planned_time', sql`${table.plannedTime} ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'`),
		check('supervision_planned_minutes', sql`${table.plannedMinutes} between 15 and 480`),
		index('supervision_by_plan')
			.on(table.plannedOn)
			.where(sql`${table.heldOn} is null and ${table.supersededAt} is null`),
		index('supervision_by_group')
			.on(table.groupId)
			.where(sql`${table.groupId} is not null`),
		index('supervision_by_series')
			.on(table.seriesId)
			.where(sql`${table.seriesId} is not null`),
		check('supervision_note_state', sql`${table.noteState} in ('draft', 'proposed', 'signed', 'closed')`),
		index('supervision_by_person').on(table.practitionerId, table.heldOn.desc()),
		index('supervision_by_supervisor').on(table.supervisorId),
		index('supervision_earlier_held')
			.on(table.heldOn)
			.where(sql`${table.versionOf} is not null`),
		index('supervision_by_version')
			.on(table.versionOf)
			.where(sql`${table.versionOf} is not null`)
	]
);

export const caseDiscussions = pgTable(
	'case_discussions',
	{
		...fact,
		sessionId: uuid('session_id')
			.notNull()
			.references(() => supervisionSessions.id),
		caseId: uuid('case_id')
			.notNull()
			.references(() => cases.id),
		/** Copied from the session, so that the last discussion of a case is one index away. */
		heldOnCopied: day('held_on_copied'),
		decision: text(),
		summary: text(),
		analysis: text(),
		livedExperience: text('lived_experience'),
		/** Raised by every save, so that two tabs cannot overwrite each other unseen. */
		edition: integer().notNull().default(0)
	},
	(table) => [
		uniqueIndex('case_discussions_key')
			.on(table.sessionId, table.caseId)
			.where(currently(table.supersededAt)),
		index('case_discussions_by_case').on(table.caseId, table.heldOnCopied.desc()),
		index('case_discussions_earlier')
			.on(table.caseId)
			.where(sql`${table.supersededAt} is not null`),
		index('case_discussions_earlier_of_session')
			.on(table.sessionId)
			.where(sql`${table.supersededAt} is not null`)
	]
);

/** What was said about the practitioner, apart from any child. */
export const personalNotes = pgTable('personal_notes', {
	sessionId: uuid('session_id')
		.primaryKey()
		.references(() => supervisionSessions.id),
	/** Sealed with AES-256-GCM by a key that is not in the database; never in clear. */
	sealed: text().notNull(),
	keyVersion: smallint('key_version').notNull(),
	edition: integer().notNull().default(0),
	savedAt: instant('saved_at').notNull().defaultNow()
});

/** What a save took out of a draft, of a case or of the personal note: the text as it was before. */
export const earlierTexts = pgTable(
	'earlier_texts',
	{
		id: uuid().primaryKey().defaultRandom(),
		sessionId: uuid('session_id')
			.notNull()
			.references(() => supervisionSessions.id),
		/** Null: of the personal note, and sealed as that was. */
		caseId: uuid('case_id').references(() => cases.id),
		edition: integer().notNull(),
		summary: text(),
		analysis: text(),
		livedExperience: text('lived_experience'),
		decision: text(),
		sealed: text(),
		keyVersion: smallint('key_version'),
		savedAt: instant('saved_at').notNull(),
		replacedAt: instant('replaced_at')
			.notNull()
			.default(sql`clock_timestamp()`)
	},
	(table) => [
		check(
			'earlier_texts_sealed_unless_about_a_case',
			sql`(${table.caseId} is null) = (${table.sealed} is not null) and (${table.sealed} is null) = (${table.keyVersion} is null)`
		),
		index('earlier_texts_by_session').on(table.sessionId)
	]
);

export const signOffs = pgTable(
	'sign_offs',
	{
		id: uuid().primaryKey().defaultRandom(),
		sessionId: uuid('session_id')
			.notNull()
			.references(() => supervisionSessions.id),
		practitionerId: uuid('practitioner_id')
			.notNull()
			.references(() => practitioners.id),
		as: text('signed_as').notNull(),
		digest: text().notNull(),
		/** Null: agreed. */
		disagreement: text(),
		signedOn: day('signed_on').notNull(),
		signedAt: instant('signed_at').notNull().defaultNow()
	},
	(table) => [
		check('sign_offs_as', sql`${table.as} in ('supervisor', 'practitioner')`),
		uniqueIndex('sign_offs_once').on(table.sessionId, table.as)
	]
);

/** What was added after a note was signed, by either of the two; it stays as it was added. */
export const addenda = pgTable(
	'addenda',
	{
		id: uuid().primaryKey().defaultRandom(),
		formKey: uuid('form_key').notNull().unique(),
		sessionId: uuid('session_id')
			.notNull()
			.references(() => supervisionSessions.id),
		/** Null: added to the personal note, and sealed as that is. */
		caseId: uuid('case_id').references(() => cases.id),
		words: text(),
		sealed: text(),
		keyVersion: smallint('key_version'),
		practitionerId: uuid('practitioner_id')
			.notNull()
			.references(() => practitioners.id),
		as: text('written_as').notNull(),
		digest: text().notNull(),
		writtenOn: day('written_on').notNull(),
		writtenAt: instant('written_at')
			.notNull()
			.default(sql`clock_timestamp()`)
	},
	(table) => [
		check('addenda_as', sql`${table.as} in ('supervisor', 'practitioner')`),
		check(
			'addenda_sealed_unless_about_a_case',
			sql`(${table.caseId} is null) = (${table.sealed} is not null) and (${table.caseId} is null) = (${table.words} is null) and (${table.sealed} is null) = (${table.keyVersion} is null)`
		),
		index('addenda_by_session').on(table.sessionId)
	]
);

/** What either of the two wants to talk about, put down before or while the session is held; sealed like its personal note. */
export const agendaItems = pgTable(
	'agenda_items',
	{
		id: uuid().primaryKey().defaultRandom(),
		formKey: uuid('form_key').notNull().unique(),
		sessionId: uuid('session_id')
			.notNull()
			.references(() => supervisionSessions.id),
		sealed: text().notNull(),
		keyVersion: smallint('key_version').notNull(),
		practitionerId: uuid('practitioner_id')
			.notNull()
			.references(() => practitioners.id),
		addedAt: instant('added_at')
			.notNull()
			.default(sql`clock_timestamp()`)
	},
	(table) => [index('agenda_items_by_session').on(table.sessionId)]
);

/** That the discussion of a case was copied into the child's file in the case system, and when. */
export const caseSystemRecords = pgTable(
	'case_system_records',
	{
		sessionId: uuid('session_id')
			.notNull()
			.references(() => supervisionSessions.id),
		caseId: uuid('case_id')
			.notNull()
			.references(() => cases.id),
		recordedOn: day('recorded_on').notNull(),
		practitionerId: uuid('practitioner_id')
			.notNull()
			.references(() => practitioners.id),
		recordedAt: instant('recorded_at')
			.notNull()
			.default(sql`clock_timestamp()`)
	},
	(table) => [primaryKey({ columns: [table.sessionId, table.caseId] })]
);

/** A supervisor's reason for reading, for one day, a personal note of a session that they did not hold. */
export const noteReasons = pgTable(
	'note_reasons',
	{
		id: uuid().primaryKey().defaultRandom(),
		sessionId: uuid('session_id')
			.notNull()
			.references(() => supervisionSessions.id),
		accountId: uuid('account_id')
			.notNull()
			.references(() => accounts.id),
		reason: text().notNull(),
		givenOn: day('given_on').notNull(),
		givenAt: instant('given_at')
			.notNull()
			.default(sql`clock_timestamp()`)
	},
	(table) => [uniqueIndex('note_reasons_once_a_day').on(table.sessionId, table.accountId, table.givenOn)]
);

/** A director's reason for seeing, for one day, the names of a team's people. */
export const nameReasons = pgTable(
	'name_reasons',
	{
		id: uuid().primaryKey().defaultRandom(),
		teamId: uuid('team_id')
			.notNull()
			.references(() => teams.id),
		accountId: uuid('account_id')
			.notNull()
			.references(() => accounts.id),
		reason: text().notNull(),
		givenOn: day('given_on').notNull(),
		givenAt: instant('given_at')
			.notNull()
			.default(sql`clock_timestamp()`)
	},
	(table) => [uniqueIndex('name_reasons_once_a_day').on(table.teamId, table.accountId, table.givenOn)]
);

/** Case discussions drawn at random for reading: from which days, how many of each team, by which seed, and why. */
export const qualitySamples = pgTable(
	'quality_samples',
	{
		id: uuid().primaryKey(),
		seed: bigint({ mode: 'number' }).notNull(),
		from: day('from_on').notNull(),
		to: day('to_on').notNull(),
		ofEachTeam: smallint('of_each_team').notNull(),
		eligible: integer().notNull(),
		reason: text().notNull(),
		accountId: uuid('account_id')
			.notNull()
			.references(() => accounts.id),
		drawnOn: day('drawn_on').notNull(),
		drawnAt: instant('drawn_at')
			.notNull()
			.default(sql`clock_timestamp()`)
	},
	(table) => [
		check('quality_samples_period', sql`${table.from} <= ${table.to}`),
		check('quality_samples_of_each_team', sql`${table.ofEachTeam} between 1 and 20`)
	]
);

/** One case discussion of a sample, and what its reader found. */
export const qualityReadings = pgTable(
	'quality_readings',
	{
		id: uuid().primaryKey().defaultRandom(),
		sampleId: uuid('sample_id')
			.notNull()
			.references(() => qualitySamples.id),
		sessionId: uuid('session_id')
			.notNull()
			.references(() => supervisionSessions.id),
		caseId: uuid('case_id')
			.notNull()
			.references(() => cases.id),
		teamId: uuid('team_id')
			.notNull()
			.references(() => teams.id),
		stakes: text().notNull(),
		place: smallint().notNull(),
		decision: text(),
		rationale: text(),
		voice: text(),
		followThrough: text('follow_through'),
		themes: text().array().notNull().default([]),
		/** For the supervisor, to whom it appears. */
		feedback: text(),
		readOn: day('read_on'),
		readBy: uuid('read_by').references(() => accounts.id),
		edition: integer().notNull().default(0)
	},
	(table) => [
		uniqueIndex('quality_readings_once').on(table.sampleId, table.sessionId, table.caseId),
		index('quality_readings_by_session').on(table.sessionId),
		check('quality_readings_stakes', sql`${table.stakes} in ('high', 'medium', 'low')`),
		check(
			'quality_readings_marks',
			sql`${table.decision} in ('met', 'partly', 'not_met') and ${table.rationale} in ('met', 'partly', 'not_met') and ${table.voice} in ('met', 'partly', 'not_met') and ${table.followThrough} in ('met', 'partly', 'not_met', 'too_early')`
		),
		check(
			'quality_readings_whole',
			sql`(${table.readOn} is null) = (${table.decision} is null) and (${table.readOn} is null) = (${table.rationale} is null) and (${table.readOn} is null) = (${table.voice} is null) and (${table.readOn} is null) = (${table.followThrough} is null) and (${table.readOn} is null) = (${table.readBy} is null)`
		)
	]
);

export const oversight = pgTable(
	'oversight',
	{
		...fact,
		...sent,
		caseId: uuid('case_id')
			.notNull()
			.references(() => cases.id),
		managerId: uuid('manager_id')
			.notNull()
			.references(() => practitioners.id),
		madeOn: day('made_on').notNull(),
		kind: text().notNull(),
		decision: text(),
		rationale: text()
	},
	(table) => [
		oneCurrent('oversight_reference', table),
		check(
			'oversight_kind',
			sql`${table.kind} in ('allocation', 'decision', 'closure', 'handover', 'section_47_outcome')`
		),
		index('oversight_by_case').on(table.caseId, table.madeOn.desc()),
		index('oversight_of_endings')
			.on(table.caseId)
			.where(sql`${table.kind} in ('section_47_outcome', 'closure')`),
		index('oversight_written_up_later')
			.on(table.recordedOn)
			.where(sql`${table.recordedOn} > ${table.madeOn}`)
	]
);

export const actions = pgTable(
	'actions',
	{
		...fact,
		...sent,
		caseId: uuid('case_id').references(() => cases.id),
		practitionerId: uuid('practitioner_id').references(() => practitioners.id),
		sessionId: uuid('session_id').references(() => supervisionSessions.id),
		oversightId: uuid('oversight_id').references(() => oversight.id),
		ownerId: uuid('owner_id').references(() => practitioners.id),
		description: text(),
		agreedOn: day('agreed_on').notNull(),
		dueOn: day('due_on'),
		doneOn: day('done_on'),
		outcome: text(),
		risk: boolean(),
		/** The same thing, agreed before and not done. */
		carriesOnFrom: uuid('carries_on_from').references((): AnyPgColumn => actions.id)
	},
	(table) => [
		oneCurrent('actions_reference', table),
		index('actions_by_case').on(table.caseId, table.doneOn),
		index('actions_by_owner').on(table.ownerId),
		index('actions_by_practitioner').on(table.practitionerId, table.doneOn),
		index('actions_without_case')
			.on(table.doneOn)
			.where(sql`${table.caseId} is null`),
		index('actions_by_session').on(table.sessionId),
		index('actions_by_oversight').on(table.oversightId),
		index('actions_by_done').on(table.doneOn),
		index('actions_carried_on')
			.on(table.carriesOnFrom)
			.where(sql`${table.carriesOnFrom} is not null`),
		index('actions_by_version')
			.on(table.versionOf)
			.where(sql`${table.versionOf} is not null`)
	]
);

export const requests = pgTable(
	'requests',
	{
		...fact,
		...sent,
		caseId: uuid('case_id')
			.notNull()
			.references(() => cases.id),
		agency: text().notNull(),
		kind: text(),
		requestedOn: day('requested_on').notNull(),
		outcome: text(),
		decidedOn: day('decided_on'),
		decidedById: uuid('decided_by_id').references(() => practitioners.id),
		rationale: text(),
		secondManagerId: uuid('second_manager_id').references(() => practitioners.id),
		secondAgreedOn: day('second_agreed_on'),
		/** One line of what is asked, without names. */
		asked: text(),
		/** What the agency said of the decision. */
		answer: text(),
		answeredOn: day('answered_on'),
		answerWords: text('answer_words')
	},
	(table) => [
		oneCurrent('requests_reference', table),
		check('requests_answer', sql`${table.answer} in ('accepted', 'challenges_again', 'no_answer')`),
		check('requests_answered_whole', sql`(${table.answer} is null) = (${table.answeredOn} is null)`),
		check('requests_kind', sql`${table.kind} in ('conference', 'challenge')`),
		check('requests_outcome', sql`${table.outcome} in ('agreed', 'declined')`),
		index('requests_by_case').on(table.caseId),
		index('requests_by_version')
			.on(table.versionOf)
			.where(sql`${table.versionOf} is not null`)
	]
);

export const restructures = pgTable(
	'restructures',
	{
		...ending,
		...sent,
		name: text().notNull(),
		startsOn: day('starts_on').notNull(),
		endsOn: day('ends_on'),
		/** Empty: all teams. */
		teamIds: uuid('team_ids')
			.array()
			.notNull()
			.default(sql`'{}'`)
	},
	(table) => [
		oneCurrent('restructures_reference', table),
		check(
			'restructures_end_after_they_start',
			sql`${table.endsOn} is null or ${table.endsOn} > ${table.startsOn}`
		)
	]
);

/**
 * What a restructure is planned to do, a move a row. A team that is to open has its id before it is there, so teams are
 * named without a reference. `variant`: the plan itself, or what it is compared with.
 */
export const plannedMoves = pgTable(
	'planned_moves',
	{
		...fact,
		restructureId: uuid('restructure_id')
			.notNull()
			.references(() => restructures.id),
		variant: text().notNull(),
		kind: text().notNull(),
		movesOn: day('moves_on').notNull(),
		teamId: uuid('team_id'),
		intoTeamId: uuid('into_team_id'),
		practitionerId: uuid('practitioner_id').references(() => practitioners.id),
		toPractitionerId: uuid('to_practitioner_id').references(() => practitioners.id),
		supervisorId: uuid('supervisor_id').references(() => practitioners.id),
		/** Of a team that splits: those who go. */
		practitionerIds: uuid('practitioner_ids')
			.array()
			.notNull()
			.default(sql`'{}'`),
		role: text(),
		reference: text(),
		name: text(),
		service: text(),
		/** The day on which it was carried out, and the form by which it was; null: not yet. */
		doneOn: day('done_on'),
		doneForm: uuid('done_form')
	},
	(table) => [
		check('planned_moves_variant', sql`${table.variant} in ('plan', 'what_if')`),
		check(
			'planned_moves_kind',
			sql`${table.kind} in ('opens', 'renamed', 'person', 'leaves', 'splits', 'cases', 'merges', 'closes')`
		),
		check(
			'planned_moves_done_whole',
			sql`(${table.doneOn} is null) = (${table.doneForm} is null) and (${table.doneOn} is null or ${table.variant} = 'plan')`
		),
		index('planned_moves_by_restructure').on(table.restructureId).where(currently(table.supersededAt))
	]
);

/** A board report as it was issued: the figures of it are never computed again. */
export const boardReports = pgTable(
	'board_reports',
	{
		id: uuid().primaryKey().defaultRandom(),
		/** The month-end it is about. */
		on: day('month_end').notNull(),
		figures: jsonb().notNull(),
		/** SHA-256 of the figures as text. */
		digest: text().notNull(),
		/** The sheets as they were issued; null: issued before they were kept. */
		pdf: bytes(),
		issuedOn: day('issued_on').notNull(),
		issuedAt: instant('issued_at')
			.notNull()
			.default(sql`clock_timestamp()`),
		/** Null: on schedule. */
		accountId: uuid('account_id').references(() => accounts.id)
	},
	(table) => [
		uniqueIndex('board_reports_on_schedule')
			.on(table.on)
			.where(sql`${table.accountId} is null`)
	]
);

export const vacancies = pgTable(
	'vacancies',
	{
		...ending,
		...period,
		teamId: uuid('team_id')
			.notNull()
			.references(() => teams.id),
		role: text().notNull(),
		fte: numeric({ precision: 6, scale: 4, mode: 'number' }).notNull()
	},
	(table) => [
		endsAfterItStarts('vacancies_end_after_they_start', table),
		uniqueIndex('vacancies_key').on(table.teamId, table.role, table.from).where(currently(table.supersededAt))
	]
);

/** One row: what the authority set once. `today` is set only in a demo, whose day does not move. */
export const settings = pgTable(
	'settings',
	{
		id: smallint().primaryKey().default(1),
		observedFrom: day('observed_from'),
		supervisionProfileFrom: day('supervision_profile_from'),
		demoToday: day('demo_today')
	},
	(table) => [check('settings_one_row', sql`${table.id} = 1`)]
);

/** Version 1 is stored with the first that follows it, as it was shipped then. */
export const policyVersions = pgTable(
	'policy_versions',
	{
		version: integer().primaryKey(),
		effectiveFrom: day('effective_from'),
		policy: jsonb().notNull(),
		/** SHA-256 of the text that was proposed. */
		digest: text(),
		draftId: uuid('draft_id').references((): AnyPgColumn => policyDrafts.id),
		publishedAt: instant('published_at').notNull().defaultNow(),
		publishedOn: day('published_on'),
		publishedBy: text('published_by').notNull(),
		/** The accounts of who proposed and who published it; null: as shipped, or brought by the operator. */
		publishedById: uuid('published_by_id'),
		proposedBy: text('proposed_by'),
		proposedById: uuid('proposed_by_id'),
		withdrawnOn: day('withdrawn_on'),
		withdrawnBy: text('withdrawn_by'),
		withdrawnWhy: text('withdrawn_why')
	},
	(table) => [
		uniqueIndex('policy_versions_effective_from')
			.on(table.effectiveFrom)
			.where(sql`${table.withdrawnOn} is null`),
		check('policy_version_one_is_always', sql`(${table.version} = 1) = (${table.effectiveFrom} is null)`),
		check('policy_versions_never_look_back', sql`${table.effectiveFrom} > ${table.publishedOn}`),
		check(
			'policy_versions_need_a_second_person',
			sql`${table.publishedById} is null or ${table.publishedById} <> ${table.proposedById}`
		),
		check(
			'policy_versions_withdrawn_with_words',
			sql`(${table.withdrawnOn} is null) = (${table.withdrawnWhy} is null)`
		)
	]
);

/** What the next version may become. One is open at a time; proposed, its text stays. */
export const policyDrafts = pgTable(
	'policy_drafts',
	{
		id: uuid().primaryKey().defaultRandom(),
		basedOn: integer('based_on').notNull(),
		policy: jsonb().notNull(),
		/** Goes up with every change, so that no change is made over another unseen. */
		edition: integer().notNull().default(1),
		/** By part: the edition in which it was last changed, and who did. */
		changes: jsonb().notNull().default({}),
		startedBy: text('started_by').notNull(),
		startedAt: instant('started_at').notNull().defaultNow(),
		proposedBy: text('proposed_by'),
		proposedById: uuid('proposed_by_id'),
		proposedAt: instant('proposed_at'),
		digest: text(),
		endedAt: instant('ended_at'),
		endedAs: text('ended_as')
	},
	(table) => [
		uniqueIndex('policy_drafts_one_open')
			.on(sql`(${table.endedAt} is null)`)
			.where(sql`${table.endedAt} is null`),
		check('policy_drafts_end', sql`(${table.endedAt} is null) = (${table.endedAs} is null)`),
		check('policy_drafts_ended_as', sql`${table.endedAs} in ('published', 'discarded')`),
		check(
			'policy_drafts_proposed',
			sql`(${table.proposedAt} is null) = (${table.proposedById} is null) and (${table.proposedAt} is null) = (${table.digest} is null)`
		)
	]
);

/** What people did about a draft, a row each. */
export const policySteps = pgTable(
	'policy_steps',
	{
		id: bigserial({ mode: 'number' }).primaryKey(),
		draftId: uuid('draft_id')
			.notNull()
			.references(() => policyDrafts.id),
		step: text().notNull(),
		accountId: uuid('account_id')
			.notNull()
			.references(() => accounts.id),
		by: text('done_by').notNull(),
		on: day('done_on').notNull(),
		words: text(),
		at: instant('done_at').notNull().defaultNow()
	},
	(table) => [
		check(
			'policy_steps_step',
			sql`${table.step} in ('started', 'proposed', 'sent_back', 'taken_back', 'published', 'discarded')`
		),
		index('policy_steps_by_draft').on(table.draftId)
	]
);

/** What a draft would change on a day: asked for, then worked out. By the digest of its text, for a text is not changed. */
export const policyWhatIfs = pgTable(
	'policy_what_ifs',
	{
		digest: text().notNull(),
		on: day('on_day').notNull(),
		changes: jsonb(),
		/** How long it took to work out. */
		milliseconds: integer(),
		workedOutAt: instant('worked_out_at')
	},
	(table) => [primaryKey({ columns: [table.digest, table.on] })]
);

export const flags = pgTable(
	'flags',
	{
		id: uuid().primaryKey().defaultRandom(),
		code: text().notNull(),
		subjectKind: text('subject_kind').notNull(),
		subjectId: uuid('subject_id').notNull(),
		caseId: uuid('case_id').references(() => cases.id),
		practitionerId: uuid('practitioner_id').references(() => practitioners.id),
		teamId: uuid('team_id').references(() => teams.id),
		severity: text().notNull(),
		becameTrueOn: day('became_true_on').notNull(),
		noticedAt: instant('noticed_at').notNull().defaultNow(),
		clearedOn: day('cleared_on'),
		clearedAt: instant('cleared_at'),
		/** The flag of the same rule about the same subject that was cleared before this one. */
		previousId: uuid('previous_id').references((): AnyPgColumn => flags.id)
	},
	(table) => [
		check('flags_severity', sql`${table.severity} in ('critical', 'high', 'medium', 'low')`),
		uniqueIndex('flags_one_open')
			.on(table.code, table.subjectId)
			.where(sql`${table.clearedAt} is null`),
		index('flags_by_subject').on(table.subjectId),
		index('flags_by_team').on(table.teamId)
	]
);

/** What happened to a flag, a row each, as it was written: by a person, or by the review where the account is null. */
export const flagSteps = pgTable(
	'flag_steps',
	{
		id: bigserial({ mode: 'number' }).primaryKey(),
		flagId: uuid('flag_id')
			.notNull()
			.references(() => flags.id),
		step: text().notNull(),
		/** The authority's own day, which in a demo is not the machine's. */
		on: day('happened_on')
			.notNull()
			.default(sql`coalesce(asks_on(), (now() at time zone 'Europe/London')::date)`),
		at: instant('happened_at').notNull().defaultNow(),
		accountId: uuid('account_id').references(() => accounts.id),
		practitionerId: uuid('practitioner_id').references(() => practitioners.id),
		/** What they were when they did it. */
		actedAs: text('acted_as'),
		/** The plan, the reason, the comment. */
		words: text(),
		/** What else the step says, by its kind. */
		details: jsonb()
	},
	(table) => [
		check(
			'flag_steps_step',
			sql`${table.step} in ('raised', 'severity_changed', 'acknowledged', 'accepted', 'asked_again', 'escalated', 'commented', 'cleared')`
		),
		index('flag_steps_by_flag').on(table.flagId),
		uniqueIndex('flag_steps_of_the_review_once')
			.on(table.flagId, table.step, table.on)
			.where(sql`${table.step} in ('asked_again', 'escalated')`)
	]
);

/** A holder asks a manager for oversight of a case. What was asked stays; it is answered once, and goes up once. */
export const oversightRequests = pgTable(
	'oversight_requests',
	{
		id: uuid().primaryKey().defaultRandom(),
		caseId: uuid('case_id')
			.notNull()
			.references(() => cases.id),
		accountId: uuid('account_id')
			.notNull()
			.references(() => accounts.id),
		askedBy: uuid('asked_by')
			.notNull()
			.references(() => practitioners.id),
		askedOn: day('asked_on').notNull(),
		askedAt: instant('asked_at')
			.notNull()
			.default(sql`clock_timestamp()`),
		words: text(),
		escalatedOn: day('escalated_on'),
		answeredOn: day('answered_on'),
		answeredBy: uuid('answered_by').references(() => practitioners.id),
		answeredAs: text('answered_as'),
		/** Null: answered by oversight. */
		answer: text()
	},
	(table) => [
		index('oversight_requests_by_case').on(table.caseId),
		uniqueIndex('oversight_requests_one_waiting')
			.on(table.caseId)
			.where(sql`${table.answeredOn} is null`)
	]
);

/** When the day's flags were last stored, for the words "last reviewed". */
export const reviews = pgTable(
	'reviews',
	{
		id: bigserial({ mode: 'number' }).primaryKey(),
		on: day('reviewed_on').notNull(),
		at: instant('reviewed_at').notNull().defaultNow(),
		raised: integer().notNull(),
		kept: integer().notNull(),
		cleared: integer().notNull(),
		/** night: the day's own, by the schedule; import: after data arrived; asked: by command. */
		occasion: text().notNull().default('asked')
	},
	(table) => [
		check('reviews_occasion', sql`${table.occasion} in ('night', 'import', 'asked')`),
		uniqueIndex('reviews_one_night_a_day')
			.on(table.on)
			.where(sql`${table.occasion} = 'night'`)
	]
);

/** Workforce indicators as the Department for Education publishes them: of areas, never of people. */
export const benchmarks = pgTable(
	'benchmarks',
	{
		year: smallint().notNull(),
		code: text().notNull(),
		name: text().notNull(),
		level: text().notNull(),
		regionCode: text('region_code'),
		/** By the column of the published file: a number, or the symbol published in its place. */
		figures: jsonb().notNull(),
		importedAt: instant('imported_at').notNull().defaultNow()
	},
	(table) => [primaryKey({ columns: [table.year, table.code] })]
);

/** What the authority's own figures are shown beside: each choice is a row, and the last one stands. */
export const comparisons = pgTable('comparisons', {
	id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
	/** By the code of the published file; null: not said. */
	ownCode: text('own_code'),
	neighbourCodes: text('neighbour_codes').array().notNull(),
	chosenOn: day('chosen_on').notNull(),
	chosenAt: instant('chosen_at').notNull().defaultNow(),
	/** By name, as it was then. */
	chosenBy: text('chosen_by').notNull(),
	accountId: uuid('account_id')
		.notNull()
		.references(() => accounts.id)
});

/** What the authority wants a measure to be, from a day until the next target of it; no value: none from then on. */
export const targets = pgTable(
	'targets',
	{
		id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
		measure: text().notNull(),
		/** As the measure is: a share as a fraction of 1. */
		value: doublePrecision(),
		from: day('from_on').notNull(),
		why: text().notNull(),
		setOn: day('set_on').notNull(),
		/** By name, as it was then. */
		setBy: text('set_by').notNull(),
		setAt: instant('set_at').notNull().defaultNow(),
		accountId: uuid('account_id')
			.notNull()
			.references(() => accounts.id)
	},
	(table) => [index('targets_by_measure').on(table.measure)]
);

/** For how many years records of staff are listed as kept after they leave, until the next choice; none: for good. */
export const retentionChoices = pgTable(
	'retention_choices',
	{
		id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
		years: smallint(),
		why: text().notNull(),
		setOn: day('set_on').notNull(),
		/** By name, as it was then. */
		setBy: text('set_by').notNull(),
		setAt: instant('set_at').notNull().defaultNow(),
		accountId: uuid('account_id')
			.notNull()
			.references(() => accounts.id)
	},
	(table) => [check('retention_choices_years', sql`${table.years} between 1 and 100`)]
);

export const imports = pgTable('imports', {
	id: uuid().primaryKey().defaultRandom(),
	at: instant('applied_at').notNull().defaultNow(),
	by: text('applied_by').notNull(),
	source: text().notNull(),
	digest: text().notNull(),
	/** Counts per table: added, changed, ended, unchanged, left out. */
	counts: jsonb().notNull()
});

/** Which practitioner a name in a foreign file stands for. */
export const rememberedNames = pgTable(
	'remembered_names',
	{
		source: text().notNull(),
		name: text().notNull(),
		practitionerId: uuid('practitioner_id')
			.notNull()
			.references(() => practitioners.id)
	},
	(table) => [primaryKey({ columns: [table.source, table.name] })]
);

/** A case whose holder came as a name that no practitioner bears yet. */
export const holdersNotMatched = pgTable('holders_not_matched', {
	caseId: uuid('case_id')
		.primaryKey()
		.references(() => cases.id),
	source: text().notNull(),
	name: text().notNull()
});

export const accounts = pgTable(
	'accounts',
	{
		id: uuid().primaryKey().defaultRandom(),
		email: text().notNull(),
		/** Null until the first password is set through the single-use link. */
		passwordHash: text('password_hash'),
		practitionerId: uuid('practitioner_id').references(() => practitioners.id),
		/** What the account adds to the scope of its practitioner's postings. */
		role: text(),
		createdAt: instant('created_at').notNull().defaultNow(),
		disabledAt: instant('disabled_at')
	},
	(table) => [
		uniqueIndex('accounts_email').on(sql`lower(${table.email})`),
		uniqueIndex('accounts_practitioner').on(table.practitionerId),
		check(
			'accounts_role',
			sql`${table.role} in ('director', 'principal_social_worker', 'steward', 'administrator', 'inspector')`
		),
		check('accounts_are_for_somebody', sql`${table.practitionerId} is not null or ${table.role} is not null`)
	]
);

/** A browser signed in. The id is the SHA-256 of the token that the browser holds. */
export const signInSessions = pgTable(
	'sign_in_sessions',
	{
		id: text().primaryKey(),
		accountId: uuid('account_id')
			.notNull()
			.references(() => accounts.id, { onDelete: 'cascade' }),
		createdAt: instant('created_at').notNull().defaultNow(),
		lastSeenAt: instant('last_seen_at').notNull().defaultNow(),
		expiresAt: instant('expires_at').notNull()
	},
	(table) => [index('sign_in_sessions_by_account').on(table.accountId)]
);

/** A single-use link to set a password. The id is the SHA-256 of the token in the link. */
export const passwordLinks = pgTable('password_links', {
	id: text().primaryKey(),
	accountId: uuid('account_id')
		.notNull()
		.references(() => accounts.id, { onDelete: 'cascade' }),
	expiresAt: instant('expires_at').notNull(),
	usedAt: instant('used_at')
});

/** An address under which somebody's calendar is read. The id is the SHA-256 of the token in it, which is kept nowhere. */
export const calendarTokens = pgTable(
	'calendar_tokens',
	{
		id: text().primaryKey(),
		accountId: uuid('account_id')
			.notNull()
			.references(() => accounts.id, { onDelete: 'cascade' }),
		createdAt: instant('created_at').notNull().defaultNow(),
		revokedAt: instant('revoked_at'),
		/** The last day on which it was read. */
		readOn: day('read_on')
	},
	(table) => [
		uniqueIndex('calendar_tokens_one_each')
			.on(table.accountId)
			.where(sql`${table.revokedAt} is null`)
	]
);

/** Failed guesses, by account and by address, so that guessing is slowed across processes and restarts. */
export const signInAttempts = pgTable(
	'sign_in_attempts',
	{
		id: bigserial({ mode: 'number' }).primaryKey(),
		/** "account:" or "address:" and what was tried, hashed. */
		key: text().notNull(),
		at: instant('attempted_at').notNull().defaultNow(),
		succeeded: boolean().notNull()
	},
	(table) => [index('sign_in_attempts_by_key').on(table.key, table.at)]
);

/** A form that acts once: the key was in the form, so a second posting finds the first one's answer. */
export const submissions = pgTable('submissions', {
	key: uuid().primaryKey(),
	accountId: uuid('account_id').notNull(),
	outcome: jsonb(),
	at: instant('submitted_at').notNull().defaultNow()
});

/** Who did what to which row, never what it said. */
export const audit = pgTable(
	'audit',
	{
		id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
		at: instant('happened_at')
			.notNull()
			.default(sql`clock_timestamp()`),
		/** Null: the operator or the schedule; `actor` says which. */
		accountId: uuid('account_id'),
		actor: text().notNull(),
		action: text().notNull(),
		entity: text().notNull(),
		entityId: text('entity_id'),
		digest: text(),
		/** As whom somebody read it, where that is not plain from their role. */
		scope: text()
	},
	(table) => [
		index('audit_by_entity').on(table.entity, table.entityId),
		index('audit_by_account').on(table.accountId)
	]
);

/**
 * Who changed which fact by hand: from what, to what, and why. Those of one form are undone together. `before` and
 * `after` hold the columns of the fact that may be shown, never a child's name or the text of a note.
 */
export const changes = pgTable(
	'changes',
	{
		id: bigserial({ mode: 'number' }).primaryKey(),
		formKey: uuid('form_key').notNull(),
		entity: text().notNull(),
		entityId: uuid('entity_id').notNull(),
		/** Whom, which case and which team it is about: who sees one of them sees the change. */
		practitionerId: uuid('practitioner_id').references(() => practitioners.id),
		caseId: uuid('case_id').references(() => cases.id),
		teamId: uuid('team_id').references(() => teams.id),
		restructureId: uuid('restructure_id').references(() => restructures.id),
		change: text().notNull(),
		/** The fact before and after; null: there was none. */
		before: jsonb(),
		after: jsonb(),
		why: text(),
		madeOn: day('made_on').notNull(),
		madeAt: instant('made_at')
			.notNull()
			.default(sql`clock_timestamp()`),
		madeBy: uuid('made_by').references(() => practitioners.id),
		accountId: uuid('account_id')
			.notNull()
			.references(() => accounts.id),
		/** The form whose change this takes back. */
		undoes: uuid()
	},
	(table) => [
		check(
			'changes_change',
			sql`${table.change} in ('recorded', 'changed', 'corrected', 'ended', 'reopened', 'decided', 'confirmed', 'withdrawn', 'undone')`
		),
		check(
			'changes_about_something',
			sql`${table.practitionerId} is not null or ${table.caseId} is not null or ${table.teamId} is not null or ${table.restructureId} is not null`
		),
		check('changes_of_something', sql`${table.before} is not null or ${table.after} is not null`),
		uniqueIndex('changes_once_a_form').on(table.formKey, table.entity, table.entityId),
		index('changes_by_fact').on(table.entityId),
		index('changes_by_person').on(table.practitionerId),
		index('changes_by_case').on(table.caseId),
		index('changes_by_team').on(table.teamId),
		index('changes_by_restructure').on(table.restructureId),
		index('changes_by_account').on(table.accountId, table.madeOn),
		index('changes_undone').on(table.undoes)
	]
);

/** What was counted in a team on the last day of a month, as it was known then. Null team: the cases of no team. */
export const monthEnds = pgTable(
	'month_ends',
	{
		id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
		on: day('month_end').notNull(),
		teamId: uuid('team_id').references(() => teams.id),
		tally: jsonb().notNull(),
		storedAt: instant('stored_at').notNull().defaultNow(),
		/** What the same day counts as by what is recorded now, where that differs. */
		sinceCorrected: jsonb('since_corrected'),
		/** The same with what was recorded too late to be known then, where that differs again. */
		hindsight: jsonb(),
		checkedAt: instant('checked_at').notNull().defaultNow()
	},
	(table) => [unique('month_ends_once').on(table.on, table.teamId).nullsNotDistinct()]
);

/** What the last review counted in a team on its day. The day before is not kept. Null team: the cases of no team. */
export const dayFigures = pgTable(
	'day_figures',
	{
		id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
		on: day('counted_for').notNull(),
		teamId: uuid('team_id').references(() => teams.id),
		tally: jsonb().notNull(),
		countedAt: instant('counted_at').notNull()
	},
	(table) => [unique('day_figures_once').on(table.on, table.teamId).nullsNotDistinct()]
);

/**
 * Which facts a transaction wrote, so that a server that keeps facts between requests knows what it must ask for again.
 * Kinds: `case` and `person` with an id, `common` (teams, restructures, policy, settings), `all` where it wrote more than
 * is worth naming. Written by triggers; taken out after some days.
 */
export const factsTouched = pgTable(
	'facts_touched',
	{
		id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
		transaction: bigint({ mode: 'number' })
			.notNull()
			.default(sql`pg_current_xact_id()::text::bigint`),
		kind: text().notNull(),
		ofId: uuid('of_id'),
		touchedAt: instant('touched_at')
			.notNull()
			.default(sql`clock_timestamp()`)
	},
	(table) => [
		index('facts_touched_by_transaction').on(table.transaction),
		check('facts_touched_kind', sql`${table.kind} in ('case', 'person', 'common', 'all')`)
	]
);

/**
 * A mail about flags: the day's digest, or at once about critical ones. It is written when it is sent, for what its
 * reader may see then, and what it said is not kept.
 */
export const notices = pgTable(
	'notices',
	{
		/** Also the mail's Message-ID, so that a second copy of one mail is recognised. */
		id: uuid().primaryKey().defaultRandom(),
		accountId: uuid('account_id')
			.notNull()
			.references(() => accounts.id),
		kind: text().notNull(),
		on: day('notice_on').notNull(),
		queuedAt: instant('queued_at')
			.notNull()
			.default(sql`clock_timestamp()`),
		/** sending: taken by a sender until `nextAt`; kept: shown in the outbox and not mailed. */
		state: text().notNull().default('waiting'),
		attempts: smallint().notNull().default(0),
		nextAt: instant('next_at')
			.notNull()
			.default(sql`clock_timestamp()`),
		/** When it was first tried: its Date, however often it is tried. */
		datedAt: instant('dated_at'),
		endedAt: instant('ended_at'),
		/** Counts and the day, no case. Null: never written. */
		subject: text(),
		reason: text(),
		/** What the mail server said. */
		answer: text()
	},
	(table) => [
		check('notices_kind', sql`${table.kind} in ('digest', 'critical')`),
		check(
			'notices_state',
			sql`${table.state} in ('waiting', 'sending', 'sent', 'kept', 'dropped', 'failed')`
		),
		check('notices_end_once', sql`(${table.state} in ('waiting', 'sending')) = (${table.endedAt} is null)`),
		uniqueIndex('notices_one_digest_a_day')
			.on(table.accountId, table.on)
			.where(sql`${table.kind} = 'digest'`),
		index('notices_to_send')
			.on(table.nextAt)
			.where(sql`${table.endedAt} is null`),
		index('notices_by_queue').on(table.queuedAt.desc())
	]
);

/** Who was told at once of which critical flag, and by which mail: each person of each flag once. */
export const noticeFlags = pgTable(
	'notice_flags',
	{
		accountId: uuid('account_id')
			.notNull()
			.references(() => accounts.id),
		flagId: uuid('flag_id')
			.notNull()
			.references(() => flags.id),
		noticeId: uuid('notice_id')
			.notNull()
			.references(() => notices.id)
	},
	(table) => [
		primaryKey({ columns: [table.accountId, table.flagId] }),
		index('notice_flags_by_notice').on(table.noticeId)
	]
);

/** When somebody last opened their first screen, and when they did on the visit before. */
export const visits = pgTable('visits', {
	accountId: uuid('account_id')
		.primaryKey()
		.references(() => accounts.id, { onDelete: 'cascade' }),
	seenAt: instant('seen_at')
		.notNull()
		.default(sql`clock_timestamp()`),
	/** Null: there was none before. */
	beforeAt: instant('before_at')
});

/** What somebody chose about their mail; without a row, the usual. */
export const noticePreferences = pgTable(
	'notice_preferences',
	{
		accountId: uuid('account_id')
			.primaryKey()
			.references(() => accounts.id),
		digest: text().notNull(),
		/** The hour in London from which the digest is sent. */
		hour: smallint().notNull(),
		savedAt: instant('saved_at')
			.notNull()
			.default(sql`clock_timestamp()`)
	},
	(table) => [
		check('notice_preferences_digest', sql`${table.digest} in ('every_day', 'working_days', 'never')`),
		check('notice_preferences_hour', sql`${table.hour} between 6 and 20`)
	]
);
