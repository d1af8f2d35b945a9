/** @file A promise for those who fix no error beforehand: an upper bound of a quantile of the error, from its order. */

import { incompleteBeta } from "../../math/stats/beta.js";
import { checkSeedPromise, firstTrue, type SeedPromise } from "./certificate.js";

/** An upper confidence bound of a quantile. */
export interface QuantileBound {
  /** The j-th smallest value; Infinity where runs diverged. */
  readonly value: number;
  /** j, from 1. */
  readonly order: number;
}

/**
 * An upper bound of the (1 − δ)-quantile of a law, from independent draws: the j-th smallest of them, with the smallest
 * j for which P(Binomial(R, 1 − δ) ≤ j − 1) ≥ confidence.
 *
 * [proved] for every law: the j-th smallest lies below the quantile only if at least j draws do. "A fresh run has at most
 * this error with probability 1 − δ" then holds with the confidence asked for.
 * @param values R draws; Infinity for a run without a result, [R]
 * @param promise δ and the confidence
 * @returns the bound, or null where R is too small for one (below 59 at δ = 0.05 and confidence 0.95)
 * @throws ParameterError if the promise is outside its domain
 * Source: order statistics as in Wilks (1941).
 */
export function quantileBound(values: ArrayLike<number>, promise: SeedPromise): QuantileBound | null {
  checkSeedPromise(promise);
  const runs = values.length;
  // P(Binomial(R, 1 − δ) ≤ j − 1) = 1 − I_{1−δ}(j, R − j + 1), compared by the small side.
  const atLeast = (j: number): number => incompleteBeta(1 - promise.delta, j, runs - j + 1);
  const order = firstTrue(1, (j) => j > runs || atLeast(j) <= 1 - promise.confidence);
  if (order > runs) return null;
  return { value: Float64Array.from(values).sort()[order - 1]!, order };
}
