import type { AskingRole } from '#lib/domain/access.ts';
import { dayInWords, distanceInWords } from '#lib/domain/calendar.ts';
import { leadOn, leadSince, type CaseFile } from '#lib/domain/cases.ts';
import { HEATMAP_COLUMNS, type HeatmapColumnKey } from '#lib/domain/heatmap-words.ts';
import { oversightOf, type HeatmapRow } from '#lib/domain/heatmap.ts';
import { caseState } from '#lib/domain/rules-about-cases.ts';
import { kindsInWords, STANDING_IN_WORDS } from '#lib/domain/wording.ts';
import { record } from '#lib/server/audit.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { heatmapOfTeam, type HeatmapSort } from './heatmap.ts';
import type { AsAt } from './picture.ts';

/** One row behind a figure, in words; `caseId` where it leads to a case. */
export interface RowBehind {
	key: string;
	caseId: string | null;
	reference: string;
	practitioner: string;
	what: string;
	detail: string;
	/** The part of the figure this row is, where figures add up of parts. */
	figure: number | null;
}

export interface BehindACell {
	team: { teamId: string; name: string };
	/** Null: the whole team. */
	practitioner: { practitionerId: string; name: string } | null;
	column: (typeof HEATMAP_COLUMNS)[number];
	/** The figure as the heatmap printed it. */
	text: string;
	words: string;
	rows: RowBehind[];
	named: boolean;
}

/** Exactly the rows that one cell of the heatmap counts; null where there is no such cell in the scope of who asks. */
export async function behindACell(
	tx: Transaction,
	asker: { accountId: string; role: AskingRole },
	teamId: string,
	key: HeatmapColumnKey,
	practitionerId: string | null,
	asAt: AsAt,
	sort: HeatmapSort
): Promise<BehindACell | null> {
	const heatmap = await heatmapOfTeam(tx, asker.role, teamId, asAt, sort);
	const place = HEATMAP_COLUMNS.findIndex((column) => column.key === key);
	const column = HEATMAP_COLUMNS[place];
	if (!heatmap || !column) return null;
	const line = heatmap.lines.find((each) => each.practitionerId === practitionerId);
	if (practitionerId !== null && !line) return null;
	const cell = (line?.cells ?? heatmap.total)[place];
	const { rows, view } = heatmap.picture;
	const files = new Map(view.authority.cases.map((file) => [file.caseId, file]));
	if (!heatmap.named)
		await record(tx, asker, { action: 'read', entity: 'cases_behind', entityId: `${teamId} ${key}` });
	return {
		team: heatmap.team,
		practitioner: line ? { practitionerId: line.practitionerId, name: line.name } : null,
		column,
		text: cell?.text ?? '',
		words: cell?.words ?? '',
		named: heatmap.named,
		rows: rows
			.filter((row) => practitionerId === null || row.practitionerId === practitionerId)
			.flatMap((row) => {
				const practitioner = heatmap.names(row.practitionerId);
				return rowsBehind(row, key, asAt, (caseId) => describe(files.get(caseId))).map((behind) => ({
					...behind,
					practitioner
				}));
			})
	};

	function describe(file: CaseFile | undefined): string {
		const state = file && caseState(file, view);
		if (!state) return '';
		const lead = leadOn(state.file, asAt.on, view.knowledge);
		const since = lead && leadSince(state.file, lead, asAt.on, view.knowledge);
		const oversight = oversightOf(state);
		return [
			kindsInWords(state.demands.kinds.map(({ kind }) => kind)),
			since ? `held since ${dayInWords(since)}` : 'nobody leads it',
			oversight ? STANDING_IN_WORDS[oversight.standing].toLowerCase() : 'no clock yet'
		].join(' · ');
	}
}

type Unnamed = Omit<RowBehind, 'practitioner'>;

function rowsBehind(
	row: HeatmapRow,
	key: HeatmapColumnKey,
	{ on }: AsAt,
	describe: (caseId: string) => string
): Unnamed[] {
	const ofCase = (
		each: { caseId: string; reference: string },
		detail = '',
		figure: number | null = null
	) => ({
		key: `${row.practitionerId}-${each.caseId}-${detail}`,
		caseId: each.caseId,
		reference: each.reference,
		what: describe(each.caseId),
		detail,
		figure
	});
	switch (key) {
		case 'load':
			return row.load.held.map((held) =>
				ofCase(
					held,
					[
						held.role === 'co_worker' ? 'co-worker' : 'lead',
						held.kind === null ? 'weight unknown, counted as 4' : `weight ${held.weight}`,
						`× ${held.factor}`,
						...(held.complexity > 0 ? [`+ ${held.complexity} complexity`] : []),
						...(held.newcomer > 0 ? ['+ 1 new'] : [])
					].join(' '),
					held.points
				)
			);
		case 'cases':
			return row.cases.map((each) => ofCase(each));
		case 'high-stakes':
			return row.highStakes.map((each) => ofCase(each));
		case 'new':
			return row.newCases.map((each) => ofCase(each));
		case 'oversight':
			return row.oversight.map((each) =>
				ofCase(
					each,
					`${each.everSince ? 'last oversight' : 'no oversight for'} ${each.days} days${each.everSince ? ' ago' : ''}, due by ${dayInWords(each.dueOn)}`,
					each.days
				)
			);
		case 'training-gaps':
			return row.trainingGaps.map((each) => ofCase(each, `not current: ${each.missing.join(', ')}`));
		case 'held':
			return row.heldWithoutOversight.map((each) => ofCase(each));
		case 'actions':
			return row.actionsOverdue.map((action) => ({
				key: action.actionId,
				caseId: action.caseId,
				reference: action.reference,
				what: action.description ?? 'no description',
				detail:
					action.dueOn === null
						? ''
						: `due ${dayInWords(action.dueOn)}, ${distanceInWords(action.dueOn, on)}${action.risk ? ', about risk' : ''}`,
				figure: null
			}));
		case 'supervision':
			return row.supervision === null
				? []
				: [
						{
							key: row.practitionerId,
							caseId: null,
							reference: 'Supervision',
							what:
								row.supervision.lastHeldOn === null
									? `none held since ${dayInWords(row.supervision.countedFrom)}`
									: `last held ${dayInWords(row.supervision.lastHeldOn)}, ${distanceInWords(row.supervision.lastHeldOn, on)}`,
							detail: `due by ${dayInWords(row.supervision.dueOn)}`,
							figure: row.daysSinceSupervision
						}
					];
	}
}
