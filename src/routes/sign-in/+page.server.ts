import { fail, redirect } from '@sveltejs/kit';
import { begin, knownBrowser, rememberBrowser } from '#lib/server/session.ts';
import { signIn, type SignInOutcome } from '#lib/server/work/sign-in.ts';
import { nextFrom } from './next.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals, url, isSubRequest }) => {
	if (locals.who && !isSubRequest) redirect(303, nextFrom(url));
	return { next: nextFrom(url), told: url.searchParams.get('told') };
};

export const actions: Actions = {
	default: async (event) => {
		const form = await event.request.formData();
		// A form that was posted after its session had ended comes here from within, with what was typed.
		if (event.isSubRequest) return { email: '', errors: [], kept: JSON.stringify(typedIn(form)) };

		const email = textOf(form, 'email').trim();
		const password = textOf(form, 'password');
		const kept = textOf(form, 'kept');
		const errors = [
			...(email ? [] : [{ field: 'email', words: 'Enter your e-mail address' }]),
			...(password ? [] : [{ field: 'password', words: 'Enter your password' }])
		];
		if (errors.length > 0) return fail(400, { email, errors, kept });

		const browser = knownBrowser(event.cookies);
		const outcome = await signIn({ email, password, address: event.getClientAddress(), browser });
		if (outcome.kind !== 'signed in')
			return fail(outcome.kind === 'wait' ? 429 : 400, { email, errors: [problem(outcome)], kept });
		await begin(event.cookies, outcome.accountId);
		rememberBrowser(event.cookies, outcome.browser);
		if (kept) return { resend: fieldsIn(kept) };
		redirect(303, nextFrom(event.url));
	}
};

function problem(outcome: Exclude<SignInOutcome, { kind: 'signed in' }>): { field: string; words: string } {
	if (outcome.kind === 'refused')
		return { field: 'email', words: 'The e-mail address or the password is not right' };
	const minutes = outcome.minutes === 1 ? '1 minute' : `${outcome.minutes} minutes`;
	return { field: 'email', words: `There were too many tries. Wait ${minutes}, then try again` };
}

function textOf(form: FormData, name: string): string {
	const value = form.get(name);
	return typeof value === 'string' ? value : '';
}

function typedIn(form: FormData): [string, string][] {
	return [...form].filter((field): field is [string, string] => typeof field[1] === 'string');
}

function fieldsIn(kept: string): [string, string][] {
	try {
		const fields: unknown = JSON.parse(kept);
		return Array.isArray(fields) ? fields.filter(isField) : [];
	} catch {
		return [];
	}
}

function isField(field: unknown): field is [string, string] {
	return Array.isArray(field) && field.length === 2 && field.every((part) => typeof part === 'string');
}
