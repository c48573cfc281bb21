import { calendarIn } from '../icalendar.ts';
import { expect, test } from './visit.ts';

test.use({ apart: 'without JavaScript' });

test('without JavaScript a series is planned, changed on one day and booked, and is in the calendar and its address', async ({
	as
}) => {
	const manager = await as('team manager');
	const main = manager.getByRole('main');
	await manager.goto('/supervision?standing=not_booked');
	await main
		.getByRole('link', { name: /^Book supervision of/ })
		.first()
		.click();
	await manager.getByLabel('Day', { exact: true }).fill('30 nov 2026');
	await manager.locator('#time').fill('2.30pm');
	await manager.getByLabel(/^A series/).check();
	await manager.getByLabel('Last day').fill('28 feb 2027');
	await manager.getByRole('button', { name: 'Book', exact: true }).click();
	await expect(main).toContainText('Nothing is booked yet.');
	const second = main.getByRole('listitem').nth(1);
	await second.getByRole('textbox').fill('25 dec 2026');
	await manager.getByRole('button', { name: 'Look at the days again' }).click();
	await expect(second).toContainText('A bank holiday.');
	await second.getByRole('textbox').fill('22 dec 2026');
	await manager.getByRole('button', { name: 'Book these days' }).click();
	await expect(main).toContainText('The series is booked.');

	await manager.goto('/supervision/calendar?month=2026-12');
	await expect(main.getByRole('link', { name: /^14:30/ })).toHaveCount(2);
	await manager.getByRole('button', { name: 'Make an address' }).click();
	const address = await main.locator('code').innerText();
	const feed = await manager.request.get(address);
	const { events } = calendarIn(await feed.text());
	expect(events.map(({ start }) => start)).toEqual(
		expect.arrayContaining(['20261130T143000', '20261222T143000'])
	);
	await manager.goto('/supervision/calendar');
	await manager.getByRole('button', { name: 'Close the address' }).click();
	await expect(main).toContainText('The address is closed.');
	expect((await manager.request.get(address)).status()).toBe(404);

	await manager.goto('/supervision/calendar?month=2026-12');
	await main
		.getByRole('link', { name: /^14:30/ })
		.first()
		.click();
	await manager.getByRole('button', { name: 'Undo' }).click();
	await expect(main).toContainText('Undone: it is no longer booked.');
});
