import { absenceInWords } from '#lib/domain/absence-words.ts';
import { seesNames, type AskingRole } from '#lib/domain/access.ts';
import { arrange, groupedBy } from '#lib/domain/authority.ts';
import { awayAround, weeksAround, type AwayLine, type Gap } from '#lib/domain/away.ts';
import { dayInWords, weekdayInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import { capital } from '#lib/domain/wording.ts';
import { casesInScope } from '#lib/server/store/absences.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { gatherFacts } from '#lib/server/store/facts.ts';
import { postedTo, teamOf } from '#lib/server/store/scope.ts';
import { namesFor } from './names.ts';

export interface AwayShown {
	key: string;
	practitionerId: string;
	name: string;
	absence: string;
	from: CalendarDate;
	to: CalendarDate | null;
	reason: string;
	cover: string;
	supervisionCover: string;
	/** "3 d", "away", "–", a week each. */
	weeks: { key: string; words: string; away: boolean }[];
	/** Who or what has nobody, a sentence each. */
	gaps: string[];
	/** The same by the days they last: people and high stakes by name, the other cases counted. */
	gapsInBrief: string[];
	/** Whether somebody is away on the day of the page. */
	now: boolean;
}

export interface AwayPage {
	team: { teamId: string; name: string };
	named: boolean;
	weeks: { key: CalendarDate; label: string; current: boolean }[];
	lines: AwayShown[];
	finding: string;
}

/** Who of a team is away around a day, and who covers; null: no such team in the scope of who asks. */
export async function awayPage(
	tx: Transaction,
	by: { role: AskingRole; today: CalendarDate },
	teamId: string,
	on: CalendarDate
): Promise<AwayPage | null> {
	const team = await teamOf(tx, teamId);
	if (!team) return null;
	const practitionerIds = await postedTo(tx, teamId, on);
	const facts = await gatherFacts(tx, { of: 'those', caseIds: [], practitionerIds, held: 'ever' });
	const lines = awayAround(arrange(facts), practitionerIds, on, on < by.today);
	const caseIds = lines.flatMap(({ gaps }) =>
		gaps.flatMap(({ subject }) => (subject.kind === 'case' ? subject.id : []))
	);
	const seen = await casesInScope(tx, [...new Set(caseIds)]);
	const named = seesNames(by.role);
	const places = new Map(practitionerIds.map((id, place) => [id, place + 1]));
	const nameOfStaff = await namesFor(tx, [...practitionerIds, ...facts.people.keys()]);
	const nameOf = (id: string) =>
		named ? nameOfStaff(id) : places.has(id) ? `Practitioner ${places.get(id)}` : 'a colleague';
	const shown = lines.map((line, position) => shownOf(line, position, on, named, nameOf, seen));
	shown.sort((a, b) => Number(b.now) - Number(a.now) || (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
	return {
		team: { teamId, name: team.name },
		named,
		weeks: weeksAround(on).map((monday, week, all) => ({
			key: monday,
			label: dayInWords(monday).replace(/ \d{4}$/, ''),
			current: monday <= on && (all[week + 1] ?? '9999') > on
		})),
		lines: shown,
		finding: findingOf(shown)
	};
}

function findingOf(lines: readonly AwayShown[]): string {
	const away = new Set(lines.flatMap(({ now, practitionerId }) => (now ? practitionerId : []))).size;
	const gaps = lines.reduce((sum, line) => sum + line.gaps.length, 0);
	const who = away === 0 ? 'Nobody is away' : away === 1 ? '1 person is away' : `${away} people are away`;
	return `${who} on this day; ${gaps === 0 ? 'no gap in cover' : gaps === 1 ? '1 gap in cover' : `${gaps} gaps in cover`} in these weeks.`;
}

function shownOf(
	{ practitionerId, absence, weeks, gaps, coversMissing }: AwayLine,
	position: number,
	on: CalendarDate,
	named: boolean,
	nameOf: (id: string) => string,
	seen: ReadonlySet<string>
): AwayShown {
	const { coverId, supervisionCoverId, from, to } = absence;
	const mayName = ({ subject }: Gap) => subject.kind === 'practitioner' || seen.has(subject.id);
	const span = (run: { from: CalendarDate; until: CalendarDate | null }) =>
		`from ${weekdayInWords(run.from)}${run.until === null ? '' : ` until ${weekdayInWords(run.until)}`}`;
	const hidden = gaps.filter((gap) => !mayName(gap)).length;
	const missing = coversMissing.map(
		(each) => `${capital(nameOf(each.coverId))}, named to cover, is not here ${span(each)}`
	);
	return {
		key: `${practitionerId} ${from} ${position}`,
		practitionerId,
		name: nameOf(practitionerId),
		absence: absenceInWords(absence, named),
		from,
		to,
		reason: named ? (absence.reason ?? '') : '',
		cover: coverId === null ? 'nobody named' : nameOf(coverId),
		supervisionCover:
			(supervisionCoverId ?? coverId) === null ? 'nobody named' : nameOf(supervisionCoverId ?? coverId ?? ''),
		weeks: weeks.map(({ monday, days, all }) => ({
			key: monday,
			words: days === 0 ? '–' : all ? 'away' : days === 1 ? '1 day' : `${days} days`,
			away: days > 0
		})),
		gaps: [
			...gaps.filter(mayName).map((gap) => `${gapInWords(gap, nameOf)} ${span(gap)}`),
			...(hidden === 0 ? [] : [`${hidden} outside your scope likewise`]),
			...missing
		],
		gapsInBrief: [
			...gapsInBrief(gaps.filter(mayName), nameOf, span),
			...(hidden === 0 ? [] : [`${hidden} outside your scope likewise`]),
			...missing
		],
		now: from <= on && (to === null || on < to)
	};
}

function gapInWords({ subject }: Gap, nameOf: (id: string) => string): string {
	return subject.kind === 'case'
		? `${subject.reference} has nobody`
		: `${capital(nameOf(subject.id))} has no supervisor`;
}

function gapsInBrief(
	gaps: readonly Gap[],
	nameOf: (id: string) => string,
	span: (gap: Gap) => string
): string[] {
	const isNamed = ({ subject, severity }: Gap) => subject.kind === 'practitioner' || severity === 'critical';
	const others = groupedBy(
		gaps.filter((gap) => !isNamed(gap)),
		span
	);
	return [
		...gaps.filter(isNamed).map((gap) => `${gapInWords(gap, nameOf)} ${span(gap)}`),
		...[...others].map(([when, of]) =>
			of.length === 1
				? of.map((gap) => `${gapInWords(gap, nameOf)} ${when}`).join('')
				: `${of.length} cases of lower stakes have nobody ${when}`
		)
	];
}
