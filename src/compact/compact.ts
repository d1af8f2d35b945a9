/**
 * @file Removes pruned units for real: a smaller network that computes the same function as the masked one.
 */

import type { DenseLayer, Network } from "../model/network.js";
import { unitConstants } from "../prune/activity.js";
import type { LayerMask, PruneMask } from "../prune/mask.js";
import { checkMask, removedUnits } from "../prune/mask.js";

/**
 * Removes the pruned units and folds what each still gives, φ(bᵢ), into the bias of the next layer:
 * b′ = b + s · Σ over removed i of φ(bᵢ) · vᵢ, with s and vᵢ the next layer's scale and weights from unit i.
 *
 * The result equals `maskNetwork(network, mask)` on every input, up to the rounding of b′ to float32. A layer without
 * bias gets one only where there is something to fold: ReLU and tanh without biases leave nothing. A mean-field output
 * keeps its parent's scale 1/n, for its sum had n terms. The short cut stays.
 * @param network the network; left as it is
 * @param mask the kept units of each hidden layer
 * @returns the small network
 * @throws ShapeError where the mask does not fit.
 */
export function compactNetwork(network: Network, mask: PruneMask): Network {
  checkMask(network, mask);
  const layers = network.layers.map((layer, l) => {
    const before = mask.layers[l - 1];
    const bias = before ? foldedBias(network.layers[l - 1]!, before, layer) : layer.bias;
    return select(layer, bias, before?.kept ?? indices(layer.inputs), mask.layers[l]?.kept ?? indices(layer.outputs));
  });
  return { ...network, layers };
}

function foldedBias(before: DenseLayer, mask: LayerMask, layer: DenseLayer): Float32Array | null {
  const constants = unitConstants(before);
  const removed = removedUnits(mask).filter((unit) => constants[unit] !== 0);
  if (removed.length === 0) return layer.bias;
  return Float32Array.from({ length: layer.outputs }, (_, o) => {
    let sum = 0;
    for (const unit of removed) sum += constants[unit]! * layer.weight[o * layer.inputs + unit]!;
    return (layer.bias?.[o] ?? 0) + layer.scale * sum;
  });
}

function select(layer: DenseLayer, bias: Float32Array | null, inputs: Int32Array, outputs: Int32Array): DenseLayer {
  const weight = new Float32Array(outputs.length * inputs.length);
  let at = 0;
  for (const o of outputs) for (const i of inputs) weight[at++] = layer.weight[o * layer.inputs + i]!;
  return {
    ...layer,
    inputs: inputs.length,
    outputs: outputs.length,
    weight,
    bias: bias && Float32Array.from(outputs, (o) => bias[o]!),
  };
}

function indices(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => i);
}
