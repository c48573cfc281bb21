import { parseArgs } from 'node:util';
import {
	caseExplainedInWords,
	comparedInWords,
	comparedLines,
	explanationLines,
	practitionerExplainedInWords
} from '#lib/domain/explain-words.ts';
import { asOperator, prepare } from '#lib/server/session.ts';
import { caseByReference, practitionerByReference } from '#lib/server/store/scope.ts';
import { explanationOf } from '#lib/server/work/explanation.ts';
import { references, withReferences } from '#lib/server/work/references.ts';
import { AS_AT_USAGE, asAtFrom } from './as-at.ts';
import { WrongUsage, type Command } from './command.ts';

export const explain: Command = {
	name: 'explain',
	summary: 'says what the rules saw of one case or practitioner, and why each fired or not',
	usage: `explain CASE|PRACTITIONER [--as-at DAY] [--hindsight] [--format table|json]

CASE or PRACTITIONER is the id in the files; where both have it, the case is meant.
Every rule of the catalogue: the facts it saw, or the one thing that was missing; the
facts of the day that were recorded only later; and the policy version that judged.
With --hindsight also what stood then beside what would stand, and exactly which
notes were written up later.

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
		if (reference === undefined || more.length > 0)
			throw new WrongUsage('Give the id of one case or practitioner.');
		if (values.format !== 'table' && values.format !== 'json')
			throw new WrongUsage(`--format is table or json, not “${values.format}”.`);
		await prepare();
		const given = await asOperator(io.operator, async (tx, { today }) => {
			const asAt = { on: asAtFrom(values['as-at'], today), hindsight: values.hindsight };
			const caseId = await caseByReference(tx, reference);
			const practitionerId = caseId === null ? await practitionerByReference(tx, reference) : null;
			const found =
				caseId !== null
					? await explanationOf(tx, { caseId }, asAt)
					: practitionerId !== null
						? await explanationOf(tx, { practitionerId }, asAt)
						: null;
			if (!found) return null;
			const { view, explained, compared } = found;
			return withReferences({ explained, compared }, references(view));
		});
		if (!given) {
			io.err(`There is no case or practitioner “${reference}”. Give the id as in the files.`);
			return 1;
		}
		const { explained, compared } = given;
		const id = (each: string) => each;
		const inWords =
			'caseId' in explained
				? caseExplainedInWords(explained, id)
				: practitionerExplainedInWords(explained, id);
		io.out(
			values.format === 'json'
				? JSON.stringify(compared ? { ...explained, compared } : explained, null, 1)
				: [
						...explanationLines(inWords),
						...(compared ? ['', ...comparedLines(comparedInWords(compared, id, explained.asAt))] : [])
					].join('\n')
		);
		return 0;
	}
};
