import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	isBeyond,
	pageAsked,
	pageInTitle,
	pageInWords,
	pageOf,
	pagesLinked,
	rowsOn,
	WHOLE_LIST
} from '#lib/domain/list-pages.ts';

const asked = (query: string) => pageAsked(new URLSearchParams(query));

test('the pages of a list together are the list, in its order, whatever its length and theirs', () => {
	fc.assert(
		fc.property(fc.array(fc.integer(), { maxLength: 60 }), fc.integer({ min: 1, max: 20 }), (list, rows) => {
			const { pages } = pageOf(list.length, { page: 1, rows });
			const each = Array.from({ length: pages }, (_, place) =>
				pageOf(list.length, { page: place + 1, rows })
			);
			expect(each.flatMap((page) => rowsOn(list, page))).toEqual(list);
			expect(each.some(isBeyond)).toBe(false);
			expect(isBeyond(pageOf(list.length, { page: pages + 1, rows }))).toBe(list.length > 0);
			expect(rowsOn(list, pageOf(list.length, WHOLE_LIST))).toEqual(list);
		})
	);
});

test('every page has a way to the first, the last and those beside it, and never a dot for one page alone', () => {
	fc.assert(
		fc.property(fc.integer({ min: 1, max: 60 }), fc.nat(59), (pages, place) => {
			const page = 1 + (place % pages);
			const linked = pagesLinked(pageOf(pages * 10, { page, rows: 10 }));
			for (const each of [1, pages, page, Math.max(1, page - 1), Math.min(pages, page + 1)])
				expect(linked).toContain(each);
			linked.forEach((each, at) => {
				const before = linked[at - 1];
				if (each === null) expect((linked[at + 1] ?? 0) - (before ?? 0)).toBeGreaterThan(2);
				else if (before != null) expect(each).toBe(before + 1);
			});
		})
	);
	expect(pagesLinked(pageOf(1596, asked('page=8')))).toEqual([1, null, 6, 7, 8, 9, 10, null, 16]);
	expect(pagesLinked(pageOf(400, asked('')))).toEqual([1, 2, 3, 4]);
});

test('an address that names no page is answered with the first', () => {
	for (const query of ['', 'page=', 'page=0', 'page=-2', 'page=1.5', 'page=two', 'page=99999999'])
		expect(asked(query).page).toBe(1);
	expect(asked('page=16').page).toBe(16);
	expect(asked('page=all')).toEqual(WHOLE_LIST);
});

test('a page says in words which rows it has, and one beyond the last how many pages there are', () => {
	const words = (outOf: number, query = '') => pageInWords(pageOf(outOf, asked(query)), 'flags');
	expect(words(1596)).toBe('1 to 100 of 1,596 flags');
	expect(words(1596, 'page=16')).toBe('1,501 to 1,596 of 1,596 flags');
	expect(words(1596, 'page=all')).toBe('All 1,596 flags');
	expect(words(100)).toBe('All 100 flags');
	expect(words(1596, 'page=17')).toBe('There is no page 17: 1,596 flags fill 16 pages.');
	expect(pageInTitle(pageOf(1596, asked('page=16')))).toBe(', page 16 of 16');
	for (const query of ['', 'page=all', 'page=17']) expect(pageInTitle(pageOf(1596, asked(query)))).toBe('');
	expect(words(40, 'page=2')).toBe('There is no page 2: 40 flags fit on one page.');
});
