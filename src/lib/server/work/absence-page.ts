import { absenceInWords } from '#lib/domain/absence-words.ts';
import { mayKeepAbsences, seesNames } from '#lib/domain/access.ts';
import { isId } from '#lib/domain/asked.ts';
import { dayInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import { reductionInWords } from '#lib/domain/reduction-words.ts';
import { ROLE_IN_WORDS } from '#lib/domain/wording.ts';
import type { Role } from '#lib/domain/people.ts';
import {
	absencesOf,
	colleaguesFor,
	reductionsOf,
	type AbsenceKept,
	type ReductionKept
} from '#lib/server/store/absences.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { maySeePractitioner } from '#lib/server/store/scope.ts';
import { namesFor } from './names.ts';
import { mayChange } from './keep-reduction.ts';
import type { Keeper } from './record-absence.ts';
import { changesShown, type ChangesShown } from './undo-change.ts';

export interface AbsenceShown {
	key: string;
	edition: string;
	title: string;
	/** Now, to come, or over, on the day of the page. */
	when: 'now' | 'to come' | 'over';
	cover: string;
	supervisionCover: string;
	recorded: string;
	/** What it said before, the latest first, each with who and when. */
	earlier: string[];
	mayChange: boolean;
}

export interface AbsencesShown {
	absences: AbsenceShown[];
	reductions: { key: string; words: string; recorded: string; over: boolean; mayChange: boolean }[];
	/** Who changed which absence and which reduction. */
	changes: ChangesShown[];
	mayRecord: boolean;
	/** Why nothing can be recorded here by who asks; null: it can. */
	whyNot: string | null;
}

/** Whether a row is what was known on a day; of today, all that stands. */
function isKnownOn(
	row: Pick<AbsenceKept | ReductionKept, 'from' | 'recordedOn' | 'supersededOn' | 'stands'>,
	on: CalendarDate,
	today: CalendarDate
): boolean {
	if (on >= today) return row.stands;
	const known = row.recordedOn ?? row.from;
	if (known > on) return false;
	return row.stands || (row.supersededOn !== null && row.supersededOn > on && row.supersededOn > known);
}

/** An end recorded after the day was not known on it. */
function asKnownOn(row: AbsenceKept, on: CalendarDate, today: CalendarDate): AbsenceKept {
	const isLater = on < today && row.to !== null && (row.endRecordedOn ?? row.to) > on;
	return isLater ? { ...row, to: null } : row;
}

/** Somebody's absences, cover and reductions as known on a day. The person was found within the scope of who asks. */
export async function absencesShown(
	tx: Transaction,
	by: Keeper,
	practitionerId: string,
	on: CalendarDate
): Promise<AbsencesShown> {
	const versions = await absencesOf(tx, practitionerId);
	const reductions = await reductionsOf(tx, practitionerId);
	const named = seesNames(by.role);
	const nameOf = await namesFor(
		tx,
		[...versions, ...reductions].flatMap((row) =>
			[row.changedBy, ...('coverId' in row ? [row.coverId, row.supervisionCoverId] : [])].flatMap(
				(id) => id ?? []
			)
		)
	);
	const name = (id: string) => (named ? nameOf(id) : 'a colleague');
	const keeps = mayKeepAbsences(by.role) && on === by.today;
	const mayRecord = keeps && by.practitionerId !== null && by.practitionerId !== practitionerId;
	const recorded = (row: AbsenceKept | ReductionKept) =>
		row.changedBy === null
			? `By file${row.recordedOn === null ? '' : `, known from ${dayInWords(row.recordedOn)}`}`
			: `${'revision' in row && row.revision > 1 ? 'Changed' : 'Recorded'} by ${name(row.changedBy)} on ${dayInWords(row.changedOn ?? row.recordedOn ?? row.from)}`;
	const covers = ({ coverId, supervisionCoverId }: AbsenceKept) => ({
		cover: coverId === null ? 'nobody named' : name(coverId),
		supervisionCover:
			supervisionCoverId === null
				? coverId === null
					? 'nobody named'
					: `${name(coverId)}, who covers the cases`
				: name(supervisionCoverId)
	});
	const shown = versions
		.filter((row) => isKnownOn(row, on, by.today))
		.map((row) => asKnownOn(row, on, by.today));
	return {
		absences: shown.map((row) => ({
			key: row.absenceId,
			edition: row.edition,
			title: absenceInWords(row, named),
			when: row.from > on ? 'to come' : row.to === null || on < row.to ? 'now' : 'over',
			...covers(row),
			recorded: recorded(row),
			earlier: versions
				.filter((other) => other.absenceId === row.absenceId && !other.stands && on === by.today)
				.map((other) => {
					const said = covers(other);
					return `${absenceInWords(other, named)}; cases: ${said.cover}; supervision: ${said.supervisionCover}. ${recorded(other)}.`;
				}),
			mayChange: mayRecord
		})),
		reductions: reductions
			.filter((row) => isKnownOn(row, on, by.today))
			.map((row) => ({
				key: row.reductionId,
				words: reductionInWords(row, named),
				recorded: recorded(row),
				over: row.to !== null && row.to <= on,
				mayChange: mayRecord && mayChange(row)
			})),
		changes:
			on === by.today && named
				? await changesShown(tx, by, { practitionerId }, ['absence', 'reduction'], mayRecord)
				: [],
		mayRecord,
		whyNot:
			by.practitionerId === practitionerId
				? 'Your own absences are recorded by those who manage you: they move clocks and decide who is asked. Tell them what is missing or wrong.'
				: null
	};
}

export interface AbsenceFormPage {
	practitionerId: string;
	name: string;
	/** The absence that is changed or ended; null: a new one. */
	absence: AbsenceKept | null;
	colleagues: { value: string; label: string }[];
}

/** What the form starts from; null: not there, not in the scope of who asks, or not theirs to keep. */
export async function absenceFormPage(
	tx: Transaction,
	by: Keeper,
	practitionerId: string,
	absenceId: string | null
): Promise<AbsenceFormPage | null> {
	if (!isId(practitionerId) || by.practitionerId === practitionerId) return null;
	if (!mayKeepAbsences(by.role) || !(await maySeePractitioner(tx, practitionerId))) return null;
	const absence =
		absenceId === null
			? null
			: ((await absencesOf(tx, practitionerId)).find((row) => row.stands && row.absenceId === absenceId) ??
				null);
	if (absenceId !== null && absence === null) return null;
	const nameOf = await namesFor(tx, [practitionerId]);
	const colleagues = await colleaguesFor(tx, practitionerId, by.today);
	return {
		practitionerId,
		name: nameOf(practitionerId),
		absence,
		colleagues: colleagues.map((each) => ({
			value: each.practitionerId,
			label: `${each.name}, ${ROLE_IN_WORDS[each.role as Role]}, ${each.team}`
		}))
	};
}
