/**
 * @file Pruning as the paper means it: removed columns are set to zero and the network keeps its shape.
 */

import type { Network } from "../model/network.js";
import type { PruneMask } from "../prune/mask.js";
import { checkMask, removedUnits } from "../prune/mask.js";

/**
 * Sets the incoming weights of removed units to zero; biases stay, so a removed unit still gives φ(bᵢ).
 * @param network the network; left as it is
 * @param mask the kept units of each hidden layer
 * @returns a network of the same shape
 * @throws ShapeError where the mask does not fit.
 */
export function maskNetwork(network: Network, mask: PruneMask): Network {
  checkMask(network, mask);
  const layers = network.layers.map((layer, l) => {
    const layerMask = mask.layers[l];
    if (!layerMask) return layer;
    const weight = layer.weight.slice();
    for (const unit of removedUnits(layerMask)) weight.fill(0, unit * layer.inputs, (unit + 1) * layer.inputs);
    return { ...layer, weight };
  });
  return { ...network, layers };
}
