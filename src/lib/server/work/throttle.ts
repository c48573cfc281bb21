const MINUTE_MS = 60_000;

/** How far back failures are counted. */
export const COUNTED_MINUTES = 60;

export interface Patience {
	/** Failures within the counted time that cost no wait. */
	free: number;
	/** Minutes to wait after the next ones; the last stands for all further. Never longer, so never permanent. */
	waits: readonly number[];
}

/** At most 10 evaluated guesses in any 5 minutes. */
export const ACCOUNT_PATIENCE: Patience = { free: 9, waits: [1, 5, 10, 15] };

/** At most 20 failures in any hour: 15, then the growing waits. */
export const ADDRESS_PATIENCE: Patience = { free: 15, waits: [1, 5, 10, 15] };

/** When the next guess is looked at; null: now. `failures` are those of the counted time, oldest first. */
export function waitUntil(failures: readonly Date[], patience: Patience, at: Date): Date | null {
	const last = failures.at(-1);
	const step = failures.length - patience.free;
	if (!last || step < 0) return null;
	const minutes = patience.waits[Math.min(step, patience.waits.length - 1)] ?? 0;
	const until = new Date(last.getTime() + minutes * MINUTE_MS);
	return until > at ? until : null;
}
