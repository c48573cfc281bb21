import { addDays, type CalendarDate } from '#lib/domain/calendar.ts';
import type { Kind } from '#lib/domain/policy.ts';
import type { Records, SupervisionRow } from '#lib/domain/records.ts';
import { chanceFrom, type Chance } from './chance.ts';

/** What two people wrote and signed about a session that is on file: nothing in it changes a day or a decision. */
export interface WrittenNote {
	sessionId: string;
	discussions: { caseId: string; summary: string; analysis: string; livedExperience: string }[];
	/** The supervisor, else their own, where they have an account; null: neither has, and nobody writes a personal note. */
	keeperId: string | null;
	personal: string | null;
	/** Whether its supervisor says that the discussions are in the children’s files. */
	inCaseSystem: boolean;
}

const LATELY_DAYS = 110;
const OF_EACH_TEAM = 2;

/**
 * Notes of sessions that both had signed: the last ones of each team, those of people one can sign in as, and some that
 * an earlier supervisor held.
 */
export function notesOf(
	records: Records,
	signIns: readonly { practitionerId: string | null }[],
	today: CalendarDate
): WrittenNote[] {
	const chance = chanceFrom('notes');
	const withAccount = new Set(signIns.flatMap(({ practitionerId }) => practitionerId ?? []));
	const postingOn = (id: string, day: CalendarDate) =>
		records.postings.find(
			(row) => row.practitionerId === id && row.from <= day && (row.to === null || day < row.to)
		);
	const keeperOf = ({ supervisorId, heldOn }: SupervisionRow): string | null => {
		const above = heldOn === null ? null : (postingOn(supervisorId, heldOn)?.supervisorId ?? null);
		return [supervisorId, above].find((id) => id !== null && withAccount.has(id)) ?? null;
	};
	const discussed = new Map<string, string[]>();
	for (const { sessionId, caseId } of records.supervisionCases)
		discussed.set(sessionId, [...(discussed.get(sessionId) ?? []), caseId]);
	const closed = records.supervision.filter(
		({ heldOn, supervisorSignedOn, practitionerSignedOn }) =>
			heldOn !== null &&
			heldOn > addDays(today, -LATELY_DAYS) &&
			heldOn < today &&
			supervisorSignedOn &&
			practitionerSignedOn
	);
	const left = new Map<string, number>();
	const chosen = closed
		.sort((a, b) => ((a.heldOn ?? '') < (b.heldOn ?? '') ? 1 : -1))
		.filter((session) => {
			const { practitionerId, supervisorId, heldOn, sessionId } = session;
			if (withAccount.has(supervisorId) || withAccount.has(practitionerId)) return true;
			const teamId = postingOn(practitionerId, heldOn ?? today)?.teamId ?? '';
			const more = left.get(teamId) ?? OF_EACH_TEAM;
			if (more === 0 || !discussed.has(sessionId)) return false;
			left.set(teamId, more - 1);
			return true;
		});
	const kindOn = new Map<string, typeof records.caseKinds>();
	for (const row of records.caseKinds) kindOn.set(row.caseId, [...(kindOn.get(row.caseId) ?? []), row]);
	return [...chosen, ...heldBefore(records, chosen, withAccount)].map((session): WrittenNote => {
		const { sessionId, kind, heldOn } = session;
		const day = heldOn ?? today;
		const keeperId = keeperOf(session);
		return {
			sessionId,
			discussions: (discussed.get(sessionId) ?? []).map((caseId) => {
				const active = kindOn.get(caseId)?.find(({ from, to }) => from <= day && (to === null || day < to));
				return { caseId, ...discussionAbout(active?.kind ?? 'assessment', chance) };
			}),
			keeperId,
			personal: keeperId !== null && kind !== 'case' ? chance.pick(PERSONAL) : null,
			inCaseSystem: keeperId === session.supervisorId && chance.yes(0.9)
		};
	});
}

/** The last session that each of somebody’s supervisees had with whoever supervised them before. */
function heldBefore(
	records: Records,
	chosen: readonly SupervisionRow[],
	withAccount: ReadonlySet<string>
): SupervisionRow[] {
	const now = new Map(chosen.map(({ practitionerId, supervisorId }) => [practitionerId, supervisorId]));
	return [...now].flatMap(([practitionerId, supervisorId]) => {
		if (!withAccount.has(supervisorId)) return [];
		const earlier = records.supervision.findLast(
			(row) =>
				row.practitionerId === practitionerId &&
				row.supervisorId !== supervisorId &&
				row.supervisorSignedOn !== null &&
				row.practitionerSignedOn !== null
		);
		return earlier ? [earlier] : [];
	});
}

type Work = 'enquiry' | 'protection' | 'court' | 'care' | 'assessment' | 'need' | 'breaks' | 'leaving';

const WORK: Record<Kind, Work> = {
	section_47: 'enquiry',
	child_protection: 'protection',
	pre_proceedings: 'court',
	care_proceedings: 'court',
	looked_after: 'care',
	looked_after_settled: 'care',
	looked_after_long_term: 'care',
	assessment: 'assessment',
	child_in_need: 'need',
	short_breaks: 'breaks',
	care_leaver: 'leaving'
};

function discussionAbout(kind: Kind, chance: Chance) {
	const { summary, livedExperience, analysis, tasks } = WRITTEN[WORK[kind]];
	const unheard = chance.yes(0.12);
	return {
		summary: chance.pick(summary),
		livedExperience: unheard ? '' : chance.pick(livedExperience),
		analysis: chance.yes(0.16) ? tasks : chance.pick(analysis)
	};
}

interface Words {
	summary: readonly string[];
	livedExperience: readonly string[];
	analysis: readonly string[];
	/** What is written where nobody weighed anything up. */
	tasks: string;
}

const WRITTEN: Record<Work, Words> = {
	enquiry: {
		summary: [
			'Seen alone at school the day after the referral, and at home with both adults. The medical was completed; the paediatrician finds the explanation possible and not likely.',
			'Joint visit with the police. The adults agree on what happened and not on when. The neighbour who rang in has now been spoken to.'
		],
		livedExperience: [
			'Said school is “the quiet place”. Knows which stair creaks and when to stay upstairs. Wanted to know who would feed the cat if they went to stay with Nan.',
			'Too young to say. Settles for the health visitor and stiffens when picked up at home; the cot is clean and is in the parents’ room.'
		],
		analysis: [
			'What we know first-hand is the mark and the child’s words; everything about how it happened comes from one adult. The history has two earlier explanations that were also accepted without a second account. I am more worried than a week ago, because the story has become neater and not clearer.',
			'Three things protect: an aunt who comes every day, a school that rings at once, and a parent who asked for help before anybody else did. Against that stands an injury without an account that fits. Until there is one, the safety plan has to work without relying on the person who wrote it.'
		],
		tasks:
			'Visit again on Thursday.\nRing the health visitor.\nChase the medical report.\nBook the strategy discussion.'
	},
	protection: {
		summary: [
			'Four visits since last time, one of them unannounced. School attendance is up to 91 %. Core group met with everybody but housing there.',
			'The older two were seen alone. Their father has moved out and collects them twice a week. The plan has run for five months.'
		],
		livedExperience: [
			'Mornings are calmer: breakfast happens and somebody finds the shoes. Evenings still depend on which day of the month it is.',
			'“Mum laughs again, but I listen at the door in case.” Sleeps at a friend’s more often than the plan knows about.'
		],
		analysis: [
			'The house has changed; whether the worry has is less clear. Attendance and visits are things done, and what we feared were nights without an adult who could wake up. Nobody has asked about a night since September. The improvement may be real and it is not yet evidence about the risk.',
			'Cooperation is real here, in my view: they tell us things that do not help them. What predicts the next crisis is money at the end of the month, which nobody on the core group owns. The plan should say less about attending and more about what the children would notice.'
		],
		tasks: 'Visit fortnightly.\nUpdate the core group.\nSend the minutes.\nRefer to housing.'
	},
	court: {
		summary: [
			'Parenting assessment filed. Contact goes ahead four times a week and was missed twice. The guardian has visited the placement.',
			'Meeting before action held with both parents and the advocate. A great-aunt has come forward and was seen once.'
		],
		livedExperience: [
			'Calls the carer by her name and cries when contact ends, whoever is leaving. Has begun to sleep through.',
			'Wants to live “where the dog is”. Understands that a judge decides, and worries about saying the wrong thing to anybody.'
		],
		analysis: [
			'The question is not whether the parents love the children, it is whether change comes within the time these children have. Two of the three things asked for in spring have happened. The third, being reachable at night, has been promised three times. The evidence supports the plan, and the statement must say so without making the parents smaller than they are.',
			'We met the great-aunt late because nobody drew the family tree until the second month. Her offer changes what is realistic. Fairness to the child means testing it properly and quickly, and being honest that a delay has a cost as well.'
		],
		tasks: 'Finish the statement.\nBook the viability assessment.\nCall the guardian.\nSend the bundle.'
	},
	care: {
		summary: [
			'Visited in placement and seen alone in the garden. Health assessment done, personal education plan agreed. One night away without telling the carers.',
			'Review held with the young person in the chair for the first half. Brothers met twice this month.'
		],
		livedExperience: [
			'Has a shelf of their own, a joke with the carer’s father, and a bag that is still packed. Asks each time whether they are staying.',
			'Likes Sundays because nobody has an appointment. Would see their brother every week if somebody drove.'
		],
		analysis: [
			'The placement works because the carers do not take the testing personally. The packed bag tells me that permanence has been said and not yet felt. What would be different is a decision that does not depend on the next review, and time with the brother that does not depend on a volunteer.',
			'Settled is not the same as finished. Behaviour is better where it is watched; friendships are not. If I am wrong about this placement, the first sign will be school, and we would hear of it late because the school was told that all is well.'
		],
		tasks: 'Visit the placement.\nChase the health assessment.\nArrange sibling time.\nUpdate the plan.'
	},
	assessment: {
		summary: [
			'Day 21. Both children seen alone, one of them twice. Father met for the first time. School, health visitor and housing have answered.',
			'Referral after a third police call in eight weeks. Mother was open on the second visit and says the first one frightened her.'
		],
		livedExperience: [
			'Drew the house with the television in the largest room and nobody in it. Is proud of a swimming badge.',
			'The baby is with whoever is awake. The older one makes the bottles, and says so as something she is good at.'
		],
		analysis: [
			'The three calls look like one event told three times; the chronology shows that they are not. Each followed a visit by the same friend. The need is less about parenting and more about who has a key. That is a hopeful reading and I would change my mind if the next call comes without him.',
			'Neglect is the word in the referral, and exhaustion is what we see. Both can be so. What decides is whether help that arrives is used: the nursery place was taken up on the first day, which tells me more than the state of the kitchen.'
		],
		tasks: 'See the children again.\nSpeak to school.\nComplete the chronology.\nWrite it up by Friday.'
	},
	need: {
		summary: [
			'Plan meeting held, everybody came. Nursery hours extended. The boiler is repaired after nine weeks.',
			'Seen at home twice. Grandmother helps on three days now and would like that to be written down.'
		],
		livedExperience: [
			'Warm bedroom, own bed, and a chart for teeth that he fills in for the dog as well. Misses his old school.',
			'Says she is “the interpreter” and is tired of it. Friends have not been round since summer.'
		],
		analysis: [
			'What was asked for has been done, by them and by us, and the children are seen to be better for it. Staying longer would be for our comfort. The risk in closing is the grandmother’s health, and that can be planned for in the open.',
			'The plan describes appointments. The child describes being needed at home. Those are different problems, and only one of them gets better by attending. Adult services are the missing person in the room.'
		],
		tasks: 'Next meeting in six weeks.\nCheck the boiler.\nCall adult services.\nUpdate school.'
	},
	breaks: {
		summary: [
			'Package reviewed with carers and the young person. Two weekends were cancelled by the provider this quarter.',
			'Visited on a Saturday at the club. New communication board in use there and not yet at home.'
		],
		livedExperience: [
			'Swims, laughs, sleeps well on Saturdays. Chooses the same jumper for going and lets nobody wash it.',
			'Points to the minibus on his board every morning. Is upset on the days when it does not come.'
		],
		analysis: [
			'This works, and the cancellations are what could undo it: the carers plan their month around two nights. What looks like a small reliability problem is the whole support for this family. It deserves the same chasing that a missed visit would get.',
			'He tells us what he wants more clearly than the package does. The board at home is a small cost with a large effect. Transition is eighteen months away and feels early to everybody but the services that need that long.'
		],
		tasks: 'Call the provider.\nReview in twelve weeks.\nOrder the board.'
	},
	leaving: {
		summary: [
			'Pathway plan updated over a pizza. College on four days, part-time work on Saturdays. Rent is paid.',
			'Two visits offered and one kept. The tenancy has had one complaint about noise.'
		],
		livedExperience: [
			'Proud of the flat, lonely in it on Sundays. Rings the former carers and thinks he should not.',
			'Sleeps on a friend’s sofa more than she says. Wants one person who does not change.'
		],
		analysis: [
			'On paper this is independence and it is going well. The weak point is not money, it is Sundays. A standing invitation from the carers would do more than another appointment with us, and it costs somebody asking.',
			'Thin contact is being read as not wanting us. I think it is about who turns up: three advisers in a year. Keeping this one is the plan, and the rest follows from it.'
		],
		tasks: 'Housing application.\nKeep in touch every eight weeks.\nUpdate the plan.'
	}
};

const PERSONAL: readonly string[] = [
	'Two late evenings a week for a month, because of one family. We looked at which of it only she can do and moved the rest. Leave is booked for the second week of December and will be taken.',
	'Proud of the review last Tuesday, rightly. Would like to learn more about neglect in families with money; we found a course in February and a case to think about it with.',
	'The visit on the 4th stayed with him. We talked about what he saw before we talked about what to do. He slept since; he knows whom to ring at night, and that it is no weakness to.',
	'Says yes before hearing the end of the question. We practised saying “let me look and come back to you”. To try it twice before next time and tell me how it felt.',
	'Caseload feels lighter since the two closings. The worry about the new system is real: an hour with somebody who is good at it, this week, in work time.',
	'Back three weeks after the operation and doing well on four days. We keep it at four until the end of the month whatever the rota says.'
];
