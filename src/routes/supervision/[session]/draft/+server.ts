import { json } from '@sveltejs/kit';
import { isId } from '#lib/domain/asked.ts';
import { REFUSAL_IN_WORDS } from '#lib/domain/supervision-wording.ts';
import { who } from '#lib/server/session.ts';
import { timeOf } from '#lib/server/work/supervision-page.ts';
import { conflictWith, editionOf, PERSONAL, saveTyped, textsOf, tooLong } from '../typed.server.ts';
import type { RequestHandler } from './$types';

/** Saves what is being written: as JSON while the page is open, as a form when it goes away and nobody can choose. */
export const POST: RequestHandler = async (event) => {
	const by = who(event);
	const { session } = event.params;
	const part = event.url.searchParams.get('part') ?? '';
	const goesAway = !(event.request.headers.get('content-type') ?? '').startsWith('application/json');
	const given = await sent(event.request, goesAway);
	const edition = given && editionOf(given('version'));
	if (!isId(session) || (part !== PERSONAL && !isId(part)))
		return json({ message: 'Not found' }, { status: 404 });
	if (!given || edition === null) return json({ words: 'This is not a draft of a note.' }, { status: 400 });
	const texts = textsOf(part, given);
	const long = tooLong(texts);
	if (long) return json(long, { status: 413 });
	const meanwhile = goesAway ? 'keep both' : 'tell';
	const saved = await saveTyped(by, { sessionId: session, part }, { texts, edition }, meanwhile);
	if ('edition' in saved) return json({ version: saved.edition, at: timeOf(saved.savedAt) ?? '' });
	if ('stored' in saved) return json({ conflict: conflictWith(saved.stored) }, { status: 409 });
	const { refused } = saved;
	if (refused === 'ABSENT' || refused === 'NOT_ON_AGENDA')
		return json({ message: 'Not found' }, { status: 404 });
	return json({ words: REFUSAL_IN_WORDS[refused] }, { status: refused === 'NOT_A_PARTY' ? 403 : 409 });
};

/** The fields that came; null: what came is no form and no JSON. */
async function sent(request: Request, asForm: boolean): Promise<((field: string) => unknown) | null> {
	try {
		if (asForm) {
			const form = await request.formData();
			return (field) => form.get(field);
		}
		const body = (await request.json()) as { version?: unknown; texts?: Record<string, unknown> } | null;
		return (field) => (field === 'version' ? body?.version : body?.texts?.[field]);
	} catch {
		return null;
	}
}
