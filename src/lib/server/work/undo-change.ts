import { seesNames } from '#lib/domain/access.ts';
import { isId } from '#lib/domain/asked.ts';
import { changeInWords, namedIn, type ChangeNames, type Entity } from '#lib/domain/change-words.ts';
import { dayInWords } from '#lib/domain/calendar.ts';
import { record } from '#lib/server/audit.ts';
import {
	changesAbout,
	changesOfForm,
	checkNow,
	holdFacts,
	isAsLeft,
	restoreFact,
	teamNames,
	type About,
	type Change
} from '#lib/server/store/changes.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { touchedBy } from '#lib/server/store/training.ts';
import type { Changer } from './change-fact.ts';
import { namesFor } from './names.ts';
import { reviewThose } from './review-flags.ts';

export type Undone = 'done' | 'absent' | 'not_yours' | { refused: string };

const DAY_OVER =
	'Only what was done today can be undone. Record the change the other way round, or correct it.';
const TOUCHED = 'It was changed again since. Change it as it stands now.';
const IN_THE_WAY = 'Something recorded since stands in its place. Change it as it stands now.';

/**
 * Takes back all that one form did, on its own day and where nothing has touched those facts since: each stands again as
 * before it, known since when it was. `may` says of each change whether who asks keeps such facts.
 */
export async function undoForm<By extends Changer>(
	tx: Transaction,
	by: By,
	formKey: string,
	may: (change: Change) => boolean | Promise<boolean>
): Promise<Undone> {
	if (!isId(formKey)) return 'absent';
	await holdFacts(tx, [`form ${formKey}`]);
	const changes = await changesOfForm(tx, formKey);
	if (changes.length === 0) return 'absent';
	for (const change of changes) if (!(await may(change))) return 'not_yours';
	if (changes.every(({ undone }) => undone)) return 'done';
	if (changes.some(({ madeOn, change }) => madeOn !== by.today || change === 'undone'))
		return { refused: DAY_OVER };
	for (const change of changes) if (!(await isAsLeft(tx, change))) return { refused: TOUCHED };
	const before = await concernedBy(tx, by, changes);
	const key = crypto.randomUUID();
	const making = { formKey: key, on: by.today, by: by.practitionerId, accountId: by.accountId, why: null };
	const restored = await tx
		.transaction(async (inner) => {
			for (const change of changes.toReversed()) {
				await restoreFact(inner, change, making);
				await record(inner, by, { action: 'undone', entity: change.entity, entityId: change.entityId });
			}
			await checkNow(inner);
			return true;
		})
		.catch((error: unknown) => {
			if (isInTheWay(error)) return false;
			throw error;
		});
	if (!restored) return { refused: IN_THE_WAY };
	const after = await concernedBy(tx, by, changes);
	await reviewThose(tx, { accountId: by.accountId }, by.today, {
		caseIds: [...new Set([...before.caseIds, ...after.caseIds])],
		practitionerIds: [...new Set([...before.practitionerIds, ...after.practitionerIds])]
	});
	return 'done';
}

/** Another row has the same key, covers the same day, or points at what would be gone. */
function isInTheWay(error: unknown): boolean {
	for (let each = error; each instanceof Error; each = each.cause)
		if ('code' in each && ['23505', '23P01', '23503'].includes(String(each.code))) return true;
	return false;
}

/** Whose flags may change: the people named before and after, the cases they hold and those they supervise. */
async function concernedBy(tx: Transaction, by: Changer, changes: readonly Change[]) {
	const people = changes.flatMap((change) => [change.practitionerId ?? [], namedIn([change]).people].flat());
	const touched = await touchedBy(tx, [...new Set(people)], by.today);
	return { ...touched, caseIds: [...touched.caseIds, ...changes.flatMap(({ caseId }) => caseId ?? [])] };
}

/** What one form changed, for a page. */
export interface ChangesShown {
	formKey: string;
	/** When and by whom. */
	made: string;
	what: string[];
	why: string | null;
	/** Whether it was taken back. */
	undone: boolean;
	mayUndo: boolean;
}

/** What was changed by hand about somebody, a case or a team, a form each, the latest first. */
export async function changesShown(
	tx: Transaction,
	by: Changer,
	about: About,
	entities: readonly Entity[],
	mayKeep: boolean | ((change: Change) => boolean),
	which: (change: Change) => boolean = () => true
): Promise<ChangesShown[]> {
	const changes = (await changesAbout(tx, about, entities)).filter(which);
	const { people, teams } = namedIn(changes);
	const team = await teamNames(tx, teams);
	const named = by.role === undefined || seesNames(by.role);
	const names: ChangeNames = {
		person: named ? await namesFor(tx, people) : () => 'a colleague',
		team: (id) => team.get(id) ?? 'a team no longer recorded'
	};
	const may = typeof mayKeep === 'boolean' ? () => mayKeep : mayKeep;
	const forms = [...new Set(changes.map(({ formKey }) => formKey))];
	const last = new Map<string, number>();
	for (const { entityId, changeId } of changes)
		last.set(entityId, Math.max(changeId, last.get(entityId) ?? changeId));
	const isLast = ({ entityId, changeId }: Change) => last.get(entityId) === changeId;
	return forms.map((form) => {
		const ofForm = changes.filter(({ formKey }) => formKey === form);
		const [first] = ofForm;
		if (!first) throw new Error('a form without changes');
		const { formKey, madeOn, madeAt, madeBy, why, undone, change } = first;
		return {
			formKey,
			made: `${dayInWords(madeOn)} at ${madeAt}, ${madeBy ? names.person(madeBy) : 'somebody without a practitioner’s record'}`,
			what: ofForm.toReversed().map((each) => changeInWords(each, names)),
			why,
			undone,
			mayUndo:
				ofForm.every((each) => may(each) && isLast(each)) &&
				!undone &&
				change !== 'undone' &&
				madeOn === by.today
		};
	});
}
