import { expect, test } from "vitest";
import { incompleteBeta } from "../../math/stats/beta.js";
import { certifyingPower, seedCertificate, seedsNeeded } from "./certificate.js";

const at = (delta: number) => ({ delta, confidence: 0.95 });

test.each([
  [0.05, [59, 93, 124, 153, 208]],
  [0.1, [29, 46, 61, 76, 103]],
  [0.2, [14, 22, 30, 37, 50]],
])("0, 1, 2, 3 and 5 failures certify δ = %d at confidence 0.95 from %j runs on", (delta, needed) => {
  expect([0, 1, 2, 3, 5].map((failures) => seedsNeeded(failures, at(delta)))).toEqual(needed);
});

test("100 runs with one failure certify δ = 0.05, with two they do not", () => {
  const one = seedCertificate({ failures: 1, runs: 100 }, at(0.05));
  const two = seedCertificate({ failures: 2, runs: 100 }, at(0.05));
  // Half of the last digit that is given.
  expect(one.upperBound).toBeCloseTo(0.0466, 4);
  expect(two.upperBound).toBeCloseTo(0.0616, 4);
  expect([one.certified, two.certified]).toEqual([true, false]);
});

test("the power of 59 and of 124 runs at failure probabilities 0.005, 0.01 and 0.02", () => {
  const power = (runs: number) => [0.005, 0.01, 0.02].map((p) => certifyingPower(runs, p, at(0.05)));
  // Half of the last digit that is given, a whole one for 0.975.
  [0.74, 0.55, 0.3].forEach((value, i) => {
    expect(power(59)[i]).toBeCloseTo(value, 2);
  });
  [0.975, 0.87, 0.55].forEach((value, i) => {
    expect(Math.abs(power(124)[i]! - value)).toBeLessThan(0.005);
  });
  expect(certifyingPower(58, 0.001, at(0.05))).toBe(0);
});

test("at failure probability δ the exact chance of a certificate is at most 1 − confidence, for every number of runs", () => {
  for (const [delta, confidence] of [
    [0.05, 0.95],
    [0.3, 0.9],
    [0.01, 0.8],
    [0.5, 0.75],
  ] as const) {
    for (let runs = 1; runs <= 300; runs++) {
      // The bisection for the bound stops near 1e-16, which moves a probability by less than 1e-12.
      expect(certifyingPower(runs, delta, { delta, confidence })).toBeLessThanOrEqual(1 - confidence + 1e-12);
    }
  }
});

test("no confidence is wasted: with one failure more allowed the chance exceeds 1 − confidence", () => {
  // F* = 2 at 124 runs, so 3 failures must be too many: P(Binomial(124, 0.05) ≤ 3).
  expect(incompleteBeta(0.95, 124 - 3, 4)).toBeGreaterThan(0.05);
});

test("confidence 1 and δ = 0 are refused with the reason", () => {
  expect(() => seedCertificate({ failures: 0, runs: 9 }, { delta: 0.05, confidence: 1 })).toThrow("gives certainty");
  expect(() => seedsNeeded(0, { delta: 0, confidence: 0.95 })).toThrow("never happens");
});
