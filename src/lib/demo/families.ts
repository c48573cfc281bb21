import { addDays, addMonths, type CalendarDate } from '#lib/domain/calendar.ts';
import type { Kind } from '#lib/domain/policy.ts';
import type { Chance } from './chance.ts';
import type { TeamPlan } from './plan.ts';
import type { Child, Unit } from './units.ts';

export interface Families {
	/** A family that comes to the authority's notice, or comes back. */
	meet(kind: Kind, team: TeamPlan, openedOn: CalendarDate, room: number): Unit;
	/** The family may come back some day. */
	part(unit: Unit): void;
}

const ALONE: ReadonlySet<Kind> = new Set([
	'looked_after',
	'looked_after_settled',
	'looked_after_long_term',
	'short_breaks',
	'care_leaver'
]);

/** Months of age between which a child is when a case of the kind opens. */
const AGES: Partial<Record<Kind, readonly [least: number, most: number]>> = {
	looked_after: [10, 190],
	looked_after_settled: [20, 180],
	looked_after_long_term: [60, 160],
	short_breaks: [40, 180],
	care_leaver: [217, 240],
	care_proceedings: [1, 120],
	pre_proceedings: [1, 130]
};

export function families(chance: Chance): Families {
	const parted: Unit[] = [];
	let children = 0;
	let households = 0;
	const child = (kind: Kind, openedOn: CalendarDate, eldest: boolean): Child => {
		const [least, most] = AGES[kind] ?? [0, 200];
		const unborn = eldest && AGES[kind] === undefined && chance.yes(0.02);
		const small = AGES[kind] === undefined && chance.yes(0.06);
		const months = small
			? chance.whole(1, 23)
			: chance.whole(Math.max(least, small ? 0 : AGES[kind] ? least : 24), most);
		children += 1;
		return {
			childId: `C-${String(50_000 + children)}`,
			caseId: '',
			dateOfBirth: unborn ? null : addDays(addMonths(openedOn, -months), -chance.whole(0, 29)),
			unborn,
			complexity: Number(chance.weighted({ '0': 80, '1': 13, '2': 5, '3': 2 }))
		};
	};
	const unitOf = (
		members: Child[],
		familyId: string | null,
		team: TeamPlan,
		openedOn: CalendarDate
	): Unit => ({
		children: members,
		familyId,
		openedOn,
		closedOn: null,
		closureReason: null,
		team,
		kinds: [],
		leads: [],
		coWorkers: [],
		discussed: [],
		scripted: false
	});
	return {
		meet(kind, team, openedOn, room) {
			const back =
				!ALONE.has(kind) && parted.length > 60 && chance.yes(0.16) ? chance.whole(0, parted.length - 40) : -1;
			const again = back < 0 ? undefined : parted[back];
			if (
				again &&
				again.children.length <= room &&
				again.closedOn !== null &&
				again.closedOn < addDays(openedOn, -20)
			) {
				parted.splice(back, 1);
				const members = again.children.map((each) => ({ ...each, caseId: '', unborn: false }));
				for (const member of members) member.dateOfBirth ??= addDays(again.openedOn, 70);
				return unitOf(members, again.familyId, team, openedOn);
			}
			const wanted = ALONE.has(kind) ? 1 : Number(chance.weighted({ '1': 45, '2': 31, '3': 17, '4': 7 }));
			const size = Math.max(1, Math.min(room, wanted));
			const members = Array.from({ length: size }, (_, place) => child(kind, openedOn, place === 0));
			if (size > 1) households += 1;
			return unitOf(members, size > 1 ? `F-${String(7000 + households)}` : null, team, openedOn);
		},
		part(unit) {
			if (
				unit.children.every(
					({ dateOfBirth }) =>
						dateOfBirth === null || dateOfBirth > addMonths(unit.closedOn ?? unit.openedOn, -190)
				)
			)
				parted.push(unit);
			if (parted.length > 4000) parted.splice(0, 1000);
		}
	};
}
