import { parseArgs } from 'node:util';
import { asOperator, prepare } from '#lib/server/session.ts';
import { reviewAuthority } from '#lib/server/work/review-flags.ts';
import type { Command } from './command.ts';

export const review: Command = {
	name: 'review',
	summary: 'stores the day’s flags: raises what is found, clears what is not',
	usage: `review

Safe to run twice, and in two places at once: a flag that stands is stored once.`,

	async run(args, io) {
		parseArgs({ args, options: {} });
		await prepare();
		const { raised, kept, cleared } = await asOperator(io.operator, (tx, { operator, today }) =>
			reviewAuthority(tx, { operator }, today)
		);
		io.out(`${raised} raised, ${kept} still standing, ${cleared} cleared.`);
		return 0;
	}
};
