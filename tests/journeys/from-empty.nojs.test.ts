import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type Page } from '@playwright/test';
import { addDays, addMonths, dayInWords } from '#lib/domain/calendar.ts';
import { folderForDemo } from './demo.ts';
import { ask, serveEmpty } from './empty.ts';
import { expect } from './visit.ts';

const TODAY = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/London' }).format(new Date());
const daysAgo = (days: number) => addDays(TODAY, -days);
const monthsAgo = (months: number) => addMonths(TODAY, -months);
const PASSWORD = 'a quiet harbour in March';

const TEAMS = [
	{ reference: 'H', name: 'Harbour', service: 'Assessment' },
	{ reference: 'M', name: 'Meadow', service: 'Assessment' }
];

/** A manager, and four practitioners of different experience. */
const PEOPLE = [
	{
		id: 'P-1',
		name: 'Alma Whitfield',
		swe: 'SW100001',
		registered: monthsAgo(150),
		role: 'team_manager',
		to: ''
	},
	{
		id: 'P-2',
		name: 'Rory Tennant',
		swe: 'SW100002',
		registered: monthsAgo(70),
		role: 'practitioner',
		to: 'P-1'
	},
	{
		id: 'P-3',
		name: 'Ines Calder',
		swe: 'SW100003',
		registered: monthsAgo(20),
		role: 'practitioner',
		to: 'P-1'
	},
	{
		id: 'P-4',
		name: 'Noor Ashby',
		swe: 'SW100004',
		registered: monthsAgo(4),
		role: 'practitioner',
		to: 'P-1'
	},
	{ id: 'P-5', name: 'Bram Oakley', swe: '', registered: '', role: 'practitioner', to: 'P-1' }
].map((person) => ({ ...person, stage: person.id === 'P-4' ? monthsAgo(3) : '', from: monthsAgo(3) }));

const TRAINING = [
	{ id: 'P-2', course: 'CP-FOUND', on: monthsAgo(30) },
	{ id: 'P-2', course: 'S47', on: monthsAgo(37) },
	{ id: 'P-3', course: 'CP-FOUND', on: monthsAgo(12) },
	{ id: 'P-3', course: 'CLA', on: monthsAgo(2) },
	{ id: 'P-4', course: 'CP-FOUND', on: monthsAgo(3) }
];

/** Ten cases of ten kinds. */
const CASES = [
	{ id: 'C-01', kind: 'section_47', born: monthsAgo(8), lead: 'P-4', opened: daysAgo(20) },
	{ id: 'C-02', kind: 'child_protection', born: monthsAgo(90), lead: 'P-2', opened: daysAgo(40) },
	{ id: 'C-03', kind: 'pre_proceedings', born: monthsAgo(60), lead: 'P-3', opened: daysAgo(12) },
	{ id: 'C-04', kind: 'care_proceedings', born: monthsAgo(14), lead: 'P-2', opened: daysAgo(60) },
	{ id: 'C-05', kind: 'looked_after', born: monthsAgo(120), lead: 'P-3', opened: daysAgo(50) },
	{ id: 'C-06', kind: 'looked_after_settled', born: monthsAgo(130), lead: 'P-3', opened: daysAgo(9) },
	{ id: 'C-07', kind: 'assessment', born: monthsAgo(20), lead: 'P-4', opened: daysAgo(30) },
	{ id: 'C-08', kind: 'child_in_need', born: monthsAgo(50), lead: 'P-4', opened: daysAgo(2) },
	{ id: 'C-09', kind: 'short_breaks', born: monthsAgo(70), lead: 'P-5', opened: daysAgo(15) },
	{ id: 'C-10', kind: 'care_leaver', born: monthsAgo(220), lead: '', opened: daysAgo(16) }
];

/** The same facts as files, as another system would send them. */
function asFiles(folder: string): string {
	const files: Record<string, readonly (readonly string[])[]> = {
		teams: [
			['team_id', 'name', 'service'],
			...TEAMS.map((each) => [each.reference, each.name, each.service])
		],
		practitioners: [
			['practitioner_id', 'name', 'swe_number', 'registered_on', 'early_career_started_on'],
			...PEOPLE.map((each) => [each.id, each.name, each.swe, each.registered, each.stage])
		],
		postings: [
			['practitioner_id', 'team_id', 'role', 'supervisor_id', 'fte', 'agency', 'from'],
			...PEOPLE.map((each) => [each.id, 'H', each.role, each.to, '1', 'no', each.from])
		],
		training: [
			['practitioner_id', 'course', 'completed_on'],
			...TRAINING.map(({ id, course, on }) => [id, course, on])
		],
		cases: [
			['case_id', 'date_of_birth', 'opened_on'],
			...CASES.map(({ id, born, opened }) => [id, born, opened])
		],
		case_kinds: [['case_id', 'kind', 'from'], ...CASES.map(({ id, kind, opened }) => [id, kind, opened])],
		allocations: [
			['case_id', 'practitioner_id', 'team_id', 'role', 'from'],
			...CASES.map(({ id, lead, opened }) => [id, lead, 'H', 'lead', opened])
		]
	};
	mkdirSync(folder, { recursive: true });
	for (const [table, rows] of Object.entries(files))
		writeFileSync(join(folder, `${table}.csv`), rows.map((cells) => `${cells.join(',')}\n`).join(''));
	return folder;
}

const STEWARD = ['steward@harbour.example', '--role', 'steward'] as const;
const ALMA = ['alma@harbour.example', '--role', 'team-manager', '--practitioner', 'P-1'] as const;

const path = (link: string) => new URL(link).pathname;

/** The link by which somebody new sets a password. */
function inviteTo(folder: string, ...account: readonly string[]): string {
	return /\S+\/password\/\S+/.exec(ask(folder, 'user', 'add', ...account))?.[0] ?? '';
}

async function signInFirst(page: Page, link: string, email: string): Promise<void> {
	await page.goto(link);
	await page.getByLabel('New password').fill(PASSWORD);
	await page.getByLabel('The same again').fill(PASSWORD);
	await page.getByRole('main').getByRole('button').click();
	await page.goto('/sign-in');
	await page.getByLabel('E-mail address').fill(email);
	await page.getByLabel('Password').fill(PASSWORD);
	await page.getByRole('button', { name: 'Sign in' }).click();
	await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
}

const saved = async (page: Page) => {
	await expect(page.getByRole('alert')).toHaveCount(0);
};

test('from nothing, with no file, a team comes to its heatmap, and files of the same facts answer alike', async ({
	browser
}) => {
	test.setTimeout(240_000);
	const [typed, sent] = [folderForDemo(), folderForDemo()];
	const { address, stop } = await serveEmpty(typed.folder);
	try {
		const steward = await browser.newPage({ baseURL: address });
		await signInFirst(steward, path(inviteTo(typed.folder, ...STEWARD)), STEWARD[0]);

		await steward.goto('/people');
		await expect(steward.getByRole('main')).toContainText('Open a team');
		for (const { reference, name, service } of TEAMS) {
			await steward.goto('/people/team/new');
			await steward.getByLabel('Name', { exact: true }).fill(name);
			await steward.getByLabel('Reference').fill(reference);
			await steward.getByLabel('Service').fill(service);
			await steward.getByRole('main').getByRole('button', { name: 'Open the team' }).click();
			await saved(steward);
		}
		for (const person of PEOPLE) {
			await steward.goto('/people/new');
			await steward.getByLabel('Name', { exact: true }).fill(person.name);
			await steward.getByLabel('Reference').fill(person.id);
			await steward.getByLabel('Social Work England number').fill(person.swe);
			await steward.getByLabel('Registered on').fill(person.registered);
			await steward.getByLabel('Early-career stage started on').fill(person.stage);
			await steward.getByLabel('Team').selectOption({ label: 'Harbour, Assessment' });
			await steward.getByLabel('Role').selectOption(person.role);
			if (person.to !== '') await chosen(steward, 'Supervisor', 'Alma Whitfield');
			await steward.getByLabel('First day').fill(dayInWords(person.from));
			await steward.getByRole('button', { name: 'See what this adds' }).click();
			await steward.getByRole('button', { name: 'Save' }).click();
			await saved(steward);
		}

		// A server waits for whoever is still connected before it stops.
		await steward.close();
		const page = await browser.newPage({ baseURL: address });
		await signInFirst(page, path(inviteTo(typed.folder, ...ALMA)), ALMA[0]);
		for (const { id, course, on } of TRAINING) {
			await page.goto(`/search?for=${id}`);
			await page.getByRole('main').locator('a[href^="/practitioner/"]').first().click();
			await page.goto(`${new URL(page.url()).pathname}?tab=training`);
			await page.getByLabel('Course').selectOption(course);
			await page.getByLabel('Completed on').fill(on);
			await page.getByLabel('Evidence').fill('Certificate seen');
			await page.getByRole('button', { name: 'Record training' }).click();
			await expect(page.getByRole('status').first()).toContainText('Recorded');
		}
		for (const { id, kind, born, lead, opened } of CASES) {
			await page.goto('/case/new');
			await page.getByLabel('Reference in the case system').fill(id);
			await page.getByLabel('Is born').check();
			await page.getByRole('textbox', { name: 'Date of birth' }).fill(born);
			await page.getByLabel('Opened on').fill(opened);
			await page.getByLabel('What it is').selectOption(kind);
			if (lead !== '')
				await chosen(page, 'Who leads it', PEOPLE.find((each) => each.id === lead)?.name ?? '');
			await page.getByRole('button', { name: 'See what this does' }).click();
			await page.getByRole('button', { name: 'Open the case' }).click();
			await expect(page).toHaveURL(/\/case\/[0-9a-f-]{36}/);
		}

		await page.goto('/');
		await expect(page.getByRole('main')).toContainText('C-01');
		await page.getByRole('link', { name: 'Team', exact: true }).click();
		const noor = page.getByRole('row').filter({ hasText: 'Noor Ashby' });
		await expect(noor).toContainText('E1');
		await page.goto(`${new URL(page.url()).pathname}/training`);
		await expect(page.getByRole('row', { name: /^Rory Tennant S47 lapsed/ })).toBeVisible();

		const tablesOf = async (own: Page) => {
			await own.goto('/');
			await own.getByRole('link', { name: 'Team', exact: true }).click();
			const team = new URL(own.url()).pathname;
			return Promise.all(
				[`${team}.csv`, `${team}/training.csv`].map(async (each) => (await own.request.get(each)).text())
			);
		};
		ask(sent.folder, 'import', asFiles(join(typed.folder, '..', 'files')), '--apply');
		const other = await serveEmpty(sent.folder);
		try {
			const reader = await browser.newPage({ baseURL: other.address });
			await signInFirst(reader, path(inviteTo(sent.folder, ...ALMA)), ALMA[0]);
			const tables = await tablesOf(page);
			expect(tables[0]).toContain('Noor Ashby');
			expect(tables[1]).toContain('CP-FOUND');
			expect(tables).toEqual(await tablesOf(reader));
			await Promise.all([reader.close(), page.close()]);
		} finally {
			await other.stop();
		}
		const answers = (folder: string) => {
			type Found = { code: string; severity: string; subject: { kind: string; id: string } };
			const flags = JSON.parse(ask(folder, 'flags', '--hindsight', '--format', 'json')) as Found[];
			return {
				flags,
				known: (JSON.parse(ask(folder, 'flags', '--format', 'json')) as Found[]).map(
					({ code, severity, subject }) => `${severity} ${code} ${subject.id}`
				),
				load: JSON.parse(ask(folder, 'caseload', '--format', 'json')) as unknown
			};
		};
		const typedHere = answers(typed.folder);
		expect(typedHere).toEqual(answers(sent.folder));
		expect(typedHere.known).toContain('critical HELD_WITHOUT_OVERSIGHT C-01');
	} finally {
		await stop();
		typed.remove();
		sent.remove();
	}
});

/** Chooses from a list in which somebody is told by name, role and team. */
async function chosen(page: Page, label: string, name: string): Promise<void> {
	const select = page.getByLabel(label, { exact: false }).first();
	const value = await select.locator('option', { hasText: name }).first().getAttribute('value');
	await select.selectOption(value);
}
