import type { OversightKind } from '#lib/domain/cases.ts';
import type { Kind } from '#lib/domain/policy.ts';

/** What is agreed about a case of each kind in supervision or by a manager. */
export const DECISIONS: Record<Kind, readonly string[]> = {
	section_47: [
		'See the child alone today and again within two days. Strategy discussion to be reconvened once the medical is back.',
		'Continue the enquiry. Speak to the person who first raised the concern, not only to the family.',
		'Joint visit with the police. Interim safety arrangements to be written down and tested.',
		'Chronology to be read before the next visit. Outcome to be agreed with me, not at the visit.',
		'Check the account of each adult separately and compare it with what health recorded.'
	],
	child_protection: [
		'Plan continues. Core group to say what has changed for the child, not only what was attended.',
		'Visits stay fortnightly, one in four unannounced. See the bedroom each time.',
		'Bring the review conference forward. The plan is not making enough difference.',
		'Direct work to be started within two weeks. The children have not yet been heard on their own.',
		'Ask health and school for their own view before the core group; compare with ours.',
		'Progress is real in two of four areas. Keep the plan, drop what is done, sharpen what is not.'
	],
	pre_proceedings: [
		'Pre-proceedings continue. Review meeting date fixed; parenting assessment to be in by then.',
		'Letter before proceedings to be reviewed in plain language with the parents and their advocate.',
		'Family group conference to be held before the next review. Wider family not yet explored.',
		'Legal planning meeting to be booked. Threshold document to be brought up to date.'
	],
	care_proceedings: [
		'Final evidence to be with me ten days before filing. Care plan to set out contact and siblings.',
		'Viability assessments to be finished for both sets of grandparents.',
		'Statement to be redrafted: analysis first, then facts that bear on it.',
		'Timetable holds. Transfer to the children in care team agreed for the week after the final hearing.'
	],
	looked_after: [
		'Placement visit this week. Ask the child what they would change.',
		'Matching meeting to be held. Current arrangement is safe but not the plan.',
		'Contact to be reviewed with the child and the carers; write down what is seen, not only how long.',
		'Initial health assessment is outstanding: chase and report back.'
	],
	looked_after_settled: [
		'Placement is steady. Permanence to be agreed at the next review.',
		'Life story work to begin this term with the carers.',
		'School place for September to be confirmed. Personal education plan to say who helps.',
		'Sibling time to be put into the plan with dates.'
	],
	looked_after_long_term: [
		'Long-term match is working. Delegated authority to be reviewed with the carers.',
		'Visit pattern agreed at every twelve weeks with the young person.',
		'Pathway planning to be introduced early; the young person wants to stay put.',
		'Keep the plan. Ask about friendships and not only about school.'
	],
	assessment: [
		'Assessment continues. Children to be seen alone before the midpoint.',
		'Widen the picture: father, grandparents and school have not been heard.',
		'Midpoint reached. Working view written down; test it against what does not fit.',
		'Assessment to be concluded. Needs are clear; say what would have to be different.',
		'Chronology to be completed first. The history says more than this one event.',
		'Agree with the family what the assessment is about, in one sentence they recognise.'
	],
	child_in_need: [
		'Plan continues. Next meeting to review what has changed for each child.',
		'Reduce visits to every four weeks and review in six.',
		'Step down to family help once the school plan is in place.',
		'Ask the children for their words about the plan and put them first.',
		'Adult services to be invited: support for the parent is the hinge of this plan.',
		'Drift noted. Set an end date and say what must be in place by then.'
	],
	short_breaks: [
		'Package continues. Carers tell us it works; review in twelve weeks.',
		'Ask the young person about the weekends and adjust with the provider.',
		'Transition to adult services to be opened now.'
	],
	care_leaver: [
		'Pathway plan updated with the young person. Keep in touch every eight weeks.',
		'Housing application to be supported; personal adviser to go along.',
		'Staying put agreed. Review of finances with the carers.',
		'Contact has been thin. Offer to meet where the young person prefers.'
	]
};

/** Why, as a manager writes it. */
export const RATIONALES: readonly string[] = [
	'What we know first-hand supports this; what is only reported has been set apart and will be tested.',
	'The history shows the same worry before. This time the support is named and dated.',
	'The child was seen and heard. The account fits what school and health say.',
	'Risk is moderate and understood. The plan answers it; the review date guards against drift.',
	'Cooperation so far is in words. The next two visits will show whether it is in deeds.',
	'Proportionate to need. A stronger step would not add safety and would cost trust.',
	'The worker has the time and the skills for this, with joint visits agreed for the first month.',
	'Two other explanations were considered and one remains open. It is to be looked at before closing.',
	'Things are better for the child in ways that can be seen. The remaining need is for support.',
	'No change for the child in three months. The plan must either work by the date set or be raised.'
];

export const ENTRY_DECISIONS: Record<Exclude<OversightKind, 'decision'>, readonly string[]> = {
	allocation: [
		'Allocated. First visit, who is to be seen and by when agreed at allocation.',
		'Allocated after discussion of load and skills. Chronology to be read before the first visit.',
		'Allocated. Points of risk and the first three steps gone through with the worker.'
	],
	handover: [
		'Handover held with both workers. Open actions and next visit carried over.',
		'Change of worker agreed. Family told by phone and in a joint visit.',
		'Handover accepted. What the family find helpful has been written down for the new worker.'
	],
	section_47_outcome: [
		'Concerns substantiated, child at continuing risk: initial conference to be held.',
		'Concerns substantiated, no continuing risk: child in need plan with named supports.',
		'Concerns not substantiated. Support to continue by agreement.'
	],
	closure: [
		'Closure agreed. What would bring us back is written down and shared with the family.',
		'Closure agreed after checking with school and health. Universal services informed.',
		'Stepped down to family help with a named lead. Closed to us.'
	]
};

export const ACTIONS: readonly string[] = [
	'See the child alone and record what was seen and what was said',
	'Ask the health visitor for the weight chart and the visits missed',
	'Complete the chronology up to this month',
	'Hold the family network meeting',
	'Write to the school about attendance and agree who calls whom',
	'Speak to the father and record his account separately',
	'Make the referral to adult mental health and confirm it was received',
	'Update the safety plan with the family and leave a copy',
	'Arrange interpreter for the next two visits',
	'Book the review meeting and invite everyone on the plan',
	'Draft the outcome with analysis before facts',
	'Check housing repairs have been done: see it',
	'Visit unannounced within two weeks',
	'Share the plan with the general practitioner'
];

export const RISK_ACTIONS: readonly string[] = [
	'Confirm where the child sleeps tonight and who is with them',
	'Confirm with police that conditions of bail are in force',
	'See the baby undressed with the health visitor and record what was seen'
];

export const OUTCOMES: readonly string[] = [
	'Done',
	'Done and recorded',
	'Done; shared with the family',
	'Done by phone'
];

export const CANCEL_REASONS: readonly string[] = [
	'Supervisor covering another team',
	'Urgent court work',
	'Worker on duty',
	'Leave',
	'Clash with a conference'
];

export const AGENCIES = [
	'Health visiting',
	'School',
	'Police',
	'Midwifery',
	'General practice',
	'Hospital'
] as const;

export const AGREED: readonly string[] = [
	'The request sets out a pattern we had not joined up. Conference to be held.',
	'Agreed. The concern is recent, first-hand and about the child.',
	'Agreed after speaking with the person who made the request.'
];

export const DECLINED: readonly string[] = [
	'A child in need meeting is the better place now; the worry is shared and the date is set.',
	'Considered with the chronology. Risk has reduced since the event described; to be looked at again in four weeks.',
	'The enquiry is still open. The request will be decided with its outcome.'
];

export const CLOSURES: readonly string[] = [
	'Needs met',
	'Stepped down to family help',
	'Universal services',
	'Moved out of the area',
	'Assessment: no further action'
];
