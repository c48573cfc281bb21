import { error, fail, type RequestEvent } from '@sveltejs/kit';

/** What was typed into a field, by its name; empty where it was not sent. */
export type Text = (field: string) => string;

/** The texts of a form, with lines ended as everywhere else. */
export function textsOf(data: FormData): Text {
	return (field) => {
		const value = data.get(field);
		return typeof value === 'string' ? value.replaceAll('\r\n', '\n') : '';
	};
}

export async function textsIn(event: RequestEvent): Promise<Text> {
	return textsOf(await event.request.formData());
}

/** The same without space around them: for fields of one line. */
export function trimmed(text: Text): Text {
	return (field) => text(field).trim();
}

/** The boxes of one name that were ticked, or what stood for them in one field, with spaces between. */
export function ticked(data: FormData, field: string): string {
	return data
		.getAll(field)
		.flatMap((value) => (typeof value === 'string' && value !== '' ? value : []))
		.join(' ');
}

/** Everything that was typed, to be shown again. */
export function typedIn(data: FormData): Record<string, string> {
	return Object.fromEntries(
		[...data].flatMap(([field, value]) => (typeof value === 'string' ? [[field, value]] : []))
	);
}

interface Refused {
	field: string;
	words: string;
}

type Outcome = { refused: Refused[] } | { conflict: string; edition: string } | { consequences: unknown };

/** What is shown when a form comes back: what was typed, with what is wrong, in conflict, or would follow. */
export function shown<Typed extends object, Came extends Outcome>(typed: Typed, outcome: Came) {
	return {
		typed: 'conflict' in outcome ? { ...typed, edition: outcome.edition } : typed,
		errors: 'refused' in outcome ? outcome.refused : [],
		conflict: 'conflict' in outcome ? outcome.conflict : null,
		plan: 'consequences' in outcome ? (outcome as Extract<Came, { consequences: unknown }>) : null
	};
}

/** The answer to a form that did not act: what would follow, or why it may not; and those who may not are turned away. */
export function answered<Typed extends object, Came extends Outcome>(
	typed: Typed,
	outcome: Came | 'absent' | 'not_yours' | 'done',
	notYours: string
) {
	if (typeof outcome !== 'string') {
		const answer = shown(typed, outcome);
		if ('consequences' in outcome) return answer;
		return fail('conflict' in outcome ? 409 : 400, answer);
	}
	if (outcome === 'not_yours') error(403, notYours);
	error(404);
}
