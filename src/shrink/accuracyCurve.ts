/** @file Accuracy against the number of units kept, without and with a refit: the picture of what pruning costs. */

import { compactNetwork } from "../compact/compact.js";
import type { Dataset } from "../dataset/dataset.js";
import { networkLogits } from "../model/evaluate.js";
import type { Network } from "../model/network.js";
import { accuracy } from "../model/score.js";
import type { LayerCurve } from "../prune/curve.js";
import { cutCurves } from "../prune/prune.js";
import type { SessionOptions } from "../runtime/engine/session.js";
import { refitOnData } from "./refitOnData.js";

/** The network cut to one size. */
export interface CurvePoint {
  /** Units kept in each hidden layer. */
  readonly units: number;
  readonly keptFraction: number;
  readonly relativeSquaredError: number;
  /** Test accuracy, in [0, 1]. */
  readonly accuracy: number;
  /** The same after the output layer was refitted to the original logits. */
  readonly accuracyRefit: number;
}

/** Training rows that refits of the curve look at: fewer than a final refit, for speed. */
const refitRows = 10_000;

/**
 * Cuts a network to several sizes and measures test accuracy at each.
 * @param network the trained network
 * @param dataset its data
 * @param curves its units in order of removal, from `rankUnits`
 * @param sizes units to keep, each at most the width of the narrowest hidden layer
 * @returns one point per size
 */
export async function accuracyCurve(
  network: Network,
  dataset: Dataset,
  curves: readonly LayerCurve[],
  sizes: readonly number[],
  options: SessionOptions = {},
): Promise<CurvePoint[]> {
  const { classes, features, test } = dataset;
  const rows = Math.min(refitRows, dataset.train.rows);
  const train = {
    rows,
    features: dataset.train.features.subarray(0, rows * features),
    labels: dataset.train.labels.subarray(0, rows),
  };
  const targets = await networkLogits(network, train.features, options);
  const score = async (small: Network): Promise<number> =>
    accuracy(await networkLogits(small, test.features, options), test.labels, classes);
  const points: CurvePoint[] = [];
  for (const units of sizes) {
    const mask = cutCurves(curves, { units });
    const small = compactNetwork(network, mask);
    const refitted = await refitOnData(small, { ...dataset, train }, targets, { ...options, skip: false });
    points.push({
      units,
      keptFraction: mask.keptColumns / mask.totalColumns,
      relativeSquaredError: mask.relativeSquaredError,
      accuracy: await score(small),
      accuracyRefit: await score(refitted),
    });
  }
  return points;
}
