import { expect, expectSound, test } from './visit.ts';

test('a wrong password keeps the e-mail, and says so once above and once beside the field', async ({
	page,
	authority
}) => {
	const email = authority.emails['practitioner'] ?? '';
	await page.goto('/sign-in');
	await expectSound(page);
	await page.getByLabel('E-mail address').fill(email);
	await page.getByLabel('Password').fill('not this one, surely');
	await page.getByRole('button', { name: 'Sign in' }).click();

	const words = 'The e-mail address or the password is not right';
	const summary = page.getByRole('alert');
	await expect(summary).toBeFocused();
	await expect(summary.getByRole('link', { name: words })).toBeVisible();
	await expect(page.locator('#email-error')).toContainText(words);
	await expect(page.getByLabel('E-mail address')).toHaveValue(email);
	await expect(page.getByLabel('Password')).toHaveValue('');
	await expect(page).toHaveTitle(/^Error: /);
	await expectSound(page);

	await summary.getByRole('link', { name: words }).click();
	await expect(page.getByLabel('E-mail address')).toBeFocused();
});

test('an empty form says what is missing, in the order of the fields', async ({ page }) => {
	await page.goto('/sign-in');
	await page.getByRole('button', { name: 'Sign in' }).click();
	await expect(page.getByRole('alert').getByRole('link')).toHaveText([
		'Enter your e-mail address',
		'Enter your password'
	]);
});

test('signing in leads to the page that was asked for', async ({ page, authority }) => {
	await page.goto('/flags?severity=critical');
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in');
	await page.getByLabel('E-mail address').fill(authority.emails['team manager'] ?? '');
	await page.getByLabel('Password').fill(authority.password);
	await page.getByRole('button', { name: 'Sign in' }).click();
	await expect(page).toHaveURL('/flags?severity=critical');
});

test('signing out ends the session, here and for whoever goes back', async ({ as }) => {
	const page = await as('practitioner');
	const first = page.getByRole('heading', { level: 1 });
	await expect(first).toContainText('% of capacity');
	const [cookie] = await page.context().cookies();
	await page.getByRole('button', { name: 'Sign out' }).click();
	await expect(page.getByRole('status')).toHaveText('You are signed out');
	await expectSound(page);

	await page.goBack();
	await expect(first).toHaveText('Sign in');
	if (!cookie) throw new Error('no session was set');
	await page.context().addCookies([cookie]);
	await page.goto('/');
	await expect(first).toHaveText('Sign in');
});

test('what was typed into a form survives the end of the session', async ({ as, authority }) => {
	const page = await as('team manager');
	await page.goto('/flags?rule=OVERSIGHT_OVERDUE');
	await page.locator('article .title a').first().click();
	await page.getByLabel('Decision', { exact: true }).fill('Visit tomorrow with the health visitor.');
	await page.context().clearCookies();
	await page.getByRole('button', { name: 'Record oversight' }).click();

	await expect(page.getByText('You were signed out before this was sent')).toBeVisible();
	await expectSound(page);
	await page.getByLabel('E-mail address').fill(authority.emails['team manager'] ?? '');
	await page.getByLabel('Password').fill(authority.password);
	await page.getByRole('button', { name: 'Sign in' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('You are signed in again');
	await expectSound(page);
	await page.getByRole('button', { name: 'Send what I typed' }).click();

	await expect(page.getByRole('alert')).toContainText('Write why');
	await expect(page.getByLabel('Decision', { exact: true })).toHaveValue(
		'Visit tomorrow with the health visitor.'
	);
});

test('what is typed before a page is awake is still there when it has woken', async ({
	browser,
	authority
}) => {
	const page = await (await browser.newContext()).newPage();
	let wake = () => {};
	const asleep = new Promise<void>((resolve) => (wake = resolve));
	await page.route('**/_app/immutable/**/*.js', async (route) => {
		await asleep;
		await route.continue();
	});
	await page.goto(`${authority.address}/sign-in`, { waitUntil: 'commit' });
	await page.getByLabel('E-mail address').fill('priya@demo.example');
	await page.getByLabel('Password').fill('typed early');
	wake();
	await page.locator('.shell[data-awake]').waitFor();
	await expect(page.getByLabel('E-mail address')).toHaveValue('priya@demo.example');
	await expect(page.getByLabel('Password')).toHaveValue('typed early');
	await page.context().close();
});
