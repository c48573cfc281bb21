import { expect, test } from './visit.ts';

test.use({ apart: 'allocating without JavaScript' });

test('without JavaScript a section 47 enquiry is stopped below the bar and goes ahead with a reason, then somebody’s cases are moved in one step and back', async ({
	as
}) => {
	test.setTimeout(180_000);
	const page = await as('team manager');
	await page.getByRole('main').locator('a[href^="/case/"]').filter({ hasText: 'K-20418' }).first().click();
	await page.getByRole('link', { name: 'Change who leads it' }).click();
	await page.getByRole('row').filter({ hasText: 'in the first 6 months' }).getByRole('radio').check();
	await page.getByLabel('Why the lead changes').selectOption({ label: 'Other reason' });
	await page.getByRole('button', { name: 'See what this does' }).click();

	await expect(page.getByRole('heading', { name: 'Stop: this is below the bar' })).toBeVisible();
	const stop = page.getByRole('main');
	await expect(stop).toContainText(
		/asks for a social worker with 24 months’ experience, with .*S47 training/
	);
	await expect(stop).toContainText('without S47 training. No co-worker makes up for it.');
	await expect(page.getByLabel('A co-worker who makes up for it').getByRole('option')).not.toHaveCount(1);
	await page.getByRole('button', { name: 'Continue' }).click();
	await expect(page.getByRole('alert').getByRole('link')).toHaveText([
		'Write why it is led below the bar, or choose a co-worker who makes up for it.',
		'Give the day of the first oversight.'
	]);
	await page.getByLabel('Why it goes ahead').fill('Nobody else is free before Monday.');
	await page.getByLabel('Its first oversight is on').fill('mon');
	await page.getByRole('button', { name: 'Continue' }).click();
	await expect(stop).toContainText(
		'because: “Nobody else is free before Monday.” The flag stands all the same.'
	);
	await page.getByRole('button', { name: 'Save' }).click();
	await expect(stop).toContainText('Why: Nobody else is free before Monday.');
	await page.getByRole('button', { name: 'Undo' }).first().click();

	await page.getByRole('link', { name: 'Team', exact: true }).click();
	await page.locator('a[href^="/practitioner/"]').filter({ hasText: 'Jodie Marlow' }).first().click();
	await page.getByRole('link', { name: 'Absence' }).click();
	await page.getByRole('link', { name: 'Record an absence' }).click();
	await page.getByLabel('Sickness').check();
	await page.getByLabel('First day away').fill('today');
	await page.getByRole('button', { name: 'See what this does' }).click();
	await page.getByRole('button', { name: 'Save' }).click();
	await page.getByRole('link', { name: /^Plan their \d+ cases$/ }).click();
	await expect(page.getByLabel('Why the lead changes')).toHaveValue('ABSENC');
	await page.getByRole('button', { name: 'See what this does' }).click();
	if (await page.getByRole('heading', { name: 'Stop: this is below the bar' }).isVisible())
		throw new Error('a plan proposes somebody below the bar');
	await expect(stop).toContainText(/oversight due by /);
	await page.getByRole('button', { name: 'Move them' }).click();
	await expect(page.getByRole('status').first()).toContainText('The cases are moved');
	await page.getByRole('button', { name: 'Undo' }).click();
	await expect(page.getByRole('status').first()).toContainText('The move is undone');
});
