import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import { defineConfig, globalIgnores } from 'eslint/config';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

const theMachinesTime = [
	{
		selector: "NewExpression[callee.name='Date'][arguments.length=0]",
		message: 'Today is an argument. Only src/lib/server/clock asks the machine.'
	},
	{
		selector: "CallExpression[callee.name='Date']",
		message: 'Today is an argument. Only src/lib/server/clock asks the machine.'
	},
	{
		selector: "MemberExpression[object.name='Date'][property.name='now']",
		message: 'Now is an argument. Only src/lib/server/clock asks the machine.'
	},
	{
		selector: "MemberExpression[object.name='Temporal'][property.name='Now']",
		message: 'Now is an argument. Only src/lib/server/clock asks the machine.'
	}
];

const chance = [
	{
		selector: "MemberExpression[object.name='Math'][property.name='random']",
		message: 'The same input gives the same answer here: take the chance as an argument.'
	}
];

const erasable = [
	{ selector: 'TSEnumDeclaration', message: 'A state is a union of words.' },
	{ selector: 'ExportAllDeclaration', message: 'No barrels: import from the file that says it.' }
];

const testsLeftOut = [
	{
		selector:
			'MemberExpression[object.name=/^(it|test|describe)$/][property.name=/^(only|skip|todo|fixme|fails)$/]',
		message: 'Every test runs.'
	},
	{
		selector:
			"MemberExpression[object.object.name='test'][object.property.name='describe'][property.name=/^(only|skip|fixme)$/]",
		message: 'Every test runs.'
	}
];

// A door may read from a store; what changes anything is one call into work.
const WRITES =
	'^(insert|add|create|save|store|write|record|register|update|set|change|correct|supersede|replace|upsert|put|mark|raise|clear|close|reopen|sign|propose|send|withdraw|accept|acknowledge|allocate|assign|apply|undo|publish|delete|remove|erase|forget|revoke)([A-Z]|$)';

// To the linter's types each component is another program, and svelte-check knows the types of them all. What only the
// linter finds is a promise that nobody waits for: where a component has one, the linter keeps its types.
const PROMISES =
	/\b(await|async)\s|\bPromise\b|\.(then|catch|finally)\(|\b(fetch|goto|tick|import|invalidate\w*|preload\w*)\(/;
const withoutPromises = readdirSync(join(import.meta.dirname, 'src'), { recursive: true, encoding: 'utf8' })
	.filter((file) => file.endsWith('.svelte'))
	.filter((file) => !PROMISES.test(readFileSync(join(import.meta.dirname, 'src', file), 'utf8')))
	.map((file) => `src/${file.replaceAll('\\', '/')}`.replaceAll(/[[\]()]/g, String.raw`\$&`));

export default defineConfig(
	globalIgnores([
		'build/',
		'.svelte-kit/',
		'drizzle/',
		'test-results/',
		'mutants/',
		'bench/*.mjs',
		'static/',
		'**/.countersign*/'
	]),
	{ linterOptions: { reportUnusedDisableDirectives: 'error' } },
	js.configs.recommended,
	ts.configs.recommendedTypeChecked,
	svelte.configs.recommended,
	svelte.configs.prettier,
	{
		languageOptions: {
			globals: globals.node,
			parserOptions: {
				projectService: true,
				tsconfigRootDir: import.meta.dirname,
				extraFileExtensions: ['.svelte']
			}
		},
		rules: {
			'no-undef': 'off',
			eqeqeq: ['error', 'always', { null: 'ignore' }],
			'no-console': 'error',
			'no-restricted-syntax': ['error', ...theMachinesTime, ...erasable],
			'@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
			'@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
			'@typescript-eslint/require-await': 'off',
			'@typescript-eslint/switch-exhaustiveness-check': [
				'error',
				{ considerDefaultExhaustiveForUnions: true }
			],
			'@typescript-eslint/only-throw-error': [
				'error',
				{ allow: [{ from: 'package', package: '@sveltejs/kit', name: ['Redirect', 'HttpError'] }] }
			],
			'@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }]
		}
	},
	{
		files: ['**/*.svelte', '**/*.svelte.ts'],
		languageOptions: {
			globals: globals.browser,
			parserOptions: { parser: ts.parser, svelteConfig }
		},
		rules: {
			'svelte/no-at-html-tags': 'error',
			'svelte/no-target-blank': 'error',
			'svelte/button-has-type': 'error',
			'svelte/no-inline-styles': ['error', { allowTransitions: false }],
			// Links: the rule cannot follow an address made by resolve() into a property, or with a query behind it.
			'svelte/no-navigation-without-resolve': ['error', { ignoreLinks: true }]
		}
	},
	{
		files: ['**/*.svelte'],
		rules: {
			// The linter does not know the types of snippet parameters and of handlers in markup. svelte-check does.
			'@typescript-eslint/no-unsafe-argument': 'off',
			'@typescript-eslint/no-unsafe-assignment': 'off',
			'@typescript-eslint/no-unsafe-call': 'off',
			'@typescript-eslint/no-unsafe-member-access': 'off',
			'@typescript-eslint/no-unsafe-return': 'off',
			'@typescript-eslint/unbound-method': 'off'
		}
	},
	{ files: withoutPromises, extends: [ts.configs.disableTypeChecked] },
	{
		files: ['src/lib/{domain,intake,demo}/**/*.ts'],
		rules: { 'no-restricted-syntax': ['error', ...theMachinesTime, ...erasable, ...chance] }
	},
	{
		files: ['src/lib/server/clock.ts', 'src/lib/server/clock/**/*.ts'],
		rules: { 'no-restricted-syntax': ['error', ...erasable] }
	},
	{
		files: ['src/routes/**/*.ts', 'src/cli/**/*.ts'],
		rules: {
			'no-restricted-imports': [
				'error',
				{
					patterns: [
						{
							regex: '^#lib/server/store/',
							importNamePattern: WRITES,
							message: 'A page or command only reads from a store: changes are made by src/lib/server/work.'
						},
						{ regex: '^[$]lib(/|$)', message: 'Say #lib/... with the file extension.' }
					]
				}
			]
		}
	},
	{
		files: ['src/lib/**/*.ts'],
		rules: {
			'no-restricted-imports': [
				'error',
				{ patterns: [{ regex: '^[$]lib(/|$)', message: 'Say #lib/... with the file extension.' }] }
			]
		}
	},
	{
		files: ['src/**/*.svelte'],
		rules: {
			// The import rules read compiled components, from which types are gone.
			'no-restricted-imports': [
				'error',
				{
					patterns: [
						{
							regex: '^#lib/(?!ui/|domain/)',
							message: 'Components import ui and domain, types included.'
						},
						{ regex: '^[$]lib(/|$)', message: 'Say #lib/... with the file extension.' }
					]
				}
			]
		}
	},
	{
		files: ['tests/**/*.ts'],
		rules: { 'no-restricted-syntax': ['error', ...testsLeftOut, ...erasable] }
	},
	{
		files: ['src/cli/**/*.ts', 'bin/**', 'bench/**', 'tests/**', 'deploy/**'],
		rules: { 'no-console': 'off' }
	},
	{
		files: ['**/*.cjs'],
		extends: [ts.configs.disableTypeChecked],
		languageOptions: { sourceType: 'commonjs' },
		rules: { '@typescript-eslint/no-require-imports': 'off' }
	}
);
