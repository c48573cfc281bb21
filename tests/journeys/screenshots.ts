import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, type Browser, type Page } from '@playwright/test';
import { browserForTests } from '../browser.ts';
import { folderForDemo, startDemo, type Demo } from './demo.ts';
import { linksOn, routeOf, routes } from './routes.ts';

const root = join(import.meta.dirname, '../..');
const WIDTHS = { wide: 1280, phone: 390 };
const SCHEMES = ['light', 'dark'] as const;

/** A picture: what it is called, whose page it is, and the way there. */
interface Picture {
	name: string;
	role: string | null;
	go: (page: Page) => Promise<unknown>;
	/** As somebody sees it who tells fewer colours apart. */
	vision?: (typeof VISIONS)[number];
}

const VISIONS = ['protanopia', 'deuteranopia', 'tritanopia', 'achromatopsia'] as const;

const to = (path: string) => (page: Page) => page.goto(path);

async function openTeam(page: Page): Promise<void> {
	await page.goto('/');
	const href = await page.locator('a[href^="/team/"]').first().getAttribute('href');
	await page.goto(href ?? '');
}

async function openCell(page: Page): Promise<void> {
	await openTeam(page);
	await page.locator('tbody tr:not(.all) td[id$="-high-stakes"] a').nth(1).click();
	await page.getByRole('heading', { name: /^High stakes: / }).waitFor();
}

async function openWorst(page: Page): Promise<void> {
	await page.goto('/');
	const href = await page.locator('main ol > li[id^="do-"] a').first().getAttribute('href');
	await page.goto(href ?? '');
}

const openPractitioner = (tab: string) => async (page: Page) => {
	await openTeam(page);
	const href = await page.locator('tbody tr:not(.all) th a').first().getAttribute('href');
	await page.goto(`${href?.split('?')[0]}?tab=${tab}`);
};

const openSession = (part: string) => async (page: Page) => {
	await page.goto('/supervision');
	const draft = page
		.getByRole('table', { name: /being written/ })
		.getByRole('link', { name: 'Jodie Marlow' });
	if ((await draft.count()) > 0) await draft.first().click();
	else await page.getByRole('button', { name: 'Start supervision of Jodie Marlow' }).click();
	await page.getByRole('heading', { name: 'Supervision of Jodie Marlow' }).waitFor();
	if (part !== '') await page.goto(`${new URL(page.url()).pathname}?part=${part}`);
};

/** The same page with something after its path: a form that leads from it. */
const from = (open: (page: Page) => Promise<unknown>, after: string) => async (page: Page) => {
	await open(page);
	await page.goto(`${new URL(page.url()).pathname}${after}`);
};

async function openFlag(page: Page): Promise<void> {
	await page.goto('/flags?severity=critical');
	const href = await page.locator('main a[href^="/flags/"]').first().getAttribute('href');
	await page.goto(href ?? '');
}

/** The draft of the policy, started where there is none yet. */
async function openDraft(page: Page): Promise<void> {
	await page.goto('/policy');
	const start = page.getByRole('button', { name: /^Start a draft/ });
	if ((await start.count()) > 0) await start.click();
	await page.goto('/policy/draft');
}

/** The first page that a list leads to. */
const firstOf = (list: string, link: string) => async (page: Page) => {
	await page.goto(list);
	const href = await page.locator(`main ${link}`).first().getAttribute('href');
	await page.goto(href ?? '');
};

const openPlan = firstOf('/restructure', 'tbody a');

async function openFlow(page: Page): Promise<void> {
	await page.goto('/restructure');
	const href = await page.locator('main tbody a').last().getAttribute('href');
	await page.goto(`${href}/flow`);
}

const manager = 'team manager';
const PICTURES: Picture[] = [
	{ name: 'sign-in', role: null, go: to('/sign-in') },
	{ name: 'password-over', role: null, go: to('/password/not-a-link') },
	{
		name: 'sign-in-refused',
		role: null,
		go: async (page) => {
			await page.goto('/sign-in');
			await page.getByRole('button', { name: 'Sign in' }).click();
			await page.getByRole('alert').waitFor();
		}
	},
	{ name: 'today-manager', role: manager, go: to('/') },
	{
		name: 'today-manager-recording',
		role: manager,
		go: async (page) => {
			await page.goto('/');
			await page.locator('main ol > li[id^="do-"] summary').first().click();
		}
	},
	{ name: 'team', role: manager, go: openTeam },
	{
		name: 'team-values-only',
		role: manager,
		go: async (page) => {
			await openTeam(page);
			await page.goto(`${new URL(page.url()).pathname}?values=only&sort=load.descending&as-at=2026-09-30`);
		}
	},
	{
		name: 'team-compared',
		role: manager,
		go: from(openTeam, '?against=2026-10-23')
	},
	{ name: 'team-weeks', role: manager, go: from(openTeam, '?view=weeks') },
	{ name: 'team-weeks-oversight', role: manager, go: from(openTeam, '?view=weeks&by=oversight') },
	{ name: 'team-ahead', role: manager, go: from(openTeam, '/ahead') },
	...VISIONS.map((vision): Picture => ({ name: `team-${vision}`, role: manager, go: openTeam, vision })),
	{ name: 'team-load', role: manager, go: from(openTeam, '/load') },
	{ name: 'morning', role: manager, go: to('/morning') },
	{ name: 'team-cell', role: manager, go: openCell },
	{ name: 'case', role: manager, go: openWorst },
	{
		name: 'case-refused',
		role: manager,
		go: async (page) => {
			await openWorst(page);
			await page.getByRole('button', { name: 'Record oversight' }).click();
			await page.getByRole('alert').waitFor();
		}
	},
	{ name: 'case-kind', role: manager, go: from(openWorst, '/change?task=begin') },
	{ name: 'case-close', role: manager, go: from(openWorst, '/change?task=close') },
	{ name: 'allocate', role: manager, go: to('/allocate') },
	{
		name: 'allocate-case',
		role: manager,
		go: async (page) => {
			await openWorst(page);
			await page.goto(new URL(page.url()).pathname.replace('/case/', '/allocate/'));
		}
	},
	{
		name: 'allocate-below-bar',
		role: manager,
		go: async (page) => {
			await openWorst(page);
			await page.goto(new URL(page.url()).pathname.replace('/case/', '/allocate/'));
			await page.getByRole('row').filter({ hasText: 'in the first 6 months' }).getByRole('radio').check();
			await page.getByLabel('Why the lead changes').selectOption('OTHERS');
			await page.getByRole('button', { name: 'See what this does' }).click();
			await page.getByRole('heading', { name: 'Stop: this is below the bar' }).waitFor();
		}
	},
	{
		name: 'allocate-from',
		role: manager,
		go: async (page) => {
			await openPractitioner('caseload')(page);
			await page.goto(new URL(page.url()).pathname.replace('/practitioner/', '/allocate/from/'));
		}
	},
	{ name: 'practitioner-capacity', role: manager, go: from(openPractitioner('caseload'), '/capacity') },
	{ name: 'case-request', role: manager, go: from(openWorst, '/request/new') },
	{ name: 'case-new', role: manager, go: to('/case/new') },
	{ name: 'requests', role: manager, go: to('/requests') },
	{ name: 'flag', role: manager, go: openFlag },
	{ name: 'flags', role: manager, go: to('/flags?severity=critical') },
	{ name: 'flags-none', role: manager, go: to('/flags?rule=UNALLOCATED&team=none') },
	{ name: 'search', role: manager, go: to('/search?for=ar') },
	{ name: 'practitioner-caseload', role: manager, go: openPractitioner('caseload') },
	{ name: 'practitioner-supervision', role: manager, go: openPractitioner('supervision') },
	{ name: 'practitioner-training', role: manager, go: openPractitioner('training') },
	{ name: 'practitioner-record', role: manager, go: openPractitioner('record') },
	{ name: 'practitioner-absence', role: manager, go: openPractitioner('absence') },
	{ name: 'practitioner-away', role: manager, go: from(openPractitioner('caseload'), '/absence') },
	{ name: 'practitioner-move', role: manager, go: from(openPractitioner('caseload'), '/posting?task=move') },
	{
		name: 'practitioner-leave',
		role: manager,
		go: from(openPractitioner('caseload'), '/posting?task=leave')
	},
	{ name: 'team-away', role: manager, go: from(openTeam, '/away') },
	{ name: 'team-training', role: manager, go: from(openTeam, '/training') },
	{ name: 'team-training-day', role: manager, go: from(openTeam, '/training/day') },
	{ name: 'people', role: manager, go: to('/people') },
	{ name: 'people-new', role: manager, go: to('/people/new') },
	{ name: 'people-gaps', role: manager, go: to('/people/gaps') },
	{ name: 'account', role: manager, go: to('/account') },
	{ name: 'supervision', role: manager, go: to('/supervision') },
	{ name: 'supervision-calendar', role: manager, go: to('/supervision/calendar') },
	{
		name: 'supervision-book',
		role: manager,
		go: firstOf('/supervision', 'a[href*="/supervision/book?of="]')
	},
	{ name: 'supervision-group', role: manager, go: to('/supervision/group') },
	{ name: 'supervision-booking', role: manager, go: firstOf('/supervision', 'a[href$="/booking"]') },
	{ name: 'actions', role: manager, go: to('/actions?whose=scope') },
	{ name: 'actions-mine', role: 'practitioner', go: to('/actions') },
	{ name: 'action', role: 'practitioner', go: firstOf('/actions', 'a[href^="/actions/"]') },
	{ name: 'action-new', role: manager, go: to('/actions/new') },
	{ name: 'session-case', role: manager, go: openSession('') },
	{ name: 'session-prepare', role: manager, go: openSession('prepare') },
	{ name: 'session-personal', role: manager, go: openSession('personal') },
	{ name: 'session-about', role: manager, go: openSession('about') },
	{ name: 'session-whole', role: manager, go: openSession('whole') },
	{ name: 'not-found', role: manager, go: to('/nowhere') },
	{ name: 'access', role: 'practitioner', go: to('/access') },
	{ name: 'quality', role: 'principal social worker', go: to('/quality') },
	{ name: 'today-practitioner', role: 'practitioner', go: to('/') },
	{ name: 'today-director', role: 'director', go: to('/') },
	{ name: 'organisation', role: 'director', go: to('/organisation') },
	{ name: 'measure', role: 'director', go: to('/organisation/M01') },
	{ name: 'measure-rows', role: 'director', go: to('/organisation/M06/rows') },
	{ name: 'board-reports', role: 'director', go: to('/organisation/report') },
	{ name: 'board-report', role: 'director', go: firstOf('/organisation/report', 'a[href*="/report/"]') },
	{ name: 'restructures', role: 'service manager', go: to('/restructure') },
	{ name: 'restructure-new', role: 'service manager', go: to('/restructure/new') },
	{ name: 'restructure', role: 'service manager', go: openPlan },
	{ name: 'restructure-move', role: 'service manager', go: from(openPlan, '/move?kind=merges') },
	{ name: 'restructure-flow', role: 'director', go: openFlow },
	{
		name: 'service',
		role: 'director',
		go: async (page) => {
			await page.goto('/organisation');
			const href = await page.locator('a[href^="/service/"]').first().getAttribute('href');
			await page.goto(href ?? '');
		}
	},
	{ name: 'team-without-names', role: 'director', go: openTeam },
	{ name: 'teams', role: 'director', go: to('/team') },
	{ name: 'teams-practitioners', role: 'director', go: to('/team?view=practitioners') },
	{ name: 'training', role: 'director', go: to('/training') },
	{ name: 'policy', role: 'principal social worker', go: to('/policy') },
	{ name: 'policy-draft', role: 'principal social worker', go: openDraft },
	{ name: 'policy-what-if', role: 'principal social worker', go: from(openDraft, '/what-if') },
	{ name: 'people-steward', role: 'data steward', go: to('/people') },
	{ name: 'people-team-new', role: 'data steward', go: to('/people/team/new') },
	{ name: 'today-administrator', role: 'administrator', go: to('/') },
	{ name: 'outbox', role: 'administrator', go: to('/admin/outbox') }
];

const { values: asked, positionals: names } = parseArgs({
	options: { readme: { type: 'boolean' } },
	allowPositionals: true
});
const { folder, remove } = folderForDemo();
try {
	const demo = await startDemo(folder);
	const browser = await chromium.launch(await browserForTests());
	try {
		if (asked.readme) await takeForReadme(browser, demo);
		else await takeAll(browser, demo, names);
	} finally {
		await browser.close();
		await demo.stop();
	}
} finally {
	remove();
}

/**
 * The pictures listed, or those named, wide and as on a phone, light and dark, into the ignored folder `screenshots`. With
 * none named also every page that they do not show, as it is first found by its links.
 */
async function takeAll(browser: Browser, demo: Demo, only: string[]): Promise<void> {
	mkdirSync(join(root, 'screenshots'), { recursive: true });
	const chosen = PICTURES.filter(({ name }) => only.length === 0 || only.includes(name));
	const seen = new Set<string>();
	for (const role of new Set(chosen.map((picture) => picture.role))) {
		const page = await pageOf(browser, demo, role);
		const session = await page.context().newCDPSession(page);
		for (const { name, go, vision } of chosen.filter((picture) => picture.role === role)) {
			await session.send('Emulation.setEmulatedVisionDeficiency', { type: vision ?? 'none' });
			await page.setViewportSize({ width: WIDTHS.wide, height: 720 });
			await go(page);
			await take(page, name);
			seen.add(routeOf(new URL(page.url()).pathname));
		}
		await page.context().close();
	}
	if (only.length > 0) return;
	for (const role of Object.keys(demo.emails)) {
		const page = await pageOf(browser, demo, role);
		await takeLinked(page, seen);
		await page.context().close();
	}
	const missing = routes.filter((route) => !seen.has(route) && !NOT_FOUND_BY_LINKS.includes(route));
	for (const route of missing) console.error(`no picture of ${route}`);
	if (missing.length > 0) process.exitCode = 1;
}

/** Signing out leads on at once, and a what-if of a day is there once it was worked out. */
const NOT_FOUND_BY_LINKS = ['/sign-out', '/policy/draft/what-if/[day]'];

/** Walks the links, each page once, and takes those that have no picture yet. */
async function takeLinked(page: Page, seen: Set<string>): Promise<void> {
	const walked = new Set<string>();
	const ahead = ['/'];
	for (let path = ahead.shift(); path !== undefined; path = ahead.shift()) {
		const { pathname } = new URL(path, 'http://here.invalid');
		const route = routeOf(pathname);
		if (walked.has(route) || /\.\w+$/.test(pathname) || route === '/sign-in') continue;
		walked.add(route);
		await page.setViewportSize({ width: WIDTHS.wide, height: 720 });
		await page.goto(path);
		ahead.push(...(await linksOn(page)));
		if (seen.has(route)) continue;
		seen.add(route);
		await take(
			page,
			route
				.slice(1)
				.replaceAll(/[^a-z]+/g, '-')
				.replace(/-$/, '')
		);
	}
}

async function take(page: Page, name: string): Promise<void> {
	for (const [size, width] of Object.entries(WIDTHS))
		for (const colorScheme of SCHEMES) {
			await page.emulateMedia({ colorScheme });
			await page.setViewportSize({ width, height: size === 'wide' ? 720 : 844 });
			// As tall as the page: what sticks to the bottom of the window would cover it otherwise.
			const height = await page.evaluate(() => document.documentElement.scrollHeight);
			await page.setViewportSize({ width, height });
			await page.screenshot({
				path: join(root, 'screenshots', `${name}-${size}-${colorScheme}.png`),
				fullPage: true,
				animations: 'disabled'
			});
		}
	console.log(name);
}

/** The picture in the README: the heatmap of a team, small enough to travel with every clone. */
async function takeForReadme(browser: Browser, demo: Demo): Promise<void> {
	const page = await pageOf(browser, demo, manager);
	await page.setViewportSize({ width: 1120, height: 640 });
	await openTeam(page);
	await page.getByRole('grid').waitFor();
	const picture = await page.screenshot({ animations: 'disabled' });
	writeFileSync(join(root, 'docs/heatmap.png'), picture);
	console.log(`docs/heatmap.png: ${Math.ceil(picture.length / 1000)} kB`);
	await page.context().close();
}

async function pageOf(
	browser: Browser,
	{ address, emails, password }: Demo,
	role: string | null
): Promise<Page> {
	const context = await browser.newContext({
		baseURL: address,
		locale: 'en-GB',
		timezoneId: 'Europe/London',
		reducedMotion: 'reduce'
	});
	const page = await context.newPage();
	if (role === null) return page;
	await page.goto('/sign-in');
	await page.getByLabel('E-mail address').fill(emails[role] ?? '');
	await page.getByLabel('Password').fill(password);
	await page.getByRole('button', { name: 'Sign in' }).click();
	await page.getByRole('button', { name: 'Sign out' }).waitFor();
	return page;
}
