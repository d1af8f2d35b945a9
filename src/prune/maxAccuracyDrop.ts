/**
 * @file The smallest network whose accuracy is still good enough, by search.
 */

import { ParameterError } from "../errors.js";

/** What the search needs to know. */
export interface AccuracyDropOptions {
  /** The number of units before pruning. */
  readonly units: number;
  /** Accuracy before pruning, in [0, 1], on the data that `accuracyAt` uses. */
  readonly fullAccuracy: number;
  /** The largest drop allowed, in [0, 1]. */
  readonly maxAccuracyDrop: number;
  /** Accuracy with this many units kept, in [0, 1]; measured on training data: the test set must not choose the size. */
  readonly accuracyAt: (units: number) => Promise<number>;
  /** How many sizes just below the answer are tried, because accuracy is only roughly monotone in the size. @default 8 */
  readonly scan?: number;
}

/**
 * Finds the smallest number of units k with accuracyAt(k) ≥ fullAccuracy − maxAccuracyDrop.
 *
 * Bisection on the logarithm of k down to a size that passes beside one that fails, then the `scan` sizes below are
 * tried and the bisection's answer moves to the smallest that passes, until none does. So the answer passes and the `scan`
 * sizes below it fail; were accuracy monotone it would be the smallest. Takes about log₂ units + `scan` measurements.
 * @param options the sizes, the bound and the measurement; `units` itself passes without being measured
 * @returns k, from 1 to `units`
 * @throws ParameterError for a drop outside [0, 1].
 */
export async function unitsWithinDrop(options: AccuracyDropOptions): Promise<number> {
  const { units, fullAccuracy, maxAccuracyDrop, accuracyAt, scan = 8 } = options;
  if (!(maxAccuracyDrop >= 0 && maxAccuracyDrop <= 1)) {
    throw new ParameterError({ where: "maxAccuracyDrop", expected: "a number in [0, 1]", got: `${maxAccuracyDrop}` });
  }
  // 1e-12 is far below one row's share of an accuracy and far above the rounding of the subtraction.
  const enough = fullAccuracy - maxAccuracyDrop - 1e-12;
  const measured = new Map<number, boolean>([[units, true]]);
  const passes = async (k: number): Promise<boolean> => {
    if (!measured.has(k)) measured.set(k, (await accuracyAt(k)) >= enough);
    return measured.get(k)!;
  };

  let fails = 0;
  let answer = units;
  while (answer - fails > 1) {
    const middle = Math.round(Math.sqrt(Math.max(fails, 1) * answer));
    const k = Math.min(Math.max(middle, fails + 1), answer - 1);
    if (await passes(k)) answer = k;
    else fails = k;
  }
  for (let k = answer - 1; k >= Math.max(1, answer - scan); k--) {
    if (await passes(k)) answer = k;
  }
  return answer;
}
