/** @file Numbers as people read them. */

/** A share as per cent with one decimal. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** A number of bytes in a unit that fits. */
export function bytes(count: number): string {
  if (count < 1000) return `${count} B`;
  if (count < 1e6) return `${(count / 1000).toFixed(1)} kB`;
  return `${(count / 1e6).toFixed(2)} MB`;
}

/** A whole number with separators. */
export function whole(count: number): string {
  return Math.round(count).toLocaleString("en");
}

/** A number in three digits. */
export function three(value: number): string {
  return `${Number(value.toPrecision(3))}`;
}
