/** @file The Kolmogorov distance between a sample and a law, with a bound that is exact for every sample size. */

/**
 * The Kolmogorov–Smirnov statistic D = sup_x |F_n(x) − F(x)|.
 *
 * @param sorted the sample in ascending order, [n]
 * @param cdf the distribution function F, continuous
 * @returns D in [0, 1]; NaN if the sample holds a NaN
 */
export function kolmogorovDistance(sorted: ArrayLike<number>, cdf: (x: number) => number): number {
  const n = sorted.length;
  let distance = 0;
  for (let i = 0; i < n; i++) {
    const value = cdf(sorted[i]!);
    distance = Math.max(distance, (i + 1) / n - value, value - i / n);
  }
  return distance;
}

/**
 * The distance that D exceeds with probability at most `falseAlarm` when the sample does come from F:
 * √(log(2/falseAlarm) / (2n)), for every n.
 *
 * @param n sample size
 * @param falseAlarm in (0, 1)
 * @returns the bound; a law further away than twice this is caught with probability 1 − falseAlarm
 * Source: Dvoretzky, Kiefer and Wolfowitz (1956) with the constant of Massart (1990).
 */
export function massartBound(n: number, falseAlarm: number): number {
  return Math.sqrt(Math.log(2 / falseAlarm) / (2 * n));
}
