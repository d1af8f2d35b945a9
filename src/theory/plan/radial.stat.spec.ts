/** @file The law of radial noise, docs/theory/radial.md, on what the kernels of training do. */
import { expect, test } from "vitest";
import { deriveKey, keyFromSeed } from "../../math/random/key.js";
import { symmetricCdf, symmetricTail } from "../../math/stable/symmetric.js";
import { binomialInterval } from "../../math/stats/binomial.js";
import { kolmogorovDistance, massartBound } from "../../math/stats/kolmogorov.js";
import { levyNoise } from "../../noise/noise.js";
import { type ColumnLaw, cumulant } from "./columnLaw.js";
import { columnSampler } from "./columnSample.js";
import { accumulateNoise, type NoiseStep, replayNoise } from "./pureNoise.js";

const falseAlarm = 1e-6;
const key = deriveKey(keyFromSeed(23), "radial.stat.spec");

/** Steps whose rates fall, with decay, and the last ones without noise. */
function steps(alpha: number, count: number, weightDecay: number): NoiseStep[] {
  const noise = levyNoise({ kind: "radial", alpha, sigma: 0.5, convention: "unit" });
  return Array.from({ length: count }, (_, k) => {
    const learningRate = 0.1 / (1 + k);
    const draw = k < count - 2 ? noise.increment(learningRate, deriveKey(key, `${alpha}`, k)) : null;
    return { learningRate, weightDecay, noise: draw };
  });
}

function norms(weights: Float32Array, rows: number): Float64Array {
  const columns = weights.length / rows;
  return Float64Array.from({ length: rows }, (_, r) => Math.hypot(...weights.subarray(r * columns, (r + 1) * columns)));
}

test.each([0, 2])(
  "after K steps with decay %d the norm has the law of |c^K ρ₀ + Cξ| for every ρ₀; n = 2e4",
  (decay) => {
    const [rows, columns] = [20_000, 5];
    // Design: a distance of 0.019 or more is seen; without reflection, or without √d, it would be 0.1 and more.
    expect(massartBound(rows, falseAlarm)).toBeLessThan(0.02);
    for (const alpha of [0.8, 1.3, 1.9, 2]) {
      for (const entry of [1e-6, 0.1, 1]) {
        const noise = steps(alpha, 12, decay);
        const replayed = replayNoise(new Float32Array(rows * columns).fill(entry), rows, noise);
        const { noiseScale, initialFactor } = accumulateNoise(noise, alpha);
        const [start, scale] = [initialFactor * entry * Math.sqrt(columns), noiseScale * Math.sqrt(columns)];
        const cdf = (x: number): number =>
          symmetricCdf((x - start) / scale, alpha) - symmetricCdf((-x - start) / scale, alpha);
        const found = norms(replayed, rows).sort();
        expect(kolmogorovDistance(found, cdf)).toBeLessThan(massartBound(rows, falseAlarm));
      }
    }
  },
);

test.each([1, 1.6])(
  "α = %d: beyond far thresholds norms are as frequent as the law says, after one step or many; n = 1e6",
  (alpha) => {
    const rows = 1_000_000;
    for (const count of [3, 20]) {
      const noise = steps(alpha, count, 1);
      const replayed = replayNoise(new Float32Array(rows).fill(0.2), rows, noise);
      const { noiseScale, initialFactor } = accumulateNoise(noise, alpha);
      for (const multiple of [30, 300]) {
        const threshold = multiple * noiseScale;
        const start = 0.2 * initialFactor;
        const share =
          symmetricTail((threshold - start) / noiseScale, alpha) +
          symmetricTail((threshold + start) / noiseScale, alpha);
        const { low, high } = binomialInterval(rows, share, falseAlarm);
        const beyond = replayed.filter((w) => Math.abs(w) > threshold).length;
        expect(beyond).toBeGreaterThanOrEqual(low);
        expect(beyond).toBeLessThanOrEqual(high);
      }
    }
  },
);

test("directions stay: every row is a multiple of its start by a positive factor", () => {
  const [rows, columns] = [200, 7];
  const initial = Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(3 * i + 1));
  const count = 40;
  const replayed = replayNoise(initial, rows, steps(1.3, count, 0.5));
  for (let r = 0; r < rows; r++) {
    const [start, row] = [initial, replayed].map((matrix) => matrix.subarray(r * columns, (r + 1) * columns));
    const factor = Math.hypot(...row!) / Math.hypot(...start!);
    row!.forEach((w, c) => {
      // Two roundings of 2^−24 a step, in the decay and in the factor.
      expect(Math.abs(w - factor * start![c]!)).toBeLessThan(2 * count * 2 ** -24 * Math.abs(factor * start![c]!));
    });
  }
});

test("the sampler's columns have the transform E e^(−sZ) = e^(−ψ(s)); n = 2e5", () => {
  const count = 200_000;
  for (const law of [
    { kind: "radial", alpha: 1.3, inputs: 6, noiseScale: 0.4, initStd: 0.7 },
    { kind: "radial", alpha: 1.8, inputs: 50, noiseScale: 0.05, initStd: 1 },
    { kind: "radial", alpha: 1, inputs: 3, noiseScale: 2, initStd: 0 },
  ] satisfies ColumnLaw[]) {
    const sample = columnSampler(law).draw(count, key);
    const psi = cumulant(law);
    for (const s of [0.003, 0.03, 0.3]) {
      const mean = sample.reduce((sum, z) => sum + Math.exp(-s * z), 0) / count;
      const truth = Math.exp(-psi(s));
      // Bernstein for a variable in [0, 1] with variance E e^(−2sZ) − truth².
      const variance = Math.exp(-psi(2 * s)) - truth ** 2;
      const level = Math.log(2 / falseAlarm);
      expect(Math.abs(mean - truth)).toBeLessThan(
        Math.sqrt((2 * variance * level) / count) + (2 * level) / (3 * count),
      );
    }
  }
});
