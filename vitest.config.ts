import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const root = import.meta.dirname;
const database = join(root, 'tests/server/database.ts');
const results = process.env['COUNTERSIGN_RESULTS'];
const resultsName = process.env['COUNTERSIGN_RESULTS_NAME'] ?? 'unit';

export default defineConfig({
	test: {
		maxWorkers: 2,
		reporters: results ? ['default', 'json'] : ['default'],
		...(results ? { outputFile: { json: join(results, `${resultsName}.json`) } } : {}),
		projects: [
			{
				test: {
					name: 'domain',
					include: ['tests/domain/**/*.test.ts'],
					// Nothing in it keeps anything: the files of a worker share what they import.
					isolate: false,
					testTimeout: 60_000
				}
			},
			{ test: { name: 'house', include: ['tests/house/**/*.test.ts'], testTimeout: 60_000 } },
			{
				test: {
					name: 'server',
					include: ['tests/server/**/*.test.ts'],
					...(existsSync(database) ? { globalSetup: [database] } : {}),
					testTimeout: 30_000,
					hookTimeout: 60_000
				}
			},
			{
				test: {
					name: 'conformance',
					include: ['tests/conformance/**/*.test.ts'],
					globalSetup: [join(root, 'tests/conformance/samples.ts')],
					testTimeout: 60_000
				}
			}
		]
	}
});
