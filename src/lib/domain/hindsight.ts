import { CODES, type Code } from './codes.ts';
import type { Finding, Subject } from './flags.ts';
import { isNote, type NotYetKnown } from './learned-later.ts';

/** One flag as it stood with what was known then, and as it would with everything recorded since. */
export interface ThenAndWithHindsight {
	code: Code;
	subject: Subject;
	/** Null: it did not stand. */
	then: Finding | null;
	withHindsight: Finding | null;
	change: 'same' | 'only_then' | 'only_with_hindsight' | 'differs';
}

export interface Compared {
	rows: readonly ThenAndWithHindsight[];
	/** Exactly the notes that were written up after the day. */
	notes: readonly NotYetKnown[];
	/** Everything else that was recorded after it. */
	others: readonly NotYetKnown[];
}

/** What stood on a day beside what would stand with all facts; findings are compared before folding. */
export function comparedWithHindsight(
	then: readonly Finding[],
	withHindsight: readonly Finding[],
	learnedLater: readonly NotYetKnown[]
): Compared {
	const key = ({ code, subject }: Finding) => `${code} ${subject.id}`;
	const later = new Map(withHindsight.map((finding) => [key(finding), finding]));
	const rows = then.map((finding): ThenAndWithHindsight => {
		const match = later.get(key(finding)) ?? null;
		later.delete(key(finding));
		return row(finding, match);
	});
	for (const finding of later.values()) rows.push(row(null, finding));
	return {
		rows: rows.sort((a, b) => CODES.indexOf(a.code) - CODES.indexOf(b.code)),
		notes: learnedLater.filter(isNote),
		others: learnedLater.filter((fact) => !isNote(fact))
	};
}

function row(then: Finding, withHindsight: Finding | null): ThenAndWithHindsight;
function row(then: null, withHindsight: Finding): ThenAndWithHindsight;
function row(then: Finding | null, withHindsight: Finding | null): ThenAndWithHindsight {
	const { code, subject } = (then ?? withHindsight) as Finding;
	return { code, subject, then, withHindsight, change: changeBetween(then, withHindsight) };
}

function changeBetween(then: Finding | null, withHindsight: Finding | null): ThenAndWithHindsight['change'] {
	if (then === null) return 'only_with_hindsight';
	if (withHindsight === null) return 'only_then';
	const said = ({ severity, since, facts }: Finding) => JSON.stringify([severity, since, facts]);
	return said(then) === said(withHindsight) ? 'same' : 'differs';
}
