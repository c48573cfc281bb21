import type { Locator, Page } from '@playwright/test';
import { expect, expectSound, test } from './visit.ts';

test.use({ apart: 'oversight' });

const HELD = 'HELD_WITHOUT_OVERSIGHT';

test('a team manager sees what is held without oversight first, and why in one sentence', async ({ as }) => {
	const page = await as('team manager');
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(
		/^\d+ high-stakes cases are held below the bar without a manager’s oversight, the longest for \d+ days\.$/
	);
	const tiles = page.getByRole('list', { name: 'At a glance' }).getByRole('link');
	await expect(tiles).toHaveCount(4);
	await expect(tiles.first()).toContainText('held without oversight');
	for (const tile of await tiles.all()) await expect(tile).toBeInViewport({ ratio: 1 });

	const worst = doing(page).first();
	await expect(worst.getByRole('heading')).toContainText('Held without oversight');
	await expect(worst.getByRole('heading')).toContainText('critical');
	await expect(worst).toBeInViewport();
	const why = await worst.locator('p').first().innerText();
	expect(why).toMatch(/^Held by .+, in the first (6 months|year), since .+\. A section 47 enquiry/);
	expect(why).toMatch(/policy says .+ It was due by .+: \d+ days overdue\.$/);
	expect(await doing(page).count()).toBeLessThanOrEqual(7);

	await worst.getByRole('link').first().click();
	await expect(flagged(page, HELD)).toContainText(why);
	await expectSound(page);
});

test('a decision with nothing written is refused, keeps what was typed, and the summary has focus', async ({
	as
}) => {
	const page = await as('team manager');
	await openWorst(page);
	const form = page.getByRole('region', { name: 'Record oversight' });
	await form.getByLabel('Decision', { exact: true }).fill('Joint visit on Monday, by the supervisor.');
	await form.getByLabel('Kind of decision').selectOption({ index: 2 });
	const kind = await form.getByLabel('Kind of decision').inputValue();
	await form.getByLabel('Made on').fill('2026-13-01');
	await form.getByRole('button', { name: 'Record oversight' }).click();

	const summary = page.getByRole('alert');
	await expect(summary).toBeFocused();
	await expect(summary.getByRole('link')).toHaveText([
		'Write why: a decision without its reasons does not count.',
		'Give the day it was made as a real date.'
	]);
	await expect(form.getByLabel('Decision', { exact: true })).toHaveValue(
		'Joint visit on Monday, by the supervisor.'
	);
	await expect(form.getByLabel('Kind of decision')).toHaveValue(kind);
	await expect(form.getByLabel('Made on')).toHaveValue('2026-13-01');
	await expect(page.locator('#rationale-error')).toContainText('Write why');
	await expectSound(page);

	await summary.getByRole('link').first().click();
	await expect(form.getByLabel('Rationale')).toBeFocused();
	await expect(flagged(page, HELD)).toBeVisible();
});

test('oversight of the worst case is recorded in three steps and two fields, and its flag clears everywhere', async ({
	as
}) => {
	const page = await as('team manager');
	const steps = [new URL(page.url()).pathname];
	page.on('framenavigated', (frame) => {
		const { pathname } = new URL(frame.url());
		if (frame === page.mainFrame() && steps.at(-1) !== pathname) steps.push(pathname);
	});
	const worst = doing(page).first();
	const reference = await worst.getByRole('link').first().innerText();
	const before = await everywhere(page, reference);
	expect(before.flagged).toBe(true);

	steps.splice(0, steps.length, '/');
	await worst.locator('summary').click();
	const fields = worst.locator('input:visible, textarea:visible, select:visible');
	await expect(fields).toHaveCount(2);
	await expectSound(page);
	await worst.getByLabel('Decision', { exact: true }).fill('Section 47 visit today with a senior worker.');
	await worst
		.getByLabel('Rationale')
		.fill('The baby has not been seen since discharge; the bruise is unexplained.');
	await worst.getByRole('button', { name: 'Record oversight' }).click();
	await expect(page.getByRole('status').first()).toContainText('Oversight recorded');
	await expectSound(page);
	expect(steps.length, steps.join(' → ')).toBeLessThanOrEqual(3);

	const after = await everywhere(page, reference);
	expect(after.flagged).toBe(false);
	for (const place of ['tile', 'list', 'csv', 'heatmap', 'cell'] as const)
		expect(after[place], place).toBe(before[place] - 1);

	await page.goto('/search?for=' + reference);
	await page.getByRole('main').getByRole('link', { name: reference }).click();
	await expect(flagged(page, HELD)).toHaveCount(0);
	const newest = page
		.getByRole('list', { name: /^What happened/ })
		.getByRole('listitem')
		.first();
	await expect(newest).toContainText('Section 47 visit today with a senior worker.');
});

test('a form posted twice acts once', async ({ as }) => {
	const page = await as('team manager');
	await openWorst(page);
	const form = page.getByRole('region', { name: 'Record oversight' });
	await form.getByLabel('Decision', { exact: true }).fill('Strategy meeting tomorrow at ten, chaired by me.');
	await form.getByLabel('Rationale').fill('Two professionals saw different injuries.');
	const address = page.url();
	const typed = await form
		.locator('form')
		.evaluate((element: HTMLFormElement) =>
			[...new FormData(element)].filter((field): field is [string, string] => typeof field[1] === 'string')
		);
	await form.getByRole('button', { name: 'Record oversight' }).click();
	await expect(page.getByRole('status').first()).toContainText('Oversight recorded');
	const again = await page.request.post(`${address}?/oversight`, {
		headers: { origin: new URL(address).origin, accept: 'text/html' },
		form: Object.fromEntries(typed),
		maxRedirects: 0
	});
	expect(again.status()).toBe(303);
	await page.reload();
	await expect(page.getByText('Strategy meeting tomorrow at ten, chaired by me.')).toHaveCount(1);
});

function doing(page: Page): Locator {
	return page.getByRole('main').locator('ol > li[id^="do-"]');
}

function flagged(page: Page, code: string): Locator {
	return page.locator(`article[data-code="${code}"]`);
}

async function openWorst(page: Page): Promise<void> {
	await page.goto('/');
	await doing(page).first().getByRole('link').first().click();
	await expect(page.getByRole('heading', { name: 'Why it is flagged' })).toBeVisible();
}

/** How many cases are held without oversight, as each place tells it, and whether this one is in the list. */
async function everywhere(page: Page, reference: string) {
	await page.goto('/');
	const tile = page.getByRole('list', { name: 'At a glance' }).getByRole('link').first();
	const told = Number(await tile.locator('b').innerText());
	await tile.click();
	await expect(page).toHaveURL(`/flags?rule=${HELD}`);
	const list = flagged(page, HELD);
	const listed = await list.count();
	const isListed = (await list.filter({ hasText: reference }).count()) > 0;
	const href = await page.getByRole('link', { name: 'CSV' }).getAttribute('href');
	const csv = await (await page.request.get(href ?? '')).text();
	const lines = csv.split('\r\n').filter((line) => line.includes(`,${HELD},`));
	expect(lines.some((line) => line.includes(`,${reference},`))).toBe(isListed);
	await page.getByRole('link', { name: 'Team', exact: true }).click();
	const total = page.locator('td[id="cell-team-held"]');
	const heatmap = Number(await total.locator('.value').innerText());
	await total.getByRole('link').click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Held without oversight: ${heatmap}`);
	const cell = await page.locator('main tbody tr').count();
	await page.goto('/');
	return { tile: told, list: listed, csv: lines.length, heatmap, cell, flagged: isListed };
}
