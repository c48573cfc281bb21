import { dayInWords } from './calendar.ts';
import { ORDER, type Coming, type ComingOn } from './forecast.ts';
import type { CountedCase } from './heatmap.ts';
import { BAND_IN_WORDS, casesInWords, listInWords, TIER_IN_WORDS } from './wording.ts';

/** What each thing that is coming is called, in a list and in a small cell. */
export const COMING_IN_WORDS: Record<Coming['code'], { label: string; brief: string }> = {
	OVERSIGHT_DUE: { label: 'Oversight falls due', brief: 'oversight' },
	SUPERVISION_DUE: { label: 'Supervision falls due', brief: 'supervision' },
	OVER_CAPACITY: { label: 'Goes over capacity', brief: 'over' },
	WITHIN_CAPACITY: { label: 'Comes within capacity', brief: 'within' },
	TIER: { label: 'Experience changes', brief: 'tier' },
	LAPSES: { label: 'Training lapses', brief: 'lapses' },
	COMES: { label: 'Joins the team', brief: 'joins' },
	GOES: { label: 'Leaves the team', brief: 'leaves' },
	AWAY: { label: 'Goes away', brief: 'away' },
	BACK: { label: 'Is back', brief: 'back' },
	REDUCED: { label: 'Capacity reduced', brief: 'reduced' },
	RESTORED: { label: 'Reduction ends', brief: 'restored' },
	CASE_ENDS: { label: 'A case ends or goes', brief: 'case ends' },
	CASE_COMES: { label: 'A case comes', brief: 'case comes' }
};

/** What it means for whom it is about, in a sentence without their name; `cases`: of how many, where it is said once. */
export function comingInWords(coming: Coming, cases = 1): string {
	switch (coming.code) {
		case 'OVERSIGHT_DUE':
			return `Oversight of ${cases === 1 ? coming.aCase.reference : casesInWords(cases)} is due by this day, and overdue from the next.`;
		case 'SUPERVISION_DUE':
			return coming.bookedOn === null
				? 'Supervision is due by this day, and none is booked.'
				: `Supervision is due by this day; one is booked for ${dayInWords(coming.bookedOn)}.`;
		case 'OVER_CAPACITY':
		case 'WITHIN_CAPACITY': {
			const { loadPercent, points, capacity, band } = coming.load;
			const load = loadPercent === null ? BAND_IN_WORDS[band] : `${Math.round(loadPercent)} % of capacity`;
			return `Load is then ${load}: ${points} of ${capacity.points} points.`;
		}
		case 'TIER': {
			const [from, to] = [TIER_IN_WORDS[coming.from], TIER_IN_WORDS[coming.to]];
			return [
				`From “${from}” to “${to}”.`,
				...(coming.may.length > 0 ? [`Meets the bar from then for ${listed(coming.may)}.`] : []),
				...(coming.mayNot.length > 0 ? [`No longer meets the bar for ${listed(coming.mayNot)}.`] : [])
			].join(' ');
		}
		case 'LAPSES':
			return coming.mayNot.length > 0
				? `${coming.course} is no longer current: the bar is no longer met for ${listed(coming.mayNot)}.`
				: `${coming.course} is no longer current; no case held here needs it alone.`;
		case 'COMES':
			return 'A posting to this team begins.';
		case 'GOES':
			return 'The posting to this team has ended.';
		case 'AWAY':
			return 'An absence begins.';
		case 'BACK':
			return 'First day back.';
		case 'REDUCED':
		case 'RESTORED': {
			const { share, reason, to } = coming.reduction;
			const of = `${Math.round(share * 10_000) / 100} % of capacity${reason === null ? '' : ` (${reason})`}`;
			if (coming.code === 'RESTORED') return `A reduction of ${of} has ended.`;
			return `A reduction of ${of} begins${to === null ? ', without an end' : `, until ${dayInWords(to)}`}.`;
		}
		case 'CASE_ENDS':
			return `${coming.aCase.reference} is no longer led.`;
		case 'CASE_COMES':
			return `${coming.aCase.reference} is led from this day.`;
	}
}

function listed(cases: readonly CountedCase[]): string {
	return listInWords(cases.map(({ reference }) => reference).sort());
}

/** The kinds of thing among some that are coming, each once, the worst first. */
export function briefly(coming: readonly Coming[]): string[] {
	return ORDER.filter((code) => coming.some((each) => each.code === code)).map(
		(code) => COMING_IN_WORDS[code].brief
	);
}

/** The heading of the list: what comes to pass if nobody acts. */
export function forecastInWords(coming: readonly ComingOn[]): string {
	const people = (code: Coming['code']) =>
		new Set(coming.flatMap((each) => (each.code === code ? each.practitionerId : []))).size;
	const oversight = coming.filter(({ code }) => code === 'OVERSIGHT_DUE').length;
	const [supervision, over, lapses] = [
		people('SUPERVISION_DUE'),
		people('OVER_CAPACITY'),
		people('LAPSES') + people('TIER')
	];
	const said = [
		...(oversight > 0 ? [`oversight of ${casesInWords(oversight)} falls due`] : []),
		...(supervision > 0 ? [`supervision of ${persons(supervision)} falls due`] : []),
		...(over > 0 ? [`${persons(over)} ${over === 1 ? 'goes' : 'go'} over capacity`] : []),
		...(lapses > 0 ? [`what ${persons(lapses)} may hold may change`] : [])
	];
	return said.length === 0
		? 'In the next 4 weeks nothing falls due and nobody goes over capacity, by what is recorded today.'
		: `In the next 4 weeks, if nobody acts, ${listInWords(said)}.`;
}

function persons(count: number): string {
	return count === 1 ? 'one person' : `${count} people`;
}
