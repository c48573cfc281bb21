import { chromium, type Locator, type Page } from '@playwright/test';
import { browserForTests } from '../browser.ts';
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

/** A minute of it on demand; as long as each thing that goes wrong needs, otherwise. */
const TYPING_SECONDS = Number(process.env['COUNTERSIGN_TYPING_SECONDS'] ?? 0);
const AT_MOST_UNSAVED_MS = 10_000;

test('typing through a lost connection, a killed server and an ended session loses no saved character', async ({
	as,
	authority
}) => {
	test.setTimeout(300_000);
	const page = await as('team manager');
	const worst = page.getByRole('main').locator('ol > li[id^="do-"]').first();
	reference = await worst.getByRole('link').first().innerText();
	await expect(worst).toContainText('Held by Jodie Marlow');
	await page.getByRole('link', { name: 'Supervision', exact: true }).click();
	await page.getByRole('button', { name: 'Start supervision of Jodie Marlow' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Supervision of Jodie Marlow');
	session = new URL(page.url()).pathname;
	await page.getByRole('link', { name: reference }).first().click();
	await expectSound(page);

	const analysis = page.getByLabel('Analysis', { exact: true });
	const state = page.getByRole('status').filter({ hasText: /sav/i });
	const lost = /^Not saved: reconnecting, your text is still here$/;
	const anything = /^/;
	const saved = /^Saved \d\d:\d\d$/;
	const typed: { word: string; at: number }[] = [];
	let words = 0;
	/** Types on until what the page says has been said, and at least so long. */
	const typeUntil = async (said: RegExp, leastMs = 0) => {
		const began = Date.now();
		await analysis.focus();
		await page.keyboard.press('Control+End');
		while (Date.now() - began < leastMs || !said.test((await state.allInnerTexts()).join(''))) {
			const word = `word${++words} `;
			await page.keyboard.type(word, { delay: 20 });
			typed.push({ word, at: Date.now() });
			if (Date.now() - began > 60_000) throw new Error(`It never said ${said}`);
		}
	};
	const stored = async () => {
		const answer = await page.request.get(page.url(), { headers: { accept: 'text/html' } });
		return /<textarea[^>]*name="analysis"[^>]*>([^<]*)</.exec(await answer.text())?.[1]?.trim() ?? '';
	};
	const expectOnlyLateWordsUnsaved = async () => {
		const before = typed.filter(({ at }) => Date.now() - at > AT_MOST_UNSAVED_MS).length;
		expect((await stored()).split(' ').filter(Boolean).length).toBeGreaterThanOrEqual(before);
	};
	const expectAllStored = async () => {
		await expect(state).toHaveText(saved, { timeout: 40_000 });
		expect(await stored()).toBe(typed.map(({ word }) => word.trim()).join(' '));
	};
	const each = (TYPING_SECONDS * 1000) / 4;

	await typeUntil(anything, Math.max(each, 11_000));
	await expectOnlyLateWordsUnsaved();
	await page.context().setOffline(true);
	await typeUntil(lost, each);
	await page.context().setOffline(false);
	await expectAllStored();

	await typeUntil(anything, 2000);
	await authority.crash();
	await typeUntil(lost, each);
	const starting = authority.startAgain();
	await typeUntil(lost);
	await starting;
	await expectAllStored();

	await page.context().clearCookies();
	await typeUntil(/^Not saved: you are signed out, your text is still here$/, each);
	const [signIn] = await Promise.all([
		page.waitForEvent('popup'),
		page.getByRole('link', { name: 'Sign in in a new window' }).click()
	]);
	await signIn.getByLabel('E-mail address').fill(authority.emails['team manager'] ?? '');
	await signIn.getByLabel('Password').fill(authority.password);
	await signIn.getByRole('button', { name: 'Sign in' }).click();
	await expect(signIn.getByRole('button', { name: 'Sign out' })).toBeVisible();
	await expectAllStored();

	const all = typed.map(({ word }) => word.trim()).join(' ');
	await analysis.fill(`${ANALYSIS} ${all}`);
	await page.getByLabel('Decision', { exact: true }).fill(DECISION);
	await expect(state).toHaveText(saved);
	await page.reload();
	await expect(analysis).toHaveValue(`${ANALYSIS} ${all}`);
	await expect(page.getByLabel('Decision', { exact: true })).toHaveValue(DECISION);
	await analysis.fill(ANALYSIS);
	await expect(state).toHaveText(saved);
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
	await expect(
		page.locator('form[action*="save"], form[action*="sendBack"], form[action*="sign&"]')
	).toHaveCount(0);
	const caseId = (await page.getByRole('link', { name: reference }).first().getAttribute('href'))
		?.split('/')
		.at(-1);
	const headers = { origin: new URL(page.url()).origin, accept: 'text/html' };
	for (const version of ['0', '1', '2', '3', '4', '5', '6']) {
		const answer = await page.request.post(`${session}?/save&part=${caseId}`, {
			headers,
			form: { version, summary: '', livedExperience: '', analysis: 'Overwritten.', decision: 'Overwritten.' }
		});
		expect(answer.status()).toBe(409);
	}
	const drafted = await page.request.post(`${session}/draft?part=${caseId}`, {
		headers: { origin: headers.origin },
		data: { version: 1, texts: { analysis: 'Overwritten.' } }
	});
	expect(drafted.ok()).toBe(false);
	await page.reload();
	await expect(page.getByText(ADDED)).toBeVisible();
	await expect(page.getByText('Overwritten.')).toHaveCount(0);
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

test('once signed out, going back shows nothing of a note in a browser that keeps the pages it left', async ({
	authority
}) => {
	const kept = { ...(await browserForTests()), ignoreDefaultArgs: ['--disable-back-forward-cache'] };
	const browser = await chromium.launch(kept);
	try {
		const context = await browser.newContext({ baseURL: authority.address });
		await context.addInitScript(() =>
			addEventListener('pageshow', ({ persisted }) => {
				document.documentElement.dataset['restored'] = String(persisted);
			})
		);
		const page = await context.newPage();
		const signIn = async () => {
			await page.goto('/sign-in');
			await page.getByLabel('E-mail address').fill(authority.emails['practitioner'] ?? '');
			await page.getByLabel('Password').fill(authority.password);
			await page.getByRole('button', { name: 'Sign in' }).click();
			await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
		};
		const expectNothingKept = async () => {
			await expect(page.getByLabel('E-mail address')).toBeVisible();
			// A page that is asked for anew may come while it is looked at.
			const looked = () =>
				page.evaluate(async () => ({
					page: document.documentElement.outerHTML,
					stored: JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state]),
					databases: await indexedDB.databases(),
					caches: await caches.keys()
				}));
			const said = await looked().catch(async () => {
				await expect(page.getByLabel('E-mail address')).toBeVisible();
				return looked();
			});
			expect(said.page + said.stored).not.toMatch(/two late starts|paediatrician/);
			expect(said).toMatchObject({ databases: [], caches: [] });
		};

		await page.goto('/health');
		await page.goto('/sign-in');
		await page.goBack({ waitUntil: 'commit' });
		// The measure of what follows: this browser does show a page of this server again as it was left.
		await expect(page.locator('html')).toHaveAttribute('data-restored', 'true');

		await signIn();
		for (const part of ['', '?part=whole']) {
			await page.goto(`${session}${part}`);
			await expect(page.getByText(PERSONAL)).toBeVisible();
		}
		await page.getByRole('button', { name: 'Sign out' }).click();
		await expectNothingKept();
		for (const step of [-1, -1, 1, -2, 1]) {
			await page.evaluate((steps) => history.go(steps), step);
			await page.waitForURL((url) => url.pathname === '/sign-in');
			await expectNothingKept();
		}

		await signIn();
		await page.goto(session);
		await expect(page.getByText(PERSONAL)).toBeVisible();
		const [cookie] = await context.cookies();
		const ended = await fetch(`${authority.address}/sign-out`, {
			method: 'POST',
			redirect: 'manual',
			headers: { origin: authority.address, cookie: `${cookie?.name}=${cookie?.value}` },
			body: new URLSearchParams()
		});
		expect(ended.headers.get('clear-site-data')).toBe('"cache", "storage"');
		// As a browser tells a page that it is kept, and that it is shown again, where it keeps this one.
		const tell = (event: string) =>
			page.evaluate((name) => dispatchEvent(new PageTransitionEvent(name, { persisted: true })), event);
		await tell('pagehide');
		await expect(page.getByText(PERSONAL)).toBeHidden();
		await tell('pageshow');
		await expectNothingKept();
	} finally {
		await browser.close();
	}
});

test('signed discussions are drawn and read for quality, and the feedback reaches their supervisor', async ({
	as
}) => {
	const reader = await as('principal social worker');
	await reader.goto('/quality');
	await reader.getByLabel('Held from').fill('today');
	await reader.getByLabel('Why are they read?').fill('Do decisions of this quarter give their reasons?');
	await reader.getByRole('button', { name: 'Draw the sample' }).click();
	await expect(reader.getByRole('heading', { level: 1 })).toHaveText('1 of 1 left to read.');
	await expectSound(reader);
	await reader.getByRole('link', { name: reference }).click();
	await expect(reader.getByText(ADDED)).toBeVisible();
	expect(await reader.content()).not.toContain('two late starts');
	await expectSound(reader);
	await reader.getByRole('button', { name: 'Save', exact: true }).click();
	await expect(reader.getByRole('alert')).toContainText('Choose an answer for “Decision”.');
	for (const [question, answer] of [
		['Decision', 'Yes'],
		['Rationale', 'In part'],
		['Child’s voice', 'No'],
		['Follow-through', 'Too early to say']
	] as const)
		await reader.getByRole('group', { name: question }).getByLabel(answer, { exact: true }).check();
	await reader.getByLabel('Feedback to the supervisor').fill('Where is the older brother in this?');
	await reader.getByRole('button', { name: 'Save', exact: true }).click();
	await expect(reader.getByRole('heading', { level: 1 })).toHaveText(
		'Every discussion of this sample is read.'
	);

	const page = await as('team manager');
	await page.goto(session);
	await expect(page.getByText('Where is the older brother in this?')).toBeVisible();
});

test('by keyboard alone, from Today to a signed supervision of twelve cases', async ({ as }) => {
	test.setTimeout(180_000);
	const page = await as('team manager');
	const count = { steps: 0, fields: 0 };
	const reach = async (target: Locator) => {
		await expect(target).toBeVisible();
		for (let tabs = 0; tabs < 120; tabs++) {
			if (await target.evaluate((element) => element === document.activeElement)) return;
			await page.keyboard.press('Tab');
		}
		throw new Error(`the keyboard does not reach ${await target.innerText()}`);
	};
	const press = async (target: Locator) => {
		await reach(target);
		await page.keyboard.press('Enter');
		count.steps++;
	};
	const write = async (label: string, words: string) => {
		await reach(page.getByLabel(label, { exact: true }));
		await page.keyboard.insertText(words);
		count.fields++;
	};
	await press(page.getByRole('link', { name: 'Supervision', exact: true }));
	await press(page.getByRole('button', { name: 'Start supervision of Jodie Marlow' }));
	await press(page.getByRole('button', { name: /^Add all \d+$/ }));
	const parts = page.getByRole('navigation', { name: 'Parts of this session' }).locator('ol li a');
	await expect(parts.nth(11)).toBeVisible();
	for (let place = 0; place < 12; place++) {
		await expect(parts.nth(place)).toHaveAttribute('aria-current', 'page');
		const name = await parts.nth(place).locator('b').innerText();
		await write('What has happened since last time', `${name} was seen at home and at school this month.`);
		await write('The child’s lived experience', 'School is the calm part of the day.');
		await write(
			'Analysis',
			'What the school sees fits what the family says, and the worry of last winter has not come back.'
		);
		await write('Decision', 'The plan goes on; the next visit is unannounced.');
		await page.keyboard.press('Control+Enter');
		count.steps++;
		await page.waitForURL(place < 11 ? /#summary$/ : /part=/);
	}
	await press(page.getByRole('link', { name: 'Read it through' }));
	await press(page.getByRole('button', { name: 'Propose for signing' }));
	await press(page.getByRole('button', { name: 'Sign it' }));
	await expect(page.getByText('With Jodie Marlow to sign.')).toBeVisible();
	await expect(page.getByText('Counts as oversight.')).toHaveCount(12);
	console.log(
		`From Today to signed by the supervisor, 12 cases: ${count.steps} steps, ${count.fields} fields.`
	);
	expect(count).toEqual({ steps: 18, fields: 48 });
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
