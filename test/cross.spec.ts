/**
 * @file The two halves meet: one full-batch training step of the mean-field network (an ONNX graph and the update kernel) is
 * one Euler step of the particle system (the particle kernel), under the same key. They share noise and mathematics only.
 */
import { expect, test } from "vitest";
import type { Dataset } from "../src/dataset/dataset.js";
import { deriveKey, keyFromSeed } from "../src/math/random/key.js";
import { levyNoise, type NoiseKind } from "../src/noise/noise.js";
import { type MeanFieldProblem, teacherProblem } from "../src/theory/drift.js";
import { componentAt, openParticles } from "../src/theory/particles.js";
import { resolveTrainConfig } from "../src/train/config.js";
import { initialNetwork } from "../src/train/initialise.js";
import { train } from "../src/train/train.js";

const dimension = 4;
const rows = 32;
const { features } = teacherProblem(keyFromSeed(8), { dimension, inputs: rows });
/** With one class, label 0 has the target 1 and a label that is no class the target 0. */
const labels = Int32Array.from({ length: rows }, (_, j) => (features[j * dimension]! > 0 ? 0 : -1));
const problem: MeanFieldProblem = { dimension, features, targets: Float32Array.from(labels, (label) => label + 1) };

const split = { rows, features, labels };
const dataset: Dataset = {
  ...{ name: "cross", features: dimension, classes: 1, classNames: ["one"], shape: [dimension], standardisation: null },
  ...{ train: split, test: split },
};

test.each<NoiseKind>(["none", "node", "coordinate", "isotropic"])(
  "full-batch mean-field training with %s noise is the Euler scheme of the particle system",
  async (kind) => {
    const [width, steps, learningRate, seed] = [40, 4, 0.3, 11];
    const noise = { kind, alpha: 1.7, sigma: 0.2, convention: "unit" } as const;
    const options = {
      ...{ width, steps, learningRate, seed, batch: rows, evalEvery: steps, noise: kind, alpha: noise.alpha },
      ...({ sigma: noise.sigma, scaling: "meanField", loss: "squaredError", initStd: 1 } as const),
    };
    const { network } = await train(dataset, options);

    const key = keyFromSeed(seed);
    const initial = initialNetwork(resolveTrainConfig(options), { inputs: dimension, classes: 1 }, key);
    const [hidden, output] = initial.layers;
    const room = openParticles(problem, { count: width, populations: 1, increments: 1 });
    const population = room.open(width, output!.weight);
    population.place(hidden!.weight);
    const increments = room.increments();
    for (let k = 1; k <= steps; k++) {
      room.draw(increments, levyNoise(noise), learningRate, deriveKey(key, "noise", k, "hidden1.weight"));
      // Training ends before the last step's noise.
      population.step(learningRate, k < steps ? increments : null);
    }

    const trained = network.layers[0]!.weight;
    const moved = trained.reduce((most, w, i) => Math.max(most, Math.abs(w - hidden!.weight[i]!)), 0);
    // A drift of order 0.1 for a time of 1: the test would be void if nothing had moved.
    expect(moved).toBeGreaterThan(0.01);
    for (const [i, w] of trained.entries()) {
      const place = componentAt(population.stride, Math.floor(i / dimension), i % dimension);
      // Float32: tanh differs by 3e-7 and sums of 32 products by a few 2^−24, over 4 steps; the noise's bits are equal.
      expect(Math.abs(population.theta[place]! - w)).toBeLessThan(1e-6 * Math.max(1, Math.abs(w)));
    }
  },
);
