import { crc32 } from 'node:zlib';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { FileRefused, fileProblem, type ProblemCode } from './problems.ts';

/** What reading may cost. Every size is in bytes, the ratio is unpacked to packed. */
export interface Limits {
	maxBytes: number;
	maxUnpackedBytes: number;
	maxRatio: number;
}

/** How much was unpacked so far, of all the files given together. */
export interface Unpacked {
	limits: Limits;
	bytes: number;
}

/** One file, readable as often as needed. Reading throws `FileRefused` where a limit is passed or bytes are damaged. */
export interface Source {
	name: string;
	chunks: () => AsyncIterable<Uint8Array>;
}

const MOST_FILES = 2_000;
/** Below this a high ratio harms nobody: small tables of repeated words pack well. */
const RATIO_COUNTS_FROM = 4_000_000;
const CHUNK = 65_536;

export function sourceOfBytes(name: string, bytes: Uint8Array): Source {
	return {
		name,
		chunks: async function* () {
			for (let at = 0; at < bytes.length; at += CHUNK) yield bytes.subarray(at, at + CHUNK);
		}
	};
}

/** The first bytes of a file: `count`, or as many as it has. */
export async function startOf(source: Source, count: number): Promise<Uint8Array> {
	const parts: Uint8Array[] = [];
	let length = 0;
	for await (const chunk of source.chunks()) {
		parts.push(chunk);
		length += chunk.length;
		if (length >= count) break;
	}
	return Buffer.concat(parts).subarray(0, count);
}

export async function allBytesOf(source: Source): Promise<Uint8Array> {
	const parts: Uint8Array[] = [];
	for await (const chunk of source.chunks()) parts.push(chunk);
	return Buffer.concat(parts);
}

function megabytes(bytes: number): number {
	return Math.round(bytes / 1_000_000);
}

export function tooLarge(name: string, limits: Limits): FileRefused {
	return new FileRefused(fileProblem('too_large', name, { args: { megabytes: megabytes(limits.maxBytes) } }));
}

function refusalOf(error: unknown, name: string): FileRefused {
	if (error instanceof FileRefused) return error;
	const message = error instanceof Error ? error.message : '';
	const unsafe = /^(?:invalid characters in fileName|absolute path|invalid relative path): (.*)$/s.exec(
		message
	);
	if (unsafe) return new FileRefused(fileProblem('unsafe_name', name, { found: unsafe[1]! }));
	const code: ProblemCode = message.includes('encrypt') ? 'encrypted' : 'damaged_zip';
	return new FileRefused(fileProblem(code, name));
}

/**
 * The files of a zip, folders left out. Nothing is unpacked until one is read. Throws `FileRefused` for a zip that is
 * damaged, has a password, holds names that lead elsewhere, or says that it is too large.
 */
export async function unpack(bytes: Uint8Array, name: string, unpacked: Unpacked): Promise<Source[]> {
	const { limits } = unpacked;
	let ownBytes = 0;
	const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	try {
		const zip = await yauzl.fromBufferPromise(buffer, { lazyEntries: true });
		const entries: Entry[] = [];
		let declared = 0;
		for await (const entry of zip.eachEntry()) {
			if (entry.isEncrypted()) throw new FileRefused(fileProblem('encrypted', name));
			if (entry.fileName.endsWith('/')) continue;
			entries.push(entry);
			if (entries.length > MOST_FILES)
				throw new FileRefused(fileProblem('too_many_files', name, { args: { count: MOST_FILES } }));
			declared += entry.uncompressedSize;
			refuseBomb(declared, declared);
		}
		return entries.map((entry) => {
			const counted = { bytes: 0 };
			return { name: entry.fileName, chunks: () => chunksOf(zip, entry, counted) };
		});
	} catch (error) {
		throw refusalOf(error, name);
	}

	function refuseBomb(allBytes: number, archiveBytes: number): void {
		if (allBytes > limits.maxUnpackedBytes) {
			const args = { megabytes: megabytes(limits.maxUnpackedBytes) };
			throw new FileRefused(fileProblem('unpacked_too_large', name, { args }));
		}
		if (archiveBytes > RATIO_COUNTS_FROM && archiveBytes > bytes.length * limits.maxRatio)
			throw new FileRefused(fileProblem('packed_too_tightly', name, { args: { ratio: limits.maxRatio } }));
	}

	async function* chunksOf(
		zip: ZipFile,
		entry: Entry,
		counted: { bytes: number }
	): AsyncGenerator<Uint8Array> {
		let sum = 0;
		let length = 0;
		try {
			const stream = await zip.openReadStreamPromise(entry);
			for await (const chunk of stream as AsyncIterable<Buffer>) {
				length += chunk.length;
				if (length > counted.bytes) {
					unpacked.bytes += length - counted.bytes;
					ownBytes += length - counted.bytes;
					counted.bytes = length;
				}
				refuseBomb(unpacked.bytes, ownBytes);
				sum = crc32(chunk, sum);
				yield chunk;
			}
			if (sum !== entry.crc32) throw new FileRefused(fileProblem('damaged_zip', name));
		} catch (error) {
			throw refusalOf(error, name);
		}
	}
}
