import { expect, test } from "vitest";
import { blobs } from "../../test/blobs.js";
import { NumericalError } from "../errors.js";
import { keyFromSeed } from "../math/random/key.js";
import { networkLogits } from "../model/evaluate.js";
import { forwardReference, type Network } from "../model/network.js";
import { accuracy, type LossKind, meanLoss } from "../model/score.js";
import { resolveTrainConfig, type TrainOptions } from "./config.js";
import { initialNetwork } from "./initialise.js";
import { createStopwatch, profileParts } from "./stopwatch.js";
import { type TrainState, train } from "./train.js";

const dataset = blobs();
const small: TrainOptions = { width: 16, steps: 25, batch: 32, learningRate: 0.05, evalEvery: 7, seed: 3 };
const noisy: TrainOptions = { ...small, noise: "isotropic", alpha: 1.6, sigma: 0.02 };
const session = { threads: 1 };

function weights({ layers }: Network): number[][] {
  return layers.flatMap(({ weight, bias }) => [Array.from(weight), ...(bias ? [Array.from(bias)] : [])]);
}

test.each([
  ["noise", noisy],
  ["momentum, decay and biases", { ...noisy, momentum: 0.9, weightDecay: 0.01, bias: true, activation: "tanh" }],
  ["the mean-field scaling", { ...small, scaling: "meanField", noise: "coordinate", sigma: 0.1 }],
] as [string, TrainOptions][])("tiles of the width give the weights of the whole width: %s", async (_, options) => {
  const whole = await train(dataset, options, session);
  // 16 units in tiles of 5, 5, 5 and 1.
  const states: TrainState[] = [];
  const onEvaluation = (_: unknown, state: TrainState): void => void states.push(state);
  const tiled = await train(dataset, options, { ...session, tileUnits: 5, onEvaluation });
  const resumed = await train(dataset, options, { ...session, tileUnits: 7, resumeFrom: states[1]! });
  for (const other of [tiled, resumed]) {
    // Sums over units in another order: 25 steps of float32 rounding, 1e-7 of weights of size 1 each, some of it amplified.
    weights(other.network).forEach((values, p) => {
      const expected = weights(whole.network)[p]!;
      expect(Math.max(...values.map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThan(1e-5);
    });
    expect(other.final.testLoss).toBeCloseTo(whole.final.testLoss, 5);
    expect(other.velocities.size).toBe(whole.velocities.size);
  }
});

test("the noise of a tile is that of the whole width bit for bit", async () => {
  // At this learning rate the gradient is below half an ulp of every weight.
  const still: TrainOptions = { ...noisy, learningRate: 1e-30, sigma: 1e17, alpha: 2, steps: 5 };
  const whole = await train(dataset, still, session);
  const tiled = await train(dataset, still, { ...session, tileUnits: 3 });
  expect(weights(tiled.network)[0]).toEqual(weights(whole.network)[0]);
  expect(weights(tiled.network)[0]).not.toEqual(
    weights(initialNetwork(resolveTrainConfig(still), { inputs: 6, classes: 3 }, keyFromSeed(3)))[0],
  );
});

test("a stopwatch is told of every part, and changes nothing", async () => {
  const stopwatch = createStopwatch();
  const watched = await train(dataset, noisy, { ...session, stopwatch });
  expect(weights(watched.network)).toEqual(weights((await train(dataset, noisy, session)).network));
  for (const part of profileParts) expect(stopwatch.totals[part]).toBeGreaterThan(0);
});

test("the same seed gives the same weights bit for bit, another seed others", async () => {
  const [first, again, other] = [
    await train(dataset, noisy, session),
    await train(dataset, noisy, session),
    await train(dataset, { ...noisy, seed: 4 }, session),
  ];
  expect(weights(again.network)).toEqual(weights(first.network));
  expect(weights(other.network)).not.toEqual(weights(first.network));
});

test("noise of scale 0 is plain SGD bit for bit, and other noise is not", async () => {
  const plain = weights((await train(dataset, small, session)).network);
  for (const noise of ["node", "coordinate", "isotropic", "gaussian"] as const) {
    expect(weights((await train(dataset, { ...small, noise, sigma: 0 }, session)).network)).toEqual(plain);
    expect(weights((await train(dataset, { ...small, noise, sigma: 0.01 }, session)).network)).not.toEqual(plain);
  }
});

test("evaluating more often changes no bit of the weights", async () => {
  const rarely = await train(dataset, { ...noisy, evalEvery: 1000 }, session);
  const always = await train(dataset, { ...noisy, evalEvery: 1 }, session);
  expect(weights(always.network)).toEqual(weights(rarely.network));
  expect(always.metrics.map(({ step }) => step)).toEqual(Array.from({ length: 25 }, (_, k) => k + 1));
});

test.each([
  ["noise", noisy],
  [
    "momentum, decay, biases, depth and schedules",
    {
      ...noisy,
      ...{ momentum: 0.9, weightDecay: 0.01, bias: true, depth: 3, annealFrom: 0.5 },
      learningRateSchedule: { kind: "step", every: 10, factor: 0.5 },
    } as TrainOptions,
  ],
])("a run resumed from its checkpoint equals the uninterrupted run bit for bit: %s", async (_, options) => {
  const states: TrainState[] = [];
  const whole = await train(dataset, options, { ...session, onEvaluation: (_, state) => void states.push(state) });
  for (const state of states.slice(0, -1)) {
    const resumed = await train(dataset, options, { ...session, resumeFrom: state });
    expect(weights(resumed.network)).toEqual(weights(whole.network));
    expect(resumed.final).toMatchObject({ step: 25, trainLoss: whole.final.trainLoss });
  }
});

test("a finished run that is resumed stays as it is", async () => {
  const done = await train(dataset, noisy, session);
  const resumed = await train(dataset, noisy, { ...session, resumeFrom: done });
  expect(weights(resumed.network)).toEqual(weights(done.network));
  expect(resumed.step).toBe(25);
});

test("the evaluation is that of the network returned", async () => {
  const { network, final } = await train(dataset, noisy, session);
  for (const [split, shares] of [
    [dataset.train, [final.trainAccuracy, final.trainLoss]],
    [dataset.test, [final.testAccuracy, final.testLoss]],
  ] as const) {
    const logits = await networkLogits(network, split.features, session);
    expect(accuracy(logits, split.labels, 3)).toBe(shares[0]);
    // The evaluation graph is fed the weights that the other graph stores: the same products, to float32 rounding.
    expect(meanLoss("crossEntropy", logits, split.labels, 3)).toBeCloseTo(shares[1], 5);
  }
});

/** ∂loss/∂parameter by central differences of the float64 reference. */
function differences(network: Network, loss: LossKind, layer: number, part: "weight" | "bias"): Float64Array {
  const h = 1e-3;
  const values = network.layers[layer]![part]!;
  return Float64Array.from(values, (value, i) => {
    const lossAt = (shifted: number): number => {
      const moved = values.slice();
      moved[i] = shifted;
      const layers = network.layers.map((old, l) => (l === layer ? { ...old, [part]: moved } : old));
      return meanLoss(loss, forwardReference({ layers, skip: null }, dataset.train.features), dataset.train.labels, 3);
    };
    // The shifted values are rounded to float32: divide by what they really differ by.
    return (lossAt(value + h) - lossAt(value - h)) / (Math.fround(value + h) - Math.fround(value - h));
  });
}

test.each([
  ["crossEntropy", { activation: "tanh", bias: true }],
  ["squaredError", { activation: "sigmoid", depth: 3 }],
  ["hinge", { activation: "tanh" }],
  ["crossEntropy", { scaling: "meanField" }],
] as [LossKind, TrainOptions][])("one full-batch step is W − η ∇loss (%s, %j)", async (loss, options) => {
  const rate = 0.1;
  const given = { width: 5, ...options, loss, learningRate: rate, batch: 120, steps: 1, seed: 8 };
  const config = resolveTrainConfig(given);
  const before = initialNetwork(config, { inputs: 6, classes: 3 }, keyFromSeed(8));
  const { network } = await train(dataset, given, session);
  network.layers.forEach((layer, l) => {
    const output = l === network.layers.length - 1;
    const gain = config.scaling === "meanField" ? (output ? 0 : config.width) : 1;
    for (const part of ["weight", "bias"] as const) {
      if (!layer[part]) continue;
      const gradient = differences(before, loss, l, part);
      layer[part]!.forEach((value, i) => {
        // Central differences with h = 1e-3 err by about h² (smooth) or by h at the hinge's corners; float32 by 1e-6.
        const expected = before.layers[l]![part]![i]! - rate * gain * gradient[i]!;
        expect(Math.abs(value - expected)).toBeLessThan(loss === "hinge" ? 2e-4 : 2e-5);
      });
    }
  });
});

test("weight decay alone multiplies weights by 1 − ηλ", async () => {
  const options = { ...small, learningRate: 1e-12, steps: 1, batch: 120 };
  const before = initialNetwork(resolveTrainConfig(options), { inputs: 6, classes: 3 }, keyFromSeed(3));
  const { network } = await train(dataset, { ...options, weightDecay: 1e11 }, session);
  // η λ = 0.1; the gradient's part, 1e-12 of it, is below float32 rounding, which is 6e-8 of a weight.
  network.layers.forEach((layer, l) => {
    layer.weight.forEach((w, i) => {
      expect(w).toBeCloseTo(0.9 * before.layers[l]!.weight[i]!, 6);
    });
  });
});

test("the output layer and the biases get no noise", async () => {
  const options: TrainOptions = { ...small, bias: true, learningRate: 1e-9, noise: "coordinate", sigma: 1e6, alpha: 2 };
  const states: TrainState[] = [];
  await train(dataset, options, { ...session, onEvaluation: (_, state) => void states.push(state) });
  const [start, end] = [states[0]!.network.layers, states.at(-1)!.network.layers];
  const moved = (a: Float32Array, b: Float32Array): number => Math.max(...a.map((v, i) => Math.abs(v - b[i]!)));
  expect(moved(start[0]!.weight, end[0]!.weight)).toBeGreaterThan(1);
  // The gradient moves them by η times the logits' size, some 1e-9 · 1e3 a step.
  expect(moved(start[0]!.bias!, end[0]!.bias!)).toBeLessThan(1e-3);
  expect(moved(start[1]!.weight, end[1]!.weight)).toBeLessThan(1e-3);
});

test("type I noise cannot change the output where every row sums to zero, but type II does", async () => {
  const centred = blobs({ sumToZero: true });
  const options: TrainOptions = { ...small, alpha: 1.75, sigma: 0.3 };
  const plain = await train(centred, options, session);
  const node = await train(centred, { ...options, noise: "node" }, session);
  const coordinate = await train(centred, { ...options, noise: "coordinate" }, session);
  expect(weights(node.network)).not.toEqual(weights(plain.network));
  // Rows sum to zero to float32 rounding, 1e-6 of their size, and the columns grow to some tens.
  expect(Math.abs(node.final.trainLoss - plain.final.trainLoss)).toBeLessThan(1e-3);
  expect(node.final.trainAccuracy).toBe(plain.final.trainAccuracy);
  expect(Math.abs(coordinate.final.trainLoss - plain.final.trainLoss)).toBeGreaterThan(1e-2);
});

test("a run stops at its training accuracy, on a signal, or after its steps", async () => {
  const long = { ...small, steps: 5000, learningRate: 0.2 };
  const reached = await train(dataset, { ...long, untilTrainAccuracy: 0.9 }, session);
  expect(reached.stoppedBy).toBe("trainAccuracy");
  expect(reached.final.trainAccuracy).toBeGreaterThanOrEqual(0.9);
  expect(reached.metrics.slice(0, -1).every(({ trainAccuracy }) => trainAccuracy < 0.9)).toBe(true);

  const stop = new AbortController();
  const onStep = (step: number): void => (step === 12 ? stop.abort() : undefined);
  const aborted = await train(dataset, long, { ...session, signal: stop.signal, onStep });
  expect(aborted).toMatchObject({ stoppedBy: "signal", step: 13 });
  expect(await train(dataset, small, session)).toMatchObject({ stoppedBy: "steps", step: 25 });
  expect((await train(dataset, { ...long, maxSeconds: 1e-6 }, session)).stoppedBy).toBe("seconds");
});

test("training learns: separated clouds are told apart", async () => {
  const { final } = await train(blobs({ spread: 6 }), { ...small, steps: 200, learningRate: 0.1 }, session);
  expect(final.testAccuracy).toBeGreaterThan(0.97);
});

test("divergence is an error that names step and parameter, after the last finite state was handed out", async () => {
  const states: TrainState[] = [];
  const options = { ...small, noise: "coordinate", alpha: 0.5, sigma: 1e30, steps: 200, evalEvery: 1 } as const;
  const onEvaluation = (_: unknown, state: TrainState): void => void states.push(state);
  const error = await train(dataset, options, { ...session, onEvaluation }).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(NumericalError);
  const { step, parameter, message } = error as NumericalError;
  expect(step).toBeGreaterThanOrEqual(1);
  expect(message).toContain(`${parameter} after step ${step}`);
  expect(states.length).toBeGreaterThan(0);
  for (const values of weights(states.at(-1)!.network)) expect(values.every(Number.isFinite)).toBe(true);
});

test("a state that is not finite is refused with its step", async () => {
  const state = await train(dataset, { ...small, steps: 3 }, session);
  state.network.layers[0]!.weight[2 * 6 + 1] = Number.POSITIVE_INFINITY;
  const resumed = train(dataset, { ...small, steps: 9, evalEvery: 100 }, { ...session, resumeFrom: state });
  await expect(resumed).rejects.toThrow(/after step 3: expected a finite number/);
});
