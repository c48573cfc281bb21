import { sql } from 'drizzle-orm';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import {
	DEFAULT_POLICY,
	NO_SETTINGS,
	wholePolicy,
	type Policy,
	type Settings,
	type StoredPolicy
} from '#lib/domain/policy.ts';
import type { WhatIf } from '#lib/domain/what-if.ts';
import { asRules, type Transaction } from '#lib/server/db/index.ts';

/** A version and how it came about. */
export interface PublishedVersion {
	policy: Policy;
	/** Null: as shipped. */
	publishedOn: CalendarDate | null;
	publishedBy: string;
	proposedBy: string | null;
	withdrawn: { on: CalendarDate; by: string; why: string } | null;
}

/** Every version, the withdrawn ones included, oldest first; version 1 as shipped where none was stored. */
export async function publishedVersions(tx: Transaction): Promise<PublishedVersion[]> {
	const rows = await tx.execute<{
		version: number;
		effectiveFrom: CalendarDate | null;
		policy: StoredPolicy;
		publishedOn: CalendarDate | null;
		publishedBy: string;
		proposedBy: string | null;
		withdrawnOn: CalendarDate | null;
		withdrawnBy: string | null;
		withdrawnWhy: string | null;
	}>(
		sql`select version, effective_from as "effectiveFrom", policy, published_on as "publishedOn",
			published_by as "publishedBy", proposed_by as "proposedBy", withdrawn_on as "withdrawnOn",
			withdrawn_by as "withdrawnBy", withdrawn_why as "withdrawnWhy"
			from policy_versions order by version`
	);
	const stored = rows.map((row) => ({
		policy: wholePolicy({ ...row.policy, version: row.version, effectiveFrom: row.effectiveFrom }),
		publishedOn: row.publishedOn,
		publishedBy: row.publishedBy,
		proposedBy: row.proposedBy,
		withdrawn:
			row.withdrawnOn === null
				? null
				: { on: row.withdrawnOn, by: row.withdrawnBy ?? '', why: row.withdrawnWhy ?? '' }
	}));
	if (stored[0]?.policy.version === 1) return stored;
	const shipped = { policy: DEFAULT_POLICY, publishedOn: null, publishedBy: AS_SHIPPED, proposedBy: null };
	return [{ ...shipped, withdrawn: null }, ...stored];
}

const AS_SHIPPED = 'as shipped';

export interface PartChange {
	edition: number;
	by: string;
}

/** The one draft that has not ended. */
export interface OpenDraft {
	draftId: string;
	basedOn: number;
	policy: Policy;
	edition: number;
	changes: Record<string, PartChange>;
	startedBy: string;
	/** Null: still being written. */
	proposed: { by: string; byId: string; at: Date; digest: string } | null;
}

/** Null: there is none. `toChange` keeps others from changing it until the transaction ends. */
export async function openDraft(tx: Transaction, toChange = false): Promise<OpenDraft | null> {
	const [row] = await tx.execute<{
		id: string;
		basedOn: number;
		policy: StoredPolicy;
		edition: number;
		changes: Record<string, PartChange>;
		startedBy: string;
		proposedBy: string | null;
		proposedById: string | null;
		proposedAt: string | null;
		digest: string | null;
	}>(
		sql`select id, based_on as "basedOn", policy, edition, changes, started_by as "startedBy",
			proposed_by as "proposedBy", proposed_by_id as "proposedById", proposed_at::text as "proposedAt", digest
			from policy_drafts where ended_at is null ${toChange ? sql`for update` : sql``}`
	);
	if (!row) return null;
	const { proposedBy, proposedById, proposedAt, digest } = row;
	return {
		draftId: row.id,
		basedOn: row.basedOn,
		policy: wholePolicy(row.policy),
		edition: row.edition,
		changes: row.changes,
		startedBy: row.startedBy,
		proposed:
			proposedById === null || proposedAt === null
				? null
				: { by: proposedBy ?? '', byId: proposedById, at: new Date(proposedAt), digest: digest ?? '' }
	};
}

/** Its id; null where somebody else has just started one. */
export async function insertDraft(tx: Transaction, based: Policy, by: string): Promise<string | null> {
	const [row] = await tx.execute<{ id: string }>(
		sql`insert into policy_drafts (based_on, policy, started_by)
			values (${based.version}, ${JSON.stringify(based)}::jsonb, ${by})
			on conflict do nothing returning id`
	);
	return row?.id ?? null;
}

export async function saveDraft(
	tx: Transaction,
	{ draftId, edition, changes }: Pick<OpenDraft, 'draftId' | 'edition' | 'changes'>,
	policy: Policy
): Promise<void> {
	await tx.execute(
		sql`update policy_drafts set policy = ${JSON.stringify(policy)}::jsonb, edition = ${edition},
			changes = ${JSON.stringify(changes)}::jsonb where id = ${draftId}`
	);
}

export async function markProposed(
	tx: Transaction,
	draftId: string,
	policy: Policy,
	by: { name: string; accountId: string; digest: string }
): Promise<void> {
	await tx.execute(
		sql`update policy_drafts set policy = ${JSON.stringify(policy)}::jsonb, proposed_by = ${by.name},
			proposed_by_id = ${by.accountId}, proposed_at = clock_timestamp(), digest = ${by.digest}
			where id = ${draftId}`
	);
}

export async function reopenDraft(tx: Transaction, draftId: string): Promise<void> {
	await tx.execute(
		sql`update policy_drafts set proposed_by = null, proposed_by_id = null, proposed_at = null, digest = null
			where id = ${draftId}`
	);
}

export async function endDraft(
	tx: Transaction,
	draftId: string,
	endedAs: 'published' | 'discarded'
): Promise<void> {
	await tx.execute(
		sql`update policy_drafts set ended_at = clock_timestamp(), ended_as = ${endedAs} where id = ${draftId}`
	);
}

export type PolicyStepKind = 'started' | 'proposed' | 'sent_back' | 'taken_back' | 'published' | 'discarded';

export async function insertPolicyStep(
	tx: Transaction,
	draftId: string,
	step: PolicyStepKind,
	by: { accountId: string; name: string; on: CalendarDate },
	words: string | null = null
): Promise<void> {
	await tx.execute(
		sql`insert into policy_steps (draft_id, step, account_id, done_by, done_on, words)
			values (${draftId}, ${step}, ${by.accountId}, ${by.name}, ${by.on}, ${words})`
	);
}

export interface PolicyStep {
	step: PolicyStepKind;
	by: string;
	on: CalendarDate;
	words: string | null;
}

/** What was done about a draft, latest first. */
export async function policySteps(tx: Transaction, draftId: string): Promise<PolicyStep[]> {
	const rows = await tx.execute<{
		step: PolicyStepKind;
		by: string;
		on: CalendarDate;
		words: string | null;
	}>(
		sql`select step, done_by as by, done_on as on, words from policy_steps
			where draft_id = ${draftId} order by id desc`
	);
	return [...rows];
}

/** Stores version 1 as it is shipped now, so that no later shipment changes what it was. */
export async function keepVersionOne(tx: Transaction, policy: Policy): Promise<void> {
	await tx.execute(
		sql`insert into policy_versions (version, policy, published_by)
			values (1, ${JSON.stringify(policy)}::jsonb, ${AS_SHIPPED}) on conflict do nothing`
	);
}

export async function insertVersion(
	tx: Transaction,
	policy: Policy,
	by: {
		digest: string | null;
		draftId: string | null;
		publishedOn: CalendarDate | null;
		publishedBy: string;
		publishedById: string | null;
		proposedBy: string | null;
		proposedById: string | null;
		/** Of a version that comes withdrawn already, from another database. */
		withdrawn?: PublishedVersion['withdrawn'];
	}
): Promise<void> {
	const { on = null, by: withdrawnBy = null, why = null } = by.withdrawn ?? {};
	await tx.execute(
		sql`insert into policy_versions (version, effective_from, policy, digest, draft_id, published_on, published_by,
				published_by_id, proposed_by, proposed_by_id, withdrawn_on, withdrawn_by, withdrawn_why)
			values (${policy.version}, ${policy.effectiveFrom}, ${JSON.stringify(policy)}::jsonb, ${by.digest},
				${by.draftId}, ${by.publishedOn}, ${by.publishedBy}, ${by.publishedById}, ${by.proposedBy},
				${by.proposedById}, ${on}, ${withdrawnBy}, ${why})`
	);
}

/** Whether any version is stored: none is until the first is published, or comes in a file. */
export async function isAnyVersionStored(tx: Transaction): Promise<boolean> {
	const [row] = await tx.execute<{ any: boolean }>(sql`select exists (select from policy_versions) as "any"`);
	return row?.any ?? false;
}

/** Whether it was withdrawn: only one not yet in force on the day, and not withdrawn before. */
export async function withdrawVersion(
	tx: Transaction,
	version: number,
	{ on, by, why }: { on: CalendarDate; by: string; why: string }
): Promise<boolean> {
	const rows = await tx.execute(
		sql`update policy_versions set withdrawn_on = ${on}, withdrawn_by = ${by}, withdrawn_why = ${why}
			where version = ${version} and effective_from > ${on} and withdrawn_on is null returning version`
	);
	return rows.length > 0;
}

/** The courses that somebody posted on the day has ever done. */
export async function coursesHeld(tx: Transaction, on: CalendarDate): Promise<Set<string>> {
	const rows = await asRules(tx, () =>
		tx.execute<{ course: string }>(
			sql`select distinct t.course from training t
				where t.superseded_at is null and exists (
					select from postings p where p.practitioner_id = t.practitioner_id and p.superseded_at is null
						and p.from_on <= ${on} and (p.to_on is null or p.to_on > ${on}))`
		)
	);
	return new Set(rows.map(({ course }) => course));
}

/** What a text would change on a day; `changes` null: asked for, and not worked out yet. */
export interface StoredWhatIf {
	on: CalendarDate;
	changes: WhatIf | null;
	milliseconds: number | null;
	workedOutAt: Date | null;
}

export async function whatIfsOf(tx: Transaction, digest: string): Promise<StoredWhatIf[]> {
	const rows = await tx.execute<{
		on: CalendarDate;
		changes: WhatIf | null;
		milliseconds: number | null;
		at: string | null;
	}>(
		sql`select on_day as on, changes, milliseconds, worked_out_at::text as at from policy_what_ifs
			where digest = ${digest} order by on_day desc`
	);
	return rows.map(({ at, ...row }) => ({ ...row, workedOutAt: at === null ? null : new Date(at) }));
}

export async function askWhatIf(
	tx: Transaction,
	digest: string,
	days: readonly CalendarDate[],
	again: boolean
): Promise<void> {
	for (const day of days)
		await tx.execute(
			sql`insert into policy_what_ifs (digest, on_day) values (${digest}, ${day})
				on conflict (digest, on_day) do ${
					again
						? sql`update set changes = null, milliseconds = null, worked_out_at = null
							where policy_what_ifs.worked_out_at is not null`
						: sql`nothing`
				}`
		);
}

/** The next day that was asked for, the latest first, kept from others until the transaction ends; null: none is free. */
export async function nextWhatIf(tx: Transaction, digest: string): Promise<CalendarDate | null> {
	const [row] = await tx.execute<{ on: CalendarDate }>(
		sql`select on_day as on from policy_what_ifs where digest = ${digest} and worked_out_at is null
			order by on_day desc limit 1 for update skip locked`
	);
	return row?.on ?? null;
}

export async function keepWhatIf(
	tx: Transaction,
	digest: string,
	changes: WhatIf,
	milliseconds: number
): Promise<void> {
	await tx.execute(
		sql`update policy_what_ifs set changes = ${JSON.stringify(changes)}::jsonb, milliseconds = ${milliseconds},
			worked_out_at = clock_timestamp() where digest = ${digest} and on_day = ${changes.on}`
	);
}

export async function policySettings(tx: Transaction): Promise<Settings> {
	const [stored] = await tx.execute<{
		observedFrom: CalendarDate | null;
		supervisionProfileFrom: CalendarDate | null;
	}>(
		sql`select observed_from as "observedFrom", supervision_profile_from as "supervisionProfileFrom" from settings`
	);
	return stored ?? NO_SETTINGS;
}

/** Sets what is given of the authority's own settings, and leaves the others. */
export async function setPolicySettings(
	tx: Transaction,
	{ observedFrom = null, supervisionProfileFrom = null }: Partial<Settings>
): Promise<void> {
	await tx.execute(
		sql`insert into settings (id, observed_from, supervision_profile_from)
			values (1, ${observedFrom}, ${supervisionProfileFrom})
			on conflict (id) do update set observed_from = coalesce(excluded.observed_from, settings.observed_from),
				supervision_profile_from = coalesce(excluded.supervision_profile_from, settings.supervision_profile_from)`
	);
}
