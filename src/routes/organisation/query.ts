/** The part of an address after the path; empty where nothing is asked for. */
export function query(...pairs: [name: string, value: string][]): string {
	const words = pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
	return words === '' ? '' : `?${words}`;
}

/** The day in an address of figures, where it is another than today, and whether it is counted anew. */
export function dayQuery(
	{ on, countedNow }: { on: string; countedNow: boolean },
	today: string
): [name: string, value: string][] {
	return [
		...(on === today ? [] : ([['as-at', on]] satisfies [string, string][])),
		...(countedNow ? ([['counted', 'now']] satisfies [string, string][]) : [])
	];
}
