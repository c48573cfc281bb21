import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { ActionRow, OversightRow, RequestRow } from '#lib/domain/records.ts';
import type { Plan } from './plan.ts';
import type { Part, Staff, Worker } from './staff.ts';
import type { Diary } from './supervision.ts';
import type { Unit } from './units.ts';

const STORY_CASE = 'K-20377';
const LIVE_CASE = 'K-20418';

export interface Story {
	caseId: string;
	days: { on: CalendarDate; what: string }[];
}

export interface Told {
	units: Unit[];
	diaries: Diary[];
	oversight: OversightRow[];
	actions: ActionRow[];
	requests: RequestRow[];
	story: Story;
}

/** One case that goes the way of the review, in the restructure; and one that is going that way today. */
export function told(plan: Plan, staff: Staff): Told {
	const then = part(staff, 'early career then');
	const now = part(staff, 'early career now');
	const manager = part(staff, 'manager then');
	const team = plan.teams.find(({ teamId }) => teamId === 'T-02');
	if (!team) throw new RangeError('the story needs its team');
	const unit = (
		caseId: string,
		childId: string,
		familyId: string,
		dateOfBirth: CalendarDate,
		openedOn: CalendarDate
	): Unit => ({
		children: [{ childId, caseId, dateOfBirth, unborn: false, complexity: 1 }],
		familyId,
		openedOn,
		closedOn: null,
		closureReason: null,
		team,
		kinds: [],
		leads: [],
		coWorkers: [],
		discussed: [],
		scripted: true
	});
	const holding = (worker: Worker | null, from: CalendarDate, to: CalendarDate | null) => ({
		worker,
		teamId: team.teamId,
		from,
		to,
		reason: null
	});

	const past = unit(STORY_CASE, 'C-48112', 'F-6021', '2025-10-20', '2026-01-12');
	past.closedOn = '2026-03-12';
	past.closureReason = 'Assessment: no further action';
	past.kinds.push(
		{ kind: 'assessment', from: '2026-01-12', to: '2026-03-12', conferenceNeeded: null, conferenceOn: null },
		{ kind: 'section_47', from: '2026-01-13', to: '2026-02-02', conferenceNeeded: false, conferenceOn: null }
	);
	past.leads.push(holding(null, '2026-01-12', '2026-01-13'), holding(then, '2026-01-13', '2026-03-12'));

	const live = unit(LIVE_CASE, 'C-48655', 'F-6044', '2026-08-24', '2026-11-10');
	live.children[0]!.complexity = 2;
	live.kinds.push(
		{ kind: 'section_47', from: '2026-11-10', to: null, conferenceNeeded: null, conferenceOn: null },
		{ kind: 'assessment', from: '2026-11-10', to: null, conferenceNeeded: null, conferenceOn: null }
	);
	live.leads.push(holding(now, '2026-11-10', null));

	return {
		units: [past, live],
		diaries: [
			{
				worker: then,
				from: '2026-01-01',
				to: '2026-02-11',
				sessions: [
					{ on: '2026-01-07', came: 'held' },
					{ on: '2026-01-20', came: 'cancelled', why: 'Supervisor covering two teams' },
					{ on: '2026-01-27', came: 'cancelled', why: 'Reorganisation meeting' },
					{ on: '2026-02-11', came: 'held' }
				]
			},
			{
				worker: now,
				from: '2026-10-26',
				to: plan.span.today,
				sessions: [
					{ on: '2026-10-21', came: 'held' },
					{ on: '2026-11-03', came: 'held' },
					{ on: '2026-11-17', came: 'cancelled', why: 'Supervisor in court' },
					{ on: '2026-11-26', came: 'planned' }
				]
			}
		],
		oversight: [
			{
				oversightId: 'O-900001',
				caseId: STORY_CASE,
				managerId: manager.id,
				madeOn: '2026-01-19',
				kind: 'decision',
				decision: 'Enquiry to continue. Worker to visit again and speak to the health visitor.',
				rationale: 'Parents are open and give a consistent account. Written up from memory.',
				recordedOn: '2026-02-24'
			}
		],
		actions: [
			{
				...ACTION,
				actionId: 'A-90001',
				caseId: STORY_CASE,
				ownerId: then.id,
				description: 'See the baby undressed with the health visitor and record what was seen',
				agreedOn: '2026-01-13',
				dueOn: '2026-01-15',
				doneOn: '2026-03-12',
				outcome: 'Not done: closed with the case',
				risk: true
			},
			{
				...ACTION,
				actionId: 'A-90002',
				caseId: STORY_CASE,
				ownerId: null,
				description: 'Family to engage with services',
				agreedOn: '2026-02-02',
				dueOn: null,
				doneOn: '2026-03-12',
				outcome: 'Not known: closed with the case',
				risk: false
			},
			{
				...ACTION,
				actionId: 'A-90003',
				caseId: LIVE_CASE,
				ownerId: now.id,
				description: 'Read the chronology of the older half-brother before the next visit',
				agreedOn: '2026-11-10',
				dueOn: '2026-11-25',
				doneOn: null,
				outcome: null,
				risk: false
			}
		],
		requests: [
			{
				requestId: 'R-9001',
				caseId: STORY_CASE,
				agency: 'Health visiting',
				kind: 'conference',
				requestedOn: '2026-01-22',
				outcome: 'declined',
				decidedOn: '2026-01-23',
				decidedById: manager.id,
				rationale: 'Threshold is not met. The parents are working with us.',
				secondManagerId: null,
				secondAgreedOn: null,
				recordedOn: null
			},
			{
				requestId: 'R-9002',
				caseId: LIVE_CASE,
				agency: 'Health visiting',
				kind: 'conference',
				requestedOn: '2026-11-18',
				outcome: null,
				decidedOn: null,
				decidedById: null,
				rationale: null,
				secondManagerId: null,
				secondAgreedOn: null,
				recordedOn: null
			}
		],
		story: { caseId: STORY_CASE, days: DAYS }
	};
}

const ACTION = { practitionerId: null, sessionId: null, oversightId: null, recordedOn: null } as const;

const DAYS: Story['days'] = [
	{
		on: '2026-01-07',
		what: 'Last supervision of the worker, three months in practice, before the referral.'
	},
	{
		on: '2026-01-12',
		what: 'The hospital refers a bruise on a baby of twelve weeks. Case opened, waiting with the team.'
	},
	{
		on: '2026-01-13',
		what: 'Section 47 enquiry begun and allocated to the worker, who has not done the training for it.'
	},
	{
		on: '2026-01-15',
		what: 'The baby was to be seen undressed with the health visitor by today. It did not happen.'
	},
	{ on: '2026-01-20', what: 'Supervision cancelled: the supervisor covers two teams.' },
	{ on: '2026-01-22', what: 'The health visitor asks for a child protection conference.' },
	{ on: '2026-01-23', what: 'The request is declined by one manager, without a second.' },
	{ on: '2026-01-27', what: 'Supervision cancelled again: a meeting about the reorganisation.' },
	{
		on: '2026-02-02',
		what: 'The enquiry ends without a manager’s analysis. "Family to engage with services."'
	},
	{ on: '2026-02-11', what: 'Supervision is held. This case is not on the agenda.' },
	{ on: '2026-02-24', what: 'A decision dated 19 January is written up, five weeks later.' },
	{ on: '2026-03-12', what: 'The case is closed without sign-off, two months after the bruise.' }
];

function part(staff: Staff, name: Part): Worker {
	const worker = staff.cast.get(name);
	if (!worker) throw new RangeError(`nobody plays the part: ${name}`);
	return worker;
}
