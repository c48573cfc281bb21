/** The facts of a record that the person it is about can question. */
export const QUESTIONED_FACTS = [
	'name',
	'posting',
	'registration',
	'checked',
	'tier',
	'stage',
	'reviews'
] as const;
export type QuestionedFact = (typeof QUESTIONED_FACTS)[number];

export const QUESTIONED_FACT_IN_WORDS: Record<QuestionedFact, string> = {
	name: 'Name',
	posting: 'Posting',
	registration: 'Registration',
	checked: 'Check of the register',
	tier: 'Experience',
	stage: 'Early-career stage',
	reviews: 'Reviews of the stage'
};

/** How a question ends: the record was put right, it stands as it is, or whoever asked took it back. */
export type QuestionOutcome = 'put_right' | 'stands' | 'taken_back';

export const QUESTION_OUTCOME_IN_WORDS: Record<QuestionOutcome, string> = {
	put_right: 'put right',
	stands: 'it stands',
	taken_back: 'taken back'
};
