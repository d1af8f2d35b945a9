/**
 * @file Which units of a network stay: what pruning decides and compacting carries out.
 */

import { ShapeError } from "../errors.js";
import type { Network } from "../model/network.js";

/** The kept units of one hidden layer. */
export interface LayerMask {
  /** The layer's name. */
  readonly name: string;
  /** How many units the layer has before pruning. */
  readonly units: number;
  /** The kept units' indices, ascending, at least one. */
  readonly kept: Int32Array;
  /** ‖W − W_kept‖_F² / ‖W‖_F² of the layer's weight. */
  readonly relativeSquaredError: number;
}

/** The kept units of every hidden layer; the output layer is never pruned. */
export interface PruneMask {
  readonly layers: readonly LayerMask[];
  /** Kept columns, all hidden layers together. */
  readonly keptColumns: number;
  readonly totalColumns: number;
  /** 1 − keptColumns / totalColumns. */
  readonly prunedFraction: number;
  /** The same error as the layers', of all hidden layers' weights taken together. */
  readonly relativeSquaredError: number;
}

/**
 * Checks that a mask belongs to a network: one entry per hidden layer, of the right width.
 * @throws ShapeError naming the layer.
 */
export function checkMask(network: Network, mask: PruneMask): void {
  const hidden = network.layers.slice(0, -1);
  if (mask.layers.length !== hidden.length) {
    throw new ShapeError({ where: "mask", expected: `${hidden.length} layers`, got: `${mask.layers.length}` });
  }
  hidden.forEach((layer, l) => {
    const { units } = mask.layers[l]!;
    if (units !== layer.outputs) {
      throw new ShapeError({ where: `mask of ${layer.name}`, expected: `${layer.outputs} units`, got: `${units}` });
    }
  });
}

/** The indices of the units that a layer's mask removes, ascending. */
export function removedUnits(mask: LayerMask): Int32Array {
  const removed = new Int32Array(mask.units - mask.kept.length);
  for (let unit = 0, k = 0, r = 0; unit < mask.units; unit++) {
    if (mask.kept[k] === unit) k++;
    else removed[r++] = unit;
  }
  return removed;
}
