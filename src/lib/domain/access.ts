import type { Role } from './people.ts';

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

/**
 * Who may open each page, action and file. Which rows they then find is the scope of their postings, not said here.
 * A page without a row is refused to everyone and fails the build. `.csv` at the end follows the page it belongs to.
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
	'/practitioner/[id]': CASEWORK,
	'/practitioner/[id]/absence': MANAGING,
	'/case/[id]': CASEWORK,
	'/flags': CASEWORK,
	'/flags/[id]': CASEWORK,
	'/supervision': [...CASEWORK, 'other'],
	'/supervision/[session]': [...CASEWORK, 'other'],
	'/supervision/[session]/draft': [...CASEWORK, 'other'],

	'/team/[team]': [...MANAGING, ...OVERSEEING],
	'/team/[team]/away': [...MANAGING, ...OVERSEEING],
	'/team/[team]/[column]': [...MANAGING, ...OVERSEEING],
	'/team/[team]/training': [...MANAGING, ...OVERSEEING],
	'/team/[team]/training/day': [...MANAGING, 'principal_social_worker'],
	'/training': ['service_manager', ...OVERSEEING],
	'/allocate': MANAGING,
	'/service/[id]': ['service_manager', ...OVERSEEING],
	'/organisation': OVERSEEING,
	'/restructure/[id]': ['service_manager', ...OVERSEEING],

	'/data': ['steward'],
	'/data/[import]': ['steward', 'director'],
	'/policy': [...CASEWORK, 'other', 'steward', 'administrator'],
	'/policy/draft': OVERSEEING,
	'/policy/draft/what-if': OVERSEEING,
	'/policy/draft/what-if/[day]': OVERSEEING,
	'/quality': ['principal_social_worker', 'inspector'],
	'/audit': ['administrator'],
	'/admin': ['administrator'],
	'/admin/outbox': ['administrator']
} as const satisfies Record<string, WhoMay>;

/** Who may open a route, given its id; null: the table has no row for it, so nobody may. */
export function whoMayOpen(routeId: string): WhoMay | null {
	const page = routeId
		.replaceAll(/\/\([^)]+\)/g, '')
		.replaceAll(/=\w+\]/g, ']')
		.replace(/\.csv$/, '');
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

/** Whether somebody in this role may record absences, cover and phased returns: of others in scope, never their own. */
export function mayKeepAbsences(role: AskingRole): boolean {
	return mayRecordOversight(role);
}

/** Whether somebody in this role may draft, propose and publish policy; inspectors only read drafts. */
export function mayChangePolicy(role: AskingRole): boolean {
	return role === 'principal_social_worker' || role === 'director';
}

/** Directors see teams in figures: people without their names, unless they ask for them. */
export function seesNames(role: AskingRole): boolean {
	return role !== 'director';
}
