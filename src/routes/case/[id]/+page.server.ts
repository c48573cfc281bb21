import { error, fail, redirect } from '@sveltejs/kit';
import { mayRecordOversight } from '#lib/domain/access.ts';
import { askedDay, isId } from '#lib/domain/asked.ts';
import { caseRecord } from '#lib/server/work/case-record.ts';
import { freshnessInWords } from '#lib/server/work/freshness.ts';
import { recordOversight, refusals, type OversightForm } from '#lib/server/work/record-oversight.ts';
import { asPerson, who } from '#lib/server/session.ts';
import { maySeeCase } from '#lib/server/store/scope.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const person = who(event);
	const { searchParams } = event.url;
	const { on, refused } = askedDay(searchParams.get('as-at'), person.today);
	const hindsight = searchParams.get('hindsight') === 'yes';
	const { id } = event.params;
	return asPerson(person, async (tx) => {
		const found = isId(id) ? await caseRecord(tx, person, id, { on, hindsight }) : null;
		if (!found) error(404);
		return {
			on,
			refused,
			hindsight,
			today: person.today,
			...(await freshnessInWords(tx, person.today)),
			found,
			mayRecord: mayRecordOversight(person.role) && on === person.today && found.open,
			recorded: searchParams.get('recorded') === 'oversight',
			formKey: crypto.randomUUID()
		};
	});
};

export const actions: Actions = {
	oversight: async (event) => {
		const person = who(event);
		const { id } = event.params;
		const { practitionerId } = person;
		const data = await event.request.formData();
		const text = (name: string) => {
			const value = data.get(name);
			return typeof value === 'string' ? value : '';
		};
		const form: OversightForm = {
			key: text('key'),
			kind: text('kind'),
			madeOn: text('madeOn'),
			decision: text('decision').replaceAll('\r\n', '\n'),
			rationale: text('rationale').replaceAll('\r\n', '\n')
		};
		const next = text('next');
		const outcome = await asPerson(person, async (tx) => {
			if (!isId(id) || !(await maySeeCase(tx, id))) return 'absent' as const;
			if (!mayRecordOversight(person.role) || practitionerId === null) return 'not_yours' as const;
			const refused = refusals(form, person.today);
			if (refused.length > 0) return refused;
			await recordOversight(tx, { ...person, practitionerId }, id, form);
			return 'recorded' as const;
		});
		if (outcome === 'absent') error(404);
		if (outcome === 'not_yours') error(403, 'Oversight is recorded by those who manage practice.');
		if (outcome !== 'recorded') return fail(400, { ...form, next, errors: outcome });
		redirect(303, next === '/' ? '/?recorded=oversight' : `/case/${id}?recorded=oversight`);
	}
};
