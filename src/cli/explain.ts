import { parseArgs } from 'node:util';
import { explainCase } from '#lib/domain/explain.ts';
import { explainedInWords } from '#lib/domain/explain-words.ts';
import { asOperator, prepare } from '#lib/server/session.ts';
import { caseByReference } from '#lib/server/store/scope.ts';
import { pictureOfThose } from '#lib/server/work/picture.ts';
import { references, withReferences } from '#lib/server/work/references.ts';
import { AS_AT_USAGE, asAtFrom } from './as-at.ts';
import { WrongUsage, type Command } from './command.ts';

export const explain: Command = {
	name: 'explain',
	summary: 'says what the rules saw for one case, and why each fired or not',
	usage: `explain CASE [--as-at DAY] [--hindsight] [--format table|json]

CASE is the id of the case in the files.

${AS_AT_USAGE}
  --format FORMAT   table (words, the default) or json`,

	async run(args, io) {
		const { values, positionals } = parseArgs({
			args,
			options: {
				'as-at': { type: 'string' },
				hindsight: { type: 'boolean', default: false },
				format: { type: 'string', default: 'table' }
			},
			allowPositionals: true
		});
		const [reference, ...more] = positionals;
		if (reference === undefined || more.length > 0) throw new WrongUsage('Give the id of one case.');
		if (values.format !== 'table' && values.format !== 'json')
			throw new WrongUsage(`--format is table or json, not “${values.format}”.`);
		await prepare();
		const explained = await asOperator(io.operator, async (tx, { today }) => {
			const on = asAtFrom(values['as-at'], today);
			const caseId = await caseByReference(tx, reference);
			if (caseId === null) return null;
			const those = { caseIds: [caseId], practitionerIds: [] };
			const { view } = await pictureOfThose(tx, those, { on, hindsight: values.hindsight });
			const file = view.authority.cases.find((each) => each.caseId === caseId);
			return file ? withReferences(explainCase(file, view), references(view)) : null;
		});
		if (!explained) {
			io.err(`There is no case “${reference}”. Give its id as in the files.`);
			return 1;
		}
		io.out(
			values.format === 'json'
				? JSON.stringify(explained, null, 1)
				: explainedInWords(explained, (id) => id).join('\n')
		);
		return 0;
	}
};
