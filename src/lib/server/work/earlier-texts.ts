import { isId } from '#lib/domain/asked.ts';
import type { DiscussionText } from '#lib/domain/supervision-note.ts';
import { PARTS_IN_WORDS } from '#lib/domain/supervision-wording.ts';
import { unseal } from '#lib/server/sealing.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { earlierTexts } from '#lib/server/store/earlier-texts.ts';
import { saveDiscussion, savePersonalNote, type Asker, type Saved } from './hold-supervision.ts';
import { timeOf } from './supervision-page.ts';

/** An earlier text of a draft, as the two whose note it is read it. */
export interface EarlierShown {
	id: string;
	/** "Saved 14:32, changed 14:35" */
	when: string;
	/** Null: it was sealed with a key that this server does not have. */
	fields: { label: string; text: string }[] | null;
}

/** What was taken out of one part of a draft, the latest first. Empty for anybody but the two. */
export async function earlierShown(
	tx: Transaction,
	sessionId: string,
	part: { caseId: string } | 'personal'
): Promise<EarlierShown[]> {
	const found = await earlierTexts(tx, sessionId, part === 'personal' ? null : part.caseId);
	return found.map((each): EarlierShown => {
		const when = `Saved ${timeOf(each.savedAt)}, changed ${timeOf(each.replacedAt)}`;
		if (each.caseId === null) {
			const text = unseal(each, sessionId);
			return { id: each.id, when, fields: text === null ? null : [{ label: 'Personal note', text }] };
		}
		const { text } = each;
		const fields = PARTS_IN_WORDS.map(({ key, label }) => ({ label, text: text[key] }));
		return { id: each.id, when, fields: fields.filter((field) => field.text !== '') };
	});
}

/**
 * Puts an earlier text back in place of the edition that was seen, which then is an earlier text itself. `part` is a
 * case, or `personal`.
 */
export async function putBack(
	tx: Transaction,
	by: Asker,
	where: { sessionId: string; part: string },
	asked: { id: string; edition: number }
): Promise<Saved<DiscussionText> | Saved<string>> {
	const { sessionId, part } = where;
	const { id, edition } = asked;
	const ofNote = part === 'personal';
	if (!ofNote && !isId(part)) return { refused: 'ABSENT' };
	const earlier = (await earlierTexts(tx, sessionId, ofNote ? null : part)).find((each) => each.id === id);
	if (!earlier) return { refused: 'ABSENT' };
	if (earlier.caseId !== null)
		return saveDiscussion(tx, by, sessionId, earlier.caseId, { text: earlier.text, edition });
	const text = unseal(earlier, sessionId);
	if (text === null) return { refused: 'CANNOT_OPEN' };
	return savePersonalNote(tx, by, sessionId, { text, edition });
}
