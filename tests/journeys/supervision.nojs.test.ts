import { expect, test } from './visit.ts';

test.use({ apart: 'without JavaScript' });

test('without JavaScript a note is written, proposed and signed by both', async ({ as }) => {
	const page = await as('team manager');
	await page.getByRole('link', { name: 'Supervision', exact: true }).click();
	await page.getByRole('button', { name: 'Start supervision of Jodie Marlow' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Supervision of Jodie Marlow');
	const session = new URL(page.url()).pathname;
	await page.getByLabel('Analysis', { exact: true }).fill('It is calmer at home.\nWe do not know why yet.');
	await page.getByLabel('Decision', { exact: true }).fill('Ask the school before the next visit.');
	await page.getByRole('button', { name: 'Save draft' }).click();
	await expect(page.getByLabel('Analysis', { exact: true })).toHaveValue(
		'It is calmer at home.\nWe do not know why yet.'
	);
	await page.getByRole('link', { name: 'Read it through' }).click();
	await page.getByRole('button', { name: 'Propose for signing' }).click();
	await page.getByRole('button', { name: 'Sign it' }).click();
	await expect(page.getByText('With Jodie Marlow to sign.')).toBeVisible();

	const practitioner = await as('practitioner');
	await practitioner.goto(session);
	await practitioner.getByRole('button', { name: 'Sign it' }).click();
	await expect(practitioner.getByText('Signed by both. It stays as it was signed.')).toBeVisible();
	await practitioner.getByText('Add to the personal note').click();
	await practitioner
		.getByLabel('What is to be added to the personal note?')
		.fill('We agreed to look at it again.');
	await practitioner.getByRole('button', { name: 'Add it' }).click();
	await expect(practitioner.getByRole('heading', { name: /^Added by Jodie Marlow on/ })).toBeVisible();
	await expect(practitioner.getByText('We agreed to look at it again.')).toBeVisible();
	await expect(practitioner.locator('form[action*="save"]')).toHaveCount(0);
});

test('without JavaScript two people on one draft are shown both texts', async ({ as }) => {
	const [one, two] = [await as('team manager'), await as('practice supervisor')];
	await one.getByRole('link', { name: 'Supervision', exact: true }).click();
	await one.getByRole('button', { name: 'Start supervision of Kwabena Lister' }).click();
	await expect(one.getByRole('heading', { level: 1 })).toHaveText('Supervision of Kwabena Lister');
	const personal = `${new URL(one.url()).pathname}?part=personal`;
	for (const page of [one, two]) await page.goto(personal);
	await one.getByLabel('Personal note').fill('Leave in February, and who stands in.');
	await one.getByRole('button', { name: 'Save draft' }).click();
	await two.getByLabel('Personal note').fill('Mornings are hard since the move.');
	await two.getByRole('button', { name: 'Save draft' }).click();
	await expect(two.getByRole('alert')).toContainText('Not saved: the text was changed meanwhile.');
	await expect(two.locator('blockquote')).toHaveText([
		'Mornings are hard since the move.',
		'Leave in February, and who stands in.'
	]);
	await two.getByRole('button', { name: 'Keep both, one after the other' }).click();
	await expect(two.getByLabel('Personal note')).toHaveValue(
		/Mornings are hard[^]*Leave in February|Leave in February[^]*Mornings are hard/
	);
});
