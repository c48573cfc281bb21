import { isId } from '#lib/domain/asked.ts';
import { arrange, viewOf } from '#lib/domain/authority.ts';
import { dayInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import { stands } from '#lib/domain/case-change.ts';
import { isWritten } from '#lib/domain/records.ts';
import { lengthInWords, lengthPlanInWords, planLength, type LengthSaid } from '#lib/domain/session-length.ts';
import { mayBook } from '#lib/domain/supervision-plan.ts';
import { claimForm, hasActed } from '#lib/server/store/cases.ts';
import { holdFacts } from '#lib/server/store/changes.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { gatherFacts } from '#lib/server/store/facts.ts';
import { sessionInCalendar } from '#lib/server/store/planned-sessions.ts';
import { maySeePractitioner } from '#lib/server/store/scope.ts';
import { sessionOnFile, type SessionOnFile } from '#lib/server/store/supervision.ts';
import { changeFact } from './change-fact.ts';
import { namesFor } from './names.ts';
import type { AbsenceRefused, Keeper, Prepared } from './record-absence.ts';
import { reviewThose } from './review-flags.ts';
import { changesShown, undoForm, type ChangesShown, type Undone } from './undo-change.ts';

/** What was typed, as it was typed. */
export interface LengthForm {
	/** Made with the page, so that a form posted twice acts once. */
	key: string;
	edition: string;
	minutes: string;
	/** `yes`, `no`, or empty where it is not known. */
	interrupted: string;
	why: string;
}

export interface LengthPage {
	sessionId: string;
	/** Who with whom, and when. */
	title: string;
	edition: string;
	/** As recorded; null: not recorded. */
	minutes: number | null;
	interrupted: boolean | null;
	/** Why its length cannot be recorded here by who asks; null: it can. */
	whyNot: string | null;
	changes: ChangesShown[];
}

interface Found {
	session: SessionOnFile & { heldOn: CalendarDate };
	edition: string;
}

/** A session that was held, in the scope of who asks; null: not there, or not held. */
async function heldSession(tx: Transaction, sessionId: string): Promise<Found | null> {
	if (!isId(sessionId)) return null;
	const session = await sessionOnFile(tx, sessionId);
	const inCalendar = session && (await sessionInCalendar(tx, sessionId));
	if (!session || !inCalendar || session.heldOn === null) return null;
	return { session: { ...session, heldOn: session.heldOn }, edition: inCalendar.edition };
}

const SIGNED =
	'The record of this session is written here, and its length belongs to what the two sign. Once it is signed it stays as it was: add what is missing to it in words.';
const NOT_YOURS =
	'The length of a session is recorded by the two whose it was, and by those who manage practice.';

function whyNot({ noteState, superviseeId, supervisorId }: SessionOnFile, by: Keeper): string | null {
	if (noteState !== null) return SIGNED;
	return mayBook({ superviseeId, supervisorIds: [supervisorId] }, by) ? null : NOT_YOURS;
}

/** The form and what was said before; null: not there, not held, or not in the scope of who asks. */
export async function lengthPage(tx: Transaction, by: Keeper, sessionId: string): Promise<LengthPage | null> {
	const found = await heldSession(tx, sessionId);
	if (!found) return null;
	const { session, edition } = found;
	const { superviseeId, supervisorId, heldOn, minutes, interrupted } = session;
	const nameOf = await namesFor(tx, [superviseeId, supervisorId]);
	return {
		sessionId,
		title: `${nameOf(superviseeId)} with ${nameOf(supervisorId)}, held on ${dayInWords(heldOn)}`,
		edition,
		minutes,
		interrupted,
		whyNot: whyNot(session, by),
		changes: await changesShown(
			tx,
			by,
			{ practitionerId: (await maySeePractitioner(tx, superviseeId)) ? superviseeId : by.practitionerId },
			['session'],
			whyNot(session, by) === null,
			({ entityId }) => entityId === sessionId
		)
	};
}

type NotMade = Exclude<Prepared, 'done' | { consequences: unknown }>;

async function make(
	tx: Transaction,
	by: Keeper,
	sessionId: string,
	form: LengthForm
): Promise<NotMade | { found: Found; said: LengthSaid; why: string | null }> {
	const found = await heldSession(tx, sessionId);
	if (!found) return 'absent';
	const { session, edition } = found;
	if (whyNot(session, by) !== null) return 'not_yours';
	if (edition !== form.edition) {
		const now =
			session.minutes === null
				? 'without its length'
				: lengthInWords({ minutes: session.minutes, interrupted: session.interrupted });
		return {
			conflict: `Somebody changed this session after you opened it. It is now recorded ${session.minutes === null ? now : `as ${now}`}. What you typed is below: continue to put yours in its place, or leave it.`,
			edition
		};
	}
	const refused: AbsenceRefused[] = [];
	const minutes = Number(form.minutes.trim());
	if (!/^\s*\d{1,3}\s*$/.test(form.minutes) || minutes < 1)
		refused.push({ field: 'minutes', words: 'Give the minutes it took as a whole number, such as 90.' });
	const interrupted = form.interrupted === '' ? null : form.interrupted === 'yes';
	if (session.minutes === minutes && session.interrupted === interrupted)
		refused.push({ field: 'minutes', words: 'This is what is on record already. Change something.' });
	if (session.minutes !== null && !isWritten(form.why))
		refused.push({ field: 'why', words: 'Write why: it stays readable beside the change.' });
	if (refused.length > 0) return { refused };
	return { found, said: { minutes, interrupted }, why: isWritten(form.why) ? form.why.trim() : null };
}

/** What it does to the flag about short sessions, in words; nothing is written. */
export async function lengthConsequences(
	tx: Transaction,
	by: Keeper,
	sessionId: string,
	form: LengthForm
): Promise<Prepared> {
	const made = await make(tx, by, sessionId, form);
	if (typeof made === 'string' || !('found' in made)) return made;
	const { found, said } = made;
	const { superviseeId, heldOn } = found.session;
	const reach = {
		of: 'those',
		caseIds: [],
		practitionerIds: [superviseeId],
		held: { on: by.today }
	} as const;
	const view = viewOf(arrange(await gatherFacts(tx, reach)), by.today);
	const row = view.authority.sessionsOf
		.get(superviseeId)
		?.find((each) => each.sessionId === sessionId && stands(each));
	if (!row) throw new Error('the session was not gathered');
	return {
		consequences: lengthPlanInWords(planLength({ ...row, heldOn }, said, view)),
		days: [],
		title: lengthInWords(said)
	};
}

/** Writes it with its history, its audit row and the flags it turns, in one transaction. Sent twice it acts once. */
export async function saveLength(
	tx: Transaction,
	by: Keeper,
	sessionId: string,
	form: LengthForm
): Promise<Exclude<Prepared, { consequences: unknown }>> {
	if (!isId(form.key)) return 'absent';
	await holdFacts(tx, [`session ${sessionId}`]);
	if (await hasActed(tx, form.key)) return 'done';
	const made = await make(tx, by, sessionId, form);
	if (typeof made === 'string' || !('found' in made)) return made;
	const { found, said, why } = made;
	const { superviseeId, minutes } = found.session;
	if (!(await claimForm(tx, form.key, by.accountId))) throw new Error('the form acted while held');
	const answer = await changeFact(
		tx,
		by,
		{ key: form.key, why },
		{
			entity: 'session',
			entityId: sessionId,
			edition: found.edition,
			about: {
				practitionerId: (await maySeePractitioner(tx, superviseeId)) ? superviseeId : by.practitionerId
			}
		},
		{
			change: minutes === null ? 'changed' : 'corrected',
			set: { minutes: said.minutes, interrupted: said.interrupted, recorded_on: by.today }
		}
	);
	if (answer === 'changed_since') throw new Error('the session changed while held');
	await reviewThose(tx, { accountId: by.accountId }, by.today, {
		caseIds: [],
		practitionerIds: [superviseeId]
	});
	return 'done';
}

/** Takes back what a form said of the length of a session, on its day. */
export async function undoLength(
	tx: Transaction,
	by: Keeper,
	sessionId: string,
	formKey: string
): Promise<Undone> {
	const found = await heldSession(tx, sessionId);
	if (!found) return 'absent';
	const keeps = whyNot(found.session, by) === null;
	return undoForm(
		tx,
		by,
		formKey,
		({ entity, entityId }) => keeps && entity === 'session' && entityId === sessionId
	);
}
