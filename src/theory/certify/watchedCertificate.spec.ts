import { expect, test } from "vitest";
import { logEvidence, watchedCertificate, watchedSeedsNeeded } from "./watchedCertificate.js";

const at = (delta: number) => ({ delta, confidence: 0.95 });

test("watching certifies δ = 0.1 after 43 and 66 runs, δ = 0.05 after 88 and 134, for 0 and 1 failures", () => {
  expect([0, 1].map((failures) => watchedSeedsNeeded(failures, at(0.1)))).toEqual([43, 66]);
  expect([0, 1].map((failures) => watchedSeedsNeeded(failures, at(0.05)))).toEqual([88, 134]);
});

test.each([
  [0, 88, 0.05],
  [3, 40, 0.2],
  [30, 40, 0.2],
])("W = ∫ v^F ((1 − δv)/(1 − δ))^(R−F) dv for F = %i, R = %i, δ = %d", (failures, runs, delta) => {
  let sum = 0;
  const cells = 200_000;
  for (let i = 0; i < cells; i++) {
    const v = (i + 0.5) / cells;
    sum += v ** failures * ((1 - delta * v) / (1 - delta)) ** (runs - failures);
  }
  // The midpoint rule's error: second derivative below 1e4 times 1/(24 cells²).
  expect(Math.exp(logEvidence({ failures, runs }, delta)) / (sum / cells)).toBeCloseTo(1, 7);
});

test("evidence that underflows keeps its least value 1/(F + 1)", () => {
  expect(logEvidence({ failures: 2000, runs: 2000 }, 0.05)).toBeCloseTo(-Math.log(2001), 12); // rounding
});

test("the chance that the evidence ever suffices within 1500 runs at failure probability δ is at most 1 − confidence", () => {
  for (const delta of [0.05, 0.2]) {
    const bar = Array.from({ length: 500 }, (_, failures) => watchedSeedsNeeded(failures, at(delta)));
    // The law of F on paths that have not been certified, run by run.
    let alive = new Float64Array(501);
    alive[0] = 1;
    let certified = 0;
    for (let runs = 1; runs <= 1500; runs++) {
      const next = new Float64Array(501);
      for (let f = 0; f < 500; f++) {
        next[f]! += alive[f]! * (1 - delta);
        next[f + 1]! += alive[f]! * delta;
      }
      for (let f = 0; f < 500; f++) {
        if (runs < bar[f]!) continue;
        certified += next[f]!;
        next[f] = 0;
      }
      alive = next;
    }
    expect(certified).toBeLessThanOrEqual(0.05);
    // Not vacuous: a uniform mixture spends a good part of the confidence.
    expect(certified).toBeGreaterThan(0.02);
  }
});

test("a certificate once reached stays, and its bound is at most δ exactly when it is reached", () => {
  const clean = Array.from({ length: 87 }, () => false);
  const before = watchedCertificate(clean, at(0.05));
  expect([before.certified, before.upperBound > 0.05]).toEqual([false, true]);
  const reached = watchedCertificate([...clean, false], at(0.05));
  expect([reached.certifiedAt, reached.upperBound <= 0.05]).toEqual([88, true]);
  const after = watchedCertificate([...clean, false, true, true, true, true], at(0.05));
  expect(after).toMatchObject({ failures: 4, runs: 92, certified: true, certifiedAt: 88 });
  expect(after.eValue).toBeLessThan(20);
});

test("no run gives no evidence", () => {
  expect(watchedCertificate([], at(0.05))).toEqual({
    ...{ failures: 0, runs: 0, upperBound: 1, certified: false, certifiedAt: null, eValue: 1 },
  });
});
