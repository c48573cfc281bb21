import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | null = null;

/**
 * Gives back what a piece of work no longer needs before the next one takes as much again: left to itself a process
 * that counts month after month grows to several times what any of them needs.
 */
export function freeMemory(): void {
	if (!collect) {
		setFlagsFromString('--expose-gc');
		collect = runInNewContext('gc') as () => void;
	}
	collect();
}
