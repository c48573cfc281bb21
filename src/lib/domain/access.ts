import { ROLES, type Role } from './people.ts';

/** What an account can add to the scope that its practitioner's postings give. */
export const ACCOUNT_ROLES = [
	'director',
	'principal_social_worker',
	'steward',
	'administrator',
	'inspector'
] as const;
export type AccountRole = (typeof ACCOUNT_ROLES)[number];

/** What somebody is today: the account's own role, else the role of today's posting, else nobody. */
export type AskingRole = Role | AccountRole | 'nobody';

export type WhoMay = 'anyone' | 'signed in' | readonly AskingRole[];

const HOLDING = ['practitioner', 'senior_practitioner'] as const;
const MANAGING = ['practice_supervisor', 'team_manager', 'service_manager'] as const;
const OVERSEEING = ['director', 'principal_social_worker', 'inspector'] as const;
const CASEWORK = [...HOLDING, ...MANAGING, ...OVERSEEING] as const;
const LEADING = ['director', 'principal_social_worker'] as const;
const FIGURES_OF_OWN = ['team_manager', 'service_manager', ...OVERSEEING] as const;
const RUNNING_TEAMS = ['team_manager', 'service_manager', 'principal_social_worker', 'director'] as const;
const OPENING_TEAMS = ['service_manager', 'principal_social_worker', 'director', 'steward'] as const;
const PLANNING = ['service_manager', 'principal_social_worker', 'director'] as const;
const ADDING_PEOPLE = ['team_manager', ...OPENING_TEAMS] as const;

/**
 * Who may open each page, action and file. Which rows they then find is the scope of their postings, not said here.
 * A page without a row is refused to everyone and fails the build. `.csv`, `.xlsx` or `.pdf` at the end follows the page it belongs to.
 */
export const PAGES = {
	'/health': 'anyone',
	'/metrics': 'anyone',
	'/calendar/[token].ics': 'anyone',
	'/sign-in': 'anyone',
	'/password/[token]': 'anyone',
	'/[...absent]': 'anyone',

	'/': 'signed in',
	'/sign-out': 'signed in',
	'/access': 'signed in',
	'/account': 'signed in',

	'/search': CASEWORK,
	'/search/cases': MANAGING,
	'/practitioner/[id]': CASEWORK,
	'/practitioner/[id]/absence': MANAGING,
	'/practitioner/[id]/capacity': MANAGING,
	'/practitioner/[id]/posting': RUNNING_TEAMS,
	'/practitioner/[id]/record': [...CASEWORK, 'other', 'steward'],
	'/case/new': MANAGING,
	'/case/[id]': CASEWORK,
	'/case/[id]/change': MANAGING,
	'/case/[id]/request/new': [...HOLDING, ...MANAGING, 'director', 'principal_social_worker'],
	'/case/[id]/request/[request]': CASEWORK,
	'/requests': [...MANAGING, ...OVERSEEING],
	'/people/gaps': [...MANAGING, ...OVERSEEING, 'steward'],
	'/flags': CASEWORK,
	'/flags/[id]': CASEWORK,
	'/supervision': [...CASEWORK, 'other'],
	'/supervision/calendar': [...CASEWORK, 'other'],
	'/supervision/book': [...HOLDING, ...MANAGING, 'director', 'principal_social_worker', 'other'],
	'/supervision/group': [...MANAGING, 'principal_social_worker'],
	'/supervision/[session]/booking': [...CASEWORK, 'other'],
	'/supervision/[session]': [...CASEWORK, 'other'],
	'/supervision/[session]/length': [...MANAGING, 'director', 'principal_social_worker'],
	'/supervision/[session]/draft': [...CASEWORK, 'other'],

	'/actions': [...CASEWORK, 'other'],
	'/actions/new': [...HOLDING, ...MANAGING, 'director', 'principal_social_worker'],
	'/actions/[id]': [...CASEWORK, 'other'],

	'/people': [...MANAGING, ...OVERSEEING, 'steward'],
	'/people/new': ADDING_PEOPLE,
	'/people/team/new': OPENING_TEAMS,
	'/people/team/[team]': OPENING_TEAMS,

	'/morning': MANAGING,
	'/team': ['service_manager', ...OVERSEEING],
	'/team/by/[column]': ['service_manager', ...OVERSEEING],
	'/team/[team]': [...MANAGING, ...OVERSEEING],
	'/team/[team]/ahead': [...MANAGING, ...OVERSEEING],
	'/team/[team]/away': [...MANAGING, ...OVERSEEING],
	'/team/[team]/[column]': [...MANAGING, ...OVERSEEING],
	'/team/[team]/figures': FIGURES_OF_OWN,
	'/team/[team]/training': [...MANAGING, ...OVERSEEING],
	'/team/[team]/training/day': [...MANAGING, 'principal_social_worker'],
	'/training': ['service_manager', ...OVERSEEING],
	'/allocate': MANAGING,
	'/allocate/[case]': MANAGING,
	'/allocate/from/[practitioner]': MANAGING,
	'/service/[id]': ['service_manager', ...OVERSEEING],
	'/organisation': OVERSEEING,
	'/organisation/[measure]': FIGURES_OF_OWN,
	'/organisation/[measure].csv': FIGURES_OF_OWN,
	'/organisation/[measure]/rows': FIGURES_OF_OWN,
	'/organisation/[measure]/rows.csv': FIGURES_OF_OWN,
	'/organisation/[measure]/target': LEADING,
	'/organisation/neighbours': LEADING,
	'/organisation/report': OVERSEEING,
	'/organisation/report/[report]': OVERSEEING,
	'/restructure': ['service_manager', ...OVERSEEING],
	'/restructure/new': PLANNING,
	'/restructure/[id]': ['service_manager', ...OVERSEEING],
	'/restructure/[id]/change': PLANNING,
	'/restructure/[id]/move': PLANNING,
	'/restructure/[id]/run': PLANNING,
	'/restructure/[id]/flow': ['service_manager', ...OVERSEEING],

	'/data': ['steward'],
	'/data/[import]': ['steward', 'director'],
	'/policy': [...CASEWORK, 'other', 'steward', 'administrator'],
	'/policy/draft': OVERSEEING,
	'/policy/draft/what-if': OVERSEEING,
	'/policy/draft/what-if/[day]': OVERSEEING,
	'/quality': ['principal_social_worker', 'inspector'],
	'/quality/[sample]': ['principal_social_worker', 'inspector'],
	'/quality/[sample]/[reading]': ['principal_social_worker', 'inspector'],
	'/audit': ['administrator'],
	'/admin': ['administrator'],
	'/admin/outbox': ['administrator'],
	'/admin/retention': ['administrator', 'steward', ...LEADING]
} as const satisfies Record<string, WhoMay>;

/** Who may open a route, given its id; null: the table has no row for it, so nobody may. */
export function whoMayOpen(routeId: string): WhoMay | null {
	const page = routeId
		.replaceAll(/\/\([^)]+\)/g, '')
		.replaceAll(/=\w+\]/g, ']')
		.replace(/\.(csv|xlsx|pdf)$/, '');
	const rows: Record<string, WhoMay | undefined> = PAGES;
	return rows[page === '' ? '/' : page] ?? null;
}

/** Whether a role is among those who may; a role of null is somebody who has not signed in. */
export function isAmong(who: WhoMay, role: AskingRole | null): boolean {
	if (who === 'anyone') return true;
	if (role === null) return false;
	return who === 'signed in' || who.includes(role);
}

/** Whether somebody in this role may record oversight: those who manage practice in a line of teams. */
export function mayRecordOversight(role: AskingRole): boolean {
	return (MANAGING as readonly AskingRole[]).includes(role);
}

/**
 * Whether somebody may record, confirm and correct the training of another: those who manage practice in a line of teams
 * and the principal social worker, and a director for those they supervise; nobody for their own supervisor.
 */
export function mayKeepTraining(
	role: AskingRole,
	between: { supervises: boolean; isSupervised: boolean }
): boolean {
	if (between.isSupervised) return false;
	if (role === 'director') return between.supervises;
	return role === 'principal_social_worker' || mayRecordOversight(role);
}

/** Whether somebody in this role may open, change, close and hand on the cases in their scope. */
export function mayKeepCases(role: AskingRole): boolean {
	return mayRecordOversight(role);
}

/** Whether somebody in this role may record absences, cover and phased returns: of others in scope, never their own. */
export function mayKeepAbsences(role: AskingRole): boolean {
	return mayRecordOversight(role);
}

/**
 * Whether somebody may change what is recorded of another's registration and early-career stage: those who manage practice,
 * the principal social worker and the steward, and a director for those they supervise. Nobody for themselves, for these
 * dates decide what one may hold, nor for their own supervisor.
 */
export function mayKeepRecord(
	role: AskingRole,
	between: { own: boolean; supervises: boolean; isSupervised: boolean }
): boolean {
	if (between.own) return false;
	return role === 'steward' ? !between.isSupervised : mayKeepTraining(role, between);
}

/** Whether somebody in this role may add a practitioner with a first posting: to the teams in their scope. */
export function mayAddPeople(role: AskingRole): boolean {
	return (ADDING_PEOPLE as readonly AskingRole[]).includes(role);
}

/**
 * Whether somebody in this role may change where others sit: those who run teams, in their scope and in roles below theirs.
 * A practice supervisor manages practice and decides nobody's team; nobody decides their own.
 */
export function mayKeepPostings(role: AskingRole): boolean {
	return (RUNNING_TEAMS as readonly AskingRole[]).includes(role);
}

/** The roles in which somebody may post a person they add: below their own grade, for a posting gives its scope. */
export function rolesToAdd(role: AskingRole): readonly Role[] {
	const inTeam: Role[] = ['practitioner', 'senior_practitioner', 'practice_supervisor', 'other'];
	if (role === 'team_manager') return inTeam;
	if (role === 'service_manager') return [...inTeam, 'team_manager'];
	return mayAddPeople(role) ? ROLES : [];
}

/** Whether somebody in this role may open, rename and close teams: a service manager those of their own service. */
export function mayOpenTeams(role: AskingRole): boolean {
	return (OPENING_TEAMS as readonly AskingRole[]).includes(role);
}

/**
 * Whether somebody in this role may enter a restructure, plan its moves and have them carried out: those who run whole
 * services. A service manager plans what is about teams of their own service alone.
 */
export function mayPlanRestructures(role: AskingRole): boolean {
	return (PLANNING as readonly AskingRole[]).includes(role);
}

/** Whether somebody in this role may issue a board report beside those on schedule. */
export function mayIssueReports(role: AskingRole): boolean {
	return role === 'director' || role === 'principal_social_worker';
}

/** Whether somebody in this role may set what the figures aim at, and what they are shown beside. */
export function maySetTargets(role: AskingRole): boolean {
	return (LEADING as readonly AskingRole[]).includes(role);
}

/** Whether somebody in this role may set how long records of those who left are kept. */
export function maySetRetention(role: AskingRole): boolean {
	return (LEADING as readonly AskingRole[]).includes(role);
}

/** Whether somebody in this role may put a team into any service, and not only into their own. */
export function maySetService(role: AskingRole): boolean {
	return mayOpenTeams(role) && role !== 'service_manager';
}

/** Whether somebody in this role may draft, propose and publish policy; inspectors only read drafts. */
export function mayChangePolicy(role: AskingRole): boolean {
	return role === 'principal_social_worker' || role === 'director';
}

/** Directors see teams in figures: people without their names, unless they ask for them. */
export function seesNames(role: AskingRole): boolean {
	return role !== 'director';
}
