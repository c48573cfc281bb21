import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Below this, collecting takes longer than it gives: a small authority's whole history is less. */
const WORTH_COLLECTING_BYTES = 64 * 1024 * 1024;

let collect: (() => void) | null = null;
let leftBytes = 0;

/**
 * Gives back what a piece of work no longer needs before the next one takes as much again: left to itself a process
 * that counts month after month grows to several times what any of them needs.
 */
export function freeMemory(): void {
	if (usedBytes() - leftBytes < WORTH_COLLECTING_BYTES) return;
	if (!collect) {
		setFlagsFromString('--expose-gc');
		collect = runInNewContext('gc') as () => void;
	}
	collect();
	leftBytes = usedBytes();
}

function usedBytes(): number {
	const { used_heap_size: onHeap, external_memory: beside } = getHeapStatistics();
	return onHeap + beside;
}
