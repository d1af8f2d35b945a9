/**
 * @file A trained network as plain data: what `train` makes, `prune` measures, `compact` shrinks and `export` writes.
 *
 * Every stage after training takes and gives this type, so a network that came from an ONNX file can be pruned like
 * one trained here. A *column* (the paper's word) is one unit's incoming weights; it is stored as one row of `weight`,
 * in the layout of ONNX `Gemm` with `transB = 1` (and of PyTorch).
 */

import { ShapeError } from "../errors.js";

/** The elementwise function after a layer's affine map; the output layer has `identity`. */
export type Activation = "relu" | "tanh" | "sigmoid" | "identity";

/** One fully connected layer: `activation(scale · (W x) + b)`. */
export interface DenseLayer {
  /** Unique within the network, not `skip`; tensor names in files are `${name}.weight` and `${name}.bias`. */
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  /** [outputs, inputs], row-major, float32: row i is the column of unit i. */
  readonly weight: Float32Array;
  /** [outputs], or null where the layer has none. */
  readonly bias: Float32Array | null;
  readonly activation: Activation;
  /** Multiplies W x: 1, or 1/n in the output layer of a mean-field network of n units. */
  readonly scale: number;
}

/** A fully connected network `x ↦ layers(x) (+ skip · x)`, whose last layer gives the logits. */
export interface Network {
  readonly layers: readonly DenseLayer[];
  /** A linear short cut from the inputs to the logits, [classes, inputs], row-major, added by a refit; else null. */
  readonly skip: Float32Array | null;
}

/** The number of input features. */
export function networkInputs(network: Network): number {
  return network.layers[0]!.inputs;
}

/** The number of outputs (classes). */
export function networkOutputs(network: Network): number {
  return network.layers.at(-1)!.outputs;
}

/** The number of stored weights and biases, the short cut included. */
export function parameterCount(network: Network): number {
  let count = network.skip?.length ?? 0;
  for (const layer of network.layers) count += layer.weight.length + (layer.bias?.length ?? 0);
  return count;
}

/**
 * Checks that the layers have different names, fit each other, and have arrays of the lengths their shapes say.
 * @throws ShapeError naming the layer.
 */
export function checkNetwork(network: Network): void {
  if (network.layers.length === 0) {
    throw new ShapeError({ where: "network", expected: "at least one layer", got: "none" });
  }
  const names = new Set<string>();
  let width = networkInputs(network);
  for (const layer of network.layers) {
    if (names.has(layer.name)) {
      throw new ShapeError({ where: "network", expected: "layers of different names", got: `two named ${layer.name}` });
    }
    names.add(layer.name);
    if (layer.inputs !== width) {
      throw new ShapeError({ where: `layer ${layer.name}`, expected: `${width} inputs`, got: `${layer.inputs}` });
    }
    if (layer.weight.length !== layer.inputs * layer.outputs) {
      const shape = `[${layer.outputs}, ${layer.inputs}]`;
      throw new ShapeError({ where: `${layer.name}.weight`, expected: shape, got: `${layer.weight.length} values` });
    }
    if (layer.bias && layer.bias.length !== layer.outputs) {
      const got = `${layer.bias.length} values`;
      throw new ShapeError({ where: `${layer.name}.bias`, expected: `[${layer.outputs}]`, got });
    }
    width = layer.outputs;
  }
  if (network.skip && network.skip.length !== width * networkInputs(network)) {
    const expected = `[${width}, ${networkInputs(network)}]`;
    throw new ShapeError({ where: "skip", expected, got: `${network.skip.length} values` });
  }
}

/**
 * Evaluates the network in float64 in plain loops: the reference that the engine and the compactor are tested against.
 * @param network the network
 * @param features [rows, inputs], row-major
 * @returns the logits, [rows, outputs], row-major
 */
export function forwardReference(network: Network, features: ArrayLike<number>): Float64Array {
  const inputs = networkInputs(network);
  const rows = features.length / inputs;
  let current = Float64Array.from(features);
  for (const layer of network.layers) {
    const next = new Float64Array(rows * layer.outputs);
    for (let r = 0; r < rows; r++) {
      for (let o = 0; o < layer.outputs; o++) {
        let sum = 0;
        for (let i = 0; i < layer.inputs; i++) {
          sum += layer.weight[o * layer.inputs + i]! * current[r * layer.inputs + i]!;
        }
        next[r * layer.outputs + o] = activate(layer.activation, layer.scale * sum + (layer.bias?.[o] ?? 0));
      }
    }
    current = next;
  }
  if (network.skip) {
    const outputs = networkOutputs(network);
    for (let r = 0; r < rows; r++) {
      for (let o = 0; o < outputs; o++) {
        let sum = 0;
        for (let i = 0; i < inputs; i++) sum += network.skip[o * inputs + i]! * features[r * inputs + i]!;
        current[r * outputs + o]! += sum;
      }
    }
  }
  return current;
}

/** The activation function of one number, in float64. */
export function activate(activation: Activation, x: number): number {
  switch (activation) {
    case "relu":
      return Math.max(x, 0);
    case "tanh":
      return Math.tanh(x);
    case "sigmoid":
      return 1 / (1 + Math.exp(-x));
    case "identity":
      return x;
  }
}
