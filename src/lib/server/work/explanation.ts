import { personOf, type View } from '#lib/domain/authority.ts';
import {
	explainCase,
	explainPractitioner,
	type CaseExplained,
	type PractitionerExplained
} from '#lib/domain/explain.ts';
import type { Finding } from '#lib/domain/flags.ts';
import { comparedWithHindsight, type Compared } from '#lib/domain/hindsight.ts';
import { learnedLaterOfCase, learnedLaterOfPractitioner } from '#lib/domain/learned-later.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { pictureOfThose, type AsAt, type Picture } from './picture.ts';

/** Of whom an explanation is asked. */
export type Explaining = { caseId: string } | { practitionerId: string };

export interface ExplanationGiven {
	view: View;
	explained: CaseExplained | PractitionerExplained;
	/** What stood then beside what would stand with all facts; null: not asked for. */
	compared: Compared | null;
}

/** What the rules saw of a case or a practitioner on a day; null where nothing is recorded of them. */
export async function explanationOf(
	tx: Transaction,
	what: Explaining,
	asAt: AsAt
): Promise<ExplanationGiven | null> {
	const picture = await pictureOf(tx, what, asAt);
	const explained = explainedFrom(picture, what);
	if (!explained) return null;
	const compared = asAt.hindsight ? await comparedOn(tx, what, picture, asAt) : null;
	return { view: picture.view, explained, compared };
}

/** The explanation from a picture that is at hand. */
export function explainedFrom(
	{ view, findings }: Picture,
	what: Explaining
): CaseExplained | PractitionerExplained | null {
	const own = findingsAbout(findings, what);
	if ('practitionerId' in what) return explainPractitioner(what.practitionerId, view, own);
	const file = view.authority.cases.find(({ caseId }) => caseId === what.caseId);
	return file ? explainCase(file, view, own) : null;
}

/** The two sides of a day, one of which is at hand. */
export async function comparedOn(
	tx: Transaction,
	what: Explaining,
	atHand: Picture,
	{ on, hindsight }: AsAt
): Promise<Compared> {
	const other = await pictureOf(tx, what, { on, hindsight: !hindsight });
	const [then, now] = hindsight ? [other, atHand] : [atHand, other];
	return comparedWithHindsight(
		findingsAbout(then.findings, what),
		findingsAbout(now.findings, what),
		learnedLater(then.view, what)
	);
}

function pictureOf(tx: Transaction, what: Explaining, asAt: AsAt): Promise<Picture> {
	const those =
		'caseId' in what
			? { caseIds: [what.caseId], practitionerIds: [] }
			: { caseIds: [], practitionerIds: [what.practitionerId] };
	return pictureOfThose(tx, those, asAt);
}

function findingsAbout(findings: readonly Finding[], what: Explaining): Finding[] {
	return 'caseId' in what
		? findings.filter(({ caseId }) => caseId === what.caseId)
		: findings.filter(
				({ caseId, practitionerId }) => caseId === null && practitionerId === what.practitionerId
			);
}

function learnedLater(view: View, what: Explaining) {
	if ('practitionerId' in what) {
		const person = personOf(view, what.practitionerId);
		return person ? learnedLaterOfPractitioner(person, view) : [];
	}
	const file = view.authority.cases.find(({ caseId }) => caseId === what.caseId);
	return file ? learnedLaterOfCase(file, view) : [];
}
