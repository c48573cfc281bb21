/** A person as a foreign file can know them: by name only. */
export interface Named {
	practitionerId: string;
	name: string;
}

/** What became of the names of a file. */
export interface Matching {
	/** The practitioner meant, by `nameKey`. */
	matched: ReadonlyMap<string, string>;
	/** Names of nobody recorded, as first written. */
	unmatched: readonly string[];
	/** Names that several people bear. */
	ambiguous: readonly { name: string; practitionerIds: readonly string[] }[];
}

/** A name without what differs between systems: kinds of blanks and apostrophes, capitals, “Surname, First name”. */
export function nameKey(name: string): string {
	const plain = name
		.normalize('NFKC')
		.replace(/[‘’ʼ`´]/g, "'")
		.replace(/[‐‑‒–]/g, '-')
		.replace(/[\s\u200b\ufeff]+/g, ' ')
		.trim()
		.toLowerCase();
	const [surname, first, ...rest] = plain.split(',').map((part) => part.trim());
	return first && rest.length === 0 ? `${first} ${surname}` : plain;
}

/**
 * Who is meant by each name: the person a steward once chose for it, else the only one who bears it. A name is never
 * matched by likeness: a wrong match would hide that a case has nobody.
 */
export function matchNames(
	names: readonly string[],
	practitioners: readonly Named[],
	remembered: ReadonlyMap<string, string> = new Map()
): Matching {
	const ids = new Set(practitioners.map((person) => person.practitionerId));
	const bearers = new Map<string, string[]>();
	for (const { practitionerId, name } of practitioners) {
		const key = nameKey(name);
		bearers.set(key, [...(bearers.get(key) ?? []), practitionerId]);
	}
	const chosen = new Map([...remembered].map(([name, practitionerId]) => [nameKey(name), practitionerId]));
	const matched = new Map<string, string>();
	const unmatched: string[] = [];
	const ambiguous: { name: string; practitionerIds: string[] }[] = [];
	const seen = new Set<string>();
	for (const name of names) {
		const key = nameKey(name);
		if (seen.has(key)) continue;
		seen.add(key);
		const choice = chosen.get(key);
		const found = bearers.get(key) ?? [];
		if (choice !== undefined && ids.has(choice)) matched.set(key, choice);
		else if (found.length === 1) matched.set(key, found[0]!);
		else if (found.length > 1) ambiguous.push({ name, practitionerIds: found });
		else unmatched.push(name);
	}
	return { matched, unmatched, ambiguous };
}
