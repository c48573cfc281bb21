import { sql } from 'drizzle-orm';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type {
	DrawnDiscussion,
	EligibleDiscussion,
	QualityFound,
	QualityMark,
	QualityTheme
} from '#lib/domain/quality.ts';
import type { Stakes } from '#lib/domain/policy.ts';
import type { Transaction } from '#lib/server/db/index.ts';

/** Discussions in sessions held in a period, both days included, that were signed here and not read for quality yet. */
export async function eligibleDiscussions(
	tx: Transaction,
	from: CalendarDate,
	to: CalendarDate
): Promise<EligibleDiscussion[]> {
	const found = await tx.execute(
		sql`select d.session_id as "sessionId", d.case_id as "caseId", s.held_on as "heldOn", p.team_id as "teamId",
				array(
					select k.kind from case_kinds k where k.case_id = d.case_id and k.superseded_at is null
						and k.from_on <= s.held_on and (k.to_on is null or k.to_on > s.held_on) order by k.kind
				) as kinds
			from supervision_sessions s
			join case_discussions d on d.session_id = s.id and d.superseded_at is null
			join postings p on p.practitioner_id = s.practitioner_id and p.superseded_at is null
				and p.from_on <= s.held_on and (p.to_on is null or p.to_on > s.held_on)
			where s.superseded_at is null and s.note_state in ('signed', 'closed') and s.held_on between ${from} and ${to}
				and not exists (
					select from quality_readings r
					where r.session_id = d.session_id and r.case_id = d.case_id and r.read_on is not null
				)`
	);
	return [...found] as unknown as EligibleDiscussion[];
}

export interface StoredSample {
	sampleId: string;
	seed: number;
	from: CalendarDate;
	to: CalendarDate;
	ofEachTeam: number;
	eligible: number;
	reason: string;
	drawnOn: CalendarDate;
}

/** False: the form with this key drew it already. */
export async function insertSample(
	tx: Transaction,
	accountId: string,
	sample: StoredSample,
	drawn: readonly DrawnDiscussion[]
): Promise<boolean> {
	const { sampleId, seed, from, to, ofEachTeam, eligible, reason, drawnOn } = sample;
	const written = await tx.execute(
		sql`insert into quality_samples (id, seed, from_on, to_on, of_each_team, eligible, reason, account_id, drawn_on)
			values (${sampleId}, ${seed}, ${from}, ${to}, ${ofEachTeam}, ${eligible}, ${reason}, ${accountId}, ${drawnOn})
			on conflict (id) do nothing returning id`
	);
	if (written.length === 0) return false;
	const rows = drawn.map(({ sessionId, caseId, teamId, stakes, place }) => ({
		session_id: sessionId,
		case_id: caseId,
		team_id: teamId,
		stakes,
		place
	}));
	await tx.execute(
		sql`insert into quality_readings (sample_id, session_id, case_id, team_id, stakes, place)
			select ${sampleId}, session_id, case_id, team_id, stakes, place
			from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
				as drawn (session_id uuid, case_id uuid, team_id uuid, stakes text, place smallint)`
	);
	return true;
}

/** Every sample, the latest first, with how many of it are read. */
export async function samples(tx: Transaction): Promise<(StoredSample & { drawn: number; read: number })[]> {
	const found = await tx.execute(
		sql`select s.id as "sampleId", s.seed::float8 as seed, s.from_on as "from", s.to_on as "to",
				s.of_each_team as "ofEachTeam", s.eligible, s.reason, s.drawn_on as "drawnOn",
				count(r.id)::int as drawn, count(r.read_on)::int as read
			from quality_samples s left join quality_readings r on r.sample_id = s.id
			group by s.id order by s.drawn_at desc`
	);
	return [...found] as unknown as (StoredSample & { drawn: number; read: number })[];
}

/** One discussion of a sample, with what was found where it was read. */
export interface StoredReading {
	readingId: string;
	sampleId: string;
	sessionId: string;
	caseId: string;
	reference: string;
	teamId: string;
	team: string;
	stakes: Stakes;
	place: number;
	heldOn: CalendarDate;
	superviseeId: string;
	supervisorId: string;
	found: QualityFound | null;
	readOn: CalendarDate | null;
	edition: number;
}

type ReadingRow = Omit<StoredReading, 'found'> & {
	decision: QualityMark | null;
	rationale: QualityMark | null;
	voice: QualityMark | null;
	followThrough: QualityMark | null;
	themes: QualityTheme[];
	feedback: string | null;
};

/** The readings of a sample, of a session, or all; in the scope of who asks, in the order in which they are read. */
export async function readings(
	tx: Transaction,
	which: { of: 'sample'; sampleId: string } | { of: 'session'; sessionId: string } | { of: 'all' }
): Promise<StoredReading[]> {
	const where =
		which.of === 'sample'
			? sql`r.sample_id = ${which.sampleId}`
			: which.of === 'session'
				? sql`r.session_id = ${which.sessionId}`
				: sql`true`;
	const found = await tx.execute(
		sql`select r.id as "readingId", r.sample_id as "sampleId", r.session_id as "sessionId", r.case_id as "caseId",
				coalesce(c.reference, '') as reference, r.team_id as "teamId", t.name as team, r.stakes, r.place,
				s.held_on as "heldOn", s.practitioner_id as "superviseeId", s.supervisor_id as "supervisorId",
				r.decision, r.rationale, r.voice, r.follow_through as "followThrough", r.themes, r.feedback,
				r.read_on as "readOn", r.edition
			from quality_readings r
			join supervision_sessions s on s.id = r.session_id
			join teams t on t.id = r.team_id
			left join cases c on c.id = r.case_id
			where ${where} order by r.place, r.id`
	);
	return ([...found] as unknown as ReadingRow[]).map(
		({ decision, rationale, voice, followThrough, themes, feedback, ...row }) => ({
			...row,
			found:
				decision && rationale && voice && followThrough
					? { marks: { decision, rationale, voice, followThrough }, themes, feedback }
					: null
		})
	);
}

/** Null: it was read by somebody meanwhile, or is not there. */
export async function saveReading(
	tx: Transaction,
	readingId: string,
	{ marks, themes, feedback }: QualityFound,
	by: { accountId: string; on: CalendarDate; edition: number }
): Promise<number | null> {
	const [saved] = await tx.execute<{ edition: number }>(
		sql`update quality_readings set decision = ${marks.decision}, rationale = ${marks.rationale},
				voice = ${marks.voice}, follow_through = ${marks.followThrough},
				themes = ${`{${themes.join(',')}}`}::text[], feedback = ${feedback}, read_on = ${by.on},
				read_by = ${by.accountId}, edition = edition + 1
			where id = ${readingId} and edition = ${by.edition} returning edition`
	);
	return saved?.edition ?? null;
}

/** Sessions of a supervisor whose discussions were read lately and have feedback, the latest first. */
export async function feedbackFor(
	tx: Transaction,
	supervisorId: string,
	since: CalendarDate
): Promise<{ sessionId: string; reference: string; heldOn: CalendarDate; readOn: CalendarDate }[]> {
	const found = await tx.execute(
		sql`select s.id as "sessionId", s.reference, s.held_on as "heldOn", max(r.read_on) as "readOn"
			from quality_readings r join supervision_sessions s on s.id = r.session_id
			where s.supervisor_id = ${supervisorId} and r.read_on >= ${since} and r.feedback is not null
			group by s.id order by max(r.read_on) desc, s.id`
	);
	return [...found] as unknown as {
		sessionId: string;
		reference: string;
		heldOn: CalendarDate;
		readOn: CalendarDate;
	}[];
}
