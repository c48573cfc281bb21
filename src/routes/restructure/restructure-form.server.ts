import type { RequestEvent } from '@sveltejs/kit';
import type { RestructureForm } from '#lib/server/work/plan-restructure.ts';
import { textsOf, ticked, trimmed } from '../forms.server.ts';

/** The form of a restructure as it was sent: of teams, every box that was ticked. */
export async function restructureFormIn(event: RequestEvent): Promise<RestructureForm> {
	const data = await event.request.formData();
	const text = trimmed(textsOf(data));
	return {
		key: text('key'),
		edition: text('edition'),
		name: text('name'),
		startsOn: text('startsOn'),
		endsOn: text('endsOn'),
		teams: ticked(data, 'teams')
	};
}
