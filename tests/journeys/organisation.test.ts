import type { Page } from '@playwright/test';
import { expect, expectSound, test } from './visit.ts';

test('a director sees in one sentence what the restructure did, and where each figure comes from', async ({
	as
}) => {
	const page = await as('director');
	await page.getByRole('link', { name: 'What the restructure did, before, during and after' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(
		/^Since the Family Help reorganisation began, cases held without oversight rose from [\d.]+ to [\d.]+/
	);
	const comparison = page.getByRole('table', { name: /^Each measure before, during and after/ });
	for (const name of ['Before', 'During', 'After', 'Change, 95 % interval'])
		await expect(comparison.getByRole('columnheader', { name, exact: true })).toBeVisible();
	const held = comparison.getByRole('row').filter({ hasText: 'High-stakes cases held without oversight' });
	await expect(held.locator('.tag.bad')).toBeVisible();

	const charts = page.getByRole('region', { name: 'Month by month' }).locator('figure');
	expect(await charts.count()).toBeGreaterThanOrEqual(5);
	for (const chart of await charts.all()) {
		await expect(chart.locator('canvas')).toBeVisible();
		expect(await chart.locator('tbody tr').count()).toBeGreaterThanOrEqual(12);
	}
	await expectSound(page);
});

test('a month in a chart’s table opens the organisation as it was known on that day', async ({ as }) => {
	const page = await as('director');
	await page.goto('/organisation');
	const chart = page.getByRole('region', { name: 'Month by month' }).locator('figure').first();
	await chart.getByText('The figures').click();
	await chart.getByRole('row').filter({ hasText: 'Mar 26' }).getByRole('link').click();
	await expect(page).toHaveURL(/as-at=2026-03-31/);
	await expect(page.getByText('As at Tue 31 Mar 2026, as it was known then')).toBeVisible();
	await expect(chart.getByRole('row', { includeHidden: true }).filter({ hasText: 'Apr 26' })).toHaveCount(0);
});

test('a director drills to a team in figures, and no name is sent with it', async ({ as }) => {
	const manager = await as('team manager');
	await manager.getByRole('link', { name: 'Team', exact: true }).click();
	await expect(manager.getByRole('grid')).toBeVisible();
	const names = await manager.locator('tbody tr:not(.all) th a').allInnerTexts();
	expect(names.length).toBeGreaterThan(5);

	const page = await as('director');
	await page.goto('/organisation');
	await page
		.getByRole('table', { name: /^Each team with open cases/ })
		.getByRole('link', { name: 'Assessment Riverside' })
		.click();
	await expect(page.getByRole('grid')).toBeVisible();
	const rows = await page
		.locator('tbody tr:not(.all) th')
		.evaluateAll((cells) => cells.map((cell) => cell.firstChild?.textContent?.trim()));
	expect(rows.toSorted()).toEqual(names.map((_, place) => `Practitioner ${place + 1}`).toSorted());
	const team = page.url();
	const csv = (await page.getByRole('link', { name: 'CSV' }).getAttribute('href')) ?? '';
	await expectSound(page);
	for (const path of [team, csv, `${new URL(team).pathname}/cases`, '/flags', '/flags.csv', '/'])
		expect(await namesIn(page, path, names), path).toEqual([]);
	expect(await namesIn(manager, new URL(team).pathname, names)).toEqual(names);
});

test('a service shows the same measures for its own teams, and leads back', async ({ as }) => {
	const page = await as('director');
	await page.goto('/organisation');
	const services = page.getByRole('table', { name: /^Each service/ });
	await services.getByRole('link', { name: 'Assessment' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Assessment');
	const teams = page.getByRole('table', { name: /^Each team with open cases/ }).getByRole('rowheader');
	for (const name of await teams.allInnerTexts()) expect(name).toMatch(/^Assessment /);
	await expectSound(page);
});

/** Which of these names an answer carries anywhere, its data included. */
async function namesIn(page: Page, path: string, names: string[]): Promise<string[]> {
	const text = await (await page.request.get(path, { headers: { accept: 'text/html' } })).text();
	return names.filter((name) => text.includes(name));
}
