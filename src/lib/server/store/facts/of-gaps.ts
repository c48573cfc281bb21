import { groupedBy, type Facts } from '#lib/domain/authority.ts';
import { asRules, type Transaction } from '#lib/server/db/index.ts';
import { areWhole, gatherFacts } from '../facts.ts';
import { oversightOfCases } from './files.ts';
import { peopleWith } from './people.ts';
import { arrayOf, type Recent } from './rows.ts';

/**
 * What missing facts and facts that disagree are looked for in: some cases and people, found within a scope, with the
 * oversight and the sessions of late, and without what was said about cases in supervision. More than that where it is at
 * hand, and where the scope is `everything` more cases and people.
 */
export async function factsOfGaps(
	tx: Transaction,
	those: { caseIds: readonly string[]; practitionerIds: readonly string[] },
	{ on, after }: Recent,
	everything: boolean
): Promise<Facts> {
	const reach = everything
		? ({ of: 'open', on } as const)
		: ({ of: 'those', ...those, held: { on } } as const);
	const facts = await gatherFacts(tx, reach, { on, after, overseenAfter: on });
	if (areWhole(facts)) return facts;
	return asRules(tx, async () => {
		const entries = await oversightOfCases(tx, arrayOf(those.caseIds), { on, after });
		const oversightOf = groupedBy(entries, ({ caseId }) => caseId);
		const others = new Set(entries.map(({ managerId }) => managerId));
		for (const id of facts.people.keys()) others.delete(id);
		const managers = others.size === 0 ? new Map() : await peopleWith(tx, arrayOf([...others]));
		return {
			...facts,
			people: new Map([...facts.people, ...managers]),
			cases: facts.cases.map((file) => ({
				...file,
				oversight: oversightOf.get(file.caseId) ?? file.oversight
			}))
		};
	});
}
