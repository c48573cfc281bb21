import { DISCUSSION_FIELDS, MOST_CHARACTERS, type DiscussionText } from '#lib/domain/supervision-note.ts';
import { timeOf } from '#lib/server/work/supervision-page.ts';
import {
	saveDiscussion,
	savePersonalNote,
	type Meanwhile,
	type Part,
	type Saved
} from '#lib/server/work/hold-supervision.ts';
import { asPerson, type Who } from '#lib/server/session.ts';

/** The words of one part as they were sent, by the name of the field. */
export type Texts = Record<string, string>;

export const PERSONAL = 'personal';

export function fieldsOf(part: string): readonly string[] {
	return part === PERSONAL ? [PERSONAL] : DISCUSSION_FIELDS;
}

export function textsOf(part: string, given: (field: string) => unknown): Texts {
	return Object.fromEntries(
		fieldsOf(part).map((field) => {
			const value = given(field);
			return [field, typeof value === 'string' ? value.replaceAll('\r\n', '\n') : ''];
		})
	);
}

/** Null: no number of an edition, so not one of our forms. */
export function editionOf(given: unknown): number | null {
	const edition = typeof given === 'string' && given !== '' ? Number(given) : given;
	return typeof edition === 'number' && Number.isInteger(edition) && edition >= 0 && edition < 1e9
		? edition
		: null;
}

/** What is too long to be saved, in words; null: nothing. */
export function tooLong(texts: Texts): { field: string; words: string } | null {
	const long = Object.entries(texts).find(([, text]) => text.length > MOST_CHARACTERS);
	if (!long) return null;
	const [field, text] = long;
	const most = MOST_CHARACTERS.toLocaleString('en-GB');
	const words = `Not saved: this has ${text.length.toLocaleString('en-GB')} characters, and ${most} is the most that fits. Shorten it; your text is still here.`;
	return { field, words };
}

/** Saves one part. `edition` null: it builds on none, and is kept after whatever is stored. */
export async function saveTyped(
	by: Who,
	where: { sessionId: string; part: string },
	typed: { texts: Texts; edition: number | null },
	meanwhile: Meanwhile
): Promise<Saved<DiscussionText> | Saved<string>> {
	const { sessionId, part } = where;
	const { texts, edition } = typed;
	if (part !== PERSONAL) {
		const text = discussionOf(texts);
		return asPerson(by, (tx) => saveDiscussion(tx, by, sessionId, part, { text, edition }, meanwhile));
	}
	const text = texts[PERSONAL] ?? '';
	return asPerson(by, (tx) => savePersonalNote(tx, by, sessionId, { text, edition }, meanwhile));
}

function discussionOf(texts: Texts): DiscussionText {
	const { summary = '', analysis = '', livedExperience = '', decision = '' } = texts;
	return { summary, analysis, livedExperience, decision };
}

/** What is stored instead, for whoever would overwrite it. */
export function conflictWith(stored: Part<DiscussionText> | Part<string>) {
	const { text, edition, savedAt } = stored;
	return {
		by: 'Somebody else, or you in another window,',
		at: timeOf(savedAt) ?? '',
		version: edition,
		texts: (typeof text === 'string' ? { [PERSONAL]: text } : { ...text }) as Texts
	};
}
