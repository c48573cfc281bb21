import { expect, expectSound, test } from './visit.ts';

test.use({ apart: 'a policy changed' });

test('a policy is changed by two people from tomorrow on, and today stays as it was', async ({ as }) => {
	test.setTimeout(180_000);
	const author = await as('principal social worker');
	await author.getByText('More', { exact: true }).click();
	await author.getByRole('link', { name: 'Policy' }).click();
	await expect(author.getByRole('heading', { level: 1 })).toHaveText('Policy version 1');
	await author.getByRole('button', { name: 'Start a draft of the next version' }).click();

	await author.getByRole('link', { name: 'Change Child protection plan' }).click();
	await author.getByLabel('Interval suitably held, number').fill('0');
	await author.getByRole('button', { name: 'Save to the draft' }).click();
	await author
		.getByRole('alert')
		.getByRole('link', { name: /^Interval suitably held: Write a whole/ })
		.click();
	await expect(author.getByLabel('Interval suitably held, number')).toBeFocused();
	await author.getByLabel('Interval suitably held, number').fill('14');
	await author.getByRole('button', { name: 'Save to the draft' }).click();
	const change = 'child protection plan, interval suitably held: 28 days → 14 days';
	await expect(author.getByText(change)).toBeVisible();

	await author.getByRole('link', { name: 'What it would change: flags and loads, by team' }).click();
	await expect(author.getByRole('heading', { level: 1 })).toHaveText(/^Today it would raise [1-9]/);
	const first = author
		.getByRole('table', { name: /^What would change today, by team/ })
		.locator('tbody a')
		.first();
	const count = await first.innerText();
	await expectSound(author);
	await first.click();
	await expect(author.locator('caption')).toHaveText(count === '1' ? '1 flag' : `${count} flags`);
	await expect(author.locator('tbody tr')).toHaveCount(Number(count));

	const standingOn = async (day: string) => {
		await author.goto(`/flags?rule=OVERSIGHT_OVERDUE&as-at=${day}`);
		return Number.parseInt(await author.getByRole('heading', { level: 1 }).innerText(), 10);
	};
	const [today, tomorrow] = [await standingOn('2026-11-20'), await standingOn('2026-11-21')];

	await author.goto('/policy/draft');
	await author.getByLabel('Why this change?').fill('Agreed after the practice review.');
	await author.getByRole('button', { name: 'Propose the draft' }).click();
	await expect(author.getByText('You proposed this text.')).toBeVisible();
	await expect(author.getByRole('button', { name: 'Publish as the next version' })).toHaveCount(0);

	const second = await as('director');
	await second.goto('/policy');
	await second.getByRole('link', { name: 'Read what is proposed' }).click();
	await expect(second.getByText(change)).toBeVisible();
	await second.getByRole('radio', { name: /^Tomorrow, / }).check();
	await second.getByRole('button', { name: 'Publish as the next version' }).click();
	await expect(second.getByText(/^Version 2 is published\./)).toBeVisible();
	await expect(second.getByRole('heading', { level: 1 })).toHaveText('Policy version 1');
	await second.goto('/policy?as-at=2026-11-21');
	await expect(second.getByRole('heading', { level: 1 })).toHaveText('Policy version 2');
	const plan = second
		.getByRole('row')
		.filter({ has: second.getByRole('rowheader', { name: 'Child protection plan' }) });
	await expect(plan.getByRole('cell', { name: '14 days' })).toHaveCount(2);

	expect(await standingOn('2026-11-20')).toBe(today);
	expect(await standingOn('2026-11-21')).toBeGreaterThan(tomorrow);
});
