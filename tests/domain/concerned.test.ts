import { expect, test } from 'vitest';
import { arrange, viewOf, type Authority, type Facts } from '#lib/domain/authority.ts';
import type { CaseFile } from '#lib/domain/cases.ts';
import { concernedBy, supervisorsOf, type Subjects } from '#lib/domain/concerned.ts';
import { assess, type Finding } from '#lib/domain/flags.ts';
import type { Person } from '#lib/domain/people.ts';
import { authorityOf } from './oracle/comparison.ts';
import { organisationOf } from './oracle/organisations.ts';

/** Among them are authorities that show each way but one in which something rests on what is recorded of others. */
const SEEDS = [80_001, 80_085, 80_107, 80_193].flatMap((first) =>
	[0, 1, 2, 3, 4].map((more) => first + more)
);
const MINUTES = 60_000;

/** The facts once something about one case or person is recorded otherwise, and whose facts that touched. */
interface Change {
	facts: Facts;
	touched: Subjects;
	heldThem: readonly string[];
	what: string;
	of: string;
}

const PERSON_WITHOUT: Record<string, (person: Person) => Person> = {
	postings: (person) => ({ ...person, postings: [] }),
	absences: (person) => ({ ...person, absences: [] }),
	training: (person) => ({ ...person, training: [] }),
	reductions: (person) => ({ ...person, reductions: [] }),
	registration: (person) => ({
		...person,
		details: person.details.map((details) => ({ ...details, sweNumber: null, registeredOn: null }))
	})
};

function changesOfPerson(facts: Facts, person: Person): Change[] {
	const { practitionerId: id } = person;
	const changed = (what: string, others: Partial<Facts>, more: Iterable<string> = []): Change => ({
		facts: { ...facts, ...others },
		touched: { cases: new Set(), people: new Set([id, ...more]) },
		heldThem: [],
		what,
		of: person.reference
	});
	return [
		...Object.entries(PERSON_WITHOUT).map(([what, without]) =>
			changed(
				what,
				{ people: new Map(facts.people).set(id, without(person)) },
				what === 'postings' ? supervisorsOf(person) : []
			)
		),
		changed('sessions', { sessions: facts.sessions.filter(({ superviseeId }) => superviseeId !== id) }),
		changed('actions', {
			actions: facts.actions.filter(({ caseId, practitionerId }) => caseId !== null || practitionerId !== id)
		})
	];
}

const FILE_WITHOUT: Record<string, (file: CaseFile) => CaseFile> = {
	details: (file) => ({
		...file,
		details: file.details.map((details) => ({
			...details,
			dateOfBirth: null,
			complexity: null,
			closedOn: null
		}))
	}),
	kinds: (file) => ({ ...file, kinds: [] }),
	allocations: (file) => ({ ...file, allocations: [] }),
	oversight: (file) => ({ ...file, oversight: [] }),
	discussions: (file) => ({ ...file, discussions: [] })
};

function changesOfCase(facts: Facts, file: CaseFile): Change[] {
	const { caseId: id } = file;
	const holders = file.allocations.flatMap(({ practitionerId }) => practitionerId ?? []);
	const changed = (what: string, others: Partial<Facts>, more: Iterable<string> = []): Change => ({
		facts: { ...facts, ...others },
		touched: { cases: new Set([id]), people: new Set(more) },
		heldThem: what === 'allocations' ? [] : holders,
		what,
		of: file.reference
	});
	return [
		...Object.entries(FILE_WITHOUT).map(([what, without]) =>
			changed(
				what,
				{ cases: facts.cases.map((each) => (each === file ? without(file) : each)) },
				what === 'allocations' ? holders : []
			)
		),
		changed('requests', { requests: facts.requests.filter(({ caseId }) => caseId !== id) }),
		changed('actions', { actions: facts.actions.filter(({ caseId }) => caseId !== id) })
	];
}

function factsOf(authority: Authority): Facts {
	const { teams, people, cases, sessions, actions, requests, restructures, policies, settings } = authority;
	return { teams, people, cases, sessions, actions, requests, restructures, policies, settings };
}

const byLine = (findings: readonly Finding[]) =>
	new Map(findings.map((finding) => [JSON.stringify(finding), finding]));

/** What is found in the one and not in the other. */
function othersFound(before: ReadonlyMap<string, Finding>, after: ReadonlyMap<string, Finding>): Finding[] {
	const lacking = (one: ReadonlyMap<string, Finding>, other: ReadonlyMap<string, Finding>) =>
		[...one].flatMap(([line, finding]) => (other.has(line) ? [] : finding));
	return [...lacking(before, after), ...lacking(after, before)];
}

test(
	'whoever is found about otherwise once something is recorded otherwise is among those it concerns',
	() => {
		const throughOthers = new Set<string>();
		for (const seed of SEEDS) {
			const generated = organisationOf(seed);
			const authority = authorityOf(generated);
			const facts = factsOf(authority);
			const changes = [
				...[...facts.people.values()].flatMap((person) => changesOfPerson(facts, person)),
				...facts.cases.flatMap((file) => changesOfCase(facts, file))
			];
			const day = generated.asAtDays[seed % generated.asAtDays.length] ?? '';
			const found = byLine(assess(viewOf(authority, day)));
			for (const { facts: otherwise, touched, heldThem, of, what } of changes) {
				const after = arrange(otherwise);
				const concerned = concernedBy(touched, heldThem, after);
				const others = othersFound(found, byLine(assess(viewOf(after, day))));
				for (const { code, caseId, practitionerId, subject } of others) {
					const id = caseId ?? practitionerId ?? '';
					const among = caseId === null ? concerned.people : concerned.cases;
					if (!among.has(id))
						expect.fail(`${seed}, ${day}: ${what} of ${of} changes ${code} of ${subject.reference}`);
					if (!(caseId === null ? touched.people : touched.cases).has(id)) throughOthers.add(what);
				}
			}
		}
		expect([...throughOthers].sort()).toEqual(
			['absences', 'details', 'kinds', 'postings', 'registration', 'training'].sort()
		);
	},
	2 * MINUTES
);

test('those far from what was touched are not concerned, and whoever supervises somebody touched is', () => {
	const { people, ...others } = factsOf(authorityOf(organisationOf(80_001)));
	const [first, second, ...rest] = [...people.values()];
	if (!first || !second) throw new Error('nobody was generated');
	const supervised = first.postings.map((posting) => ({ ...posting, supervisorId: second.practitionerId }));
	const alone = [first, second, ...rest].map((person): [string, Person] => [
		person.practitionerId,
		{ ...person, absences: [], postings: person === first ? supervised : [] }
	]);
	const authority = arrange({ ...others, people: new Map(alone), cases: [], requests: [] });
	const touched = { cases: new Set<string>(), people: new Set([first.practitionerId]) };
	expect(concernedBy(touched, ['held it'], authority)).toEqual({
		cases: new Set(),
		people: new Set([first.practitionerId, 'held it', second.practitionerId])
	});
});
