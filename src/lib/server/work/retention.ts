import { maySetRetention, seesNames, type AskingRole } from '#lib/domain/access.ts';
import { isId } from '#lib/domain/asked.ts';
import { dayInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import {
	pastRetention,
	retentionConsequences,
	retentionInWords,
	retentionOn,
	retentionTyped,
	type RetentionChoice
} from '#lib/domain/retention.ts';
import { record } from '#lib/server/audit.ts';
import { claimForm, hasActed } from '#lib/server/store/cases.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { insertRetentionChoice, keptOfLeavers, retentionChoices } from '#lib/server/store/retention.ts';
import { numbered } from './heatmap.ts';
import { namesFor } from './names.ts';

interface Asker {
	accountId: string;
	name: string;
	role: AskingRole;
	today: CalendarDate;
}

/** What was typed, as it was typed. */
export interface RetentionForm {
	key: string;
	/** Empty: for good. */
	years: string;
	why: string;
}

const LONGEST_WORDS = 300;

/** How long records of staff are kept, who has left, and whose records are past their time: numbers, and no text. */
export async function retentionPage(tx: Transaction, { role, today }: Asker) {
	const [choices, leavers] = [await retentionChoices(tx), await keptOfLeavers(tx)];
	const standing = retentionOn(choices, today);
	const years = standing?.years ?? null;
	const past = pastRetention(leavers, years, today);
	const ids = past.map(({ practitionerId }) => practitionerId);
	const nameOf = seesNames(role) ? await namesFor(tx, ids) : numbered(ids);
	return {
		may: maySetRetention(role),
		years,
		said: retentionInWords(years),
		leavers: leavers.length,
		past: past.map((leaver) => ({
			key: leaver.practitionerId,
			name: nameOf(leaver.practitionerId),
			left: dayInWords(leaver.leftOn),
			since: dayInWords(leaver.pastFrom),
			...leaver
		})),
		set: choices.map(
			({ setOn, setBy, why, years: chosen }) =>
				`${dayInWords(setOn)}, ${setBy}: ${retentionInWords(chosen)} ${why}`
		)
	};
}

type Refused = { refused: { field: string; words: string }[] };

function read(by: Asker, form: RetentionForm): Refused | { choice: RetentionChoice } {
	const refused: Refused['refused'] = [];
	const typed = retentionTyped(form.years);
	if ('refused' in typed) refused.push({ field: 'years', words: typed.refused });
	const why = form.why.trim();
	if (why === '') refused.push({ field: 'why', words: 'Say where this comes from.' });
	else if (why.length > LONGEST_WORDS)
		refused.push({ field: 'why', words: `Use at most ${LONGEST_WORDS} characters.` });
	if (refused.length > 0 || 'refused' in typed) return { refused };
	return { choice: { years: typed.years, why, setOn: by.today, setBy: by.name } };
}

/** What the choice would say of those who have left. Nothing is written. */
export async function retentionPlan(tx: Transaction, by: Asker, form: RetentionForm) {
	if (!maySetRetention(by.role)) return 'not_yours' as const;
	const made = read(by, form);
	if ('refused' in made) return made;
	const { years } = made.choice;
	return { consequences: retentionConsequences(years, await keptOfLeavers(tx), by.today), days: [] };
}

/** Keeps the choice, once however often the form is sent. */
export async function chooseRetention(
	tx: Transaction,
	by: Asker,
	form: RetentionForm
): Promise<'absent' | 'not_yours' | 'done' | Refused> {
	if (!maySetRetention(by.role)) return 'not_yours';
	if (!isId(form.key)) return 'absent';
	if (await hasActed(tx, form.key)) return 'done';
	const made = read(by, form);
	if ('refused' in made) return made;
	if (!(await claimForm(tx, form.key, by.accountId))) return 'done';
	await insertRetentionChoice(tx, made.choice, by.accountId);
	await record(tx, by, { action: 'set', entity: 'retention', entityId: null });
	return 'done';
}
