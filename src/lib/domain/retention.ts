import { addMonths, dayInWords, type CalendarDate } from './calendar.ts';

/** How long records of staff are kept after they leave, as somebody set it. */
export interface RetentionChoice {
	/** Whole years. Null: for good. */
	years: number | null;
	why: string;
	setOn: CalendarDate;
	setBy: string;
}

/** What is kept of somebody who has left, in numbers. */
export interface KeptOfLeaver {
	practitionerId: string;
	leftOn: CalendarDate;
	/** Supervision sessions that were theirs as supervisee. */
	sessions: number;
	/** What was said in them about a case: it belongs to the file of the child as well. */
	caseDiscussions: number;
	personalNotes: number;
	/** Sealed texts beside a personal note: added after signing, put on an agenda, or taken out of a draft. */
	otherSealed: number;
}

/** Claims under a contract of employment can be brought for six years: Limitation Act 1980, section 5. */
const CLAIMS_YEARS = 6;
const MOST_YEARS = 100;

/** The choice that is in force: the last one made by the day, of those given in the order they were made. */
export function retentionOn(choices: readonly RetentionChoice[], day: CalendarDate): RetentionChoice | null {
	return choices.findLast(({ setOn }) => setOn <= day) ?? null;
}

/** Years as typed; nothing typed is for good. */
export function retentionTyped(text: string): { years: number | null } | { refused: string } {
	const typed = text.trim().replace(/\s*years?$/i, '');
	if (typed === '') return { years: null };
	if (!/^\d{1,4}$/.test(typed))
		return { refused: 'Write a whole number of years, such as 6, or leave it empty to keep everything.' };
	const years = Number(typed);
	if (years < 1) return { refused: 'Write at least 1 year.' };
	if (years > MOST_YEARS) return { refused: `Write at most ${MOST_YEARS} years, or leave it empty.` };
	return { years };
}

/** The first day on which records of somebody who left are past their time; null: they are kept for good. */
export function pastFrom(leftOn: CalendarDate, years: number | null): CalendarDate | null {
	return years === null ? null : addMonths(leftOn, 12 * years);
}

/** Whose records are past their time on a day, who left first first. */
export function pastRetention<Leaver extends Pick<KeptOfLeaver, 'leftOn' | 'practitionerId'>>(
	leavers: readonly Leaver[],
	years: number | null,
	day: CalendarDate
): (Leaver & { pastFrom: CalendarDate })[] {
	return leavers
		.flatMap((leaver) => {
			const from = pastFrom(leaver.leftOn, years);
			return from === null || from > day ? [] : { ...leaver, pastFrom: from };
		})
		.sort((a, b) =>
			a.leftOn === b.leftOn ? (a.practitionerId < b.practitionerId ? -1 : 1) : a.leftOn < b.leftOn ? -1 : 1
		);
}

export function retentionInWords(years: number | null): string {
	return years === null
		? 'Records of staff who have left are kept for good.'
		: `Records of staff are to be kept for ${yearsInWords(years)} after the day they left.`;
}

function yearsInWords(years: number): string {
	return years === 1 ? '1 year' : `${years} years`;
}

/** What choosing so many years says, before it is saved. */
export function retentionConsequences(
	years: number | null,
	leavers: readonly KeptOfLeaver[],
	day: CalendarDate
): { words: string; grave: boolean }[] {
	const past = pastRetention(leavers, years, day);
	const people = past.length === 1 ? 'one person' : `${past.length} people`;
	const found =
		years === null
			? 'Nothing is listed as past its time.'
			: past.length === 0
				? 'Nobody has left so long ago: nothing is listed today.'
				: `The records of ${people} are listed as past their time, the earliest since ${dayInWords(past[0]?.pastFrom ?? day)}.`;
	return [
		{ words: retentionInWords(years), grave: false },
		{ words: found, grave: false },
		...(years !== null && years < CLAIMS_YEARS
			? [
					{
						words: `Claims under a contract of employment can be brought for ${yearsInWords(CLAIMS_YEARS)} (Limitation Act 1980, section 5).`,
						grave: true
					}
				]
			: []),
		{ words: 'Nothing is removed by it, now or later.', grave: false }
	];
}
