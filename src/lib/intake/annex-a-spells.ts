import { addMonths, addWorkingDays, type CalendarDate } from '#lib/domain/calendar.ts';
import type { CaseRow } from '#lib/domain/records.ts';
import type { Entry } from './annex-a.ts';
import { placeInWords, rowProblem, type Problem, type ProblemCode } from './problems.ts';

/** One involvement of one child, as the lists and earlier extracts tell it. */
export interface Spell {
	/** The recorded case it is. */
	before: CaseRow | null;
	/** The start that list 6 gives; null where it does not name the child then. */
	listedFrom: CalendarDate | null;
	openedOn: CalendarDate;
	closedOn: CalendarDate | null;
	closureReason: string | null;
	/** The rows that tell of it, never none. */
	entries: Entry[];
}

/** What is wrong with the rows of one child, and the rows that are not used for it. */
export interface Findings {
	problems: Problem[];
	left: Entry[];
}

type Dated = Entry & { from: CalendarDate };

/** Working Together: a conference, and so the end of an enquiry, within 15 working days of the strategy discussion. */
const SECTION_47_WORKING_DAYS = 15;

/** The day on which what a row tells of ended, as far as the file says. */
export function endOf(entry: Entry): CalendarDate | null {
	if (entry.list !== 5 || entry.from === null) return entry.to;
	if (entry.conferenceOn !== null) return entry.conferenceOn;
	return entry.conferenceNeeded === false ? addWorkingDays(entry.from, SECTION_47_WORKING_DAYS) : null;
}

export function warning(
	code: ProblemCode,
	entry: Entry,
	detail: Partial<Pick<Problem, 'column' | 'found' | 'args'>> = {}
): Problem {
	return rowProblem(code, entry.place, { level: 'warning', ...detail });
}

/**
 * The involvements of one child in order of time. List 6 names each; one that overlaps a recorded case is that case. A
 * row of another list belongs to the involvement or recorded case that it falls into, else to the next one. What comes
 * after all of them is an involvement of its own, and open: that a file does not name a child in list 6 does not say
 * that the case is closed. `recorded` holds the child's cases in order of time.
 */
export function spellsOf(
	entries: readonly Entry[],
	recorded: readonly CaseRow[],
	extractDate: CalendarDate,
	findings: Findings
): Spell[] {
	const dated = entries.filter((entry): entry is Dated => entry.from !== null);
	dated.sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : a.list - b.list));
	for (const entry of dated)
		if (entry.from > extractDate)
			findings.problems.push(
				warning('extract_date_early', entry, { found: entry.from, args: { on: extractDate } })
			);

	const known = listedSpells(dated, findings);
	claim(known, recorded);
	const claimed = new Set(known.map(({ before }) => before));
	for (const row of recorded)
		if (!claimed.has(row))
			known.push({
				before: row,
				listedFrom: null,
				openedOn: row.openedOn,
				closedOn: row.closedOn,
				closureReason: row.closureReason,
				entries: []
			});
	known.sort(byOpening);

	const all = [...known];
	let own: Spell | null = null;
	for (const entry of dated) {
		if (entry.list === 6 || entry.noFurtherAction) continue;
		const spell =
			known.find((each) => fallsInto(entry, each)) ??
			known.find(({ openedOn, listedFrom }) => entry.from === openedOn || entry.from === listedFrom) ??
			known.find(({ openedOn }) => entry.from < openedOn) ??
			own;
		if (spell) spell.entries.push(entry);
		else all.push((own = ownSpell(entry, entry.from)));
	}
	const isOpen = ({ closedOn }: Spell) => closedOn === null || closedOn > extractDate;
	for (const entry of entries) {
		if (entry.from !== null) continue;
		const spell =
			all.findLast(isOpen) ??
			all.findLast(({ openedOn }) => openedOn === extractDate) ??
			ownSpell(entry, extractDate);
		if (all.includes(spell)) spell.entries.push(entry);
		else all.push(spell);
	}

	const told = all.filter((spell) => spell.entries.length > 0);
	for (const spell of told) {
		const lastEnd = spell.listedFrom !== null || !isOpen(spell) ? null : lastEndOf(spell);
		if (lastEnd === null || lastEnd > extractDate) continue;
		const lists = `list ${[...new Set(spell.entries.map(({ list }) => list))].join(' and ')}`;
		findings.problems.push(warning('closing_not_given', spell.entries[0]!, { args: { lists } }));
	}
	return told;
}

const byOpening = (a: Spell, b: Spell) => (a.openedOn < b.openedOn ? -1 : a.openedOn > b.openedOn ? 1 : 0);

function ownSpell(entry: Entry, openedOn: CalendarDate): Spell {
	return { before: null, listedFrom: null, openedOn, closedOn: null, closureReason: null, entries: [entry] };
}

/** The episodes of list 6. Of two that overlap the first counts: a child has one case at a time. */
function listedSpells(dated: readonly Dated[], findings: Findings): Spell[] {
	const spells: Spell[] = [];
	for (const entry of dated) {
		if (entry.list !== 6) continue;
		const { from, to, closureReason } = entry;
		const last = spells.at(-1);
		if (last && (last.closedOn === null || from < last.closedOn || from === last.openedOn)) {
			const args = {
				key: 'child and CIN Start Date',
				id: entry.childId,
				other: placeInWords(last.entries[0]!.place)
			};
			const code = from === last.openedOn ? 'duplicate_row' : 'overlapping_case';
			findings.problems.push(rowProblem(code, entry.place, { column: 'CIN Start Date', found: from, args }));
			findings.left.push(entry);
			continue;
		}
		spells.push({
			before: null,
			listedFrom: from,
			openedOn: from,
			closedOn: to,
			closureReason,
			entries: [entry]
		});
	}
	return spells;
}

/** Says which recorded case each episode of list 6 is: opened on the same day, else the last that overlaps it. */
function claim(listed: readonly Spell[], recorded: readonly CaseRow[]): void {
	const free = new Set(recorded);
	const take = (fits: (row: CaseRow, spell: Spell) => boolean) => {
		for (const spell of listed) {
			if (spell.before) continue;
			const row = [...free].findLast((each) => fits(each, spell));
			if (!row) continue;
			free.delete(row);
			spell.before = row;
			spell.openedOn = row.openedOn;
		}
	};
	take((row, spell) => row.openedOn === spell.openedOn);
	take((row, spell) => overlap(row, spell) || (row.closedOn !== null && row.closedOn === spell.closedOn));
}

function overlap(row: CaseRow, spell: Spell): boolean {
	return (
		(spell.closedOn === null || row.openedOn < spell.closedOn) &&
		(row.closedOn === null || spell.openedOn < row.closedOn)
	);
}

function fallsInto(entry: Dated, { openedOn, closedOn }: Spell): boolean {
	if (entry.from < openedOn) return false;
	if (closedOn === null || entry.from < closedOn) return true;
	return entry.from === closedOn && endOf(entry) === closedOn;
}

/** The day on which everything the rows tell of had ended; null where something runs on. */
function lastEndOf({ entries }: Spell): CalendarDate | null {
	let last: CalendarDate | null = null;
	for (const entry of entries) {
		const end = endOf(entry);
		if (end === null) return null;
		if (last === null || end > last) last = end;
	}
	return last;
}

export interface Birth {
	dateOfBirth: CalendarDate | null;
	unborn: boolean | null;
}

/** The first date of birth given; a day to come is the day expected. */
export function birthOf(entries: readonly Entry[], extractDate: CalendarDate, findings: Findings): Birth {
	const column = 'Date of Birth';
	const known = entries.find((entry) => entry.dateOfBirth !== null);
	const dateOfBirth = known?.dateOfBirth ?? null;
	if (!known || dateOfBirth === null)
		return { dateOfBirth, unborn: entries.some((entry) => entry.isUnborn) || null };
	const isOfAge = addMonths(dateOfBirth, 18 * 12) <= extractDate;
	for (const entry of entries) {
		if (entry.dateOfBirth !== null && entry.dateOfBirth !== dateOfBirth) {
			const args = { other: placeInWords(known.place), known: dateOfBirth };
			findings.problems.push(warning('births_differ', entry, { column, found: entry.dateOfBirth, args }));
		}
		const isOngoing = entry.to === null && entry.list !== 3 && entry.list !== 9;
		if (isOfAge && isOngoing)
			findings.problems.push(
				warning('of_age', entry, { column, found: dateOfBirth, args: { on: extractDate } })
			);
	}
	return { dateOfBirth, unborn: dateOfBirth > extractDate };
}
