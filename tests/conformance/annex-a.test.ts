import { expect, test } from 'vitest';
import { noRecords, type Records } from '#lib/domain/records.ts';
import { readAnnexA, type AnnexA } from '#lib/intake/annex-a.ts';
import { casesOf } from '#lib/intake/annex-a-cases.ts';
import { PAGE_LIMITS, recognise } from '#lib/intake/files.ts';
import { matchNames } from '#lib/intake/match.ts';
import { changesNothing, planImport, type Plan } from '#lib/intake/plan.ts';
import { problemInWords } from '#lib/intake/problems.ts';
import { describeWithSamples, sample } from './samples.ts';

const EXTRACT_DATE = '2021-03-16';

async function workbook(): Promise<AnnexA> {
	const bytes = sample('annex_a_sample.xlsx');
	const { annexA, problems } = await recognise([{ name: 'annex_a_sample.xlsx', bytes }], PAGE_LIMITS);
	expect(problems).toEqual([]);
	return readAnnexA(annexA[0]!);
}

function planned(annexA: AnnexA, existing: Records, addPeople: boolean, extractDate = EXTRACT_DATE) {
	const names = annexA.names.map(({ name }) => name);
	const matching = matchNames(names, existing.practitioners);
	const incoming = casesOf(annexA, existing, { extractDate, matching, addPeople });
	return { incoming, plan: planImport(existing, incoming, { on: extractDate }) };
}

/** What is recorded once a plan that only adds was applied. */
function applied(plan: Plan): Records {
	const records = noRecords();
	for (const [table, { added }] of Object.entries(plan.tables)) Object.assign(records, { [table]: added });
	return records;
}

describeWithSamples('the published Annex A sample', () => {
	test('gives a case for every child of lists 3 to 9, and nothing in it is an error', async () => {
		const annexA = await workbook();
		expect([...annexA.lists]).toEqual([3, 4, 5, 6, 7, 8, 9]);
		expect(annexA.entries).toHaveLength(39);
		const { plan } = planned(annexA, noRecords(), false);
		expect(plan.problems.filter(({ level }) => level === 'error')).toEqual([]);
		expect(plan.mayApply).toBe(true);
		expect(plan.tables.cases.added).toHaveLength(38);
		expect(plan.tables.cases.added[0]).toMatchObject({
			caseId: '6537810:2020-09-16',
			childId: '6537810',
			dateOfBirth: '2004-07-18',
			openedOn: '2020-09-16',
			closedOn: null
		});
	});

	test('says of each case what its list is about', async () => {
		const { plan } = planned(await workbook(), noRecords(), false);
		const kinds = plan.tables.caseKinds.added.map(({ caseId, kind, from, to }) => [caseId, kind, from, to]);
		expect(kinds).toHaveLength(33);
		expect(kinds).toEqual(
			expect.arrayContaining([
				['10692868:2019-05-16', 'assessment', '2019-05-16', '2021-02-08'],
				['6537810:2020-09-16', 'section_47', '2020-09-16', '2020-10-05'],
				['10273003:2020-09-16', 'section_47', '2020-09-16', '2020-10-07'],
				['12598894:2010-06-09', 'child_in_need', '2010-06-09', null],
				['5358472:2021-02-08', 'child_protection', '2021-02-08', null],
				['10721552:2020-11-23', 'child_protection', '2020-11-23', '2021-02-16'],
				['1761444:2009-08-06', 'looked_after', '2009-08-06', null],
				['3623204:2008-10-22', 'looked_after', '2008-10-22', '2020-09-22'],
				['7961370:2021-03-16', 'care_leaver', '2021-03-16', null]
			])
		);
	});

	test('takes #N/A as nobody, and a name that is not matched as somebody who is waited for', async () => {
		const { plan, incoming } = planned(await workbook(), noRecords(), false);
		expect(plan.tables.allocations.added).toEqual([]);
		expect(incoming.waiting).toHaveLength(33);
		const waiting = new Set(incoming.waiting.map(({ caseId }) => caseId));
		const unallocated = plan.tables.cases.added.filter(({ caseId }) => !waiting.has(caseId));
		expect(unallocated.map(({ caseId }) => caseId)).toEqual([
			'12598894:2010-06-09',
			'8140425:2006-11-23',
			'10160219:2008-11-06',
			'7657294:2010-07-20',
			'6434087:2017-03-26'
		]);
		expect(incoming.waiting[0]).toEqual({
			caseId: '6537810:2020-09-16',
			name: 'Reagan Mor',
			teamId: 'Locality 3 Duty Team',
			since: EXTRACT_DATE
		});
	});

	test.each([
		['List 4, row 2, column Was the child assessed', '“CS Assessment Updated”'],
		['List 6, row 2, column Primary Need Code', '“PSRMEM - Support with memory and cognition”'],
		['List 7, row 8, column Date of Birth', '“2020-05-29” is more than ten months after 2019-06-25'],
		['List 8, row 3, column Placement postcode', '“nope”'],
		['List 8, row 5, column Date of Birth', '“2018-03-13” is more than ten months after 2010-02-24'],
		['List 6, row 2, column Date of Birth', 'born on “1999-09-23”, so of age on 2021-03-16'],
		['List 8, row 2, column Date of Birth', 'born on “2002-02-13”, so of age on 2021-03-16'],
		['List 5, row 4:', 'no conference was needed and no end is given'],
		['List 5, row 3:', 'a plan followed the conference, but list 7 does not name the child'],
		['List 3, row 2, column Allocated Worker', '“Dustin Hazlett” is not the worker named at'],
		[
			'List 3, row 3, column Allocated Worker',
			'“Mathilde Cutsforth” is not a practitioner recorded here; 4 cases wait'
		]
	])('has an oddity at %s', async (place, words) => {
		const { plan } = planned(await workbook(), noRecords(), false);
		const line = plan.problems
			.map(problemInWords)
			.find((each) => each.startsWith(`annex_a_sample.xlsx, sheet ${place}`) && each.includes(words));
		expect(line).toBeDefined();
	});

	test('read twice changes nothing the second time, with and without new people', async () => {
		const annexA = await workbook();
		for (const addPeople of [false, true]) {
			const first = planned(annexA, noRecords(), addPeople);
			const second = planned(annexA, applied(first.plan), addPeople);
			expect(changesNothing(second.plan)).toBe(true);
			expect(second.incoming.waiting).toEqual(first.incoming.waiting);
			expect(second.plan.problems.filter(({ level }) => level === 'error')).toEqual([]);
		}
	});

	test('read as a later extract leaves every lead that is the same as it was', async () => {
		const annexA = await workbook();
		const first = planned(annexA, noRecords(), true);
		const later = planned(annexA, applied(first.plan), true, '2021-04-20');
		expect(changesNothing(later.plan)).toBe(true);
	});

	test('with new people gives each a posting, and no number or date that the file does not have', async () => {
		const { plan, incoming } = planned(await workbook(), noRecords(), true);
		expect(plan.tables.practitioners.added).toHaveLength(25);
		expect(plan.tables.practitioners.added[0]).toMatchObject({
			practitionerId: 'Dustin Hazlett',
			name: 'Dustin Hazlett',
			sweNumber: null,
			registeredOn: null
		});
		expect(plan.tables.postings.added).toHaveLength(25);
		expect(plan.tables.allocations.added).toHaveLength(33);
		expect(new Set(plan.tables.allocations.added.map(({ from }) => from))).toEqual(new Set([EXTRACT_DATE]));
		expect(incoming.startNotGiven).toHaveLength(33);
		expect(incoming.waiting).toEqual([]);
	});
});
