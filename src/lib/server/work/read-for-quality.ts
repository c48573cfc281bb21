import { randomInt } from 'node:crypto';
import { isId } from '#lib/domain/asked.ts';
import { addDays, dayInWords, isCalendarDate, type CalendarDate } from '#lib/domain/calendar.ts';
import { policyOn } from '#lib/domain/policy.ts';
import {
	drawSample,
	MARK_IN_WORDS,
	qualityByTeam,
	qualityGiven,
	QUALITY_QUESTIONS,
	QUALITY_THEMES,
	sampleInWords,
	type QualityFound,
	type QualityTheme
} from '#lib/domain/quality.ts';
import { isWritten } from '#lib/domain/records.ts';
import { PARTS_IN_WORDS } from '#lib/domain/supervision-wording.ts';
import { dayTyped, noDay } from '#lib/domain/typed-day.ts';
import { STAKES_IN_WORDS } from '#lib/domain/wording.ts';
import { record } from '#lib/server/audit.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { policyVersions } from '#lib/server/store/facts.ts';
import {
	eligibleDiscussions,
	feedbackFor,
	insertSample,
	readings,
	samples,
	saveReading,
	type StoredReading
} from '#lib/server/store/quality.ts';
import { discussionsOf } from '#lib/server/store/supervision.ts';
import { actionsAt } from './action-list.ts';
import { addendaShown } from './after-signing.ts';
import type { Asker } from './hold-supervision.ts';
import { namesFor } from './names.ts';

export interface DrawForm {
	key: string;
	from: string;
	to: string;
	ofEachTeam: string;
	reason: string;
}

type Refused = { refused: { field: string; words: string }[] };

const SHORTEST_REASON = 15;

/** Draws a sample of signed discussions at random; the seed is kept with it. The same form again draws nothing. */
export async function drawForQuality(
	tx: Transaction,
	by: Asker,
	form: DrawForm
): Promise<{ sampleId: string } | Refused | { notYours: true }> {
	if (by.role !== 'principal_social_worker' || !isId(form.key)) return { notYours: true };
	const refused: Refused['refused'] = [];
	const refuse = (field: string, words: string) => void refused.push({ field, words });
	const from = dayIn(form.from, 'from', by.today, refuse);
	const to = dayIn(form.to, 'to', by.today, refuse);
	const ofEachTeam = Number(form.ofEachTeam);
	if (from !== null && to !== null && from > to) refuse('to', 'It ends before it begins.');
	if (!Number.isInteger(ofEachTeam) || ofEachTeam < 1 || ofEachTeam > 20)
		refuse('ofEachTeam', 'Give a whole number from 1 to 20.');
	const reason = form.reason.trim();
	if (!isWritten(reason) || reason.length < SHORTEST_REASON)
		refuse('reason', 'Say why these discussions are read, in a sentence. It is kept with the sample.');
	if (refused.length > 0 || from === null || to === null) return { refused };
	const eligible = await eligibleDiscussions(tx, from, to);
	if (eligible.length === 0)
		return { refused: [{ field: 'from', words: 'No signed discussion of these days is left to read.' }] };
	const policies = await policyVersions(tx);
	const seed = randomInt(1, 2 ** 31);
	const drawn = drawSample(eligible, { seed, ofEachTeam }, (day) => policyOn(policies, day));
	const sample = {
		sampleId: form.key,
		seed,
		from,
		to,
		ofEachTeam,
		eligible: eligible.length,
		reason,
		drawnOn: by.today
	};
	if (await insertSample(tx, by.accountId, sample, drawn))
		await record(tx, by, { action: 'drew', entity: 'quality_sample', entityId: form.key });
	return { sampleId: form.key };
}

function dayIn(
	text: string,
	field: string,
	today: CalendarDate,
	refuse: (field: string, words: string) => void
): CalendarDate | null {
	const day = isCalendarDate(text.trim()) ? text.trim() : dayTyped(text, today);
	if (day) return day;
	refuse(field, day === null ? 'Give a day.' : noDay(text));
	return null;
}

export interface QualityPage {
	samples: { key: string; words: string; reason: string; read: number; drawn: number }[];
	teams: {
		key: string;
		team: string;
		quarter: string;
		read: number;
		met: Record<(typeof QUALITY_QUESTIONS)[number]['key'], string>;
		themes: string;
	}[];
	mayDraw: boolean;
	/** What the form begins with. */
	suggested: { from: CalendarDate; to: CalendarDate };
}

/** Usually a sample looks at the last quarter. */
const SUGGESTED_DAYS = 91;

/** The samples drawn so far, and what was found in each team by quarter. */
export async function qualityPage(tx: Transaction, by: Asker): Promise<QualityPage> {
	const all = await readings(tx, { of: 'all' });
	const teams = new Map(all.map(({ teamId, team }) => [teamId, team]));
	const counted = all.flatMap(({ teamId, heldOn, found }) => (found ? { teamId, heldOn, ...found } : []));
	return {
		samples: (await samples(tx)).map((each) => ({
			key: each.sampleId,
			words: sampleInWords(each),
			reason: each.reason,
			read: each.read,
			drawn: each.drawn
		})),
		teams: qualityByTeam(counted).map(({ teamId, quarter, read, met, themes }) => ({
			key: `${quarter} ${teamId}`,
			team: teams.get(teamId) ?? '',
			quarter,
			read,
			met: Object.fromEntries(
				QUALITY_QUESTIONS.map(({ key }) => [
					key,
					met[key].of === 0 ? '–' : `${met[key].count} of ${met[key].of}`
				])
			) as QualityPage['teams'][number]['met'],
			themes: themes.map(({ theme, count }) => `${QUALITY_THEMES[theme]} (${count})`).join(', ')
		})),
		mayDraw: by.role === 'principal_social_worker',
		suggested: { from: addDays(by.today, -SUGGESTED_DAYS), to: by.today }
	};
}

export interface SamplePage {
	words: string;
	reason: string;
	rows: {
		key: string;
		place: number;
		reference: string;
		team: string;
		held: string;
		stakes: string;
		state: string;
	}[];
}

/** The discussions of a sample; null: there is no such sample, or it is not for who asks. */
export async function samplePage(tx: Transaction, sampleId: string): Promise<SamplePage | null> {
	const sample = (await samples(tx)).find((each) => each.sampleId === sampleId);
	if (!sample) return null;
	const rows = await readings(tx, { of: 'sample', sampleId });
	return {
		words: sampleInWords(sample),
		reason: sample.reason,
		rows: rows.map((each) => ({
			key: each.readingId,
			place: each.place,
			reference: each.reference,
			team: each.team,
			held: dayInWords(each.heldOn),
			stakes: STAKES_IN_WORDS[each.stakes],
			state: each.readOn === null ? 'to read' : `read ${dayInWords(each.readOn)}`
		}))
	};
}

export interface ReadingPage {
	reading: StoredReading;
	heading: string;
	supervisor: string;
	parts: { label: string; text: string }[];
	addenda: { words: string; on: string }[];
	actions: { words: string; state: string }[];
	mayMark: boolean;
	/** The next one of the sample that is not read; null: there is none. */
	nextId: string | null;
}

/** One discussion to read, with its form. Opening it is written down; its personal note is never part of it. */
export async function readingPage(
	tx: Transaction,
	by: Asker,
	sampleId: string,
	readingId: string
): Promise<ReadingPage | null> {
	const all = await readings(tx, { of: 'sample', sampleId });
	const reading = all.find((each) => each.readingId === readingId);
	if (!reading) return null;
	const { sessionId, caseId } = reading;
	await record(tx, by, {
		action: 'read',
		entity: 'case_discussion',
		entityId: sessionId,
		scope: 'quality sample'
	});
	const discussion = (await discussionsOf(tx, sessionId)).find((each) => each.caseId === caseId);
	const names = await namesFor(tx, [reading.supervisorId, reading.superviseeId]);
	const addenda = (await addendaShown(tx, sessionId, false)).filter((each) => each.caseId === caseId);
	const actions = (await actionsAt(tx, by, { of: 'session', sessionId })).filter(
		(each) => each.caseId === caseId
	);
	return {
		reading,
		heading: `${reading.reference}, ${reading.team}, ${dayInWords(reading.heldOn)}`,
		supervisor: `${names(reading.supervisorId)} with ${names(reading.superviseeId)}`,
		parts: PARTS_IN_WORDS.map(({ key, label }) => ({ label, text: discussion?.[key] ?? '' })),
		addenda: addenda.map(({ words, writtenOn }) => ({ words: words ?? '', on: dayInWords(writtenOn) })),
		actions: actions.map(({ words, done, due, state }) => ({
			words,
			state: done ?? (state === 'overdue' ? `overdue: due ${due}` : `due ${due}`)
		})),
		mayMark: by.role === 'principal_social_worker',
		nextId: all.find((each) => each.readOn === null && each.readingId !== readingId)?.readingId ?? null
	};
}

/** Keeps what was found in a discussion, and gives the feedback to its supervisor. */
export async function keepReading(
	tx: Transaction,
	by: Asker,
	of: { sampleId: string; readingId: string },
	form: { text: (field: string) => string; themes: readonly string[] }
): Promise<{ saved: true } | Refused | 'absent' | { conflict: QualityFound | null; edition: number }> {
	if (by.role !== 'principal_social_worker') return 'absent';
	const find = async () =>
		(await readings(tx, { of: 'sample', sampleId: of.sampleId })).find(
			({ readingId }) => readingId === of.readingId
		);
	if (!(await find())) return 'absent';
	const found = qualityGiven(form.text, form.themes);
	if ('refused' in found) return found;
	const edition = Number(form.text('edition'));
	const mark = { accountId: by.accountId, on: by.today, edition: Number.isInteger(edition) ? edition : -1 };
	if ((await saveReading(tx, of.readingId, found, mark)) === null) {
		const stored = await find();
		if (stored && JSON.stringify(stored.found) === JSON.stringify(found)) return { saved: true };
		return { conflict: stored?.found ?? null, edition: stored?.edition ?? 0 };
	}
	await record(tx, by, { action: 'marked', entity: 'quality_reading', entityId: of.readingId });
	return { saved: true };
}

export interface FeedbackShown {
	caseId: string;
	on: string;
	marks: { label: string; mark: string }[];
	themes: string[];
	feedback: string | null;
}

/** What was found in the discussions of a session, for its supervisor; empty for others and where none was read. */
export async function feedbackOnSession(tx: Transaction, sessionId: string): Promise<FeedbackShown[]> {
	const read = await readings(tx, { of: 'session', sessionId });
	return read.flatMap(({ caseId, readOn, found }) =>
		found && readOn
			? {
					caseId,
					on: dayInWords(readOn),
					marks: QUALITY_QUESTIONS.map(({ key, label }) => ({
						label,
						mark: MARK_IN_WORDS[found.marks[key]]
					})),
					themes: found.themes.map((theme: QualityTheme) => QUALITY_THEMES[theme]),
					feedback: found.feedback
				}
			: []
	);
}

const FEEDBACK_SHOWN_DAYS = 28;

/** Own sessions with feedback of the last four weeks, for the page of supervision. */
export async function feedbackOfLate(
	tx: Transaction,
	by: Asker
): Promise<{ sessionId: string; words: string }[]> {
	if (by.practitionerId === null) return [];
	const found = await feedbackFor(tx, by.practitionerId, addDays(by.today, -FEEDBACK_SHOWN_DAYS));
	return found.map(({ sessionId, reference, heldOn, readOn }) => ({
		sessionId,
		words: `Feedback on ${reference}, held ${dayInWords(heldOn)}, given ${dayInWords(readOn)}`
	}));
}
