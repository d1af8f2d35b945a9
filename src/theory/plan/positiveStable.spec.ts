import { expect, test } from "vitest";
import { keyFromSeed } from "../../math/random/key.js";
import { stream } from "../../math/random/stream.js";
import { sampleLogPositive } from "../../math/stable/samplePositive.js";
import { erfc } from "../../math/stats/erfc.js";
import { kolmogorovDistance, massartBound } from "../../math/stats/kolmogorov.js";
import { positiveStableLogCdf, positiveStableLogDensity, positiveStableLogQuantile } from "./positiveStable.js";
import { positiveStableNodes } from "./positiveStableNodes.js";

test.each([2e-3, 0.01, 0.1, 1, 10, 1e4])("a = 1/2 is the Lévy law: F(%d) = erfc(1/(2√x))", (x) => {
  // The relative error 1e-9 stated for F.
  expect(Math.exp(positiveStableLogCdf(Math.log(x), 0.5)) / erfc(1 / (2 * Math.sqrt(x)))).toBeCloseTo(1, 9);
});

test.each([0.25, 0.6, 0.75, 0.875, 0.95, 0.995])("a = %d: F(quantile(p)) = p, and F is below its bound", (a) => {
  for (const p of [1e-12, 1e-3, 0.05, 0.5, 0.95]) {
    const logX = positiveStableLogQuantile(Math.log(p), a);
    // log x is bisected to 1e-11; near a = 1 the density multiplies that by up to 1e3.
    expect(positiveStableLogCdf(logX, a) / Math.log(p)).toBeCloseTo(1, 6);
    expect(Math.log(p)).toBeLessThanOrEqual(-(1 - a) * Math.exp((a / (1 - a)) * (Math.log(a) - logX)));
  }
});

test.each([0.6, 0.75, 0.95])("a = %d: Kanter's draws follow F", (a) => {
  const random = stream(keyFromSeed(11));
  const logs = Float64Array.from({ length: 5000 }, () => sampleLogPositive(random, a)).sort();
  // False alarm 1e-6 by Massart's bound; catches laws 0.08 apart.
  const distance = kolmogorovDistance(logs, (logX) => Math.exp(positiveStableLogCdf(logX, a)));
  expect(distance).toBeLessThan(massartBound(logs.length, 1e-6));
});

test.each([-4, -1, 0, 2, 100, 600])(
  "a = 1/2 is the Lévy law: the density of log A at %d is e^(−1/(4x))/√(4πx)",
  (logX) => {
    // The relative error 1e-11 stated for the density.
    const density = Math.exp(-0.25 * Math.exp(-logX) - logX / 2) / Math.sqrt(4 * Math.PI);
    expect(positiveStableLogDensity(logX, 0.5) / density).toBeCloseTo(1, 11);
  },
);

test.each([0.25, 0.4, 0.5, 0.75, 0.875, 0.95, 0.99, 0.99995])("a = %d: the rule gives E e^(−sA) = e^(−s^a)", (a) => {
  const { points, weights } = positiveStableNodes(a, 30 / a);
  for (const s of [0, 0.01, 1, 10]) {
    const transform = points.reduce((sum, x, j) => sum + weights[j]! * Math.exp(-s * x), 0);
    // The tail left out is e^−30/Γ(1 − a), the terms on the left 1e-18 each.
    expect(transform / Math.exp(-(s ** a))).toBeCloseTo(1, 11);
  }
});

test("a = 1 is the point 1", () => {
  expect(positiveStableNodes(1, 30)).toEqual({ points: Float64Array.of(1), weights: Float64Array.of(1) });
});
