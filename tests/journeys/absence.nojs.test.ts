import { expect, test } from './visit.ts';

test.use({ apart: 'an absence without JavaScript' });

test('without JavaScript a manager reads what an absence does, saves it, sees the gap, and undoes it', async ({
	as
}) => {
	const page = await as('team manager');
	await page.getByRole('link', { name: 'Team', exact: true }).click();
	const team = page.url();
	await page.locator('a[href^="/practitioner/"]').filter({ hasText: 'Jodie Marlow' }).first().click();
	await page.getByRole('link', { name: 'Absence' }).click();
	await page.getByRole('link', { name: 'Record an absence' }).click();
	const first = page.getByLabel('First day away');
	await first.fill('23 nvo');
	await page.getByRole('button', { name: 'See what this does' }).click();

	await expect(page.getByRole('alert').getByRole('link')).toHaveText([
		'Choose why they are away.',
		'“23 nvo” is not a day. Type it as 3 mar, 3/3/2026 or last friday.'
	]);
	await expect(first).toHaveValue('23 nvo');
	await first.fill('23 nov');
	await page.getByLabel('Sickness').check();
	await page.getByRole('button', { name: 'See what this does' }).click();

	const does = page.getByRole('main');
	await expect(does).toContainText(/section 47 enquiry.* has nobody from Tue 1 Dec 2026/);
	await expect(does).toContainText('Nothing is saved yet.');
	await page.getByRole('button', { name: 'Save' }).click();
	await expect(page.getByRole('status').first()).toContainText('The absence is recorded');

	await page.goto(`${team.split('?')[0]}/away`);
	const away = page.getByRole('row').filter({ hasText: 'Jodie Marlow' });
	await expect(away).toContainText(/has nobody from Tue 1 Dec 2026/);
	await away.getByRole('link', { name: 'Jodie Marlow' }).click();
	await page.getByRole('button', { name: 'Undo' }).first().click();
	await expect(page.getByRole('status').first()).toContainText('The last change is undone');
});
