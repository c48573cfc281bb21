import { expect, test } from './visit.ts';

test.use({ apart: 'a restructure without JavaScript' });

test('without JavaScript two teams are planned into one, the plan is mended, and a move is carried out', async ({
	as
}) => {
	const page = await as('service manager');
	await page.goto('/people');
	await page.getByRole('link', { name: 'Restructures' }).click();
	await page.getByRole('link', { name: 'One assessment team for North and South' }).click();
	const main = page.getByRole('main');
	await expect(main).toContainText(/\d+ cases would change hands twice/);
	await expect(main).toContainText(/have no supervisor in post from Mon 11 Jan 2027/);
	await expect(page.getByRole('table', { name: 'Cases that would change hands twice' })).toContainText(
		'two days of this plan'
	);

	await page.getByRole('button', { name: /^Take out.*The cases that/ }).click();
	await expect(page.getByRole('status').first()).toContainText('out of the plan');
	await page.getByRole('link', { name: /^Change.*Assessment South joins/ }).click();
	await page.getByLabel('From').fill('4 jna');
	await page.getByRole('button', { name: 'See what the plan then does' }).click();
	await expect(page.getByRole('alert').getByRole('link')).toHaveText([/“4 jna” is not a day/]);
	await page.getByLabel('From').fill('11 jan 2027');
	const supervisor = page.getByLabel('Supervisor there');
	const manager = supervisor.locator('option').filter({ hasText: /team manager, Assessment North$/ });
	await supervisor.selectOption((await manager.getAttribute('value')) ?? '');
	await page.getByRole('button', { name: 'See what the plan then does' }).click();
	await expect(main).toContainText('Nobody would lose their supervisor.');
	await expect(main).toContainText(/Supervisees who would lose their supervisor: 0 instead of \d+/);
	await page.getByRole('button', { name: 'Put it in the plan' }).click();
	await expect(page.getByRole('status').first()).toContainText('The move is in the plan');

	await page.getByRole('link', { name: /^Carry out.* leaves/ }).click();
	await expect(main).toContainText('1 posting is changed');
	await page.getByRole('button', { name: 'Carry it out' }).click();
	await expect(page.getByRole('status').first()).toContainText('The move is carried out');
	await expect(main).toContainText('Carried out on 20 Nov 2026');
	await page.getByRole('button', { name: 'Undo' }).first().click();
	await expect(page.getByRole('status').first()).toContainText('Undone');
});
