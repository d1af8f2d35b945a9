/**
 * @file A certificate that may be watched: evidence that is multiplied up run by run, so that one may look after every
 * run and stop when it is enough, at no loss of confidence.
 */

import { incompleteBeta } from "../../math/stats/beta.js";
import { logGamma } from "../../math/stats/gamma.js";
import { type Certificate, checkSeedPromise, firstTrue, type SeedCount, type SeedPromise } from "./certificate.js";

/** A certificate with the evidence behind it. */
export interface WatchedCertificate extends Certificate {
  /** W_R after the last run. */
  readonly eValue: number;
  /** The number of runs after which the evidence first reached 1/g; null if it never did. */
  readonly certifiedAt: number | null;
}

/**
 * The logarithm of the evidence against "a run fails with probability δ or more" after R runs with F failures:
 *
 *   W_R = ∫₀¹ v^F ((1 − δv)/(1 − δ))^(R−F) dv = B(F+1, R−F+1) I_δ(F+1, R−F+1) / (δ^(F+1) (1−δ)^(R−F)),
 *
 * the likelihood ratio of a failure probability u against δ, mean over u uniform on (0, δ).
 *
 * [proved] At failure probability p ≥ δ each factor has mean p·u/δ + (1−p)(1−u)/(1−δ) ≤ 1, so W is a supermartingale
 * that starts at 1, and P(W ever reaches 1/g) ≤ g (Ville 1939). W grows with δ and with R at fixed F (first form).
 * @param count F and R ≥ F
 * @param delta δ, in (0, 1)
 * @returns log W_R, at least −log(F + 1), its value at δ = 0
 */
export function logEvidence({ failures, runs }: SeedCount, delta: number): number {
  const a = failures + 1;
  const b = runs - failures + 1;
  const logBeta = logGamma(a) + logGamma(b) - logGamma(a + b);
  const value = logBeta + Math.log(incompleteBeta(delta, a, b)) - a * Math.log(delta) - (b - 1) * Math.log1p(-delta);
  // Far more failures than δR make I_δ underflow; the integral never falls below ∫ v^F dv.
  return Math.max(value, -Math.log(a));
}

/**
 * Judges a promise by runs that were looked at one after another: certified as soon as W_R ≥ 1/g, and for good.
 *
 * The upper bound is the smallest over time of the δ at which W_R = 1/g: with probability 1 − g the failure probability
 * lies below it at every R at once.
 * @param failed the outcome of each run in order, true where the promise was broken
 * @param promise δ and the confidence 1 − g
 * @returns the verdict, the evidence, and when it first was enough
 * @throws ParameterError if the promise is outside its domain
 */
export function watchedCertificate(failed: readonly boolean[], promise: SeedPromise): WatchedCertificate {
  checkSeedPromise(promise);
  const enough = -Math.log1p(-promise.confidence);
  let failures = 0;
  let upperBound = 1;
  let certifiedAt: number | null = null;
  let evidence = 0;
  failed.forEach((broken, r) => {
    if (broken) failures++;
    const count = { failures, runs: r + 1 };
    evidence = logEvidence(count, promise.delta);
    if (evidence >= enough) certifiedAt ??= r + 1;
    upperBound = lowered(upperBound, count, enough);
  });
  const verdict = { certified: certifiedAt !== null, certifiedAt, eValue: Math.exp(evidence) };
  return { failures, runs: failed.length, upperBound, ...verdict };
}

/**
 * The number of runs after which the evidence is enough, if so many of them fail.
 * @param failures F ≥ 0
 * @param promise δ and the confidence
 * @returns R; 88 and 134 for F = 0 and 1 at δ = 0.05 and confidence 0.95
 * @throws ParameterError if an argument is outside its domain
 */
export function watchedSeedsNeeded(failures: number, promise: SeedPromise): number {
  checkSeedPromise(promise);
  const enough = -Math.log1p(-promise.confidence);
  return firstTrue(failures + 1, (runs) => logEvidence({ failures, runs }, promise.delta) >= enough);
}

/** The δ at which the evidence of a count is just enough, to 1e-12, where that lies below a bound; else the bound. */
function lowered(bound: number, count: SeedCount, enough: number): number {
  if (count.failures === count.runs || (bound < 1 && logEvidence(count, bound) < enough)) return bound;
  let low = 0;
  let high = bound;
  while (high - low > 1e-12) {
    const middle = (low + high) / 2;
    if (logEvidence(count, middle) >= enough) high = middle;
    else low = middle;
  }
  return high;
}
