/** Why a child’s case ends. Department for Education, children in need census, reason for closure (RC1 to RC9). */
export const CLOSURE_REASONS = {
	RC1: 'Adopted',
	RC2: 'Died',
	RC3: 'Child arrangements order',
	RC4: 'Special guardianship order',
	RC5: 'Transferred to services of another local authority',
	RC6: 'Transferred to adult social care services',
	RC7: 'Services ceased for any other reason, including child no longer in need',
	RC8: 'Case closed after assessment, no further action',
	RC9: 'Case closed after assessment, referred to early help'
} as const;

export type ClosureReason = keyof typeof CLOSURE_REASONS;

/** As it is kept and sent: the code, and what it means. */
export function closureReasonAsKept(reason: ClosureReason): string {
	return `${reason} - ${CLOSURE_REASONS[reason]}`;
}

export function isClosureReason(text: string): text is ClosureReason {
	return Object.hasOwn(CLOSURE_REASONS, text);
}
