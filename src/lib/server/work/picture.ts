import type { Action } from '#lib/domain/actions.ts';
import { arrange, personOf, viewOf, type Authority, type Facts, type View } from '#lib/domain/authority.ts';
import { addDays, type CalendarDate } from '#lib/domain/calendar.ts';
import { isOpenOn, type CaseFile } from '#lib/domain/cases.ts';
import { CASE_RULES, caseState } from '#lib/domain/rules-about-cases.ts';
import { PRACTITIONER_RULES, practitionerState } from '#lib/domain/rules-about-practitioners.ts';
import {
	findingsOfCase,
	findingsOfOtherActions,
	findingsOfPractitioner,
	findingsOfSessionsAndActions,
	type Finding
} from '#lib/domain/flags.ts';
import { heatmapOf, heatmapRow, type HeatmapRow } from '#lib/domain/heatmap.ts';
import type { Person } from '#lib/domain/people.ts';
import { pastOf } from '#lib/domain/turning-days.ts';
import { actionsAbout } from '#lib/server/store/actions.ts';
import { closedOfConcern, gatherFacts, type Reach } from '#lib/server/store/facts.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { allocatedTo, inScope, postedTo } from '#lib/server/store/scope.ts';

/** The day a picture is of, and whether recording dates are looked at. */
export interface AsAt {
	on: CalendarDate;
	hindsight: boolean;
}

/** What stands on a day: the facts as seen, and every finding before folding. */
export interface Picture {
	view: View;
	findings: Finding[];
}

/** The whole authority, for commands and the review. */
export async function pictureOfAuthority(tx: Transaction, asAt: AsAt): Promise<Picture> {
	return pictureFromRecent(tx, { of: 'open', on: asAt.on }, asAt);
}

/** Some cases and some people, who were already found within the scope of who asks. */
export async function pictureOfThose(
	tx: Transaction,
	those: { caseIds: readonly string[]; practitionerIds: readonly string[] },
	asAt: AsAt
): Promise<Picture> {
	return pictureOf(tx, { of: 'those', ...those, held: { on: asAt.on } }, asAt);
}

/** The same, where nobody reads the files themselves: of oversight they hold what the findings and clocks need. */
export async function flagsAmong(
	tx: Transaction,
	those: { caseIds: readonly string[]; practitionerIds: readonly string[] },
	asAt: AsAt
): Promise<Picture> {
	return pictureFromRecent(tx, { of: 'those', ...those, held: { on: asAt.on } }, asAt);
}

/** The whole authority as seen on a day, without assessing it. */
export async function viewOfAuthority(tx: Transaction, { on, hindsight }: AsAt): Promise<View> {
	return viewOf(arrange(await gatherFacts(tx, { of: 'open', on })), on, hindsight);
}

async function pictureOf(tx: Transaction, reach: Reach, { on, hindsight }: AsAt): Promise<Picture> {
	const view = viewOf(arrange(await gatherFacts(tx, reach)), on, hindsight);
	return { view, findings: await findingsAmong(tx, view, reach) };
}

const HANDOVER = CASE_RULES.find(({ code }) => code === 'HANDOVER_WITHOUT_OVERSIGHT');

/** Longer than the longest interval of policy version 1, so that few cases need more. */
const RECENT_DAYS = 91;

/**
 * The same findings from fewer rows: the recent oversight of every case, and all of it where the answer may depend on
 * it. What a file lacks is older than something that counts.
 */
async function pictureFromRecent(tx: Transaction, reach: Reach, asAt: AsAt): Promise<Picture> {
	return picturesFromRecent(tx, reach, asAt, (view) => [view]).then(([picture]) => picture);
}

/** The whole authority on a day as it stands, and as it would under other versions: the facts are gathered once. */
export async function picturesUnder(
	tx: Transaction,
	asAt: AsAt,
	under: (view: View) => View
): Promise<[Picture, Picture]> {
	return picturesFromRecent(tx, { of: 'open', on: asAt.on }, asAt, (view) => [view, under(view)]);
}

async function picturesFromRecent<Views extends View[]>(
	tx: Transaction,
	reach: Reach,
	{ on, hindsight }: AsAt,
	seenAs: (view: View) => [...Views]
): Promise<{ [Each in keyof Views]: Picture }> {
	const facts = await gatherFacts(tx, reach, { after: addDays(on, -RECENT_DAYS) });
	const recent = viewOf(arrange(facts), on, hindsight);
	const needsWhole = (file: CaseFile, view: View) => {
		const state = caseState(file, view);
		const clock = state?.clock;
		if (!state || !clock) return false;
		return clock.lastOversightOn === null || on > clock.dueOn || HANDOVER?.holds(state) != null;
	};
	const views = seenAs(recent);
	const needWhole = facts.cases.filter((file) => views.some((view) => needsWhole(file, view)));
	const whole =
		needWhole.length === 0 ? recent : viewOf(await withWholeFiles(tx, facts, needWhole), on, hindsight);
	const pictures: Picture[] = [];
	for (const view of seenAs(whole)) pictures.push({ view, findings: await findingsAmong(tx, view, reach) });
	return pictures as { [Each in keyof Views]: Picture };
}

async function withWholeFiles(tx: Transaction, facts: Facts, files: readonly CaseFile[]): Promise<Authority> {
	const caseIds = files.map(({ caseId }) => caseId);
	const whole = await gatherFacts(tx, { of: 'those', caseIds, practitionerIds: [], held: 'ever' });
	const wholeFiles = new Map(whole.cases.map((file) => [file.caseId, file]));
	return arrange({
		...facts,
		people: new Map([...whole.people, ...facts.people]),
		cases: facts.cases.map((file) => wholeFiles.get(file.caseId) ?? file)
	});
}

/** Rules that look at all that a person holds: since when they hold needs the cases held before, too. */
const ON_HOLDINGS = PRACTITIONER_RULES.filter(
	({ code }) => code === 'OVER_CAPACITY' || code === 'EXPERIENCE_UNKNOWN'
);
const OTHERS = PRACTITIONER_RULES.filter((rule) => !ON_HOLDINGS.includes(rule));

/** Everything the rules find about the cases gathered and the people asked about, before folding. */
async function findingsAmong(tx: Transaction, view: View, reach: Reach): Promise<Finding[]> {
	const { cases, people } = view.authority;
	const past = pastOf(view.authority, view.knowledge.hindsight);
	const asked =
		reach.of === 'those'
			? [...new Set(reach.practitionerIds)].flatMap((id) => personOf(view, id) ?? [])
			: [...people.values()];
	return [
		...cases.flatMap((file) => findingsOfCase(file, view, past)),
		...asked.flatMap((person) => findingsOfPractitioner(person, view, past, OTHERS)),
		...asked.flatMap((person) => findingsOfSessionsAndActions(person, view, past)),
		...(reach.of === 'those' ? [] : findingsOfOtherActions(view, past)),
		...(await findingsOnHoldings(tx, asked, view))
	];
}

async function findingsOnHoldings(tx: Transaction, asked: readonly Person[], view: View): Promise<Finding[]> {
	const practitionerIds = asked.flatMap((person) => {
		const state = practitionerState(person, view);
		return state && ON_HOLDINGS.some((rule) => rule.holds(state)) ? person.practitionerId : [];
	});
	if (practitionerIds.length === 0) return [];
	const facts = await gatherFacts(tx, { of: 'those', caseIds: [], practitionerIds, held: 'ever' }, 'none');
	const { policies } = view.authority;
	const whole = viewOf(arrange({ ...facts, policies }), view.knowledge.on, view.knowledge.hindsight);
	const past = pastOf(whole.authority, view.knowledge.hindsight);
	return practitionerIds.flatMap((id) => {
		const person = personOf(whole, id);
		return person ? findingsOfPractitioner(person, whole, past, ON_HOLDINGS) : [];
	});
}

export interface TeamPicture extends Picture {
	rows: HeatmapRow[];
	actions: Action[];
}

/** A team on a day: the heatmap, and the findings about its cases and people. */
export async function pictureOfTeam(tx: Transaction, teamId: string, asAt: AsAt): Promise<TeamPicture> {
	const practitionerIds = await postedTo(tx, teamId, asAt.on);
	const caseIds = await allocatedTo(tx, teamId, asAt.on);
	const { view, findings } = await flagsAmong(tx, { caseIds, practitionerIds }, asAt);
	const actions = await actionsOf(tx, view, practitionerIds);
	return {
		view,
		findings: findings.filter((finding) => finding.teamId === teamId),
		rows: heatmapOf(teamId, view, findings, actions),
		actions
	};
}

/** Everything in the scope of who asks, on a day. */
export async function pictureOfScope(tx: Transaction, asAt: AsAt): Promise<Picture & { teamIds: string[] }> {
	const { practitionerIds, caseIds, teamIds } = await inScope(
		tx,
		asAt.on,
		await closedOfConcern(tx, asAt.on)
	);
	const { view, findings } = await flagsAmong(tx, { caseIds, practitionerIds }, asAt);
	const people = new Set(practitionerIds);
	const cases = new Set(caseIds);
	return {
		view,
		teamIds,
		findings: findings.filter(({ caseId, practitionerId }) =>
			caseId === null ? practitionerId !== null && people.has(practitionerId) : cases.has(caseId)
		)
	};
}

/** One practitioner on a day, as a row of the heatmap with the findings about them and the cases they lead. */
export async function pictureOfPractitioner(
	tx: Transaction,
	practitionerId: string,
	asAt: AsAt
): Promise<(Picture & { row: HeatmapRow }) | null> {
	const { view, findings } = await pictureOfThose(
		tx,
		{ caseIds: [], practitionerIds: [practitionerId] },
		asAt
	);
	const person = personOf(view, practitionerId);
	if (!person) return null;
	const own = findings.filter((finding) => finding.practitionerId === practitionerId);
	const actions = await actionsOf(tx, view, [practitionerId]);
	return { view, findings: own, row: heatmapRow(person, view, own, actions) };
}

async function actionsOf(tx: Transaction, view: View, practitionerIds: readonly string[]): Promise<Action[]> {
	const open = view.authority.cases.filter((file) => isOpenOn(file, view.knowledge.on, view.knowledge));
	return actionsAbout(
		tx,
		open.map(({ caseId }) => caseId),
		practitionerIds,
		view.knowledge.on
	);
}
