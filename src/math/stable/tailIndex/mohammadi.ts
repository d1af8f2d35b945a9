/**
 * @file The tail index from how sums grow, the estimator used in the literature on heavy tails in SGD. It assumes a strictly
 * stable law and independent values in no particular order; kept for comparison.
 */
import { ParameterError } from "../../../errors.js";
import { quantile } from "../../stats/summary.js";
import { checkValues, logSizes, type TailIndexEstimate } from "./estimate.js";

/**
 * Estimates 1/α by (mean log|Y| − mean log|X|)/log m, where the Y are sums of m consecutive values: |Y| has the law of
 * m^(1/α)|X|. A remainder of fewer than m values is left out of both means.
 *
 * The standard deviation is about that of the log-moment method at m = 10 and grows with m [measured].
 * @param values a sample of S(α, 0, γ, 0) without zeros, [n], n ≥ 20, in random order (shuffle what is sorted or grouped)
 * @param options sums: m, from 2 to n/2; without it the median over m = 2, 5, 10, 20, 50, … ≤ √n
 * @returns α̂, cut at 2
 * @throws ParameterError for a bad sample or m
 * Source: Mohammadi, Mohammadpour and Ogata (2015), corollary 2.4.
 */
export function mohammadiTailIndex(values: ArrayLike<number>, { sums }: { sums?: number } = {}): TailIndexEstimate {
  checkValues(values);
  const n = values.length;
  if (sums !== undefined && !(Number.isInteger(sums) && sums >= 2 && 2 * sums <= n)) {
    throw new ParameterError({
      where: "sums",
      expected: `a whole number from 2 to ${Math.floor(n / 2)}`,
      got: `${sums}`,
    });
  }
  const logs = logSizes(values);
  const lengths = sums === undefined ? defaultLengths(n) : [sums];
  const found = lengths.map((m) => Math.min(2, 1 / inverseAlpha(values, logs, m))).map((a) => (a > 0 ? a : 2));
  return {
    alpha: quantile(
      found.sort((a, b) => a - b),
      0.5,
    ),
    method: "mohammadi",
  };
}

/** 2, 5, 10, 20, 50, … up to √n. */
function defaultLengths(n: number): number[] {
  const lengths: number[] = [];
  for (let decade = 1; decade * decade <= n; decade *= 10) {
    for (const m of [decade, 2 * decade, 5 * decade]) if (m >= 2 && m * m <= n) lengths.push(m);
  }
  return lengths;
}

/** May be negative where sums do not grow at all, which reads as the lightest tail. */
function inverseAlpha(values: ArrayLike<number>, logs: Float64Array, m: number): number {
  const blocks = Math.floor(values.length / m);
  let single = 0;
  let summed = 0;
  for (let block = 0; block < blocks; block++) {
    let sum = 0;
    for (let i = block * m; i < (block + 1) * m; i++) {
      sum += values[i]!;
      single += logs[i]!;
    }
    summed += Math.log(Math.abs(sum));
  }
  return (summed / blocks - single / (blocks * m)) / Math.log(m);
}
