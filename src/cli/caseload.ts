import { parseArgs } from 'node:util';
import { asOperator, prepare } from '#lib/server/session.ts';
import { viewOfAuthority } from '#lib/server/work/picture.ts';
import { printedCaseloads } from '#lib/server/work/references.ts';
import { asAtFrom } from './as-at.ts';
import type { Command } from './command.ts';
import { FORMAT_USAGE, formatFrom, printed } from './rows.ts';

export const caseload: Command = {
	name: 'caseload',
	summary: 'prints the load of each practitioner on a day',
	usage: `caseload [--as-at DAY] [--team TEAM] [--format FORMAT]

Everyone in post on the day, and anyone else who holds an open case.

  --as-at DAY       as it stood on that day, yyyy-mm-dd, with what was known then (default: today)
  --team TEAM       only people posted to this team, by its id in the files
${FORMAT_USAGE}`,

	async run(args, io) {
		const { values } = parseArgs({
			args,
			options: { 'as-at': { type: 'string' }, team: { type: 'string' }, format: { type: 'string' } }
		});
		const format = formatFrom(values.format);
		await prepare();
		const rows = await asOperator(io.operator, async (tx, { today }) => {
			const on = asAtFrom(values['as-at'], today);
			const view = await viewOfAuthority(tx, { on, hindsight: false });
			return printedCaseloads(view, { team: values.team ?? null });
		});
		io.out(
			printed(
				rows,
				[
					{ head: 'practitioner', value: ({ practitionerId }) => practitionerId },
					{ head: 'tier', value: ({ tier }) => tier },
					{ head: 'cases', value: ({ cases }) => cases },
					{ head: 'points', value: ({ points }) => points },
					{ head: 'capacity', value: ({ capacity }) => capacity },
					{ head: 'load %', value: ({ loadPercent }) => loadPercent },
					{ head: 'band', value: ({ band }) => band }
				],
				format
			)
		);
		return 0;
	}
};
