import { expect, test } from "vitest";
import { tailSlope } from "./tailSlope.js";

test("values (rank − ½)^(−1/α) have slope α exactly, and the line passes through them", () => {
  const values = Float64Array.from({ length: 1000 }, (_, i) => (i + 0.5) ** (-1 / 1.75));
  const tail = tailSlope(values, 1000, 0.05)!;
  // Rounding of 50 logarithms and their sums: a few ulp of numbers below 10.
  expect(tail.slope).toBeCloseTo(1.75, 12);
  expect(tail.count).toBe(50);
  expect(tail.from).toBe(values[49]);
  expect(tail.share).toBeCloseTo(49.5 / 1000, 12);
  expect(tail.standardError).toBeCloseTo(1.75 * Math.sqrt(2 / 50), 12);
});

test("a tail fraction counts from the total, not from the values shown", () => {
  const values = Float64Array.from({ length: 100 }, (_, i) => 1 / (i + 1));
  expect(tailSlope(values, 400, 0.1)?.count).toBe(40);
});

test("fewer than ten values, or values that are all equal, make no line", () => {
  expect(tailSlope([3, 2, 1], 3, 1)).toBeNull();
  for (const value of [2, 0.1, 3.7]) expect(tailSlope(new Float64Array(23).fill(value), 23, 1)).toBeNull();
});
