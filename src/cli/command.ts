/** A door without a browser. `run` answers with the exit code: 0 done, 1 refused input; wrong usage is thrown. */
export interface Command {
	name: string;
	/** What it does, in one line for the list of commands. */
	summary: string;
	/** Everything after `countersign`, with its options explained. */
	usage: string;
	run(args: string[], io: Io): Promise<number>;
}

export interface Io {
	out: (text: string) => void;
	err: (text: string) => void;
	/** The name that the audit keeps: `operator (OS user)`. */
	operator: string;
}

/** The command was called wrongly: said on stderr with the usage, and the exit code is 2. */
export class WrongUsage extends Error {}
