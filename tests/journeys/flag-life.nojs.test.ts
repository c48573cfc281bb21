import { expect, test } from './visit.ts';

test.use({ apart: 'without JavaScript' });

test('without JavaScript a risk is not accepted below the grade, and a request for oversight reaches the manager', async ({
	as
}) => {
	const practitioner = await as('practitioner');
	const first = practitioner.getByRole('main').locator('ol > li[id^="do-"]').first();
	const reference = await first.getByRole('link').first().innerText();
	await first.locator('summary', { hasText: 'Ask for oversight' }).click();
	await first.getByLabel('What do you need a decision on?').fill('Do we hold a strategy meeting?');
	await first.getByRole('button', { name: 'Ask for oversight' }).click();
	await expect(practitioner.getByRole('status').first()).toContainText('Oversight asked for.');
	await expect(first).toContainText('unanswered by the end of 23 Nov 2026 it goes one level up');

	const manager = await as('team manager');
	const asked = manager.getByRole('main').locator('ol > li', { hasText: 'Oversight asked for' });
	await expect(asked).toContainText(reference);
	await expect(asked).toContainText('Do we hold a strategy meeting?');
	await asked.locator('summary', { hasText: 'Answer in words' }).click();
	await asked.getByLabel('Your answer').fill('Yes, today at four.');
	await asked.getByRole('button', { name: 'Answer in words' }).click();
	await expect(asked).toHaveCount(0);

	await manager.goto('/flags?rule=HELD_WITHOUT_OVERSIGHT');
	await manager.locator('article', { hasText: reference }).getByRole('link', { name: 'Raised' }).click();
	await expect(manager.getByRole('region', { name: 'Accept for a time' })).toContainText(
		'This needs a service manager:'
	);
	await manager.getByRole('button', { name: 'Acknowledge with this plan' }).click();
	await expect(manager.getByRole('alert').getByRole('link')).toHaveText([
		'Write the plan: what happens now, by whom and by when.'
	]);
	await manager.getByLabel('Plan').fill('A second worker joins from Monday.');
	await manager.getByRole('button', { name: 'Acknowledge with this plan' }).click();
	const steps = manager.getByRole('list', { name: /^Steps of this flag/ });
	await expect(steps).toContainText('Plan: A second worker joins from Monday.');
	await expect(steps).toContainText('Yes, today at four.');
});
