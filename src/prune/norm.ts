/**
 * @file The paper's criterion: columns of small norm go first.
 */

import type { DenseLayer } from "../model/network.js";
import type { Criterion } from "./criterion.js";

/**
 * The squared Euclidean norm of each unit's incoming weights, ‖wᵢ‖².
 * @param layer the layer; its scale and bias play no part
 * @returns [units], summed in float64, which no float32 weight can overflow
 */
export function squaredColumnNorms(layer: DenseLayer): Float64Array {
  const squares = new Float64Array(layer.outputs);
  for (let unit = 0, at = 0; unit < layer.outputs; unit++) {
    let sum = 0;
    for (let i = 0; i < layer.inputs; i++, at++) sum += layer.weight[at]! ** 2;
    squares[unit] = sum;
  }
  return squares;
}

/**
 * Scores a unit by its column norm ‖wᵢ‖: of all orders the one with the smallest weight error at every size.
 * Source: Wan, Barsbey, Zaidi & Şimşekli (2024), Implicit compressibility of overparametrized neural networks trained
 * with heavy-tailed SGD.
 */
export const norm: Criterion = {
  needsActivity: false,
  score: ({ layer }) => squaredColumnNorms(layer).map(Math.sqrt),
};
