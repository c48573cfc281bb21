import { parseArgs } from 'node:util';
import { isCalendarDate } from '#lib/domain/calendar.ts';
import { asOperator, prepare } from '#lib/server/session.ts';
import { addBenchmarks, planBenchmarks } from '#lib/server/work/benchmarks.ts';
import { bringIn, previewOf } from '#lib/server/work/bring-in.ts';
import { addPolicy, planPolicy } from '#lib/server/work/keep-policy-file.ts';
import { readGiven } from '#lib/server/work/read-given.ts';
import { reviewAuthority } from '#lib/server/work/review-flags.ts';
import { WrongUsage, type Command } from './command.ts';
import { filesAt } from './given-files.ts';

export const importFiles: Command = {
	name: 'import',
	summary: 'previews files, and with --apply brings them in',
	usage: `import PATH... [--apply] [--skip-bad-rows] [--observed-from DAY] [--extract-date DAY] [--add-people]
                   [--complete TABLE]

Each PATH is a folder, a zip, a workbook or a CSV file of the native tables, an Ofsted Annex A workbook, or the
policy.json that export wrote.
Without --apply nothing is written: the preview says what would be.

  --apply               brings it in, all of it or nothing
  --skip-bad-rows       leaves out the rows with errors, and says which
  --observed-from DAY   the day before which no clock starts
  --extract-date DAY    the day an Annex A workbook was extracted
  --add-people          names that match nobody are new practitioners
  --complete TABLE      the file is the whole of this table: rows that it lacks are ended`,

	async run(args, io) {
		const { values, positionals } = parseArgs({
			args,
			options: {
				apply: { type: 'boolean', default: false },
				'skip-bad-rows': { type: 'boolean', default: false },
				'observed-from': { type: 'string' },
				'extract-date': { type: 'string' },
				'add-people': { type: 'boolean', default: false },
				complete: { type: 'string', multiple: true, default: [] }
			},
			allowPositionals: true
		});
		if (positionals.length === 0) throw new WrongUsage('Say which files to import.');
		const observedFrom = dayOrNull('--observed-from', values['observed-from']);
		const extractDate = dayOrNull('--extract-date', values['extract-date']);
		const given = filesAt(positionals);
		if ('missing' in given) {
			io.err(`${given.missing}: there is no such file or folder.`);
			return 1;
		}
		await prepare();
		const written = await asOperator(io.operator, async (tx, { operator, today }) => {
			const read = await readGiven(tx, given.files, {
				extractDate,
				addPeople: values['add-people'],
				complete: values.complete
			});
			if ('refused' in read) {
				io.err(read.refused.join('\n'));
				return null;
			}
			const policy = await planPolicy(tx, read.policies);
			if ('refused' in policy) {
				io.err(policy.refused.join('\n'));
				io.err('Nothing was written.');
				return null;
			}
			const published = await planBenchmarks(tx, read.indicators);
			if ('refused' in published) {
				io.err(published.refused.join('\n'));
				io.err('Nothing was written.');
				return null;
			}
			if (observedFrom !== null && (policy.additions.settings.observedFrom ?? observedFrom) !== observedFrom)
				throw new WrongUsage('policy.json says another day than --observed-from. Leave one of them out.');
			const { plan, applied } = await bringIn(tx, read.incoming, {
				by: operator,
				on: extractDate ?? today,
				apply: values.apply,
				skipBadRows: values['skip-bad-rows'],
				complete: read.complete,
				observedFrom
			});
			const { lines, errors } = previewOf(plan);
			io.out([...lines, ...policy.lines, ...published.lines].join('\n'));
			if (errors.length > 0) io.err(errors.join('\n'));
			if (!plan.mayApply) {
				io.err(
					values['skip-bad-rows']
						? 'Nothing was written: these errors are about whole files.'
						: 'Nothing was written. Mend the rows, or leave them out with --skip-bad-rows.'
				);
				return null;
			}
			if (!values.apply) {
				io.out('\nThis was the preview: nothing was written. Bring it in with --apply.');
				return false;
			}
			const added = await addPolicy(tx, operator, policy.additions);
			const beside = await addBenchmarks(tx, { operator }, published.areas);
			if (applied || added) await reviewAuthority(tx, { operator }, today, 'import');
			return applied || added || beside;
		});
		if (written === null) return 1;
		if (values.apply)
			io.out(written ? '\nBrought in.' : '\nNothing to bring in: everything is already there.');
		return 0;
	}
};

function dayOrNull(option: string, given: string | undefined): string | null {
	if (given === undefined) return null;
	if (isCalendarDate(given)) return given;
	throw new WrongUsage(`${option} takes a day as yyyy-mm-dd, not “${given}”.`);
}
