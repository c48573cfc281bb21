import { error, fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { isId } from '#lib/domain/asked.ts';
import { isAmong, PAGES } from '#lib/domain/access.ts';
import {
	consequencesOfRecord,
	RECORD_TASKS,
	recordFormPage,
	saveRecord,
	type RecordForm,
	type RecordTask
} from '#lib/server/work/keep-record.ts';
import { recordShown } from '#lib/server/work/record-page.ts';
import { asPerson, who } from '#lib/server/session.ts';
import { recordActions, recordHref } from '../record.server.ts';
import { shown, textsIn, trimmed } from '../../../forms.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const { id } = event.params;
	const { searchParams } = event.url;
	const task = RECORD_TASKS.find((each) => each === searchParams.get('task')) ?? null;
	const found = await asPerson(by, async (tx) => {
		const shown = isId(id) ? await recordShown(tx, by, id, by.today) : null;
		if (!shown || task === null) return shown && { shown, kept: null };
		const kept = await recordFormPage(tx, by, id, task, searchParams.get('months') ?? '');
		return kept && { shown, kept };
	});
	if (!found) error(404);
	return {
		...found,
		task,
		today: by.today,
		formKey: crypto.randomUUID(),
		done: searchParams.get('done'),
		backHref: recordHref(id, by.role),
		hasPage: isAmong(PAGES['/practitioner/[id]'], by.role),
		mayList: isAmong(PAGES['/people'], by.role)
	};
};

const FIELDS = [
	'key',
	'edition',
	'sweNumber',
	'registeredOn',
	'checkedOn',
	'why',
	'startedOn',
	'extendedTo',
	'extendedWhy',
	'passedOn',
	'months',
	'bookedOn',
	'heldOn',
	'outcome',
	'words'
] as const satisfies readonly (keyof RecordForm)[];

async function formIn(event: RequestEvent): Promise<RecordForm> {
	const text = trimmed(await textsIn(event));
	const task: RecordTask = RECORD_TASKS.find((each) => each === text('task')) ?? 'registration';
	const typed = Object.fromEntries(FIELDS.map((field) => [field, text(field)]));
	return { ...(typed as Omit<RecordForm, 'task'>), task };
}

const NOT_YOURS =
	'A record is kept by those who manage practice and the data steward, of others and never their own.';

export const actions: Actions = {
	...recordActions,
	check: async (event) => {
		const by = who(event);
		const typed = await formIn(event);
		const outcome = await asPerson(by, (tx) => consequencesOfRecord(tx, by, event.params.id, typed));
		if (outcome === 'absent' || outcome === 'done') error(404);
		if (outcome === 'not_yours') error(403, NOT_YOURS);
		if ('consequences' in outcome) return shown(typed, outcome);
		return fail('conflict' in outcome ? 409 : 400, shown(typed, outcome));
	},
	again: async (event) => shown(await formIn(event), { refused: [] }),
	save: async (event) => {
		const by = who(event);
		const typed = await formIn(event);
		const outcome = await asPerson(by, (tx) => saveRecord(tx, by, event.params.id, typed));
		if (outcome === 'absent') error(404);
		if (outcome === 'not_yours') error(403, NOT_YOURS);
		const href = recordHref(event.params.id, by.role);
		if (outcome === 'done') redirect(303, `${href}${href.includes('?') ? '&' : '?'}done=${typed.task}`);
		return fail('conflict' in outcome ? 409 : 400, shown(typed, outcome));
	}
};
