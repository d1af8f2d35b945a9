/** @file Whether draws follow a symmetric stable law, in the middle and far out. */

import { binomialInterval } from "../stats/binomial.js";
import { massartBound } from "../stats/kolmogorov.js";
import { symmetricQuantile } from "./quantile.js";

/** The draws beyond one far quantile. */
export interface TailCount {
  readonly side: "left" | "right";
  readonly probability: number;
  readonly expected: number;
  readonly count: number;
  /** The acceptance interval of the exact binomial law at false-alarm rate 10⁻⁶. */
  readonly least: number;
  readonly most: number;
}

/** The comparison of draws with their law. */
export interface SampleCheck {
  /** A lower bound of the Kolmogorov distance, exact to 1/4096. */
  readonly distance: number;
  /** What the distance exceeds with probability 10⁻⁶ at most (Massart 1990). */
  readonly bound: number;
  readonly tails: readonly TailCount[];
  readonly agrees: boolean;
}

const falseAlarm = 1e-6;
const cells = 4096;
const tailProbabilities = [1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7];

/**
 * Compares draws with S1(α, 0, scale, 0): the empirical distribution at the 4095 quantiles of equal probability, and the
 * number of draws beyond the far quantiles on both sides, where at least half a draw is expected.
 * @param values the draws, in any order
 * @param law α in (0, 2] and the scale
 * @returns the statistics with their bounds; `agrees` is false by chance with probability 1.3·10⁻⁵ at most
 */
export function checkSample(values: Float64Array, { alpha, scale }: { alpha: number; scale: number }): SampleCheck {
  const quantile = (p: number): number => scale * symmetricQuantile(p, alpha);
  const sorted = values.slice().sort();
  const n = sorted.length;
  let distance = 0;
  for (let i = 1; i < cells; i++) {
    distance = Math.max(distance, Math.abs(countBelow(sorted, quantile(i / cells)) / n - i / cells));
  }
  const tails = tailProbabilities
    .filter((probability) => n * probability >= 0.5)
    .flatMap((probability) => {
      const far = -quantile(probability);
      const { low: least, high: most } = binomialInterval(n, probability, falseAlarm);
      const facts = { probability, expected: n * probability, least, most };
      return [
        { side: "left", ...facts, count: countBelow(sorted, -far) },
        { side: "right", ...facts, count: n - countBelow(sorted, far) },
      ] as const;
    });
  const bound = massartBound(n, falseAlarm);
  const agrees = distance <= bound && tails.every(({ count, least, most }) => count >= least && count <= most);
  return { distance, bound, tails, agrees };
}

/** How many sorted values lie below x, by bisection. */
function countBelow(sorted: Float64Array, x: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < x) low = middle + 1;
    else high = middle;
  }
  return low;
}
