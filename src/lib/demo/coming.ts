import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { Records, RestructureRow } from '#lib/domain/records.ts';
import type { MoveSaid } from '#lib/domain/restructure-moves.ts';

/** A planned move of the demo: teams and people by their references. */
export interface ComingMove {
	restructureId: string;
	on: CalendarDate;
	said: MoveSaid;
}

const JOINING = { from: 'T-03', into: 'T-01' } as const;
const STARTS_ON: CalendarDate = '2027-01-11';
const CASES_ON: CalendarDate = '2027-02-08';

/** Two teams are to become one after the demo's day: entered lately, and it has begun nothing yet. */
export const COMING: RestructureRow = {
	restructureId: 'RS-2',
	name: 'One assessment team for North and South',
	startsOn: STARTS_ON,
	endsOn: '2027-05-04',
	teamIds: [JOINING.into, JOINING.from],
	recordedOn: '2026-11-16',
	endRecordedOn: '2026-11-16'
};

/**
 * What is planned for it, with two faults to be found: everyone keeps a manager who leaves, and some children change hands
 * with the team and again four weeks later.
 */
export function movesToCome({ postings }: Pick<Records, 'postings'>): ComingMove[] {
	const staying = postings.filter(({ to }) => to === null);
	const first = (teamId: string, role: string) =>
		staying.find((posting) => posting.teamId === teamId && posting.role === role)?.practitionerId;
	const manager = first(JOINING.from, 'team_manager');
	const gives = first(JOINING.from, 'practitioner');
	const takes = first(JOINING.into, 'practitioner');
	if (!manager || !gives || !takes) throw new Error('a team of the demo without a manager or a practitioner');
	const move = (on: CalendarDate, said: MoveSaid): ComingMove => ({
		restructureId: COMING.restructureId,
		on,
		said
	});
	return [
		move(STARTS_ON, { kind: 'renamed', teamId: JOINING.into, name: 'Assessment North and South' }),
		move(STARTS_ON, { kind: 'leaves', practitionerId: manager }),
		move(STARTS_ON, {
			kind: 'merges',
			teamId: JOINING.from,
			intoTeamId: JOINING.into,
			supervisorId: null
		}),
		move(CASES_ON, {
			kind: 'cases',
			practitionerId: gives,
			toPractitionerId: takes,
			toTeamId: null
		})
	];
}
