import { hash, verify } from '@node-rs/argon2';
import { COMMON_PASSWORDS } from '#lib/server/work/passwords/common.ts';

const LEAST_CHARACTERS = 12;
const MOST_CHARACTERS = 256;

// OWASP Password Storage Cheat Sheet: Argon2id with 46 MiB; one more pass than its least.
const COST = { memoryCost: 47_104, timeCost: 2, parallelism: 1 };

const SEQUENCES = [
	'abcdefghijklmnopqrstuvwxyz',
	'01234567890123456789',
	'qwertyuiopasdfghjklzxcvbnm',
	'1qaz2wsx3edc4rfv5tgb6yhn7ujm'
];

export type PasswordRefusal =
	| { code: 'TOO_SHORT'; least: number }
	| { code: 'TOO_LONG'; most: number }
	| { code: 'COMMON' }
	| { code: 'PREDICTABLE' }
	| { code: 'OWN_NAME' };

/**
 * Whether a password may be set: length, and not among those an attacker tries first. No rules about kinds of
 * characters. NIST SP 800-63B, 3.1.1.2: the least length, the blocklist, repetitive and sequential characters, and
 * words of the context (the account's own name, the name of the service).
 */
export function refusalOf(password: string, email: string): PasswordRefusal | null {
	const characters = [...asTyped(password)].length;
	if (characters < LEAST_CHARACTERS) return { code: 'TOO_SHORT', least: LEAST_CHARACTERS };
	if (characters > MOST_CHARACTERS) return { code: 'TOO_LONG', most: MOST_CHARACTERS };
	const plain = asTyped(password).toLowerCase();
	const bare = bareWord(plain);
	if (
		COMMON_PASSWORDS.has(plain) ||
		COMMON_PASSWORDS.has(bare) ||
		COMMON_PASSWORDS.has(bareWord(unleet(plain)))
	)
		return { code: 'COMMON' };
	if (isRepeated(plain) || isSequence(plain)) return { code: 'PREDICTABLE' };
	const own = (email.split('@')[0] ?? '').toLowerCase();
	if ([own, own.replaceAll(/[^a-z]/g, ''), email.toLowerCase(), 'countersign'].includes(bare))
		return { code: 'OWN_NAME' };
	return plain === email.toLowerCase() ? { code: 'OWN_NAME' } : null;
}

export function hashOf(password: string): Promise<string> {
	return hash(asTyped(password), COST);
}

let nobodys: Promise<string> | null = null;

/** Takes as long where there is no account or no password yet as where the password is wrong. */
export async function isPassword(password: string, passwordHash: string | null): Promise<boolean> {
	const typed = asTyped(password).slice(0, MOST_CHARACTERS * 2);
	if (passwordHash !== null) return verify(passwordHash, typed);
	nobodys ??= hashOf('no account has this password, for it is not kept');
	await verify(await nobodys, typed);
	return false;
}

/** The same letters typed on another keyboard or system may arrive composed differently. */
function asTyped(password: string): string {
	return password.normalize('NFKC');
}

function bareWord(text: string): string {
	return text.replace(/^[^a-z]+/, '').replace(/[^a-z]+$/, '');
}

function unleet(text: string): string {
	const letters: Record<string, string> = {
		'0': 'o',
		'1': 'i',
		'3': 'e',
		'4': 'a',
		'5': 's',
		'7': 't',
		'@': 'a',
		$: 's'
	};
	return text.replace(/[013457@$](?=.*[a-z])/g, (sign) => letters[sign] ?? sign);
}

/** One short piece again and again: "abcabcabcabc". */
function isRepeated(text: string): boolean {
	for (let size = 1; size <= 4; size += 1) {
		const piece = text.slice(0, size);
		if (text === piece.repeat(Math.ceil(text.length / size)).slice(0, text.length)) return true;
	}
	return false;
}

function isSequence(text: string): boolean {
	return SEQUENCES.some((sequence) => {
		const there = sequence.repeat(2);
		return there.includes(text) || [...there].reverse().join('').includes(text);
	});
}
