/** @file Slopes, their intervals and the rule of the verdict. */
import { expect, test } from "vitest";
import { estimateRate, judgeRate } from "./verdict.js";

const chaos = { exponent: -0.5, kind: "no slower than", margin: 0.05 } as const;
const bound = { exponent: 0.6, kind: "no slower than", margin: 0.05 } as const;
const sharp = { exponent: 0.6, kind: "exactly", margin: 0.05 } as const;

test("the slope is the mean over seeds, its interval Student's", () => {
  const x = [1, 2, 4, 8];
  const rate = estimateRate(
    x,
    [-0.4, -0.5, -0.6].map((slope) => x.map((n) => 3 * n ** slope)),
  );
  // Exact up to rounding of logarithms.
  expect(rate.slope).toBeCloseTo(-0.5, 12);
  // t of 2 degrees of freedom is 4.302653 in the tables; the standard error is 0.1/√3.
  expect(rate.interval[1]).toBeCloseTo(-0.5 + (4.302653 * 0.1) / Math.sqrt(3), 6);
  expect(rate.points[1]!.error).toBeCloseTo(3 * 2 ** -0.5, 12);
  expect(() => estimateRate(x, [x, x])).toThrow(/seeds: expected at least 3/);
});

test.each([
  [[-0.52, -0.47], chaos, "supported"],
  [[-1.02, -0.98], chaos, "supported"],
  [[-0.47, -0.44], chaos, "inconclusive"],
  [[-0.56, -0.44], chaos, "inconclusive"],
  [[-0.44, -0.4], chaos, "refuted"],
  [[-0.01, 0.01], chaos, "refuted"],
  [[-0.6, 0.6], chaos, "inconclusive"],
  [[Number.NaN, Number.NaN], chaos, "inconclusive"],
  [[0.97, 0.99], bound, "supported"],
  [[0.53, 0.57], bound, "inconclusive"],
  [[0.5, 0.54], bound, "refuted"],
  [[0.58, 0.62], sharp, "supported"],
  [[0.97, 0.99], sharp, "refuted"],
] as const)("the interval %j against %j is %s", (interval, claim, verdict) => {
  expect(judgeRate({ interval }, claim)).toBe(verdict);
});
