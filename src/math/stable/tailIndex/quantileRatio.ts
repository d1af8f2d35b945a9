/**
 * @file The tail index from two quantiles of |X|: crude, fast, and indifferent to everything but the middle and the shoulder
 * of the sample. Source: McCulloch (1986), with the symmetric law's own quantiles in place of his table.
 */
import { normalTailQuantile } from "../../stats/erfc.js";
import { quantile } from "../../stats/summary.js";
import { symmetricTailQuantile } from "../quantile.js";
import { symmetricDensity } from "../symmetric.js";
import { checkConfidence, checkValues, sortedSizes, type TailIndexEstimate } from "./estimate.js";

/** The quantiles of |X|. */
const inner = 0.5;
const outer = 0.9;
const smallest = 0.1;
/** Bisections of an interval of length 1.9, to 2e-8: far below any standard error. */
const bisections = 26;

/**
 * Estimates α from ν = q₀.₉/q₀.₅ of |x|, which falls from ∞ to 2.439 as α goes to 2, and γ from q₀.₅.
 *
 * The interval is that of two joint sample quantiles, Cov(q_p, q_r) = p(1−r)/(n f_p f_r), by the delta method [asymptotic]; where
 * the slope of ν is small, near 2, it is wide. Its standard deviation is 1.1 to 2.9 times that of the regression on the
 * characteristic function [measured].
 * @param values a sample of S(α, 0, γ, 0), [n], n ≥ 20
 * @param options confidence of the interval, in (0, 1); @default 0.95
 * @returns α̂ in [0.1, 2] with scale, standard error and interval
 * @throws ParameterError for a bad sample
 */
export function quantileTailIndex(
  values: ArrayLike<number>,
  { confidence = 0.95 }: { confidence?: number } = {},
): TailIndexEstimate {
  checkValues(values);
  checkConfidence(confidence);
  const sizes = sortedSizes(values);
  const n = sizes.length;
  const middle = quantile(sizes, inner);
  const target = Math.log(quantile(sizes, outer) / middle);
  let low = smallest;
  let high = 2;
  if (target <= logRatio(2)) low = 2;
  for (let i = 0; i < bisections && low < 2; i++) {
    const alpha = (low + high) / 2;
    if (logRatio(alpha) > target) low = alpha;
    else high = alpha;
  }
  const alpha = (low + high) / 2;
  const standardError = Math.sqrt(logRatioVariance(alpha) / n) / Math.abs(slopeAt(alpha));
  const half = normalTailQuantile((1 - confidence) / 2) * standardError;
  return {
    alpha,
    scale: middle / symmetricTailQuantile((1 - inner) / 2, alpha),
    standardError,
    interval: [Math.max(0, alpha - half), Math.min(2, alpha + half)],
    method: "quantile",
  };
}

/** log ν(α). */
function logRatio(alpha: number): number {
  return Math.log(symmetricTailQuantile((1 - outer) / 2, alpha) / symmetricTailQuantile((1 - inner) / 2, alpha));
}

/** d log ν / dα, by a difference that stays at or below 2. */
function slopeAt(alpha: number): number {
  const above = Math.min(2, alpha + 1e-3);
  const below = Math.max(smallest, alpha - 1e-3);
  return (logRatio(above) - logRatio(below)) / (above - below);
}

/** n times the variance of log(q_outer/q_inner); the density of |X| is 2f. */
function logRatioVariance(alpha: number): number {
  const [a, b] = [inner, outer].map((p) => {
    const x = symmetricTailQuantile((1 - p) / 2, alpha);
    return 1 / (2 * symmetricDensity(x, alpha) * x);
  }) as [number, number];
  return inner * (1 - inner) * a * a + outer * (1 - outer) * b * b - 2 * inner * (1 - outer) * a * b;
}
