/**
 * @file Networks of every kind and a small data set, drawn from fixed keys, for the tests of this folder.
 */

import type { Dataset, Split } from "../dataset/dataset.js";
import { deriveKey, keyFromSeed } from "../math/random/key.js";
import { stream } from "../math/random/stream.js";
import type { Activation, DenseLayer, Network } from "../model/network.js";

/** `count` numbers uniform in [−1, 1], the same for the same label. */
export function uniform(label: string, count: number): Float32Array {
  const random = stream(deriveKey(keyFromSeed(5), label));
  return Float32Array.from({ length: count }, () => 2 * random.uniform() - 1);
}

/** A network of the given widths, inputs first, with biases and weights of order 1. */
export function randomNetwork(widths: readonly number[], activation: Activation): Network {
  const layers = widths.slice(1).map((outputs, l): DenseLayer => {
    const inputs = widths[l]!;
    const last = l === widths.length - 2;
    const name = last ? "output" : `hidden${l + 1}`;
    return {
      name,
      inputs,
      outputs,
      weight: uniform(`${name}.weight`, inputs * outputs),
      bias: uniform(`${name}.bias`, outputs),
      activation: last ? "identity" : activation,
      scale: 1,
    };
  });
  return { layers, skip: null };
}

const wide = randomNetwork([8, 64, 3], "tanh");

/** By what is special about them; all have 8 inputs and 3 classes. */
export const exampleNetworks: Readonly<Record<string, Network>> = {
  "one hidden layer": randomNetwork([8, 16, 3], "relu"),
  "a mean-field scale and no biases": {
    layers: wide.layers.map((layer, l) => ({ ...layer, bias: null, scale: l === 0 ? 1 : 1 / 64 })),
    skip: null,
  },
  "three hidden layers and a short cut": { ...randomNetwork([8, 6, 5, 4, 3], "sigmoid"), skip: uniform("skip", 24) },
  "no hidden layer": randomNetwork([8, 3], "identity"),
};

/** Three classes around three corners of an 8-dimensional cube, with some overlap. */
export const exampleData: Dataset = {
  name: "corners",
  features: 8,
  classes: 3,
  classNames: ["a", "b", "c"],
  shape: [8],
  standardisation: null,
  train: split("train", 300),
  test: split("test", 200),
};

function split(label: string, rows: number): Split {
  const labels = Int32Array.from({ length: rows }, (_, r) => r % 3);
  const features = uniform(label, rows * 8).map(
    (value, i) => 1.5 * value + (i % 8 === labels[Math.floor(i / 8)] ? 1 : 0),
  );
  return { rows, features, labels };
}
