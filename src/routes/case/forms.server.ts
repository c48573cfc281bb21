import type { RequestEvent } from '@sveltejs/kit';
import type { CaseConsequences, CaseRefused } from '#lib/server/work/keep-case.ts';

export const NOT_YOURS = 'Cases are kept by those who manage practice, in their own teams.';

export async function textsIn(event: RequestEvent): Promise<(name: string) => string> {
	const data = await event.request.formData();
	return (name) => {
		const value = data.get(name);
		return typeof value === 'string' ? value.replaceAll('\r\n', '\n') : '';
	};
}

/** What is shown when a form comes back: what was typed, with what is wrong, in conflict, or would follow. */
export function shown<Typed extends { edition: string }>(
	typed: Typed,
	outcome: { refused: CaseRefused[] } | { conflict: string; edition: string } | CaseConsequences
) {
	return {
		typed: 'conflict' in outcome ? { ...typed, edition: outcome.edition } : typed,
		errors: 'refused' in outcome ? outcome.refused : [],
		conflict: 'conflict' in outcome ? outcome.conflict : null,
		plan: 'consequences' in outcome ? outcome : null
	};
}
