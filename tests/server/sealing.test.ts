import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig, SettingsRefused } from '#lib/server/config.ts';
import { addNoteKey, openNoteKeys, seal, unseal } from '#lib/server/sealing.ts';

const WORDS = 'Sleeping badly since the court hearing. “Nothing helps”, they said.';
const key = () => randomBytes(32).toString('base64');

let area: string;
beforeAll(() => {
	area = mkdtempSync(join(tmpdir(), 'countersign-sealing-'));
});
afterAll(() => rmSync(area, { recursive: true }));

const keysOf = (environment: Record<string, string>) => openNoteKeys(readConfig(environment));

test('what is sealed opens in its own place, with its own key, and nowhere else', () => {
	const keys = keysOf({ COUNTERSIGN_NOTE_KEYS: `1:${key()}` });
	const sealed = seal(WORDS, 'session one', keys);
	expect(unseal(sealed, 'session one', keys)).toBe(WORDS);
	expect(unseal(sealed, 'session two', keys)).toBeNull();
	expect(unseal(sealed, 'session one', keysOf({ COUNTERSIGN_NOTE_KEYS: `1:${key()}` }))).toBeNull();
	expect(unseal({ ...sealed, keyVersion: 2 }, 'session one', keys)).toBeNull();
	expect(seal(WORDS, 'session one', keys).sealed).not.toBe(sealed.sealed);
});

test('a sealed note of which any one byte was changed does not open', () => {
	const keys = keysOf({ COUNTERSIGN_NOTE_KEYS: `1:${key()}` });
	const { sealed, keyVersion } = seal(WORDS, 'here', keys);
	const bytes = Buffer.from(sealed, 'base64');
	const opens = [...bytes.keys()].filter((place) => {
		const changed = Buffer.from(bytes);
		changed.writeUInt8(changed.readUInt8(place) ^ 1, place);
		return unseal({ sealed: changed.toString('base64'), keyVersion }, 'here', keys) !== null;
	});
	expect(opens).toEqual([]);
	expect(unseal({ sealed: bytes.subarray(0, 20).toString('base64'), keyVersion }, 'here', keys)).toBeNull();
});

test('a new key seals from now on, and the old one still opens what it sealed', () => {
	const [first, second] = [key(), key()];
	const before = keysOf({ COUNTERSIGN_NOTE_KEYS: `1:${first}` });
	const after = keysOf({ COUNTERSIGN_NOTE_KEYS: `1:${first},2:${second}` });
	const old = seal(WORDS, 'here', before);
	expect(unseal(old, 'here', after)).toBe(WORDS);
	expect(seal(WORDS, 'here', after).keyVersion).toBe(2);
});

test('without a key of the operator’s one is made in the data folder, for its owner only, and kept', () => {
	const COUNTERSIGN_DATA = join(area, 'made');
	const sealed = seal(WORDS, 'here', keysOf({ COUNTERSIGN_DATA }));
	expect(unseal(sealed, 'here', keysOf({ COUNTERSIGN_DATA }))).toBe(WORDS);
	expect(readdirSync(COUNTERSIGN_DATA)).toEqual(['note-key']);
	expect(statSync(join(COUNTERSIGN_DATA, 'note-key')).mode & 0o777).toBe(0o600);
});

test('a key added in the data folder seals from then on, and what the first one sealed still opens', () => {
	const COUNTERSIGN_DATA = join(area, 'added');
	const sealed = seal(WORDS, 'here', keysOf({ COUNTERSIGN_DATA }));
	const added = addNoteKey(readConfig({ COUNTERSIGN_DATA }));
	expect(added).toEqual({ version: 2, path: join(COUNTERSIGN_DATA, 'note-key-2') });
	expect(statSync(added.path).mode & 0o777).toBe(0o600);
	const keys = keysOf({ COUNTERSIGN_DATA });
	expect(seal(WORDS, 'here', keys).keyVersion).toBe(2);
	expect(unseal(sealed, 'here', keys)).toBe(WORDS);
	rmSync(join(COUNTERSIGN_DATA, 'note-key'));
	expect([...keysOf({ COUNTERSIGN_DATA }).byVersion.keys()]).toEqual([2]);
});

test('where keys come from the settings, none is made beside the data, and the words say what to do', () => {
	const given = readConfig({ COUNTERSIGN_NOTE_KEYS: `1:${key()},4:${key()}`, COUNTERSIGN_DATA: area });
	expect(() => addNoteKey(given)).toThrow(SettingsRefused);
	expect(() => addNoteKey(given)).toThrow(/,5: and the key/);
});

test('a damaged key file is said to be damaged, and is not replaced by a new key', () => {
	const COUNTERSIGN_DATA = mkdtempSync(join(area, 'damaged-'));
	writeFileSync(join(COUNTERSIGN_DATA, 'note-key'), 'half a k');
	expect(() => keysOf({ COUNTERSIGN_DATA })).toThrow(/Restore it from a backup/);
});

test('a database of the operator’s own needs a key of the operator’s own, and the words say how to make one', () => {
	const environment = { DATABASE_URL: 'postgres://db.example.org/countersign', COUNTERSIGN_DATA: area };
	expect(() => keysOf(environment)).toThrow(SettingsRefused);
	expect(() => keysOf(environment)).toThrow(/openssl rand -base64 32/);
	expect(keysOf({ ...environment, COUNTERSIGN_NOTE_KEYS: `3:${key()}` }).newest).toBe(3);
});
