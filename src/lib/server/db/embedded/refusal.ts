export type RefusalCode =
	'platform' | 'binaries' | 'folder' | 'account' | 'version' | 'space' | 'lost' | 'busy' | 'start';

/** Why the embedded database cannot be used: what is wrong and where, then how to mend it. */
export class EmbeddedRefusal extends Error {
	override readonly name = 'EmbeddedRefusal';
	readonly code: RefusalCode;
	readonly what: string;
	readonly mend: string;

	constructor(code: RefusalCode, what: string, mend: string, options?: ErrorOptions) {
		super(`${what} ${mend}`, options);
		this.code = code;
		this.what = what;
		this.mend = mend;
	}
}

export function errorCode(error: unknown): string | undefined {
	return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
