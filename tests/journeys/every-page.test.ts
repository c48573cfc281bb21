import { isAmong, PAGES, type AskingRole } from '#lib/domain/access.ts';
import { linksOn, routeOf, routes } from './routes.ts';
import { expect, expectNarrow, expectSound, test, type Role } from './visit.ts';

const ROLES: Record<Role, AskingRole> = {
	'team manager': 'team_manager',
	practitioner: 'practitioner',
	'practice supervisor': 'practice_supervisor',
	'service manager': 'service_manager',
	director: 'director',
	'principal social worker': 'principal_social_worker',
	'data steward': 'steward',
	administrator: 'administrator'
};

/** Pages that no link leads to, or one on some measures only, and states that no link asks for. */
const UNLINKED = [
	'/sign-out',
	'/password/not-a-link',
	'/nowhere',
	'/?as-at=nonsense',
	'/?as-at=2026-03-31',
	'/search',
	'/search?for=K-2',
	'/search?for=nobody+of+this+name',
	'/organisation/neighbours',
	'/flags?team=none&severity=critical',
	'/policy/draft',
	'/policy/draft/what-if'
];

/** Absent here: the journey of a policy that is changed opens the one, and no session of the demo lacks its length. */
const ABSENT = ['/policy/draft/what-if/[day]', '/supervision/[session]/length'];

/** Nothing was agreed with them, nor about the cases they are led to; one of them supervises nobody. */
const NOT_LED_TO: Partial<Record<Role, string[]>> = {
	director: ['/actions/[id]'],
	'principal social worker': ['/actions/[id]', '/supervision/group']
};

test.describe.configure({ mode: 'parallel' });

for (const [role, asking] of Object.entries(ROLES) as [Role, AskingRole][])
	test(`every page that a ${role} can open is sound`, async ({ as }) => {
		test.setTimeout(480_000);
		const page = await as(role);
		const visited = new Map<string, string>();
		const ahead = ['/', ...UNLINKED.filter((path) => mayOpen(path, asking))];
		for (let path = ahead.shift(); path !== undefined; path = ahead.shift()) {
			const { route, shape } = shapeOf(path);
			if (route === null || visited.has(shape)) continue;
			const isFirst = ![...visited.values()].includes(route);
			const depth = depthOf(route, role);
			if (!isFirst && (depth === 'opened' || (depth === 'brief' && route === '/team/[team]'))) continue;
			visited.set(shape, route);
			const answer = await page.goto(path);
			expect(answer?.status(), path).toBe(route === '/[...absent]' ? 404 : 200);
			await test.step(shape, () =>
				depth === 'opened' ? expectNarrow(page) : expectSound(page, depth === 'brief' || !isFirst)
			);
			ahead.push(...(await linksOn(page)));
		}
		const expected = routes.filter((route) => {
			const who = (PAGES as Record<string, (typeof PAGES)[keyof typeof PAGES]>)[route];
			return (
				who !== undefined &&
				isAmong(who, asking) &&
				route !== '/sign-in' &&
				!ABSENT.includes(route) &&
				!(NOT_LED_TO[role] ?? []).includes(route)
			);
		});
		expect([...new Set(visited.values())].toSorted()).toEqual(expected.toSorted());
	});

/** Pages that show another role something else, and not only other rows. */
const TOLD_APART = [
	'/',
	'/practitioner/[id]',
	'/case/[id]',
	'/team/[team]',
	'/supervision',
	'/people',
	'/training',
	'/requests',
	'/restructure/[id]'
];

/** Looked at in every way as its first role first finds it; as others do, in brief where it is told apart, else once for its width. */
function depthOf(route: string, role: Role): 'whole' | 'brief' | 'opened' {
	const may = (each: AskingRole) => isAmong(PAGES[route as keyof typeof PAGES], each);
	const [first] = Object.values(ROLES).filter(may);
	if (first === undefined || first === ROLES[role]) return 'whole';
	return TOLD_APART.includes(route) ? 'brief' : 'opened';
}

function mayOpen(path: string, asking: AskingRole): boolean {
	const { route } = shapeOf(path);
	return route !== null && isAmong(PAGES[route as keyof typeof PAGES], asking);
}

/** Which page an address opens (null: no page, such as a file), and what tells it from others of that page. */
function shapeOf(path: string): { route: string | null; shape: string } {
	const { pathname, searchParams } = new URL(path, 'http://here.invalid');
	if (/\.(csv|xlsx|pdf)$/.test(pathname)) return { route: null, shape: path };
	const route = routeOf(pathname);
	// Behind every column lies the same page, and behind some of them hundreds of rows.
	if (
		(route === '/team/[team]/[column]' || route === '/team/by/[column]') &&
		!/\/(held|training-gaps)$/.test(pathname)
	)
		return { route: null, shape: path };
	const asked = [...searchParams]
		.filter(([name]) => name !== 'sort' && (name !== 'values' || route === '/team/[team]'))
		.filter(([name, value]) => name !== 'as-at' || route === '/' || value === 'nonsense')
		.map(([name, value]) => (['tab', 'part', 'for'].includes(name) ? `${name}=${value}` : name));
	// Whoever is signed in already is led on from there.
	if (route === '/sign-in') return { route: null, shape: path };
	// One that is planned and one that is over are two pages.
	if (route === '/restructure/[id]') return { route, shape: pathname };
	return { route, shape: [route, ...new Set(asked)].join(' ') };
}
