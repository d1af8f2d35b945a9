/**
 * @file What a pruning criterion is: a score for each unit of a layer, so that the units of lowest score go first.
 *
 * A new criterion is one file beside this one and one line in `criteria.ts`.
 */

import type { DenseLayer } from "../model/network.js";

/** What a criterion may look at to score the units of one hidden layer. */
export interface ScoredLayer {
  /** The layer whose units are scored. */
  readonly layer: DenseLayer;
  /** The layer that reads them. */
  readonly next: DenseLayer;
  /** [units], how much each unit moves on data, see `unitActivity`; given where the criterion needs it. */
  readonly activity: Float64Array | null;
}

/** A rule that says which units matter least. */
export interface Criterion {
  /** Whether `score` needs the units' activity on data. */
  readonly needsActivity: boolean;
  /** The scores of the units, [units], finite and not negative; the lowest is removed first. */
  score(scored: ScoredLayer): Float64Array;
}
