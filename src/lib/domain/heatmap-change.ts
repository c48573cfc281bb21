import { dayInWords, type CalendarDate } from './calendar.ts';
import type { CellInWords } from './heatmap-words.ts';

/** How a figure differs from what it was on another day: with its sign for a small cell, and in words. */
export interface ChangeOfCell {
	/** The difference as a number; null where one of the two is no number. */
	figure: number | null;
	text: string;
	words: string;
}

/** The change of a cell since another day, or until it; `then` null: the person was not in the team that day. */
export function changeOfCell(now: CellInWords, then: CellInWords | null, thenOn: CalendarDate): ChangeOfCell {
	const day = dayInWords(thenOn);
	if (!then) return { figure: null, text: 'new', words: `not in this team on ${day}` };
	const [is, was] = [printed(now), printed(then)];
	if (is === null || was === null)
		return now.text === then.text
			? { figure: null, text: 'same', words: `the same as on ${day}` }
			: { figure: null, text: `was ${then.text}`, words: `${then.text} on ${day}` };
	const figure = is - was;
	if (figure === 0) return { figure, text: 'same', words: `the same as on ${day}` };
	const unit = now.key === 'load' ? ' percentage points' : '';
	return {
		figure,
		text: `${figure > 0 ? '+' : '−'}${Math.abs(figure)}`,
		words: `${Math.abs(figure)}${unit} ${figure > 0 ? 'more' : 'less'} than on ${day}`
	};
}

/** The figure as it is printed; null where no number is. */
function printed({ figure, text }: CellInWords): number | null {
	return figure === null || !/^\d/.test(text) ? null : Math.round(figure);
}
