import { expect, test } from "vitest";
import { blobs } from "../../test/blobs.js";
import { compactNetwork } from "../compact/compact.js";
import { ParameterError } from "../errors.js";
import { networkLogits } from "../model/evaluate.js";
import type { Network } from "../model/network.js";
import { type LossKind, meanLoss } from "../model/score.js";
import { pruneNetwork } from "../prune/prune.js";
import { train } from "../train/train.js";
import { fineTune } from "./fineTune.js";

const dataset = blobs({ rows: 150 });
const session = { threads: 1 };
const tuning = { steps: 40, learningRate: 0.05, batch: 50 };
const { network } = await train(
  dataset,
  { width: 24, activation: "sigmoid", steps: 80, learningRate: 0.2, seed: 2 },
  session,
);
const small = compactNetwork(network, pruneNetwork(network, { amount: { units: 4 } }));

async function lossOf(network: Network, kind: LossKind): Promise<number> {
  const { features, labels } = dataset.train;
  return meanLoss(kind, await networkLogits(network, features, session), labels, dataset.classes);
}

test.each<LossKind>(["crossEntropy", "squaredError", "hinge"])(
  "fine-tuning lowers the training loss: %s",
  async (loss) => {
    const tuned = await fineTune(small, dataset, { ...tuning, loss }, session);
    expect(await lossOf(tuned, loss)).toBeLessThan(0.95 * (await lossOf(small, loss)));
  },
);

test("the same seed gives the same weights, another seed other rows; the network given stays", async () => {
  const before = structuredClone(small);
  const tuned = await fineTune(small, dataset, { ...tuning, seed: 1 }, session);
  expect(await fineTune(small, dataset, { ...tuning, seed: 1 }, session)).toEqual(tuned);
  expect(await fineTune(small, dataset, { ...tuning, seed: 2 }, session)).not.toEqual(tuned);
  expect(small).toEqual(before);
});

test("all layers are trained, with the bias that folding made, and keep their shapes", async () => {
  const tuned = await fineTune(small, dataset, tuning, session);
  expect(small.layers.map(({ bias }) => bias !== null)).toEqual([false, true]);
  tuned.layers.forEach((layer, l) => {
    const { weight, bias, ...facts } = small.layers[l]!;
    expect(layer).toMatchObject(facts);
    expect(layer.weight).not.toEqual(weight);
    if (bias) expect(layer.bias).not.toEqual(bias);
    else expect(layer.bias).toBeNull();
  });
});

test("a network with a short cut is refused: SGD would leave it out", async () => {
  const bridged = { ...small, skip: new Float32Array(18) };
  await expect(fineTune(bridged, dataset, tuning, session)).rejects.toThrow(ParameterError);
  await expect(fineTune(bridged, dataset, tuning, session)).rejects.toThrow(/without a short cut/);
});
