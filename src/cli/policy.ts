import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { policyFileText, readPolicyFile } from '#lib/domain/policy-file.ts';
import { asOperator, prepare } from '#lib/server/session.ts';
import { policyFileOf } from '#lib/server/work/keep-policy-file.ts';
import { WrongUsage, type Command } from './command.ts';

export const policy: Command = {
	name: 'policy',
	summary: 'prints the policy versions and settings as policy.json, or checks such a file',
	usage: `policy [FILE]

Without FILE, prints the versions and settings of this database as policy.json. With FILE, says what is wrong in it and
changes nothing: import brings it into a database that has no such versions yet.`,

	async run(args, io) {
		const { positionals } = parseArgs({ args, options: {}, allowPositionals: true });
		const [path, ...more] = positionals;
		if (more.length > 0) throw new WrongUsage('Give one file at most.');
		if (path === undefined) {
			await prepare();
			const file = await asOperator(io.operator, policyFileOf);
			io.out(policyFileText(file));
			return 0;
		}
		const text = await readFile(path, 'utf8').catch(() => null);
		if (text === null) {
			io.err(`${path}: it cannot be read.`);
			return 1;
		}
		const read = readPolicyFile(text);
		if ('problems' in read) {
			for (const words of read.problems) io.err(`${path}: ${words}`);
			return 1;
		}
		const { versions } = read.file;
		io.out(
			`${path}: ${versions.length === 1 ? '1 version' : `${versions.length} versions`}, nothing wrong with them.`
		);
		return 0;
	}
};
