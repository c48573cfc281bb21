import { FileRefused, fileProblem } from './problems.ts';

type Encoding = 'utf-8' | 'windows-1252' | 'utf-16le' | 'utf-16be';

const WINDOWS_1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/** How text begins: by its byte-order mark, else by where its zero bytes are. Null: zero bytes that fit no text. */
function encodingOf(start: Uint8Array): { encoding: Encoding; mark: number } | null {
	const [a, b, c] = start;
	if (a === 0xef && b === 0xbb && c === 0xbf) return { encoding: 'utf-8', mark: 3 };
	if (a === 0xff && b === 0xfe) return { encoding: 'utf-16le', mark: 2 };
	if (a === 0xfe && b === 0xff) return { encoding: 'utf-16be', mark: 2 };
	let even = 0;
	let odd = 0;
	for (let i = 0; i < start.length; i++)
		if (start[i] === 0)
			if (i % 2 === 0) even++;
			else odd++;
	if (even === 0 && odd === 0) return { encoding: 'utf-8', mark: 0 };
	const mostly = start.length / 4;
	if (odd > mostly && even === 0) return { encoding: 'utf-16le', mark: 0 };
	if (even > mostly && odd === 0) return { encoding: 'utf-16be', mark: 0 };
	return null;
}

/** What a file without text is, by its first bytes; null where it may be text. */
export function kindOfBinary(start: Uint8Array): string | null {
	const begins = (...bytes: number[]) => bytes.every((byte, i) => start[i] === byte);
	if (begins(0x50, 0x4b, 0x03, 0x04) || begins(0x50, 0x4b, 0x05, 0x06)) return 'a zip or a workbook';
	if (begins(0x25, 0x50, 0x44, 0x46)) return 'a PDF';
	if (begins(0xd0, 0xcf, 0x11, 0xe0)) return 'an old Office file';
	if (begins(0x89, 0x50, 0x4e, 0x47) || begins(0xff, 0xd8, 0xff) || begins(0x47, 0x49, 0x46, 0x38))
		return 'a picture';
	if (begins(0x1f, 0x8b) || begins(0x37, 0x7a, 0xbc, 0xaf) || begins(0x52, 0x61, 0x72, 0x21))
		return 'an archive';
	if (begins(0x50, 0x41, 0x52, 0x31)) return 'a Parquet file';
	return encodingOf(start) === null ? 'not text' : null;
}

/** The length of the UTF-8 sequence at `at`; 0: none begins there; -1: the bytes end inside it. */
function sequenceAt(bytes: Uint8Array, at: number): number {
	const lead = bytes[at]!;
	const length =
		lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
	for (let i = 1; i < length; i++) {
		const next = bytes[at + i];
		if (next === undefined) return -1;
		if ((next & 0xc0) !== 0x80) return 0;
	}
	return length;
}

function fromWindows1252(bytes: Uint8Array): string {
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
		.toString('latin1')
		.replace(/[\u0080-\u009f]/g, (letter) => WINDOWS_1252[letter.charCodeAt(0) - 0x80]!);
}

/**
 * Text from bytes as they arrive: UTF-8 (with or without mark), UTF-16 of either order, else Windows-1252, which is
 * what a byte that is not UTF-8 means in a British export. Throws `FileRefused` for bytes that are no text, and for a
 * file that is UTF-8 in one place and not in another, where any reading would spoil names.
 */
export async function* textOf(chunks: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<string> {
	let encoding: Encoding | null = null;
	let decoder = new TextDecoder('utf-8');
	let rest = new Uint8Array(0);
	let sawSequences = false;
	const decodeUtf8 = (bytes: Uint8Array, isLast: boolean): [text: string, rest: Uint8Array<ArrayBuffer>] => {
		let complete = bytes.length;
		let isAscii = true;
		for (let i = 0; i < bytes.length;) {
			if (bytes[i]! < 0x80) {
				i++;
				continue;
			}
			isAscii = false;
			const length = sequenceAt(bytes, i);
			if (length === -1 && !isLast) {
				complete = i;
				break;
			}
			if (length > 0) {
				sawSequences = true;
				i += length;
				continue;
			}
			if (sawSequences) throw new FileRefused(fileProblem('mixed_encoding', file));
			encoding = 'windows-1252';
			return [fromWindows1252(bytes), new Uint8Array(0)];
		}
		const whole = bytes.subarray(0, complete);
		const buffer = Buffer.from(whole.buffer, whole.byteOffset, whole.byteLength);
		return [buffer.toString(isAscii ? 'latin1' : 'utf8'), bytes.slice(complete)];
	};
	for await (const arrived of chunks) {
		const bytes = rest.length === 0 ? arrived : Buffer.concat([rest, arrived]);
		let from = 0;
		if (encoding === null) {
			if (bytes.length < 4) {
				rest = bytes.slice();
				continue;
			}
			const start = bytes.subarray(0, 4096);
			const kind = kindOfBinary(start);
			const found = encodingOf(start);
			if (kind !== null || found === null)
				throw new FileRefused(fileProblem('not_text', file, { args: { kind: kind ?? 'not text' } }));
			encoding = found.encoding;
			from = found.mark;
			if (encoding.startsWith('utf-16')) decoder = new TextDecoder(encoding);
		}
		const body = bytes.subarray(from);
		rest = new Uint8Array(0);
		if (encoding === 'windows-1252') yield fromWindows1252(body);
		else if (encoding !== 'utf-8') yield decoder.decode(body, { stream: true });
		else {
			const [text, kept] = decodeUtf8(body, false);
			rest = kept;
			if (text !== '') yield text;
		}
	}
	if (rest.length > 0) {
		const found = encodingOf(rest);
		if (found === null) throw new FileRefused(fileProblem('not_text', file, { args: { kind: 'not text' } }));
		if (encoding === null && found.encoding.startsWith('utf-16'))
			yield new TextDecoder(found.encoding).decode(rest);
		else yield decodeUtf8(rest.subarray(encoding === null ? found.mark : 0), true)[0];
	} else if (encoding === 'utf-16le' || encoding === 'utf-16be') yield decoder.decode();
}
