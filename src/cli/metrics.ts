import { parseArgs } from 'node:util';
import { addMonths, isCalendarDate, type CalendarDate } from '#lib/domain/calendar.ts';
import { asOperator, prepare } from '#lib/server/session.ts';
import {
	printedMetrics,
	printedRestructure,
	type PrintedComparison,
	type PrintedMetric,
	type PrintedRestructure,
	type PrintedWindow
} from '#lib/server/work/metrics-printed.ts';
import { asAtFrom } from './as-at.ts';
import { WrongUsage, type Command } from './command.ts';
import { FORMAT_USAGE, formatFrom, printed, type PrintedColumn } from './rows.ts';

export const metrics: Command = {
	name: 'metrics',
	summary: 'prints the metrics on a day, month by month, or before, during and after a restructure',
	usage: `metrics [--from DAY --to DAY] [--every month|week] [--team TEAM | --service SERVICE]
                    [--restructure ID] [--as-at DAY] [--format FORMAT]

Every metric with numerator, denominator and value; a share is a fraction of 1, no figure is null, never 0.
Without --from it is the day alone; what is counted over a period is counted over the month up to it.
Closed months are printed as they were stored.

  --from DAY        the first day of a stretch, yyyy-mm-dd
  --to DAY          its last day (default: the day asked about)
  --every UNIT      month (the default): each month-end of the stretch; week: each Sunday, and the week up to it
  --team TEAM       only this team, by its id in the files
  --service NAME    only the teams of this service
  --restructure ID  before, during and after it, by its id in the files: changes with their 95 % interval, and
                    the limits and special causes of each phase
  --as-at DAY       as it stood on that day, yyyy-mm-dd, with what was known then (default: today)
${FORMAT_USAGE}`,

	async run(args, io) {
		const { values } = parseArgs({
			args,
			options: {
				from: { type: 'string' },
				to: { type: 'string' },
				every: { type: 'string' },
				team: { type: 'string' },
				service: { type: 'string' },
				restructure: { type: 'string' },
				'as-at': { type: 'string' },
				format: { type: 'string' }
			}
		});
		const format = formatFrom(values.format);
		const team = values.team ?? null;
		const service = values.service ?? null;
		if (team !== null && service !== null)
			throw new WrongUsage('Ask for a team or for a service, not for both.');
		const { restructure } = values;
		const every = (['month', 'week'] as const).find((unit) => unit === values.every);
		if (values.every !== undefined && !every)
			throw new WrongUsage(`--every is month or week, not “${values.every}”.`);
		const from = dayFrom('--from', values.from);
		const to = dayFrom('--to', values.to);
		if (restructure !== undefined && (from ?? to ?? every) != null)
			throw new WrongUsage(
				'The windows of a restructure follow from its dates: leave out --from, --to and --every.'
			);
		if (from !== null && to !== null && from > to)
			throw new WrongUsage('The first day must not be after the last.');
		await prepare();
		const answer = await asOperator(io.operator, async (tx, { today }) => {
			const asAt = asAtFrom(values['as-at'], today);
			if (restructure !== undefined) return printedRestructure(tx, { asAt, team, service, restructure });
			const last = to ?? asAt;
			const over =
				from === null && to === null && every === undefined
					? null
					: { from: from ?? addMonths(last, -12), to: last, every: every ?? 'month' };
			return printedMetrics(tx, { asAt, over, team, service });
		});
		if ('refused' in answer) {
			io.err(answer.refused);
			return 1;
		}
		if (!('metrics' in answer)) io.out(printed(answer, COLUMNS, format));
		else if (format === 'json') io.out(JSON.stringify(answer, null, 1));
		else io.out(printed(phasesOf(answer), PHASE_COLUMNS, format));
		return 0;
	}
};

function dayFrom(option: string, given: string | undefined): CalendarDate | null {
	if (given === undefined) return null;
	if (isCalendarDate(given)) return given;
	throw new WrongUsage(`${option} takes a day as yyyy-mm-dd, not “${given}”.`);
}

const COLUMNS: PrintedColumn<PrintedMetric>[] = [
	{ head: 'on', value: ({ on }) => on },
	{ head: 'metric', value: ({ metric }) => metric },
	{ head: 'measure', value: ({ measure }) => measure },
	{ head: 'name', value: ({ name }) => name },
	{ head: 'numerator', value: ({ numerator }) => numerator },
	{ head: 'denominator', value: ({ denominator }) => denominator },
	{ head: 'value', value: ({ value }) => value },
	{ head: 'of', value: ({ of }) => of },
	{ head: 'since corrected', value: ({ sinceCorrected }) => sinceCorrected },
	{ head: 'with hindsight', value: ({ withHindsight }) => withHindsight }
];

interface PhaseRow {
	each: PrintedComparison;
	phase: PrintedRestructure['windows'][number]['phase'];
	window: PrintedWindow | null;
	xmr: PrintedComparison['xmr'][number] | undefined;
}

/** A row for each metric in each phase: the change stands in the row of the phase it leads to. */
function phasesOf({ windows, metrics: all }: PrintedRestructure): PhaseRow[] {
	return all.flatMap((each) =>
		windows.map(({ phase }) => ({
			each,
			phase,
			window: each[phase],
			xmr: each.xmr.find((stretch) => stretch.phase === phase)
		}))
	);
}

const changeTo = ({ each, phase }: PhaseRow) => (each.change?.to === phase ? each.change : null);

const PHASE_COLUMNS: PrintedColumn<PhaseRow>[] = [
	{ head: 'metric', value: ({ each }) => each.metric },
	{ head: 'measure', value: ({ each }) => each.measure },
	{ head: 'name', value: ({ each }) => each.name },
	{ head: 'phase', value: ({ phase }) => phase },
	{ head: 'numerator', value: ({ window }) => window?.numerator ?? null },
	{ head: 'denominator', value: ({ window }) => window?.denominator ?? null },
	{ head: 'value', value: ({ window }) => window?.value ?? null },
	{ head: 'lower 95', value: ({ window }) => window?.interval?.lower ?? null },
	{ head: 'upper 95', value: ({ window }) => window?.interval?.upper ?? null },
	{ head: 'change', value: (row) => changeTo(row)?.difference ?? null },
	{ head: 'change lower 95', value: (row) => changeTo(row)?.interval?.lower ?? null },
	{ head: 'change upper 95', value: (row) => changeTo(row)?.interval?.upper ?? null },
	{ head: 'in words', value: (row) => changeTo(row)?.verdict ?? null },
	{ head: 'centre', value: ({ xmr }) => xmr?.centre ?? null },
	{ head: 'lower limit', value: ({ xmr }) => xmr?.lower ?? null },
	{ head: 'upper limit', value: ({ xmr }) => xmr?.upper ?? null },
	{ head: 'limits', value: ({ xmr }) => (xmr?.centre == null ? null : xmr.trialLimits ? 'trial' : 'full') },
	{
		head: 'special causes',
		value: ({ xmr }) =>
			(xmr?.points ?? [])
				.filter(({ specialCauses }) => specialCauses.length > 0)
				.map(({ on, specialCauses }) => `${on} ${specialCauses.map(({ cause }) => cause).join(' ')}`)
				.join('; ')
	}
];
