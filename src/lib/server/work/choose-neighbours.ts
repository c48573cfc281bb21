import { maySetTargets, type AskingRole } from '#lib/domain/access.ts';
import { isId } from '#lib/domain/asked.ts';
import { choiceProblem, MOST_NEIGHBOURS, NOTHING_CHOSEN } from '#lib/domain/benchmarks.ts';
import { dayInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import { listInWords } from '#lib/domain/wording.ts';
import { record } from '#lib/server/audit.ts';
import {
	authoritiesPublished,
	comparisonsChosen,
	insertComparison,
	type ComparisonChosen
} from '#lib/server/store/benchmarks.ts';
import { claimForm, hasActed } from '#lib/server/store/cases.ts';
import type { Transaction } from '#lib/server/store/database.ts';

interface Leading {
	accountId: string;
	name: string;
	role: AskingRole;
	today: CalendarDate;
}

export interface NeighboursForm {
	key: string;
	own: string;
	neighbours: string[];
}

/** The authorities to choose among by region, what is chosen, and who chose what before. */
export async function neighboursPage(tx: Transaction) {
	const published = await authoritiesPublished(tx);
	const latest = Math.max(0, ...published.map(({ lastYear }) => lastYear));
	// One that was abolished often left its name to its successor.
	const authorities = published.map(({ code, name, region, lastYear }) => ({
		code,
		region,
		name: lastYear === latest ? name : `${name} (until ${lastYear})`
	}));
	const chosen = await comparisonsChosen(tx);
	const [standing = NOTHING_CHOSEN] = chosen;
	const names = new Map(authorities.map(({ code, name }) => [code, name]));
	const nameOf = (code: string) => names.get(code) ?? code;
	const regions = [...new Set(authorities.map(({ region }) => region))].sort();
	const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
	return {
		most: MOST_NEIGHBOURS,
		own: standing.ownCode ?? '',
		neighbours: [...standing.neighbourCodes],
		regions: regions.map((region) => ({
			region,
			authorities: authorities.filter((each) => each.region === region).sort(byName)
		})),
		chosen: chosen.map((each) => choiceInWords(each, nameOf))
	};
}

function choiceInWords(
	{ ownCode, neighbourCodes, chosenOn, chosenBy }: ComparisonChosen,
	nameOf: (code: string) => string
): string {
	const own = ownCode === null ? 'no authority' : nameOf(ownCode);
	const beside = neighbourCodes.length === 0 ? 'no neighbours' : listInWords(neighbourCodes.map(nameOf));
	return `${own}, beside ${beside}. Chosen by ${chosenBy} on ${dayInWords(chosenOn)}.`;
}

/** Keeps the choice, once however often the form is sent. */
export async function chooseNeighbours(
	tx: Transaction,
	by: Leading,
	form: NeighboursForm
): Promise<'absent' | 'not_yours' | 'done' | { refused: { field: string; words: string }[] }> {
	if (!isId(form.key)) return 'absent';
	if (!maySetTargets(by.role)) return 'not_yours';
	if (await hasActed(tx, form.key)) return 'done';
	const known = new Set((await authoritiesPublished(tx)).map(({ code }) => code));
	const choice = {
		ownCode: form.own === '' ? null : form.own,
		neighbourCodes: [...new Set(form.neighbours)].sort()
	};
	const problem = choiceProblem(choice, known);
	if (problem) return { refused: [problem] };
	if (!(await claimForm(tx, form.key, by.accountId))) return 'done';
	const id = await insertComparison(tx, { ...choice, chosenOn: by.today, chosenBy: by.name }, by.accountId);
	await record(tx, by, { action: 'chosen', entity: 'comparison', entityId: id });
	return 'done';
}
