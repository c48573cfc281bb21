/** Which page of a long list is asked for, and how many rows one has; `all`: the whole list at once, to print it or to search in it. */
export interface PageAsked {
	page: number | 'all';
	rows: number;
}

/** As many as are read in one go (local default). */
const ROWS_ON_A_PAGE = 100;

export const WHOLE_LIST: PageAsked = { page: 'all', rows: ROWS_ON_A_PAGE };

/** Reads an address; what can be no page is the first one. */
export function pageAsked(params: URLSearchParams): PageAsked {
	const text = params.get('page') ?? '';
	if (text === 'all') return WHOLE_LIST;
	return { page: /^[1-9]\d{0,5}$/.test(text) ? Number(text) : 1, rows: ROWS_ON_A_PAGE };
}

/** One page of a list, or all of it. */
export interface ListPage extends PageAsked {
	/** How many there are, one at least. */
	pages: number;
	/** The first and the last row on it, from 1; null: the list is empty, or ends before this page. */
	shown: { from: number; to: number } | null;
	outOf: number;
}

/** The page of a list of so many rows. */
export function pageOf(outOf: number, { page, rows }: PageAsked): ListPage {
	const pages = Math.max(1, Math.ceil(outOf / rows));
	const from = page === 'all' ? 1 : (page - 1) * rows + 1;
	const to = page === 'all' ? outOf : Math.min(page * rows, outOf);
	return { page, rows, pages, shown: from > outOf ? null : { from, to }, outOf };
}

export function rowsOn<Row>(list: readonly Row[], { shown }: ListPage): Row[] {
	return shown === null ? [] : list.slice(shown.from - 1, shown.to);
}

/** Whether a page was asked for that the list, which has rows, ends before. */
export function isBeyond({ shown, outOf }: ListPage): boolean {
	return shown === null && outOf > 0;
}

const counted = (count: number) => count.toLocaleString('en-GB');

/** "101 to 200 of 1,596 flags". */
export function pageInWords({ page, pages, shown, outOf }: ListPage, things: string): string {
	if (shown === null)
		return `There is no page ${typeof page === 'number' ? counted(page) : 1}: ${counted(outOf)} ${things} ${pages === 1 ? 'fit on one page' : `fill ${counted(pages)} pages`}.`;
	return shown.from === 1 && shown.to === outOf
		? `All ${counted(outOf)} ${things}`
		: `${counted(shown.from)} to ${counted(shown.to)} of ${counted(outOf)} ${things}`;
}

/** What the title of the browser says of it, after the name of the list: nothing on the first page. */
export function pageInTitle({ page, pages, shown }: ListPage): string {
	return shown === null || page === 'all' || page === 1 ? '' : `, page ${page} of ${pages}`;
}

/** How many pages on either side of the one shown have a link of their own. */
const NEIGHBOURS = 2;

/** The pages with links of their own: the first, the last and those around; null: some are left out. */
export function pagesLinked({ page, pages }: ListPage): (number | null)[] {
	const here = page === 'all' ? 1 : page;
	const linked = Array.from({ length: pages }, (_, place) => place + 1).filter(
		(each) => each === 1 || each === pages || Math.abs(each - here) <= NEIGHBOURS
	);
	return linked.flatMap((each, place) => {
		const before = linked[place - 1] ?? 0;
		if (each - before <= 1) return [each];
		return each - before === 2 ? [each - 1, each] : [null, each];
	});
}
