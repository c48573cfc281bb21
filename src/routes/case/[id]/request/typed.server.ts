import type { RequestEvent } from '@sveltejs/kit';

/** The texts of a form by their names; what was not sent is empty. */
export async function textsIn(event: RequestEvent): Promise<(name: string) => string> {
	const data = await event.request.formData();
	return (name) => {
		const value = data.get(name);
		return typeof value === 'string' ? value.replaceAll('\r\n', '\n') : '';
	};
}
