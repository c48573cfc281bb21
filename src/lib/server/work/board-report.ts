import { createHash } from 'node:crypto';
import { mayIssueReports, type AskingRole } from '#lib/domain/access.ts';
import { isId } from '#lib/domain/asked.ts';
import { arrange, viewOf } from '#lib/domain/authority.ts';
import {
	boardFiguresOf,
	figuresAsText,
	type BoardFigures,
	type IssuedReport
} from '#lib/domain/board-report.ts';
import { addMonths, dayInWords, monthEnd, type CalendarDate } from '#lib/domain/calendar.ts';
import { overviewOf, type MonthEnd } from '#lib/domain/organisation.ts';
import { policyOn } from '#lib/domain/policy.ts';
import { restructuresBegun, windowsOf } from '#lib/domain/restructure.ts';
import { isOpenTeam, managedTeams, teamsKnown } from '#lib/domain/teams.ts';
import { record, type Actor } from '#lib/server/audit.ts';
import {
	acceptedOn,
	insertReport,
	issuingAt,
	lastMonthEnd,
	monthEndsToIssue,
	printKept,
	reportIssued,
	reportsIssued,
	type ReportIssued
} from '#lib/server/store/board-reports.ts';
import { claimForm, hasActed } from '#lib/server/store/cases.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { factsOfTeams } from '#lib/server/store/facts/of-teams.ts';
import { monthEndsStored } from '#lib/server/store/figures.ts';
import { boardReportPdf } from './board-report-pdf.ts';

interface Reader {
	accountId: string;
	role: AskingRole;
	today: CalendarDate;
}

const MONTHS_WITHOUT_RESTRUCTURE = 18;

/** The report of a stored month-end, from what was stored then and before; nothing is counted again but who manages a team. */
async function figuresOf(tx: Transaction, on: CalendarDate): Promise<BoardFigures> {
	const facts = await factsOfTeams(tx, on);
	const view = viewOf(arrange(facts), on);
	const begun = restructuresBegun(facts.restructures, view.knowledge);
	const [restructure = null] = begun;
	const windows = restructure ? windowsOf(restructure, view.knowledge) : [];
	const from = windows[0]?.from ?? addMonths(on, 1 - MONTHS_WITHOUT_RESTRUCTURE);
	const stored = await monthEndsStored(tx, monthEnd(from), on);
	const days = [...new Set(stored.map((row) => row.on))];
	const months = days.map((end): MonthEnd => {
		const rows = stored.filter((row) => row.on === end);
		const tallies = new Map(rows.map(({ teamId, tally }) => [teamId, tally]));
		return { on: end, tallies, sinceCorrected: null, hindsight: null };
	});
	const teams = teamsKnown(view);
	const measured = {
		on,
		months: months.filter(({ tallies }) => [...tallies.values()].some(({ overseen }) => overseen.cases > 0)),
		now: months.find((month) => month.on === on)?.tallies ?? new Map<string | null, never>(),
		countedAt: null,
		storedFrom: null,
		teams,
		openTeamIds: new Set(teams.filter((team) => isOpenTeam(team, view)).map(({ teamId }) => teamId)),
		managed: managedTeams(view),
		restructures: begun
	};
	const overview = overviewOf(measured, { of: 'authority' }, restructure, windows);
	return boardFiguresOf(overview, await acceptedOn(tx, on), policyOn(facts.policies, on));
}

function digestOf(figures: BoardFigures): string {
	return createHash('sha256').update(figuresAsText(figures)).digest('hex');
}

async function issue(
	tx: Transaction,
	actor: Actor,
	on: CalendarDate,
	issuedOn: CalendarDate
): Promise<string | null> {
	const figures = await figuresOf(tx, on);
	const digest = digestOf(figures);
	const accountId = typeof actor === 'object' && 'accountId' in actor ? actor.accountId : null;
	const report = { on, figures, digest, issuedOn, accountId, ...(await issuingAt(tx)) };
	const reportId = await insertReport(tx, { ...report, pdf: await boardReportPdf(shownAs(report)) });
	if (reportId !== null)
		await record(tx, actor, { action: 'issued', entity: 'board_report', entityId: reportId, digest });
	return reportId;
}

/**
 * Issues the report of each stored month-end since the last that was issued on schedule, so that a night on which nothing
 * ran leaves no gap. The id of the last; null: there is nothing to issue.
 */
export async function issueOnSchedule(
	tx: Transaction,
	operator: string,
	today: CalendarDate
): Promise<string | null> {
	let last: string | null = null;
	for (const on of await monthEndsToIssue(tx, today)) last = await issue(tx, { operator }, on, today);
	return last;
}

/** Issues the report of the last stored month-end now, beside the one on schedule. */
export async function issueNow(
	tx: Transaction,
	by: Reader,
	key: string
): Promise<'not_yours' | 'no_month' | { done: string | null }> {
	if (!mayIssueReports(by.role) || !isId(key)) return 'not_yours';
	if (await hasActed(tx, key)) return { done: null };
	const on = await lastMonthEnd(tx, by.today);
	if (on === null) return 'no_month';
	if (!(await claimForm(tx, key, by.accountId))) return { done: null };
	return { done: await issue(tx, { accountId: by.accountId }, on, by.today) };
}

export interface ReportListed {
	key: string;
	month: string;
	issued: string;
	by: string;
	digest: string;
}

export async function reportList(
	tx: Transaction,
	by: Reader
): Promise<{ rows: ReportListed[]; mayIssue: boolean; nextMonth: string | null }> {
	const on = await lastMonthEnd(tx, by.today);
	return {
		rows: (await reportsIssued(tx)).map((report) => ({
			key: report.reportId,
			month: dayInWords(report.on),
			issued: `${dayInWords(report.issuedOn)} at ${report.issuedAt}`,
			by: issuedBy(report),
			digest: report.digest
		})),
		mayIssue: mayIssueReports(by.role) && on !== null,
		nextMonth: on === null ? null : dayInWords(on)
	};
}

const issuedBy = ({ accountId }: Pick<ReportIssued, 'accountId'>): string =>
	accountId === null ? 'on schedule' : 'on request';

/** One report exactly as it was issued. Null: not there. */
export async function reportPage(
	tx: Transaction,
	by: Reader,
	reportId: string
): Promise<IssuedReport | null> {
	const report = isId(reportId) ? await reportIssued(tx, reportId) : null;
	if (!report) return null;
	await noteRead(tx, by, reportId);
	return shownAs(report);
}

/** The sheets of one report as they were made when it was issued. Null: not there. */
export async function reportPrinted(
	tx: Transaction,
	by: Reader,
	reportId: string
): Promise<{ on: CalendarDate; pdf: Uint8Array } | null> {
	const report = isId(reportId) ? await reportIssued(tx, reportId) : null;
	if (!report) return null;
	await noteRead(tx, by, reportId);
	const pdf = await printKept(tx, reportId);
	return { on: report.on, pdf: pdf ?? (await boardReportPdf(shownAs(report))) };
}

async function noteRead(tx: Transaction, { accountId }: Reader, reportId: string): Promise<void> {
	await record(tx, { accountId }, { action: 'read', entity: 'board_report', entityId: reportId });
}

function shownAs(report: Omit<ReportIssued, 'reportId'> & { figures: BoardFigures }): IssuedReport {
	return {
		figures: report.figures,
		month: dayInWords(report.on),
		issued: `${dayInWords(report.issuedOn)} at ${report.issuedAt}`,
		issuedOn: report.issuedOn,
		by: issuedBy(report),
		digest: report.digest,
		asIssued: digestOf(report.figures) === report.digest
	};
}

export const REPORT_HEAD = [
	'measure',
	'before',
	'during',
	'after',
	'month-end',
	'change',
	'in words'
] as const;

export function reportRows({ figures }: IssuedReport): string[][] {
	return figures.rows.map(({ name, before, during, after, now, change, inWords }) => [
		name,
		before,
		during,
		after,
		now,
		change,
		inWords
	]);
}
