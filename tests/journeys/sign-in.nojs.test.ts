import { expect, test } from './visit.ts';

test('without JavaScript a wrong password keeps the e-mail, and the summary leads to the field', async ({
	page,
	authority
}) => {
	const email = authority.emails['practitioner'] ?? '';
	await page.goto('/sign-in');
	await page.getByLabel('E-mail address').fill(email);
	await page.getByLabel('Password').fill('not this one, surely');
	await page.getByRole('button', { name: 'Sign in' }).click();
	await expect(page.getByLabel('E-mail address')).toHaveValue(email);
	const words = 'The e-mail address or the password is not right';
	await page.getByRole('alert').getByRole('link', { name: words }).click();
	await expect(page).toHaveURL(/#email$/);
});

test('without JavaScript signing out ends the session', async ({ as }) => {
	const page = await as('practitioner');
	await expect(page.getByRole('heading', { level: 1 })).toContainText('% of capacity');
	await page.getByRole('button', { name: 'Sign out' }).click();
	await expect(page.getByRole('status')).toHaveText('You are signed out');
	await page.goto('/');
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in');
});
