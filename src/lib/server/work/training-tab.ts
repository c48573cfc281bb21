import { seesNames } from '#lib/domain/access.ts';
import { arrange, personOf, policyInForce, viewOf } from '#lib/domain/authority.ts';
import { dayInWords, distanceInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import type { Courses } from '#lib/domain/knowledge.ts';
import { lapsesOn } from '#lib/domain/people.ts';
import { coursesShown, isGap, toBook, trainingRow } from '#lib/domain/training.ts';
import { courseName, needInWords, standingInWords } from '#lib/domain/training-words.ts';
import { capital, type Names } from '#lib/domain/wording.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { factsOfTraining } from '#lib/server/store/facts.ts';
import {
	changesOf,
	claimsOf,
	completionsOf,
	type Change,
	type Claim,
	type Completion,
	type StoredCompletion
} from '#lib/server/store/training.ts';
import { mayKeep, type TrainingAsker } from './keep-training.ts';
import { namesFor } from './names.ts';

export interface CompletionRow {
	key: string;
	course: string;
	completed: string;
	lapses: string;
	standing: 'current' | 'not current';
	evidence: string;
	recorded: string;
}

export interface ClaimInWords {
	claimId: string;
	title: string;
	evidence: string;
	state: string;
	waits: boolean;
}

export interface ChangeInWords {
	key: string;
	when: string;
	who: string;
	what: string;
	why: string;
	/** The form to undo; null: not to be undone any more, or not by who asks. */
	undo: string | null;
}

/** The training of one person as it stands, to be kept: by a manager, or by themselves for a manager to confirm. */
export interface TrainingTab {
	/** Whether who asks may record, confirm and correct. */
	mayKeep: boolean;
	own: boolean;
	courses: { value: string; label: string }[];
	/** What to book, in order, in sentences. */
	book: {
		key: string;
		course: string;
		words: string;
		gap: boolean;
		cases: { caseId: string; reference: string }[];
	}[];
	rows: CompletionRow[];
	claims: ClaimInWords[];
	changes: ChangeInWords[];
	/** The completion to be corrected, as it stands; null: none was asked for, or it is gone. */
	correcting: StoredCompletion | null;
}

/** The practitioner was found within the scope of who asks. */
export async function trainingTab(
	tx: Transaction,
	by: TrainingAsker,
	practitionerId: string,
	correct: string | null
): Promise<TrainingTab> {
	const { today } = by;
	const facts = await factsOfTraining(tx, { practitionerIds: [practitionerId], caseIds: [] }, today);
	const view = viewOf(arrange(facts), today);
	const { courses } = policyInForce(view, today);
	const person = personOf(view, practitionerId);
	const may = await mayKeep(tx, by, practitionerId);
	const own = by.practitionerId === practitionerId;
	const completions = await completionsOf(tx, [practitionerId]);
	const claims = await claimsOf(tx, [practitionerId]);
	const changes = await changesOf(tx, practitionerId);
	const colleagues = [...claims.map(({ decidedBy }) => decidedBy), ...changes.map(({ madeBy }) => madeBy)];
	const known = await namesFor(
		tx,
		colleagues.flatMap((id) => id ?? [])
	);
	const named = seesNames(by.role) || may || own;
	const names: Names = (id) => (id === by.practitionerId ? 'you' : named ? known(id) : 'a colleague');
	const row = person && trainingRow(person, coursesShown([person], view), view);
	return {
		mayKeep: may,
		own,
		courses: Object.keys(courses).map((value) => ({ value, label: courseName(value, courses) })),
		book: (row ? toBook(row) : []).map((each) => ({
			key: each.course,
			course: courseName(each.course, courses),
			words: `${capital(standingInWords(each.standing, today))}${each.need === null ? '. Nothing held needs it' : `. Needed ${needInWords(each.need)}`}.`,
			gap: isGap(each),
			cases: isGap(each) ? [...(each.need?.cases ?? [])] : []
		})),
		rows: completions.map((each) => rowOf(each, courses, today)),
		claims: claims.map((each) => claimInWords(each, courses, names)),
		changes: changes.map((each) => changeInWords(each, names, may ? today : null)),
		correcting: (may && completions.find(({ trainingId }) => trainingId === correct)) || null
	};
}

function lapsesOf(said: Completion, courses: Courses): CalendarDate | null {
	return lapsesOn({ ...said, practitionerId: '', recordedOn: null }, courses);
}

function rowOf(each: StoredCompletion, courses: Courses, today: CalendarDate): CompletionRow {
	const lapses = lapsesOf(each, courses);
	return {
		key: each.trainingId,
		course: each.course,
		completed: dayInWords(each.completedOn),
		lapses: lapses === null ? 'for good' : `${dayInWords(lapses)}, ${distanceInWords(lapses, today)}`,
		standing: lapses === null || today < lapses ? 'current' : 'not current',
		evidence: each.evidence ?? 'none: it came in a file',
		recorded: each.recordedOn === null ? 'on the day' : dayInWords(each.recordedOn)
	};
}

function said({ course, completedOn, expiresOn, evidence }: Completion): string {
	const lapses = expiresOn === null ? '' : `, lapsing ${dayInWords(expiresOn)}`;
	return `${course} completed ${dayInWords(completedOn)}${lapses}${evidence === null ? '' : ` (${evidence})`}`;
}

function claimInWords(claim: Claim, courses: Courses, names: Names): ClaimInWords {
	const { decided, decidedOn, decidedBy, answer } = claim;
	const by = decidedBy === null ? '' : ` by ${names(decidedBy)}`;
	const on = decidedOn === null ? '' : ` on ${dayInWords(decidedOn)}`;
	const lapses = claim.expiresOn === null ? '' : `, lapsing ${dayInWords(claim.expiresOn)}`;
	return {
		claimId: claim.claimId,
		title: `${courseName(claim.course, courses)}, completed ${dayInWords(claim.completedOn)}${lapses}`,
		evidence: claim.evidence ?? '',
		state:
			decided === null
				? `Entered ${dayInWords(claim.claimedOn)}. It waits for a manager to confirm it and counts for nothing until then.`
				: decided === 'refused'
					? `Refused${by}${on}: ${answer ?? ''}`
					: decided === 'withdrawn'
						? `Taken back${on}.`
						: `Confirmed${by}${on}.`,
		waits: decided === null
	};
}

const CHANGE_IN_WORDS: Record<Change['change'], string> = {
	recorded: 'Recorded',
	confirmed: 'Confirmed',
	corrected: 'Corrected',
	withdrawn: 'Taken off the record',
	undone: 'Undone'
};

function changeInWords(made: Change, names: Names, today: CalendarDate | null): ChangeInWords {
	const { change, before, after, undone, last, madeOn, madeBy, why } = made;
	const what =
		before !== null && after !== null
			? `${said(before)} → ${said(after)}`
			: after !== null
				? said(after)
				: before === null
					? ''
					: `${said(before)} → not on record`;
	const mayUndo = today === madeOn && last && !undone && change !== 'undone';
	return {
		key: String(made.changeId),
		when: `${dayInWords(madeOn)}, ${made.madeAt}`,
		who: madeBy === null ? 'somebody without a practitioner' : names(madeBy),
		what: `${CHANGE_IN_WORDS[change]}${undone ? ' (undone since)' : ''}: ${what}`,
		why: why ?? '–',
		undo: mayUndo ? made.formKey : null
	};
}
