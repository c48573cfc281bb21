import { expect, test } from './visit.ts';

test.use({ apart: 'closing a case without JavaScript' });

test('a case is closed the wrong way, then as the policy says, with what follows said first, and undone', async ({
	as
}) => {
	const page = await as('team manager');
	await page.getByRole('main').locator('a[href^="/case/"]').filter({ hasText: 'K-20418' }).first().click();
	await page.getByRole('link', { name: 'Close', exact: true }).click();
	await page
		.getByLabel('Why it closes')
		.selectOption({ label: 'Case closed after assessment, no further action' });
	await page.getByRole('button', { name: 'See what this does' }).click();

	await expect(page.getByRole('alert').getByRole('link')).toHaveText([
		/^A section 47 enquiry ends with the analysis of a manager who does not lead the case/,
		'No sign-off is recorded from 24 Oct 2026 to 20 Nov 2026. Write it here if you manage practice and do not lead the case, or ask somebody who does.'
	]);
	for (const group of ['Outcome of the section 47 enquiry', 'Sign-off']) {
		const decision = page.getByRole('group', { name: group });
		await decision.getByLabel('Decision').fill('No further action.');
		await decision.getByLabel('Why').fill('Seen alone twice; the two accounts agree.');
	}
	await page.getByRole('button', { name: 'See what this does' }).click();

	const does = page.getByRole('main');
	await expect(does).toContainText('It closes on the day on which its section 47 enquiry ends, 20 Nov 2026');
	await expect(does).toContainText('Still open: ');
	await expect(does).toContainText('raised Closed soon after a section 47 enquiry');
	await expect(does).toContainText('Nothing is saved yet.');
	await page.getByRole('button', { name: 'Close the case' }).click();

	await expect(page.getByRole('status').first()).toContainText('The case is closed.');
	await expect(page.getByRole('heading', { name: /Closed soon after a section 47 enquiry/ })).toBeVisible();
	await page.getByRole('button', { name: 'Undo' }).click();
	await expect(page.getByRole('status').first()).toContainText('Undone.');
	await expect(page.getByRole('link', { name: 'Close', exact: true })).toBeVisible();
});
