import { randomUUID } from 'node:crypto';
import { TODAY } from '#lib/demo/plan.ts';
import { inContext, type Transaction } from '#lib/server/store/database.ts';
import {
	digestOf,
	proposeNote,
	saveDiscussion,
	savePersonalNote,
	signNote,
	startSession,
	wholeText
} from '#lib/server/work/hold-supervision.ts';
import { recordOversight } from '#lib/server/work/record-oversight.ts';
import { discussionsOf, sessionOnFile } from '#lib/server/store/supervision.ts';
import type { Cast } from './cast.ts';
import { bareSteps, type BenchDatabase } from './database.ts';
import { byTurns, milliseconds, percentile, type Row } from './report.ts';

const PROSE =
	'The plan is on track and the family is engaged; seen at home, alone, and sleeping better than in June.';

/** What people write down, with security and audit on and the flags reviewed in the same transaction. */
export async function saves(database: BenchDatabase, cast: Cast): Promise<Row[]> {
	const { accountId, managerId, memberId, caseIds } = cast;
	const asManager = <Answer>(work: (tx: Transaction) => Promise<Answer>) =>
		inContext(database, { actor: 'person', accountId, today: TODAY }, work);
	const [caseId = ''] = caseIds;
	const [bareOversight = ''] = bareSteps('save-oversight.sql');
	const [bareSupervision = ''] = bareSteps('save-supervision.sql');
	const supervision = () => holdOne(asManager, cast);
	const open = await withoutSecurity(database, () => byTurns(20, { supervision }));
	const times = await byTurns(20, {
		oversight: () =>
			asManager((tx) =>
				recordOversight(tx, { accountId, practitionerId: managerId, today: TODAY }, caseId, {
					key: randomUUID(),
					kind: 'decision',
					madeOn: TODAY,
					decision: 'Weekly visits until the core group',
					rationale: PROSE
				})
			),
		bareOversight: () => database.client.unsafe(bareOversight, [caseId, managerId, TODAY], { prepare: true }),
		supervision,
		bareSupervision: () =>
			database.client.unsafe(bareSupervision, [memberId, managerId, TODAY, `{${caseIds.join(',')}}`], {
				prepare: true
			})
	});
	const after = await withoutSecurity(database, () => byTurns(20, { supervision }));
	const unguarded = (open.supervision.median + after.supervision.median) / 2;
	return [
		{
			work: 'save oversight, flags reviewed',
			unit: 'ms',
			ours: times.oversight.median,
			p95: times.oversight.p95,
			bare: times.bareOversight.median,
			limit: 'save-oversight.sql',
			budget: '',
			kept: null
		},
		{
			work: `hold and sign a supervision of ${caseIds.length} cases, 4 visits`,
			unit: 'ms',
			ours: times.supervision.median,
			p95: times.supervision.p95,
			bare: unguarded,
			limit: 'the same visits without row-level security',
			budget: '≤ 2 × bare',
			kept: times.supervision.median <= 2 * unguarded
		},
		{
			work: 'the same, against one statement with its rows',
			unit: 'ms',
			ours: times.supervision.median,
			p95: times.supervision.p95,
			bare: times.bareSupervision.median,
			limit: 'save-supervision.sql',
			budget: '',
			kept: null
		},
		await savesAtOnce(database, cast)
	];
}

/** Something with every row open to everybody: before and after the measured, for the machine wanders. */
async function withoutSecurity<Answer>(
	{ client }: BenchDatabase,
	work: () => Promise<Answer>
): Promise<Answer> {
	const guarded = await client<{ name: string }[]>`select oid::regclass::text as name from pg_class
		where relrowsecurity and relnamespace = 'public'::regnamespace`;
	const security = async (state: 'enable' | 'disable') => {
		for (const { name } of guarded) await client.unsafe(`alter table ${name} ${state} row level security`);
	};
	await security('disable');
	try {
		return await work();
	} finally {
		await security('enable');
	}
}

type AsManager = <Answer>(work: (tx: Transaction) => Promise<Answer>) => Promise<Answer>;

/** A whole supervision as people hold it: started, written case by case, proposed, signed. */
async function holdOne(asManager: AsManager, { accountId, managerId, memberId }: Cast): Promise<void> {
	const by = { accountId, practitionerId: managerId, role: 'team_manager', today: TODAY } as const;
	const started = await asManager((tx) =>
		startSession(tx, by, { key: randomUUID(), superviseeId: memberId })
	);
	if ('refused' in started) throw new Error(`no session was started: ${started.refused}`);
	const { sessionId } = started;
	await asManager(async (tx) => {
		for (const { caseId, edition } of await discussionsOf(tx, sessionId))
			await saveDiscussion(tx, by, sessionId, caseId, {
				text: { summary: PROSE, analysis: PROSE, livedExperience: PROSE, decision: 'Continue the plan' },
				edition
			});
		await savePersonalNote(tx, by, sessionId, { text: PROSE, edition: null });
	});
	await asManager((tx) => proposeNote(tx, by, sessionId));
	await asManager(async (tx) => {
		const session = await sessionOnFile(tx, sessionId);
		const whole = session && (await wholeText(tx, session));
		if (!whole) throw new Error('the session cannot be read');
		await signNote(tx, by, sessionId, { digest: digestOf(whole), disagreement: null });
	});
}

const CLIENTS = 8;
const SAVES_EACH = 10;

/** Decisions recorded by several people at once. */
async function savesAtOnce(database: BenchDatabase, { accountId, managerId, caseIds }: Cast): Promise<Row> {
	const [statement = ''] = bareSteps('save-oversight.sql');
	const atOnce = async (save: (caseId: string) => Promise<unknown>) => {
		const elapsed = await milliseconds(() =>
			Promise.all(
				Array.from({ length: CLIENTS }, async (_, client) => {
					for (let saved = 0; saved < SAVES_EACH; saved++)
						await save(caseIds[client % caseIds.length] ?? caseIds[0] ?? '');
				})
			)
		);
		return (CLIENTS * SAVES_EACH * 1000) / elapsed;
	};
	const ours: number[] = [];
	const bare: number[] = [];
	for (let run = 0; run < 3; run++) {
		ours.push(
			await atOnce((caseId) =>
				inContext(database, { actor: 'person', accountId, today: TODAY }, (tx) =>
					recordOversight(tx, { accountId, practitionerId: managerId, today: TODAY }, caseId, {
						key: randomUUID(),
						kind: 'decision',
						madeOn: TODAY,
						decision: 'Continue the plan',
						rationale: PROSE
					})
				)
			)
		);
		bare.push(
			await atOnce((caseId) =>
				database.client.unsafe(statement, [caseId, managerId, TODAY], { prepare: true })
			)
		);
	}
	const perSecond = percentile(ours, 0.5);
	return {
		work: `save oversight, ${CLIENTS} people at once`,
		unit: 'saves/s',
		ours: perSecond,
		p95: null,
		bare: percentile(bare, 0.5),
		limit: 'save-oversight.sql',
		budget: '≥ 150 saves/s',
		kept: perSecond >= 150
	};
}
