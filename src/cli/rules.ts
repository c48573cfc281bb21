import { parseArgs } from 'node:util';
import { policyOn } from '#lib/domain/policy.ts';
import { rulesAsMarkdown } from '#lib/domain/rule-words.ts';
import { asOperator, prepare } from '#lib/server/session.ts';
import { publishedVersions } from '#lib/server/store/policy.ts';
import { asAtFrom } from './as-at.ts';
import type { Command } from './command.ts';

export const rules: Command = {
	name: 'rules',
	summary: 'says every rule in words, with the numbers of the policy in force',
	usage: `rules [--as-at DAY]

What each rule looks at, how severe it is, what clears it and where it comes from, as a document in Markdown.

  --as-at DAY       the policy in force on that day, yyyy-mm-dd (default: today)`,

	async run(args, io) {
		const { values } = parseArgs({ args, options: { 'as-at': { type: 'string' } } });
		await prepare();
		const policy = await asOperator(io.operator, async (tx, { today }) => {
			const versions = (await publishedVersions(tx)).filter(({ withdrawn }) => withdrawn === null);
			return policyOn(
				versions.map((version) => version.policy),
				asAtFrom(values['as-at'], today)
			);
		});
		io.out(rulesAsMarkdown(policy).trimEnd());
		return 0;
	}
};
