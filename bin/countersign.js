#!/usr/bin/env node
import { existsSync } from 'node:fs';

const OLDEST_MAJOR = 20;
const OLDEST_MINOR = 19;

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const tooOld = major < OLDEST_MAJOR || (major === OLDEST_MAJOR && minor < OLDEST_MINOR);
const built = new URL('../build/cli/main.js', import.meta.url);

if (tooOld) {
	console.error(
		`Countersign needs Node ${OLDEST_MAJOR}.${OLDEST_MINOR} or newer. This is Node ${process.versions.node}.`
	);
	process.exitCode = 1;
} else if (!existsSync(built)) {
	console.error('Countersign has not been built yet. Run this in its folder, then try again:\n\n  npm ci\n');
	process.exitCode = 1;
} else {
	await import(built.href);
}
