import { personOf, policyInForce, type View } from './authority.ts';
import { addDays, after, type CalendarDate } from './calendar.ts';
import { hit, isObserved, lookBackFrom, tooOldOn, type Rule } from './flag-rules.ts';
import { isKnown } from './knowledge.ts';
import { inPostOn, type Posting } from './people.ts';
import { isSupervised } from './rules-about-practitioners.ts';
import type { Session } from './supervision.ts';

/** What the rules about a session look at: one that was held, with somebody who is in post on the view's day. */
export interface SessionState {
	session: Session;
	versions: readonly Session[];
	heldOn: CalendarDate;
	/** The note is written here, and the supervisor has not signed it. */
	isDraft: boolean;
	posting: Posting;
	day: CalendarDate;
	view: View;
}

/** The state of a session, of whose versions one may be known; null where it was not held, or is not looked at. */
export function sessionState(versions: readonly Session[], view: View): SessionState | null {
	const { knowledge } = view;
	const day = knowledge.on;
	for (const session of versions) {
		const heldOn = heldOnOf(session);
		if (heldOn === null || session.cancelled || !isKnown(session, heldOn, knowledge)) continue;
		if (!isObserved(heldOn, view)) return null;
		const supervisee = personOf(view, session.superviseeId);
		const posting = supervisee && inPostOn(supervisee, day, knowledge);
		return posting && { session, versions, heldOn, isDraft: session.heldOn === null, posting, day, view };
	}
	return null;
}

/** The day it was held, as anybody says; null: it was not. */
export function heldOnOf({ heldOn, draftHeldOn }: Session): CalendarDate | null {
	return heldOn ?? draftHeldOn ?? null;
}

/** Whether no rule looks at the session on the day: it was not held, or too long ago. */
export function isTooOld(session: Session, day: CalendarDate): boolean {
	const heldOn = heldOnOf(session);
	return heldOn === null || heldOn <= lookBackFrom(day);
}

const SHORT_LOOK_BACK_DAYS = 90;

export const SESSION_RULES: readonly Rule<SessionState>[] = [
	{
		code: 'SUPERVISION_SHORT',
		source: 'Standards for Employers of Social Workers (LGA): 90 minutes of uninterrupted time.',
		holds: ({ session, heldOn, isDraft, posting, day, view }) => {
			const { minutes, interrupted, supervisorId } = session;
			const { limits, severities } = policyInForce(view, day);
			const { sessionMinutes: leastMinutes } = limits;
			const isShort = (minutes !== null && minutes < leastMinutes) || interrupted === true;
			if (!isShort || isDraft || !isSupervised(posting)) return null;
			if (heldOn <= addDays(day, -SHORT_LOOK_BACK_DAYS)) return null;
			const facts = { heldOn, supervisorId, minutes, leastMinutes, interrupted: interrupted === true };
			return hit('SUPERVISION_SHORT', severities.SUPERVISION_SHORT.always, facts);
		},
		ceasesOn: ({ versions }) => versions.map(({ heldOn }) => heldOn && addDays(heldOn, SHORT_LOOK_BACK_DAYS))
	},
	{
		code: 'NOTE_UNSIGNED',
		source: 'Local default.',
		holds: ({ session, heldOn, day, view }) => {
			const isSigned = (signedOn: CalendarDate | null) => signedOn !== null && signedOn <= day;
			const bySupervisor = isSigned(session.supervisorSignedOn);
			const byPractitioner = isSigned(session.practitionerSignedOn);
			if (bySupervisor && byPractitioner) return null;
			const { limits, severities } = policyInForce(view, day);
			if (day <= after(heldOn, limits.note) || heldOn <= lookBackFrom(day)) return null;
			return hit('NOTE_UNSIGNED', severities.NOTE_UNSIGNED.always, {
				heldOn,
				supervisorId: session.supervisorId,
				unsignedBy: [
					...(bySupervisor ? [] : (['SUPERVISOR'] as const)),
					...(byPractitioner ? [] : (['PRACTITIONER'] as const))
				]
			});
		},
		ceasesOn: ({ versions }) =>
			versions.flatMap((version) => {
				const heldOn = heldOnOf(version);
				return [heldOn && tooOldOn(heldOn), version.supervisorSignedOn, version.practitionerSignedOn];
			})
	}
];
