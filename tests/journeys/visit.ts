import {
	test as base,
	expect as patient,
	type BrowserContext,
	type Page,
	type Response
} from '@playwright/test';
import axe from 'axe-core';
import { folderForDemo, startDemo, type Demo, type RunningDemo } from './demo.ts';

/** Other work on the machine makes a page slow, not wrong. */
export const expect = patient.configure({ timeout: 20_000 });

export type Role =
	| 'team manager'
	| 'practitioner'
	| 'practice supervisor'
	| 'service manager'
	| 'director'
	| 'principal social worker'
	| 'data steward'
	| 'administrator';

interface Visits {
	/** Signs somebody in, in a browser of their own, and answers with their page. */
	as: (role: Role) => Promise<Page>;
}

interface Places {
	/** A name, for journeys that change what others would see: an authority started for them alone. */
	apart: string | null;
	authority: Authority;
}

interface Authority extends Demo {
	/** Ends its server without warning; only where it was started apart. */
	crash: () => Promise<void>;
	/** Starts the server again on the same data, at the same address. */
	startAgain: () => Promise<void>;
}

/** Journeys in a browser that is watched: errors on the console, failed parts of a page and other origins fail them. */
export const test = base.extend<Visits, Places>({
	apart: [null, { option: true, scope: 'worker' }],
	authority: [
		async ({ apart }, use) => {
			if (apart === null) {
				const shared = JSON.parse(process.env['JOURNEYS_SIGN_INS'] ?? '') as Demo;
				const refuse = async () => Promise.reject(new Error('Others use this authority too.'));
				return use({ ...shared, crash: refuse, startAgain: refuse });
			}
			const { folder, remove } = folderForDemo(process.env['JOURNEYS_FILLED']);
			let running: RunningDemo | null = null;
			try {
				const { address, password, emails } = (running = await startDemo(folder));
				const crash = async () => {
					await running?.kill();
					running = null;
				};
				const startAgain = async () => {
					running = await startDemo(folder, Number(new URL(address).port));
				};
				await use({ address, password, emails, crash, startAgain });
			} finally {
				await running?.stop();
				remove();
			}
		},
		{ scope: 'worker', timeout: 120_000 }
	],
	baseURL: async ({ authority }, use) => use(authority.address),
	context: async ({ context, authority }, use) => {
		const troubles = watch(context, authority.address);
		await use(context);
		expect(troubles).toEqual([]);
	},
	page: async ({ page, javaScriptEnabled }, use) => {
		if (javaScriptEnabled) goAwake(page);
		await use(page);
	},
	as: async ({ browser, authority, javaScriptEnabled }, use) => {
		const visits: { context: BrowserContext; troubles: string[] }[] = [];
		await use(async (role) => {
			const context = await browser.newContext();
			visits.push({ context, troubles: watch(context, authority.address) });
			const page = await context.newPage();
			if (javaScriptEnabled) goAwake(page);
			await signIn(page, authority, role);
			return page;
		});
		const troubles = visits.flatMap((visit) => visit.troubles);
		for (const { context } of visits) await context.close();
		expect(troubles).toEqual([]);
	}
});

/** A page that was asked for or asked for again answers keys once it is awake, which on a busy machine is later. */
function goAwake(page: Page): void {
	const { goto, reload } = { goto: page.goto.bind(page), reload: page.reload.bind(page) };
	const awake = async (answer: Response | null) => {
		const html = answer?.headers()['content-type']?.startsWith('text/html');
		if (html) await page.locator('.shell[data-awake]').waitFor();
		return answer;
	};
	page.goto = async (...asked) => awake(await goto(...asked));
	page.reload = async (...asked) => awake(await reload(...asked));
}

async function signIn(page: Page, { emails, password }: Demo, role: Role): Promise<void> {
	await page.goto('/sign-in');
	await page.getByLabel('E-mail address').fill(emails[role] ?? '');
	await page.getByLabel('Password').fill(password);
	await page.getByRole('button', { name: 'Sign in' }).click();
	await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
}

/** What goes wrong in a browser while somebody uses it. That a page itself is refused is for each journey to say. */
function watch(context: BrowserContext, address: string): string[] {
	const troubles: string[] = [];
	const { origin } = new URL(address);
	context.on('console', (message) => {
		const loading = message.text().startsWith('Failed to load resource');
		if (['error', 'warning'].includes(message.type()) && !loading)
			troubles.push(`${message.page()?.url()}: ${message.text()}`);
	});
	context.on('weberror', (error) => troubles.push(`${error.page()?.url()}: ${error.error().stack}`));
	context.on('request', (request) => {
		const { protocol, origin: asked } = new URL(request.url());
		if (asked !== origin && !['data:', 'blob:', 'about:'].includes(protocol))
			troubles.push(`asked another origin: ${request.url()}`);
	});
	context.on('response', (response) => {
		const wrong = response.status() >= (response.request().isNavigationRequest() ? 500 : 400);
		// That a draft was changed by somebody else, or that its writer is signed out, is an answer and not a fault.
		const answered =
			response.status() === 409 || (response.status() === 401 && /\/draft\?/.test(response.url()));
		if (wrong && !answered) troubles.push(`${response.status()} from ${response.url()}`);
	});
	return troubles;
}

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const WIDE = { width: 1280, height: 720 };
const NARROW = { width: 320, height: 720 };

/** What a wide page shows in the light, a narrow one shows in the dark: every rule is asked both ways, each colour once. */
const WAYS = [
	{ how: 'wide, light', viewport: WIDE, colorScheme: 'light' },
	{ how: 'narrow, dark', viewport: NARROW, colorScheme: 'dark' }
] as const;

/**
 * The page as it stands is sound: nothing for axe, wide and light, narrow and dark, and nothing beyond the edge of either
 * window; in brief, for a page that others show alike, axe looks at it wide and light only.
 */
export async function expectSound(page: Page, brief = false): Promise<void> {
	const found: string[] = [];
	for (const { how, viewport, colorScheme } of WAYS) {
		await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
		const beyond = await beyondTheEdge(page, viewport);
		if (beyond > 0) found.push(`${how}: scrolls sideways by ${beyond} px`);
		if (brief && viewport === NARROW) continue;
		for (const violation of await violationsOn(page)) found.push(`${how}: ${violation}`);
	}
	await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
	await page.setViewportSize(WIDE);
	expect(found, page.url()).toEqual([]);
}

/** Nothing of the page lies beyond the edge of a narrow window. */
export async function expectNarrow(page: Page): Promise<void> {
	expect(await beyondTheEdge(page, NARROW), `${page.url()} scrolls sideways`).toBeLessThanOrEqual(0);
	await page.setViewportSize(WIDE);
}

async function beyondTheEdge(page: Page, viewport: typeof WIDE): Promise<number> {
	const now = page.viewportSize();
	if (now?.width !== viewport.width || now.height !== viewport.height) await page.setViewportSize(viewport);
	return page.evaluate(
		() =>
			new Promise<number>((resolve) => {
				const measured = () => resolve(document.documentElement.scrollWidth - innerWidth);
				requestAnimationFrame(() => requestAnimationFrame(measured));
			})
	);
}

/** What axe finds on the page as it stands. It is brought to a page once: reading it takes as long as a small page. */
async function violationsOn(page: Page): Promise<string[]> {
	if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
	return page.evaluate(async (tags) => {
		const here = window as unknown as { axe: typeof axe };
		const { violations } = await here.axe.run(document, {
			runOnly: { type: 'tag', values: tags },
			resultTypes: ['violations']
		});
		return violations.flatMap(({ id, nodes }) =>
			nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary}`)
		);
	}, WCAG);
}
