const AFTER_A_PAUSE = 1500;
const WHILE_TYPING = 8000;
const TRY_AGAIN_AFTER = [2000, 4000, 8000, 15000];
const WHILE_SIGNED_OUT = 5000;
const TAKE_BACK_AFTER = 5000;
const LOST_ANSWERS_REMEMBERED = 5;

export type Saving =
	| { state: 'untouched' }
	| { state: 'unsaved' }
	| { state: 'saving' }
	| { state: 'saved'; at: string }
	| { state: 'not_saved' }
	| { state: 'signed_out' }
	| { state: 'conflict' };

export type NoteTexts = Record<string, string>;

export interface NoteConflict {
	by: string;
	at: string;
	version: number;
	texts: NoteTexts;
}

export interface SetAside {
	whose: 'mine' | 'theirs';
	texts: NoteTexts;
}

export type NoteSaved = { at: string; version: number } | { conflict: NoteConflict } | { signedOut: true };

export interface NoteDraftStart {
	texts: NoteTexts;
	version: number;
	savedAt: string | null;
	conflict: NoteConflict | null;
	save: (texts: NoteTexts, version: number) => Promise<NoteSaved>;
	beacon: string;
}

/**
 * The draft of a note while it is being written. It is saved after a pause and while typing goes on, is kept and
 * tried again when a save fails, and stops at a conflict until a person has chosen. A version grows by one with each save.
 */
export function noteDraft(start: NoteDraftStart) {
	const texts = $state({ ...start.texts });
	let version = $state(start.conflict?.version ?? start.version);
	let conflict = $state(start.conflict);
	let setAside: SetAside[] = $state([]);
	let saving: Saving = $state(firstState());
	let changed = false;
	let underWay = $state(false);
	let failures = 0;
	let lostAnswers: NoteTexts[] = [];
	let pause: ReturnType<typeof setTimeout> | undefined;
	let longest: ReturnType<typeof setTimeout> | undefined;
	let takeBack: ReturnType<typeof setTimeout> | undefined;

	function firstState(): Saving {
		if (start.conflict) return { state: 'conflict' };
		return start.savedAt === null ? { state: 'untouched' } : { state: 'saved', at: start.savedAt };
	}

	function same(one: NoteTexts, other: NoteTexts): boolean {
		return Object.keys(texts).every((name) => (one[name] ?? '') === (other[name] ?? ''));
	}

	function stopTimers(): void {
		clearTimeout(pause);
		clearTimeout(longest);
		longest = undefined;
	}

	function saveIn(delay: number): void {
		clearTimeout(pause);
		pause = setTimeout(() => void saveNow(), delay);
	}

	function typed(): void {
		changed = true;
		if (conflict) return;
		if (saving.state === 'saved' || saving.state === 'untouched') saving = { state: 'unsaved' };
		saveIn(AFTER_A_PAUSE);
		longest ??= setTimeout(() => void saveNow(), WHILE_TYPING);
	}

	async function saveNow(): Promise<void> {
		stopTimers();
		if (!changed || conflict) return;
		if (underWay) return saveIn(AFTER_A_PAUSE);
		const sent = { ...texts };
		underWay = true;
		changed = false;
		saving = { state: 'saving' };
		try {
			settle(await start.save(sent, version));
		} catch {
			lostAnswers = [...lostAnswers, sent].slice(-LOST_ANSWERS_REMEMBERED);
			changed = true;
			saving = { state: 'not_saved' };
			saveIn(TRY_AGAIN_AFTER[Math.min(failures++, TRY_AGAIN_AFTER.length - 1)] ?? AFTER_A_PAUSE);
		} finally {
			underWay = false;
		}
	}

	function settle(answer: NoteSaved): void {
		failures = 0;
		if ('signedOut' in answer) {
			changed = true;
			saving = { state: 'signed_out' };
			return saveIn(WHILE_SIGNED_OUT);
		}
		if (!('conflict' in answer)) {
			version = answer.version;
			lostAnswers = [];
			saving = { state: 'saved', at: answer.at };
			if (changed) typed();
			return;
		}
		changed = true;
		const stored = answer.conflict;
		if (lostAnswers.some((sent) => same(sent, stored.texts))) {
			version = stored.version;
			saving = { state: 'saved', at: stored.at };
			lostAnswers = [];
			if (same(texts, stored.texts)) changed = false;
			else saveIn(0);
			return;
		}
		conflict = stored;
		saving = { state: 'conflict' };
	}

	function choose(kept: NoteTexts, aside: SetAside | null): void {
		if (!conflict) return;
		const theirs = conflict;
		version = theirs.version;
		conflict = null;
		if (aside) setAside = [...setAside, aside];
		Object.assign(texts, kept);
		changed = !same(texts, theirs.texts);
		saving = changed ? { state: 'unsaved' } : { state: 'saved', at: theirs.at };
		void saveNow();
	}

	return {
		texts,
		/** The version a form sent at this moment builds on: a save under way comes before it. */
		get version() {
			return underWay ? version + 1 : version;
		},
		get conflict() {
			return conflict;
		},
		get setAside() {
			return setAside;
		},
		get saving() {
			return saving;
		},
		typed,
		saveNow,
		keepMine() {
			if (conflict) choose({ ...texts }, { whose: 'theirs', texts: conflict.texts });
		},
		takeTheirs() {
			if (conflict) choose(conflict.texts, { whose: 'mine', texts: { ...texts } });
		},
		/** Keeps what was put together from both; each of them stays readable. */
		keepMerged(merged: NoteTexts) {
			if (!conflict) return;
			setAside = [...setAside, { whose: 'mine', texts: { ...texts } }];
			choose(merged, { whose: 'theirs', texts: conflict.texts });
		},
		/** Each field with both texts, one after the other; the same text once. */
		bothTexts(): NoteTexts {
			const theirs = conflict?.texts ?? {};
			const both = Object.keys(texts).map((name): [string, string] => {
				const [mine = '', other = ''] = [texts[name], theirs[name]];
				return [name, mine === other || other === '' ? mine : mine === '' ? other : `${mine}\n\n${other}`];
			});
			return Object.fromEntries(both);
		},
		keepBoth() {
			if (conflict) choose(this.bothTexts(), null);
		},
		/** The form around the note is being sent with all of it; should the page still be here later, saving goes on. */
		handOver(): void {
			stopTimers();
			clearTimeout(takeBack);
			if (!changed) return;
			changed = false;
			saving = { state: 'saving' };
			takeBack = setTimeout(typed, TAKE_BACK_AFTER);
		},
		/** What was sent has come back stored. */
		adopt(stored: { texts: NoteTexts; version: number; savedAt: string | null }): void {
			if (conflict || stored.version <= version) return;
			clearTimeout(takeBack);
			version = stored.version;
			changed = !same(texts, stored.texts);
			if (changed) typed();
			else if (stored.savedAt !== null) saving = { state: 'saved', at: stored.savedAt };
		},
		/** Sends what is not yet saved while the page goes away. */
		leave(): void {
			stopTimers();
			clearTimeout(takeBack);
			if ((!changed && !underWay) || conflict) return;
			const sent = { ...texts };
			const form = new FormData();
			form.set('version', String(this.version));
			for (const [name, text] of Object.entries(sent)) form.set(name, text);
			navigator.sendBeacon(start.beacon, form);
			lostAnswers = [...lostAnswers, sent].slice(-LOST_ANSWERS_REMEMBERED);
		},
		/** After a return to the page, or to its window. */
		comeBack(): void {
			if (changed) saveIn(0);
		},
		/** True while something typed is not yet known to be stored. */
		isUnsaved(): boolean {
			return changed || underWay;
		},
		/** True while leaving would lose words. */
		holds(): boolean {
			return conflict !== null || saving.state === 'not_saved' || saving.state === 'signed_out';
		}
	};
}
