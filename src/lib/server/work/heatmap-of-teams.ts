import { isAmong, PAGES, seesNames, type AskingRole } from '#lib/domain/access.ts';
import { policyInForce } from '#lib/domain/authority.ts';
import { dayInWords } from '#lib/domain/calendar.ts';
import {
	cellsOf,
	detailOf,
	HEATMAP_COLUMNS,
	heatmapFinding,
	loadOfAll,
	teamCellsShaded,
	type CellInWords,
	type HeatmapColumnKey
} from '#lib/domain/heatmap-words.ts';
import { heatmapRow, membersByTeam, type HeatmapRow } from '#lib/domain/heatmap.ts';
import type { LoadPolicy } from '#lib/domain/policy.ts';
import { serviceIdOf } from '#lib/domain/teams.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { allocatedDuring, givenBy, postedDuring, teamsInScope } from '#lib/server/store/scope.ts';
import { comparing, numbered, type HeatmapSort } from './heatmap.ts';
import { namesFor } from './names.ts';
import { standingIn, type AsAt } from './picture.ts';

export interface LineOfTeams {
	key: string;
	teamId: string;
	/** Null: the team itself. */
	practitionerId: string | null;
	name: string;
	detail: string;
	cells: CellInWords[];
}

export interface HeatmapOfTeams {
	/** The service asked for; null: all of them. */
	service: { id: string; name: string } | null;
	services: { id: string; name: string }[];
	finding: string;
	teams: number;
	practitioners: number;
	named: boolean;
	bands: LoadPolicy['bands'];
	total: CellInWords[];
	lines: LineOfTeams[];
}

/**
 * The teams in the scope of who asks by the measures of the heatmap, sorted; with their people, each team is followed by
 * its practitioners. Null: there is no such service among them.
 */
export async function heatmapOfTeams(
	tx: Transaction,
	role: AskingRole,
	asAt: AsAt,
	asked: { serviceId: string | null; people: boolean },
	sort: HeatmapSort
): Promise<HeatmapOfTeams | null> {
	const { on } = asAt;
	const gathered = await peopleByTeam(tx, role, asAt, asked.serviceId);
	if (!gathered) return null;
	const { service, services, teams, bands, rowsOf } = gathered;
	const rows = [...rowsOf.values()].flat();
	const names =
		asked.people && seesNames(role)
			? await namesFor(
					tx,
					rows.map(({ practitionerId }) => practitionerId)
				)
			: null;
	const order = comparing(sort);
	const lines = teams
		.flatMap((team) => {
			const own = rowsOf.get(team.teamId) ?? [];
			if (own.length === 0) return [];
			const line: LineOfTeams = {
				key: team.teamId,
				teamId: team.teamId,
				practitionerId: null,
				name: team.name,
				detail: `${team.service} · ${own.length === 1 ? '1 practitioner' : `${own.length} practitioners`}`,
				cells: teamCellsShaded(own, on, bands)
			};
			return { ...line, own };
		})
		.sort(order)
		.flatMap(({ own, ...line }): LineOfTeams[] => {
			if (!asked.people) return [line];
			const nameOf = names ?? numbered(own.map(({ practitionerId }) => practitionerId));
			const people = own.map((row): LineOfTeams => ({
				key: `${line.teamId}-${row.practitionerId}`,
				teamId: line.teamId,
				practitionerId: row.practitionerId,
				name: nameOf(row.practitionerId),
				detail: detailOf(row, dayInWords),
				cells: cellsOf(row, on)
			}));
			return [line, ...people.sort(order)];
		});
	return {
		service,
		services,
		finding: heatmapFinding(rows, on),
		teams: lines.filter(({ practitionerId }) => practitionerId === null).length,
		practitioners: new Set(rows.map(({ practitionerId }) => practitionerId)).size,
		named: seesNames(role),
		bands,
		total: teamCellsShaded(rows, on, bands).map((cell) => ({ ...cell, level: 0 as const })),
		lines
	};
}

/** The teams in the scope of who asks, of one service or of all, with their people; null: there is no such service. */
async function peopleByTeam(tx: Transaction, role: AskingRole, asAt: AsAt, serviceId: string | null) {
	const { on } = asAt;
	const all = await teamsInScope(tx);
	const services = [...new Map(all.map(({ service }) => [serviceIdOf(service), service]))];
	const service = services.find(([id]) => id === serviceId);
	if (serviceId !== null && !service) return null;
	const teams = all.filter((team) => !service || serviceIdOf(team.service) === service[0]);
	const whole = !service && isAmong(PAGES['/organisation'], role);
	const teamIds = teams.map(({ teamId }) => teamId);
	const practitionerIds = whole ? [] : await postedDuring(tx, teamIds, on, on);
	const given = whole ? [] : await allocatedDuring(tx, teamIds, on, on);
	const caseIds = [...new Set(given.map(({ caseId }) => caseId))];
	const view = await standingIn(
		tx,
		whole ? { of: 'open', on } : { of: 'those', practitionerIds, caseIds, held: { on } },
		asAt
	);
	const scope = whole ? null : { people: new Set(practitionerIds), wasGiven: givenBy(given, on) };
	const { bands } = policyInForce(view, on).load;
	const members = membersByTeam(view, scope);
	const rowsOf = new Map(
		teamIds.map((teamId) => [
			teamId,
			(members.get(teamId) ?? []).map((person) => heatmapRow(person, view, teamId, scope))
		])
	);
	return {
		service: service ? { id: service[0], name: service[1] } : null,
		services: services.map(([id, name]) => ({ id, name })),
		teams,
		bands,
		rowsOf
	};
}

/** What one team adds to a figure of all of them. */
export interface TeamBehind {
	key: string;
	name: string;
	service: string;
	practitioners: number;
	/** The figure as the heatmap prints it for the team, and what is counted; null: there is nothing to count. */
	text: string;
	figure: number | null;
	words: string;
	points: number;
	capacity: number;
}

export interface BehindAllTeams {
	service: HeatmapOfTeams['service'];
	column: (typeof HEATMAP_COLUMNS)[number];
	text: string;
	words: string;
	teams: TeamBehind[];
	points: number;
	capacity: number;
}

/** The teams whose figures one figure of all of them is the sum of; null where there is no such service. */
export async function behindAllTeams(
	tx: Transaction,
	role: AskingRole,
	asAt: AsAt,
	asked: { serviceId: string | null; key: HeatmapColumnKey }
): Promise<BehindAllTeams | null> {
	const { on } = asAt;
	const gathered = await peopleByTeam(tx, role, asAt, asked.serviceId);
	const column = HEATMAP_COLUMNS.find(({ key }) => key === asked.key);
	if (!gathered || !column) return null;
	const { service, teams, bands, rowsOf } = gathered;
	const cellIn = (rows: readonly HeatmapRow[]) => {
		const cell = teamCellsShaded(rows, on, bands).find(({ key }) => key === asked.key);
		if (!cell) throw new Error(`the heatmap has no column ${asked.key}`);
		return { text: cell.text, figure: cell.figure, words: cell.words };
	};
	const every = [...rowsOf.values()].flat();
	const { text, words } = cellIn(every);
	return {
		service,
		column,
		text,
		words,
		...loadOfAll(every),
		teams: teams.flatMap((team): TeamBehind | [] => {
			const rows = rowsOf.get(team.teamId) ?? [];
			if (rows.length === 0) return [];
			const { teamId, name, service: of } = team;
			return {
				key: teamId,
				name,
				service: of,
				practitioners: rows.length,
				...cellIn(rows),
				...loadOfAll(rows)
			};
		})
	};
}

/** The same as a file has it. */
export function allTeamsAsRows({ column, teams }: BehindAllTeams): {
	head: string[];
	rows: (string | number | null)[][];
} {
	const ofLoad = column.key === 'load';
	return {
		head: [
			'team',
			'service',
			'practitioners',
			...(ofLoad ? ['points', 'capacity'] : []),
			column.label,
			'in words'
		],
		rows: teams.map((team) => [
			team.name,
			team.service,
			team.practitioners,
			...(ofLoad ? [team.points, team.capacity] : []),
			team.figure,
			team.words
		])
	};
}
