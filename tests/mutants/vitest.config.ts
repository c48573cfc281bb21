import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

process.env['COUNTERSIGN_ORACLE_CASES'] ??= '200';
process.env['COUNTERSIGN_ORACLE_BRIEF'] = 'yes';

// What a change to the rules must turn red: the named situations and the oracle, without the database.
export default defineConfig({
	root: join(import.meta.dirname, '../..'),
	test: {
		include: [
			'tests/domain/{actions,calendar,knowledge,people,oversight,supervision,caseload,flags,oracle}.test.ts',
			'tests/domain/*rules*.test.ts'
		],
		testTimeout: 60_000
	}
});
