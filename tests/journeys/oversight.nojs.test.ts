import { expect, test } from './visit.ts';

test.use({ apart: 'without JavaScript' });

test('without JavaScript oversight of the worst case is recorded from the first page', async ({ as }) => {
	const page = await as('team manager');
	const tile = page.getByRole('list', { name: 'At a glance' }).getByRole('link').first();
	const before = Number(await tile.locator('b').innerText());
	const worst = page.getByRole('main').locator('ol > li[id^="do-"]').first();
	const reference = await worst.getByRole('link').first().innerText();
	await worst.locator('summary').click();
	await worst.getByLabel('Decision', { exact: true }).fill('A second worker joins from Monday.');
	await worst.getByLabel('Rationale').fill('The visits so far were too short to see the child alone.');
	await worst.getByRole('button', { name: 'Record oversight' }).click();

	await expect(page.getByRole('status').first()).toContainText('Oversight recorded');
	await expect(tile.locator('b')).toHaveText(String(before - 1));
	await tile.click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(new RegExp(`^${before - 1} flags? of`));
	await expect(page.locator('article').filter({ hasText: reference })).toHaveCount(0);
});

test('without JavaScript a decision with nothing written is refused, and keeps what was typed', async ({
	as
}) => {
	const page = await as('team manager');
	await page.goto('/flags?rule=OVERSIGHT_OVERDUE');
	await page.locator('article .title a').first().click();
	const form = page.getByRole('region', { name: 'Record oversight' });
	await form.getByLabel('Rationale').fill('School is worried.\nSo is the grandmother.');
	await form.getByLabel('Made on').fill('2026-11-19');
	await form.getByRole('button', { name: 'Record oversight' }).click();

	await expect(page.getByRole('alert').getByRole('link')).toHaveText(['Write what you decided.']);
	await expect(form.getByLabel('Rationale')).toHaveValue('School is worried.\nSo is the grandmother.');
	await expect(form.getByLabel('Made on')).toHaveValue('2026-11-19');
	await form.getByLabel('Decision', { exact: true }).fill('Meet both on Friday.');
	await form.getByRole('button', { name: 'Record oversight' }).click();

	await expect(page.getByRole('status').first()).toContainText('Oversight recorded');
	const made = page.getByRole('list', { name: /^What happened/ }).getByRole('listitem');
	await expect(made.filter({ hasText: 'Meet both on Friday.' })).toContainText('19 Nov 2026');
});
