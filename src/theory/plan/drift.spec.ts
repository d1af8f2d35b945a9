import { expect, test } from "vitest";
import { ShapeError } from "../../errors.js";
import { deriveKey, keyFromSeed } from "../../math/random/key.js";
import { stream } from "../../math/random/stream.js";
import { sampleGaussian, sampleSymmetric } from "../../math/stable/sample.js";
import { createKernels } from "../../runtime/kernels/kernels.js";
import { columnLaw } from "./columnLaw.js";
import { measureDrift } from "./drift.js";
import { accumulateNoise, type NoiseStep, replayNoise } from "./pureNoise.js";

const key = keyFromSeed(3);
const steps = (count: number, learningRate: number, weightDecay: number): NoiseStep[] =>
  Array.from({ length: count }, (_, k) => {
    const scale = 0.4 * learningRate ** (1 / 1.5);
    return { learningRate, weightDecay, noise: { shape: "coordinate", alpha: 1.5, scale, key: deriveKey(key, k) } };
  });

test("a run without drift replays to itself, and its drift is 0", () => {
  const initial = Float32Array.from({ length: 60 }, (_, i) => Math.sin(i));
  const once = replayNoise(initial, 12, steps(5, 0.1, 0.01));
  expect(
    replayNoise(replayNoise(initial, 12, steps(5, 0.1, 0.01).slice(0, 2)), 12, steps(5, 0.1, 0.01).slice(2)),
  ).toEqual(once);
  const measure = measureDrift({ trained: once, pureNoise: once, rows: 12 }, { keptFraction: 0.25, mce: 0.1 });
  expect(measure.drift).toBe(0);
  expect(measure.relativeError).toBe(measure.pureNoiseRelativeError);
  expect(measure.bounds).toEqual([measure.relativeError, measure.relativeError]);
});

test("without decay the steps' scales add up to σ t^(1/α); with it, to the Ornstein–Uhlenbeck process as η → 0", () => {
  expect(accumulateNoise(steps(50, 0.02, 0), 1.5)).toEqual({ noiseScale: expect.closeTo(0.4, 12), initialFactor: 1 });
  const history = { kind: "coordinate", alpha: 1.5, sigma: 0.4, time: 2, inputs: 3, initStd: 1 } as const;
  const law = columnLaw({ ...history, convention: "unit", weightDecay: 0.7 });
  const { noiseScale, initialFactor } = accumulateNoise(steps(20_000, 1e-4, 0.7), 1.5);
  // The step size η λ = 7e-5 is the relative error of the continuous limit.
  expect(noiseScale / law.noiseScale).toBeCloseTo(1, 4);
  expect(initialFactor / law.initStd).toBeCloseTo(1, 4);
});

test("whatever the drift, E lies within its proved bounds", () => {
  const random = stream(key);
  for (let trial = 0; trial < 50; trial++) {
    const pureNoise = Float32Array.from({ length: 400 }, () => sampleSymmetric(random, 1.3));
    const size = Math.exp(2 * sampleGaussian(random) - 2);
    const trained = pureNoise.map((y) => y + size * sampleGaussian(random));
    const { relativeError, bounds, drift } = measureDrift(
      { trained, pureNoise, rows: 100 },
      { keptFraction: 0.1, mce: 0.1 },
    );
    expect(drift).toBeGreaterThan(0);
    expect(relativeError).toBeGreaterThanOrEqual(bounds[0] - 1e-12);
    expect(relativeError).toBeLessThanOrEqual(bounds[1] + 1e-12);
  }
});

test("a drift of at most B moves norms by at most B·t, under added and under radial noise", () => {
  const [rows, inputs, count, learningRate] = [300, 4, 60, 0.05];
  const kernels = createKernels({ bytes: 8 * rows * inputs });
  const [weights, gradient] = [kernels.allocate(rows * inputs), kernels.allocate(rows * inputs)];
  const initial = Float32Array.from({ length: rows * inputs }, (_, i) => Math.sin(i + 1));
  for (const shape of ["coordinate", "radial"] as const) {
    const noise = steps(count, learningRate, 0).map((step) => ({ ...step, noise: { ...step.noise!, shape } }));
    weights.set(initial);
    for (const [k, { noise: draw }] of noise.entries()) {
      // B = 2: entries ±1, in a direction that turns now and then.
      for (let i = 0; i < gradient.length; i++) gradient[i] = Math.sign(Math.sin(i * 2.3 + Math.floor(k / 15)));
      kernels.update(weights, gradient, { rows, learningRate, noise: draw });
    }
    const measured = measureDrift(
      { trained: weights.slice(), pureNoise: replayNoise(initial, rows, noise), rows },
      { keptFraction: 0.2, mce: 0.1 },
    );
    const most = 2 * learningRate * count;
    // The drift is felt; float32 adds 1e-7 of a norm a step, and norms reach some thousands.
    expect(measured.drift).toBeGreaterThan(0.02 * most);
    expect(measured.drift).toBeLessThan(most + 0.02);
    expect(measured.relativeError).toBeGreaterThanOrEqual(measured.bounds[0] - 1e-12);
    expect(measured.relativeError).toBeLessThanOrEqual(measured.bounds[1] + 1e-12);
  }
});

test("arrays that do not fit are refused", () => {
  const target = { keptFraction: 0.5, mce: 0.1 };
  const columns = { trained: new Float32Array(6), pureNoise: new Float32Array(4), rows: 2 };
  expect(() => measureDrift(columns, target)).toThrow(ShapeError);
});
