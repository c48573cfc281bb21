import { sql } from 'drizzle-orm';
import type { AskingRole } from '#lib/domain/access.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { FlagStep } from '#lib/domain/flag-life.ts';
import type { Code, Severity } from '#lib/domain/codes.ts';
import type { SubjectKind } from '#lib/domain/flags.ts';
import { asRules, type Transaction } from '#lib/server/db/index.ts';

/** A flag as it is stored, with every step of its life. */
export interface FlagWithSteps {
	flagId: string;
	code: Code;
	subjectKind: SubjectKind;
	subjectId: string;
	caseId: string | null;
	practitionerId: string | null;
	teamId: string | null;
	severity: Severity;
	becameTrueOn: CalendarDate;
	clearedOn: CalendarDate | null;
	previousId: string | null;
	steps: FlagStep[];
}

const columns = sql`f.id as "flagId", f.code, f.subject_kind as "subjectKind", f.subject_id as "subjectId",
	f.case_id as "caseId", f.practitioner_id as "practitionerId", f.team_id as "teamId", f.severity,
	f.became_true_on as "becameTrueOn", f.cleared_on as "clearedOn", f.previous_id as "previousId"`;

type FlagRow = Omit<FlagWithSteps, 'steps'>;

/** One flag in the scope of who asks; null: not there. `hold`: nobody else acts on it until the transaction ends. */
export async function flagWithSteps(
	tx: Transaction,
	flagId: string,
	hold = false
): Promise<FlagWithSteps | null> {
	const found = await tx.execute(
		sql`select ${columns} from flags f where f.id = ${flagId} ${hold ? sql`for update` : sql``}`
	);
	return (await withSteps(tx, [...found] as unknown as FlagRow[]))[0] ?? null;
}

/** Flags by their ids, without their steps, as a review sees them. */
export async function flagsNamed(
	tx: Transaction,
	flagIds: readonly string[]
): Promise<Omit<FlagWithSteps, 'steps'>[]> {
	const found = await asRules(tx, () =>
		tx.execute(sql`select ${columns} from flags f where f.id = any(${list(flagIds)})`)
	);
	return [...found] as unknown as FlagRow[];
}

/** The flag of a rule about a subject that stands now; null: none is stored. */
export async function standingFlagId(tx: Transaction, code: Code, subjectId: string): Promise<string | null> {
	const [found] = await tx.execute<{ id: string }>(
		sql`select id from flags where code = ${code} and subject_id = ${subjectId} and cleared_at is null`
	);
	return found?.id ?? null;
}

/** The flag that was raised after this one, about the same; null: none was. */
export async function flagAfter(
	tx: Transaction,
	flagId: string
): Promise<{ flagId: string; becameTrueOn: CalendarDate } | null> {
	const [found] = await tx.execute<{ flagId: string; becameTrueOn: CalendarDate }>(
		sql`select id as "flagId", became_true_on as "becameTrueOn" from flags where previous_id = ${flagId} limit 1`
	);
	return found ?? null;
}

/** Flags that stood in the store on a day, within the scope of who asks: all, or those about some subjects. */
export async function flagsStandingOn(
	tx: Transaction,
	day: CalendarDate,
	subjectIds: readonly string[] | null = null
): Promise<FlagWithSteps[]> {
	const found = await tx.execute(
		sql`select ${columns} from flags f
			where (f.cleared_on is null or f.cleared_on > ${day})
				${subjectIds === null ? sql`` : sql`and f.subject_id = any(${list(subjectIds)})`}`
	);
	const flags = await withSteps(tx, [...found] as unknown as FlagRow[]);
	return flags.filter(({ steps }) => steps.some(({ step, on }) => step === 'raised' && on <= day));
}

/** The same as a review sees them: each of these flags, whoever's deed brought it about. */
export async function flagsUnderReview(
	tx: Transaction,
	day: CalendarDate,
	subjectIds: readonly string[] | null
): Promise<FlagWithSteps[]> {
	return asRules(tx, () => flagsStandingOn(tx, day, subjectIds));
}

async function withSteps(tx: Transaction, flags: readonly FlagRow[]): Promise<FlagWithSteps[]> {
	if (flags.length === 0) return [];
	const found = await tx.execute<StepRow>(
		sql`select flag_id as "flagId", step, happened_on as "on", happened_at::text as at,
				account_id as "accountId", practitioner_id as "practitionerId", acted_as as "actedAs", words, details
			from flag_steps where flag_id = any(${list(flags.map(({ flagId }) => flagId))}) order by id`
	);
	const steps = new Map<string, FlagStep[]>();
	for (const row of found) {
		const of = steps.get(row.flagId);
		if (of) of.push(stepFrom(row));
		else steps.set(row.flagId, [stepFrom(row)]);
	}
	return flags.map((flag) => ({ ...flag, steps: steps.get(flag.flagId) ?? [] }));
}

interface StepRow extends Record<string, unknown> {
	flagId: string;
	step: FlagStep['step'];
	on: CalendarDate;
	at: string;
	accountId: string | null;
	practitionerId: string | null;
	actedAs: AskingRole | null;
	words: string | null;
	details: object | null;
}

/** Under which name a step keeps its words. */
const WORDS: Partial<Record<FlagStep['step'], string>> = {
	acknowledged: 'plan',
	accepted: 'reason',
	commented: 'words'
};

function stepFrom({ step, on, at, accountId, practitionerId, actedAs, words, details }: StepRow): FlagStep {
	const name = WORDS[step];
	return {
		step,
		on,
		at: new Date(at),
		by: accountId === null ? null : { accountId, practitionerId, role: actedAs ?? 'nobody' },
		...(name ? { [name]: words ?? '' } : {}),
		...details
	} as FlagStep;
}

type Answer = Extract<FlagStep, { step: 'acknowledged' | 'accepted' | 'commented' }>;
type WithoutWhen<Step> = Step extends unknown ? Omit<Step, 'on' | 'at' | 'by'> : never;
export type NewStep = WithoutWhen<Answer>;

/** Writes what somebody did about a flag. */
export async function insertStep(
	tx: Transaction,
	flagId: string,
	by: { accountId: string; practitionerId: string | null; role: AskingRole; today: CalendarDate },
	given: NewStep
): Promise<void> {
	const { step, ...said } = given as { step: FlagStep['step'] } & Record<string, string>;
	const name = WORDS[step] ?? 'words';
	const { [name]: words = null, ...details } = said;
	await tx.execute(
		sql`insert into flag_steps (flag_id, step, happened_on, account_id, practitioner_id, acted_as, words, details)
			values (${flagId}, ${step}, ${by.today}, ${by.accountId}, ${by.practitionerId}, ${by.role}, ${words},
				${Object.keys(details).length === 0 ? null : JSON.stringify(details)}::jsonb)`
	);
}

/** A step that a review found to have come about by itself, on the day it did. */
export interface FoundStep {
	flagId: string;
	step: 'asked_again' | 'escalated';
	on: CalendarDate;
	details: object;
}

/** Writes steps that time brought about. Another review may have written the same: the first stands. */
export async function insertFoundSteps(tx: Transaction, found: readonly FoundStep[]): Promise<string[]> {
	if (found.length === 0) return [];
	const rows = found.map(({ flagId, step, on, details }) => ({ flag_id: flagId, step, on_day: on, details }));
	const written = await asRules(tx, () =>
		tx.execute<{ id: string }>(
			sql`insert into flag_steps (flag_id, step, happened_on, details)
				select flag_id, step, on_day, details from json_to_recordset(${JSON.stringify(rows)}::json) as r(
					flag_id uuid, step text, on_day date, details jsonb)
				on conflict (flag_id, step, happened_on) where step in ('asked_again', 'escalated') do nothing
				returning flag_id as id`
		)
	);
	return written.map(({ id }) => id);
}

function list(ids: readonly string[]) {
	return sql`${`{${ids.join(',')}}`}::uuid[]`;
}
