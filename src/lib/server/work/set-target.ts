import { maySetTargets, type AskingRole } from '#lib/domain/access.ts';
import { isId } from '#lib/domain/asked.ts';
import { addMonths, dayInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import { MEASURES, PARTS, type Measure } from '#lib/domain/metrics.ts';
import {
	isMet,
	mayHaveTarget,
	targetInWords,
	targetOn,
	targetSetInWords,
	targetTyped,
	type Target
} from '#lib/domain/targets.ts';
import { dayAsTyped, dayTyped, noDay } from '#lib/domain/typed-day.ts';
import { capital } from '#lib/domain/wording.ts';
import { record } from '#lib/server/audit.ts';
import { claimForm, hasActed } from '#lib/server/store/cases.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { insertTarget, targetsOf } from '#lib/server/store/targets.ts';
import { monthsOf } from './measure-page.ts';

interface Leading {
	accountId: string;
	name: string;
	role: AskingRole;
	today: CalendarDate;
}

/** What was typed, as it was typed. */
export interface TargetForm {
	key: string;
	/** Empty: from then on there is none. */
	value: string;
	from: string;
	why: string;
}

const LONGEST_WORDS = 300;
const MONTHS_AHEAD = 24;
const MONTHS_TOLD = 12;

function measureToAim(measureId: string): Measure | null {
	const measure = [...MEASURES, ...PARTS].find(({ id }) => id === measureId);
	return measure && mayHaveTarget(measure) ? measure : null;
}

/** Null: no such measure, one that cannot be aimed at, or not theirs to set. */
export async function targetFormPage(tx: Transaction, by: Leading, measureId: string) {
	const measure = measureToAim(measureId);
	if (!measure || !maySetTargets(by.role)) return null;
	const targets = await targetsOf(tx, measure.id);
	const standing = targetOn(targets, by.today, by.today);
	return {
		measure: { id: measure.id, name: measure.name, definition: measure.definition },
		isShare: measure.kind === 'share',
		side: measure.better === 'higher' ? 'least' : 'most',
		value: standing ? String(inUnits(measure, standing.value)) : '',
		from: dayAsTyped(by.today),
		set: targets.map((target) => targetSetInWords(measure, target)).reverse()
	};
}

const inUnits = ({ kind }: Measure, value: number): number =>
	Math.round(value * (kind === 'share' ? 100 : 1) * 100) / 100;

type Refused = { refused: { field: string; words: string }[] };

function read(measure: Measure, by: Leading, form: TargetForm): Refused | { target: Target } {
	const refused: Refused['refused'] = [];
	const typed = form.value.trim() === '' ? { value: null } : targetTyped(measure, form.value);
	if ('refused' in typed) refused.push({ field: 'value', words: typed.refused });
	const from = dayTyped(form.from, by.today);
	if (from == null) refused.push({ field: 'from', words: noDay(form.from) });
	else if (from > addMonths(by.today, MONTHS_AHEAD))
		refused.push({ field: 'from', words: 'Choose a day within the next two years.' });
	const why = form.why.trim();
	if (why === '') refused.push({ field: 'why', words: 'Say where the target comes from.' });
	else if (why.length > LONGEST_WORDS)
		refused.push({ field: 'why', words: `Use at most ${LONGEST_WORDS} characters.` });
	if (refused.length > 0 || from == null || 'refused' in typed) return { refused };
	return {
		target: { measureId: measure.id, value: typed.value, from, why, setOn: by.today, setBy: by.name }
	};
}

type NotSet = 'absent' | 'not_yours' | Refused;
type Planned = {
	title: string;
	consequences: { words: string; grave: boolean }[];
	days: string[];
};

function make(
	by: Leading,
	measureId: string,
	form: TargetForm
): NotSet | { measure: Measure; target: Target } {
	if (!maySetTargets(by.role)) return 'not_yours';
	const measure = measureToAim(measureId);
	if (!measure) return 'absent';
	const made = read(measure, by, form);
	return 'refused' in made ? made : { measure, target: made.target };
}

/** What setting the target would say of the months there are. Nothing is written. */
export async function targetConsequences(
	tx: Transaction,
	by: Leading,
	measureId: string,
	form: TargetForm
): Promise<NotSet | Planned> {
	const made = make(by, measureId, form);
	if (typeof made === 'string' || 'refused' in made) return made;
	const { measure, target } = made;
	const { value, from } = target;
	const before = targetOn(await targetsOf(tx, measure.id), from, by.today);
	const same = before?.value === value && before?.from === from;
	const told = value === null ? [] : await monthsMet(tx, measure, { ...target, value }, by.today);
	return {
		title: value === null ? 'No target' : `Target ${targetInWords(measure, value)}`,
		consequences: [
			{
				words:
					value === null
						? `From ${dayInWords(from)} there is no target.`
						: `It stands from ${dayInWords(from)} until another is set, for the authority, each service and each team.`,
				grave: false
			},
			...(before && !same
				? [{ words: `Until then: ${targetSetInWords(measure, before)}`, grave: false }]
				: []),
			...told
		],
		days: []
	};
}

async function monthsMet(
	tx: Transaction,
	measure: Measure,
	target: Target & { value: number },
	today: CalendarDate
): Promise<{ words: string; grave: boolean }[]> {
	const months = (await monthsOf(tx, measure, today)).slice(-MONTHS_TOLD);
	const judged = months.flatMap(({ on, figure }) => {
		const met = isMet(measure, figure, target.value);
		return met === null ? [] : [{ on, met }];
	});
	if (judged.length === 0) return [];
	const met = judged.filter((each) => each.met).length;
	const drawn = judged.filter(({ on }) => on >= target.from).length;
	return [
		{ words: `Of the last ${judged.length} month-ends, ${met} would have met it.`, grave: false },
		{
			words:
				drawn === 0
					? 'No month-end is judged by it yet.'
					: `${capital(`${drawn} of them`)} ${drawn === 1 ? 'is' : 'are'} judged by it, though it is set today.`,
			grave: false
		}
	];
}

/** Keeps the target, once however often the form is sent. */
export async function saveTarget(
	tx: Transaction,
	by: Leading,
	measureId: string,
	form: TargetForm
): Promise<NotSet | 'done'> {
	if (!isId(form.key)) return 'absent';
	if (await hasActed(tx, form.key)) return 'done';
	const made = make(by, measureId, form);
	if (typeof made === 'string' || 'refused' in made) return made;
	if (!(await claimForm(tx, form.key, by.accountId))) return 'done';
	await insertTarget(tx, made.target, by.accountId);
	await record(tx, by, { action: 'set', entity: 'target', entityId: measureId });
	return 'done';
}
