import { viewOf, type Authority, type View } from './authority.ts';
import type { CalendarDate } from './calendar.ts';
import { isOpenOn, leadOn } from './cases.ts';
import { teamOfCase } from './rules-about-cases.ts';

/** How many children were with one on the first day and are with another on the last. Null: with nobody, or no team. */
export interface Flow {
	fromId: string | null;
	toId: string | null;
	children: number;
}

/** Who ended up with whom: the children whose cases are open on both days, each counted once. */
export interface FlowOfChildren {
	from: CalendarDate;
	to: CalendarDate;
	children: number;
	teams: Flow[];
	workers: Flow[];
	/** With the same lead on both days. */
	sameWorker: number;
	/** Open on the first day and closed by the last; and opened since. */
	closed: number;
	opened: number;
}

/** Between two days, of the cases that are of one of these teams on either (null: of all), each day as known on it. */
export function flowOfChildren(
	authority: Authority,
	from: CalendarDate,
	to: CalendarDate,
	teamIds: readonly string[] | null
): FlowOfChildren {
	const [then, now] = [viewOf(authority, from), viewOf(authority, to)];
	const [teams, workers] = [new Map<string, Flow>(), new Map<string, Flow>()];
	const flow = { from, to, children: 0, sameWorker: 0, closed: 0, opened: 0 };
	for (const file of authority.cases) {
		const [was, is] = [placeOf(file, then), placeOf(file, now)];
		const concerns = (place: Place | null) =>
			place !== null && (teamIds === null || (place.teamId !== null && teamIds.includes(place.teamId)));
		if (!concerns(was) && !concerns(is)) continue;
		if (was && is) {
			flow.children += 1;
			if (was.leadId !== null && was.leadId === is.leadId) flow.sameWorker += 1;
			add(teams, was.teamId, is.teamId);
			add(workers, was.leadId, is.leadId);
		} else if (was) flow.closed += 1;
		else if (is) flow.opened += 1;
	}
	return { ...flow, teams: bySize(teams), workers: bySize(workers) };
}

interface Place {
	leadId: string | null;
	teamId: string | null;
}

function placeOf(file: Authority['cases'][number], view: View): Place | null {
	const { on } = view.knowledge;
	if (!isOpenOn(file, on, view.knowledge)) return null;
	return { leadId: leadOn(file, on, view.knowledge), teamId: teamOfCase(file, view) };
}

function add(flows: Map<string, Flow>, fromId: string | null, toId: string | null): void {
	const key = `${fromId} ${toId}`;
	const flow = flows.get(key);
	if (flow) flow.children += 1;
	else flows.set(key, { fromId, toId, children: 1 });
}

function bySize(flows: ReadonlyMap<string, Flow>): Flow[] {
	return [...flows.values()].sort(
		(a, b) => b.children - a.children || `${a.fromId}${a.toId}`.localeCompare(`${b.fromId}${b.toId}`)
	);
}

/** A band of the picture: from a height on the left to one on the right, in children, largest teams first. */
export interface Band extends Flow {
	leftAt: number;
	rightAt: number;
}

export interface Side {
	id: string | null;
	at: number;
	children: number;
}

/** The flow as a picture: each side a column of blocks, a band for each pair, in units of one child. */
export function drawnFlow(flows: readonly Flow[]): { left: Side[]; right: Side[]; bands: Band[] } {
	const left = column(flows, ({ fromId }) => fromId);
	const right = column(flows, ({ toId }) => toId);
	const takenLeft = new Map(left.map(({ id, at }) => [id, at]));
	const takenRight = new Map(right.map(({ id, at }) => [id, at]));
	const place = (sides: readonly Side[], id: string | null) => sides.findIndex((side) => side.id === id);
	const inOrder = [...flows].sort(
		(a, b) => place(left, a.fromId) - place(left, b.fromId) || place(right, a.toId) - place(right, b.toId)
	);
	const bands = inOrder.map((flow): Band => {
		const leftAt = takenLeft.get(flow.fromId) ?? 0;
		const rightAt = takenRight.get(flow.toId) ?? 0;
		takenLeft.set(flow.fromId, leftAt + flow.children);
		takenRight.set(flow.toId, rightAt + flow.children);
		return { ...flow, leftAt, rightAt };
	});
	return { left, right, bands };
}

function column(flows: readonly Flow[], idOf: (flow: Flow) => string | null): Side[] {
	const sums = new Map<string | null, number>();
	for (const flow of flows) sums.set(idOf(flow), (sums.get(idOf(flow)) ?? 0) + flow.children);
	let at = 0;
	return [...sums]
		.sort(([, a], [, b]) => b - a)
		.map(([id, children]) => {
			const side = { id, at, children };
			at += children;
			return side;
		});
}
