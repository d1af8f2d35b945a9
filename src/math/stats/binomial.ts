/** @file Exact statements about counts: where a count should fall, and what a count says about its probability. */
import { ParameterError } from "../../errors.js";
import { incompleteBeta, inverseIncompleteBeta } from "./beta.js";

/** Bounds of a proportion, each valid by itself at the confidence asked for. */
export interface ProportionBounds {
  lower: number;
  upper: number;
}

/** Counts from `low` to `high`, both included. */
export interface CountInterval {
  low: number;
  high: number;
}

/**
 * Exact one-sided bounds of a probability after `failures` failures in `trials` independent trials:
 * upper = I⁻¹(confidence; F + 1, R − F), lower = I⁻¹(1 − confidence; F, R − F + 1).
 *
 * @param failures F, an integer from 0 to `trials`
 * @param trials R ≥ 1
 * @param confidence in (0, 1), of each bound by itself; both together hold with 2·confidence − 1
 * @returns the bounds; lower is 0 for F = 0 and upper is 1 for F = R
 * @throws ParameterError if an argument is outside its domain
 * Source: Clopper and Pearson (1934).
 */
export function clopperPearson(failures: number, trials: number, confidence: number): ProportionBounds {
  checkTrials(trials);
  if (!(Number.isInteger(failures) && failures >= 0 && failures <= trials)) {
    throw new ParameterError({ where: "failures", expected: `an integer from 0 to ${trials}`, got: String(failures) });
  }
  checkOpenUnit("confidence", confidence);
  return {
    lower: failures === 0 ? 0 : inverseIncompleteBeta(1 - confidence, failures, trials - failures + 1),
    upper: failures === trials ? 1 : inverseIncompleteBeta(confidence, failures + 1, trials - failures),
  };
}

/**
 * The narrowest equal-tailed range that a count N ~ Binomial(n, p) leaves with probability at most `falseAlarm`:
 * P(N < low) ≤ falseAlarm/2 and P(N > high) ≤ falseAlarm/2.
 *
 * @param n number of trials
 * @param p probability of each, in (0, 1)
 * @param falseAlarm in (0, 1)
 * @returns the range
 * @throws ParameterError if an argument is outside its domain
 */
export function binomialInterval(n: number, p: number, falseAlarm: number): CountInterval {
  checkTrials(n);
  checkOpenUnit("p", p);
  checkOpenUnit("falseAlarm", falseAlarm);
  const below = (k: number): number => (k <= 0 ? 0 : incompleteBeta(1 - p, n - k + 1, k));
  const above = (k: number): number => (k >= n ? 0 : incompleteBeta(p, k + 1, n - k));
  return {
    low: lastTrue(n, (k) => below(k) <= falseAlarm / 2),
    high: n - lastTrue(n, (k) => above(n - k) <= falseAlarm / 2),
  };
}

/** The largest k in 0 … n with holds(k), for a condition that holds at 0 and never returns once lost. */
function lastTrue(n: number, holds: (k: number) => boolean): number {
  let low = 0;
  let high = n + 1;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

function checkTrials(n: number): void {
  if (!(Number.isInteger(n) && n >= 1)) {
    throw new ParameterError({ where: "trials", expected: "an integer of at least 1", got: String(n) });
  }
}

function checkOpenUnit(where: string, value: number): void {
  if (!(value > 0 && value < 1)) {
    throw new ParameterError({ where, expected: "a number in (0, 1)", got: String(value) });
  }
}
