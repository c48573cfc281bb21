/** Chance that is the same every time: everything drawn follows from the seed and the order of drawing. */
export interface Chance {
	/** 0 up to, not including, 1. */
	unit(): number;
	/** A whole number, both ends included. */
	whole(from: number, to: number): number;
	yes(probability: number): boolean;
	pick<Item>(items: readonly Item[]): Item;
	/** One of the names, each as likely as its weight. */
	weighted<Name extends string>(weights: Readonly<Partial<Record<Name, number>>>): Name;
	/** Chance of its own for one thing, so that what is drawn elsewhere leaves it as it is. */
	apart(name: string): Chance;
}

export function chanceFrom(seed: string): Chance {
	let [a, b, c] = [scrambled(seed, 1), scrambled(seed, 2), scrambled(seed, 3)];
	let counter = 1;
	const next = () => {
		const sum = (a + b + counter++) | 0;
		a = b ^ (b >>> 9);
		b = (c + (c << 3)) | 0;
		c = ((c << 21) | (c >>> 11)) + sum;
		return (sum >>> 0) / 4_294_967_296;
	};
	for (let warmUp = 0; warmUp < 12; warmUp++) next();
	const whole = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
	return {
		unit: next,
		whole,
		yes: (probability) => next() < probability,
		pick: (items) => {
			const item = items[whole(0, items.length - 1)];
			if (item === undefined) throw new RangeError('nothing to pick from');
			return item;
		},
		weighted: <Name extends string>(weights: Readonly<Partial<Record<Name, number>>>) => {
			const entries = Object.entries(weights) as [Name, number][];
			let left = next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
			for (const [name, weight] of entries) if ((left -= weight) < 0) return name;
			const last = entries.at(-1);
			if (!last) throw new RangeError('nothing to weigh');
			return last[0];
		},
		apart: (name) => chanceFrom(`${seed}/${name}`)
	};
}

/** The text as a 32-bit number (FNV-1a, then mixed), another one for each turn. */
function scrambled(text: string, turn: number): number {
	let hash = 0x811c9dc5 ^ (turn * 0x9e3779b1);
	for (let place = 0; place < text.length; place++)
		hash = Math.imul(hash ^ text.charCodeAt(place), 0x01000193);
	hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
	hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
	return hash ^ (hash >>> 16);
}
