import type { Action } from '#lib/domain/actions.ts';
import { arrange, personOf, viewOf, type View } from '#lib/domain/authority.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { isOpenOn } from '#lib/domain/cases.ts';
import { assess, findingsOfPractitioner, type Finding } from '#lib/domain/flags.ts';
import { heatmapOf, heatmapRow, type HeatmapRow } from '#lib/domain/heatmap.ts';
import { actionsAbout } from '#lib/server/store/actions.ts';
import { gatherFacts, type Reach } from '#lib/server/store/facts.ts';
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
	return pictureOf(tx, { of: 'open', on: asAt.on }, asAt);
}

/** Some cases and some people, who were already found within the scope of who asks. */
export async function pictureOfThose(
	tx: Transaction,
	those: { caseIds: readonly string[]; practitionerIds: readonly string[] },
	asAt: AsAt
): Promise<Picture> {
	return pictureOf(tx, { of: 'those', ...those, held: { on: asAt.on } }, asAt);
}

/** The whole authority as seen on a day, without assessing it. */
export async function viewOfAuthority(tx: Transaction, { on, hindsight }: AsAt): Promise<View> {
	return viewOf(arrange(await gatherFacts(tx, { of: 'open', on })), on, hindsight);
}

async function pictureOf(tx: Transaction, reach: Reach, { on, hindsight }: AsAt): Promise<Picture> {
	const view = viewOf(arrange(await gatherFacts(tx, reach)), on, hindsight);
	return { view, findings: await withWholeHistory(tx, assess(view), view) };
}

/** Findings that depend on all that a person holds: since when they stand needs the cases held before, too. */
async function withWholeHistory(tx: Transaction, findings: Finding[], view: View): Promise<Finding[]> {
	const onHoldings = ({ code }: Finding) => code === 'OVER_CAPACITY' || code === 'EXPERIENCE_UNKNOWN';
	const practitionerIds = [...new Set(findings.filter(onHoldings).map(({ subject }) => subject.id))];
	if (practitionerIds.length === 0) return findings;
	const facts = await gatherFacts(tx, { of: 'those', caseIds: [], practitionerIds, held: 'ever' });
	const whole = viewOf(arrange(facts), view.knowledge.on, view.knowledge.hindsight);
	const again = practitionerIds.flatMap((id) => {
		const person = personOf(whole, id);
		return person ? findingsOfPractitioner(person, whole).filter(onHoldings) : [];
	});
	return [...findings.filter((finding) => !onHoldings(finding)), ...again];
}

export interface TeamPicture extends Picture {
	rows: HeatmapRow[];
	actions: Action[];
}

/** A team on a day: the heatmap, and the findings about its cases and people. */
export async function pictureOfTeam(tx: Transaction, teamId: string, asAt: AsAt): Promise<TeamPicture> {
	const practitionerIds = await postedTo(tx, teamId, asAt.on);
	const caseIds = await allocatedTo(tx, teamId, asAt.on);
	const { view, findings } = await pictureOfThose(tx, { caseIds, practitionerIds }, asAt);
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
	const { practitionerIds, caseIds, teamIds } = await inScope(tx, asAt.on);
	const { view, findings } = await pictureOfThose(tx, { caseIds, practitionerIds }, asAt);
	const people = new Set(practitionerIds);
	const cases = new Set(caseIds);
	return {
		view,
		teamIds,
		findings: findings.filter(({ subject }) =>
			subject.kind === 'case' ? cases.has(subject.id) : people.has(subject.id)
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
		practitionerIds
	);
}
