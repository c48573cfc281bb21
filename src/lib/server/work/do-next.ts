import { seesNames, type AskingRole } from '#lib/domain/access.ts';
import type { View } from '#lib/domain/authority.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { responsibleFor, type Managers } from '#lib/domain/flag-life.ts';
import { unmanagedInWords } from '#lib/domain/flag-life-words.ts';
import type { Code, Severity } from '#lib/domain/codes.ts';
import { flagInWords, namedIn } from '#lib/domain/flag-words.ts';
import type { Finding } from '#lib/domain/flags.ts';
import { whyNotAnswerRequest } from '#lib/domain/oversight-requests.ts';
import { inPostOn, type Role } from '#lib/domain/people.ts';
import type { Names } from '#lib/domain/wording.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import {
	namedInRequest,
	requestForReading,
	waitingRequests,
	whyNotAskAbout,
	type LiveRequest
} from './ask-for-oversight.ts';
import { lifeInWords, namedInLife, type Life, type Lives } from './flag-lives.ts';
import { namesFor } from './names.ts';

export interface Asker {
	practitionerId: string | null;
	role: AskingRole;
}

/** One thing to do next: a flag, a request for oversight, or a partner agency’s request. */
export interface Doing {
	key: string;
	code: Code | 'OVERSIGHT_ASKED' | 'REQUEST_WAITING';
	title: string;
	severity: Severity;
	reference: string;
	caseId: string | null;
	practitionerId: string | null;
	subjectId: string;
	why: string;
	clears: string;
	/** Where it is in its life, in a few words. */
	state: string | null;
	/** A request for oversight that waits. */
	note: string | null;
	flagId: string | null;
	/** A request that who reads it may answer in words. */
	requestId: string | null;
	/** Whether who reads it may ask for oversight of the case here. */
	mayAsk: boolean;
	/** A partner agency’s request about the case, which has a page of its own. */
	partnerRequestId?: string;
}

export function doingOfFlag(finding: Finding, life: Life, names: Names, on: CalendarDate): Doing {
	const { key, code, title, severity, reference, caseId, practitionerId, subjectId, why, clears } =
		flagInWords(finding, names, on);
	const { brief, flagId } = lifeInWords(life, names);
	return {
		key,
		code,
		title,
		severity,
		reference,
		caseId,
		practitionerId,
		subjectId,
		why,
		clears,
		state: brief,
		note: null,
		flagId,
		requestId: null,
		mayAsk: false,
		...(code === 'REQUEST_DECLINED_ALONE' ? { partnerRequestId: subjectId } : {})
	};
}

/** The flags of somebody who holds cases, each case with the request that waits, or the means to ask. */
export async function doingOfHolder(
	tx: Transaction,
	asker: Asker,
	view: View,
	findings: readonly Finding[],
	lives: Lives
): Promise<Doing[]> {
	const caseIds = [...new Set(findings.flatMap(({ caseId }) => caseId ?? []))];
	const waiting = await waitingRequests(tx, view, lives.managers, caseIds);
	const names = await namesFor(tx, [
		...namedIn(findings),
		...findings.flatMap((finding) => namedInLife(lives.of(finding))),
		...waiting.flatMap(namedInRequest)
	]);
	return findings.map((finding) => {
		const doing = doingOfFlag(finding, lives.of(finding), names, view.knowledge.on);
		const { caseId } = finding;
		const request = waiting.find((each) => each.caseId === caseId);
		if (request) return { ...doing, note: requestForReading(request, names).words };
		return { ...doing, mayAsk: caseId !== null && whyNotAskAbout(asker, caseId, view, null) === null };
	});
}

/** Requests for oversight that ask this manager now, or asked them before they went up: those gone up first, then the oldest. */
export async function doingOfRequests(
	tx: Transaction,
	asker: Asker,
	view: View,
	managers: Managers,
	findings: readonly Finding[]
): Promise<Doing[]> {
	const { practitionerId, role } = asker;
	const isForMe = ({ asked, about }: LiveRequest) =>
		role === 'practice_supervisor' ||
		[...(asked?.practitionerIds ?? []), ...responsibleFor(about, managers).practitionerIds].includes(
			practitionerId ?? ''
		);
	const mine = (await waitingRequests(tx, view, managers))
		.filter(isForMe)
		.sort((a, b) => rank(a) - rank(b) || (a.askedOn < b.askedOn ? -1 : 1));
	const names = await namesFor(tx, mine.flatMap(namedInRequest));
	const files = new Map(view.authority.cases.map((file) => [file.caseId, file]));
	return mine.map((request): Doing => {
		const { words, said } = requestForReading(request, names);
		const { requestId, caseId, state } = request;
		return {
			key: `request-${requestId}`,
			code: 'OVERSIGHT_ASKED',
			title: state.state === 'escalated' ? 'Oversight asked for, gone one level up' : 'Oversight asked for',
			severity: findings.find((finding) => finding.caseId === caseId)?.severity ?? 'medium',
			reference: files.get(caseId)?.reference ?? '',
			caseId,
			practitionerId: null,
			subjectId: caseId,
			why: said === null ? words : `${words} “${said}”`,
			clears: 'Record oversight, or answer in words.',
			state: null,
			note: null,
			flagId: null,
			requestId: whyNotAnswerRequest(asker, request, request.about, managers) === null ? requestId : null,
			mayAsk: false
		};
	});
}

function rank({ state }: LiveRequest): number {
	return state.state === 'escalated' ? 0 : 1;
}

/** Whether somebody in this role has a team manager above them. */
function isManaged(role: Role): boolean {
	return role === 'practitioner' || role === 'senior_practitioner' || role === 'practice_supervisor';
}

/** Of these teams those that have people who hold or oversee cases, and no team manager in post, and to whom their flags go by themselves. */
export async function unmanagedTeams(
	tx: Transaction,
	{ role }: Asker,
	view: View,
	managers: Managers,
	teams: readonly { teamId: string }[]
): Promise<string[]> {
	const { on } = view.knowledge;
	const peopled = new Set<string>();
	for (const person of view.authority.people.values()) {
		const posting = inPostOn(person, on, view.knowledge);
		if (posting && isManaged(posting.role)) peopled.add(posting.teamId);
	}
	const gone = teams
		.filter(({ teamId }) => peopled.has(teamId))
		.map(({ teamId }) => ({ teamId, to: responsibleFor({ teamId, concerned: [] }, managers) }))
		.filter(({ to }) => to.grade !== 'team_manager');
	const names = seesNames(role)
		? await namesFor(
				tx,
				gone.flatMap(({ to }) => to.practitionerIds)
			)
		: null;
	const nameOf = (teamId: string) =>
		view.authority.teams.find((team) => team.teamId === teamId)?.name ?? 'A team';
	return gone.map(({ teamId, to }) => unmanagedInWords(nameOf(teamId), to, names));
}
