import { expect, test } from "vitest";
import { populationDrop, splitForPopulation, testDrop } from "./accuracyDrop.js";
import { seedCertificate } from "./certificate.js";
import { meanInterval, meanUpperBound } from "./meanBounds.js";
import { quantileBound } from "./quantileBound.js";

const promise = { delta: 0.05, confidence: 0.95 };

test("83 rows broken and 21 mended of 10000 lose 0.0062 on the test set and at most 0.0117 on the population", () => {
  const counts = { broken: 83, mended: 21, rows: 10_000 };
  expect(testDrop(counts)).toBe(0.0062);
  // Half of the last digit that is given.
  expect(populationDrop(counts, 1 - 1e-4)).toBeCloseTo(0.0117, 4);
});

test("δ = 0.05 at confidence 0.95 leaves the seeds δ = 0.04 at 0.96; 100 of them without failure certify", () => {
  const { seeds, slack, rowConfidence } = splitForPopulation(promise);
  expect(seeds.delta).toBeCloseTo(0.04, 15); // rounding
  expect(seeds.confidence).toBeCloseTo(0.96, 15);
  expect(slack).toBeCloseTo(0.01, 15);
  expect(1 - rowConfidence).toBeCloseTo(1e-4, 15);
  const found = seedCertificate({ failures: 0, runs: 100 }, seeds);
  expect(found.upperBound).toBeCloseTo(0.0317, 4); // half of the last digit that is given
  expect(found.certified).toBe(true);
});

test.each([
  [59, 59],
  [100, 99],
  [200, 196],
])("of %i values the one of order %i bounds the 95 %% quantile", (runs, order) => {
  const values = Array.from({ length: runs }, (_, i) => runs - i);
  expect(quantileBound(values, promise)).toEqual({ order, value: order });
});

test("58 values are too few for a quantile bound, and a diverged run counts as the largest", () => {
  const values = Array.from({ length: 59 }, (_, i) => (i === 7 ? Number.POSITIVE_INFINITY : i));
  expect(quantileBound(values.slice(1), promise)).toBeNull();
  expect(quantileBound(values, promise)?.value).toBe(Number.POSITIVE_INFINITY);
});

test.each([
  [1, 0.95, 12.7062047364],
  [2, 0.95, 4.3026527297],
  [9, 0.99, 3.2498355416],
  [99, 0.95, 1.9842169516],
])("Student's quantile with %i degrees of freedom at %d is %d", (freedom, confidence, quantile) => {
  // Values of alternating sign have mean 0 and a known deviation, or nearly for an odd count.
  const values = Array.from({ length: freedom + 1 }, (_, i) => (i % 2 ? 1 : -1));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / freedom);
  const { interval } = meanInterval(values, confidence);
  // The table's ten decimals.
  expect(((interval[1] - mean) / deviation) * Math.sqrt(values.length)).toBeCloseTo(quantile, 8);
});

test("values without spread have a bound of 7·range·log(2/g)/(3(n − 1)) above their mean", () => {
  const bound = meanUpperBound(new Float64Array(101).fill(0.25), { range: 2, confidence: 0.95 });
  expect(bound - 0.25).toBeCloseTo((14 * Math.log(40)) / 300, 14); // rounding
});

test("one value has no interval", () => {
  expect(() => meanInterval([1], 0.95)).toThrow("values: expected at least two numbers, got 1.");
});
