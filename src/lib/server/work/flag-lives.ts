import type { AskingRole } from '#lib/domain/access.ts';
import { arrange, viewOf, type View } from '#lib/domain/authority.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import {
	askedNow,
	concernedIn,
	responsibleFor,
	stateOf,
	type About,
	type FlagState,
	type Managers,
	type Responsible
} from '#lib/domain/flag-life.ts';
import {
	answeredInWords,
	stateInBrief,
	stateInWords,
	type NamesOrRoles
} from '#lib/domain/flag-life-words.ts';
import type { Severity } from '#lib/domain/codes.ts';
import type { Finding } from '#lib/domain/flags.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { gatherFacts } from '#lib/server/store/facts.ts';
import { flagsStandingOn, type FlagWithSteps } from '#lib/server/store/flag-steps.ts';
import { managersToday } from './flag-time.ts';

/** Somebody who reads a flag, or does something about it. */
export interface FlagAsker {
	accountId: string;
	practitionerId: string | null;
	role: AskingRole;
}

/** Where a finding is in its life: what its stored flag has behind it, and who is asked now. */
export interface Life {
	/** Null: found, and not stored yet. */
	flag: FlagWithSteps | null;
	state: FlagState;
	about: About;
	responsible: Responsible;
	/** Null: nobody has to answer now. */
	asked: Responsible | null;
}

export interface Lives {
	managers: Managers;
	of: (finding: Finding) => Life;
}

/** The lives of findings on the day of their view, by the same function that the review records with. */
export async function livesOf(tx: Transaction, view: View, findings: readonly Finding[]): Promise<Lives> {
	const managers = await managersToday(tx, view);
	const subjectIds = [...new Set(findings.map(({ subject }) => subject.id))];
	const stored = subjectIds.length === 0 ? [] : await flagsStandingOn(tx, view.knowledge.on, subjectIds);
	const flags = new Map(stored.map((flag) => [`${flag.code} ${flag.subjectId}`, flag]));
	const files = new Map(view.authority.cases.map((file) => [file.caseId, file]));
	return {
		managers,
		of: (finding) => {
			const flag = flags.get(`${finding.code} ${finding.subject.id}`) ?? null;
			const file = finding.caseId === null ? null : (files.get(finding.caseId) ?? null);
			const concerned = concernedIn(finding, file, view.knowledge);
			const about = { teamId: finding.teamId, concerned };
			return { flag, ...lifeOf(finding.severity, flag, about, managers, view.knowledge.on) };
		}
	};
}

function lifeOf(
	severity: Finding['severity'],
	flag: FlagWithSteps | null,
	about: About,
	managers: Managers,
	day: CalendarDate
): Omit<Life, 'flag'> {
	const state = stateOf(severity, flag?.steps ?? [], day);
	return {
		state,
		about,
		responsible: responsibleFor(about, managers),
		asked: askedNow(state, about, managers)
	};
}

/** Where a stored flag is in its life on the day of a view of its case or person. */
export async function lifeOfStored(
	tx: Transaction,
	flag: FlagWithSteps,
	view: View,
	severity: Severity = flag.severity
): Promise<Life & { managers: Managers }> {
	const file = view.authority.cases.find(({ caseId }) => caseId === flag.caseId) ?? null;
	const subject = { kind: flag.subjectKind, id: flag.subjectId };
	const concerned = concernedIn({ practitionerId: flag.practitionerId, subject }, file, view.knowledge);
	const managers = await managersToday(tx, view);
	const about = { teamId: flag.teamId, concerned };
	return { flag, managers, ...lifeOf(severity, flag, about, managers, view.knowledge.on) };
}

/** The facts about the case or person of a flag. */
export async function viewAbout(tx: Transaction, flag: FlagWithSteps, on: CalendarDate): Promise<View> {
	const reach = { of: 'those', ...subjectsOf(flag), held: { on } } as const;
	return viewOf(arrange(await gatherFacts(tx, reach)), on);
}

/** The case or the person a review looks at to bring a flag up to date. */
export function subjectsOf({
	caseId,
	practitionerId,
	subjectKind,
	subjectId
}: Pick<FlagWithSteps, 'caseId' | 'practitionerId' | 'subjectKind' | 'subjectId'>): {
	caseIds: string[];
	practitionerIds: string[];
} {
	if (caseId !== null) return { caseIds: [caseId], practitionerIds: [] };
	const person = subjectKind === 'practitioner' ? subjectId : practitionerId;
	return { caseIds: [], practitionerIds: person === null ? [] : [person] };
}

/** The state of a flag beside its sentence. */
export interface LifeInWords {
	flagId: string | null;
	state: FlagState['state'];
	brief: string;
	words: string;
	/** What has been done about it, naming nobody; null: nobody has answered yet. */
	answered: string | null;
}

export function lifeInWords({ flag, state, asked }: Life, names: NamesOrRoles): LifeInWords {
	return {
		flagId: flag?.flagId ?? null,
		state: state.state,
		brief: stateInBrief(state, asked, names),
		words: stateInWords(state, asked, names, flag !== null),
		answered: answeredInWords(state)
	};
}

/** The practitioners whom the words about a life name. */
export function namedInLife({ state, responsible, asked }: Life): string[] {
	const answered = 'answer' in state ? (state.answer.by?.practitionerId ?? null) : null;
	return [
		...responsible.practitionerIds,
		...(asked?.practitionerIds ?? []),
		...(answered === null ? [] : [answered])
	];
}
