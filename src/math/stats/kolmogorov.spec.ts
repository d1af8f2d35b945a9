import { expect, test } from "vitest";
import { kolmogorovDistance, massartBound } from "./kolmogorov.js";

const uniform = (x: number): number => Math.min(Math.max(x, 0), 1);

test("midpoints of n equal cells are 1/(2n) from the uniform law, the least possible", () => {
  const sorted = Array.from({ length: 10 }, (_, i) => (i + 0.5) / 10);
  expect(kolmogorovDistance(sorted, uniform)).toBeCloseTo(0.05, 15); // rounding
});

test("a sample at one point sees both sides of its step", () => {
  expect(kolmogorovDistance([0.3, 0.3], uniform)).toBeCloseTo(0.7, 15); // rounding
  expect(kolmogorovDistance([0.9], uniform)).toBeCloseTo(0.9, 15);
});

test("massartBound(n, f) solves 2 exp(−2 n d²) = f", () => {
  expect(2 * Math.exp(-2 * 2e5 * massartBound(2e5, 1e-6) ** 2)).toBeCloseTo(1e-6, 18); // rounding
});
