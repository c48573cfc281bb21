import type { View } from './authority.ts';
import { dayInWords, distanceInWords } from './calendar.ts';
import type { Capacity, HeldCase } from './caseload.ts';
import { leadOn, leadSince, type CaseFile } from './cases.ts';
import { loadCell, type HeatmapColumnKey } from './heatmap-words.ts';
import { oversightOf, type CountedCase, type HeatmapRow } from './heatmap.ts';
import { caseState } from './rules-about-cases.ts';
import { daysInWords, KIND_IN_WORDS, kindsInWords, STANDING_IN_WORDS } from './wording.ts';

/** One row behind a figure of the heatmap; `caseId` where it leads to a case. */
export interface RowBehind {
	key: string;
	practitionerId: string;
	caseId: string | null;
	reference: string;
	what: string;
	detail: string;
	/** The part of the figure this row is: points, or days; null where rows are counted. */
	figure: number | null;
	/** Whether the row by itself is past the line of the policy. */
	past: boolean;
	/** The sum behind the points of a held case; null in every other column. */
	held: HeldCase | null;
}

/** What somebody can carry, and the sum it came from, beside what they carry. */
export interface CapacityBehind {
	practitionerId: string;
	cases: number;
	points: number;
	/** The load as the heatmap prints it. */
	load: string;
	capacity: Capacity;
	words: string;
}

/** Exactly the rows that one practitioner's cell counts. */
export function rowsBehind(row: HeatmapRow, key: HeatmapColumnKey, view: View): RowBehind[] {
	const { practitionerId } = row;
	const plain = { practitionerId, detail: '', figure: null, past: false, held: null };
	const ofCase = (each: CountedCase, more: Partial<RowBehind> = {}): RowBehind => ({
		...plain,
		key: `${practitionerId}-${each.caseId}`,
		caseId: each.caseId,
		reference: each.reference,
		what: caseInWords(each.caseId, row, view),
		...more
	});
	const { on } = view.knowledge;
	switch (key) {
		case 'load':
			return row.load.held.map((held) =>
				ofCase(held, {
					key: `${practitionerId}-${held.caseId}-${held.role}`,
					detail: sumInWords(held),
					figure: held.points,
					held
				})
			);
		case 'cases':
			return row.cases.map((each) => ofCase(each));
		case 'high-stakes':
			return row.highStakes.map((each) => ofCase(each));
		case 'new':
			return row.newCases.map((each) => ofCase(each));
		case 'oversight':
			return row.oversight.map((each) =>
				ofCase(each, {
					detail: `${each.everSince ? 'last oversight' : 'no oversight for'} ${daysInWords(each.days)}${each.everSince ? ' ago' : ''}, due by ${dayInWords(each.dueOn)}`,
					figure: each.days,
					past: each.standing === 'overdue'
				})
			);
		case 'training-gaps':
			return row.trainingGaps.map((each) =>
				ofCase(each, { detail: `not current: ${each.missing.join(', ')}` })
			);
		case 'held':
			return row.heldWithoutOversight.map((each) => ofCase(each, { past: true }));
		case 'actions':
			return row.actionsOverdue.map(({ actionId, caseId, reference, description, dueOn, risk }) => ({
				...plain,
				key: actionId,
				caseId,
				reference,
				what: description ?? 'no description',
				detail:
					dueOn === null
						? ''
						: `due ${dayInWords(dueOn)}, ${distanceInWords(dueOn, on)}${risk ? ', about risk' : ''}`
			}));
		case 'supervision': {
			const { supervision: clock, daysSinceSupervision: days } = row;
			if (!clock) return [];
			return [
				{
					...plain,
					key: practitionerId,
					caseId: null,
					reference: 'Supervision',
					what:
						clock.lastHeldOn === null
							? `none held since ${dayInWords(clock.countedFrom)}`
							: `last held ${dayInWords(clock.lastHeldOn)}, ${distanceInWords(clock.lastHeldOn, on)}`,
					detail: `due by ${dayInWords(clock.dueOn)}`,
					figure: days,
					past: row.supervisionStanding === 'overdue'
				}
			];
		}
	}
}

/** The capacities behind a load, a sum for each practitioner. */
export function capacitiesBehind(rows: readonly HeatmapRow[]): CapacityBehind[] {
	return rows.map(({ practitionerId, load }) => ({
		practitionerId,
		cases: load.cases,
		points: load.points,
		load: loadCell(load).text,
		capacity: load.capacity,
		words: capacityInWords(load.capacity)
	}));
}

/** "8 × 0.6 + 1 complexity + 1 new = 6.8" */
function sumInWords({ kind, weight, factor, complexity, newcomer, points, role }: HeldCase): string {
	const share = factor === 1 ? '' : ` × ${factor} ${role === 'co_worker' ? 'as co-worker' : 'as sibling'}`;
	const added = `${complexity > 0 ? ` + ${complexity} complexity` : ''}${newcomer > 0 ? ` + ${newcomer} new` : ''}`;
	const of = kind === null ? `${weight} (kind unknown)` : `${weight} (${KIND_IN_WORDS[kind]})`;
	return `${of}${share}${added} = ${points}`;
}

/** "85 × 0.8 FTE × 0.9 early career × 0.75 after reductions (training) = 45.9 points" */
export function capacityInWords(capacity: Capacity): string {
	const { points, pointsPerFte, fte, factor, reduced, reductions, none } = capacity;
	if (none === 'ABSENT') return '0 points: away for more than 10 working days';
	if (none === 'NOT_IN_POST') return '0 points: no posting covers this day';
	const early = factor === 1 ? '' : ` × ${factor} early career`;
	const reasons = reductions.map(({ reason, share }) => `${reason ?? 'no reason'} ${percent(share)}`);
	const left = Math.round((1 - reduced) * 10_000) / 10_000;
	const after = reduced === 0 ? '' : ` × ${left} after reductions (${reasons.join(', ')})`;
	return `${pointsPerFte} × ${fte} FTE${early}${after} = ${points} points`;
}

function percent(share: number): string {
	return `${Math.round(share * 10_000) / 100} %`;
}

function caseInWords(caseId: string, row: HeatmapRow, view: View): string {
	const file = fileOf(caseId, row, view);
	const state = file && caseState(file, view);
	if (!state) return '';
	const { on } = view.knowledge;
	const lead = leadOn(state.file, on, view.knowledge);
	const since = lead && leadSince(state.file, lead, on, view.knowledge);
	const oversight = oversightOf(state);
	return [
		kindsInWords(state.demands.kinds.map(({ kind }) => kind)),
		since ? `held since ${dayInWords(since)}` : 'nobody leads it',
		oversight ? STANDING_IN_WORDS[oversight.standing].toLowerCase() : 'no clock yet'
	].join(' · ');
}

function fileOf(caseId: string, { practitionerId }: HeatmapRow, view: View): CaseFile | undefined {
	return view.authority.heldBy.get(practitionerId)?.find((file) => file.caseId === caseId);
}
