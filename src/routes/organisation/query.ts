/** The part of an address after the path; empty where nothing is asked for. */
export function query(...pairs: [name: string, value: string][]): string {
	const words = pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
	return words === '' ? '' : `?${words}`;
}
