import { expect, test } from "vitest";
import { deriveKey, keyFromSeed } from "../math/random/key.js";
import { stream } from "../math/random/stream.js";
import { sampleIsotropic } from "../math/stable/samplePositive.js";
import {
  asymptoticSlope,
  checkWidths,
  compressibilityVerdict,
  errorSlope,
  medianInterval,
  predictedErrors,
  trend,
} from "./compressibility.js";
import type { ColumnHistory } from "./plan/columnLaw.js";

const key = keyFromSeed(31);
const history: ColumnHistory = {
  ...{ kind: "isotropic", alpha: 1.5, sigma: 0.5, time: 4, inputs: 5 },
  ...{ initStd: 0, convention: "unit", weightDecay: 0 },
};

test("without initial weights the predicted log E² falls as −(2/α − 1) log n", () => {
  const widths = [500, 1000, 8000];
  const predicted = predictedErrors(history, 0.1, widths, key);
  const { mean } = errorSlope(widths, [predicted, predicted], 0.95);
  expect(mean).toBeCloseTo(asymptoticSlope(1.5), 12); // rounding
});

test("initial weights that outweigh the noise make the predicted slope flatter", () => {
  const widths = [500, 8000];
  const predicted = predictedErrors({ ...history, initStd: 30 }, 0.1, widths, key);
  const { mean } = errorSlope(widths, [predicted, predicted], 0.95);
  expect(mean).toBeGreaterThan(asymptoticSlope(1.5) / 2);
  expect(mean).toBeLessThan(0);
});

test("the predicted median is that of 1000 simulated matrices of 500 columns", () => {
  const width = 500;
  const column = new Float64Array(5);
  const errors = Array.from({ length: 1000 }, (_, run) => {
    const random = stream(deriveKey(key, "matrix", run));
    const norms = new Float64Array(width).map(() => {
      sampleIsotropic(random, 1.5, column);
      return column.reduce((sum, value) => sum + value * value, 0);
    });
    norms.sort();
    const cut = norms.subarray(0, 450).reduce((sum, value) => sum + value, 0);
    return cut / norms.reduce((sum, value) => sum + value, 0);
  });
  const [predicted] = predictedErrors(history, 0.1, [width], key);
  // A false-alarm rate of 1e-6 gives some 420 … 580 of 1000 below the median; the formula's own error in E², 4 %, is
  // another 20 of them at a density of log E² near 0.5.
  const below = errors.filter((error) => error < predicted!).length;
  expect(Math.abs(below - 500)).toBeLessThan(100);
});

test("the slope is the mean of the seeds' own, with Student's interval", () => {
  const widths = [10, 100];
  const row = (slope: number) => widths.map((n) => 3 * n ** slope);
  const { mean, interval } = errorSlope(widths, [row(-0.1), row(-0.3)], 0.95);
  expect(mean).toBeCloseTo(-0.2, 12); // rounding
  expect(interval[1] - mean).toBeCloseTo(12.706204736 * 0.1, 8); // one degree of freedom, ten digits of the table
});

test("the median of six values lies between the smallest and the largest with confidence 0.95, of five nowhere", () => {
  expect(medianInterval([5, 1, 4, 2, 6, 3], 0.95)).toEqual({ median: 3.5, interval: [1, 6] });
  expect(medianInterval([1, 2, 3, 4, 5], 0.95).interval).toBeNull();
});

test("an interval decides by the side of the half-way slope on which it lies", () => {
  expect(trend([-0.4, -0.2], -0.3)).toBe("falls");
  expect(trend([-0.1, 0.1], -0.3)).toBe("stands still");
  expect(trend([-0.4, -0.1], -0.3)).toBe("unclear");
});

test("the verdict needs the one to fall and the others to stand still", () => {
  expect(compressibilityVerdict("falls", ["stands still", "stands still"])).toBe("supported");
  expect(compressibilityVerdict("falls", ["stands still", "unclear"])).toBe("inconclusive");
  expect(compressibilityVerdict("falls", ["falls", "stands still"])).toBe("refuted");
  expect(compressibilityVerdict("stands still", ["stands still"])).toBe("refuted");
  expect(compressibilityVerdict("unclear", ["stands still"])).toBe("inconclusive");
});

test("one width has no slope", () => {
  expect(() => checkWidths([7, 7])).toThrow("widths: expected at least two different ones, got 7, 7.");
});
