import { fail, redirect } from '@sveltejs/kit';
import { atTheDoor, end, rememberBrowser } from '#lib/server/session.ts';
import { linkBehind, prepared, setPassword } from '#lib/server/work/accounts.ts';
import type { PasswordRefusal } from '#lib/server/work/passwords.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ params }) => {
	const link = await atTheDoor((tx) => linkBehind(tx, params.token));
	return link.state === 'good'
		? { state: link.state, email: link.email }
		: { state: link.state, email: null };
};

export const actions: Actions = {
	default: async (event) => {
		const { token } = event.params;
		const link = await atTheDoor((tx) => linkBehind(tx, token));
		if (link.state !== 'good') return fail(410, { errors: [] });
		const form = await event.request.formData();
		const password = form.get('password');
		if (typeof password !== 'string' || password === '')
			return fail(400, { errors: [{ field: 'password', words: 'Enter a new password' }] });
		const ready = await prepared(password, link.email);
		if ('code' in ready) return fail(400, { errors: [{ field: 'password', words: inWords(ready) }] });
		if (form.get('again') !== password)
			return fail(400, { errors: [{ field: 'again', words: 'Type the same password both times' }] });
		const done = await atTheDoor((tx) => setPassword(tx, token, ready.passwordHash));
		if (!done) return fail(410, { errors: [] });
		await end(event.cookies);
		rememberBrowser(event.cookies, done.browser);
		redirect(303, '/sign-in?told=password-set');
	}
};

function inWords(refusal: PasswordRefusal): string {
	switch (refusal.code) {
		case 'TOO_SHORT':
			return `Use at least ${refusal.least} characters. Four words in a row are easy to remember`;
		case 'TOO_LONG':
			return `Use at most ${refusal.most} characters`;
		case 'COMMON':
			return 'Many people use this password, so it is tried first. Choose another, such as four words that do not belong together';
		case 'PREDICTABLE':
			return 'This repeats itself or follows the keyboard, so it is quickly guessed. Choose another';
		case 'OWN_NAME':
			return 'This is your own name or the name of this service. Choose another';
	}
}
