/** @file The plan asked backwards: what a given width promises, and which α or σ a promise at a given width needs. */
import type { Key } from "../../math/random/key.js";
import { bulkMoment, type ColumnLaw, logTailScale } from "./columnLaw.js";
import { formulaFailure, type PlanSetting } from "./formula.js";
import { positiveStableLogCdf, positiveStableLogQuantile } from "./positiveStable.js";
import type { CompressionPromise } from "./promise.js";
import { trimmedMoments } from "./trimmedMoment.js";

/** Points in log A over which the expectation of the pruned fraction is taken. */
const cells = 240;

/**
 * The least κ that a width reaches: M_κ = (ε(√R − ρ) − ρ)₊² with R = n^((1−a)/a) b q_δ + μ. [asymptotic, checked]
 *
 * @param setting the law, its moments and the drift
 * @param target ε and the confidence 1 − δ
 * @param width n
 * @returns κ in [0, 1]: 1 where nothing can be cut, below 1/n where one column is enough
 */
export function reachableKeptFraction(
  { law, moments, drift }: PlanSetting,
  { relativeError, confidence }: Omit<CompressionPromise, "keptFraction">,
  width: number,
): number {
  const logQuantile = positiveStableLogQuantile(Math.log1p(-confidence), law.alpha / 2);
  const root = Math.sqrt(meanSquare(law, width, logQuantile));
  return moments.keptFraction(Math.max(0, relativeError * (root - drift) - drift) ** 2);
}

/** The mean squared norm n^((1−a)/a) b A + μ. */
function meanSquare(law: ColumnLaw, width: number, logA: number): number {
  const a = law.alpha / 2;
  return Math.exp(((1 - a) / a) * Math.log(width) + logTailScale(law) + logA) + bulkMoment(law);
}

/**
 * The mean fraction of columns that can be cut at a squared error: 1 − E κ*(A), where M_κ* = mce·(n^((1−a)/a) b A + μ).
 * [asymptotic, checked: within 0.3 points at n = 1000]
 *
 * @param setting the law and its moments; the drift plays no part
 * @param relativeSquaredError the paper's `mce`
 * @param width n
 * @returns a fraction in [0, 1]
 */
export function expectedPrunedFraction(
  { law, moments }: Omit<PlanSetting, "drift">,
  relativeSquaredError: number,
  width: number,
): number {
  const a = law.alpha / 2;
  const low = positiveStableLogQuantile(Math.log(1e-5), a);
  const high = positiveStableLogQuantile(Math.log1p(-1e-4), a);
  let kept = 0;
  let below = 0;
  for (let cell = 0; cell < cells; cell++) {
    const logA = low + ((cell + 1) / cells) * (high - low);
    const upTo = cell === cells - 1 ? 1 : Math.exp(positiveStableLogCdf(logA, a));
    const middle = logA - (high - low) / (2 * cells);
    kept += (upTo - below) * moments.keptFraction(relativeSquaredError * meanSquare(law, width, middle));
    below = upTo;
  }
  return 1 - kept;
}

/** An answer to "how large may it be", or why there is none. */
export type Bound =
  | { readonly status: "found"; readonly value: number }
  /** Every value in the searched range keeps the promise. */
  | { readonly status: "always" }
  /** None does. */
  | { readonly status: "infeasible" };

/**
 * The largest α that keeps the promise at a width: E rises with α. [measured]
 *
 * @param lawAt the column's law as a function of α
 * @param promise κ, ε and the confidence 1 − δ
 * @param width n
 * @param options drift ρ; key of the sampled moments, common to all α
 * @returns α to 0.001, in [0.5, 1.99]
 */
export function largestAlpha(
  lawAt: (alpha: number) => ColumnLaw,
  promise: CompressionPromise,
  width: number,
  { drift, key }: { drift: number; key: Key },
): Bound {
  const keeps = (alpha: number): boolean => {
    const law = lawAt(alpha);
    return formulaFailure({ law, moments: trimmedMoments(law, key), drift }, promise, width) <= 1 - promise.confidence;
  };
  let [low, high] = [0.5, 1.99];
  if (keeps(high)) return { status: "always" };
  if (!keeps(low)) return { status: "infeasible" };
  while (high - low > 1e-3) {
    const middle = (low + high) / 2;
    if (keeps(middle)) low = middle;
    else high = middle;
  }
  return { status: "found", value: low };
}

/**
 * The least noise scale c that keeps the promise at a width beside an initialisation (and a drift): E falls with c [measured]
 * to that of pure noise, which is free of the scale [proved]. So where pure noise breaks the promise, no σ keeps it.
 *
 * @param law the column's law; its own noise scale is only the start of the search
 * @param promise κ, ε and the confidence 1 − δ
 * @param width n
 * @param options drift ρ; key of the sampled moments, common to all c
 * @returns c to 0.1 %: `always` where s₀ = 0 and ρ = 0, so that any scale does
 */
export function leastNoiseScale(
  law: ColumnLaw,
  promise: CompressionPromise,
  width: number,
  { drift, key }: { drift: number; key: Key },
): Bound {
  const keeps = (changed: ColumnLaw, rho: number): boolean => {
    const setting = { law: changed, moments: trimmedMoments(changed, key), drift: rho };
    return formulaFailure(setting, promise, width) <= 1 - promise.confidence;
  };
  if (!keeps({ ...law, initStd: 0 }, 0)) return { status: "infeasible" };
  if (law.initStd === 0 && drift === 0) return { status: "always" };
  const at = (logScale: number): boolean => keeps({ ...law, noiseScale: Math.exp(logScale) }, drift);
  let high = Math.log(law.noiseScale);
  let low = high;
  for (let step = 1; !at(high) && step < 64; step *= 2) high += step;
  if (!at(high)) return { status: "infeasible" };
  for (let step = 1; at(low); step *= 2) {
    if (step === 64) return { status: "always" };
    low -= step;
  }
  while (high - low > 1e-3) {
    const middle = (low + high) / 2;
    if (at(middle)) high = middle;
    else low = middle;
  }
  return { status: "found", value: Math.exp(high) };
}
