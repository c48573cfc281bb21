import { parseArgs } from 'node:util';
import { asOperator, prepare } from '#lib/server/session.ts';
import { addKey, keysInUse, RENEWING_BEGINS, renewSome } from '#lib/server/work/renew-seals.ts';
import { WrongUsage, type Command, type Io } from './command.ts';

export const keys: Command = {
	name: 'keys',
	summary: 'lists the keys that seal personal notes, adds one, and seals what is stored with the newest',
	usage: `keys
countersign keys add
countersign keys rotate

Without more, says which versions of the key this machine has and how many texts each of them seals.

add     makes the next key in the folder of the embedded database. Keys from COUNTERSIGN_NOTE_KEYS are
        added there, by hand. Back the new key up, then start the servers again: they seal with it.
rotate  seals every personal note again with the newest key, a few hundred at a time, saying the same as
        before; signatures stay good. Safe to stop, to run again, and while people write. Once a version
        seals nothing any more, its key may go, unless a backup still needs it.`,

	async run(args, io) {
		const { positionals } = parseArgs({ args, options: {}, allowPositionals: true });
		const [action, ...more] = positionals;
		if (more.length > 0) throw new WrongUsage('Give one word at most: add or rotate.');
		if (action !== undefined && action !== 'add' && action !== 'rotate')
			throw new WrongUsage(`There is no “keys ${action}”.`);
		await prepare();
		if (action === 'add') return add(io);
		return action === 'rotate' ? rotate(io) : list(io);
	}
};

async function list(io: Io): Promise<number> {
	const found = await asOperator(io.operator, (tx) => keysInUse(tx));
	for (const { version, here, newest, texts } of found)
		io.out(
			[
				`key ${version}`,
				`seals ${texts} ${texts === 1 ? 'text' : 'texts'}`,
				here
					? newest
						? 'newest: seals what is written now'
						: 'opens what it sealed'
					: 'NOT HERE: they cannot be opened'
			].join('\t')
		);
	return found.every(({ here }) => here) ? 0 : 1;
}

async function add(io: Io): Promise<number> {
	const { version, path } = await asOperator(io.operator, (tx, { operator }) => addKey(tx, operator));
	io.out(`Key ${version} is in ${path}. Back it up, apart from the database; start the servers again;`);
	io.out('then seal what is stored with it: countersign keys rotate');
	return 0;
}

async function rotate(io: Io): Promise<number> {
	let so = RENEWING_BEGINS;
	while (so.after !== null) {
		const from = so;
		so = await asOperator(io.operator, (tx, { operator }) => renewSome(tx, operator, from));
	}
	io.out(`${so.renewed} ${so.renewed === 1 ? 'text' : 'texts'} sealed with the newest key.`);
	if (so.cannotOpen === 0) return 0;
	io.err(
		`${so.cannotOpen} cannot be opened with the keys on this machine, and ${so.cannotOpen === 1 ? 'stays as it is' : 'stay as they are'}: countersign keys says which version is missing.`
	);
	return 1;
}
