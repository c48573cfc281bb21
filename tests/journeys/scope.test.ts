import type { Page } from '@playwright/test';
import { expect, expectSound, test } from './visit.ts';

test('a practitioner sees the cases they hold, and finds no other', async ({ as }) => {
	const page = await as('practitioner');
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(
		/^\d+ cases, \d+ % of capacity\. Next supervision .+ 2026\. (No|\d+) actions? overdue\.$/
	);
	await search(page, 'Marlow');
	await page.getByRole('main').getByRole('link', { name: 'Jodie Marlow' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Jodie Marlow');
	const held = await page.locator('main tbody tr th[scope="row"]').allInnerTexts();
	expect(held.length).toBeGreaterThan(10);

	await search(page, 'K-');
	const found = await page
		.getByRole('main')
		.getByRole('link', { name: /^K-\d+$/ })
		.allInnerTexts();
	expect(found.toSorted()).toEqual(held.map((text) => text.trim()).toSorted());
});

test('what is not yours answers exactly as what is not there', async ({ as }) => {
	const manager = await as('team manager');
	await search(manager, 'Bates');
	await manager.getByRole('main').getByRole('link', { name: 'Neil Bates' }).click();
	await expect(manager.getByRole('heading', { level: 1 })).toHaveText('Neil Bates');
	const colleague = new URL(manager.url()).pathname;
	await manager.locator('main tbody th a').first().click();
	await expect(manager.getByRole('heading', { name: 'Timeline' })).toBeVisible();
	const theirCase = new URL(manager.url()).pathname;
	await manager.getByRole('link', { name: 'Team', exact: true }).click();
	await expect(manager.getByRole('grid')).toBeVisible();
	const team = new URL(manager.url()).pathname;

	const page = await as('practitioner');
	const absent = await told(page, '/case/00000000-0000-4000-8000-000000000000');
	expect(absent.status).toBe(404);
	expect(absent.words).toContain('Page not found');
	expect(absent.words).toContain('It is not there, or it is not yours to see.');
	for (const path of [
		theirCase,
		colleague,
		team,
		`${team}/cases`,
		`${team}.csv`,
		'/organisation',
		'/nothing'
	])
		expect(await told(page, path), path).toEqual(absent);
	await expectSound(page);
});

test('another team’s case is absent for a manager too', async ({ as }) => {
	const principal = await as('principal social worker');
	await principal.goto('/flags?rule=HELD_WITHOUT_OVERSIGHT');
	const cards = principal.locator('article').filter({ hasText: 'Family Help Riverside' });
	await cards.first().locator('.title a').click();
	await expect(principal.getByRole('heading', { name: 'Timeline' })).toBeVisible();
	const { pathname } = new URL(principal.url());
	const reference = await principal.getByRole('heading', { level: 1 }).innerText();

	const manager = await as('team manager');
	const absent = await told(manager, '/case/00000000-0000-4000-8000-000000000000');
	expect(await told(manager, pathname)).toEqual(absent);
	await search(manager, reference);
	await expect(manager.getByText('No case or practitioner in your scope has this')).toBeVisible();
});

test('the administrator sees no case', async ({ as }) => {
	const manager = await as('team manager');
	await manager.goto('/flags');
	await manager.locator('article .title a').first().click();
	await expect(manager.getByRole('heading', { level: 1 })).toHaveText(/./);
	const { pathname } = new URL(manager.url());

	const page = await as('administrator');
	await expect(page.getByText('Your role has no cases or people in its scope.')).toBeVisible();
	await expect(page.getByRole('navigation', { name: 'Main' }).getByRole('link')).toHaveText([
		'Today',
		'Policy',
		'Outbox',
		'Leavers'
	]);
	await expect(page.getByRole('search')).toHaveCount(0);
	const absent = await told(page, '/nothing');
	for (const path of [pathname, '/flags', '/flags.csv', '/search?for=K-', '/supervision', '/organisation'])
		expect(await told(page, path), path).toEqual(absent);
});

test('search finds by reference and by name within scope, from any page by the key /', async ({ as }) => {
	const page = await as('team manager');
	await page.goto('/flags');
	await page.keyboard.press('/');
	const box = page.getByRole('searchbox');
	await expect(box).toBeFocused();
	await expect(box).toHaveValue('');
	await page.keyboard.type('marlow');
	await page.keyboard.press('Enter');
	await expect(page).toHaveURL('/search?for=marlow');
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Found for “marlow”: 1');
	await expectSound(page);

	await page.goto('/flags?rule=HELD_WITHOUT_OVERSIGHT');
	const [reference = ''] = (await page.locator('article .title a').first().innerText()).split(' ');
	await search(page, reference.toLowerCase());
	await page.getByRole('main').getByRole('link', { name: reference }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(reference);

	await search(page, 'Rosalind');
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Found for “Rosalind”: 0');
	await expect(page.getByText('No case or practitioner in your scope has this')).toBeVisible();
	await expectSound(page);
});

test('the key / is a letter like any other while somebody types', async ({ as }) => {
	const page = await as('team manager');
	await page.goto('/flags?rule=OVERSIGHT_OVERDUE');
	await page.locator('article .title a').first().click();
	const decision = page.getByLabel('Decision', { exact: true });
	await decision.click();
	await page.keyboard.type('either/or');
	await expect(decision).toHaveValue('either/or');
});

test('a list that is empty because of its filters says so, and leads to all of it', async ({ as }) => {
	const page = await as('team manager');
	await page.goto('/flags');
	const all = await page.locator('article').count();
	expect(all).toBeGreaterThan(0);
	await page.getByLabel('Rule').selectOption('HELD_WITHOUT_OVERSIGHT');
	await page.getByLabel('Team').selectOption('none');
	await page.getByRole('button', { name: 'Apply' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(`0 flags of ${all} standing`);
	await expect(page.getByText(`No flag matches these filters; ${all} stand without them.`)).toBeVisible();
	await expectSound(page);
	await page.getByRole('link', { name: 'Show all' }).click();
	await expect(page.locator('article')).toHaveCount(all);
});

test('filters are in the address, and the CSV follows them', async ({ as }) => {
	const page = await as('team manager');
	await page.goto('/flags');
	await page.getByLabel('Severity').selectOption('high');
	await page.getByRole('button', { name: 'Apply' }).click();
	await expect(page).toHaveURL(/[?&]severity=high/);
	const listed = await page.locator('article').count();
	expect(listed).toBeGreaterThan(0);
	const href = await page.getByRole('link', { name: 'CSV' }).getAttribute('href');
	const csv = await (await page.request.get(href ?? '')).text();
	expect(csv.match(/^high,/gm)?.length).toBe(listed);
	await page.reload();
	await expect(page.locator('article')).toHaveCount(listed);
});

async function search(page: Page, words: string): Promise<void> {
	await page.getByRole('searchbox').fill(words);
	await page.getByRole('searchbox').press('Enter');
	await expect(page.getByRole('heading', { level: 1 })).toContainText(`Found for “${words}”`);
}

/** What an address answers, as somebody sees it. */
async function told(page: Page, path: string): Promise<{ status: number; title: string; words: string }> {
	const answer = await page.goto(path);
	return {
		status: answer?.status() ?? 0,
		title: await page.title(),
		words: await page.locator('body').innerText()
	};
}
