/**
 * @file Mini-batches addressed by their step: which rows step k sees depends on (key, k) alone, so a resumed run needs
 * no state.
 *
 * An epoch is one permutation of the rows, addressed by (key, epoch), cut into ⌊rows / batch⌋ batches of equal size
 * (graphs have fixed shapes). The rows − batch·⌊rows / batch⌋ last rows of the permutation sit that epoch out; the next
 * permutation leaves out others. A batch of all rows is the split itself: no shuffle, no copy.
 */

import { ParameterError } from "../errors.js";
import { deriveKey, type Key } from "../math/random/key.js";
import { shuffle } from "../math/random/shuffle.js";
import { stream } from "../math/random/stream.js";
import type { Split } from "./dataset.js";

/** One batch; its arrays are overwritten by the next one of the same cursor. */
export interface Batch {
  /** [batch, features], row-major. */
  readonly features: Float32Array;
  /** [batch], class indices. */
  readonly labels: Int32Array;
}

/** The batches of a split, by step. */
export interface BatchCursor {
  /** ⌊rows / batch⌋. */
  readonly stepsPerEpoch: number;
  /** The batch of a step, counted from 0, in any order. */
  at(step: number): Batch;
}

/**
 * The order in which an epoch visits the rows.
 * @param rows rows of the split
 * @param epoch counted from 0
 * @param key the run's key
 * @returns a permutation of 0 … rows − 1
 */
export function epochOrder({ rows, epoch, key }: { rows: number; epoch: number; key: Key }): Int32Array {
  const order = Int32Array.from({ length: rows }, (_, row) => row);
  shuffle(order, stream(deriveKey(key, "epoch", epoch)));
  return order;
}

/**
 * Makes the batches of a split.
 * @param split the rows
 * @param batch rows a batch, in 1 … split.rows
 * @param key addresses the permutations
 * @throws ParameterError if `batch` is outside its domain.
 */
export function batchCursor({ split, batch, key }: { split: Split; batch: number; key: Key }): BatchCursor {
  const { rows } = split;
  if (!(Number.isInteger(batch) && batch >= 1 && batch <= rows)) {
    throw new ParameterError({ where: "batch", expected: `an integer in 1 … ${rows} (the rows)`, got: `${batch}` });
  }
  if (batch === rows) return { stepsPerEpoch: 1, at: () => split };
  const stepsPerEpoch = Math.floor(rows / batch);
  const width = split.features.length / rows;
  const features = new Float32Array(batch * width);
  const labels = new Int32Array(batch);
  let orderedEpoch = -1;
  let order: Int32Array = new Int32Array();
  return {
    stepsPerEpoch,
    at(step) {
      const epoch = Math.floor(step / stepsPerEpoch);
      if (epoch !== orderedEpoch) {
        order = epochOrder({ rows, epoch, key });
        orderedEpoch = epoch;
      }
      const first = (step % stepsPerEpoch) * batch;
      for (let i = 0; i < batch; i++) {
        const row = order[first + i]!;
        features.set(split.features.subarray(row * width, (row + 1) * width), i * width);
        labels[i] = split.labels[row]!;
      }
      return { features, labels };
    },
  };
}
