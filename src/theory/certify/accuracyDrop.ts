/**
 * @file From the test set to everybody's data: an upper bound of the accuracy that pruning costs on the population, and
 * how a promise over seeds pays for all of them sharing one test set.
 */

import { clopperPearson } from "../../math/stats/binomial.js";
import { checkSeedPromise, type SeedPromise } from "./certificate.js";

/** How pruning one network changed its answers on a test set. */
export interface Discordance {
  /** Rows answered rightly before and wrongly after. */
  readonly broken: number;
  /** Rows answered wrongly before and rightly after. */
  readonly mended: number;
  /** All rows of the test set. */
  readonly rows: number;
}

/**
 * The accuracy lost on a test set, (broken − mended) / rows.
 * @returns in [−1, 1]
 */
export function testDrop({ broken, mended, rows }: Discordance): number {
  return (broken - mended) / rows;
}

/**
 * An upper bound of the accuracy lost on the population that the test set was drawn from:
 * Δ_U = upper(broken; m, g′/2) − lower(mended; m, g′/2), bounds of Clopper and Pearson.
 *
 * [proved] Each count is binomial and the two bounds fail with probability g′/2 each. The network must not have seen the
 * test set, nor anything chosen by it.
 * @param discordance the counts, of m rows
 * @param confidence 1 − g′, in (0, 1)
 * @returns Δ_U in [−1, 1]
 * @throws ParameterError if an argument is outside its domain
 */
export function populationDrop({ broken, mended, rows }: Discordance, confidence: number): number {
  const each = (1 + confidence) / 2;
  return clopperPearson(broken, rows, each).upper - clopperPearson(mended, rows, each).lower;
}

/** How a promise about the population is shared out. */
export interface PopulationSplit {
  /** The promise that the runs themselves must keep, with the event Δ_U > τ as failure. */
  readonly seeds: SeedPromise;
  /** The share of seeds whose bound may be wrong, taken from δ. */
  readonly slack: number;
  /** The confidence of each seed's Δ_U. */
  readonly rowConfidence: number;
}

/** The part of δ and of the doubt 1 − confidence that goes to the test set's chance; the rest goes to the seeds'. */
const testSetPart = 0.2;

/**
 * Shares out "a fresh run loses at most τ on the population with probability 1 − δ" between seeds and test set.
 *
 * [proved] A seed's bound is wrong with probability g′ over test sets, so the share of seeds with a wrong bound on this
 * test set has mean at most g′ and, by Markov, exceeds g′/g″ with probability at most g″. Given the test set the seeds
 * are independent, so with g for them p_U + g′/g″ ≤ δ certifies at confidence 1 − g − g″. A fifth of δ and of the doubt
 * go to the test set: δ = 0.05 at confidence 0.95 gives g = 0.04, g″ = 0.01 and g′ = 10⁻⁴.
 * @param promise δ and the confidence 1 − g − g″
 * @returns the parts
 * @throws ParameterError if the promise is outside its domain
 */
export function splitForPopulation(promise: SeedPromise): PopulationSplit {
  checkSeedPromise(promise);
  const doubt = 1 - promise.confidence;
  const slack = testSetPart * promise.delta;
  return {
    seeds: { delta: promise.delta - slack, confidence: 1 - (1 - testSetPart) * doubt },
    slack,
    rowConfidence: 1 - slack * testSetPart * doubt,
  };
}
