#!/usr/bin/env node
import { existsSync } from 'node:fs';

const OLDEST_NODE = [20, 19];

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const built = new URL('../build/cli/main.js', import.meta.url);

if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
	console.error(
		`Countersign needs Node ${OLDEST_NODE.join('.')} or newer. This is Node ${process.versions.node}.`
	);
	process.exitCode = 1;
} else if (!existsSync(built)) {
	console.error('Countersign has not been built yet. Run this in its folder, then try again:\n\n  npm ci\n');
	process.exitCode = 1;
} else {
	await import(built.href);
}
