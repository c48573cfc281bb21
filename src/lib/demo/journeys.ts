import { addDays, addWorkingDays, daysBetween, type CalendarDate } from '#lib/domain/calendar.ts';
import type { Kind } from '#lib/domain/policy.ts';
import type { Chance } from './chance.ts';
import type { Work } from './plan.ts';
import { activeKinds, begin, end, type Unit } from './units.ts';

/** What may happen next to a case, on its day. */
export type Step =
	| 'enquiry ends'
	| 'conference'
	| 'assessment ends'
	| 'support reviewed'
	| 'plan reviewed'
	| 'pre-proceedings end'
	| 'court decides'
	| 'settles'
	| 'matched for good'
	| 'comes of age'
	| 'over';

/** What a step changes beside the kinds. */
export interface Consequence {
	close?: boolean;
	/** The work that the case now needs, where another team does it. */
	moveTo?: Work;
}

export interface Journey {
	/** Begins the first kind of a case that arrives. */
	arrive(unit: Unit, kind: Kind, day: CalendarDate): void;
	take(unit: Unit, step: Step, day: CalendarDate): Consequence;
}

/** How long each kind usually runs, in days; assessments and enquiries in working days. */
export const USUAL_DAYS: Record<Kind, readonly [least: number, most: number]> = {
	section_47: [6, 13],
	assessment: [22, 43],
	child_in_need: [70, 290],
	child_protection: [130, 400],
	pre_proceedings: [70, 150],
	care_proceedings: [140, 230],
	looked_after: [120, 300],
	looked_after_settled: [260, 560],
	looked_after_long_term: [500, 2000],
	short_breaks: [250, 1100],
	care_leaver: [400, 1250]
};

/** Closing a case soon after an enquiry is a thing to explain, so it is seldom done. */
export function enquiredLately(unit: Unit, day: CalendarDate): boolean {
	return unit.kinds.some(({ kind, to }) => kind === 'section_47' && to !== null && daysBetween(to, day) < 92);
}

export function journey(
	length: number,
	chance: Chance,
	schedule: (unit: Unit, step: Step, on: CalendarDate) => void
): Journey {
	const later = (kind: Kind, day: CalendarDate) => {
		const [least, most] = USUAL_DAYS[kind];
		return addDays(day, Math.max(2, Math.round(chance.whole(least, most) * length)));
	};
	const enquire = (unit: Unit, day: CalendarDate) => {
		const enquiry = begin(unit, 'section_47', day);
		enquiry.conferenceNeeded = chance.yes(0.34);
		schedule(unit, 'enquiry ends', addWorkingDays(day, chance.whole(...USUAL_DAYS.section_47)));
	};
	const support = (unit: Unit, day: CalendarDate, least = 0) => {
		begin(unit, 'child_in_need', day);
		const on = later('child_in_need', day);
		schedule(
			unit,
			'support reviewed',
			daysBetween(day, on) < least ? addDays(day, least + chance.whole(0, 60)) : on
		);
	};
	const plan = (unit: Unit, day: CalendarDate) => {
		for (const kind of activeKinds(unit, day)) end(unit, kind, day);
		begin(unit, 'child_protection', day);
		schedule(unit, 'plan reviewed', later('child_protection', day));
	};
	const steps: Record<Step, (unit: Unit, day: CalendarDate) => Consequence> = {
		'enquiry ends': (unit, day) => {
			const enquiry = unit.kinds.find(({ kind, to }) => kind === 'section_47' && to === null);
			if (!enquiry) return {};
			end(unit, 'section_47', day);
			if (enquiry.conferenceNeeded) {
				const limit = addWorkingDays(enquiry.from, 15);
				const held = chance.yes(0.04) ? addWorkingDays(limit, chance.whole(1, 4)) : addWorkingDays(day, 3);
				enquiry.conferenceOn = held > limit && chance.yes(0.8) ? limit : held;
				schedule(unit, 'conference', enquiry.conferenceOn);
			}
			return {};
		},
		conference: (unit, day) => {
			plan(unit, day);
			return { moveTo: 'help' };
		},
		'assessment ends': (unit, day) => {
			const kinds = activeKinds(unit, day);
			if (!kinds.includes('assessment')) return {};
			const enquiring = kinds.includes('section_47');
			const awaitsConference = unit.kinds.some(
				({ conferenceOn }) => conferenceOn !== null && conferenceOn >= day
			);
			if (enquiring || awaitsConference) {
				schedule(unit, 'assessment ends', addWorkingDays(day, 4));
				return {};
			}
			end(unit, 'assessment', day);
			const lately = enquiredLately(unit, day);
			if (chance.yes(lately ? 0.03 : 0.48)) return { close: true };
			support(unit, day, lately ? 95 : 0);
			return chance.yes(0.85) ? { moveTo: 'help' } : {};
		},
		'support reviewed': (unit, day) => {
			if (!activeKinds(unit, day).includes('child_in_need')) return {};
			if (enquiredLately(unit, day) || chance.yes(0.14)) {
				schedule(unit, 'support reviewed', addDays(day, chance.whole(60, 110)));
				if (chance.yes(0.45) && !enquiredLately(unit, day)) enquire(unit, day);
				return {};
			}
			return { close: true };
		},
		'plan reviewed': (unit, day) => {
			const next = chance.weighted({ support: 48, again: 18, close: 8, legal: 26 });
			if (next === 'again') schedule(unit, 'plan reviewed', addDays(day, chance.whole(90, 180)));
			else if (next === 'legal') {
				begin(unit, 'pre_proceedings', day);
				schedule(unit, 'pre-proceedings end', later('pre_proceedings', day));
			} else {
				end(unit, 'child_protection', day);
				if (next === 'close') return { close: true };
				support(unit, day);
			}
			return {};
		},
		'pre-proceedings end': (unit, day) => {
			end(unit, 'pre_proceedings', day);
			if (chance.yes(0.5)) {
				schedule(unit, 'plan reviewed', addDays(day, chance.whole(60, 120)));
				return {};
			}
			end(unit, 'child_protection', day);
			begin(unit, 'care_proceedings', day);
			begin(unit, 'looked_after', day);
			schedule(unit, 'court decides', later('care_proceedings', day));
			return {};
		},
		'court decides': (unit, day) => {
			end(unit, 'care_proceedings', day);
			end(unit, 'looked_after', day);
			if (chance.yes(0.3)) {
				support(unit, day);
				return { moveTo: 'help' };
			}
			begin(unit, 'looked_after_settled', day);
			schedule(unit, 'matched for good', later('looked_after_settled', day));
			return { moveTo: 'care' };
		},
		settles: (unit, day) => {
			end(unit, 'looked_after', day);
			if (chance.yes(0.3)) return { close: true };
			begin(unit, 'looked_after_settled', day);
			schedule(unit, 'matched for good', later('looked_after_settled', day));
			return {};
		},
		'matched for good': (unit, day) => {
			end(unit, 'looked_after_settled', day);
			if (chance.yes(0.45)) return { close: true };
			begin(unit, 'looked_after_long_term', day);
			schedule(unit, 'comes of age', later('looked_after_long_term', day));
			return {};
		},
		'comes of age': (unit, day) => {
			end(unit, 'looked_after_long_term', day);
			begin(unit, 'care_leaver', day);
			schedule(unit, 'over', later('care_leaver', day));
			return {};
		},
		over: () => ({ close: true })
	};

	return {
		arrive(unit, kind, day) {
			if (kind === 'section_47') {
				enquire(unit, day);
				begin(unit, 'assessment', day);
				schedule(unit, 'assessment ends', addWorkingDays(day, chance.whole(24, 43)));
				return;
			}
			if (kind === 'child_protection') return plan(unit, day);
			if (kind === 'care_proceedings') begin(unit, 'looked_after', day);
			begin(unit, kind, day);
			const slow = chance.yes(0.045);
			const [least, most] = USUAL_DAYS.assessment;
			const on =
				kind === 'assessment'
					? addWorkingDays(
							day,
							slow
								? chance.whole(46, 66)
								: Math.max(4, Math.round(chance.whole(least, most) * Math.min(1, length)))
						)
					: later(kind, day);
			schedule(unit, endOf[kind], on);
		},
		take: (unit, step, day) => steps[step](unit, day)
	};
}

/** The step that ends a kind which began by itself. */
export const endOf: Record<Kind, Step> = {
	section_47: 'enquiry ends',
	assessment: 'assessment ends',
	child_in_need: 'support reviewed',
	child_protection: 'plan reviewed',
	pre_proceedings: 'pre-proceedings end',
	care_proceedings: 'court decides',
	looked_after: 'settles',
	looked_after_settled: 'matched for good',
	looked_after_long_term: 'comes of age',
	short_breaks: 'over',
	care_leaver: 'over'
};
