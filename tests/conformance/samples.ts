import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe } from 'vitest';

const folder = process.env['COUNTERSIGN_SAMPLES'] ? resolve(process.env['COUNTERSIGN_SAMPLES']) : null;

if (folder && !existsSync(folder)) {
	throw new Error(`COUNTERSIGN_SAMPLES says ${folder}, and there is no folder there.`);
}

/** Runs its tests where sample files are at hand, and counts them as skipped elsewhere. */
export const describeWithSamples = describe.skipIf(folder === null);

/** The bytes of one sample file. Throws where the folder does not hold it. */
export function sample(name: string): Buffer {
	if (!folder) throw new Error('COUNTERSIGN_SAMPLES is not set.');
	return readFileSync(join(folder, name));
}

export default function sayWhySkipped(): void {
	if (folder) return;
	console.log(
		'Conformance tests are skipped: COUNTERSIGN_SAMPLES does not name a folder with the published sample files.'
	);
}
