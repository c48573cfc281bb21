import { expect, test } from './visit.ts';

test.use({ apart: 'without JavaScript' });

test('without JavaScript an agency’s request is recorded, declined, and agreed by a second manager who is shown it', async ({
	as
}) => {
	const practitioner = await as('practitioner');
	const worst = practitioner.getByRole('main').locator('ol > li[id^="do-"]').first();
	await worst.getByRole('link').first().click();
	await practitioner.getByRole('link', { name: 'Record a request' }).click();
	await practitioner.getByLabel('Agency').first().selectOption('Probation');
	await practitioner.getByRole('button', { name: 'Record the request' }).click();
	await expect(practitioner.getByRole('alert').getByRole('link')).toHaveText([
		'Choose what the agency asks for.'
	]);
	await practitioner.getByLabel('Challenges a decision').check();
	await practitioner.getByRole('button', { name: 'Record the request' }).click();
	await expect(practitioner.getByRole('main')).toContainText(
		'To be decided by Mon 23 Nov 2026; nobody has yet.'
	);

	const manager = await as('team manager');
	const waits = { hasText: 'Probation challenges a decision' };
	await manager.getByRole('listitem').filter(waits).getByRole('link', { name: 'Open request' }).click();
	await manager.getByLabel(/^Declined/).check();
	await manager.getByLabel('Why', { exact: true }).fill('The plan was looked at on Tuesday, and stands.');
	await manager.getByRole('button', { name: 'Record the decision' }).click();
	await expect(manager.getByRole('main')).toContainText('A second manager has to agree by Mon 23 Nov 2026.');
	await expect(manager.getByRole('button', { name: 'I agree that it is declined' })).toHaveCount(0);

	const above = await as('service manager');
	await above.getByRole('listitem').filter(waits).getByRole('link', { name: 'Open request' }).click();
	await expect(above.getByRole('main')).toContainText('The plan was looked at on Tuesday, and stands.');
	await above.getByRole('button', { name: 'I agree that it is declined' }).click();
	await expect(above.getByRole('main')).toContainText(/Declined by .+; .+ agreed to that\./);
	await above.goto('/');
	await expect(above.getByRole('listitem').filter(waits)).toHaveCount(0);
});
