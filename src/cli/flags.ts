import { parseArgs } from 'node:util';
import { CODES } from '#lib/domain/codes.ts';
import { asOperator, prepare } from '#lib/server/session.ts';
import { pictureOfAuthority } from '#lib/server/work/picture.ts';
import { printedFindings } from '#lib/server/work/references.ts';
import { AS_AT_USAGE, asAtFrom } from './as-at.ts';
import { WrongUsage, type Command } from './command.ts';
import { FORMAT_USAGE, formatFrom, printed } from './rows.ts';

export const flags: Command = {
	name: 'flags',
	summary: 'prints what the rules find on a day',
	usage: `flags [--as-at DAY] [--hindsight] [--team TEAM] [--rule CODE] [--format FORMAT]

Every finding of the authority, worst first, computed from the facts; nothing is stored.

${AS_AT_USAGE}
  --team TEAM       only what belongs to this team, by its id in the files
  --rule CODE       only this rule: ${CODES.join(', ')}
${FORMAT_USAGE}`,

	async run(args, io) {
		const { values } = parseArgs({
			args,
			options: {
				'as-at': { type: 'string' },
				hindsight: { type: 'boolean', default: false },
				team: { type: 'string' },
				rule: { type: 'string' },
				format: { type: 'string' }
			}
		});
		const format = formatFrom(values.format);
		const rule = values.rule ?? null;
		if (rule !== null && !CODES.some((code) => code === rule))
			throw new WrongUsage(`There is no rule “${rule}”. The rules are ${CODES.join(', ')}.`);
		await prepare();
		const findings = await asOperator(io.operator, async (tx, { today }) => {
			const on = asAtFrom(values['as-at'], today);
			const picture = await pictureOfAuthority(tx, { on, hindsight: values.hindsight });
			return printedFindings(picture, { team: values.team ?? null, rule });
		});
		io.out(
			printed(
				findings,
				[
					{ head: 'severity', value: ({ severity }) => severity },
					{ head: 'code', value: ({ code }) => code },
					{ head: 'subject', value: ({ subject }) => `${subject.kind} ${subject.id}` },
					{ head: 'since', value: ({ since }) => since },
					{ head: 'practitioner', value: ({ practitionerId }) => practitionerId },
					{ head: 'team', value: ({ teamId }) => teamId },
					{ head: 'reasons', value: ({ reasons }) => reasons.join(' ') }
				],
				format
			)
		);
		return 0;
	}
};
