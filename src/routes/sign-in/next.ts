/** Where to go after signing in: an address of this place, never of another. */
export function nextFrom(url: URL): string {
	const asked = url.searchParams.get('next') ?? '/';
	const here = 'http://here.invalid';
	if (!/^\/(?![/\\])[^\\\p{Cc}]*$/u.test(asked) || !URL.canParse(asked, here)) return '/';
	const { origin, pathname, search } = new URL(asked, here);
	return origin === here && !pathname.startsWith('//') ? pathname + search : '/';
}
