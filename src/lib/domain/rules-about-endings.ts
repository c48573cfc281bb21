import { addDays, after, daysBetween, type CalendarDate } from './calendar.ts';
import { caseDetails, closedOn, periodsOfKind, type CaseFile } from './cases.ts';
import { policyInForce, type View } from './authority.ts';
import {
	hit,
	isObserved,
	lookBackFrom,
	REVIEW,
	tooOldOn,
	type EnquiryFacts,
	type Rule
} from './flag-rules.ts';
import { countingOversight, type CountingOversight } from './oversight.ts';

/** What the rules about endings look at: a case that is known on the view's day, open or closed. */
export interface FileState {
	file: CaseFile;
	/** Null: open. */
	closedOn: CalendarDate | null;
	counting: CountingOversight;
	day: CalendarDate;
	view: View;
}

/** The state of a case, open or closed; null where it is not known yet. */
export function fileState(file: CaseFile, view: View): FileState | null {
	const details = caseDetails(file, view.knowledge);
	if (!details) return null;
	const counting = countingOversight(file, view);
	return { file, closedOn: closedOn(details, view.knowledge), counting, day: view.knowledge.on, view };
}

const CLOSED_LATELY_DAYS = 90;

export const ENDING_RULES: readonly Rule<FileState>[] = [
	{
		code: 'SECTION_47_UNEXPLAINED',
		source: REVIEW,
		holds: ({ file, counting, day, view }) => {
			const lookBack = lookBackFrom(day);
			if (!file.kinds.some(({ kind, to }) => kind === 'section_47' && (to === null || to > lookBack)))
				return null;
			const { limits, severities } = policyInForce(view, day);
			const ended = enquiriesEnded(file, view).filter(
				({ endedOn }) => endedOn > lookBack && day > after(endedOn, limits.outcome)
			);
			if (ended.length === 0) return null;
			const explainedOn = counting.lastEntry('section_47_outcome', day);
			const unexplained = ended.find(({ beganOn }) => explainedOn === null || explainedOn < beganOn);
			return unexplained
				? hit('SECTION_47_UNEXPLAINED', severities.SECTION_47_UNEXPLAINED.always, unexplained)
				: null;
		},
		ceasesOn: ({ file }) =>
			[...file.kinds.map(({ to }) => to), ...file.details.map((details) => details.closedOn)].map(
				(day) => day && tooOldOn(day)
			)
	},
	{
		code: 'CLOSED_WITHOUT_SIGN_OFF',
		source: REVIEW,
		holds: ({ closedOn, counting, day, view }) => {
			if (!isClosedLately(closedOn, day) || !isObserved(closedOn, view)) return null;
			const signedOffOn = counting.lastEntry('closure', closedOn);
			const { limits, severities } = policyInForce(view, day);
			const signOffFrom = addDays(closedOn, 1 - limits.signOffDays);
			if (signedOffOn !== null && signedOffOn >= signOffFrom) return null;
			return hit('CLOSED_WITHOUT_SIGN_OFF', severities.CLOSED_WITHOUT_SIGN_OFF.always, {
				closedOn,
				signOffFrom
			});
		},
		ceasesOn: closedTooLongAgo
	},
	{
		code: 'CLOSED_SOON_AFTER_SECTION_47',
		source: REVIEW,
		holds: ({ file, closedOn, day, view }) => {
			if (!isClosedLately(closedOn, day) || !isObserved(closedOn, view)) return null;
			const last = enquiriesEnded(file, view).at(-1);
			if (!last) return null;
			const days = daysBetween(last.endedOn, closedOn);
			const { limits, severities } = policyInForce(view, day);
			if (days >= limits.soonAfterDays) return null;
			const severity = severities.CLOSED_SOON_AFTER_SECTION_47.always;
			return hit('CLOSED_SOON_AFTER_SECTION_47', severity, { ...last, closedOn, days });
		},
		ceasesOn: closedTooLongAgo
	}
];

function isClosedLately(closedOn: CalendarDate | null, day: CalendarDate): closedOn is CalendarDate {
	return closedOn !== null && closedOn > addDays(day, -CLOSED_LATELY_DAYS);
}

function closedTooLongAgo({ file }: FileState): (CalendarDate | null)[] {
	return file.details.map(({ closedOn }) => closedOn && addDays(closedOn, CLOSED_LATELY_DAYS));
}

/** The section 47 enquiries that have ended, as known, in order of time. */
function enquiriesEnded(file: CaseFile, view: View): EnquiryFacts[] {
	return periodsOfKind(file, 'section_47', view.knowledge).flatMap(({ from, to }) =>
		to === null || !isObserved(to, view) ? [] : { beganOn: from, endedOn: to }
	);
}
