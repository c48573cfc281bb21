import { parseArgs } from 'node:util';
import { WrongUsage, type Command, type Io } from './command.ts';
import { readConfig } from '#lib/server/config.ts';
import { asOperator } from '#lib/server/session.ts';
import { accountByEmail, allAccounts, referencesOf, roleOfPosting } from '#lib/server/store/accounts.ts';
import {
	addAccount,
	disableAccount,
	enableAccount,
	GRANTABLE_ROLES,
	resetPassword,
	type AccountRefusal,
	type Invited
} from '#lib/server/work/accounts.ts';

export const user: Command = {
	name: 'user',
	summary: 'adds, resets, disables and lists accounts',
	usage: `user add EMAIL --role ROLE [--practitioner ID]
countersign user reset EMAIL
countersign user disable EMAIL
countersign user enable EMAIL
countersign user list

add and reset print a link to set a password: it works once, within 24 hours. reset and disable end every
session at once. enable lets a disabled account in again, with a new password.

  --role ROLE         ${wrapped(GRANTABLE_ROLES)}
  --practitioner ID   who the account is for, by their id in the files. Needed for the roles of postings:
                      what such an account may see is what the postings say, day by day.`,

	async run(args, io) {
		const { values, positionals } = parseArgs({
			args,
			options: { role: { type: 'string' }, practitioner: { type: 'string' } },
			allowPositionals: true
		});
		const [action, email, ...more] = positionals;
		if (action === 'list' && email === undefined) return list(io);
		if (action === undefined) throw new WrongUsage('Say what to do: add, reset, disable, enable or list.');
		if (email === undefined || more.length > 0) throw new WrongUsage('Give one e-mail address.');
		if (action !== 'add' && (values.role ?? values.practitioner) !== undefined)
			throw new WrongUsage('--role and --practitioner go with add.');
		switch (action) {
			case 'add':
				return add(email, values.role, values.practitioner ?? null, io);
			case 'reset':
				return invited(await asOperator(io.operator, (tx, by) => resetPassword(tx, by, email)), email, io);
			case 'enable':
				return invited(await asOperator(io.operator, (tx, by) => enableAccount(tx, by, email)), email, io);
			case 'disable':
				return disable(email, io);
			default:
				throw new WrongUsage(`There is no “user ${action}”.`);
		}
	}
};

async function add(
	email: string,
	asked: string | undefined,
	practitioner: string | null,
	io: Io
): Promise<number> {
	if (asked === undefined) throw new WrongUsage('Give a role with --role.');
	const role = GRANTABLE_ROLES.find((known) => known === asked.replaceAll('-', '_'));
	if (!role) throw new WrongUsage(`“${asked}” is not a role.`);
	const { outcome, posted } = await asOperator(io.operator, async (tx, by) => {
		const made = await addAccount(tx, by, { email, role, practitioner });
		if ('code' in made) return { outcome: made, posted: null };
		const account = await accountByEmail(tx, email.trim());
		if (!account?.practitionerId || account.role !== null) return { outcome: made, posted: role };
		return { outcome: made, posted: await roleOfPosting(tx, account.practitionerId, by.today) };
	});
	if (!('code' in outcome) && posted !== role)
		io.err(
			`Note: their posting today says ${posted ?? 'nothing'}, not ${role}. What they may see follows the posting.`
		);
	return invited(outcome, email, io);
}

async function disable(email: string, io: Io): Promise<number> {
	const outcome = await asOperator(io.operator, (tx, by) => disableAccount(tx, by, email));
	if ('code' in outcome) return refused(outcome, email, io);
	io.out(`${outcome.email} is disabled, and signed out everywhere.`);
	return 0;
}

async function list(io: Io): Promise<number> {
	const { accounts, references } = await asOperator(io.operator, async (tx) => ({
		accounts: await allAccounts(tx),
		references: await referencesOf(tx)
	}));
	for (const { email, role, practitionerId, disabled, passwordHash } of accounts) {
		const state = disabled ? 'disabled' : passwordHash === null ? 'no password yet' : 'active';
		const reference = (practitionerId && references.get(practitionerId)) ?? '';
		io.out([email, role ?? 'by posting', reference, state].join('\t'));
	}
	return 0;
}

function invited(outcome: Invited | AccountRefusal, email: string, io: Io): number {
	if ('code' in outcome) return refused(outcome, email, io);
	const { origin, port } = readConfig(process.env);
	io.out(`${origin ?? `http://localhost:${port}`}/password/${outcome.token}`);
	return 0;
}

function refused(refusal: AccountRefusal, email: string, io: Io): number {
	io.err(inWords(refusal, email));
	return 1;
}

function inWords(refusal: AccountRefusal, email: string): string {
	switch (refusal.code) {
		case 'NOT_AN_EMAIL':
			return `“${email}” is not an e-mail address.`;
		case 'ALREADY_THERE':
			return `${email} has an account already. For a new password: countersign user reset ${email}`;
		case 'NO_SUCH_ACCOUNT':
			return `${email} has no account. To make one: countersign user add ${email} --role ROLE`;
		case 'DISABLED':
			return `${email} is disabled. To let them in again: countersign user enable ${email}`;
		case 'NEEDS_PRACTITIONER':
			return 'An account with this role is for a practitioner: say which with --practitioner ID.';
		case 'NO_SUCH_PRACTITIONER':
			return 'No practitioner has this id. Bring in the people first: countersign import.';
		case 'SEVERAL_PRACTITIONERS':
			return `Practitioners from several files have this id: ${refusal.sources.join(', ')}. Give the internal id from their page's address.`;
		case 'PRACTITIONER_HAS_ACCOUNT':
			return `This practitioner has the account ${refusal.email} already.`;
	}
}

function wrapped(roles: readonly string[]): string {
	const indent = ' '.repeat(22);
	const half = Math.ceil(roles.length / 3);
	return [roles.slice(0, half), roles.slice(half, 2 * half), roles.slice(2 * half)]
		.map((line) => line.join(', '))
		.join(`,\n${indent}`);
}
