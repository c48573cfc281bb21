import type { Page } from '@playwright/test';
import { parse } from 'csv-parse/sync';
import { expect, expectSound, test } from './visit.ts';

/** Columns whose number counts rows, for a person. */
const COUNTING = ['cases', 'high-stakes', 'new', 'actions', 'training-gaps', 'held'];

test('the heatmap is walked by keyboard, and Escape returns to the same cell', async ({ as }) => {
	const page = await as('team manager');
	await openTeam(page);
	const grid = page.getByRole('grid');
	await expect(grid.locator('[tabindex="0"]')).toHaveCount(1);
	const [first, second] = await rowKeys(page);

	await grid.locator('[tabindex="0"]').focus();
	expect(await focusedCell(page)).toBe('cell-team-load');
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('ArrowDown');
	expect(await focusedCell(page)).toBe(`cell-${second}-load`);
	await page.keyboard.press('ArrowRight');
	expect(await focusedCell(page)).toBe(`cell-${second}-cases`);
	await page.keyboard.press('End');
	expect(await focusedCell(page)).toBe(`cell-${second}-held`);
	await page.keyboard.press('ArrowRight');
	expect(await focusedCell(page)).toBe(`cell-${second}-held`);
	await page.keyboard.press('Home');
	expect(await focusedCell(page)).toBe(`row-${second}`);
	await page.keyboard.press('ArrowUp');
	expect(await focusedCell(page)).toBe(`row-${first}`);
	await page.keyboard.press('ArrowRight');
	await page.keyboard.press('ArrowRight');
	await expect(grid.locator('[tabindex="0"]')).toHaveCount(1);
	const address = page.url();

	await page.keyboard.press('Enter');
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^Cases: \d+$/);
	await page.keyboard.press('Escape');
	await expect(page).toHaveURL(new RegExp(`#cell-${first}-cases$`));
	expect(new URL(page.url()).pathname).toBe(new URL(address).pathname);
	await expect.poll(() => focusedCell(page)).toBe(`cell-${first}-cases`);

	await page.keyboard.press('Tab');
	expect(await focusedCell(page)).toBeNull();
	await page.keyboard.press('Shift+Tab');
	expect(await focusedCell(page)).toBe(`cell-${first}-cases`);
});

test('every number opens exactly the rows it counts', async ({ as }) => {
	const page = await as('team manager');
	await openTeam(page);
	const team = page.url();
	const [first = ''] = await rowKeys(page);
	for (const row of ['team', first])
		for (const column of COUNTING) {
			await page.goto(team);
			const cell = page.locator(`[id="cell-${row}-${column}"]`);
			const number = await cell.locator('.value').innerText();
			await cell.getByRole('link').click();
			await expect(page.getByRole('heading', { level: 1 })).toContainText(`: ${number}`);
			await expect(page.locator('main tbody tr'), `${row} ${column}`).toHaveCount(Number(number));
			if (number === '0') await expect(page.getByText('There is nothing behind this figure')).toBeVisible();
		}
	await page.goto(team);
	await page.locator('[id="cell-team-cases"] a').click();
	await expectSound(page);
});

test('the figures of a person that are no counts open the rows they come from', async ({ as }) => {
	const page = await as('team manager');
	await openTeam(page);
	const team = page.url();
	const [first = ''] = await rowKeys(page);
	const days = await page.locator(`[id="cell-${first}-oversight"] .value`).innerText();
	await page.locator(`[id="cell-${first}-oversight"] a`).click();
	await expect(page.locator('main tbody tr').first()).toContainText(`${days.trim()} days`);

	await page.goto(team);
	const since = await page.locator(`[id="cell-${first}-supervision"] .value`).innerText();
	await page.locator(`[id="cell-${first}-supervision"] a`).click();
	await expect(page.locator('main tbody tr')).toHaveCount(1);
	await expect(page.locator('main tbody tr')).toContainText(`${since.trim()} days ago`);

	await page.goto(team);
	await page.locator(`[id="cell-${first}-load"] a`).click();
	const table = page.getByRole('table', { name: /^\d+ rows, .+ points in all$/ });
	await expect(table.getByRole('columnheader', { name: 'Points' })).toBeVisible();
	const points = await table.locator('tbody tr td:last-child').allInnerTexts();
	const sum = Math.round(points.reduce((total, each) => total + Number(each), 0) * 1000) / 1000;
	await expect(table).toHaveAccessibleName(`${points.length} rows, ${sum} points in all`);
	const own = page.getByRole('table', { name: /^Capacity: / }).locator('tbody td');
	const capacity = Number(await own.nth(3).innerText());
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(
		`Load: ${Math.round((sum / capacity) * 100)} %`
	);
});

test('sorting is in the address, both ways, and stays after opening a cell', async ({ as }) => {
	const page = await as('team manager');
	await openTeam(page);
	const header = page.getByRole('columnheader', { name: 'Cases', exact: true });
	await header.getByRole('link').click();
	await expect(page).toHaveURL(/sort=cases\.descending/);
	await expect(header).toHaveAttribute('aria-sort', 'descending');
	const falling = await numbersOf(page, 'cases');
	expect(falling).toEqual([...falling].sort((a, b) => b - a));
	await header.getByRole('link').click();
	await expect(page).toHaveURL(/sort=cases\.ascending/);
	await expect(header).toHaveAttribute('aria-sort', 'ascending');
	expect(await numbersOf(page, 'cases')).toEqual(falling.toReversed());

	const [least] = await rowKeys(page);
	await page.locator(`[id="cell-${least}-load"] a`).click();
	await expect(page.getByRole('heading', { level: 1 })).toContainText('Load: ');
	await page.keyboard.press('Escape');
	await expect(header).toHaveAttribute('aria-sort', 'ascending');
	await page.reload();
	expect(await numbersOf(page, 'cases')).toEqual(falling.toReversed());
});

test('values only takes the colour away and keeps every word', async ({ as }) => {
	const page = await as('team manager');
	await openTeam(page);
	const words = await page.locator('tbody .said').allTextContents();
	expect(await shades(page)).toBeGreaterThan(3);
	await page.getByRole('link', { name: 'Values only' }).click();
	await expect(page).toHaveURL(/values=only/);
	await expect.poll(() => shades(page)).toBe(1);
	expect(await page.locator('tbody .said').allTextContents()).toEqual(words);
	await expectSound(page);
	await page.getByRole('link', { name: 'With colour' }).click();
	await expect(page).not.toHaveURL(/values=only/);
});

test('the table of another day says so, opens its own rows, and leads back to today', async ({ as }) => {
	const page = await as('team manager');
	await openTeam(page);
	await page.getByRole('columnheader', { name: 'Load', exact: true }).getByRole('link').click();
	await expect(page).toHaveURL(/sort=load/);
	await page.getByText('Another day').click();
	await page.getByLabel('Show the day').fill('2026-09-30');
	await page.getByRole('button', { name: 'Show', exact: true }).click();
	await expect(page).toHaveURL(/sort=load\.descending&as-at=2026-09-30$/);
	await expect(page.getByText('As at Wed 30 Sep 2026, as it was known then')).toBeVisible();
	await expectSound(page);

	const cell = page.locator('[id="cell-team-cases"]');
	const number = await cell.locator('.value').innerText();
	await cell.getByRole('link').click();
	await expect(page.getByText('as at Wed 30 Sep 2026')).toBeVisible();
	await expect(page.locator('main tbody tr')).toHaveCount(Number(number));
	await page.locator('main tbody th a').first().click();
	await expect(page).toHaveURL(/\/case\/.+as-at=2026-09-30$/);
	await expect(page.getByRole('region', { name: 'Record oversight' })).toHaveCount(0);
	await page.goBack();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Cases: ${number}`);
	await page.keyboard.press('Escape');
	await expect(page.getByRole('grid')).toBeVisible();
	await page.getByRole('link', { name: 'Back to today' }).click();
	await expect(page).toHaveURL(/\?sort=load\.descending$/);
});

test('a day that cannot be shown is refused in words, and today is shown', async ({ as }) => {
	const page = await as('team manager');
	await openTeam(page);
	const { pathname } = new URL(page.url());
	for (const [path, day, words] of [
		[pathname, '2026-02-30', '“2026-02-30” is not a day. This shows today; write a day as yyyy-mm-dd.'],
		['/', 'yesterday', '“yesterday” is not a day. This shows today; write a day as yyyy-mm-dd.'],
		[
			'/',
			'2026-11-21',
			'21 Nov 2026 has not happened yet. This shows today; choose today or an earlier day.'
		],
		[
			'/flags',
			'2026-12-19',
			'19 Dec 2026 is too far ahead. This shows today; choose a day up to 18 Dec 2026.'
		]
	] as const) {
		await page.goto(`${path}?as-at=${day}`);
		await expect(page.getByRole('status').first()).toHaveText(words);
		await expect(page.locator('.as-at')).toContainText('As at Fri 20 Nov 2026');
	}
	await expectSound(page);
});

test('the CSV says what the table says, row for row and cell for cell', async ({ as }) => {
	const page = await as('team manager');
	await openTeam(page);
	await page.getByRole('columnheader', { name: 'Training gaps' }).getByRole('link').click();
	await expect(page).toHaveURL(/sort=training-gaps\.descending/);
	const shown = await page.locator('tbody tr:not(.all)').evaluateAll((rows) =>
		rows.map((row) => ({
			name: row.querySelector('th a')?.textContent,
			detail: row.querySelector('th small')?.textContent,
			values: [...row.querySelectorAll('.value')].map((value) => value.textContent?.trim()),
			words: [...row.querySelectorAll('.said')].map((said) => said.textContent)
		}))
	);
	const href = await page.getByRole('link', { name: 'CSV' }).getAttribute('href');
	const answer = await page.request.get(href ?? '');
	expect(answer.headers()['content-type']).toContain('text/csv');
	const [, ...lines] = parse(await answer.text(), { bom: true });
	const told = lines.map(([name, detail, ...cells]) => ({
		name,
		detail,
		values: cells
			.filter((_, place) => place % 2 === 0)
			.map((figure, place) =>
				figure === '' ? '–' : place === 0 ? `${Math.round(Number(figure))} %` : figure
			),
		words: cells.filter((_, place) => place % 2 === 1)
	}));
	expect(told).toEqual(
		shown.map(({ values, ...row }) => ({
			...row,
			values: values.map((value) => (value?.startsWith('no ') ? '–' : value))
		}))
	);
});

test('a screen reader reads any cell as practitioner, measure, value and band', async ({ as }) => {
	const page = await as('team manager');
	await openTeam(page);
	const shown = await page.locator('tbody tr').evaluateAll((rows) =>
		rows.map((row) => ({
			name: row.querySelector('th a')?.textContent ?? 'All',
			cells: [...row.querySelectorAll('td')].map((cell) =>
				['.label', '.value', '.said'].map((part) => cell.querySelector(part)?.textContent?.trim() ?? '')
			)
		}))
	);
	const read = await readCells(page);
	expect(read.length).toBe(shown.length);
	for (const [row, { name, cells }] of shown.entries())
		for (const [column, [measure = '', value = '', band = '']] of cells.entries()) {
			const [who = '', what, said] = read[row]?.[column] ?? [];
			expect(who.startsWith(name), `${who} is ${name}`).toBe(true);
			expect(what).toBe(measure);
			expect(said).toBe(`${value} ${band}`);
		}
	expect(shown[1]?.cells[0]?.[2]).toMatch(/^(room|steady|full|over capacity|far over capacity), /);
});

/** What assistive technology is told of each cell of the body: its row’s header, its column’s, and the cell itself. */
async function readCells(page: Page): Promise<[row: string, column: string, cell: string][][]> {
	const session = await page.context().newCDPSession(page);
	const { nodes } = await session.send('Accessibility.getFullAXTree');
	const byId = new Map(nodes.map((node) => [node.nodeId, node]));
	const roleOf = (node: (typeof nodes)[number] | undefined) => String(node?.role?.value ?? '');
	const nameOf = (node: (typeof nodes)[number]) => String(node.name?.value ?? '');
	const within = (id: string, roles: string[]): typeof nodes =>
		(byId.get(id)?.childIds ?? []).flatMap((child) => {
			const node = byId.get(child);
			return node && roles.includes(roleOf(node)) ? [node] : within(child, roles);
		});
	const grid = nodes.find((node) => roleOf(node) === 'grid');
	if (!grid) throw new Error('there is no grid in the accessibility tree');
	const [head, ...rows] = within(grid.nodeId, ['row']);
	const columns = within(head?.nodeId ?? '', ['columnheader'])
		.slice(1)
		.map(nameOf);
	return rows.map((row) => {
		const [header] = within(row.nodeId, ['rowheader']);
		return within(row.nodeId, ['gridcell']).map((cell, place) => [
			header ? nameOf(header) : '',
			columns[place] ?? '',
			nameOf(cell)
		]);
	});
}

test('the weeks of a team open their own days, and what is coming is a list', async ({ as }) => {
	const page = await as('team manager');
	await openTeam(page);
	await page.getByText('Compare two days').click();
	await page.getByRole('link', { name: /^4 weeks before/ }).click();
	await expect(page.getByText('Compared with 23 Oct 2026, as it was known then')).toBeVisible();
	await expect(page.locator('[id="cell-team-cases"] .change')).toHaveText(/^([+−]\d+|same)$/);
	await expect(page.locator('[id="cell-team-cases"] .said')).toHaveText(/(than|as) on 23 Oct 2026$/);

	await page.getByRole('link', { name: 'Weeks', exact: true }).click();
	await expect(page.locator('thead th')).toHaveCount(19);
	await expect(page.locator('thead th.ahead')).toHaveCount(4);
	const [first = ''] = await rowKeys(page);
	const cell = page.locator(`[id="cell-${first}-2026-10-23"]`);
	const number = (await cell.locator('.value').innerText()).trim();
	await cell.getByRole('link').focus();
	await page.keyboard.press('ArrowRight');
	await page.keyboard.press('ArrowLeft');
	expect(await focusedCell(page)).toBe(`cell-${first}-2026-10-23`);
	await page.keyboard.press('Enter');
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Load: ${number} %`);
	await expect(page.getByText('as at Fri 23 Oct 2026')).toBeVisible();
	await page.keyboard.press('Escape');
	await expect(page).toHaveURL(new RegExp(`view=weeks.*#cell-${first}-2026-10-23$`));
	await expect.poll(() => focusedCell(page)).toBe(`cell-${first}-2026-10-23`);

	await page.getByRole('link', { name: 'If nobody acts' }).click();
	await expect(page.getByRole('heading', { name: /^In the next 4 weeks, / })).toBeVisible();
	const rows = await page.locator('main tbody tr').count();
	const href = await page.getByRole('link', { name: 'CSV' }).getAttribute('href');
	const answer = await page.request.get(href ?? '');
	expect(parse(await answer.text(), { bom: true }).length).toBe(rows + 1);
});

test('on a phone the heatmap is a list for each practitioner, with the same words', async ({ as }) => {
	const page = await as('team manager');
	await openTeam(page);
	const words = await page.locator('tbody .said').allTextContents();
	await page.setViewportSize({ width: 390, height: 800 });
	await expect(page.getByRole('grid')).toHaveCount(0);
	const [first = ''] = await rowKeys(page);
	const label = page.locator(`[id="cell-${first}-held"] .label`);
	await expect(label).toBeVisible();
	await expect(label).toHaveText('Held without oversight');
	expect(await page.locator('tbody .said').allTextContents()).toEqual(words);
	await page.locator(`[id="cell-${first}-held"] a`).click();
	await expect(page.getByRole('heading', { level: 1 })).toContainText('Held without oversight: ');
});

async function openTeam(page: Page): Promise<void> {
	await page.getByRole('link', { name: 'Team', exact: true }).click();
	await expect(page.getByRole('grid')).toBeVisible();
}

async function rowKeys(page: Page): Promise<string[]> {
	const ids = await page.locator('tbody tr:not(.all) th').evaluateAll((cells) => cells.map(({ id }) => id));
	return ids.map((id) => id.replace(/^row-/, ''));
}

async function numbersOf(page: Page, column: string): Promise<number[]> {
	const texts = await page.locator(`tbody tr:not(.all) td[id$="-${column}"] .value`).allInnerTexts();
	return texts.map(Number);
}

async function focusedCell(page: Page): Promise<string | null> {
	return page.evaluate(() => document.activeElement?.closest('td, th')?.id ?? null);
}

/** How many colours the cells are filled with. */
async function shades(page: Page): Promise<number> {
	return page
		.locator('tbody tr:not(.all) td')
		.evaluateAll((cells) => new Set(cells.map((cell) => getComputedStyle(cell).backgroundColor)).size);
}
