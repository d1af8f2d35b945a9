import { expect, test } from "vitest";
import { ParameterError } from "../../errors.js";
import { incompleteBeta } from "./beta.js";
import { binomialInterval, clopperPearson } from "./binomial.js";

test("no failure in R trials gives the upper bound 1 − (1 − confidence)^(1/R)", () => {
  const { lower, upper } = clopperPearson(0, 59, 0.95);
  expect(lower).toBe(0);
  expect(upper).toBeCloseTo(1 - 0.05 ** (1 / 59), 13); // bisection stops near 1e-16
});

test("the smallest number of trials that certifies 5 % at confidence 95 % is 59, 93, 124, 153 for 0 to 3 failures", () => {
  [59, 93, 124, 153].forEach((trials, failures) => {
    expect(clopperPearson(failures, trials, 0.95).upper).toBeLessThanOrEqual(0.05);
    expect(clopperPearson(failures, trials - 1, 0.95).upper).toBeGreaterThan(0.05);
  });
});

test("bounds of failures and of successes mirror each other", () => {
  const failed = clopperPearson(7, 30, 0.99);
  const passed = clopperPearson(23, 30, 0.99);
  expect(failed.lower).toBeCloseTo(1 - passed.upper, 13); // bisection stops near 1e-16
  expect(clopperPearson(30, 30, 0.99).upper).toBe(1);
});

test.each([
  [1000, 0.01, 1e-6],
  [1_000_000, 1e-5, 1e-6],
  [50, 0.5, 0.05],
])("the interval for Binomial(%i, %d) at %d is the narrowest", (n, p, falseAlarm) => {
  const { low, high } = binomialInterval(n, p, falseAlarm);
  const atLeast = (k: number) => incompleteBeta(p, k, n - k + 1);
  const above = atLeast(high + 1);
  expect(above).toBeLessThanOrEqual(falseAlarm / 2);
  expect(atLeast(high)).toBeGreaterThan(falseAlarm / 2);
  expect(low === 0 ? 0 : 1 - atLeast(low)).toBeLessThanOrEqual(falseAlarm / 2);
  expect(1 - atLeast(low + 1)).toBeGreaterThan(falseAlarm / 2);
});

test("arguments outside their domain are refused", () => {
  expect(() => clopperPearson(5, 4, 0.95)).toThrow(ParameterError);
  expect(() => clopperPearson(0, 0, 0.95)).toThrow(ParameterError);
  expect(() => clopperPearson(1, 4, 1)).toThrow("confidence: expected a number in (0, 1), got 1.");
  expect(() => binomialInterval(10, 0, 0.1)).toThrow(ParameterError);
});
