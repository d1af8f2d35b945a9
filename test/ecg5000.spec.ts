/** @file What holds on the real ECG5000 (UCR archive) when it lies beside the repository; skipped elsewhere, and says so. */

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadDataset } from "../src/disk/data.js";
import { keyFromSeed } from "../src/math/random/key.js";
import { squaredColumnNorms } from "../src/prune/norm.js";
import { pruneNetwork } from "../src/prune/prune.js";
import type { TrainOptions } from "../src/train/config.js";
import { train } from "../src/train/train.js";

const folder = fileURLToPath(new URL("../../shared/data/ecg5000", import.meta.url));
const present = existsSync(folder);
if (!present) console.warn("ECG5000 is not beside the repository: its tests are skipped.");
const load = () => loadDataset(`ecg5000:${folder}`, { key: keyFromSeed(0), positiveClass: "1" });
const setting: TrainOptions = {
  ...{ width: 400, learningRate: 0.01, batch: 500, steps: 400, evalEvery: 10, untilTrainAccuracy: 0.99, seed: 1 },
  ...{ alpha: 1.75, sigma: 0.1, convention: "paperCode" },
};

test.skipIf(!present)("type I noise cannot change the output on ECG5000: every series sums to zero", async () => {
  const dataset = await load();
  for (const { rows, features } of [dataset.train, dataset.test]) {
    for (let r = 0; r < rows; r++) {
      const sum = features.subarray(140 * r, 140 * (r + 1)).reduce((total, value) => total + value, 0);
      // 140 values of size 1, z-normalised and stored with six or seven digits.
      expect(Math.abs(sum)).toBeLessThan(1e-5);
    }
  }
  const plain = await train(dataset, setting);
  const node = await train(dataset, { ...setting, noise: "node" });
  expect(node.step).toBe(plain.step);
  expect(node.final.trainAccuracy).toBe(plain.final.trainAccuracy);
  expect(node.final.testAccuracy).toBe(plain.final.testAccuracy);
  // The shared draw times a sum below 1e-5 moves a unit by less than 1e-4 of its input, and the loss by less than that.
  expect(Math.abs(node.final.trainLoss - plain.final.trainLoss)).toBeLessThan(1e-4);
  const norm = ({ network }: typeof plain): number =>
    squaredColumnNorms(network.layers[0]!).reduce((sum, square) => sum + square, 0);
  expect(norm(node)).toBeGreaterThan(2 * norm(plain));
});

test.skipIf(!present)(
  "without noise the pruned share is that of the initialisation, 11.4 % at 2000 units",
  async () => {
    const { network } = await train(await load(), { ...setting, width: 2000 });
    const { prunedFraction } = pruneNetwork(network, { amount: { relativeSquaredError: 0.1 } });
    // 60 uniform initialisations of [2000, 140] gave 11.42 ± 0.03 %; training moves the weights by 0.6 % of their norm.
    expect(Math.abs(prunedFraction - 0.1142)).toBeLessThan(0.002);
  },
);
