import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, devices, type ReporterDescription } from '@playwright/test';
import { browserForTests } from './tests/browser.ts';

// The made-up authority the journeys take place in: its default export starts the built application
// through bin/countersign.js on a fresh database, sets JOURNEYS_URL, and returns what stops it again.
const authority = join(import.meta.dirname, 'tests/journeys/authority.ts');
const results = process.env['COUNTERSIGN_RESULTS'];
const reporter: ReporterDescription[] = [['list']];
if (results) reporter.push(['json', { outputFile: join(results, 'journeys.json') }]);

const withoutJavaScript = '**/*.nojs.test.ts';

export default defineConfig({
	testDir: 'tests/journeys',
	testMatch: '**/*.test.ts',
	outputDir: 'test-results',
	...(existsSync(authority) ? { globalSetup: authority } : {}),
	workers: 2,
	forbidOnly: Boolean(process.env['CI']),
	timeout: 60_000,
	reporter,
	use: {
		...devices['Desktop Chrome'],
		launchOptions: await browserForTests(),
		locale: 'en-GB',
		timezoneId: 'Europe/London',
		trace: 'off',
		video: 'off',
		screenshot: 'only-on-failure'
	},
	projects: [
		{ name: 'with JavaScript', testIgnore: withoutJavaScript },
		{ name: 'without JavaScript', testMatch: withoutJavaScript, use: { javaScriptEnabled: false } }
	]
});
