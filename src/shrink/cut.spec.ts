import { expect, test } from "vitest";
import { blobs } from "../../test/blobs.js";
import { compactNetwork } from "../compact/compact.js";
import { maskNetwork } from "../compact/mask.js";
import { ParameterError } from "../errors.js";
import { networkLogits } from "../model/evaluate.js";
import type { Network } from "../model/network.js";
import { cutCurves } from "../prune/prune.js";
import { train } from "../train/train.js";
import { type CutRecipe, checkRecipe, cutNetwork } from "./cut.js";
import { fineTune } from "./fineTune.js";
import { rankUnits } from "./rankUnits.js";

const dataset = blobs({ rows: 150 });
const session = { threads: 1 };
/** Without biases: nothing is folded, so that rounds have nothing to round. */
const trained = async (depth: number): Promise<Network> =>
  (await train(dataset, { width: 32, depth, steps: 80, learningRate: 0.1, seed: 6 }, session)).network;
const networks: Record<string, Network> = {
  "one hidden layer": await trained(2),
  "two hidden layers": await trained(3),
};
/** Steps that change no bit: 10⁻³⁰ times a gradient is below half an ulp of every weight. */
const still = { steps: 4, learningRate: 1e-30 };
const tuning = { steps: 30, learningRate: 0.05 };

async function cut(name: string, units: number, recipe: CutRecipe): ReturnType<typeof cutNetwork> {
  const network = networks[name]!;
  const mask = cutCurves(await rankUnits(network, dataset, recipe.by ?? "norm", session), { units });
  const targets = await networkLogits(network, dataset.train.features, session);
  return await cutNetwork(network, dataset, mask, recipe, targets, session);
}

test.each(Object.keys(networks))(
  "rounds keep the units asked for, by their indices in the original: %s",
  async (name) => {
    const { network: small, mask } = await cut(name, 5, { by: "contribution", rounds: 4, fineTune: still });
    const network = networks[name]!;
    expect(mask.layers.map(({ units, kept }) => [units, kept.length])).toEqual(
      network.layers.slice(0, -1).map(() => [32, 5]),
    );
    for (const { kept } of mask.layers) expect(new Set(kept).size).toBe(5);
    // Training that changes nothing leaves the original cut to the mask.
    expect(small).toEqual(compactNetwork(network, mask));
  },
);

test.each(Object.keys(networks))("the error of rounds is that of the original's weights: %s", async (name) => {
  const { mask } = await cut(name, 5, { rounds: 3, fineTune: { ...tuning, learningRate: 0.5 } });
  const network = networks[name]!;
  const masked = maskNetwork(network, mask);
  let [removed, total] = [0, 0];
  network.layers.slice(0, -1).forEach(({ weight }, l) => {
    const lost = weight.reduce((sum, w, i) => sum + (w - masked.layers[l]!.weight[i]!) ** 2, 0);
    const all = weight.reduce((sum, w) => sum + w * w, 0);
    // Sums of a thousand squares in another order in float64.
    expect(mask.layers[l]!.relativeSquaredError).toBeCloseTo(lost / all, 12);
    removed += lost;
    total += all;
  });
  expect(mask.relativeSquaredError).toBeCloseTo(removed / total, 12);
});

test("rounds without a change between them are one cut", async () => {
  const once = await cut("one hidden layer", 5, { by: "contribution" });
  const rounds = await cut("one hidden layer", 5, { by: "contribution", rounds: 3, fineTune: still });
  expect(rounds.network).toEqual(once.network);
  expect(rounds.mask.layers[0]!.kept).toEqual(once.mask.layers[0]!.kept);
});

test("two rounds are: cut to the geometric mean, train for half of the steps, rank anew, cut, train for the rest", async () => {
  const hot = { steps: 31, learningRate: 0.5, batch: 50, seed: 8 };
  const { network } = await cut("one hidden layer", 2, { by: "contribution", fineTune: hot, rounds: 2 });
  let expected = networks["one hidden layer"]!;
  for (const [units, steps, seed] of [
    [8, 15, 8],
    [2, 16, 9],
  ] as const) {
    const mask = cutCurves(await rankUnits(expected, dataset, "contribution", session), { units });
    expected = await fineTune(compactNetwork(expected, mask), dataset, { ...hot, steps, seed }, session);
  }
  expect(network).toEqual(expected);
});

test("each round refits, and fine-tuning starts from the refit", async () => {
  const refitted = await cut("two hidden layers", 5, { refit: "units" });
  const tuned = await cut("two hidden layers", 5, { refit: "units", fineTune: still });
  expect(tuned).toEqual(refitted);
  const rounds = await cut("two hidden layers", 5, { refit: "units", fineTune: still, rounds: 2 });
  const plain = await cut("two hidden layers", 5, { fineTune: still, rounds: 2 });
  expect(rounds.network.layers.at(-1)!.weight).not.toEqual(plain.network.layers.at(-1)!.weight);
});

test("a network that keeps all its units is left as it is", async () => {
  const network = networks["one hidden layer"]!;
  const all = await cut("one hidden layer", 32, { refit: "units", fineTune: tuning, rounds: 2 });
  expect(all.network).toBe(network);
  expect(all.mask.keptColumns).toBe(32);
});

test.each<[CutRecipe, RegExp]>([
  [{ rounds: 0 }, /rounds: expected a whole number of at least 1, got 0/],
  [{ rounds: 1.5 }, /rounds: expected a whole number/],
  [{ rounds: 4 }, /fineTune: expected at least 4 steps, one a round, got none/],
  [{ rounds: 4, fineTune: { steps: 3, learningRate: 0.1 } }, /got 3/],
  [{ refit: "skip", fineTune: tuning }, /refit: expected none or units beside fineTune, got skip/],
  [{ fineTune: { ...tuning, steps: 0 } }, /steps: expected a whole number of at least 1, got 0/],
  [{ fineTune: { ...tuning, learningRate: -1 } }, /learningRate: expected a number greater than 0/],
])("%j does not fit together", (recipe, message) => {
  expect(() => checkRecipe(recipe)).toThrow(ParameterError);
  expect(() => checkRecipe(recipe)).toThrow(message);
});

test("recipes that fit together are let through", () => {
  for (const recipe of [{}, { refit: "skip" }, { rounds: 4, fineTune: { steps: 4, learningRate: 1 } }] as CutRecipe[]) {
    expect(() => checkRecipe(recipe)).not.toThrow();
  }
});
