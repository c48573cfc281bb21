import { createHash } from 'node:crypto';
import { dayInWords, isCalendarDate, type CalendarDate } from '#lib/domain/calendar.ts';
import { withTyped, type FieldRefused, type Typed } from '#lib/domain/policy-draft.ts';
import { differencesBetween, partsOf, withSources } from '#lib/domain/policy-fields.ts';
import { problemsOf, whyNotFrom } from '#lib/domain/policy-problems.ts';
import { DEFAULT_POLICY, policyOn, type Policy } from '#lib/domain/policy.ts';
import { noDay } from '#lib/domain/typed-day.ts';
import { record } from '#lib/server/audit.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import {
	coursesHeld,
	endDraft,
	insertDraft,
	insertPolicyStep,
	insertVersion,
	keepVersionOne,
	markProposed,
	openDraft,
	publishedVersions,
	reopenDraft,
	saveDraft,
	withdrawVersion,
	type OpenDraft
} from '#lib/server/store/policy.ts';

/** Who changes the policy: their role was looked at before they came here, and is looked at again by the database. */
export interface Changing {
	accountId: string;
	name: string;
	today: CalendarDate;
}

/** What was not done, in words, by the field it is about; `''`: about no field. */
export type NotDone = { refused: FieldRefused[] };

const not = (words: string, field = ''): NotDone => ({ refused: [{ field, words }] });

const GONE = 'There is no draft any more: it was published or discarded meanwhile.';
const FIXED = 'The draft has been proposed, and its text is fixed. Send it back before it is changed.';
const LONGEST_WORDS = 2000;

/** The digest of a policy's text, whatever the order of its fields. */
export function digestOf(policy: Policy): string {
	const { version, effectiveFrom, ...text } = withSources(policy);
	void version;
	void effectiveFrom;
	return createHash('sha256')
		.update(JSON.stringify(inOrder(text)))
		.digest('hex');
}

function inOrder(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(inOrder);
	if (value === null || typeof value !== 'object') return value;
	return Object.fromEntries(
		Object.entries(value)
			.sort(([a], [b]) => (a < b ? -1 : 1))
			.map(([key, each]) => [key, inOrder(each)])
	);
}

/** The latest version that was not withdrawn: what a new draft starts from. */
async function latestVersion(tx: Transaction): Promise<Policy> {
	const standing = (await publishedVersions(tx)).filter(({ withdrawn }) => withdrawn === null);
	return standing.at(-1)?.policy ?? DEFAULT_POLICY;
}

/** The version that a draft started from. */
export async function baseOf(tx: Transaction, { basedOn }: OpenDraft): Promise<Policy> {
	const based = (await publishedVersions(tx)).find(({ policy }) => policy.version === basedOn);
	return based?.policy ?? DEFAULT_POLICY;
}

/** Starts a draft from the latest version; where one is open already, that is the one. */
export async function startDraft(tx: Transaction, who: Changing): Promise<void> {
	const draftId = await insertDraft(tx, await latestVersion(tx), who.name);
	if (draftId !== null) await step(tx, who, draftId, 'started');
}

export interface Conflict {
	conflict: {
		/** Who changed the part meanwhile. */
		by: string;
		/** The edition to save over, having seen it. */
		edition: number;
		/** What the part says now, as it is typed. */
		policy: Policy;
	};
}

/** Saves what was typed into one part of the draft, unless the part was changed since the edition that was shown. */
export async function savePart(
	tx: Transaction,
	who: Changing,
	partKey: string,
	shownEdition: number,
	typed: Typed
): Promise<{ saved: number } | NotDone | Conflict> {
	const draft = await openDraft(tx, true);
	if (!draft) return not(GONE);
	if (draft.proposed) return not(FIXED);
	if (!partsOf(draft.policy).some(({ key }) => key === partKey)) return not('There is no such part.');
	const base = await baseOf(tx, draft);
	const outcome = withTyped(draft.policy, base, partKey, typed);
	if ('refused' in outcome) return outcome;
	if (differencesBetween(draft.policy, outcome.policy).length === 0) return { saved: draft.edition };
	const changed = draft.changes[partKey];
	if (changed && changed.edition > shownEdition)
		return { conflict: { by: changed.by, edition: draft.edition, policy: draft.policy } };
	const edition = draft.edition + 1;
	const changes = { ...draft.changes, [partKey]: { edition, by: who.name } };
	await saveDraft(tx, { draftId: draft.draftId, edition, changes }, outcome.policy);
	await record(
		tx,
		{ accountId: who.accountId },
		{
			action: 'changed',
			entity: 'policy_draft',
			entityId: draft.draftId,
			digest: digestOf(outcome.policy)
		}
	);
	return { saved: edition };
}

/** Fixes the text for a second person. What is an error in it blocks that. */
export async function propose(
	tx: Transaction,
	who: Changing,
	shownEdition: number,
	words: string
): Promise<{ proposed: string } | NotDone> {
	const draft = await openDraft(tx, true);
	if (!draft) return not(GONE);
	if (draft.proposed) return not('The draft has been proposed already.');
	if (draft.edition !== shownEdition)
		return not('The draft was changed since this page was shown. Read it again before proposing it.');
	const told = wordsFrom(words, 'words', 'why this change');
	if ('refused' in told) return told;
	const base = await baseOf(tx, draft);
	if (differencesBetween(base, draft.policy).length === 0)
		return not(`The draft says nothing else than version ${draft.basedOn}.`);
	const { errors } = problemsOf(draft.policy, await coursesHeld(tx, who.today));
	if (errors.length > 0) return { refused: errors.map(({ words: said }) => ({ field: '', words: said })) };
	const policy = withSources(draft.policy);
	const digest = digestOf(policy);
	await markProposed(tx, draft.draftId, policy, { ...who, digest });
	await step(tx, who, draft.draftId, 'proposed', { words: told.words, digest });
	return { proposed: digest };
}

/** Opens a proposed draft again: who proposed it takes it back, anybody else sends it back. */
export async function sendBack(
	tx: Transaction,
	who: Changing,
	words: string
): Promise<{ reopened: true } | NotDone> {
	const draft = await openDraft(tx, true);
	if (!draft?.proposed) return not('There is no proposed draft any more: it was published or sent back.');
	const told = wordsFrom(words, 'back', 'what has to change');
	if ('refused' in told) return told;
	await reopenDraft(tx, draft.draftId);
	const own = draft.proposed.byId === who.accountId;
	await step(tx, who, draft.draftId, own ? 'taken_back' : 'sent_back', { words: told.words });
	return { reopened: true };
}

export async function discardDraft(
	tx: Transaction,
	who: Changing,
	words: string
): Promise<{ discarded: true } | NotDone> {
	const draft = await openDraft(tx, true);
	if (!draft) return not(GONE);
	if (draft.proposed) return not(FIXED);
	const told = wordsFrom(words, 'discard', 'why it is discarded');
	if ('refused' in told) return told;
	await endDraft(tx, draft.draftId, 'discarded');
	await step(tx, who, draft.draftId, 'discarded', { words: told.words });
	return { discarded: true };
}

/** Publishes the proposed text, which somebody else proposed, from a day that has not begun. */
export async function publish(
	tx: Transaction,
	who: Changing,
	shownDigest: string,
	effectiveFrom: CalendarDate
): Promise<{ version: number; effectiveFrom: CalendarDate } | NotDone> {
	const draft = await openDraft(tx, true);
	if (!draft?.proposed)
		return not(
			'There is no proposed draft any more: somebody published it or sent it back just before you. Nothing was published twice.'
		);
	const { proposed } = draft;
	if (proposed.byId === who.accountId)
		return not('You proposed this text. Somebody else has to publish it, or send it back.');
	if (proposed.digest !== shownDigest)
		return not('Another text has been proposed since this page was shown. Read it before you publish it.');
	if (!isCalendarDate(effectiveFrom))
		return not(effectiveFrom === '' ? 'Choose the day.' : noDay(effectiveFrom), 'from');
	const all = await publishedVersions(tx);
	const versions = all.filter(({ withdrawn }) => withdrawn === null).map(({ policy }) => policy);
	const why = whyNotFrom(effectiveFrom, who.today, versions);
	if (why !== null) return not(why, 'from');
	if (digestOf(draft.policy) !== proposed.digest)
		throw new Error('the text of a proposed policy is not what was proposed');
	const version = Math.max(...all.map(({ policy }) => policy.version)) + 1;
	await keepVersionOne(tx, withSources(policyOn(versions, '0001-01-01')));
	await endDraft(tx, draft.draftId, 'published');
	await insertVersion(
		tx,
		{ ...draft.policy, version, effectiveFrom },
		{
			digest: proposed.digest,
			draftId: draft.draftId,
			publishedOn: who.today,
			publishedBy: who.name,
			publishedById: who.accountId,
			proposedBy: proposed.by,
			proposedById: proposed.byId
		}
	);
	await step(tx, who, draft.draftId, 'published', {
		words: `Version ${version}, from ${dayInWords(effectiveFrom)}.`,
		digest: proposed.digest
	});
	return { version, effectiveFrom };
}

/** Withdraws a version that has not come into force, with the reason. */
export async function withdraw(
	tx: Transaction,
	who: Changing,
	version: number,
	why: string
): Promise<{ withdrawn: number } | NotDone> {
	const told = wordsFrom(why, 'why', 'why it is withdrawn');
	if ('refused' in told) return told;
	if (!(await withdrawVersion(tx, version, { on: who.today, by: who.name, why: told.words })))
		return not(
			'Only a version that has not come into force, and was not withdrawn before, can be withdrawn.'
		);
	await record(
		tx,
		{ accountId: who.accountId },
		{ action: 'withdrew', entity: 'policy_version', entityId: String(version) }
	);
	return { withdrawn: version };
}

function wordsFrom(text: string, field: string, what: string): { words: string } | NotDone {
	const words = text.trim();
	if (words === '') return not(`Say ${what}.`, field);
	if (words.length > LONGEST_WORDS) return not(`Use ${LONGEST_WORDS} characters or fewer.`, field);
	return { words };
}

async function step(
	tx: Transaction,
	{ accountId, name, today }: Changing,
	draftId: string,
	done: Parameters<typeof insertPolicyStep>[2],
	{ words = null, digest }: { words?: string | null; digest?: string } = {}
): Promise<void> {
	await insertPolicyStep(tx, draftId, done, { accountId, name, on: today }, words);
	await record(
		tx,
		{ accountId },
		{
			action: done.replace('_', ' '),
			entity: 'policy_draft',
			entityId: draftId,
			...(digest === undefined ? {} : { digest })
		}
	);
}
