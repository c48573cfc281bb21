import { parseArgs } from 'node:util';
import { TOKEN_IN_WORDS } from '#lib/domain/benchmarks.ts';
import { asOperator, prepare } from '#lib/server/session.ts';
import { benchmarksOf } from '#lib/server/work/benchmarks.ts';
import { WrongUsage, type Command } from './command.ts';
import { FORMAT_USAGE, formatFrom, printed } from './rows.ts';

export const benchmarks: Command = {
	name: 'benchmarks',
	summary: 'prints the published workforce indicators of England, a region or an authority',
	usage: `benchmarks --area NAME [--year YEAR] [--format FORMAT]

The figures that the Department for Education publishes, as they are published: a symbol in the place of a number
(x, z, c, u, k, low) stays that symbol. England is built in; others come with the published file, through import.

  --area NAME       England, a region or a local authority, by its name or its code
  --year YEAR       the year of 30 September (default: the latest there is)
${FORMAT_USAGE}`,

	async run(args, io) {
		const { values } = parseArgs({
			args,
			options: { area: { type: 'string' }, year: { type: 'string' }, format: { type: 'string' } }
		});
		const format = formatFrom(values.format);
		const { area } = values;
		if (area === undefined) throw new WrongUsage('Say of which area, with --area.');
		if (values.year !== undefined && !/^\d{4}$/.test(values.year))
			throw new WrongUsage(`--year takes a year as yyyy, not “${values.year}”.`);
		const year = values.year === undefined ? null : Number(values.year);
		await prepare();
		const rows = await asOperator(io.operator, (tx) => benchmarksOf(tx, area, year));
		if (rows.length === 0) {
			const of = year === null ? '' : ` of ${year}`;
			io.err(
				`There are no published figures${of} of “${area}”. Bring the published file in: countersign import FILE --apply`
			);
			return 1;
		}
		io.out(
			printed(
				rows,
				[
					{ head: 'year', value: (row) => row.year },
					{ head: 'code', value: (row) => row.code },
					{ head: 'area', value: (row) => row.area },
					{ head: 'indicator', value: ({ indicator }) => indicator },
					{ head: 'published', value: ({ published }) => published },
					{
						head: 'means',
						value: ({ published }) => (typeof published === 'string' ? TOKEN_IN_WORDS[published] : null)
					}
				],
				format
			)
		);
		return 0;
	}
};
