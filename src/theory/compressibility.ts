/**
 * @file Does the error of cutting columns fall with the width? What the theory says it does over given widths, and what
 * repeated trainings say: slopes of log E² on log n, one per seed, and a verdict between falling and standing still.
 *
 * At fixed κ the limit law is E² ~ M_κ / (n^(2/α−1) b A + d s₀²), so log E² falls as −(2/α − 1) log n for α < 2 where the
 * noise outweighs the initial weights, and has slope 0 at α = 2 and without noise. [asymptotic, checked]
 */

import { ParameterError } from "../errors.js";
import type { Key } from "../math/random/key.js";
import { binomialInterval } from "../math/stats/binomial.js";
import { leastSquaresSlope, quantile } from "../math/stats/summary.js";
import { type MeanInterval, meanInterval } from "./certify/meanBounds.js";
import { type ColumnHistory, columnLaw } from "./plan/columnLaw.js";
import { formulaErrorQuantile } from "./plan/formula.js";
import { trimmedMoments } from "./plan/trimmedMoment.js";
import type { Verdict } from "./verdict.js";

/**
 * The median of E² at several widths by the limit law, for columns of initial weights and noise without drift.
 * @param history what a column has gone through
 * @param keptFraction κ, in (0, 1)
 * @param widths n, each
 * @param key decides the sample of columns where M_κ needs one
 * @returns E² for each width. [asymptotic, checked: within 2 % from n = 1000 on]
 * @throws ParameterError if a number is outside its domain
 */
export function predictedErrors(
  history: ColumnHistory,
  keptFraction: number,
  widths: readonly number[],
  key: Key,
): number[] {
  const law = columnLaw(history);
  const setting = { law, moments: trimmedMoments(law, key), drift: 0 };
  return widths.map((width) => formulaErrorQuantile(setting, keptFraction, width, 0.5) ** 2);
}

/** The slope −(2/α − 1) of log E² on log n where the noise outweighs everything else; 0 at α = 2. */
export function asymptoticSlope(alpha: number): number {
  return 1 - 2 / alpha;
}

/**
 * The slope of log E² on log n: the mean of one least-squares slope per seed, with Student's interval over seeds. The
 * widths of one seed may share their noise; the seeds must not.
 *
 * Of heavy-tailed weights log E² has all moments, so the mean is sound.
 * @param widths n, [widths]
 * @param errors E² of each seed, [seeds][widths]
 * @param confidence in (0, 1)
 * @returns mean slope and interval
 * @throws ParameterError for fewer than two seeds; ShapeError for rows of the wrong length
 */
export function errorSlope(
  widths: readonly number[],
  errors: readonly (readonly number[])[],
  confidence: number,
): MeanInterval {
  const logWidths = widths.map(Math.log);
  const slopes = errors.map((row) => leastSquaresSlope(logWidths, row.map(Math.log)));
  return meanInterval(slopes, confidence);
}

/** A median with the interval between two order statistics that covers it. */
export interface MedianInterval {
  readonly median: number;
  /** Null where the sample is too small for the confidence. */
  readonly interval: readonly [low: number, high: number] | null;
}

/**
 * The median with the narrowest equal-tailed interval of order statistics. [proved] for every law.
 * @param values at least one number, [n]
 * @param confidence in (0, 1); 0.95 needs n ≥ 6
 * @throws ParameterError if there are no values
 */
export function medianInterval(values: ArrayLike<number>, confidence: number): MedianInterval {
  const sorted = Float64Array.from(values).sort();
  const n = sorted.length;
  if (n === 0) throw new ParameterError({ where: "values", expected: "at least one number", got: "none" });
  const { low, high } = binomialInterval(n, 0.5, 1 - confidence);
  return { median: quantile(sorted, 0.5), interval: low === 0 ? null : [sorted[low - 1]!, sorted[high]!] };
}

/** Whether the error falls as predicted, stands still, or neither can be said. */
export type Trend = "falls" | "stands still" | "unclear";

/**
 * Decides between the predicted slope and slope 0 by the side of the half-way slope on which the interval lies.
 * @param interval of the measured slope
 * @param predicted the predicted slope, below 0
 */
export function trend([low, high]: readonly [number, number], predicted: number): Trend {
  if (high < predicted / 2) return "falls";
  return low > predicted / 2 ? "stands still" : "unclear";
}

/**
 * The verdict on "the error falls with the width for α < 2, and only then".
 * @param heavy the trend under heavy-tailed noise
 * @param controls the trends at α = 2 and without noise, measured against the same prediction
 * @returns supported if the one falls and the others stand still; refuted if any does the contrary
 */
export function compressibilityVerdict(heavy: Trend, controls: readonly Trend[]): Verdict {
  if (heavy === "stands still" || controls.includes("falls")) return "refuted";
  return heavy === "falls" && controls.every((control) => control === "stands still") ? "supported" : "inconclusive";
}

/** Checks widths: at least two different ones. @throws ParameterError */
export function checkWidths(widths: readonly number[]): void {
  if (new Set(widths).size >= 2) return;
  throw new ParameterError({ where: "widths", expected: "at least two different ones", got: widths.join(", ") });
}
