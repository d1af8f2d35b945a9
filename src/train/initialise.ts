/** @file The network before its first step, drawn from the run's key. */

import { deriveKey, type Key } from "../math/random/key.js";
import { type Stream, stream } from "../math/random/stream.js";
import { sampleGaussian } from "../math/stable/sample.js";
import type { DenseLayer, Network } from "../model/network.js";
import type { TrainConfig } from "./config.js";
import { unitScales } from "./unitScales.js";

/**
 * Draws the initial network.
 *
 * `standard`: every weight and bias uniform in ±1/√inputs, as in the paper's program (PyTorch's default for linear
 * layers); with `initStd` the hidden weights are N(0, initStd²) instead.
 * With `initTail` units then get the scales of `unitScales`.
 * `meanField`: hidden weights N(0, initStd²), by default 1/√inputs; the outer weights are fixed signs ±1, scaled by 1/n.
 * @param config the run's configuration
 * @param data inputs: features of a row; classes: outputs
 * @param key the run's key
 * @returns layers `hidden1` … and `output`
 */
export function initialNetwork(config: TrainConfig, data: { inputs: number; classes: number }, key: Key): Network {
  const meanField = config.scaling === "meanField";
  const layers: DenseLayer[] = [];
  let inputs = data.inputs;
  for (let l = 1; l < config.depth; l++) {
    const random = stream(deriveKey(key, "initial", `hidden${l}`));
    const std = config.initStd ?? (meanField ? 1 / Math.sqrt(inputs) : undefined);
    const weight = new Float32Array(config.width * inputs);
    if (std === undefined) fillUniform(weight, 1 / Math.sqrt(inputs), random);
    else for (let i = 0; i < weight.length; i++) weight[i] = std * sampleGaussian(random);
    const bias = config.bias ? fillUniform(new Float32Array(config.width), 1 / Math.sqrt(inputs), random) : null;
    const { activation } = config;
    layers.push({ name: `hidden${l}`, inputs, outputs: config.width, weight, bias, activation, scale: 1 });
    inputs = config.width;
  }
  const random = stream(deriveKey(key, "initial", "output"));
  const weight = new Float32Array(data.classes * inputs);
  if (meanField) for (let i = 0; i < weight.length; i++) weight[i] = random.uint32() & 1 ? 1 : -1;
  else fillUniform(weight, 1 / Math.sqrt(inputs), random);
  const bias = config.bias ? fillUniform(new Float32Array(data.classes), 1 / Math.sqrt(inputs), random) : null;
  const scale = meanField ? 1 / config.width : 1;
  layers.push({ name: "output", inputs, outputs: data.classes, weight, bias, activation: "identity", scale });
  if (config.initTail !== undefined) scaleUnits(layers, config.initTail, config.initUnits);
  return { layers, skip: null };
}

/**
 * Multiplies what goes into hidden unit i (weights and bias) by sᵢ and what comes out by sᵢ·√(n/m): as if a layer of n units
 * had m, the others smaller and smaller.
 */
function scaleUnits(layers: readonly DenseLayer[], alpha: number, units: number): void {
  layers.slice(0, -1).forEach((layer, l) => {
    const { inputs, outputs: n } = layer;
    const next = layers[l + 1]!;
    const scales = unitScales(n, alpha, units);
    const gain = Math.sqrt(n / Math.min(units, n));
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < inputs; j++) layer.weight[i * inputs + j]! *= scales[i]!;
      if (layer.bias) layer.bias[i]! *= scales[i]!;
      for (let o = 0; o < next.outputs; o++) next.weight[o * n + i]! *= scales[i]! * gain;
    }
  });
}

/** Fills with numbers uniform in (−bound, bound), one 32-bit word each. */
function fillUniform(target: Float32Array, bound: number, random: Stream): Float32Array {
  for (let i = 0; i < target.length; i++) target[i] = bound * ((random.uint32() + 0.5) * 2 ** -31 - 1);
  return target;
}
