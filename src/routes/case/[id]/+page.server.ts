import { error, fail, redirect } from '@sveltejs/kit';
import { mayRecordOversight } from '#lib/domain/access.ts';
import { mayAgree } from '#lib/domain/actions.ts';
import { askedDay, DAYS_AHEAD, isId } from '#lib/domain/asked.ts';
import { whyNotRecord } from '#lib/domain/requests-kept.ts';
import { dayAsTyped } from '#lib/domain/typed-day.ts';
import { actionsAt } from '#lib/server/work/action-list.ts';
import type { Answered } from '#lib/server/work/answer-flag.ts';
import { answerRequest, askForOversight } from '#lib/server/work/ask-for-oversight.ts';
import { caseKept } from '#lib/server/work/case-pages.ts';
import { caseRecord, CASE_VIEWS } from '#lib/server/work/case-record.ts';
import { freshnessInWords } from '#lib/server/work/freshness.ts';
import { recordOversight, refusals, type OversightForm } from '#lib/server/work/record-oversight.ts';
import { asPerson, who } from '#lib/server/session.ts';
import { maySeeCase } from '#lib/server/store/scope.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const person = who(event);
	const { searchParams } = event.url;
	const { on, refused } = askedDay(searchParams.get('as-at'), person.today, DAYS_AHEAD);
	const view = CASE_VIEWS.find((each) => each === searchParams.get('view')) ?? CASE_VIEWS[0];
	const { id } = event.params;
	return asPerson(person, async (tx) => {
		const found = isId(id) ? await caseRecord(tx, person, id, on, view) : null;
		if (!found) error(404);
		return {
			on,
			refused,
			view,
			today: person.today,
			...(await freshnessInWords(tx, person.today)),
			found,
			kept: await caseKept(tx, person, id, on),
			/** Of today: what was agreed and is still to be done, then what is done. */
			actions: on === person.today ? await actionsAt(tx, person, { of: 'case', caseId: id }) : [],
			todayTyped: dayAsTyped(person.today),
			mayAgree: mayAgree(person) && on === person.today,
			mayRecord: mayRecordOversight(person.role) && on === person.today && found.open,
			mayRecordRequest: whyNotRecord({ ...person, tier: null }) === null,
			recorded: searchParams.get('recorded') === 'oversight',
			done: searchParams.get('done') ?? actedIn(searchParams.get('action')),
			formKey: crypto.randomUUID(),
			requestKey: crypto.randomUUID()
		};
	});
};

export const actions: Actions = {
	ask: async (event) => {
		const person = who(event);
		const { id } = event.params;
		const data = await event.request.formData();
		const asked = { key: textIn(data, 'key'), words: textIn(data, 'words'), next: textIn(data, 'next') };
		const outcome = await asPerson(person, (tx) => askForOversight(tx, person, id, asked));
		const wrong = whatIsWrong(outcome, backTo(asked.next, id, 'asked'));
		return fail(wrong.refused ? 403 : 400, { ...wrong, asked });
	},
	answer: async (event) => {
		const person = who(event);
		const { id } = event.params;
		const data = await event.request.formData();
		const answered = {
			key: textIn(data, 'key'),
			requestId: textIn(data, 'request'),
			words: textIn(data, 'answer'),
			next: textIn(data, 'next')
		};
		const outcome = await asPerson(person, (tx) => answerRequest(tx, person, id, answered));
		const wrong = whatIsWrong(outcome, backTo(answered.next, id, 'answered'));
		return fail(wrong.refused ? 403 : 400, { ...wrong, answered });
	},
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

/** Leads on where it is done or not there; else says what is wrong. */
function whatIsWrong(outcome: Answered, doneHref: string) {
	if (outcome === 'absent') error(404);
	if (outcome === 'done') redirect(303, doneHref);
	return 'refused' in outcome
		? { refused: outcome.refused, errors: [] }
		: { refused: null, errors: outcome.errors };
}

/** Where a form on another page asks to come back to: Today or a flag, else the case. */
function backTo(next: string, id: string, done: string): string {
	const own = next === '/' || /^\/flags\/[0-9a-f-]{36}$/.test(next);
	return `${own ? next : `/case/${id}`}?done=${done}`;
}

/** What a form about an action, which leads back here, has done. */
function actedIn(action: string | null): string | null {
	return action === null ? null : `action-${action}`;
}

function textIn(data: FormData, name: string): string {
	const value = data.get(name);
	return typeof value === 'string' ? value.replaceAll('\r\n', '\n') : '';
}
