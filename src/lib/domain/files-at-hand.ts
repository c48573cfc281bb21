import { groupedBy, type Authority, type View } from './authority.ts';
import type { CalendarDate } from './calendar.ts';
import { caseDetails, type CaseFile } from './cases.ts';

/** Looked up over and over where many days are counted: each arrangement is made once for an authority. */
interface AtHand {
	byId: ReadonlyMap<string, CaseFile>;
	/** Files some version of which is about the child. */
	ofChild: ReadonlyMap<string, readonly CaseFile[]>;
}

const ofAuthority = new WeakMap<Authority, AtHand>();

function atHand(authority: Authority): AtHand {
	let made = ofAuthority.get(authority);
	if (!made) ofAuthority.set(authority, (made = arranged(authority.cases)));
	return made;
}

function arranged(cases: readonly CaseFile[]): AtHand {
	const ofChild = new Map<string, CaseFile[]>();
	for (const file of cases)
		for (const [place, { childId }] of file.details.entries()) {
			if (file.details.findIndex((details) => details.childId === childId) < place) continue;
			const files = ofChild.get(childId);
			if (files) files.push(file);
			else ofChild.set(childId, [file]);
		}
	return { byId: new Map(cases.map((file) => [file.caseId, file])), ofChild };
}

export function fileOf(authority: Authority, caseId: string | null): CaseFile | null {
	return caseId === null ? null : (atHand(authority).byId.get(caseId) ?? null);
}

/** The known cases of the child of a case that is known, this one among them. */
export function episodesOf(file: CaseFile, { authority, knowledge }: View): readonly CaseFile[] {
	const childId = caseDetails(file, knowledge)?.childId;
	if (childId === undefined) return [file];
	const files = atHand(authority).ofChild.get(childId) ?? [];
	return files.length < 2 ? files : files.filter((each) => caseDetails(each, knowledge)?.childId === childId);
}

/** Of some files, those that somebody may know to be open, or to close, on some day from the one to the other. */
export function filesDuring(cases: readonly CaseFile[], from: CalendarDate, to: CalendarDate): CaseFile[] {
	return cases.filter(
		({ details }) =>
			details.some(({ openedOn }) => openedOn <= to) &&
			details.some(
				({ closedOn, endRecordedOn }) =>
					closedOn === null || closedOn >= from || (endRecordedOn !== null && endRecordedOn >= from)
			)
	);
}

/** Of lists that were asked about once (null) or more often. */
const groupsOf = new WeakMap<readonly object[], ReadonlyMap<string, readonly object[]> | null>();

/** The versions of each thing of a list of which some version fits; all are grouped when the list is asked about again. */
export function* versionsOf<Item extends object>(
	items: readonly Item[],
	key: (item: Item) => string,
	fits: (item: Item) => boolean
): Generator<readonly Item[]> {
	let groups = groupsOf.get(items) as ReadonlyMap<string, readonly Item[]> | null | undefined;
	if (groups === undefined) {
		groupsOf.set(items, null);
		const fitting = new Set(items.filter(fits).map(key));
		yield* groupedBy(fitting.size === 0 ? [] : items.filter((item) => fitting.has(key(item))), key).values();
		return;
	}
	if (groups === null) groupsOf.set(items, (groups = groupedBy(items, key)));
	for (const versions of groups.values()) if (versions.some(fits)) yield versions;
}
