import { join } from 'node:path';
import { expect, test } from 'vitest';
import { demoAuthority } from '#lib/demo/authority.ts';
import { replayOf } from './replay.ts';

const page = join(import.meta.dirname, '../../docs/replay.md');

test('the story case as written in the documents is the one the rules tell; npm run replay writes it anew', async () => {
	await expect(replayOf(demoAuthority())).toMatchFileSnapshot(page);
});
