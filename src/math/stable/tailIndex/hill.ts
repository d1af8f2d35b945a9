/**
 * @file Hill's estimator of a power tail: a diagnostic of how the largest values are spread, not an estimate of a stable α.
 *
 * A stable law near α = 2 is a power only beyond its 99.9 % quantile, so on stable data Hill is biased upwards: by 0.7 (top
 * 5 %) and 0.14 (top 1 %) at α = 1.75, by 1.9 and 0.75 at α = 1.9 [measured]. Never decide α < 2 with it.
 */
import { ParameterError } from "../../../errors.js";
import { normalTailQuantile } from "../../stats/erfc.js";
import { checkConfidence, checkValues, sortedSizes, type TailIndexEstimate } from "./estimate.js";

/**
 * Estimates 1/α by the mean of log(|x|_(i)/|x|_(k+1)) over the k largest sizes; standard error α/√k, which knows nothing of
 * the bias.
 * @param values numbers of any law with a power tail, [n], n ≥ 20
 * @param options fraction: k/n, in (0, 0.5]; @default 0.05. confidence of the interval, in (0, 1); @default 0.95
 * @returns α̂, not cut at 2
 * @throws ParameterError for a bad sample or fraction
 * Source: Hill (1975).
 */
export function hillTailIndex(
  values: ArrayLike<number>,
  { fraction = 0.05, confidence = 0.95 }: { fraction?: number; confidence?: number } = {},
): TailIndexEstimate {
  checkValues(values);
  checkConfidence(confidence);
  if (!(fraction > 0 && fraction <= 0.5)) {
    throw new ParameterError({ where: "fraction", expected: "a number in (0, 0.5]", got: `${fraction}` });
  }
  const sizes = sortedSizes(values);
  const n = sizes.length;
  // Two spacings at least: one says nothing of its own spread. More than half of the sizes are above 0, so the threshold is.
  const k = Math.max(2, Math.floor(fraction * n));
  const threshold = Math.log(sizes[n - k - 1]!);
  let sum = 0;
  for (let i = n - k; i < n; i++) sum += Math.log(sizes[i]!) - threshold;
  const alpha = k / sum;
  const standardError = alpha / Math.sqrt(k);
  const half = normalTailQuantile((1 - confidence) / 2) * standardError;
  return { alpha, standardError, interval: [Math.max(0, alpha - half), alpha + half], method: "hill" };
}
