import type { Page } from '@playwright/test';
import { expect, expectSound, test } from './visit.ts';

test.use({ apart: 'supervision' });
test.describe.configure({ mode: 'serial' });

const HELD = 'HELD_WITHOUT_OVERSIGHT';
const ANALYSIS = 'The baby has gained weight, and the bruise has no account that fits it.';
const DECISION = 'A paediatrician sees the baby today; Priya goes along.';
const ADDED = 'Nothing is settled until the report is read.';
const PERSONAL = 'Jodie carries this one home with her. We agreed on two late starts.';

let session = '';
let reference = '';

test('a draft outlives the server: what was saved is there, and what was typed meanwhile is saved after', async ({
	as,
	authority
}) => {
	test.setTimeout(180_000);
	const page = await as('team manager');
	const worst = page.getByRole('main').locator('ol > li[id^="do-"]').first();
	reference = await worst.getByRole('link').first().innerText();
	await expect(worst).toContainText('Held by Jodie Marlow');
	await page.getByRole('link', { name: 'Supervision', exact: true }).click();
	await page.getByRole('button', { name: 'Start supervision of Jodie Marlow' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Supervision of Jodie Marlow');
	session = new URL(page.url()).pathname;
	await page.getByRole('link', { name: reference }).first().click();
	await page.getByLabel('Analysis', { exact: true }).fill(ANALYSIS);
	const saving = page.getByRole('status').filter({ hasText: /Sav/ });
	await expect(saving).toHaveText(/^Saved \d\d:\d\d$/);
	await expectSound(page);

	await authority.crash();
	await page.getByLabel('Decision', { exact: true }).fill(DECISION);
	await expect(page.getByText('Not saved: reconnecting, your text is still here')).toBeVisible();
	await authority.startAgain();
	await expect(saving).toHaveText(/^Saved \d\d:\d\d$/, { timeout: 40_000 });

	await authority.crash();
	await authority.startAgain();
	await page.reload();
	await expect(page.getByLabel('Analysis', { exact: true })).toHaveValue(ANALYSIS);
	await expect(page.getByLabel('Decision', { exact: true })).toHaveValue(DECISION);
});

test('two windows on one draft: both texts are shown, and none is lost', async ({ as }) => {
	const [one, two] = [await as('team manager'), await as('practitioner')];
	for (const page of [one, two]) await openPart(page, reference);
	await one.getByLabel('Analysis', { exact: true }).fill(`${ANALYSIS} ${ADDED}`);
	await expect(one.getByRole('status').filter({ hasText: /^Saved/ })).toBeVisible();
	await two.getByLabel('Decision', { exact: true }).fill(`${DECISION} And Jodie.`);
	await expect(two.getByText('Not saved: someone else changed this, both texts are here')).toBeVisible();
	const conflict = two.getByRole('region', { name: /changed this at/ });
	await expect(conflict).toContainText(`${DECISION} And Jodie.`);
	await expect(conflict).toContainText(ADDED);
	await expectSound(two);

	await two.getByRole('button', { name: 'Take theirs' }).click();
	await expect(two.getByLabel('Analysis', { exact: true })).toHaveValue(`${ANALYSIS} ${ADDED}`);
	await expect(two.getByText('Your text, set aside')).toBeVisible();
	await expect(two.getByText(`${DECISION} And Jodie.`)).toBeVisible();
	await expect(two.getByRole('status').filter({ hasText: /^Saved/ })).toBeVisible();
});

test('a draft is no oversight; the supervisor’s signature makes it count', async ({ as }) => {
	const page = await as('team manager');
	await page.goto(`${session}?part=personal`);
	await page.getByLabel('Personal note', { exact: true }).fill(PERSONAL);
	await expectSound(page);
	await page.getByRole('button', { name: 'Save and read through' }).click();
	await expect(page.getByText(PERSONAL)).toBeVisible();
	await expect(page.getByText(ADDED)).toBeVisible();
	await expectSound(page);
	expect(await isHeld(page)).toBe(true);

	await page.goto(`${session}?part=whole`);
	await page.getByRole('button', { name: 'Propose for signing' }).click();
	await expect(page.getByText('Your turn: read it, then sign it or send it back.')).toBeVisible();
	await expectSound(page);
	expect(await isHeld(page)).toBe(true);

	await page.goto(`${session}?part=whole`);
	await page.getByRole('button', { name: 'Sign it' }).click();
	await expect(page.getByText('With Jodie Marlow to sign.')).toBeVisible();
	await expect(page.getByText('Counts as oversight.')).toBeVisible();
	expect(await isHeld(page)).toBe(false);
});

test('the practitioner signs after, with what they see differently', async ({ as }) => {
	const page = await as('practitioner');
	await page.getByRole('link', { name: 'Supervision', exact: true }).click();
	await expect(page.getByRole('heading', { level: 1 })).toContainText('One note waits for you.');
	await page.goto(session);
	await expect(page.getByText(/^Your turn: Priya Castellan has signed\./)).toBeVisible();
	await expect(page.getByText(PERSONAL)).toBeVisible();
	await expectSound(page);
	await page
		.getByLabel('If you disagree, say with what')
		.fill('I would like a colleague to come, not a manager.');
	await page.getByRole('button', { name: 'Sign it' }).click();
	await expect(page.getByText('Signed by both. It stays as it was signed.')).toBeVisible();
	await expect(page.getByText('Disagrees: I would like a colleague to come')).toBeVisible();
	await expectSound(page);
});

test('a signed text cannot be changed, by the page or past it', async ({ as }) => {
	const page = await as('team manager');
	await page.goto(session);
	await expect(page.getByText('Signed by both. It stays as it was signed.')).toBeVisible();
	await expect(page.getByRole('main').locator('textarea, input:visible')).toHaveCount(0);
	await expect(page.getByRole('main').getByRole('button')).toHaveCount(0);
	const caseId = (await page.getByRole('link', { name: reference }).first().getAttribute('href'))
		?.split('/')
		.at(-1);
	const headers = { origin: new URL(page.url()).origin, accept: 'text/html' };
	for (const version of ['0', '1', '2', '3', '4', '5', '6']) {
		const answer = await page.request.post(`${session}?/save&part=${caseId}`, {
			headers,
			form: { version, summary: '', livedExperience: '', analysis: 'Changed.', decision: 'Changed.' }
		});
		expect(answer.status()).toBe(409);
	}
	const drafted = await page.request.post(`${session}/draft?part=${caseId}`, {
		headers: { origin: headers.origin },
		data: { version: 1, texts: { analysis: 'Changed.' } }
	});
	expect(drafted.ok()).toBe(false);
	await page.reload();
	await expect(page.getByText(ADDED)).toBeVisible();
	await expect(page.getByText('Changed.')).toHaveCount(0);
});

test('a personal note reaches its two parties, and nobody beside them', async ({ as }) => {
	const colleague = await as('practice supervisor');
	for (const path of [session, `${session}?part=personal`, `${session}?part=whole`]) {
		const answer = await colleague.request.get(path, { headers: { accept: 'text/html' } });
		expect(await answer.text()).not.toContain('two late starts');
	}
	const page = await as('practitioner');
	await page.goto(session);
	await expect(page.getByText(PERSONAL)).toBeVisible();
});

async function openPart(page: Page, name: string): Promise<void> {
	await page.goto(session);
	await page.getByRole('link', { name }).first().click();
	await expect(page.getByLabel('Analysis', { exact: true })).toBeVisible();
}

/** Whether the case stands in the list of what is held without oversight. */
async function isHeld(page: Page): Promise<boolean> {
	await page.goto(`/flags?rule=${HELD}`);
	await expect(page.getByRole('heading', { level: 1 })).toContainText('standing');
	return (await page.locator('article').filter({ hasText: reference }).count()) > 0;
}
