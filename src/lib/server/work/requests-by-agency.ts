import { seesNames, type AskingRole } from '#lib/domain/access.ts';
import { arrange, viewOf } from '#lib/domain/authority.ts';
import { addDays, addMonths, dayInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import { isOpenOn } from '#lib/domain/cases.ts';
import {
	agencyKey,
	agencyNamed,
	requestsByAgency,
	requestsMadeIn,
	type AgencyFigures,
	type RequestFigures,
	type RequestPeriod
} from '#lib/domain/requests-by-agency.ts';
import {
	REQUEST_KINDS,
	REQUEST_STANDINGS,
	requestStates,
	type RequestStandingState
} from '#lib/domain/requests-kept.ts';
import {
	AGENCY_ANSWER_IN_WORDS,
	REQUEST_KIND_IN_WORDS,
	REQUEST_STANDING_IN_WORDS
} from '#lib/domain/requests-words.ts';
import { dayTyped, noDay } from '#lib/domain/typed-day.ts';
import { capital } from '#lib/domain/wording.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { gatherFacts } from '#lib/server/store/facts.ts';
import { casesAround, requestsBetween } from '#lib/server/store/requests.ts';
import { namesFor } from './names.ts';

/** What was asked for in the address of the page. */
export interface RequestsAsked {
	period: RequestPeriod;
	/** As the fields show them, whatever they are. */
	typed: { from: string; to: string };
	/** Why a day is not the one given; the default was taken. */
	errors: { field: string; words: string }[];
	/** Empty: every agency, kind, standing. */
	agency: string;
	kind: (typeof REQUEST_KINDS)[number] | '';
	standing: RequestStandingState | 'declined' | '';
	/** Whether the rows are shown below the figures. */
	rows: boolean;
}

/** The last 12 months where nothing else was given. */
export function requestsAsked(query: URLSearchParams, today: CalendarDate): RequestsAsked {
	const errors: RequestsAsked['errors'] = [];
	const start = addDays(addMonths(today, -12), 1);
	const given = (field: 'from' | 'to', usual: CalendarDate): CalendarDate => {
		const text = query.get(field) ?? '';
		const day = dayTyped(text, today);
		if (day === undefined) errors.push({ field, words: noDay(text) });
		return day ?? usual;
	};
	let from = given('from', start);
	let to = given('to', today);
	if (to > today) {
		errors.push({ field: 'to', words: `The last day cannot be after today, ${dayInWords(today)}.` });
		to = today;
	}
	if (from > to) {
		errors.push({ field: 'from', words: `The first day must not be after the last, ${dayInWords(to)}.` });
		from = addDays(addMonths(to, -12), 1);
	}
	const standing = query.get('standing') ?? '';
	return {
		period: { from, to },
		typed: { from: query.get('from') || dayInWords(from), to: query.get('to') || dayInWords(to) },
		errors,
		agency: query.get('agency') ?? '',
		kind: REQUEST_KINDS.find((each) => each === query.get('kind')) ?? '',
		standing:
			standing === 'declined' ? standing : (REQUEST_STANDINGS.find((each) => each === standing) ?? ''),
		rows: query.get('rows') === 'yes'
	};
}

export interface RequestRow {
	key: string;
	caseId: string;
	reference: string;
	agency: string;
	kind: string;
	requestedOn: CalendarDate;
	standing: string;
	decidedOn: CalendarDate | null;
	decider: string | null;
	second: string | null;
	answer: string | null;
}

export interface RequestsFound {
	all: RequestFigures;
	agencies: AgencyFigures[];
	openCases: number;
	rows: RequestRow[];
	/** Every agency of the period, for the filter. */
	named: string[];
}

/**
 * What became of the requests made in a period about cases that are today in the scope of who asks, as known on its last
 * day. A number and its rows are of the same requests.
 */
export async function requestsFound(
	tx: Transaction,
	by: { role: AskingRole },
	asked: RequestsAsked
): Promise<RequestsFound> {
	const { period, agency, kind, standing } = asked;
	const kept = await requestsBetween(tx, period);
	const view = viewOf(
		arrange(
			await gatherFacts(tx, {
				of: 'those',
				caseIds: [...new Set(kept.map(({ caseId }) => caseId))],
				practitionerIds: [],
				held: { on: period.to }
			})
		),
		period.to
	);
	const known = new Map(kept.map((request) => [request.requestId, request]));
	const made = requestsMadeIn(requestStates(view), period).filter(({ state }) =>
		known.has(state.request.requestId)
	);
	const named = [...new Set(made.map(({ state }) => agencyNamed(state.request.agency)))].sort((a, b) =>
		a.localeCompare(b, 'en')
	);
	const counted = made.filter(
		({ state }) =>
			(agency === '' || agencyKey(state.request.agency) === agencyKey(agency)) &&
			(kind === '' || state.request.kind === kind)
	);
	const openCases = (await casesAround(tx, period.to)).filter((details) => {
		const [first] = details;
		return first !== undefined && isOpenOn(fileOf(details), period.to, view.knowledge);
	}).length;
	const shown = counted.filter(
		({ standing: { state } }) =>
			standing === '' || state === standing || (standing === 'declined' && isDeclined(state))
	);
	const nameOf = seesNames(by.role)
		? await namesFor(
				tx,
				shown.flatMap(({ state }) =>
					[state.request.decidedById ?? [], state.request.secondManagerId ?? []].flat()
				)
			)
		: () => 'a manager';
	return {
		...requestsByAgency(counted, openCases),
		openCases,
		named,
		rows: shown.map(({ state: { request }, standing: where }): RequestRow => {
			const words = known.get(request.requestId);
			const isDecided = 'decidedOn' in where;
			const answer =
				words?.answer && words.answeredOn !== null && words.answeredOn <= period.to ? words.answer : null;
			return {
				key: request.requestId,
				caseId: request.caseId,
				reference: words?.caseReference ?? '',
				agency: agencyNamed(request.agency),
				kind: request.kind === null ? 'not recorded' : capital(REQUEST_KIND_IN_WORDS[request.kind]),
				requestedOn: request.requestedOn,
				standing: REQUEST_STANDING_IN_WORDS[where.state],
				decidedOn: isDecided ? where.decidedOn : null,
				decider: isDecided && request.decidedById !== null ? nameOf(request.decidedById) : null,
				second:
					where.state === 'declined_with_second' && request.secondManagerId !== null
						? nameOf(request.secondManagerId)
						: null,
				answer: answer && AGENCY_ANSWER_IN_WORDS[answer]
			};
		})
	};
}

function isDeclined(state: RequestStandingState): boolean {
	return state === 'declined_alone' || state === 'declined_with_second' || state === 'second_awaited';
}

function fileOf(details: Awaited<ReturnType<typeof casesAround>>[number]) {
	const { caseId = '', reference = '' } = details[0] ?? {};
	return { caseId, reference, details, kinds: [], allocations: [], oversight: [], discussions: [] };
}

export const AGENCY_COLUMNS = [
	'agency',
	'made',
	'agreed',
	'declined with a second manager',
	'declined alone',
	'declined, second manager awaited',
	'undecided, in time',
	'undecided past the limit',
	'median working days to a decision',
	'per 100 open cases'
] as const;

/** The figures of each agency and of all together, as a table of text. */
export function agenciesCsv({ all, agencies }: RequestsFound): (string | number | null)[][] {
	const line = (name: string, figures: RequestFigures) => [
		name,
		figures.made,
		...REQUEST_STANDINGS.map((state) => figures.standing[state]),
		figures.medianWorkingDays,
		figures.per100Cases === null ? null : Math.round(figures.per100Cases * 100) / 100
	];
	return [...agencies.map((each) => line(each.agency, each)), line('All agencies', all)];
}

export const ROW_COLUMNS = [
	'case',
	'agency',
	'asks for',
	'asked on',
	'standing',
	'decided on',
	'decided by',
	'second manager',
	'what the agency said'
] as const;

export function rowsCsv({ rows }: RequestsFound): (string | null)[][] {
	return rows.map((row) => [
		row.reference,
		row.agency,
		row.kind,
		row.requestedOn,
		row.standing,
		row.decidedOn,
		row.decider,
		row.second,
		row.answer
	]);
}
