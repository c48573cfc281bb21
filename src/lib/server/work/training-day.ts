import { arrange, policyInForce, viewOf } from '#lib/domain/authority.ts';
import { membersOf } from '#lib/domain/heatmap.ts';
import { courseStanding } from '#lib/domain/training.ts';
import { courseName, standingInWords } from '#lib/domain/training-words.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { factsOfTraining } from '#lib/server/store/facts.ts';
import { postedTo, teamOf } from '#lib/server/store/scope.ts';
import { changesOfForm } from '#lib/server/store/training.ts';
import { mayKeep, type TrainingAsker } from './keep-training.ts';
import { namesFor } from './names.ts';

export interface TrainingDay {
	team: { teamId: string; name: string };
	courses: { value: string; label: string }[];
	/** Those of the team whose training who asks may keep. */
	people: { value: string; label: string; hint: string | null }[];
}

/** The form for a training day of a team; null where the team is not in the scope of who asks. */
export async function trainingDay(
	tx: Transaction,
	by: TrainingAsker,
	teamId: string,
	course: string | null
): Promise<TrainingDay | null> {
	const team = await teamOf(tx, teamId);
	if (!team) return null;
	const practitionerIds = await postedTo(tx, teamId, by.today);
	const facts = await factsOfTraining(tx, { practitionerIds, caseIds: [] }, by.today);
	const view = viewOf(arrange(facts), by.today);
	const members = membersOf(teamId, view);
	const names = await namesFor(
		tx,
		members.map(({ practitionerId }) => practitionerId)
	);
	const { courses } = policyInForce(view, by.today);
	const people: TrainingDay['people'] = [];
	for (const person of members) {
		const { practitionerId } = person;
		if (!(await mayKeep(tx, by, practitionerId))) continue;
		const hint =
			course === null || !(course in courses)
				? null
				: standingInWords(courseStanding(person, course, by.today, view.knowledge), by.today);
		people.push({ value: practitionerId, label: names(practitionerId), hint });
	}
	return {
		team,
		courses: Object.keys(courses).map((value) => ({ value, label: courseName(value, courses) })),
		people: people.sort((a, b) => a.label.localeCompare(b.label, 'en-GB'))
	};
}

/** What a form recorded, for the words after it; null: nothing in the scope of who asks. */
export async function recordedWith(
	tx: Transaction,
	formKey: string
): Promise<{ course: string; names: string[]; undone: boolean } | null> {
	const changes = await changesOfForm(tx, formKey);
	const [first] = changes;
	if (!first?.after) return null;
	const names = await namesFor(
		tx,
		changes.map(({ practitionerId }) => practitionerId)
	);
	return {
		course: first.after.course,
		names: changes.map(({ practitionerId }) => names(practitionerId)).sort(),
		undone: first.undone
	};
}
