/**
 * @file The straight line through the far end of a distribution on log–log axes.
 *
 * It describes a picture. As an estimate of a tail index it is badly biased for α near 2, where the stable law becomes
 * a power only beyond the largest thousandth; nothing is decided by it.
 */

/** The line log share = log `share` − `slope`·(log x − log `from`) with how it was obtained. */
export interface TailSlope {
  /** Minus the slope of the line: α for an exact power law P(X > x) ∝ x^(−α). */
  readonly slope: number;
  /** slope·√(2/count), which holds for independent values with an exact power tail. */
  readonly standardError: number;
  /** How many of the largest values were used. */
  readonly count: number;
  /** The smallest value used. */
  readonly from: number;
  /** The line's height at `from`, as a share of all values. */
  readonly share: number;
}

/** Fewer points than this make no line. */
const FEWEST = 10;

/**
 * Least squares of log(rank − ½) on the logarithm of the value over the largest values. The shift of ½ removes the
 * leading bias of the plain rank.
 * @param descending values, largest first, finite, positive
 * @param total number of values that `share` refers to, at least `descending.length`
 * @param tailFraction which part of `total` counts as tail, in (0, 1]
 * @returns null with fewer than 10 values in the tail or when they are all equal
 *
 * Source: X. Gabaix and R. Ibragimov, "Rank − 1/2: a simple way to improve the OLS estimation of tail exponents",
 * J. Bus. Econ. Stat. 29 (2011), 24–39.
 */
export function tailSlope(descending: ArrayLike<number>, total: number, tailFraction: number): TailSlope | null {
  const count = Math.min(descending.length, Math.floor(tailFraction * total));
  if (count < FEWEST || descending[0] === descending[count - 1]) return null;
  let meanX = 0;
  let meanY = 0;
  for (let i = 0; i < count; i++) {
    meanX += Math.log(descending[i]!) / count;
    meanY += Math.log(i + 0.5) / count;
  }
  let squares = 0;
  let products = 0;
  for (let i = 0; i < count; i++) {
    const x = Math.log(descending[i]!) - meanX;
    squares += x * x;
    products += x * (Math.log(i + 0.5) - meanY);
  }
  const slope = -products / squares;
  const from = descending[count - 1]!;
  const share = Math.exp(meanY - slope * (Math.log(from) - meanX)) / total;
  return { slope, standardError: slope * Math.sqrt(2 / count), count, from, share };
}
