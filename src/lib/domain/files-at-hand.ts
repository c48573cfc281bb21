import { groupedBy, type Authority, type View } from './authority.ts';
import { monthsTouched, type CalendarDate } from './calendar.ts';
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

/** Both days belong to it; `to` null: it lasts. */
interface Span {
	from: CalendarDate;
	to: CalendarDate | null;
}

interface ByMonth {
	/** By each month that a thing touches. */
	months: ReadonlyMap<string, readonly (readonly object[])[]>;
	/** Those that last, some version of them, from a day on. */
	lasting: readonly { from: CalendarDate; versions: readonly object[] }[];
}

/** Of lists that were asked about once (null) or more often. */
const byMonthOf = new WeakMap<readonly object[], ByMonth | null>();

/**
 * The versions of each thing of a list of which some version may touch the days from the one to the other; null: it
 * touches none. All are put in months when the list is asked about again.
 */
export function versionsDuring<Item extends object>(
	items: readonly Item[],
	key: (item: Item) => string,
	spanOf: (item: Item) => Span | null,
	from: CalendarDate,
	to: CalendarDate
): Iterable<readonly Item[]> {
	let byMonth = byMonthOf.get(items);
	if (byMonth === undefined) {
		byMonthOf.set(items, null);
		const near = items.filter((item) => {
			const span = spanOf(item);
			return span !== null && span.from <= to && (span.to === null || span.to >= from);
		});
		const keys = new Set(near.map(key));
		return groupedBy(keys.size === 0 ? [] : items.filter((item) => keys.has(key(item))), key).values();
	}
	if (byMonth === null) byMonthOf.set(items, (byMonth = inMonths(groupedBy(items, key).values(), spanOf)));
	const found = new Set<readonly object[]>();
	for (const month of monthsTouched(from, to))
		for (const versions of byMonth.months.get(month) ?? []) found.add(versions);
	for (const { from: first, versions } of byMonth.lasting) if (first <= to) found.add(versions);
	return found as Iterable<readonly Item[]>;
}

function inMonths<Item extends object>(
	groups: Iterable<readonly Item[]>,
	spanOf: (item: Item) => Span | null
): ByMonth {
	const months = new Map<string, (readonly Item[])[]>();
	const lasting: { from: CalendarDate; versions: readonly Item[] }[] = [];
	for (const versions of groups) {
		const touched = new Set<string>();
		for (const span of versions.map(spanOf)) {
			if (span === null) continue;
			if (span.to === null) lasting.push({ from: span.from, versions });
			else for (const month of monthsTouched(span.from, span.to)) touched.add(month);
		}
		for (const month of touched) {
			const known = months.get(month);
			if (known) known.push(versions);
			else months.set(month, [versions]);
		}
	}
	return { months, lasting };
}
