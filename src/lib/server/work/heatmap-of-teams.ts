import { isAmong, PAGES, seesNames, type AskingRole } from '#lib/domain/access.ts';
import { policyInForce } from '#lib/domain/authority.ts';
import { dayInWords } from '#lib/domain/calendar.ts';
import {
	cellsOf,
	detailOf,
	heatmapFinding,
	teamCellsShaded,
	type CellInWords
} from '#lib/domain/heatmap-words.ts';
import { heatmapRow, membersByTeam } from '#lib/domain/heatmap.ts';
import type { LoadPolicy } from '#lib/domain/policy.ts';
import { serviceIdOf } from '#lib/domain/teams.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { allocatedTo, postedDuring, teamsInScope } from '#lib/server/store/scope.ts';
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
	const all = await teamsInScope(tx);
	const services = [...new Map(all.map(({ service }) => [serviceIdOf(service), service]))];
	const service = services.find(([id]) => id === asked.serviceId);
	if (asked.serviceId !== null && !service) return null;
	const teams = all.filter((team) => !service || serviceIdOf(team.service) === service[0]);
	const whole = !service && isAmong(PAGES['/organisation'], role);
	const teamIds = teams.map(({ teamId }) => teamId);
	const view = await standingIn(
		tx,
		whole
			? { of: 'open', on }
			: {
					of: 'those',
					practitionerIds: await postedDuring(tx, teamIds, on, on),
					caseIds: await allocatedTo(tx, teamIds, on),
					held: { on }
				},
		asAt
	);
	const { bands } = policyInForce(view, on).load;
	const members = membersByTeam(view);
	const rowsOf = new Map(
		teamIds.map((teamId) => [teamId, (members.get(teamId) ?? []).map((person) => heatmapRow(person, view))])
	);
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
		service: service ? { id: service[0], name: service[1] } : null,
		services: services.map(([id, name]) => ({ id, name })),
		finding: heatmapFinding(rows, on),
		teams: lines.filter(({ practitionerId }) => practitionerId === null).length,
		practitioners: new Set(rows.map(({ practitionerId }) => practitionerId)).size,
		named: seesNames(role),
		bands,
		total: teamCellsShaded(rows, on, bands).map((cell) => ({ ...cell, level: 0 as const })),
		lines
	};
}
