/**
 * @file The tail index by maximum likelihood, with the interval of the profile likelihood.
 */
import { ParameterError } from "../../../errors.js";
import { normalTailQuantile } from "../../stats/erfc.js";
import { quantile } from "../../stats/summary.js";
import { checkConfidence, checkValues, sortedSizes, type TailIndexEstimate } from "./estimate.js";
import { alphaAt, logDensity, rangeS } from "./logDensityTable.js";
import { type Maximum, maximum } from "./maximum.js";

/** Coarse steps in s = log((2 − α)/α) that find the hill to climb. */
const scanSteps = 13;
/** Of log γ and of s: errors of the log-likelihood are the square of it times n. */
const tolerance = 1e-4;
/** γ is sought within this factor of its rough guess, in logarithms. */
const scaleReach = 0.7;

/**
 * Estimates α and γ by the maximum of Σ log f(xᵢ/γ; α) − n log γ over α in [0.5, 2], γ > 0.
 *
 * The interval is { α : 2(ℓ(α̂) − ℓ(α)) ≤ z² } for the profile log-likelihood ℓ [asymptotic for α < 2]; α = 2 is a boundary
 * at which the likelihood ratio has no χ² law, so the end 2 means "not resolved" and there is no test of α = 2 here.
 * @param values a sample of S(α, 0, γ, 0), [n], n ≥ 20; about 0.1 s at n = 1000 and 0.5 s at 10 000
 * @param options confidence of the interval, in (0, 1); @default 0.95
 * @returns α̂ with scale and interval; the maximum is found to about 1e-4·(2 − α̂)
 * @throws ParameterError for a bad sample, and where the likelihood still rises as α falls to 0.5
 * Source: DuMouchel (1973); Nolan (2001).
 */
export function likelihoodTailIndex(
  values: ArrayLike<number>,
  { confidence = 0.95 }: { confidence?: number } = {},
): TailIndexEstimate {
  checkValues(values);
  checkConfidence(confidence);
  const guess = Math.log(quantile(sortedSizes(values), 0.5));
  const profile = (s: number): Maximum => bestScale(values, logDensity(s), guess);

  const width = (rangeS.high - rangeS.low) / scanSteps;
  let best = 0;
  let bestValue = Number.NEGATIVE_INFINITY;
  for (let i = 0; i <= scanSteps; i++) {
    const { value } = profile(rangeS.low + i * width);
    if (value >= bestValue) [best, bestValue] = [i, value];
  }
  if (best === scanSteps) {
    const remedy = "Such a tail is heavier than this method knows; take the method characteristic.";
    throw new ParameterError({ where: "values", expected: "a tail index above 0.5", got: "a smaller one", remedy });
  }
  const from = rangeS.low + Math.max(0, best - 1) * width;
  const peak = maximum((s) => profile(s).value, from, rangeS.low + (best + 1) * width, tolerance);
  const gaussian = bestGaussian(values);
  const isGaussian = gaussian.value >= peak.value;
  const top = Math.max(gaussian.value, peak.value);
  const level = top - normalTailQuantile((1 - confidence) / 2) ** 2 / 2;
  const rest = (s: number): number => profile(s).value - level;
  const lower = isGaussian ? rangeS.low : peak.x;
  return {
    alpha: isGaussian ? 2 : alphaAt(peak.x),
    scale: Math.exp(isGaussian ? gaussian.x : profile(peak.x).x),
    interval: [
      alphaAt(crossing(rest, lower, rangeS.high)),
      gaussian.value >= level || rest(rangeS.low) >= 0 ? 2 : alphaAt(crossing(rest, peak.x, rangeS.low)),
    ],
    method: "likelihood",
  };
}

/** The best log γ for one law. */
function bestScale(values: ArrayLike<number>, logF: (x: number) => number, guess: number): Maximum {
  const logLikelihood = (logScale: number): number => {
    const inverse = Math.exp(-logScale);
    let sum = -values.length * logScale;
    for (let i = 0; i < values.length; i++) sum += logF(values[i]! * inverse);
    return sum;
  };
  return maximum(logLikelihood, guess - scaleReach, guess + scaleReach, tolerance);
}

/** α = 2 is N(0, 2γ²): γ² is half the mean square. */
function bestGaussian(values: ArrayLike<number>): Maximum {
  const n = values.length;
  let square = 0;
  for (let i = 0; i < n; i++) square += values[i]! ** 2;
  const x = Math.log(square / (2 * n)) / 2;
  return { x, value: -n * (x + Math.log(4 * Math.PI) / 2 + 1 / 2) };
}

/** Where `rest` passes from positive at `inside` to negative on the way to `outside`; `outside` if it does not. */
function crossing(rest: (s: number) => number, inside: number, outside: number): number {
  if (rest(outside) >= 0) return outside;
  let [a, b] = [inside, outside];
  while (Math.abs(b - a) > 1e-3) {
    const middle = (a + b) / 2;
    if (rest(middle) >= 0) a = middle;
    else b = middle;
  }
  return (a + b) / 2;
}
