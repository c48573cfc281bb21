import {
	additionsInWords,
	additionsOf,
	readPolicyFile,
	type PolicyAdditions,
	type PolicyFile
} from '#lib/domain/policy-file.ts';
import { record } from '#lib/server/audit.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import {
	insertVersion,
	isAnyVersionStored,
	openDraft,
	policySettings,
	publishedVersions,
	setPolicySettings
} from '#lib/server/store/policy.ts';

/** The versions and settings of this database, as policy.json holds them. */
export async function policyFileOf(tx: Transaction): Promise<PolicyFile> {
	return {
		settings: await policySettings(tx),
		versions: (await publishedVersions(tx)).map(({ policy, publishedOn, withdrawn }) => ({
			policy,
			publishedOn,
			withdrawn
		}))
	};
}

/** What the policy.json among some files would add, in words; or why it is refused, each line with the file. */
export async function planPolicy(
	tx: Transaction,
	files: readonly { file: string; text: string }[]
): Promise<{ additions: PolicyAdditions; lines: string[] } | { refused: string[] }> {
	const [given, other] = files;
	if (!given) return { additions: { versions: [], settings: {} }, lines: [] };
	if (other) return { refused: [`${other.file}: there is another policy.json, ${given.file}. Give one.`] };
	const refused = (problems: readonly string[]) => ({
		refused: problems.map((words) => `${given.file}: ${words}`)
	});
	const read = readPolicyFile(given.text);
	if ('problems' in read) return refused(read.problems);
	const here = await policyFileOf(tx);
	const planned = additionsOf(read.file, { ...here, asShipped: !(await isAnyVersionStored(tx)) });
	if ('problems' in planned) return refused(planned.problems);
	const { additions } = planned;
	if (additions.versions.length > 0 && (await openDraft(tx)))
		return refused(['A draft is being written here. Publish or discard it first.']);
	return { additions, lines: additionsInWords(additions).map((words) => `${given.file}: ${words}`) };
}

/** Adds them, in the transaction given. False: there was nothing to add. */
export async function addPolicy(
	tx: Transaction,
	operator: string,
	{ versions, settings }: PolicyAdditions
): Promise<boolean> {
	for (const { policy, publishedOn, withdrawn } of versions) {
		await insertVersion(tx, policy, {
			digest: null,
			draftId: null,
			publishedOn,
			publishedBy: operator,
			publishedById: null,
			proposedBy: null,
			proposedById: null,
			withdrawn
		});
		await record(
			tx,
			{ operator },
			{ action: 'imported', entity: 'policy_version', entityId: String(policy.version) }
		);
	}
	if (Object.keys(settings).length > 0) {
		await setPolicySettings(tx, settings);
		await record(tx, { operator }, { action: 'imported', entity: 'policy_settings', entityId: null });
	}
	return versions.length > 0 || Object.keys(settings).length > 0;
}
