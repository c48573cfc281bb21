import { expect, test } from './visit.ts';

test('without JavaScript the heatmap is a table of links, sorted by its headers', async ({ as }) => {
	const page = await as('team manager');
	await page.getByRole('link', { name: 'Team', exact: true }).click();
	const cell = page.locator('[id="cell-team-high-stakes"]');
	const number = await cell.locator('.value').innerText();
	await cell.getByRole('link').click();
	await expect(page.locator('main tbody tr')).toHaveCount(Number(number));
	await page.getByRole('link', { name: /^Back to / }).click();
	await expect(page).toHaveURL(/#cell-team-high-stakes$/);

	const header = page.getByRole('columnheader', { name: 'Cases', exact: true });
	await header.getByRole('link').click();
	await expect(header).toHaveAttribute('aria-sort', 'descending');
	const cases = await page.locator('tbody tr:not(.all) td[id$="-cases"] .value').allInnerTexts();
	expect(cases.map(Number)).toEqual(cases.map(Number).toSorted((a, b) => b - a));
});

test('without JavaScript another day is asked for by a form, and filters and search work', async ({ as }) => {
	const page = await as('team manager');
	await page.getByText('Another day').click();
	await page.getByLabel('Show the day').fill('2026-09-30');
	await page.getByRole('button', { name: 'Show', exact: true }).click();
	await expect(page).toHaveURL('/?as-at=2026-09-30');
	await expect(page.getByText('As at Wed 30 Sep 2026, as it was known then')).toBeVisible();

	await page.goto('/flags');
	await page.getByLabel('Severity').selectOption('critical');
	await page.getByRole('button', { name: 'Apply' }).click();
	await expect(page).toHaveURL(/severity=critical/);
	const listed = await page.locator('article').count();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(new RegExp(`^${listed} flags? of`));

	await page.getByRole('searchbox').fill('Marlow');
	await page.getByRole('searchbox').press('Enter');
	await page.getByRole('main').getByRole('link', { name: 'Jodie Marlow' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Jodie Marlow');
});

test('without JavaScript a director reads every chart as a table', async ({ as }) => {
	const page = await as('director');
	await page.goto('/organisation');
	const charts = page.getByRole('region', { name: 'Month by month' }).locator('figure');
	expect(await charts.count()).toBeGreaterThanOrEqual(5);
	for (const chart of await charts.all()) {
		await expect(chart.locator('canvas')).toBeHidden();
		await chart.getByText('The figures').click();
		expect(await chart.locator('tbody tr:visible').count()).toBeGreaterThanOrEqual(12);
	}
});
