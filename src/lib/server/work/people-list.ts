import {
	isAmong,
	mayAddPeople,
	mayOpenTeams,
	PAGES,
	seesNames,
	type AskingRole
} from '#lib/domain/access.ts';
import { arrange, viewOf, type View } from '#lib/domain/authority.ts';
import { dayInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import { pageOf, WHOLE_LIST, type ListPage, type PageAsked } from '#lib/domain/list-pages.ts';
import {
	absenceOn,
	detailsOf,
	inPostOn,
	ROLES,
	tierOn,
	type Person,
	type Posting,
	type Role
} from '#lib/domain/people.ts';
import { tierInWords } from '#lib/domain/record-words.ts';
import { ROLE_IN_WORDS, type Names } from '#lib/domain/wording.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { factsOfPeople } from '#lib/server/store/facts/of-training.ts';
import { everPostedTo, neverPosted, teamsKept, type TeamKept } from '#lib/server/store/people.ts';
import { questionsWaiting } from '#lib/server/store/record-questions.ts';
import { peopleInScope } from '#lib/server/store/scope.ts';
import type { Written } from './csv.ts';
import { namesFor } from './names.ts';

interface Asker {
	practitionerId: string | null;
	role: AskingRole;
	today: CalendarDate;
}

/** Where somebody stands with their posting today. */
export const STANDINGS = ['in_post', 'starts', 'left', 'never'] as const;
export type PostStanding = (typeof STANDINGS)[number];

/** What an address asks of the list. */
export interface PeopleAsked {
	/** A team by id; null: all of them. */
	team: string | null;
	role: Role | null;
	/** `in_post`: with those who start later; `left`: those who are not in post any more; `all`. */
	who: 'in_post' | 'left' | 'all';
	/** Part of a name, a reference, a supervisor or a team. */
	words: string;
	/** Only those of whom a question about their record waits. */
	waiting: boolean;
}

export interface PersonListed {
	key: string;
	name: string;
	reference: string;
	teamId: string | null;
	team: string;
	role: string;
	supervisor: string;
	fte: string;
	agency: string;
	tier: string;
	/** "since 2 Nov 2026", "starts 4 Jan 2027", "left 30 Sep 2026". */
	standing: string;
	away: string;
	questions: number;
	/** Whether their page is in the scope of who asks. */
	mayOpen: boolean;
	/** What is searched when somebody types, in small letters. */
	sought: string;
}

export interface TeamListed {
	key: string;
	name: string;
	service: string;
	/** Closed from a day; null: open. */
	closed: string | null;
	/** Where it is renamed and closed; null: not by who asks. */
	mayChange: boolean;
	/** Whether some of them are on the page before. */
	continued: boolean;
	people: PersonListed[];
}

export interface PeopleList {
	groups: TeamListed[];
	/** Of those found. */
	page: ListPage;
	outOf: number;
	/** Nobody and no team is recorded in the scope of who asks. */
	noTeams: boolean;
	nobody: boolean;
	teams: { value: string; label: string }[];
	roles: { value: string; label: string }[];
	mayAdd: boolean;
	mayOpenTeams: boolean;
	/** Where somebody's name leads. */
	leadsTo: 'page' | 'record';
	named: boolean;
	/** Questions about records that wait. */
	waiting: number;
}

export function peopleAsked(params: URLSearchParams): PeopleAsked {
	const who = params.get('who');
	return {
		team: params.get('team') || null,
		role: ROLES.find((each) => each === params.get('role')) ?? null,
		who: who === 'left' || who === 'all' ? who : 'in_post',
		words: (params.get('for') ?? '').trim(),
		waiting: params.get('waiting') === 'yes'
	};
}

const NO_TEAM = 'none';

/**
 * Everyone in the scope of who asks, by team; with those whose last posting was there, or whose next one is. A page of
 * them, or all.
 */
export async function peopleList(
	tx: Transaction,
	by: Asker,
	asked: PeopleAsked,
	pageOfThem: PageAsked = WHOLE_LIST
): Promise<PeopleList> {
	const on = by.today;
	const teams = (await teamsKept(tx)).filter(({ isInScope }) => isInScope);
	const inScope = new Set(await peopleInScope(tx));
	const around = await everPostedTo(
		tx,
		teams.map(({ teamId }) => teamId)
	);
	const ids = [...new Set([...inScope, ...around, ...(await neverPosted(tx))])];
	const facts = await factsOfPeople(tx, ids);
	const view = viewOf(arrange(facts), on);
	const named = seesNames(by.role);
	const questions = new Map(
		(await questionsWaiting(tx)).map(({ practitionerId, count }) => [practitionerId, count])
	);
	const supervisors = [...facts.people.values()].flatMap(({ postings }) =>
		postings.flatMap(({ supervisorId }) => supervisorId ?? [])
	);
	const nameOf = named ? await namesFor(tx, [...ids, ...supervisors]) : numbered(ids);
	const people = ids
		.flatMap((id) => facts.people.get(id) ?? [])
		.map((person) => listed(person, { view, teams, nameOf, named, inScope, questions }))
		.filter(({ row }) => row.mayOpen || row.teamId !== null);
	const shown = people.filter((person) => fits(person, asked));
	const groups = groupsOf(
		shown.map(({ row }) => row),
		teams,
		asked,
		by
	);
	const page = pageOf(shown.length, pageOfThem);
	return {
		groups: groupsOn(groups, page),
		page,
		outOf: people.filter(({ standing }) => standing !== 'left').length,
		noTeams: teams.length === 0,
		nobody: people.length === 0,
		teams: teams.map(({ teamId, name }) => ({ value: teamId, label: name })),
		roles: ROLES.filter((role) => people.some((each) => each.role === role)).map((role) => ({
			value: role,
			label: ROLE_IN_WORDS[role]
		})),
		mayAdd: mayAddPeople(by.role),
		mayOpenTeams: mayOpenTeams(by.role),
		leadsTo: isAmong(PAGES['/practitioner/[id]'], by.role) ? 'page' : 'record',
		named,
		waiting: [...questions.values()].reduce((sum, count) => sum + count, 0)
	};
}

interface Listed {
	row: PersonListed;
	standing: PostStanding;
	role: Role | null;
}

interface Around {
	view: View;
	teams: readonly TeamKept[];
	nameOf: Names;
	named: boolean;
	inScope: ReadonlySet<string>;
	questions: ReadonlyMap<string, number>;
}

function listed(person: Person, { view, teams, nameOf, named, inScope, questions }: Around): Listed {
	const { on } = view.knowledge;
	const { practitionerId } = person;
	const { standing, posting, day } = standingOf(person, view);
	const known = viewOn(view, standing === 'starts' && day !== null ? day : on);
	const awaySince = standing === 'in_post' ? (absenceOn(person, on, view.knowledge)?.from ?? null) : null;
	const team = teams.find(({ teamId }) => teamId === posting?.teamId);
	const row: PersonListed = {
		key: practitionerId,
		name: nameOf(practitionerId),
		reference: named ? person.reference : '',
		teamId: posting && team ? posting.teamId : null,
		team: team?.name ?? (posting ? 'a team outside your scope' : 'no team'),
		role: posting ? ROLE_IN_WORDS[posting.role] : 'no posting',
		supervisor: posting?.supervisorId ? nameOf(posting.supervisorId) : 'nobody',
		fte: posting ? String(posting.fte) : '',
		agency: posting === null || posting.agency === null ? '' : posting.agency ? 'yes' : 'no',
		tier: tierInWords(tierOn(person, known.knowledge.on, known.knowledge)),
		standing: standingInWords(standing, day),
		away: awaySince === null ? '' : `since ${dayInWords(awaySince)}`,
		questions: questions.get(practitionerId) ?? 0,
		mayOpen: inScope.has(practitionerId),
		sought: ''
	};
	row.sought = [row.name, row.reference, row.team, row.role, row.supervisor].join(' ').toLowerCase();
	return { row, standing, role: posting?.role ?? null };
}

function viewOn(view: View, on: CalendarDate): View {
	return on === view.knowledge.on ? view : viewOf(view.authority, on);
}

/** Where somebody stands: their posting of the day, else the next one to come, else the last there was. */
function standingOf(
	person: Person,
	view: View
): { standing: PostStanding; posting: Posting | null; day: CalendarDate | null } {
	const { on } = view.knowledge;
	const now = inPostOn(person, on, view.knowledge);
	if (now) return { standing: 'in_post', posting: now, day: now.from };
	const standing = person.postings.filter(({ supersededOn }) => !supersededOn);
	const inOrder = standing.sort((a, b) => (a.from < b.from ? -1 : 1));
	const next = inOrder.find(({ from }) => from > on);
	const left = detailsOf(person, view.knowledge)?.leftOn ?? null;
	if (next && (left === null || left > on)) return { standing: 'starts', posting: next, day: next.from };
	const last = inOrder.at(-1) ?? null;
	if (!last) return { standing: 'never', posting: null, day: null };
	return { standing: 'left', posting: last, day: left !== null && left <= on ? left : last.to };
}

function standingInWords(standing: PostStanding, day: CalendarDate | null): string {
	if (standing === 'never') return 'no posting recorded';
	if (day === null) return 'not in post';
	const words = { in_post: 'since', starts: 'starts', left: 'left' }[standing];
	return `${words} ${dayInWords(day)}`;
}

function fits(
	{ row, standing, role }: Listed,
	{ team, role: wanted, who, words, waiting }: PeopleAsked
): boolean {
	if (who === 'in_post' && standing === 'left') return false;
	if (who === 'left' && standing !== 'left') return false;
	if (waiting && row.questions === 0) return false;
	if (team !== null && row.teamId !== team) return false;
	if (wanted !== null && role !== wanted) return false;
	return row.sought.includes(words.toLowerCase());
}

function groupsOf(
	rows: readonly PersonListed[],
	teams: readonly TeamKept[],
	asked: PeopleAsked,
	by: Asker
): TeamListed[] {
	const collator = new Intl.Collator('en-GB', { numeric: true });
	const of = (teamId: string | null) =>
		rows.filter((row) => row.teamId === teamId).sort((a, b) => collator.compare(a.name, b.name));
	const isWhole = asked.role === null && asked.words === '' && !asked.waiting && asked.who !== 'left';
	const groups = teams.flatMap((team): TeamListed[] => {
		const people = of(team.teamId);
		const isWanted = asked.team === null || asked.team === team.teamId;
		const isOpen = team.closedOn === null || team.closedOn > by.today;
		if (people.length === 0 && !(isWhole && isWanted && isOpen)) return [];
		return [
			{
				key: team.teamId,
				name: team.name,
				service: team.service,
				closed: team.closedOn === null ? null : dayInWords(team.closedOn),
				mayChange: mayOpenTeams(by.role),
				continued: false,
				people
			}
		];
	});
	const elsewhere = of(null);
	if (elsewhere.length === 0) return groups;
	const nowhere = {
		key: NO_TEAM,
		name: 'Elsewhere',
		service: '',
		closed: null,
		mayChange: false,
		continued: false
	};
	return [...groups, { ...nowhere, people: elsewhere }];
}

/** What of the groups is on a page; a team without people is where those before it end. */
function groupsOn(groups: readonly TeamListed[], { shown }: ListPage): TeamListed[] {
	const { from, to } = shown ?? { from: 1, to: 0 };
	let before = 0;
	return groups.flatMap((group): TeamListed[] => {
		const start = before;
		before += group.people.length;
		if (group.people.length === 0) return Math.max(start, 1) >= from && start <= to ? [group] : [];
		const people = group.people.slice(Math.max(0, from - 1 - start), Math.max(0, to - start));
		return people.length === 0 ? [] : [{ ...group, continued: start + 1 < from, people }];
	});
}

function numbered(ids: readonly string[]): Names {
	const order = [...ids].sort();
	const place = new Map(order.map((id, position) => [id, position + 1]));
	return (id) => (place.has(id) ? `Practitioner ${place.get(id)}` : 'a colleague');
}

export const PEOPLE_HEAD = [
	'team',
	'name',
	'reference',
	'role',
	'supervisor',
	'FTE',
	'agency',
	'experience',
	'posting',
	'away',
	'questions waiting'
];

/** The same list as rows of a file. */
export function peopleRows({ groups }: PeopleList): Written[][] {
	return groups.flatMap(({ people }) =>
		people.map((row) => [
			row.team,
			row.name,
			row.reference,
			row.role,
			row.supervisor,
			row.fte === '' ? null : Number(row.fte),
			row.agency,
			row.tier,
			row.standing,
			row.away,
			row.questions
		])
	);
}
