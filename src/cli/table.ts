/** @file Tables and numbers for people at a terminal. */

import Table from "cli-table3";

/**
 * A table with a head row; numbers are aligned to the right.
 * @param head column titles
 * @param rows cells, already formatted
 */
export function table(head: string[], rows: string[][]): string {
  const colAligns = head.map((_, column) => (column === 0 ? "left" : "right") as "left" | "right");
  const made = new Table({ head, colAligns, style: { head: [], border: [] } });
  made.push(...rows);
  return made.toString();
}

/** A fraction as a percentage with one decimal, 0.9757 → "97.6 %"; a dash for null. */
export function percent(fraction: number | null | undefined): string {
  return fraction === null || fraction === undefined || Number.isNaN(fraction)
    ? "–"
    : `${(100 * fraction).toFixed(1)} %`;
}

/** A byte count in the unit that fits, 3136 → "3.1 kB" (1 kB = 1000 bytes). */
export function bytes(count: number): string {
  if (count < 1000) return `${count} B`;
  return count < 1e6 ? `${(count / 1e3).toFixed(1)} kB` : `${(count / 1e6).toFixed(2)} MB`;
}

/** A number with so many decimals; what rounds to zero has no sign, −0.0001 → "0.000". */
export function decimals(value: number, digits: number): string {
  return (Number(value.toFixed(digits)) + 0).toFixed(digits);
}
