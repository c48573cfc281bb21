import { expect, test } from './visit.ts';

test.use({ apart: 'a posting without JavaScript' });

test('without JavaScript a manager reads what a leaver leaves behind, saves it, and undoes it', async ({
	as
}) => {
	const page = await as('team manager');
	await page.getByRole('link', { name: 'Team', exact: true }).click();
	await page.locator('a[href^="/practitioner/"]').filter({ hasText: 'Jodie Marlow' }).first().click();
	await page.getByRole('link', { name: 'Postings' }).click();
	await page.getByRole('link', { name: 'Record a leaver' }).click();
	const last = page.getByLabel('Last day in post');
	await last.fill('4 dce');
	await page.getByRole('button', { name: 'See what this does' }).click();
	await expect(page.getByRole('alert').getByRole('link')).toHaveText([
		'“4 dce” is not a day. Type it as 3 mar, 3/3/2026 or last friday.'
	]);
	await expect(last).toHaveValue('4 dce');
	await last.fill('4 dec');
	await page.getByRole('button', { name: 'See what this does' }).click();

	const does = page.getByRole('main');
	await expect(does).toContainText(/section 47 enquiry.* has no lead in post from Sat 5 Dec 2026/);
	await expect(does).toContainText(/On Sat 5 Dec 2026: raised Unallocated/);
	await expect(does).toContainText('Nothing is saved yet.');
	await page.getByRole('button', { name: 'Save' }).click();
	await expect(page.getByRole('status').first()).toContainText('The last day is recorded');
	await expect(does).toContainText('Leaves: not in post from 5 Dec 2026.');
	await page.getByRole('button', { name: 'Undo' }).click();
	await expect(page.getByRole('status').first()).toContainText('The change is undone');
	await expect(does).not.toContainText('Leaves:');
});
