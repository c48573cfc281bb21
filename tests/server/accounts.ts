import { randomBytes } from 'node:crypto';
import { ACCOUNT_ROLES, type AccountRole, type AskingRole } from '#lib/domain/access.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { Database } from '#lib/server/db/index.ts';
import { accounts, postings, practitioners, teams } from '#lib/server/db/schema.ts';
import { startSession } from '#lib/server/session/sign-in-sessions.ts';
import { inContext } from '#lib/server/store/database.ts';
import { hashOf } from '#lib/server/work/passwords.ts';

export interface Member {
	accountId: string;
	practitionerId: string | null;
	email: string;
}

/** Somebody with an account and, for a role that postings give, a posting in a team of their own. */
export async function member(
	database: Database,
	role: AskingRole,
	options: { password?: string; from?: CalendarDate } = {}
): Promise<Member> {
	const reference = randomBytes(4).toString('hex');
	const email = `${role.replaceAll('_', '.')}.${reference}@example.org`;
	const own = ACCOUNT_ROLES.find((each): each is AccountRole => each === role) ?? null;
	const practitionerId = own === null ? await posted(database, role, reference, options.from) : null;
	const passwordHash = options.password ? await hashOf(options.password) : null;
	const [made] = await database.drizzle
		.insert(accounts)
		.values({ email, role: own, practitionerId, passwordHash })
		.returning({ accountId: accounts.id });
	if (!made) throw new Error('No account was made');
	return { ...made, practitionerId, email };
}

async function posted(
	database: Database,
	role: AskingRole,
	reference: string,
	from: CalendarDate = '2020-01-06'
): Promise<string> {
	return inContext(database, { actor: 'operator', name: 'test', today: from }, async (tx) => {
		const [practitioner] = await tx
			.insert(practitioners)
			.values({ reference, name: `Wren Ashdown ${reference}` })
			.returning({ id: practitioners.id });
		if (!practitioner) throw new Error('No practitioner was made');
		if (role === 'nobody') return practitioner.id;
		const [team] = await tx
			.insert(teams)
			.values({ reference, name: `Team ${reference}`, service: 'Assessment' })
			.returning({ id: teams.id });
		if (!team) throw new Error('No team was made');
		await tx
			.insert(postings)
			.values({ practitionerId: practitioner.id, teamId: team.id, role, fte: 1, from });
		return practitioner.id;
	});
}

/** The cookie of a browser in which somebody just signed in. */
export async function signedIn(database: Database, accountId: string): Promise<string> {
	const token = await inContext(database, { actor: 'door' }, (tx) => startSession(tx, accountId));
	return `countersign=${token}`;
}
