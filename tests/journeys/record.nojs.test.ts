import { expect, test } from './visit.ts';

test.use({ apart: 'a question about a record without JavaScript' });

test('without JavaScript somebody questions what is recorded about them, and the manager puts it right and answers', async ({
	as
}) => {
	const jodie = await as('practitioner');
	await jodie.goto('/account');
	await jodie.getByRole('link', { name: 'What is recorded about you' }).click();
	await jodie.getByText('Question this: Registration').click();
	const ask = jodie
		.getByRole('button', { name: 'Ask for it to be put right' })
		.and(jodie.locator(':visible'));
	await ask.click();
	await expect(jodie.getByRole('alert').getByRole('link')).toHaveText([
		'Say what is wrong.',
		'Say what it should be.'
	]);
	await jodie.locator('#wrong').fill('I registered in May, a year before.');
	await jodie.locator('#should').fill('11 May 2025');
	await ask.click();
	await expect(jodie.getByRole('status').first()).toContainText('Your question is asked.');

	const priya = await as('team manager');
	await priya.getByRole('link', { name: 'One person questions what is recorded about them' }).click();
	await priya.getByRole('link', { name: 'Jodie Marlow' }).click();
	await expect(priya.getByRole('main')).toContainText('What it should be: 11 May 2025');
	await priya.getByRole('link', { name: 'Change the registration' }).click();
	await priya.getByLabel('Registered on').fill('11 may 2025');
	await priya.getByLabel(/^Why, where you correct/).fill('The public register says so.');
	await priya.getByRole('button', { name: 'See what this changes' }).click();
	await expect(priya.getByRole('main')).toContainText('Nothing is saved yet.');
	await priya.getByRole('button', { name: 'Save' }).click();
	await priya.getByLabel('It was put right').check();
	await priya.getByLabel('Your answer').fill('Corrected from the public register.');
	await priya.getByRole('button', { name: 'Answer' }).click();
	await expect(priya.getByRole('status').first()).toContainText('Answered.');

	await jodie.reload();
	await expect(jodie.getByRole('main')).toContainText('Answer: Corrected from the public register.');
	await expect(jodie.getByRole('main')).toContainText('Registered 11 May 2025.');
});
