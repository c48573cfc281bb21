import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Page } from '@playwright/test';

const ROUTES = join(import.meta.dirname, '../../src/routes');

/** The pages that exist, by their id. */
export const routes: readonly string[] = readdirSync(ROUTES, { recursive: true, encoding: 'utf8' })
	.filter((file) => file.endsWith('+page.svelte'))
	.map((file) => `/${dirname(file).replaceAll('\\', '/')}`.replace(/^\/\.$/, '/'));

/** The page that a path opens: of several the one with the fewest parameters; the page of what is absent where none does. */
export function routeOf(pathname: string): string {
	const [route = '/[...absent]'] = routes
		.filter((id) => new RegExp(`^${id.replaceAll(/\[\w+\]/g, '[^/]+')}$`).test(pathname))
		.toSorted((a, b) => a.split('[').length - b.split('[').length);
	return route;
}

/** Where the links of a page lead within the product, each with what it asks. */
export async function linksOn(page: Page): Promise<string[]> {
	return page.locator('a[href]').evaluateAll((links) =>
		(links as HTMLAnchorElement[])
			.map((link) => new URL(link.href))
			.filter(({ origin }) => origin === location.origin)
			.map(({ pathname, search }) => pathname + search)
	);
}
