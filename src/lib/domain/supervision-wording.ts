import type { AgendaReason } from './agenda.ts';
import { dayInWords, distanceInWords, type CalendarDate } from './calendar.ts';
import type { DiscussionText, NoteState, Party, Refusal, Remark, StartRefusal } from './supervision-note.ts';
import { CODE_IN_WORDS } from './wording.ts';

/** Every word said around a supervision note, for screens and refusals alike. */
export const NOTE_STATE_IN_WORDS: Record<NoteState, string> = {
	draft: 'draft',
	proposed: 'proposed, text fixed',
	signed: 'signed by the supervisor',
	closed: 'signed by both'
};

export const REFUSAL_IN_WORDS: Record<Refusal, string> = {
	NOT_A_PARTY: 'Only the two people in this session can change it.',
	TEXT_IS_FIXED:
		'The text is fixed, so this was not saved. Before anybody has signed, either of you can send it back to change it.',
	NOTHING_WRITTEN:
		'Nothing is written yet. Write about a case, or in the personal note, before you propose it.',
	NOT_PROPOSED: 'It is still a draft. Propose it first, so that what you sign cannot change while you read.',
	ALREADY_SIGNED: 'It is signed already, and a signed note stays as it was signed.',
	SUPERVISOR_SIGNS_FIRST: 'The supervisor signs first. Your turn comes after.',
	NOT_SIGNED_BY_SUPERVISOR: 'The supervisor has not signed yet.',
	TEXT_CHANGED: 'The text was changed after you opened it, so it was not signed. Read it again, then sign.',
	CANNOT_OPEN:
		'The personal note was sealed with a key that this server does not have, so it can be neither shown nor signed. Tell your administrator: the key belongs in COUNTERSIGN_NOTE_KEYS.',
	NOT_EMPTY: 'Something is written in it, so it cannot be discarded. Empty the text first if it should go.',
	NO_WORDS: 'Write something first.',
	TOO_LONG: 'This is longer than fits. Shorten it; your text is still here.',
	ACTIONS_LACK:
		'Not signed: an action agreed here has no owner, no day or no words. Mend it or take it out, then sign.',
	NO_REASON: 'Say why you need to read it, in a sentence that the person it is about can judge.'
};

export const START_REFUSAL_IN_WORDS: Record<StartRefusal, string> = {
	READ_ONLY: 'Only a supervisor, a manager of the team or the practitioner can start a session.',
	NO_SUPERVISOR:
		'Nobody is named as supervisor, so there is nobody to hold the session with. Ask your manager.',
	LEFT: 'This person has no posting today, so no session can be started.'
};

export const REMARK_IN_WORDS: Record<Remark, string> = {
	NOTHING_WRITTEN: 'Nothing is written about it yet. Left so, it is not part of the note that is proposed.',
	TASKS_WITHOUT_ANALYSIS:
		'Tasks without analysis: it says what happened or what to do, and not what it means for the child.',
	NO_LIVED_EXPERIENCE: 'The child’s lived experience is empty.',
	NO_DECISION: 'No decision is written, so it will not count as oversight.'
};

/** Beside the editor of a case: against optimism, disguised compliance and repeating what was decided before. */
export const REFLECTIVE_PROMPTS: readonly string[] = [
	'What do we know first-hand, and what only by report?',
	'What in the history predicts what happens next?',
	'What else could explain it?',
	'Is cooperation real or apparent?',
	'What would change my mind?',
	'What must be different by next time, and by whom?'
];

export function agendaReasonInWords(reason: AgendaReason, today: CalendarDate): string {
	switch (reason.code) {
		case 'FLAGGED':
			return `${CODE_IN_WORDS[reason.flag]}, ${reason.severity}`;
		case 'OVERSIGHT':
			return reason.standing === 'overdue'
				? `Oversight overdue since ${dayInWords(reason.dueOn)}`
				: `Oversight due by ${dayInWords(reason.dueOn)}, ${distanceInWords(reason.dueOn, today)}`;
		case 'NEW':
			return `New, allocated ${dayInWords(reason.since)}, ${distanceInWords(reason.since, today)}`;
		case 'LAST_DISCUSSED':
			return `Last discussed ${dayInWords(reason.on)}, ${distanceInWords(reason.on, today)}`;
		case 'NEVER_DISCUSSED':
			return 'Not discussed in supervision yet';
	}
}

/** Whose turn it is, said to one of the two, or to somebody who may only read (null). */
export function turnInWords(
	state: NoteState,
	party: Party | null,
	names: { supervisor: string; practitioner: string }
): string {
	const { supervisor, practitioner } = names;
	switch (state) {
		case 'draft':
			return party === null
				? `A draft that ${supervisor} and ${practitioner} are writing.`
				: `Draft. You and ${party === 'supervisor' ? practitioner : supervisor} can both write. Propose it when it says what you both mean.`;
		case 'proposed':
			if (party === 'supervisor') return 'Your turn: read it, then sign it or send it back.';
			return party === 'practitioner'
				? `With ${supervisor} to sign. Until then you can send it back to change it.`
				: `With ${supervisor} to sign.`;
		case 'signed':
			return party === 'practitioner'
				? `Your turn: ${supervisor} has signed. Sign it, or record that you disagree.`
				: `With ${practitioner} to sign.`;
		case 'closed':
			return 'Signed by both. It stays as it was signed.';
	}
}

/** The parts of a discussion, in the order in which they are read. */
export const PARTS_IN_WORDS: readonly { key: keyof DiscussionText; label: string }[] = [
	{ key: 'summary', label: 'What has happened since last time' },
	{ key: 'livedExperience', label: 'The child’s lived experience' },
	{ key: 'analysis', label: 'Analysis' },
	{ key: 'decision', label: 'Decision' }
];

/** One discussion as plain text, to be copied into the child's file; nothing of the personal note is in it. */
export function textForCaseSystem(
	discussion: DiscussionText & { reference: string },
	session: {
		reference: string;
		heldOn: CalendarDate | null;
		supervisorSignedOn: CalendarDate | null;
		practitionerSignedOn: CalendarDate | null;
	},
	names: { supervisor: string; practitioner: string },
	addenda: readonly { words: string; name: string; writtenOn: CalendarDate }[]
): string {
	const { heldOn, supervisorSignedOn, practitionerSignedOn } = session;
	const signed = [
		supervisorSignedOn && `${names.supervisor} on ${dayInWords(supervisorSignedOn)}`,
		practitionerSignedOn && `${names.practitioner} on ${dayInWords(practitionerSignedOn)}`
	].filter((each) => each !== null && each !== '');
	const blocks = [
		`Case discussion in supervision: ${discussion.reference}`,
		[
			heldOn === null
				? null
				: `Held on ${dayInWords(heldOn)} by ${names.supervisor} with ${names.practitioner}.`,
			signed.length === 0 ? 'Not signed yet.' : `Signed by ${signed.join(' and ')}.`,
			`Supervision session ${session.reference}.`
		]
			.filter((line) => line !== null)
			.join('\n'),
		...PARTS_IN_WORDS.flatMap(({ key, label }) =>
			discussion[key].trim() === '' ? [] : `${label}\n${discussion[key].trim()}`
		),
		...addenda.map(
			({ words, name, writtenOn }) => `Added by ${name} on ${dayInWords(writtenOn)}\n${words.trim()}`
		)
	];
	return blocks.join('\n\n');
}

/** As whom somebody opened a record, said to its subject. */
export const SCOPES_OF_READING = [
	'supervisee',
	'supervisor',
	'supervisor of the supervisor',
	'with a reason'
] as const;
export type ScopeOfReading = (typeof SCOPES_OF_READING)[number];

const SCOPE_IN_WORDS: Record<ScopeOfReading, string> = {
	supervisee: 'the supervisee',
	supervisor: 'the supervisor of the session',
	'supervisor of the supervisor': 'the supervisor’s own supervisor on the day it was held',
	'with a reason': 'your supervisor today, who gave a reason'
};

/** Null: it is no scope of these, but a role. */
export function scopeInWords(scope: string): string | null {
	const known = SCOPES_OF_READING.find((each) => each === scope);
	return known ? SCOPE_IN_WORDS[known] : null;
}

/** What somebody opened: a note of a session, the session, or the page about somebody. */
export function whatWasOpenedInWords(
	entity: 'personal_note' | 'supervision_session' | 'practitioner',
	on: CalendarDate | null
): string {
	const of = on === null ? '' : ` of ${dayInWords(on)}`;
	if (entity === 'personal_note') return `Personal note${of}`;
	return entity === 'supervision_session' ? `Supervision session${of}` : 'The page about you';
}
