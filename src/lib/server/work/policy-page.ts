import { mayChangePolicy, type AskingRole } from '#lib/domain/access.ts';
import { dayInWords, weekdayInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import { typedFrom, versionState, type Typed, type VersionState } from '#lib/domain/policy-draft.ts';
import {
	capitalised,
	coursesOf,
	differenceInWords,
	differencesBetween,
	partsOf,
	sourceOf,
	valueInWords,
	type PolicyDifference,
	type PolicyPart
} from '#lib/domain/policy-fields.ts';
import { problemsOf, type PolicyProblems } from '#lib/domain/policy-problems.ts';
import { KINDS, policyOn, type Policy } from '#lib/domain/policy.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import {
	coursesHeld,
	openDraft,
	policySteps,
	publishedVersions,
	type OpenDraft,
	type PolicyStep,
	type PublishedVersion
} from '#lib/server/store/policy.ts';
import { baseOf } from './change-policy.ts';

/** A part of a policy as it is read: each number in words, with its source. */
export interface PartInWords {
	key: string;
	title: string;
	isKind: boolean;
	rows: { key: string; label: string; value: string; source: string; changed: boolean }[];
}

export interface VersionInWords {
	version: number;
	state: VersionState;
	from: string;
	/** Who proposed and published it. */
	by: string;
	withdrawn: string | null;
	/** What it says otherwise than the version before it. */
	differences: string[];
	mayWithdraw: boolean;
}

export interface PolicyPage {
	version: number;
	from: string;
	next: string | null;
	parts: PartInWords[];
	versions: VersionInWords[];
	compared: { from: number; to: number; differences: PolicyDifference[] } | null;
	/** Null: there is none, or it is not for who asks. */
	draft: { by: string; proposed: boolean } | null;
	mayChange: boolean;
}

const KIND_KEYS: readonly string[] = KINDS;

function partsInWords(policy: Policy, base: Policy | null): PartInWords[] {
	const changed = new Set(base === null ? [] : differencesBetween(base, policy).map(({ path }) => path));
	return partsOf(policy).map(({ key, title, fields }) => ({
		key,
		title,
		isKind: KIND_KEYS.includes(key),
		rows: fields.map((field) => ({
			key: field.path,
			label: field.label,
			value: valueInWords(policy, field),
			source: sourceOf(policy, field),
			changed: changed.has(field.path)
		}))
	}));
}

/** The version in force on a day, every version with what it changed, and two of them compared where that is asked. */
export async function policyPage(
	tx: Transaction,
	{ role, today }: { role: AskingRole; today: CalendarDate },
	on: CalendarDate,
	compare: { from: number; to: number } | null
): Promise<PolicyPage> {
	const all = await publishedVersions(tx);
	const standing = all.filter(({ withdrawn }) => withdrawn === null).map(({ policy }) => policy);
	const inForce = policyOn(standing, on);
	const next = standing.find(({ effectiveFrom }) => effectiveFrom !== null && effectiveFrom > on);
	const draft = await openDraft(tx);
	const find = (version: number) => all.find(({ policy }) => policy.version === version)?.policy;
	const [from, to] = [compare && find(compare.from), compare && find(compare.to)];
	return {
		version: inForce.version,
		from: fromInWords(inForce),
		next:
			next?.effectiveFrom == null
				? null
				: `Version ${next.version} comes into force on ${weekdayInWords(next.effectiveFrom)}.`,
		parts: partsInWords(inForce, null),
		versions: all
			.map((each) => versionInWords(each, all, policyOn(standing, today).version, { role, today }))
			.reverse(),
		compared:
			from && to ? { from: from.version, to: to.version, differences: differencesBetween(from, to) } : null,
		draft: draft && { by: draft.proposed?.by ?? draft.startedBy, proposed: draft.proposed !== null },
		mayChange: mayChangePolicy(role)
	};
}

function fromInWords({ effectiveFrom }: Policy): string {
	return effectiveFrom === null
		? 'in force on every day before version 2'
		: `in force from ${weekdayInWords(effectiveFrom)}`;
}

function versionInWords(
	{ policy, publishedOn, publishedBy, proposedBy, withdrawn }: PublishedVersion,
	all: readonly PublishedVersion[],
	inForce: number,
	{ role, today }: { role: AskingRole; today: CalendarDate }
): VersionInWords {
	const before = all.filter((each) => each.withdrawn === null && each.policy.version < policy.version);
	const previous = before.at(-1)?.policy;
	const { version, effectiveFrom } = policy;
	const state = versionState({ version, effectiveFrom, withdrawn: withdrawn !== null }, inForce, today);
	const published = publishedOn === null ? publishedBy : `${publishedBy} on ${dayInWords(publishedOn)}`;
	return {
		version,
		state,
		from: fromInWords(policy),
		by: proposedBy === null ? capitalised(published) : `Proposed by ${proposedBy}, published by ${published}`,
		withdrawn: withdrawn && `Withdrawn by ${withdrawn.by} on ${dayInWords(withdrawn.on)}: ${withdrawn.why}`,
		differences: previous ? differencesBetween(previous, policy).map(differenceInWords) : [],
		mayWithdraw: state === 'to_come' && mayChangePolicy(role)
	};
}

export interface DraftPage {
	draft: Pick<OpenDraft, 'basedOn' | 'edition' | 'startedBy'>;
	proposed: { by: string; on: string; digest: string; own: boolean } | null;
	parts: PartInWords[];
	differences: PolicyDifference[];
	problems: PolicyProblems;
	steps: (PolicyStep & { when: string })[];
	/** Null: no part is open for changing. */
	editing: {
		part: PolicyPart;
		typed: Typed;
		/** What the version it started from says, by path. */
		before: Record<string, { value: string; source: string }>;
		courses: string[];
	} | null;
	/** Versions published since the draft was started, or withdrawn: what it was compared with is no longer the latest. */
	stale: string | null;
	mayChange: boolean;
}

/** The draft with what it changes and what is wrong with it; null: there is none. */
export async function draftPage(
	tx: Transaction,
	who: { accountId: string; role: AskingRole; today: CalendarDate },
	partKey: string | null
): Promise<DraftPage | null> {
	const draft = await openDraft(tx);
	if (!draft) return null;
	const { policy, proposed, basedOn } = draft;
	const base = await baseOf(tx, draft);
	const part = partsOf(policy).find(({ key }) => key === partKey);
	const mayChange = mayChangePolicy(who.role);
	const based = (await publishedVersions(tx)).find((each) => each.policy.version === basedOn);
	return {
		draft: { basedOn, edition: draft.edition, startedBy: draft.startedBy },
		proposed: proposed && {
			by: proposed.by,
			on: dayInWords((await lastProposed(tx, draft.draftId)) ?? who.today),
			digest: proposed.digest,
			own: proposed.byId === who.accountId
		},
		parts: partsInWords(policy, base),
		differences: differencesBetween(base, policy),
		problems: problemsOf(policy, await coursesHeld(tx, who.today)),
		steps: (await policySteps(tx, draft.draftId)).map((step) => ({ ...step, when: dayInWords(step.on) })),
		editing:
			part && mayChange && !proposed
				? {
						part,
						typed: typedFrom(policy, base, part.key),
						before: Object.fromEntries(
							part.fields.map((field) => [
								field.path,
								{ value: valueInWords(base, field), source: sourceOf(base, field) }
							])
						),
						courses: coursesOf(policy)
					}
				: null,
		stale: based?.withdrawn
			? `Version ${basedOn}, from which this draft started, has been withdrawn since. Its changes are still in the draft.`
			: null,
		mayChange
	};
}

async function lastProposed(tx: Transaction, draftId: string): Promise<CalendarDate | null> {
	return (await policySteps(tx, draftId)).find(({ step }) => step === 'proposed')?.on ?? null;
}
