import { folderForDemo, startDemo } from './demo.ts';

/** Before the journeys: the made-up authority they take place in. Answers with what stops it and removes its data. */
export default async function openAuthority(): Promise<() => Promise<void>> {
	const { folder, remove } = folderForDemo();
	try {
		const { address, password, emails, stop } = await startDemo(folder);
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
