import { describe, expect, test } from "vitest";
import { blobs } from "../../test/blobs.js";
import { maskNetwork } from "../compact/mask.js";
import { keyFromSeed } from "../math/random/key.js";
import { networkLogits } from "../model/evaluate.js";
import type { Network } from "../model/network.js";
import { keepUnits } from "../prune/prune.js";
import { resolveTrainConfig, type TrainOptions } from "./config.js";
import { initialNetwork } from "./initialise.js";
import { train } from "./train.js";
import { unitScales } from "./unitScales.js";

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

test("m units have size 1, and unit i after them (m/(i + 1))^(1/α)", () => {
  const squares = [1, 1, 4 / 9, 1 / 4, 4 / 25, 1 / 9];
  // A power is good to an ulp.
  unitScales(6, 0.5, 2).forEach((size, i) => void expect(size).toBeCloseTo(squares[i]!, 14));
  expect([...unitScales(5, 1, 1)]).toEqual([1, 1 / 2, 1 / 3, 1 / 4, 1 / 5]);
  expect([...unitScales(3, 1.5, 16)]).toEqual([1, 1, 1]);
});

test.each([
  [1000, 0.5, 16],
  [1000, 1, 16],
  [1000, 1.5, 4],
  [5000, 1.9, 50],
])(
  "n = %i, α = %d, m = %i: cut to k ≥ m units, Σs² loses ((m/k)^q − (m/n)^q) / (2/α − (m/n)^q), q = 2/α − 1",
  (n, alpha, m) => {
    const squares = unitScales(n, alpha, m).map((s) => s * s);
    const r = 2 / alpha;
    const q = r - 1;
    for (const k of [m, 2 * m, 10 * m]) {
      const share = (m / n) ** q;
      const formula = ((m / k) ** q - share) / (r - share);
      const error = sum(squares.slice(k)) / sum(squares);
      // x^(−r) is convex: a sum over j = a + 1 … n is at most ∫ from a to n and at least that less half of a^(−r) − n^(−r).
      const slack = (a: number): number => ((m / a) ** r - (m / n) ** r) / 2;
      const total = (m * (r - share)) / q;
      expect(error).toBeLessThanOrEqual((formula * total) / (total - slack(m)));
      expect(error).toBeGreaterThanOrEqual(formula - slack(k) / total);
    }
  },
);

test("as n grows the lost share of Σs² rises to (α/2)(m/k)^(2/α − 1), up to 1/(2m) of it", () => {
  const limit = (1.2 / 2) * (16 / 64) ** (2 / 1.2 - 1);
  const errors = [200, 2000, 20_000, 200_000].map((n) => {
    const squares = unitScales(n, 1.2, 16).map((s) => s * s);
    return sum(squares.slice(64)) / sum(squares);
  });
  expect(errors).toEqual([...errors].sort((a, b) => a - b));
  expect(errors.at(-1)! / limit).toBeLessThan(1 / (1 - 1 / 32));
  // What is missing at the widest is (m/n)^(2/α − 1)/(m/k)^(2/α − 1) = (k/n)^(2/3) = 0.5 %, and (2/α − 1)/(2k) = 0.5 %.
  expect(errors.at(-1)! / limit).toBeGreaterThan(0.99);
});

describe("a trained network keeps the sizes it started with, up to the factor that is proved", () => {
  const dataset = blobs({ rows: 120 });
  const { features, train: split } = dataset;
  const inputNorm = (r: number): number => Math.hypot(...split.features.subarray(r * features, (r + 1) * features));
  const largest = Math.max(...Array.from({ length: split.rows }, (_, r) => inputNorm(r)));
  // ‖softmax − one-hot‖ ≤ √2; float32 rounding of the weights is far below the room that 1 % leaves.
  const slope = 1.01 * Math.SQRT2 * largest;
  const options: TrainOptions = {
    ...{ width: 64, initTail: 1, initUnits: 4, batch: 40, learningRate: 0.004, steps: 40, evalEvery: 100, seed: 7 },
  };
  const shape = { inputs: features, classes: dataset.classes };
  const startOf = (given: TrainOptions): Network => initialNetwork(resolveTrainConfig(given), shape, keyFromSeed(7));

  /** ‖w‖ + ‖a‖ of every unit. */
  function sizes({ layers: [hidden, output] }: Network): number[] {
    const { inputs, outputs: n } = hidden!;
    const out = (i: number): number[] => Array.from({ length: output!.outputs }, (_, c) => output!.weight[c * n + i]!);
    return Array.from(
      { length: n },
      (_, i) => Math.hypot(...hidden!.weight.subarray(i * inputs, (i + 1) * inputs)) + Math.hypot(...out(i)),
    );
  }

  async function growth(given: TrainOptions): Promise<{ before: number[]; factors: number[]; network: Network }> {
    const before = sizes(startOf(given));
    const { network } = await train(dataset, given, { threads: 1 });
    return { before, factors: sizes(network).map((size, i) => size / before[i]!), network };
  }

  test.each<[string, TrainOptions, number]>([
    ["ReLU", {}, 0],
    ["tanh, which is not homogeneous", { activation: "tanh" }, 0],
    ["weight decay, which multiplies all sizes alike", { weightDecay: 20 }, 20],
  ])("(1 − ηλ − ηB)^K u(0) ≤ u(K) ≤ (1 − ηλ + ηB)^K u(0): %s", async (_, changes, decay) => {
    const given = { ...options, ...changes };
    const { factors } = await growth(given);
    const bound = (sign: number): number =>
      (1 - options.learningRate! * decay + sign * options.learningRate! * slope) ** options.steps!;
    expect(Math.min(...factors)).toBeGreaterThanOrEqual(bound(-1));
    expect(Math.max(...factors)).toBeLessThanOrEqual(bound(1));
    // So that the bounds say something: the sizes span 1 to 1/16, and training moves them.
    expect(Math.max(...factors) / Math.min(...factors)).toBeGreaterThan(1.05);
  });

  test("added noise takes small units out of the bounds", async () => {
    const { factors } = await growth({ ...options, noise: "isotropic", alpha: 1.5, sigma: 1 });
    expect(Math.max(...factors)).toBeGreaterThan((1 + options.learningRate! * slope) ** options.steps!);
  });

  test("removed units change logits by at most Σ(e^(BηK) u(0))²/4 · ‖x‖", async () => {
    const { before, network } = await growth(options);
    const factor = (1 + options.learningRate! * slope) ** options.steps!;
    const full = await networkLogits(network, split.features);
    for (const k of [4, 16, 40]) {
      const masked = maskNetwork(network, keepUnits(network, [Int32Array.from({ length: k }, (_, i) => i)]));
      const cut = await networkLogits(masked, split.features);
      const allowed = sum(before.slice(k).map((u) => (factor * u) ** 2)) / 4;
      for (let r = 0; r < split.rows; r++) {
        const moved = Array.from({ length: 3 }, (_, c) => full[3 * r + c]! - cut[3 * r + c]!);
        // 1e-5: float32 rounding of logits of size 10.
        expect(Math.hypot(...moved)).toBeLessThanOrEqual(allowed * inputNorm(r) + 1e-5);
      }
    }
  });
});
