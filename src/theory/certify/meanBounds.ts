/** @file The mean of a few independent numbers: the usual interval, and a bound that holds at every size. */

import { ParameterError } from "../../errors.js";
import { inverseIncompleteBeta } from "../../math/stats/beta.js";
import { summary } from "../../math/stats/summary.js";

/** A mean with its interval. */
export interface MeanInterval {
  readonly mean: number;
  readonly interval: readonly [low: number, high: number];
}

/**
 * The mean with Student's two-sided interval, x̄ ± t·s/√n with P(|T_{n−1}| > t) = 1 − confidence, where
 * P(|T_ν| > t) = I_{ν/(ν+t²)}(ν/2, 1/2).
 *
 * [asymptotic] exact for normal values, close for light tails. Not for values with heavy tails.
 * @param values at least two numbers, [n]
 * @param confidence in (0, 1)
 * @returns the mean and the interval
 * @throws ParameterError if an argument is outside its domain
 * Source: Student (1908).
 */
export function meanInterval(values: ArrayLike<number>, confidence: number): MeanInterval {
  const { mean, standardDeviation, count } = checked(values, confidence);
  const freedom = count - 1;
  const x = inverseIncompleteBeta(1 - confidence, freedom / 2, 0.5);
  const half = Math.sqrt((freedom * (1 - x)) / x / count) * standardDeviation;
  return { mean, interval: [mean - half, mean + half] };
}

/**
 * An upper bound of the mean of bounded values: x̄ + √(2V log(2/g)/n) + 7·range·log(2/g)/(3(n − 1)), V the variance with
 * divisor n − 1.
 *
 * [proved] holds with probability 1 − g at every n and for every law on the range.
 * @param values at least two numbers, [n]
 * @param options range: largest minus smallest possible value; confidence: 1 − g, in (0, 1)
 * @returns the bound
 * @throws ParameterError if an argument is outside its domain
 * Source: Maurer and Pontil (2009), theorem 4.
 */
export function meanUpperBound(
  values: ArrayLike<number>,
  { range, confidence }: { range: number; confidence: number },
): number {
  const { mean, standardDeviation, count } = checked(values, confidence);
  const log = Math.log(2 / (1 - confidence));
  return mean + standardDeviation * Math.sqrt((2 * log) / count) + (7 * range * log) / (3 * (count - 1));
}

function checked(values: ArrayLike<number>, confidence: number): ReturnType<typeof summary> {
  if (values.length < 2) {
    throw new ParameterError({ where: "values", expected: "at least two numbers", got: `${values.length}` });
  }
  if (!(confidence > 0 && confidence < 1)) {
    throw new ParameterError({ where: "confidence", expected: "a number in (0, 1)", got: `${confidence}` });
  }
  return summary(values);
}
