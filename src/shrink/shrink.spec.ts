import { expect, test } from "vitest";
import { compactNetwork } from "../compact/compact.js";
import { maskNetwork } from "../compact/mask.js";
import type { Dataset } from "../dataset/dataset.js";
import { ParameterError, ShapeError } from "../errors.js";
import { exampleData as data, exampleNetworks, randomNetwork } from "../export/exampleNetworks.laws.js";
import { networkLogits } from "../model/evaluate.js";
import { networkFromOnnx } from "../model/fromOnnx.js";
import { type Network, parameterCount } from "../model/network.js";
import { accuracy } from "../model/score.js";
import { pruneNetwork } from "../prune/prune.js";
import { rankUnits } from "./rankUnits.js";
import { refitOnData } from "./refitOnData.js";
import { openParent, type ShrinkOptions, shrink } from "./shrink.js";

/** Random units whose column norms fall twentyfold over each hidden layer. */
function fallingNorms(widths: number[]): Network {
  const layers = randomNetwork(widths, "relu").layers.map((layer, l) => {
    const factor = (i: number): number => 20 ** (-Math.floor(i / layer.inputs) / layer.outputs);
    return l === widths.length - 2 ? layer : { ...layer, weight: layer.weight.map((value, i) => value * factor(i)) };
  });
  return { layers, skip: null };
}

/** The same with an output layer fitted to the labels, so that it classifies fairly well. */
async function classifier(widths: number[]): Promise<Network> {
  const targets = Float32Array.from({ length: 3 * data.train.rows }, (_, i) =>
    data.train.labels[Math.floor(i / 3)] === i % 3 ? 1 : 0,
  );
  return await refitOnData(fallingNorms(widths), data, targets, { skip: false });
}

const network = await classifier([8, 40, 3]);
const trainLogits = await networkLogits(network, data.train.features);
const parentAccuracy = accuracy(trainLogits, data.train.labels, 3);

const trainAccuracy = async (small: Network): Promise<number> =>
  accuracy(await networkLogits(small, data.train.features), data.train.labels, 3);

/** Σ (f − f of the parent)² over the training split. */
async function residual(small: Network): Promise<number> {
  const logits = await networkLogits(small, data.train.features);
  return logits.reduce((sum, value, i) => sum + (value - trainLogits[i]!) ** 2, 0);
}

test("the parent is worth shrinking", () => {
  expect(parentAccuracy).toBeGreaterThan(0.6);
});

test.each<[ShrinkOptions, number | null]>([
  [{ amount: { units: 7 } }, 7],
  [{ amount: { keptFraction: 0.5 } }, 20],
  [{ amount: { relativeSquaredError: 0.1 } }, null],
  [{ amount: { relativeError: 0.1 } }, null],
  [{ amount: { units: 7 }, by: "contribution" }, 7],
])("%j: the file is the compact network, and its measures are the file's", async (options, kept) => {
  const shrunk = await shrink(network, data, { ...options, metadata: { alpha: 1.75 } });
  const { mask, after, before } = shrunk;
  const amount = options.amount as Exclude<ShrinkOptions["amount"], { maxAccuracyDrop: number }>;
  if (options.by === undefined) expect(mask).toEqual(pruneNetwork(network, { amount }));
  if (kept !== null) expect(mask.keptColumns).toBe(kept);
  expect(shrunk.network).toEqual(compactNetwork(network, mask));
  const read = networkFromOnnx(shrunk.bytes, "small");
  expect(read.network).toEqual(shrunk.network);
  expect(read.metadata).toEqual({
    "heavytail.alpha": "1.75",
    "heavytail.pruning": options.by ?? "norm",
    "heavytail.refit": "none",
    "heavytail.keptColumns": `${mask.keptColumns}`,
    "heavytail.totalColumns": "40",
    "heavytail.relativeSquaredError": `${mask.relativeSquaredError}`,
  });
  expect(networkFromOnnx(shrunk.parentBytes, "parent").network).toEqual(network);
  expect(before).toMatchObject({ trainAccuracy: parentAccuracy, parameters: parameterCount(network) });
  expect(after).toMatchObject({
    trainAccuracy: await trainAccuracy(shrunk.network),
    parameters: parameterCount(shrunk.network),
    bytes: shrunk.bytes.length,
  });
  expect(after.bytes).toBeLessThan(before.bytes);
  expect(shrunk.cut).toEqual({ trainAccuracy: after.trainAccuracy, testAccuracy: after.testAccuracy });
});

test("by contribution other units go than by norm", async () => {
  const byNorm = await rankUnits(network, data, "norm");
  const byContribution = await rankUnits(network, data, "contribution");
  expect(byContribution[0]!.order).not.toEqual(byNorm[0]!.order);
});

test("the guaranteed share is at most the unchanged share, and both are 1 where nothing was removed", async () => {
  const random = fallingNorms([8, 40, 3]);
  const some = await shrink(random, data, { amount: { units: 34 } });
  expect(some.guaranteed).toBeGreaterThan(0);
  expect(some.guaranteed!).toBeLessThanOrEqual(some.unchanged!);
  expect(some.unchanged).toBeLessThan(1);
  const all = await shrink(random, data, { amount: { units: 40 } });
  expect(all).toMatchObject({ guaranteed: 1, unchanged: 1, network: random });
});

test("a refit brings the logits nearer to the parent's, and a short cut nearer still", async () => {
  const amount = { units: 10 };
  const none = await shrink(network, data, { amount });
  const units = await shrink(network, data, { amount, refit: "units" });
  const skip = await shrink(network, data, { amount, refit: "skip" });
  const residuals = await Promise.all([none, units, skip].map((shrunk) => residual(shrunk.network)));
  expect(residuals[1]).toBeLessThan(residuals[0]!);
  expect(residuals[2]).toBeLessThan(residuals[1]!);
  expect([units.network.skip, skip.network.skip?.length]).toEqual([null, 24]);
  for (const shrunk of [units, skip]) {
    expect(shrunk.mask).toEqual(none.mask);
    expect(shrunk.cut).toEqual(none.cut);
    expect(shrunk.guaranteed).toBeNull();
    expect(shrunk.unchanged).toBeGreaterThan(none.unchanged!);
    expect(networkFromOnnx(shrunk.bytes, "small").network).toEqual(shrunk.network);
    expect(shrunk.after.trainAccuracy).toBe(await trainAccuracy(shrunk.network));
  }
});

test.each<Omit<ShrinkOptions, "amount">>([{ refit: "skip" }, { fineTune: { steps: 5, learningRate: 0.1 }, rounds: 2 }])(
  "a network that keeps all its units is left as it is, and nothing else is said of it: %j",
  async (options) => {
    const {
      network: result,
      recipe,
      guaranteed,
      bytes,
    } = await shrink(network, data, { amount: { keptFraction: 1 }, ...options });
    expect(result).toEqual(network);
    expect(recipe).toEqual({ by: "norm", refit: "none" });
    expect(guaranteed).toBe(1);
    expect(Object.keys(networkFromOnnx(bytes, "small").metadata)).not.toContain("heavytail.rounds");
  },
);

test.each(["none", "units", "skip"] as const)("maxAccuracyDrop with refit %s keeps the accuracy", async (refit) => {
  const maxAccuracyDrop = 0.02;
  const { after, mask, network: small } = await shrink(network, data, { amount: { maxAccuracyDrop }, refit });
  expect(after.trainAccuracy).toBe(await trainAccuracy(small));
  // Accuracies are multiples of 1/300; the margin is for the subtraction.
  expect(after.trainAccuracy!).toBeGreaterThanOrEqual(parentAccuracy - maxAccuracyDrop - 1e-12);
  expect(mask.keptColumns).toBeLessThan(40);
  if (mask.keptColumns > 1) {
    const smaller = await shrink(network, data, { amount: { units: mask.keptColumns - 1 }, refit });
    expect(smaller.after.trainAccuracy!).toBeLessThan(parentAccuracy - maxAccuracyDrop);
  }
});

test("maxAccuracyDrop 0 keeps the accuracy of layers of different widths", async () => {
  const deep = await classifier([8, 30, 12, 3]);
  const full = await trainAccuracy(deep);
  const { after, mask } = await shrink(deep, data, { amount: { maxAccuracyDrop: 0 } });
  expect(after.trainAccuracy!).toBeGreaterThanOrEqual(full);
  const [first, second] = mask.layers;
  expect(second!.kept.length).toBe(Math.max(1, Math.floor((first!.kept.length * 12) / 30)));
});

const tuned = { fineTune: { steps: 20, learningRate: 0.05 }, metadata: { alpha: 1.75 } };

test("an opened parent shrinks as often as asked, each time as shrink does", async () => {
  const parent = await openParent(network, data);
  for (const options of [
    { amount: { units: 7 }, by: "contribution" },
    { amount: { units: 9 }, refit: "units", ...tuned },
    { amount: { units: 5 }, rounds: 2, ...tuned },
    { amount: { maxAccuracyDrop: 0.05 }, refit: "units" },
    { amount: { units: 7 }, by: "contribution" },
  ] satisfies ShrinkOptions[]) {
    const [opened, fresh] = [await parent.shrink(options), await shrink(network, data, options)];
    expect(opened.bytes).toEqual(fresh.bytes);
    expect(opened.parentBytes).toEqual(fresh.parentBytes);
    expect(opened.mask).toEqual(fresh.mask);
  }
});

test.each([1, 3])("fine-tuned in %i rounds: the file tells it, and cut is the network masked once", async (rounds) => {
  const shrunk = await shrink(network, data, { amount: { units: 5 }, rounds, ...tuned });
  const masked = maskNetwork(network, shrunk.mask);
  const testLogits = await networkLogits(masked, data.test.features);
  expect(shrunk.cut).toEqual({
    trainAccuracy: await trainAccuracy(masked),
    testAccuracy: accuracy(testLogits, data.test.labels, 3),
  });
  expect(shrunk.after.trainAccuracy!).toBeGreaterThan(shrunk.cut.trainAccuracy!);
  expect(shrunk.guaranteed).toBeNull();
  expect(shrunk.recipe).toEqual({ by: "norm", refit: "none", fineTune: tuned.fineTune, rounds });
  expect(networkFromOnnx(shrunk.bytes, "small").metadata).toMatchObject({
    ...{ "heavytail.fineTuneSteps": "20", "heavytail.fineTuneRate": "0.05", "heavytail.rounds": `${rounds}` },
    "heavytail.relativeSquaredError": `${shrunk.mask.relativeSquaredError}`,
  });
});

test("without data the weights decide, and accuracies and shares are null", async () => {
  const shrunk = await shrink(network, null, { amount: { relativeSquaredError: 0.1 } });
  expect(shrunk.mask).toEqual(pruneNetwork(network, { amount: { relativeSquaredError: 0.1 } }));
  expect(shrunk).toMatchObject({
    before: { trainAccuracy: null, testAccuracy: null },
    after: { trainAccuracy: null, testAccuracy: null, bytes: shrunk.bytes.length },
    cut: { trainAccuracy: null, testAccuracy: null },
    guaranteed: null,
    unchanged: null,
  });
});

const units = { amount: { units: 7 } };
const other: Dataset = { ...data, features: 4 };

test.each<[string, Dataset | null, ShrinkOptions, RegExp]>([
  ["contribution without data", null, { ...units, by: "contribution" }, /a data set for the criterion contribution/],
  ["a refit without data", null, { ...units, refit: "units" }, /a data set for a refit/],
  [
    "fine-tuning without data",
    null,
    { ...units, fineTune: { steps: 5, learningRate: 0.1 } },
    /a data set for fine-tuning/,
  ],
  ["rounds alone", data, { ...units, rounds: 2 }, /fineTune: expected at least 2 steps/],
  ["maxAccuracyDrop without data", null, { amount: { maxAccuracyDrop: 0.1 } }, /a bound on the accuracy drop/],
  ["maxAccuracyDrop outside [0, 1]", data, { amount: { maxAccuracyDrop: 2 } }, /maxAccuracyDrop/],
  ["more units than there are", data, { amount: { units: 41 } }, /from 1 to 40/],
  ["an error of 1", data, { amount: { relativeSquaredError: 1 } }, /\[0, 1\)/],
  ["other data", other, units, /data corners: expected 8 features and 3 classes/],
])("%s is a ParameterError", async (_, dataset, options, message) => {
  await expect(shrink(network, dataset, options)).rejects.toThrow(ParameterError);
  await expect(shrink(network, dataset, options)).rejects.toThrow(message);
});

test("a network without hidden layer has nothing to remove", async () => {
  await expect(shrink(exampleNetworks["no hidden layer"]!, data, units)).rejects.toThrow(ShapeError);
});
