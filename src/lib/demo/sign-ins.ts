import type { Staff, Worker } from './staff.ts';

export interface SignIn {
	email: string;
	/** Null: no record among those who practise. */
	practitionerId: string | null;
	role:
		| 'practitioner'
		| 'practice_supervisor'
		| 'team_manager'
		| 'service_manager'
		| 'director'
		| 'principal_social_worker'
		| 'steward'
		| 'administrator';
	name: string;
	/** What this person shows best. */
	why: string;
}

/** One person to sign in as for each role that has pages. */
export function signInsOf({ cast, serviceManagers, director, principal }: Staff): SignIn[] {
	const one = (role: SignIn['role'], worker: Worker | undefined, why: string): SignIn[] =>
		worker
			? [{ email: worker.row.email ?? '', practitionerId: worker.id, role, name: worker.row.name, why }]
			: [];
	const apart = (role: SignIn['role'], name: string, why: string): SignIn => ({
		email: `${name.toLowerCase().replace(/ /g, '.')}@demo.example`,
		practitionerId: null,
		role,
		name,
		why
	});
	const [serviceManager] = serviceManagers.values();
	return [
		...one(
			'team_manager',
			cast.get('manager now'),
			'Manages Assessment Riverside, where most is held without oversight'
		),
		...one(
			'practitioner',
			cast.get('early career now'),
			'Four months in practice, leads a section 47 enquiry about a baby'
		),
		...one('practice_supervisor', cast.get('supervisor now'), 'Supervises half of Assessment Riverside'),
		...one('service_manager', serviceManager, 'Answers for the three assessment teams'),
		...one('director', director, 'Sees what the reorganisation did to supervision and oversight'),
		...one('principal_social_worker', principal, 'Samples quality and keeps the policy'),
		apart('steward', 'Hamza Wetherby', 'Brings data in and mends the gaps'),
		apart('administrator', 'Olive Denholm', 'Keeps accounts; sees no case')
	];
}
