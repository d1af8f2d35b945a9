/**
 * @file How the weight error grows as units are removed: the order of removal and the error at every size at once.
 */

import { ParameterError, ShapeError } from "../errors.js";
import type { DenseLayer, Network } from "../model/network.js";
import type { CriterionName } from "./criteria.js";
import { criteria } from "./criteria.js";
import { squaredColumnNorms } from "./norm.js";

/** How the units of a network are ranked. */
export interface RankOptions {
  /** The criterion; @default "norm" */
  readonly by?: CriterionName;
  /** One array [units] per hidden layer from `unitActivity`, for criteria that need it. */
  readonly activity?: readonly Float64Array[];
}

/** One hidden layer's units in order of removal, with the error at every number of kept units. */
export interface LayerCurve {
  /** The layer's name. */
  readonly name: string;
  /** [units], lowest score first; of equal scores the later unit goes first. */
  readonly order: Int32Array;
  /** ‖W‖_F². */
  readonly squaredNorm: number;
  /**
   * [units + 1], entry k is ‖W − W_kept‖_F² / ‖W‖_F² with the k units of highest score kept; falls from 1 at k = 0 to 0
   * at k = units. All zero where W is zero: nothing is lost by removing nothing.
   */
  readonly relativeSquaredError: Float64Array;
}

/**
 * Ranks the units of every hidden layer and computes the relative squared error at each number of kept units.
 *
 * Sums of squares run in float64 in the order of removal, so permuting the units changes no bit of the first layer's
 * curve.
 * @param network the network; its last layer is the output and is not ranked
 * @param options the criterion, and what it needs
 * @returns one curve per hidden layer
 * @throws ShapeError where there is no hidden layer. ParameterError where a criterion lacks the activity, or where a
 *   weight or score is not finite.
 */
export function pruneCurve(network: Network, { by = "norm", activity }: RankOptions = {}): LayerCurve[] {
  if (network.layers.length < 2) {
    throw new ShapeError({ where: "network", expected: "at least one hidden layer to prune", got: "none" });
  }
  const criterion = criteria[by];
  return network.layers.slice(0, -1).map((layer, l) => {
    const next = network.layers[l + 1]!;
    const layerActivity = activity?.[l] ?? null;
    if (criterion.needsActivity && layerActivity?.length !== layer.outputs) {
      const remedy = `Measure it with unitActivity: the criterion ${by} looks at data.`;
      const got = layerActivity ? `${layerActivity.length}` : "none";
      throw new ParameterError({
        where: `activity of ${layer.name}`,
        expected: `${layer.outputs} values`,
        got,
        remedy,
      });
    }
    return layerCurve(layer, criterion.score({ layer, next, activity: layerActivity }));
  });
}

function layerCurve(layer: DenseLayer, scores: Float64Array): LayerCurve {
  const squares = squaredColumnNorms(layer);
  requireFinite(`${layer.name}.weight`, squares);
  requireFinite(`scores of ${layer.name}`, scores);
  const units = layer.outputs;
  const order = Int32Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]! || b - a);

  const errors = new Float64Array(units + 1);
  let removed = 0;
  order.forEach((unit, r) => {
    removed += squares[unit]!;
    errors[units - r - 1] = removed;
  });
  const squaredNorm = removed;
  if (squaredNorm > 0) for (let k = 0; k <= units; k++) errors[k]! /= squaredNorm;
  return { name: layer.name, order, squaredNorm, relativeSquaredError: errors };
}

function requireFinite(where: string, values: Float64Array): void {
  const unit = values.findIndex((value) => !Number.isFinite(value));
  if (unit < 0) return;
  const remedy = "The training diverged, or the file is damaged: there is nothing to prune.";
  throw new ParameterError({ where, expected: "finite values", got: `${values[unit]} at unit ${unit}`, remedy });
}
