import { expect, test } from "vitest";
import { ParameterError, ShapeError } from "../../errors.js";
import { leastSquaresSlope, quantile, summary } from "./summary.js";

test("the summary of 1 … 5 in any order", () => {
  expect(summary([3, 5, 1, 4, 2])).toEqual({
    count: 5,
    mean: 3,
    standardDeviation: Math.sqrt(2.5),
    lowerQuartile: 2,
    median: 3,
    upperQuartile: 4,
    minimum: 1,
    maximum: 5,
  });
});

test("one value has no spread, none is refused", () => {
  expect(summary([7])).toMatchObject({ mean: 7, median: 7, standardDeviation: Number.NaN });
  expect(() => summary([])).toThrow(ParameterError);
});

test("quantiles run linearly between order statistics, and an infinite value stays at its end", () => {
  expect(quantile([0, 10, 20], 0.25)).toBe(5);
  expect(quantile([0, 10, Number.POSITIVE_INFINITY], 0.5)).toBe(10);
});

test("the slope of y = 3x − 1 is 3, of a parabola around its vertex 0", () => {
  expect(leastSquaresSlope([0, 1, 5], [-1, 2, 14])).toBeCloseTo(3, 14); // rounding
  expect(leastSquaresSlope([-1, 0, 1], [1, 0, 1])).toBe(0);
  expect(() => leastSquaresSlope([1], [1])).toThrow(ShapeError);
});
