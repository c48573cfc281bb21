import type { PAGES } from './access.ts';
import type { Code } from './codes.ts';
import type { OversightKind } from './cases.ts';

/** What a manager has in front of them: a flag, a request for oversight that waits, or a partner agency’s request. */
export type ToDo = Code | 'OVERSIGHT_ASKED' | 'REQUEST_WAITING';

type Page = keyof typeof PAGES;

/** What is named in the address of a page; of a flag about a session or an action that is its subject. */
export type Named = 'case' | 'practitioner' | 'subject' | 'partner request';

/** The one thing to do about something: written where it stands, or on a page that begins with it. */
export type NextStep =
	| { step: 'record oversight'; kind: OversightKind }
	| { step: 'open'; page: Page; named: Named; label: string };

const open = (page: Page, named: Named, label: string): NextStep => ({ step: 'open', page, named, label });
const record = (kind: OversightKind): NextStep => ({ step: 'record oversight', kind });

const OPEN_CASE = open('/case/[id]', 'case', 'Open case');
const CHOOSE_HOLDER = open('/allocate/[case]', 'case', 'Who could hold it');
const BOOK = open('/supervision/book', 'practitioner', 'Book supervision');
const OPEN_ACTION = open('/actions/[id]', 'subject', 'Open action');

/** What most often clears it and is a manager’s to do. Where they may not open that page, the case or the record is. */
export const NEXT_STEPS: Record<ToDo, NextStep> = {
	HELD_WITHOUT_OVERSIGHT: record('decision'),
	BELOW_EXPERIENCE: CHOOSE_HOLDER,
	TRAINING_GAP: CHOOSE_HOLDER,
	OVERSIGHT_OVERDUE: record('decision'),
	UNALLOCATED: open('/allocate/[case]', 'case', 'Allocate'),
	HOLDER_ABSENT: open('/allocate/[case]', 'case', 'Allocate'),
	HANDOVER_WITHOUT_OVERSIGHT: record('handover'),
	SECTION_47_UNEXPLAINED: record('section_47_outcome'),
	REQUEST_DECLINED_ALONE: open('/case/[id]/request/[request]', 'partner request', 'Open request'),
	CLOSED_WITHOUT_SIGN_OFF: OPEN_CASE,
	CLOSED_SOON_AFTER_SECTION_47: OPEN_CASE,
	FREQUENT_CHANGE: OPEN_CASE,
	ACTION_OVERDUE: OPEN_ACTION,
	ACTION_WEAK: OPEN_ACTION,
	SUPERVISION_OVERDUE: BOOK,
	SUPERVISION_CANCELLED_TWICE: BOOK,
	SUPERVISION_SHORT: BOOK,
	NOTE_UNSIGNED: open('/supervision/[session]', 'subject', 'Open session'),
	SUPERVISOR_NOT_QUALIFIED: open('/practitioner/[id]', 'practitioner', 'Open record'),
	NO_SUPERVISOR: open('/practitioner/[id]/posting', 'practitioner', 'Change posting'),
	OVER_CAPACITY: open('/allocate/from/[practitioner]', 'practitioner', 'Move cases'),
	SPAN_TOO_WIDE: open('/practitioner/[id]', 'practitioner', 'Open record'),
	AGENCY_BELOW_EXPERIENCE: open('/practitioner/[id]', 'practitioner', 'Open record'),
	EXPERIENCE_UNKNOWN: open('/practitioner/[id]/record', 'practitioner', 'Open record'),
	TIMESCALE_MISSED: OPEN_CASE,
	OVERSIGHT_ASKED: record('decision'),
	REQUEST_WAITING: open('/case/[id]/request/[request]', 'partner request', 'Open request')
};

/** Every page on which a next step is taken, once. */
export const PAGES_OF_STEPS: readonly Page[] = [
	...new Set(Object.values(NEXT_STEPS).flatMap((next) => (next.step === 'open' ? next.page : [])))
];
