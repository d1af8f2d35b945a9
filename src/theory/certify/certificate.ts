/**
 * @file What independent seeds prove about a training: each run keeps its promise or breaks it, and the number of broken
 * ones bounds the probability of breaking it. The statement is exact at every width, every law and every number of runs;
 * it needs only that the promise was fixed before the first run was looked at, and that the number of runs was too.
 */

import { ParameterError } from "../../errors.js";
import { incompleteBeta } from "../../math/stats/beta.js";
import { clopperPearson } from "../../math/stats/binomial.js";

/** A promise: a run with a fresh seed fails with probability at most `delta`. */
export interface SeedPromise {
  /** δ, the failure probability allowed, in (0, 1). */
  readonly delta: number;
  /** 1 − g: a false promise is certified with probability at most g; in (0, 1). */
  readonly confidence: number;
}

/** Outcomes of independent runs. */
export interface SeedCount {
  /** F, runs that broke the promise, diverged ones among them. */
  readonly failures: number;
  /** R, all runs. */
  readonly runs: number;
}

/** What a count says of a promise. */
export interface Certificate extends SeedCount {
  /** The failure probability is at most this, with the promise's confidence. */
  readonly upperBound: number;
  /** Whether the bound is at most δ. */
  readonly certified: boolean;
}

/**
 * Judges a promise by a number of runs that was fixed beforehand: certified iff the upper bound p_U of Clopper and
 * Pearson is at most δ, p_U = I⁻¹(confidence; F + 1, R − F).
 *
 * [proved] P(certified | failure probability > δ) ≤ 1 − confidence. Not when the count was looked at in between: see
 * `watchedCertificate`.
 * @param count F failures among R ≥ 1 runs
 * @param promise δ and the confidence
 * @returns the bound and the verdict
 * @throws ParameterError if an argument is outside its domain
 */
export function seedCertificate({ failures, runs }: SeedCount, promise: SeedPromise): Certificate {
  checkSeedPromise(promise);
  const upperBound = clopperPearson(failures, runs, promise.confidence).upper;
  return { failures, runs, upperBound, certified: upperBound <= promise.delta };
}

/**
 * The least number of runs that certifies a promise in spite of so many failures.
 * @param failures F ≥ 0
 * @param promise δ and the confidence
 * @returns R; 59, 93, 124, 153 for F = 0 … 3 at δ = 0.05 and confidence 0.95
 * @throws ParameterError if an argument is outside its domain
 */
export function seedsNeeded(failures: number, promise: SeedPromise): number {
  return firstTrue(failures + 1, (runs) => seedCertificate({ failures, runs }, promise).certified);
}

/**
 * The chance that so many runs certify a promise: P(Binomial(R, p) ≤ F*), F* the most failures that certify.
 * @param runs R ≥ 1
 * @param failureProbability p, the true one, in (0, 1)
 * @param promise δ and the confidence
 * @returns a probability; 0 where not even R runs without a failure certify
 * @throws ParameterError if an argument is outside its domain
 */
export function certifyingPower(runs: number, failureProbability: number, promise: SeedPromise): number {
  // The count of allowed failures is one below the first that is too many; R failures in R runs always are.
  const tooMany = firstTrue(0, (failures) => !seedCertificate({ failures, runs }, promise).certified);
  return tooMany === 0 ? 0 : incompleteBeta(1 - failureProbability, runs - tooMany + 1, tooMany);
}

/** Checks a promise's domain. @throws ParameterError naming the field and why the value cannot be had */
export function checkSeedPromise({ delta, confidence }: SeedPromise): void {
  if (!(delta > 0 && delta < 1)) {
    const remedy = delta === 0 ? "No number of runs shows that something never happens." : "";
    throw new ParameterError({ where: "delta", expected: "a probability in (0, 1)", got: `${delta}`, remedy });
  }
  if (!(confidence > 0 && confidence < 1)) {
    const remedy = confidence === 1 ? "No number of runs gives certainty." : "";
    throw new ParameterError({ where: "confidence", expected: "a number in (0, 1)", got: `${confidence}`, remedy });
  }
}

/** The first n ≥ start with holds(n), for a condition that stays once it holds. */
export function firstTrue(start: number, holds: (n: number) => boolean): number {
  let step = 1;
  while (!holds(start + step - 1)) step *= 2;
  let low = start + Math.floor(step / 2) - 1;
  let high = start + step - 1;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}
