import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

type Rgb = readonly [red: number, green: number, blue: number];
type Scheme = 'light' | 'dark';

const css = readFileSync(new URL('../../src/app.css', import.meta.url), 'utf8');
const schemes: readonly Scheme[] = ['light', 'dark'];
const classes = [1, 2, 3, 4, 5, 6] as const;

function token(name: string, scheme: Scheme): string {
	const found = css.match(new RegExp(`${name}:\\s*light-dark\\((#[0-9a-f]{6}),\\s*(#[0-9a-f]{6})\\)`, 'i'));
	const value = found?.[scheme === 'light' ? 1 : 2];
	if (!value) throw new Error(`no token ${name} in app.css`);
	return value;
}

function linear(hex: string): Rgb {
	const channel = (from: number): number => {
		const part = parseInt(hex.slice(from, from + 2), 16) / 255;
		return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
	};
	return [channel(1), channel(3), channel(5)];
}

function luminance(hex: string): number {
	const [red, green, blue] = linear(hex);
	return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
	const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
	return (lighter + 0.05) / (darker + 0.05);
}

function oklab([red, green, blue]: Rgb): Rgb {
	const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
	const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
	const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
	return [
		0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
		1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
		0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s
	];
}

/** Full strength, from Machado, Oliveira and Fernandes (2009), in linear light. */
const VISIONS: Record<string, readonly [Rgb, Rgb, Rgb]> = {
	typical: [
		[1, 0, 0],
		[0, 1, 0],
		[0, 0, 1]
	],
	protanopia: [
		[0.152286, 1.052583, -0.204868],
		[0.114503, 0.786281, 0.099216],
		[-0.003882, -0.048116, 1.051998]
	],
	deuteranopia: [
		[0.367322, 0.860646, -0.227968],
		[0.280085, 0.672501, 0.047413],
		[-0.01182, 0.04294, 0.968881]
	],
	tritanopia: [
		[1.255528, -0.076749, -0.178779],
		[-0.078411, 0.930809, 0.147602],
		[0.004733, 0.691367, 0.3039]
	]
};

function seen(hex: string, vision: string): Rgb {
	const from = linear(hex);
	const rows = VISIONS[vision];
	if (!rows) throw new Error(`no vision ${vision}`);
	const [red, green, blue] = rows.map((row) => {
		const mixed = row[0] * from[0] + row[1] * from[1] + row[2] * from[2];
		return Math.min(1, Math.max(0, mixed));
	});
	return oklab([red ?? 0, green ?? 0, blue ?? 0]);
}

/** Distance in OKLab times 100: about 2 is the least difference seen side by side. */
function apart(one: string, other: string, vision: string): number {
	const [a, b] = [seen(one, vision), seen(other, vision)];
	return 100 * Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

const WORDS_ON_GROUND: readonly [words: string, ground: string][] = [
	['--ink', '--paper'],
	['--ink', '--sheet'],
	['--ink', '--accent-wash'],
	['--ink', '--warn-wash'],
	['--ink-soft', '--paper'],
	['--ink-soft', '--sheet'],
	['--ink-soft', '--accent-wash'],
	['--ink-soft', '--warn-wash'],
	['--ink-soft', '--rule'],
	['--accent', '--paper'],
	['--accent', '--sheet'],
	['--accent', '--accent-wash'],
	['--accent-deep', '--paper'],
	['--accent-deep', '--accent-wash'],
	['--warn', '--paper'],
	['--warn', '--sheet'],
	['--warn', '--warn-wash'],
	['--on-accent', '--accent'],
	['--on-accent', '--accent-deep'],
	['--on-warn', '--warn']
];

const SHAPES_ON_GROUND: readonly [shape: string, ground: string][] = [
	['--edge', '--paper'],
	['--edge', '--sheet'],
	['--cell-rule', '--sheet'],
	['--warn-edge', '--sheet'],
	['--focus', '--focus-ring']
];

describe.each(schemes)('colour, %s', (scheme) => {
	it.each(WORDS_ON_GROUND)('%s reads on %s', (words, ground) => {
		expect(contrast(token(words, scheme), token(ground, scheme))).toBeGreaterThanOrEqual(4.5);
	});

	it.each(SHAPES_ON_GROUND)('%s is seen on %s', (shape, ground) => {
		expect(contrast(token(shape, scheme), token(ground, scheme))).toBeGreaterThanOrEqual(3);
	});

	it.each(classes)('the number reads on class %i of the heatmap', (level) => {
		const fill = token(`--ramp-${level}`, scheme);
		expect(contrast(token(`--on-ramp-${level}`, scheme), fill)).toBeGreaterThanOrEqual(4.5);
	});

	it('gives every ground a focus ring of which one colour is seen', () => {
		const grounds = [
			'--paper',
			'--sheet',
			'--accent',
			'--warn',
			...classes.map((level) => `--ramp-${level}`)
		];
		for (const ground of grounds) {
			const rings = ['--focus', '--focus-ring'].map((ring) =>
				contrast(token(ring, scheme), token(ground, scheme))
			);
			expect(Math.max(...rings), ground).toBeGreaterThanOrEqual(3);
		}
	});

	it.each(Object.keys(VISIONS))('the six classes grow stronger in one direction, %s vision', (vision) => {
		const lightness = classes.map((level) => seen(token(`--ramp-${level}`, scheme), vision)[0]);
		const inOrder = lightness.toSorted((a, b) => (scheme === 'light' ? b - a : a - b));
		expect(lightness).toEqual(inOrder);
		expect(new Set(lightness).size).toBe(classes.length);
	});

	it.each(Object.keys(VISIONS))('neighbouring classes are told apart, %s vision', (vision) => {
		for (const level of classes.slice(1)) {
			const [weaker, stronger] = [token(`--ramp-${level - 1}`, scheme), token(`--ramp-${level}`, scheme)];
			expect(apart(weaker, stronger, vision), `${level - 1} and ${level}`).toBeGreaterThanOrEqual(5);
		}
	});

	it.each(Object.keys(VISIONS))(
		'the edge of a cell past the line is no class of the heatmap, %s vision',
		(vision) => {
			for (const level of classes) {
				const edge = token('--warn-edge', scheme);
				expect(
					apart(edge, token(`--ramp-${level}`, scheme), vision),
					`class ${level}`
				).toBeGreaterThanOrEqual(10);
			}
		}
	);
});
