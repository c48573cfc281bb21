const WIDE = '(min-width: 48rem)';

type Cell = { row: number; column: number };

/** Gives a table of links one tab stop, moved by the arrow keys (the ARIA grid pattern). Returns how to stop. */
export function gridKeys(table: HTMLTableElement): () => void {
	const wide = matchMedia(WIDE);
	const grid = Array.from(table.rows, (row) => Array.from(row.cells, stopIn));
	let here = cellOf(document.getElementById(location.hash.slice(1))) ?? firstFigure();

	function stopIn(cell: HTMLTableCellElement): HTMLElement {
		return cell.querySelector('a') ?? cell;
	}

	function cellOf(element: Element | null): Cell | null {
		const cell = element?.closest<HTMLTableCellElement>('td, th');
		const row = cell?.closest('tr');
		return cell && row && table.contains(row) ? { row: row.rowIndex, column: cell.cellIndex } : null;
	}

	function firstFigure(): Cell {
		return { row: Math.min(1, grid.length - 1), column: 1 };
	}

	function at({ row, column }: Cell): HTMLElement | undefined {
		return grid[row]?.[column];
	}

	function moveTo(next: Cell): void {
		at(here)?.setAttribute('tabindex', '-1');
		here = next;
		at(here)?.setAttribute('tabindex', '0');
		at(here)?.focus();
	}

	function onKeydown(event: KeyboardEvent): void {
		if (!wide.matches || event.altKey || event.metaKey || event.shiftKey) return;
		const lastRow = grid.length - 1;
		const lastColumn = (grid[here.row]?.length ?? 1) - 1;
		const next = (() => {
			const { row, column } = here;
			switch (event.key) {
				case 'ArrowRight':
					return { row, column: Math.min(column + 1, lastColumn) };
				case 'ArrowLeft':
					return { row, column: Math.max(column - 1, 0) };
				case 'ArrowDown':
					return { row: Math.min(row + 1, lastRow), column };
				case 'ArrowUp':
					return { row: Math.max(row - 1, 0), column };
				case 'Home':
					return event.ctrlKey ? { row: 0, column: 0 } : { row, column: 0 };
				case 'End':
					return event.ctrlKey ? { row: lastRow, column: lastColumn } : { row, column: lastColumn };
				default:
					return null;
			}
		})();
		if (!next) return;
		event.preventDefault();
		moveTo(next);
	}

	function onFocusin(event: FocusEvent): void {
		const cell = cellOf(event.target as Element);
		if (!cell || !wide.matches || (cell.row === here.row && cell.column === here.column)) return;
		at(here)?.setAttribute('tabindex', '-1');
		here = cell;
		at(here)?.setAttribute('tabindex', '0');
	}

	function fit(): void {
		if (wide.matches) {
			table.setAttribute('role', 'grid');
			for (const stop of grid.flat()) stop.setAttribute('tabindex', '-1');
			at(here)?.setAttribute('tabindex', '0');
		} else {
			table.removeAttribute('role');
			for (const stop of grid.flat()) stop.removeAttribute('tabindex');
		}
	}

	fit();
	wide.addEventListener('change', fit);
	table.addEventListener('keydown', onKeydown);
	table.addEventListener('focusin', onFocusin);
	if (location.hash.startsWith('#cell-') && table.contains(document.getElementById(location.hash.slice(1))))
		at(here)?.focus();

	return () => {
		wide.removeEventListener('change', fit);
		table.removeEventListener('keydown', onKeydown);
		table.removeEventListener('focusin', onFocusin);
	};
}
