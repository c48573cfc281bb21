import { isToDo } from './actions.ts';
import { hasCover, isInPost, personOf, policyInForce, type View } from './authority.ts';
import { addDays, addMonths, addWorkingDays, after, dayInWords, daysBetween } from './calendar.ts';
import { caseloadOf } from './caseload.ts';
import { periodsOfKind, type CaseFile } from './cases.ts';
import { changesOfHands, handsSince } from './changes-of-hands.ts';
import type { Code } from './codes.ts';
import { isObserved, lookBackFrom } from './flag-rules.ts';
import { isKnown } from './knowledge.ts';
import { absenceOn, absentLongerThan, detailsOf, inPostOn, isCurrent, tierOn } from './people.ts';
import type { RuleLimits } from './policy.ts';
import { CASE_RULES, type CaseState } from './rules-about-cases.ts';
import { fileState, type FileState } from './rules-about-endings.ts';
import { isSupervised, supervisionOf, type PractitionerState } from './rules-about-practitioners.ts';
import { decidedBy } from './requests.ts';
import { lengthInWords } from './wording.ts';

/** One thing a rule asks, and whether it was so. */
export interface Condition {
	asks: string;
	met: boolean;
}

/** A condition, with the sentence that says why the rule does not stand where only this is missing. */
export interface Asked extends Condition {
	otherwise: string;
}

const asked = (met: boolean, asks: string, otherwise: string): Asked => ({ asks, met, otherwise });

type ConditionsOf<State> = Partial<Record<Code, (state: State) => Asked[]>>;

const NOT_OPEN = asked(false, 'the case is open', 'The case was not open on this day.');
const NOT_IN_POST = asked(false, 'the practitioner is in post', 'They were not in post on this day.');
const NOT_KNOWN = asked(false, 'the case is known', 'The case was not known on this day.');

function limitsOf(view: View): RuleLimits {
	return policyInForce(view, view.knowledge.on).limits;
}

function hasLead({ leadId }: CaseState): Asked {
	return asked(leadId !== null, 'somebody leads it', 'Nobody leads it.');
}

function isOverdue({ clock, day }: CaseState): Asked {
	if (!clock)
		return asked(false, 'the clock has started', 'No clock runs before the authority is observed from.');
	const { dueOn } = clock;
	return asked(
		day > dueOn,
		`it is after ${dayInWords(dueOn)}, the day oversight was due`,
		`Oversight is in time until ${dayInWords(dueOn)}.`
	);
}

function noSuitableCoWorker({ suitableCoWorkerId }: CaseState): Asked {
	return asked(
		suitableCoWorkerId === null,
		'no suitable co-worker holds it too',
		'A suitable co-worker holds it too.'
	);
}

const OF_CASE: ConditionsOf<CaseState> = {
	HELD_WITHOUT_OVERSIGHT: (state) => [
		hasLead(state),
		asked(state.demands.stakes === 'high', 'the stakes are high', 'The stakes are not high.'),
		asked(!state.suitablyHeld, 'it is not suitably held', 'It is suitably held.'),
		isOverdue(state)
	],
	BELOW_EXPERIENCE: (state) => {
		const { suitability, demands } = state;
		const tier = suitability?.tier ?? 'none';
		return [
			hasLead(state),
			asked(
				suitability?.experienced === false,
				`the lead’s tier (${tier}) is below ${demands.leastTier}`,
				`The lead’s tier, ${tier}, is enough where ${demands.leastTier} is asked for.`
			),
			noSuitableCoWorker(state)
		];
	},
	TRAINING_GAP: (state) => {
		const courses = state.demands.training.join(', ');
		return [
			hasLead(state),
			asked(
				(state.suitability?.missing.length ?? 0) > 0,
				`a required course is not current (${courses || 'none required'})`,
				courses === '' ? 'No training is required for it.' : `The lead’s ${courses} is current.`
			),
			noSuitableCoWorker(state)
		];
	},
	OVERSIGHT_OVERDUE: (state) => [isOverdue(state)],
	UNALLOCATED: (state) => {
		const { file, leadId, day, view } = state;
		const lead = personOf(view, leadId);
		return [
			asked(
				lead === null || inPostOn(lead, day, view.knowledge) === null,
				'nobody in post leads it',
				'Somebody in post leads it.'
			),
			asked(
				file.holderNotMatched !== true,
				'no holder is named in a file who is not matched yet',
				'A file names a holder who waits to be matched.'
			),
			asked(
				stands('UNALLOCATED', state),
				'the wait that policy allows is over',
				'The wait that policy allows is not over.'
			)
		];
	},
	HOLDER_ABSENT: (state) => {
		const { leadId, day, view } = state;
		const lead = personOf(view, leadId);
		const away = lead && absenceOn(lead, day, view.knowledge);
		return [
			hasLead(state),
			away
				? asked(
						absentLongerThan(lead, 5, day, view.knowledge),
						`the lead has been away for more than 5 working days (since ${dayInWords(away.from)}, so after ${dayInWords(addWorkingDays(away.from, 5))})`,
						`The lead has been away since ${dayInWords(away.from)}, not yet more than 5 working days.`
					)
				: asked(false, 'the lead is away', 'The lead is not away.'),
			asked(
				lead === null || !hasCover(lead, 'cases', day, view),
				'no cover is named who is in post and here',
				'A cover who is in post and here is named.'
			)
		];
	},
	HANDOVER_WITHOUT_OVERSIGHT: (state) => {
		const { file, day, view, counting } = state;
		const last = changesOfHands(file, lookBackFrom(day), day, view).at(-1);
		if (!last)
			return [
				asked(
					false,
					'it came into other hands in the last 12 months',
					'It has not come into other hands in the last 12 months.'
				)
			];
		const lastOversightOn = counting.lastBy(day);
		const seen =
			(lastOversightOn !== null && lastOversightOn >= last.on) ||
			(last.change === 'LEAD' && counting.lastSince(last.on, day) !== null);
		const limit = lengthInWords(limitsOf(view).handover);
		return [
			asked(true, `it came into other hands on ${dayInWords(last.on)}`, ''),
			asked(
				!seen || stands('HANDOVER_WITHOUT_OVERSIGHT', state),
				'no manager has looked at it since a change',
				`A manager has looked at it since it came into other hands on ${dayInWords(last.on)}.`
			),
			asked(
				stands('HANDOVER_WITHOUT_OVERSIGHT', state),
				`more than ${limit} have passed since`,
				`It came into other hands on ${dayInWords(last.on)}, no more than ${limit} ago.`
			)
		];
	},
	FREQUENT_CHANGE: (state) => {
		const { leadIds, supervisorIds } = handsSince(state.file, lookBackFrom(state.day), state.view);
		const { frequentChange } = limitsOf(state.view);
		return [
			asked(
				stands('FREQUENT_CHANGE', state),
				`${frequentChange} or more people led it (${leadIds.length}), or supervised its lead (${supervisorIds.length}), in the last 12 months`,
				`In the last 12 months ${leadIds.length} led it and ${supervisorIds.length} supervised its lead: ${frequentChange} would be frequent.`
			)
		];
	},
	TIMESCALE_MISSED: (state) => {
		const assessing = state.demands.kinds.find(({ kind }) => kind === 'assessment');
		const { assessment, conference } = limitsOf(state.view);
		const limit = assessing && after(assessing.since, assessment);
		return [
			asked(
				stands('TIMESCALE_MISSED', state),
				`an assessment has run for more than ${lengthInWords(assessment)}, or a conference is missing ${lengthInWords(conference)} after an enquiry began`,
				`${limit ? `The assessment may run until ${dayInWords(limit)}` : 'No assessment is running'}, and no conference is missing.`
			)
		];
	}
};

const OF_ENDINGS: ConditionsOf<FileState> = {
	SECTION_47_UNEXPLAINED: ({ file, counting, day, view }) => {
		const last = enquiriesEnded(file, view).at(-1);
		const lately = last !== undefined && last.endedOn > lookBackFrom(day);
		if (!lately)
			return [
				asked(
					false,
					'a section 47 enquiry ended in the last 12 months',
					'No section 47 enquiry ended in the last 12 months.'
				)
			];
		const explainedOn = counting.lastEntry('section_47_outcome', day);
		const { outcome } = limitsOf(view);
		return [
			asked(true, 'a section 47 enquiry ended in the last 12 months', ''),
			asked(
				explainedOn === null || explainedOn < last.beganOn,
				'no manager has recorded what its outcome rests on since it began',
				'A manager has recorded what its outcome rests on.'
			),
			asked(
				day > after(last.endedOn, outcome),
				`it is more than ${lengthInWords(outcome)} after it ended on ${dayInWords(last.endedOn)}`,
				`It ended on ${dayInWords(last.endedOn)}: the outcome is in time until ${lengthInWords(outcome)} after.`
			)
		];
	},
	CLOSED_WITHOUT_SIGN_OFF: (state) => {
		const { closedOn, counting, view } = state;
		const { signOffDays } = limitsOf(view);
		const signedOffOn = closedOn === null ? null : counting.lastEntry('closure', closedOn);
		return [
			closedLately(state),
			asked(
				closedOn !== null && (signedOffOn === null || signedOffOn <= addDays(closedOn, -signOffDays)),
				`no manager signed it off in the ${signOffDays} days up to and including closing`,
				'A manager signed the closing off.'
			)
		];
	},
	CLOSED_SOON_AFTER_SECTION_47: (state) => {
		const last = enquiriesEnded(state.file, state.view).at(-1);
		const { soonAfterDays } = limitsOf(state.view);
		return [
			closedLately(state),
			asked(
				last !== undefined &&
					state.closedOn !== null &&
					daysBetween(last.endedOn, state.closedOn) < soonAfterDays,
				`a section 47 enquiry had ended less than ${soonAfterDays} days before`,
				`No section 47 enquiry had ended less than ${soonAfterDays} days before it closed.`
			)
		];
	}
};

function closedLately({ closedOn, day, view }: FileState): Asked {
	const observed = closedOn !== null && isObserved(closedOn, view);
	return asked(
		observed && closedOn > addDays(day, -90),
		'it closed in the last 90 days',
		closedOn === null
			? 'The case is not closed.'
			: observed
				? 'It closed longer than 90 days ago.'
				: 'It closed before the authority is observed.'
	);
}

function enquiriesEnded(file: CaseFile, view: View) {
	return periodsOfKind(file, 'section_47', view.knowledge).flatMap(({ from, to }) =>
		to === null || !isObserved(to, view) ? [] : { beganOn: from, endedOn: to }
	);
}

/** What is looked at beside the case or the practitioner: all requests and actions about them. */
interface Around {
	subjectId: string;
	view: View;
	stands: boolean;
}

const OF_REQUESTS_AND_ACTIONS: ConditionsOf<Around> = {
	REQUEST_DECLINED_ALONE: ({ subjectId, view, stands }) => {
		const { knowledge, authority } = view;
		const known = (authority.requestsOf.get(subjectId) ?? []).filter((request) => {
			const countedFrom = decidedBy(request, knowledge.on) ?? request.requestedOn;
			return (
				isKnown(request, request.requestedOn, knowledge) &&
				countedFrom > lookBackFrom(knowledge.on) &&
				isObserved(countedFrom, view)
			);
		});
		return [
			asked(
				known.length > 0,
				'a partner agency asked for something in the last 12 months',
				'No request of a partner agency is known from the last 12 months.'
			),
			asked(
				stands,
				`one is undecided, or declined without a rationale or a second manager, more than ${lengthInWords(limitsOf(view).decision)} after`,
				'Each request was agreed, or declined with a rationale and a second manager, or its time is not over.'
			)
		];
	},
	ACTION_OVERDUE: (about) => [
		hasActions(about),
		asked(
			about.stands,
			`one is past its due date: an action about risk at once, others by more than ${lengthInWords(limitsOf(about.view).action)}`,
			'No action is far enough past its due date.'
		)
	],
	ACTION_WEAK: (about) => [
		hasActions(about),
		asked(
			about.stands,
			`one has no owner or no due date, more than ${lengthInWords(limitsOf(about.view).agreement)} after it was agreed`,
			`Every action has an owner and a due date, or was agreed no more than ${lengthInWords(limitsOf(about.view).agreement)} ago.`
		)
	]
};

function hasActions({ subjectId, view }: Around): Asked {
	const actions = view.authority.actionsAbout.get(subjectId) ?? [];
	return asked(
		actions.some((action) => isToDo(action, view.knowledge)),
		'an action is still to be done',
		'No action is still to be done.'
	);
}

type AboutPractitioner = PractitionerState & { stands: boolean };

const OF_PRACTITIONER: ConditionsOf<AboutPractitioner> = {
	SUPERVISION_OVERDUE: (state) => {
		const clock = supervisionOf(state.person, state.view);
		return [
			underSupervision(state),
			clock
				? asked(
						state.day > clock.dueOn,
						`it is after ${dayInWords(clock.dueOn)}, the day supervision was due`,
						`Supervision is in time until ${dayInWords(clock.dueOn)}.`
					)
				: asked(false, 'the clock has started', 'No clock runs before the authority is observed from.')
		];
	},
	NO_SUPERVISOR: (state) => {
		const { person, posting, day, view } = state;
		const named = posting.supervisorId === person.practitionerId ? null : posting.supervisorId;
		const supervisor = personOf(view, named);
		const inPost = supervisor !== null && inPostOn(supervisor, day, view.knowledge) !== null;
		const away = supervisor && absenceOn(supervisor, day, view.knowledge);
		return [
			underSupervision(state),
			asked(
				!inPost || (away !== null && absentLongerThan(supervisor, 5, day, view.knowledge)),
				'no supervisor in post is named, or the one named has been away for more than 5 working days',
				away
					? `The supervisor is in post, and away since ${dayInWords(away.from)}, not yet more than 5 working days.`
					: 'The supervisor named is in post and here.'
			),
			asked(
				!inPost || !hasCover(supervisor, 'supervision', day, view),
				'no cover for supervision is named who is in post and here',
				'A cover for supervision who is in post and here is named.'
			)
		];
	},
	OVER_CAPACITY: ({ person, view }) => {
		const { band, points, capacity, held, loadPercent } = caseloadOf(person, view);
		return [
			asked(held.length > 0, 'cases are held', 'No cases are held.'),
			asked(
				band === 'over' || band === 'far_over' || band === 'no_capacity',
				`the load is more than 100 % of capacity (${points} points of ${capacity.points})`,
				`The load is ${loadPercent} % of capacity: ${points} points of ${capacity.points}.`
			)
		];
	},
	SUPERVISION_CANCELLED_TWICE: (state) => [
		underSupervision(state),
		asked(
			state.stands,
			'the latest two sessions were both cancelled',
			'The latest two sessions were not both cancelled.'
		)
	],
	SUPERVISION_SHORT: (state) => [
		underSupervision(state),
		asked(
			state.stands,
			`a session of the last 90 days was shorter than ${limitsOf(state.view).sessionMinutes} minutes, or interrupted`,
			`No session held in the last 90 days was shorter than ${limitsOf(state.view).sessionMinutes} minutes or interrupted.`
		)
	],
	NOTE_UNSIGNED: ({ stands, view }) => [
		asked(
			stands,
			`a session of the last 12 months is not signed by both, more than ${lengthInWords(limitsOf(view).note)} after`,
			`Every session of the last 12 months is signed by both, or was held no more than ${lengthInWords(limitsOf(view).note)} ago.`
		)
	],
	SUPERVISOR_NOT_QUALIFIED: (state) => {
		const { person, posting, day, view } = state;
		const named = posting.supervisorId === person.practitionerId ? null : posting.supervisorId;
		const supervisor = personOf(view, named);
		const inPost = named !== null && isInPost(view, named, day);
		return [
			underSupervision(state),
			asked(inPost, 'a supervisor in post is named', 'No supervisor in post is named.'),
			asked(
				supervisor !== null &&
					(tierOn(supervisor, day, view.knowledge).tier === 'E0' ||
						!isCurrent(supervisor, 'SUPV', day, view.knowledge)),
				'the supervisor is not registered, or the training for supervisors is not current',
				'The supervisor is registered, and the training for supervisors is current.'
			)
		];
	},
	SPAN_TOO_WIDE: ({ person, day, view }) => {
		const named = view.authority.supervisedBy.get(person.practitionerId) ?? [];
		const supervised = named.filter(
			(each) => inPostOn(each, day, view.knowledge)?.supervisorId === person.practitionerId
		).length;
		const { span } = limitsOf(view);
		return [
			asked(
				supervised > span,
				`more than ${span} people in post are supervised (${supervised})`,
				`Supervises ${supervised} in post: more than ${span} would be too many.`
			)
		];
	},
	AGENCY_BELOW_EXPERIENCE: ({ person, posting, day, view }) => {
		const details = detailsOf(person, view.knowledge);
		const registeredOn = details?.registeredOn ?? null;
		const { agencyMonths } = limitsOf(view);
		return [
			asked(
				posting.agency === true,
				'the posting is through an agency',
				'The posting is not through an agency.'
			),
			asked(
				Boolean(details?.sweNumber),
				'a registration number is recorded',
				'No registration number is recorded.'
			),
			asked(
				registeredOn === null || day < addMonths(registeredOn, agencyMonths),
				`registered for less than ${agencyMonths} months, or since an unknown day`,
				`Registered for ${agencyMonths} months or more.`
			)
		];
	},
	EXPERIENCE_UNKNOWN: (state) => {
		const details = detailsOf(state.person, state.view.knowledge);
		const { held } = caseloadOf(state.person, state.view);
		return [
			asked(
				Boolean(details?.sweNumber),
				'a registration number is recorded',
				'No registration number is recorded: that is tier E0, not an unknown date.'
			),
			asked(
				details?.registeredOn == null,
				'the date of registration is not recorded',
				'The date of registration is recorded.'
			),
			asked(held.length > 0, 'an open case is held', 'No open case is held.')
		];
	}
};

function underSupervision({ posting }: PractitionerState): Asked {
	return asked(
		isSupervised(posting),
		'the posting is one that is supervised',
		'Directors, and those outside practice, are left out of the rules about supervision.'
	);
}

function stands(code: Code, state: CaseState): boolean {
	return CASE_RULES.some((rule) => rule.code === code && rule.holds(state) !== null);
}

/** What a rule asks of a case, its endings, requests and actions. `state`: null where the case is not open. */
export function conditionsOfCase(
	code: Code,
	file: CaseFile,
	state: CaseState | null,
	view: View,
	stands: boolean
): Asked[] {
	const ofOpen = OF_CASE[code];
	if (ofOpen) return state ? ofOpen(state) : [NOT_OPEN];
	const ofEnding = OF_ENDINGS[code];
	if (ofEnding) {
		const known = fileState(file, view);
		return known ? ofEnding(known) : [NOT_KNOWN];
	}
	return OF_REQUESTS_AND_ACTIONS[code]?.({ subjectId: file.caseId, view, stands }) ?? [];
}

/** What a rule asks of a practitioner, and of the actions about them and no case. `state`: null where not in post. */
export function conditionsOfPractitioner(
	code: Code,
	practitionerId: string,
	state: PractitionerState | null,
	view: View,
	stands: boolean
): Asked[] {
	const ofPerson = OF_PRACTITIONER[code];
	if (ofPerson) return state ? ofPerson({ ...state, stands }) : [NOT_IN_POST];
	return OF_REQUESTS_AND_ACTIONS[code]?.({ subjectId: practitionerId, view, stands }) ?? [];
}

/** Where a rule does not stand: the sentence of the first thing it asks that was not so. */
export function whyNot(conditions: readonly Asked[]): string {
	const missing = conditions.find(({ met }) => !met);
	return missing?.otherwise ?? 'What it asks for is not so on this day.';
}

export function conditionsOnly(conditions: readonly Asked[]): Condition[] {
	return conditions.map(({ asks, met }) => ({ asks, met }));
}
