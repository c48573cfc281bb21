import type { CalendarDate } from './calendar.ts';
import {
	LOCAL_DEFAULT,
	partsOf,
	readTyped,
	sourceOf,
	textOf,
	withValue,
	type PolicyField
} from './policy-fields.ts';
import type { Policy } from './policy.ts';

/** What was typed, by the name of the control: `<path>`, `<path>.count` and `<path>.unit`, `source.<path>`. */
export type Typed = Readonly<Record<string, string>>;

export interface FieldRefused {
	/** The name of the control that it is about. */
	field: string;
	words: string;
}

/** The controls of a course to be added. */
export const NEW_COURSE = {
	code: 'new-course.code',
	name: 'new-course.name',
	months: 'new-course.months'
} as const;

const LONGEST_SOURCE = 300;

/**
 * The draft with what was typed into one part of it, or in words what could not be read. A field that is now other than
 * in `base`, the version the draft started from, has the source that was typed, else is a local default.
 */
export function withTyped(
	draft: Policy,
	base: Policy,
	partKey: string,
	typed: Typed
): { policy: Policy } | { refused: FieldRefused[] } {
	const part = partsOf(draft).find(({ key }) => key === partKey);
	const refused: FieldRefused[] = [];
	let policy = draft;
	for (const field of part?.fields ?? []) {
		const text = typedText(field, typed);
		if (text === null) continue;
		if (takesOut(field, text)) {
			policy = withoutCourse(policy, field.path);
			continue;
		}
		if (field.path.startsWith('courses.') && !holds(policy, field)) continue;
		const read = readTyped(field.takes, text);
		if ('refused' in read)
			refused.push({ field: controlOf(field), words: `${field.label}: ${read.refused}` });
		else policy = withValue(policy, field.path, read.value);
	}
	if (partKey === 'courses') policy = withNewCourse(policy, typed, refused);
	if (refused.length > 0) return { refused };
	for (const field of partsOf(policy).find(({ key }) => key === partKey)?.fields ?? []) {
		const said = typed[`source.${field.path}`]?.trim() ?? '';
		if (said.length > LONGEST_SOURCE)
			refused.push({
				field: `source.${field.path}`,
				words: `${field.label}, source: use ${LONGEST_SOURCE} characters or fewer.`
			});
		policy = withSource(policy, base, field, said);
	}
	return refused.length > 0 ? { refused } : { policy };
}

/** The name of a field's first control. */
export function controlOf({ path, takes }: PolicyField): string {
	return takes.as === 'limit' ? `${path}.count` : path;
}

/** What was typed into a field as one text; null where its controls were not sent. */
function typedText({ path, takes }: PolicyField, typed: Typed): string | null {
	if (takes.as !== 'limit') return typed[path] ?? null;
	const count = typed[`${path}.count`];
	return count === undefined ? null : `${count.trim()} ${typed[`${path}.unit`] ?? ''}`;
}

/** What the controls of a part show, for a draft nobody has typed into. */
export function typedFrom(policy: Policy, base: Policy, partKey: string): Typed {
	const fields = partsOf(policy).find(({ key }) => key === partKey)?.fields ?? [];
	const controls = fields.flatMap((field): [string, string][] => {
		const text = textOf(policy, field);
		const [count = '', unit = ''] = text.split(' ');
		const source = sourceOf(policy, field);
		return [
			...(field.takes.as === 'limit'
				? ([
						[`${field.path}.count`, count],
						[`${field.path}.unit`, unit]
					] satisfies [string, string][])
				: ([[field.path, text]] satisfies [string, string][])),
			[`source.${field.path}`, source === sourceOf(base, field) ? '' : source]
		];
	});
	return Object.fromEntries(controls);
}

function withSource(policy: Policy, base: Policy, field: PolicyField, said: string): Policy {
	const changed = textOf(policy, field) !== textOf(base, field);
	const source = said !== '' ? said : changed ? LOCAL_DEFAULT : sourceOf(base, field);
	return { ...policy, sources: { ...policy.sources, [field.path]: source } };
}

function takesOut({ path, takes }: PolicyField, text: string): boolean {
	return path.startsWith('courses.') && takes.as === 'words' && text.trim() === '';
}

function holds(policy: Policy, { path }: PolicyField): boolean {
	return Object.hasOwn(policy.courses, path.split('.')[1] ?? '');
}

function withoutCourse(policy: Policy, path: string): Policy {
	const [, code] = path.split('.');
	const courses = Object.entries(policy.courses).filter(([each]) => each !== code);
	return { ...policy, courses: Object.fromEntries(courses) };
}

function withNewCourse(policy: Policy, typed: Typed, refused: FieldRefused[]): Policy {
	const [code, name, months] = [NEW_COURSE.code, NEW_COURSE.name, NEW_COURSE.months].map(
		(control) => typed[control]?.trim() ?? ''
	) as [string, string, string];
	if (code === '' && name === '') return policy;
	if (!/^[A-Z0-9][A-Z0-9-]{0,19}$/.test(code) || Object.hasOwn(policy.courses, code))
		refused.push({
			field: NEW_COURSE.code,
			words:
				'New course, code: write capital letters, digits and hyphens, up to 20, that no other course has.'
		});
	const read = readTyped({ as: 'words' }, name);
	if ('refused' in read) refused.push({ field: NEW_COURSE.name, words: `New course, name: ${read.refused}` });
	const valid = readTyped({ as: 'months' }, months);
	if ('refused' in valid)
		refused.push({ field: NEW_COURSE.months, words: `New course, valid: ${valid.refused}` });
	if ('refused' in read || 'refused' in valid) return policy;
	const course = { name, validMonths: valid.value as number | null };
	return { ...policy, courses: { ...policy.courses, [code]: course } };
}

/** Where a version stands on a day. */
export type VersionState = 'withdrawn' | 'to_come' | 'in_force' | 'superseded';

export function versionState(
	version: Pick<Policy, 'version' | 'effectiveFrom'> & { withdrawn: boolean },
	inForce: number,
	today: CalendarDate
): VersionState {
	if (version.withdrawn) return 'withdrawn';
	if (version.effectiveFrom !== null && version.effectiveFrom > today) return 'to_come';
	return version.version === inForce ? 'in_force' : 'superseded';
}
