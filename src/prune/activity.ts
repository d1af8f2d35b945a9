/**
 * @file How much each hidden unit does on data, beyond the constant that stays when it is removed.
 */

import { ShapeError } from "../errors.js";
import type { DenseLayer, Network } from "../model/network.js";
import { activate } from "../model/network.js";

/**
 * What each unit of a layer gives once its incoming weights are zero: φ(bᵢ), or φ(0) without a bias.
 * Compacting folds these constants into the next layer.
 * @returns [units], float64
 */
export function unitConstants(layer: DenseLayer): Float64Array {
  return Float64Array.from({ length: layer.outputs }, (_, unit) => activate(layer.activation, layer.bias?.[unit] ?? 0));
}

/**
 * Measures each hidden unit's activity on data: the root mean square over rows of hᵢ(x) − φ(bᵢ).
 *
 * The constant φ(bᵢ) is taken off because it survives removal (see `unitConstants`): a sigmoid unit that always gives
 * φ(bᵢ) is as dispensable as a ReLU unit that is never on.
 * @param network the network
 * @param batches one item per batch: the hidden layers' activations in order, each [rows, units], row-major
 * @returns one array [units] per hidden layer, float64
 * @throws ShapeError where a batch does not fit the network, or where there are no rows.
 */
export async function unitActivity(
  network: Network,
  batches: AsyncIterable<readonly Float32Array[]> | Iterable<readonly Float32Array[]>,
): Promise<Float64Array[]> {
  const hidden = network.layers.slice(0, -1);
  const constants = hidden.map(unitConstants);
  const squares = hidden.map((layer) => new Float64Array(layer.outputs));
  let rows = 0;
  for await (const batch of batches) {
    const batchRows = Math.ceil((batch[0]?.length ?? 0) / (hidden[0]?.outputs ?? 1));
    hidden.forEach((layer, l) => {
      const values = batch[l];
      if (values?.length !== batchRows * layer.outputs) {
        const expected = `[${batchRows}, ${layer.outputs}] values`;
        throw new ShapeError({ where: `activations of ${layer.name}`, expected, got: `${values?.length ?? "none"}` });
      }
      for (let r = 0, at = 0; r < batchRows; r++) {
        for (let unit = 0; unit < layer.outputs; unit++, at++) {
          squares[l]![unit]! += (values[at]! - constants[l]![unit]!) ** 2;
        }
      }
    });
    rows += batchRows;
  }
  if (rows === 0) throw new ShapeError({ where: "activations", expected: "at least one row", got: "none" });
  return squares.map((layer) => layer.map((square) => Math.sqrt(square / rows)));
}
