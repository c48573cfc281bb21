import { withoutSyncing } from '../syncing.ts';
import { folderForDemo, isWhole, startDemo } from './demo.ts';

/**
 * Before the journeys: the made-up authority, made once. They take place in a copy of it; another copy is for each journey
 * that changes what others would see. Answers with what stops it and removes its data.
 */
export default async function openAuthority(): Promise<() => Promise<void>> {
	const filled = folderForDemo();
	let shared: ReturnType<typeof folderForDemo> | null = null;
	const remove = () => {
		shared?.remove();
		filled.remove();
	};
	try {
		await (await startDemo(filled.folder)).stop();
		withoutSyncing(filled.folder);
		if (isWhole(filled.folder)) process.env['JOURNEYS_FILLED'] = filled.folder;
		shared = folderForDemo(process.env['JOURNEYS_FILLED']);
		const { address, password, emails, stop } = await startDemo(shared.folder);
		process.env['JOURNEYS_URL'] = address;
		process.env['JOURNEYS_SIGN_INS'] = JSON.stringify({ address, password, emails });
		return async () => {
			await stop();
			remove();
		};
	} catch (error) {
		remove();
		throw error;
	}
}
