/** Where a form on another page comes back to: a path of this site, else the page given. */
export function nextIn(url: URL, usual: string): string {
	const asked = url.searchParams.get('next') ?? '';
	if (!/^\/(?![/\\])/.test(asked)) return usual;
	const { pathname, search, origin } = new URL(asked, url.origin);
	return origin === url.origin ? pathname + search : usual;
}

/** The same, which says what was done. */
export function nextWith(url: URL, usual: string, done: string): string {
	const next = nextIn(url, usual);
	return `${next}${next.includes('?') ? '&' : '?'}action=${done}`;
}
