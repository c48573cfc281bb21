import { dev } from '$app/environment';
import {
	error,
	isHttpError,
	isRedirect,
	redirect,
	text,
	type Handle,
	type HandleServerError,
	type RequestEvent,
	type ServerInit
} from '@sveltejs/kit';
import { isAmong, whoMayOpen } from '#lib/domain/access.ts';
import { describeError, isDatabaseAway, log } from '#lib/server/log.ts';
import { prepare, recognise } from '#lib/server/session.ts';

const AWAY = 'The database cannot be reached just now. Nothing was saved. Try again in a minute.';
const MOST_KEPT_BYTES = 256 * 1024;

export const init: ServerInit = async () => {
	if (dev) await prepare();
};

export const handle: Handle = async ({ event, resolve }) => {
	const startedAt = performance.now();
	const requestId = event.request.headers.get('x-request-id') ?? crypto.randomUUID();
	Object.assign(event.locals, { who: null, requestId } satisfies App.Locals);
	let status: number | null = null;
	try {
		const response = isCrossSite(event)
			? text('This came from another site, and was refused.\n', { status: 403 })
			: await guarded({ event, resolve });
		({ status } = response);
		return response;
	} catch (thrown) {
		if (isRedirect(thrown) || isHttpError(thrown)) ({ status } = thrown);
		throw thrown;
	} finally {
		if (!event.isSubRequest)
			log.info({
				requestId,
				method: event.request.method,
				route: event.route.id,
				allowed: isAllowed(event),
				status,
				accountId: event.locals.who?.accountId,
				ms: Math.round(performance.now() - startedAt)
			});
	}
};

const guarded: Handle = async ({ event, resolve }) => {
	// A malformed address, which leads nowhere. The framework catches nothing that is thrown here.
	if (event.route.id === null) return resolve(event);
	if (event.route.id !== '/health') event.locals.who = await recognise(event.cookies).catch(unavailable);
	if (!isAllowed(event)) return event.locals.who ? absent(event) : askToSignIn(event);
	const response = await resolve(event, { preload: ({ type }) => type !== 'asset' });
	return isAbsentPage(event, response) ? absent(event) : response;
};

function isAllowed({ route, locals }: RequestEvent): boolean {
	const may = route.id === null ? null : whoMayOpen(route.id);
	return may !== null && isAmong(may, locals.who?.role ?? null);
}

/** The page framework looks at forms only; a request of any other kind, or of none, counts as well. */
function isCrossSite(event: RequestEvent): boolean {
	return !reads(event) && event.request.headers.get('origin') !== event.url.origin;
}

function reads({ request }: RequestEvent): boolean {
	return ['GET', 'HEAD', 'OPTIONS'].includes(request.method);
}

/** Whatever the reason, and whatever it said: a row out of scope, or an address that leads nowhere. */
function isAbsentPage({ route, request, isSubRequest }: RequestEvent, response: Response): boolean {
	if (isSubRequest) return false;
	if (route.id === '/[...absent]') return !['GET', 'HEAD'].includes(request.method);
	return response.status === 404 && (response.headers.get('content-type') ?? '').startsWith('text/html');
}

/** What is not yours answers exactly as what is not there: by the page that every address without one leads to. */
async function absent(event: RequestEvent): Promise<Response> {
	if (event.request.headers.has('x-sveltekit-action'))
		return Response.json({ type: 'error', error: { message: 'Not found' } }, { status: 404 });
	if (event.isSubRequest) return text('Not found', { status: 404 });
	return event.fetch(event.isDataRequest ? '/absent/__data.json' : '/absent');
}

/** What was typed into a form is kept through signing in; a file has to be chosen again. */
async function askToSignIn(event: RequestEvent): Promise<Response> {
	const here = event.url.pathname + event.url.search;
	const address = `/sign-in?next=${encodeURIComponent(here)}`;
	if (reads(event)) redirect(303, address);
	if (event.request.headers.has('x-sveltekit-action'))
		return Response.json({ type: 'failure', status: 401, data: '[{"signedOut":1},true]' }, { status: 401 });
	const type = event.request.headers.get('content-type') ?? '';
	if (Number(event.request.headers.get('content-length')) > MOST_KEPT_BYTES) redirect(303, address);
	if (!/^(application\/x-www-form-urlencoded|multipart\/form-data)\b/.test(type))
		return Response.json({ message: 'Signed out' }, { status: 401 });
	const typed = new URLSearchParams();
	for (const [name, value] of await event.request.formData())
		if (typeof value === 'string') typed.append(name, value);
	const response = await event.fetch(`/sign-in?next=${encodeURIComponent(here)}`, {
		method: 'POST',
		headers: { accept: 'text/html' },
		body: typed
	});
	return new Response(response.body, { status: 401, headers: response.headers });
}

function unavailable(cause: unknown): never {
	if (!isDatabaseAway(cause)) throw cause;
	log.error({ error: describeError(cause) });
	error(503, AWAY);
}

export const handleError: HandleServerError = ({ error: cause, event, status, message }) => {
	if (status === 404) return { message: 'Not found' };
	if (status < 500) return { message };
	const reference = event.locals.requestId;
	log.error({
		requestId: reference,
		route: event.route.id,
		accountId: event.locals.who?.accountId,
		error: describeError(cause)
	});
	return { message: isDatabaseAway(cause) ? AWAY : 'Something went wrong', reference };
};
