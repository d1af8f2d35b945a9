/** @file The tail index from the spread of log|X|, whose moments exist for every α. */
import { normalTailQuantile } from "../../stats/erfc.js";
import { checkConfidence, checkValues, logSizes, type TailIndexEstimate } from "./estimate.js";

const eulerGamma = 0.5772156649015329;

/**
 * Estimates α from V = Var log|X| = (π²/6)(1/α² + 1/2), hence α = (6V/π² − 1/2)^(−1/2), and γ from E log|X| = C(1/α − 1) + log γ
 * with Euler's C = 0.577….
 *
 * The standard error follows from the sample's fourth moment: Var V̂ = (μ₄ − V²)/n, dα/dV = −3α³/π² [asymptotic]. Cutting
 * at 2 biases α̂ near 2 downwards.
 * @param values a sample of S(α, 0, γ, 0) without zeros, [n], n ≥ 20
 * @param options confidence of the interval, in (0, 1); @default 0.95
 * @returns α̂ in (0, 2] with scale, standard error and interval
 * @throws ParameterError for a bad sample
 * Source: Zolotarev (1986), section 4.1; Ma and Nikias (1995).
 */
export function logMomentTailIndex(
  values: ArrayLike<number>,
  { confidence = 0.95 }: { confidence?: number } = {},
): TailIndexEstimate {
  checkValues(values);
  checkConfidence(confidence);
  const logs = logSizes(values);
  const n = logs.length;
  const mean = logs.reduce((sum, x) => sum + x, 0) / n;
  const variance = logs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (n - 1);
  const fourth = logs.reduce((sum, x) => sum + (x - mean) ** 4, 0) / n;
  const inverseSquare = Math.max(0.25, (6 * variance) / Math.PI ** 2 - 0.5);
  const alpha = 1 / Math.sqrt(inverseSquare);
  const standardError = ((3 * alpha ** 3) / Math.PI ** 2) * Math.sqrt((fourth - variance ** 2) / n);
  const half = normalTailQuantile((1 - confidence) / 2) * standardError;
  return {
    alpha,
    scale: Math.exp(mean - eulerGamma * (1 / alpha - 1)),
    standardError,
    interval: [Math.max(0, alpha - half), Math.min(2, alpha + half)],
    method: "logMoment",
  };
}
