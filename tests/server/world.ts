import { sql } from 'drizzle-orm';
import type { AskingRole } from '#lib/domain/access.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { accounts } from '#lib/server/db/schema.ts';
import { inContext, type Transaction } from '#lib/server/store/database.ts';
import { storedRecords, TABLES_IN_ORDER, writeRecords } from '#lib/server/store/records.ts';
import { pictureOfAuthority } from '#lib/server/work/picture.ts';
import { reviewAuthority } from '#lib/server/work/review-flags.ts';
import * as cast from '../cast.ts';
import { copiesOf, freshDatabase, type Fresh } from './database.ts';

/** A Friday. */
export const TODAY: CalendarDate = '2026-11-20';

const ROLES: Record<string, AskingRole> = {
	[cast.TOMAS]: 'practitioner',
	[cast.AISHA]: 'practitioner',
	[cast.MARYAM]: 'team_manager',
	[cast.OWEN]: 'team_manager',
	[cast.RUTH]: 'service_manager',
	[cast.DIANA]: 'director'
};

export interface Somebody {
	accountId: string;
	practitionerId: string;
	role: AskingRole;
	today: CalendarDate;
}

interface Filled {
	ids: ReadonlyMap<string, string>;
	people: ReadonlyMap<string, Omit<Somebody, 'today'>>;
}

/** The cast in a database of its own, with accounts for those who act, and the day's flags stored. */
export async function worldWith(...changes: cast.Change[]) {
	const database = await freshDatabase();
	return worldIn(database, await fill(database, changes));
}

/** The same for each test of a file. */
export function worldsWith(...changes: cast.Change[]): () => Promise<World> {
	let filled: Filled | null = null;
	const copy = copiesOf(async (database) => {
		filled = await fill(database, changes);
	});
	return async () => {
		const database = await copy();
		return worldIn(database, filled ?? { ids: new Map(), people: new Map() });
	};
}

async function fill(database: Fresh, changes: readonly cast.Change[]): Promise<Filled> {
	const records = cast.given(...changes);
	const ids = await inContext(database, { actor: 'operator', name: 'test', today: TODAY }, async (tx) => {
		const stored = await storedRecords(tx, 'native', TABLES_IN_ORDER);
		const all = TABLES_IN_ORDER.map((table) => [table, { added: records[table], changed: [] }]);
		await writeRecords(tx, 'native', stored, Object.fromEntries(all) as Parameters<typeof writeRecords>[3]);
		const { ids: written } = await storedRecords(tx, 'native', TABLES_IN_ORDER);
		await reviewAuthority(tx, { operator: 'test' }, TODAY);
		return new Map(Object.values(written).flatMap((each) => [...each]));
	});
	const people = new Map<string, Omit<Somebody, 'today'>>();
	for (const [name, role] of Object.entries(ROLES)) {
		const practitionerId = ids.get(name) ?? '';
		const [made] = await database.drizzle
			.insert(accounts)
			.values({ email: `${name}@example.org`, practitionerId })
			.returning({ accountId: accounts.id });
		people.set(name, { accountId: made?.accountId ?? '', practitionerId, role });
	}
	return { ids, people };
}

function worldIn(database: Fresh, { ids, people }: Filled) {
	const idOf = (name: string): string => {
		const id = ids.get(name);
		if (!id) throw new Error(`nobody and nothing is called ${name}`);
		return id;
	};
	return {
		database,
		idOf,
		accountOf: (name: string) => people.get(name)?.accountId ?? '',
		close: () => database.close(),
		as<Answer>(
			name: string,
			work: (tx: Transaction, by: Somebody) => Promise<Answer>,
			today: CalendarDate = TODAY
		): Promise<Answer> {
			const person = people.get(name);
			if (!person) throw new Error(`${name} has no account`);
			const asking = { actor: 'person', accountId: person.accountId, today } as const;
			return inContext(database, asking, (tx) => work(tx, { ...person, today }));
		},
		operator<Answer>(
			work: (tx: Transaction) => Promise<Answer>,
			today: CalendarDate = TODAY
		): Promise<Answer> {
			return inContext(database, { actor: 'operator', name: 'test', today }, work);
		},
		/** What is found on a day, by what was known then. */
		async findings(on: CalendarDate): Promise<string[]> {
			const { findings } = await this.operator((tx) => pictureOfAuthority(tx, { on, hindsight: false }), on);
			return findings
				.map(({ code, subject, severity, since }) => `${code} ${subject.reference} ${severity} ${since}`)
				.sort();
		},
		/** The flags that are stored and open. */
		async flags(): Promise<string[]> {
			const found = await database.drizzle.execute<{ flag: string }>(
				sql`select f.code || ' ' || coalesce(c.reference, p.reference) as flag from flags f
					left join cases c on c.id = f.subject_id left join practitioners p on p.id = f.subject_id
					where f.cleared_on is null order by 1`
			);
			return found.map(({ flag }) => flag);
		}
	};
}

export type World = ReturnType<typeof worldIn>;
