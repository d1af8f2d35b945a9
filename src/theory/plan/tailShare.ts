/** @file The relative error of cutting columns, from their squared norms. */

/**
 * How many columns are kept: ⌊κn⌋, at least 1; a κn that rounding puts just below a whole number counts as that number.
 *
 * @param keptFraction κ, in (0, 1]
 * @param width n
 */
export function keptCount(keptFraction: number, width: number): number {
  return Math.max(1, Math.floor(keptFraction * width * (1 + 1e-12)));
}

/**
 * The least whole width n' ≥ n that keeps ⌊κn'⌋ ≥ κn columns, so that rounding the kept columns down costs nothing.
 *
 * @param width n, any positive number
 * @param keptFraction κ, in (0, 1]
 */
export function fullWidth(width: number, keptFraction: number): number {
  const kept = Math.ceil(keptFraction * width * (1 - 1e-12));
  return Math.ceil((kept / keptFraction) * (1 - 1e-12));
}

/** What is cut and what there was, in squared norms. */
export interface Cut {
  readonly pruned: number;
  readonly total: number;
}

/**
 * Splits squared norms at the `kept` largest, in linear time on average.
 *
 * @param norms squared norms, [n]; reordered
 * @param kept k, from 1 to n
 * @returns the sum of the n − k smallest, and of all
 * Source: Hoare (1961), algorithm 65 (find).
 */
export function cutSmallest(norms: Float64Array, kept: number): Cut {
  const target = norms.length - kept;
  let low = 0;
  let high = norms.length - 1;
  while (low < high) {
    const pivot = norms[(low + high) >> 1]!;
    let i = low;
    let j = high;
    while (i <= j) {
      while (norms[i]! < pivot) i++;
      while (norms[j]! > pivot) j--;
      if (i > j) break;
      const smaller = norms[j]!;
      norms[j--] = norms[i]!;
      norms[i++] = smaller;
    }
    if (target <= j) high = j;
    else if (target >= i) low = i;
    else break;
  }
  let pruned = 0;
  for (let i = 0; i < target; i++) pruned += norms[i]!;
  let total = pruned;
  for (let i = target; i < norms.length; i++) total += norms[i]!;
  return { pruned, total };
}

/**
 * The largest fraction of columns whose squared norms sum to at most a share of the total.
 *
 * @param sorted squared norms in ascending order, [n]
 * @param relativeSquaredError the share allowed, the paper's `mce`
 * @returns a fraction in [0, 1)
 */
export function prunableFraction(sorted: Float64Array, relativeSquaredError: number): number {
  const allowed = relativeSquaredError * sorted.reduce((sum, norm) => sum + norm, 0);
  let pruned = 0;
  let sum = 0;
  while (pruned < sorted.length - 1 && (sum += sorted[pruned]!) <= allowed) pruned++;
  return pruned / sorted.length;
}
