import { mayKeepCases, seesNames } from '#lib/domain/access.ts';
import { isId } from '#lib/domain/asked.ts';
import { arrange, policyInForce, viewOf, type View } from '#lib/domain/authority.ts';
import { dayInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import { detailsNow } from '#lib/domain/case-change.ts';
import { leadRowOn } from '#lib/domain/case-steps.ts';
import { closingPolicy, kindRowInWords, leadSinceInWords } from '#lib/domain/case-words.ts';
import { leadOn, type CaseFile } from '#lib/domain/cases.ts';
import { tierOn, type Role } from '#lib/domain/people.ts';
import type { Kind } from '#lib/domain/policy.ts';
import { ROLE_IN_WORDS } from '#lib/domain/wording.ts';
import { readConfig } from '#lib/server/config.ts';
import {
	caseNow,
	casesOfChild,
	casesOfFamily,
	peopleInPost,
	teamsOpen,
	type CaseNow,
	type PersonInPost
} from '#lib/server/store/case-changes.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { gatherFacts } from '#lib/server/store/facts.ts';
import { maySeeCase } from '#lib/server/store/scope.ts';
import { rowKey } from './change-case.ts';
import { CASE_FACTS, isTakenOut, type CaseKeeper } from './keep-case.ts';
import { namesFor } from './names.ts';
import { changesShown, type ChangesShown } from './undo-change.ts';

export interface Option {
	value: string;
	label: string;
}

/** One kind of a case as it stands. */
export interface KindShown {
	key: string;
	words: string;
	kind: Kind;
	from: CalendarDate;
	to: CalendarDate | null;
	conferenceNeeded: boolean | null;
	conferenceOn: CalendarDate | null;
}

export interface NewCasePage {
	people: Option[];
	teams: Option[];
	/** The team chosen to begin with: the asker's own, where it is one. */
	team: string;
}

export interface CaseFormPage extends NewCasePage {
	caseId: string;
	reference: string;
	edition: string;
	openedOn: CalendarDate;
	/** Null: open. */
	closedOn: CalendarDate | null;
	kinds: KindShown[];
	enquiryRuns: boolean;
	/** Who leads it today, since when and whether that was only taken from a file; null: nobody does. */
	lead: { words: string; from: CalendarDate; isTaken: boolean } | null;
	complexity: number;
	dateOfBirth: CalendarDate | null;
	unborn: boolean | null;
	inFamily: boolean;
	closingPolicy: string;
	signOffDays: number;
	/** A reference for the case that reopens it. */
	nextReference: string;
	/** Why what who asks writes here would not count as oversight; null: it would. */
	wouldNotCount: string | null;
}

export const keepsCases = (by: CaseKeeper) => mayKeepCases(by.role) && by.practitionerId !== null;

/** What opening a case starts from; null: not theirs to open. */
export async function newCasePage(tx: Transaction, by: CaseKeeper): Promise<NewCasePage | null> {
	if (!keepsCases(by)) return null;
	const people = await peopleInPost(tx, by.today);
	const teams = await teamsOpen(tx, by.today);
	const own = teams.filter((team) => team.own);
	return {
		people: people.map(optionOf),
		teams: teams.map(({ teamId, name, service }) => ({ value: teamId, label: `${name}, ${service}` })),
		team: own.length === 1 ? (own[0]?.teamId ?? '') : ''
	};
}

export function optionOf({ practitionerId, name, role, team }: PersonInPost): Option {
	return { value: practitionerId, label: `${name}, ${ROLE_IN_WORDS[role as Role]}, ${team}` };
}

async function fileOf(
	tx: Transaction,
	by: CaseKeeper,
	caseId: string
): Promise<{ file: CaseFile; view: View } | null> {
	if (!isId(caseId) || !keepsCases(by) || !(await maySeeCase(tx, caseId))) return null;
	const practitionerIds = by.practitionerId === null ? [] : [by.practitionerId];
	const reach = { of: 'those', caseIds: [caseId], practitionerIds, held: { on: by.today } } as const;
	const view = viewOf(arrange(await gatherFacts(tx, reach)), by.today);
	const file = view.authority.cases.find((each) => each.caseId === caseId);
	return file ? { file, view } : null;
}

export function wouldNotCount(file: CaseFile, view: View, by: CaseKeeper): string | null {
	const { on } = view.knowledge;
	const self = view.authority.people.get(by.practitionerId ?? '');
	if (!self || tierOn(self, on, view.knowledge).tier !== 'E6')
		return 'What you write here does not count as oversight: your registration, or a posting that manages practice, is not recorded.';
	return leadOn(file, on, view.knowledge) === by.practitionerId
		? 'What you write here does not count as oversight: you lead this case yourself. Ask another manager.'
		: null;
}

/** What the forms about a case start from; null: not there, not in the scope of who asks, or not theirs to change. */
export async function caseFormPage(
	tx: Transaction,
	by: CaseKeeper,
	caseId: string
): Promise<CaseFormPage | null> {
	const found = await fileOf(tx, by, caseId);
	const now = found && (await caseNow(tx, caseId));
	const starts = found && (await newCasePage(tx, by));
	if (!found || !now || !starts) return null;
	const { file, view } = found;
	const details = detailsNow(file);
	const kinds = kindsShown(now);
	const lead = leadRowOn(file, by.today);
	const nameOf = await namesFor(
		tx,
		[lead?.practitionerId].flatMap((id) => id ?? [])
	);
	const again = (await casesOfChild(tx, now.childId)).length + 1;
	return {
		...starts,
		caseId,
		reference: file.reference,
		edition: now.edition,
		openedOn: details.openedOn,
		closedOn: details.closedOn,
		kinds,
		enquiryRuns: kinds.some(({ kind, to }) => kind === 'section_47' && to === null),
		lead: lead && {
			words: leadSinceInWords(lead, nameOf),
			from: lead.from,
			isTaken: lead.startNotGiven === true
		},
		complexity: details.complexity ?? 0,
		dateOfBirth: details.dateOfBirth,
		unborn: details.unborn,
		inFamily: details.familyId !== null,
		closingPolicy: closingPolicy(policyInForce(view, by.today)),
		signOffDays: policyInForce(view, by.today).limits.signOffDays,
		nextReference: now.source === 'native' ? `${now.childId}-${again}` : `${now.childId}:${by.today}`,
		wouldNotCount: wouldNotCount(file, view, by)
	};
}

function kindsShown({ kinds, closedOn }: CaseNow): KindShown[] {
	return kinds.map((row) => ({ ...row, key: rowKey(row), words: kindRowInWords(row, closedOn) }));
}

function isLedBy(
	{ role, practitionerId, from, to }: CaseNow['allocations'][number],
	on: CalendarDate
): boolean {
	return role === 'lead' && practitionerId !== null && from <= on && (to === null || to > on);
}

/** What the page of a case says beside its record: where it is in the case system, what belongs to it, who changed what. */
export interface CaseKept {
	/** Null: no address is set; the reference is there to copy. */
	caseSystemHref: string | null;
	/** Other cases of the child, and of brothers and sisters, within the scope of who asks. */
	ofChild: { caseId: string; words: string }[];
	ofFamily: { caseId: string; reference: string }[];
	kinds: KindShown[];
	changes: ChangesShown[];
	/** Null: not theirs to change, or not on this day. */
	keeps: { open: boolean; led: boolean } | null;
}

export async function caseKept(
	tx: Transaction,
	by: CaseKeeper,
	caseId: string,
	on: CalendarDate
): Promise<CaseKept> {
	const now = await caseNow(tx, caseId);
	if (!now) throw new Error('a case that was found is not there');
	const may = keepsCases(by) && on === by.today;
	const ofChild = (await casesOfChild(tx, now.childId)).filter((each) => each.caseId !== caseId);
	const { caseLink } = readConfig(process.env);
	return {
		caseSystemHref: caseLink && addressIn(caseLink, now.reference, now.childId),
		ofChild: ofChild.flatMap(({ caseId: id, reference, openedOn, closedOn }) =>
			reference === null
				? []
				: {
						caseId: id,
						words: `${reference}, ${dayInWords(openedOn)} to ${closedOn === null ? 'now' : dayInWords(closedOn)}`
					}
		),
		ofFamily: await casesOfFamily(tx, caseId, by.today),
		kinds: may ? kindsShown(now) : [],
		changes:
			on === by.today && seesNames(by.role)
				? await changesShown(
						tx,
						by,
						{ caseId },
						[...CASE_FACTS, 'request'],
						keepsCases(by),
						(change) => change.entity !== 'request' || isTakenOut(change)
					)
				: [],
		keeps: may ? { open: now.closedOn === null, led: now.allocations.some((row) => isLedBy(row, on)) } : null
	};
}

function addressIn(link: string, reference: string, child: string): string {
	return link
		.replaceAll('{reference}', encodeURIComponent(reference))
		.replaceAll('{child}', encodeURIComponent(child));
}
