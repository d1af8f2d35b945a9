/** @file Training with norms that change by themselves: radial noise, the group lasso, and noise that ends early. */
import { expect, test } from "vitest";
import { blobs } from "../../test/blobs.js";
import { deriveKey, keyFromSeed } from "../math/random/key.js";
import type { Network } from "../model/network.js";
import { levyNoise } from "../noise/noise.js";
import { referenceUpdate } from "../runtime/kernels/reference.js";
import { resolveTrainConfig, type TrainOptions } from "./config.js";
import { initialNetwork } from "./initialise.js";
import { type TrainState, train } from "./train.js";

const dataset = blobs();
/** Features of zero give zero gradients to the hidden layer. */
const blank = { ...dataset, train: { ...dataset.train, features: new Float32Array(dataset.train.features.length) } };
const session = { threads: 1 };
const base: TrainOptions = { width: 16, steps: 25, batch: 32, learningRate: 0.05, evalEvery: 7, seed: 3 };
const radial: TrainOptions = { ...base, noise: "radial", alpha: 1.3, sigma: 0.02, weightDecay: 0.1 };
const recipes: [string, TrainOptions][] = [
  ["radial noise", radial],
  ["radial noise, momentum and annealing", { ...radial, momentum: 0.9, annealFrom: 0.2, annealTo: 0.7 }],
  ["a group lasso with radial noise", { ...radial, groupLasso: 0.4 }],
  ["a group lasso with isotropic noise", { ...radial, noise: "isotropic", groupLasso: 0.4 }],
];

const hidden = ({ layers }: Network): Float32Array => layers[0]!.weight;
const norms = (network: Network): number[] =>
  Array.from({ length: 16 }, (_, i) => Math.hypot(...hidden(network).subarray(6 * i, 6 * i + 6)));
const initialOf = (options: TrainOptions): Network =>
  initialNetwork(resolveTrainConfig(options), { inputs: 6, classes: 3 }, keyFromSeed(3));

test.each(recipes)("%s: a run that is evaluated often, or resumed, has the same bits", async (_, options) => {
  const states: TrainState[] = [];
  const whole = await train(dataset, options, { ...session, onEvaluation: (_, state) => void states.push(state) });
  const often = await train(dataset, { ...options, evalEvery: 1 }, session);
  expect(often.network).toEqual(whole.network);
  for (const state of states.slice(0, -1)) {
    const resumed = await train(dataset, options, { ...session, resumeFrom: state });
    expect(resumed.network).toEqual(whole.network);
  }
});

test.each(recipes)("%s: tiles of the width give the weights of the whole width", async (_, options) => {
  const whole = await train(dataset, options, session);
  const tiled = await train(dataset, options, { ...session, tileUnits: 5 });
  // Sums over units in another order: 25 steps of float32 rounding, a little of it amplified where a short row is stretched.
  hidden(tiled.network).forEach((w, i) => {
    expect(Math.abs(w - hidden(whole.network)[i]!)).toBeLessThan(1e-4 * Math.max(1, Math.abs(w)));
  });
});

test("without gradients tiles give the bits of the whole width, and both the scalar twin's", async () => {
  const options = { ...radial, groupLasso: 0.02, annealTo: 0.8, annealFrom: 0.8 };
  const whole = await train(blank, options, session);
  const tiled = await train(blank, options, { ...session, tileUnits: 5 });
  expect(hidden(tiled.network)).toEqual(hidden(whole.network));

  const expected = hidden(initialOf(options)).slice();
  const noise = levyNoise({ kind: "radial", alpha: 1.3, sigma: 0.02, convention: "unit" });
  const key = deriveKey(keyFromSeed(3), "noise");
  const rate = 0.05;
  for (let k = 1; k <= 25; k++) {
    const step = { rows: 16, learningRate: rate, weightDecay: 0.1, shrinkRows: rate * 0.02 };
    // Noise stops after the step of index 0.8·24, and is never added after the last.
    const draw = k - 1 <= 0.8 * 24 && k < 25 ? noise.increment(rate, deriveKey(key, k, "hidden1.weight")) : null;
    referenceUpdate(expected, null, { ...step, noise: draw });
  }
  expect(hidden(whole.network)).toEqual(expected);
});

test("radial noise of scale 0 is plain SGD bit for bit, other noise is not, and the output layer gets none", async () => {
  const plain = await train(dataset, base, session);
  const still = await train(dataset, { ...base, noise: "radial", sigma: 0 }, session);
  expect(still.network).toEqual(plain.network);
  const noisy = await train(blank, { ...base, noise: "radial", sigma: 1 }, session);
  expect(hidden(noisy.network)).not.toEqual(hidden(initialOf(base)));
  expect(noisy.network.layers[1]).toEqual(initialOf(base).layers[1]);
});

test("a group lasso takes ηλ from every norm in a step, stops at 0, and what is at 0 stays", async () => {
  const [rate, lambda] = [0.05, 0.4];
  const states: Network[] = [];
  const options = { ...base, groupLasso: lambda, evalEvery: 1, noise: "radial", sigma: 0 } as const;
  await train(blank, options, { ...session, onEvaluation: (_, { network }) => void states.push(network) });
  const start = norms(initialOf(base));
  states.forEach((network, k) => {
    norms(network).forEach((norm, i) => {
      // 25 steps that each round to float32; a norm is at most 1.
      expect(Math.abs(norm - Math.max(0, start[i]! - (k + 1) * rate * lambda))).toBeLessThan(25 * 2 ** -23);
    });
  });
  const left = norms(states.at(-1)!).filter((norm) => norm > 0).length;
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThan(16);
});

test("units that a group lasso took to 0 stay at 0 under radial noise, also with gradients", async () => {
  const states: Network[] = [];
  const options = { ...radial, groupLasso: 3, evalEvery: 1, steps: 40 };
  await train(dataset, options, { ...session, onEvaluation: (_, { network }) => void states.push(network) });
  const gone = new Set<number>();
  for (const network of states) {
    norms(network).forEach((norm, i) => {
      if (gone.has(i)) expect(norm).toBe(0);
      if (norm === 0) gone.add(i);
    });
  }
  expect(gone.size).toBeGreaterThan(0);
});

test("after annealTo a run has no noise: it goes on as plain SGD from there", async () => {
  const states: TrainState[] = [];
  const options = { ...radial, annealFrom: 0.3, annealTo: 0.5, evalEvery: 1 };
  const onEvaluation = (_: unknown, state: TrainState): void => void states.push(state);
  const whole = await train(dataset, options, { ...session, onEvaluation });
  // 0.5·24 = 12: the steps of index 12 and later are without noise, and the state of step 13 is that of index 12.
  const resumeFrom = states.find(({ step }) => step === 13)!;
  const plain = await train(dataset, { ...options, noise: "none" }, { ...session, resumeFrom });
  expect(plain.network).toEqual(whole.network);
  const before = await train(
    dataset,
    { ...options, noise: "none" },
    { ...session, resumeFrom: states.find(({ step }) => step === 11)! },
  );
  expect(before.network).not.toEqual(whole.network);
});

test("noise that would be gone before it falls is refused", () => {
  expect(() => resolveTrainConfig({ annealFrom: 0.6, annealTo: 0.5 })).toThrow(
    /annealTo: expected at least annealFrom, 0.6/,
  );
  expect(() => resolveTrainConfig({ groupLasso: -1 })).toThrow(/groupLasso/);
});
