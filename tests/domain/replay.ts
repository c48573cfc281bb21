import { arrange, personOf, viewOf, type Authority } from '#lib/domain/authority.ts';
import { addDays, dayInWords, weekdayInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import { leadOn, type CaseFile } from '#lib/domain/cases.ts';
import { daysOfChange, type DayOfChange } from '#lib/domain/day-steps.ts';
import { changeInWords, comparedInWords } from '#lib/domain/explain-words.ts';
import { flagInWords } from '#lib/domain/flag-words.ts';
import {
	findingsOfCase,
	findingsOfPractitioner,
	fold,
	mostUrgentFirst,
	type Finding
} from '#lib/domain/flags.ts';
import { comparedWithHindsight } from '#lib/domain/hindsight.ts';
import { learnedLaterOfCase } from '#lib/domain/learned-later.ts';
import { factsOf } from '#lib/domain/records.ts';
import { PRACTITIONER_RULES } from '#lib/domain/rules-about-practitioners.ts';
import { CODE_IN_WORDS, listInWords, SEVERITY_IN_WORDS, type Names } from '#lib/domain/wording.ts';
import type { DemoAuthority } from '#lib/demo/authority.ts';

/** The day after the only note, which was written up five weeks later: hindsight tells another story of it. */
const BOTH_WAYS_ON: CalendarDate = '2026-01-20';

/** The story case day by day, as a page of Markdown: what happened, which flags stood and why, as was known then. */
export function replayOf({ records, story, today }: DemoAuthority): string {
	const authority = arrange(factsOf(records));
	const file = authority.cases.find(({ caseId }) => caseId === story.caseId);
	if (!file) throw new RangeError(`the story has no case: ${story.caseId}`);
	const nameOf = new Map(records.practitioners.map(({ practitionerId, name }) => [practitionerId, name]));
	const names: Names = (id) => nameOf.get(id) ?? id;
	const told = new Map(story.days.map(({ on, what }) => [on, what]));
	const changed = new Map(daysOfChange(file, authority, today, names).map((change) => [change.on, change]));
	const days = [...new Set([...told.keys(), ...changed.keys()])].sort();
	const replay = { file, authority, names };
	return `${[
		`# ${story.caseId}, day by day`,
		'One invented case that goes the way of the review, with every day on which something happened or a flag changed. Each day is told with what was known on it; a flag is told in full on the day it begins and whenever its reason changes. Open the case in the demo and step through the same days; `npx countersign explain ' +
			`${story.caseId} --as-at DAY\` says what every rule saw.`,
		'This page is written from the made-up records by `npm run replay`; a test fails where it is out of date.',
		'## Which flag stood, from when to when',
		table(['Flag', 'First day', 'Last day'], runsIn(replay, [...changed.keys()], today)),
		'## The days',
		...daysTold(replay, days, told, changed),
		'## The same day with hindsight',
		...bothWays(replay)
	]
		.filter((part) => part !== '')
		.join('\n\n')}\n`;
}

function daysTold(
	replay: Replay,
	days: readonly CalendarDate[],
	told: ReadonlyMap<CalendarDate, string>,
	changed: ReadonlyMap<CalendarDate, DayOfChange>
): string[] {
	const last = new Map<string, string>();
	return days.flatMap((day) => {
		const change = changed.get(day);
		const flags = mostUrgentFirst(fold([...findingsOn(replay, day), ...aboutTheWorker(replay, day)]));
		const lines: string[] = [];
		const still: string[] = [];
		for (const finding of flags) {
			const line = flagLine(finding, replay.names, day);
			const key = `${finding.code} ${finding.subject.id}`;
			const apartFromDays = line.replaceAll(/\d+ days?|yesterday|today/g, '');
			if (last.get(key) === apartFromDays) still.push(CODE_IN_WORDS[finding.code].toLowerCase());
			else lines.push(`- ${line}`);
			last.set(key, apartFromDays);
		}
		return [
			`### ${weekdayInWords(day)}`,
			told.get(day) ?? '',
			change ? `In the records: ${changeInWords(change)}.` : '',
			lines.join('\n'),
			still.length > 0 ? `Still stands: ${listInWords(still)}.` : '',
			flags.length === 0 ? 'No flag stands.' : ''
		];
	});
}

interface Replay {
	file: CaseFile;
	authority: Authority;
	names: Names;
}

function findingsOn({ file, authority }: Replay, day: CalendarDate, hindsight = false): readonly Finding[] {
	return findingsOfCase(file, viewOf(authority, day, hindsight));
}

const ABOUT_SUPERVISION = PRACTITIONER_RULES.filter(({ code }) => code.startsWith('SUPERVISION'));

/** Of the practitioner who leads on the day: what is said of their supervision. */
function aboutTheWorker({ file, authority }: Replay, day: CalendarDate): Finding[] {
	const view = viewOf(authority, day);
	const lead = personOf(view, leadOn(file, day, view.knowledge));
	return lead === null ? [] : findingsOfPractitioner(lead, view, undefined, ABOUT_SUPERVISION);
}

function flagLine(finding: Finding, names: Names, day: CalendarDate): string {
	const { title, severity, why, reasons } = flagInWords(finding, names, day);
	const folded = reasons.length === 0 ? '' : ` Reasons: ${reasons.join(', ').toLowerCase()}.`;
	return `**${title}**, ${SEVERITY_IN_WORDS[severity].toLowerCase()}, since ${dayInWords(finding.since)}. ${why}${folded}`;
}

/** Every unbroken run of every flag, before folding, in order of its first day. */
function runsIn(replay: Replay, changes: readonly CalendarDate[], today: CalendarDate): string[][] {
	const running = new Map<string, { title: string; from: CalendarDate }>();
	const runs: { title: string; from: CalendarDate; to: string }[] = [];
	for (const day of changes) {
		const standing = new Map(
			findingsOn(replay, day).map(({ code, subject }) => [`${code} ${subject.id}`, CODE_IN_WORDS[code]])
		);
		for (const [key, run] of running)
			if (!standing.has(key)) {
				runs.push({ ...run, to: dayInWords(addDays(day, -1)) });
				running.delete(key);
			}
		for (const [key, title] of standing) if (!running.has(key)) running.set(key, { title, from: day });
	}
	for (const run of running.values()) runs.push({ ...run, to: `stands on ${dayInWords(today)}` });
	return runs
		.sort((a, b) => (`${a.from} ${a.title}` < `${b.from} ${b.title}` ? -1 : 1))
		.map(({ title, from, to }) => [title, dayInWords(from), to]);
}

function bothWays(replay: Replay): string[] {
	const { file, authority, names } = replay;
	const { sentence, rows, notes } = comparedInWords(
		comparedWithHindsight(
			findingsOn(replay, BOTH_WAYS_ON),
			findingsOn(replay, BOTH_WAYS_ON, true),
			learnedLaterOfCase(file, viewOf(authority, BOTH_WAYS_ON))
		),
		names,
		BOTH_WAYS_ON
	);
	return [
		`On ${weekdayInWords(BOTH_WAYS_ON)}. ${sentence} A flag that stood is never taken back by a note written up later.`,
		table(
			['Flag', 'As known then', 'With hindsight', 'Difference'],
			rows.map(({ title, then, withHindsight, change }) => [title, then, withHindsight, change])
		),
		table(
			['Written up later', 'Happened on', 'Recorded on', 'How late', 'By'],
			notes.map(({ what, happenedOn, recordedOn, late, by }) => [what, happenedOn, recordedOn, late, by])
		)
	];
}

/** A table in the columns' own widths, as the formatter of the repository leaves it. */
function table(heads: readonly string[], rows: readonly string[][]): string {
	const widths = heads.map((head, place) =>
		Math.max(3, head.length, ...rows.map((row) => row[place]?.length ?? 0))
	);
	const line = (cells: readonly string[]) =>
		`| ${cells.map((cell, place) => cell.padEnd(widths[place] ?? 0)).join(' | ')} |`;
	return [line(heads), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
