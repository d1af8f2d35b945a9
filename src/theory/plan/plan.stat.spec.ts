import { expect, test } from "vitest";
import { deriveKey, keyFromSeed } from "../../math/random/key.js";
import { binomialInterval } from "../../math/stats/binomial.js";
import { type ColumnHistory, type ColumnKind, columnLaw } from "./columnLaw.js";
import { formulaErrorQuantile } from "./formula.js";
import { expectedPrunedFraction } from "./inverse.js";
import { planWidth, reportWidth } from "./plan.js";
import { matrixError, matrixNorms } from "./pureNoiseMatrix.laws.js";
import { fullWidth, keptCount, prunableFraction } from "./tailShare.js";
import { trimmedMoments } from "./trimmedMoment.js";

/** The probability that a check below fails though the planner is right. */
const falseAlarm = 1e-6;
const key = keyFromSeed(17);
const kinds: ColumnKind[] = ["node", "coordinate", "isotropic", "radial"];

function history(kind: ColumnKind, alpha: number, change: Partial<ColumnHistory> = {}): ColumnHistory {
  const base = { sigma: 0.7, time: 2, inputs: 6, initStd: 0, convention: "unit", weightDecay: 0 } as const;
  return { ...base, kind, alpha, ...change };
}

const grid = kinds.flatMap((kind) =>
  (kind === "radial" ? [1.2, 1.75] : [1.2, 1.5, 1.75, 1.9]).flatMap((alpha) =>
    [0, 1.5].map((initStd) => ({ kind, alpha, initStd, keptFraction: alpha > 1.6 ? 0.3 : 0.15 })),
  ),
);

test.each(grid)("$kind α = $alpha, s₀ = $initStd: quantiles of E and the pruned fraction", (point) => {
  const { kind, alpha, initStd, keptFraction } = point;
  const width = 1000;
  const networks = 1500;
  const columns = history(kind, alpha, { initStd, convention: alpha === 1.5 ? "paperCode" : "unit" });
  const law = columnLaw(columns);
  const setting = { law, moments: trimmedMoments(law, key), drift: 0 };
  const draw = matrixNorms(columns, width);
  let fractions = 0;
  const errors = Float64Array.from({ length: networks }, (_, r) => {
    const norms = draw(deriveKey(key, kind, r));
    fractions += prunableFraction(norms, 0.1) / networks;
    return matrixError(norms, keptCount(keptFraction, width));
  });
  const countBelow = (level: number): number => errors.filter((error) => error <= level).length;
  for (const p of [0.05, 0.5, 0.95]) {
    const { low, high } = binomialInterval(networks, p, falseAlarm);
    const formula = formulaErrorQuantile(setting, keptFraction, width, p);
    // The formula's stated error: 2 % of the median and the upper quantile, 6 % of the lower one.
    const stated = p < 0.5 ? 0.06 : 0.02;
    expect(countBelow((1 + stated) * formula)).toBeGreaterThanOrEqual(low);
    expect(countBelow((1 - stated) * formula)).toBeLessThanOrEqual(high);
  }
  // The fraction has standard deviation up to 0.13 over networks: five standard errors, and the stated 0.3 points.
  const expected = expectedPrunedFraction(setting, 0.1, width);
  expect(Math.abs(fractions - expected)).toBeLessThan(0.003 + (5 * 0.13) / Math.sqrt(networks));
});

test.each([
  { kind: "node", alpha: 1.3, initStd: 1, keptFraction: 0.05, relativeError: 0.5, confidence: 0.9 },
  { kind: "coordinate", alpha: 1.9, initStd: 0, keptFraction: 0.3, relativeError: 0.65, confidence: 0.9 },
  { kind: "isotropic", alpha: 1.7, initStd: 1, keptFraction: 0.2, relativeError: 0.7, confidence: 0.9 },
  { kind: "radial", alpha: 1.4, initStd: 1, keptFraction: 0.1, relativeError: 0.6, confidence: 0.9 },
] as const)("$kind α = $alpha: the simulated answers at a width of 100 are those of whole matrices", (point) => {
  const { kind, alpha, initStd, ...promise } = point;
  const width = 100;
  const networks = 4000;
  const columns = history(kind, alpha, { initStd });
  const { monteCarlo } = reportWidth({ law: columnLaw(columns), promise, drift: 0, key }, width);
  const draw = matrixNorms(columns, width);
  const kept = keptCount(promise.keptFraction, width);
  let [failures, fractions] = [0, 0];
  for (let r = 0; r < networks; r++) {
    const norms = draw(deriveKey(key, "simulated", r));
    if (matrixError(norms, kept) > promise.relativeError) failures++;
    fractions += prunableFraction(norms, 0.1) / networks;
  }
  // The matrices carry half the standard error of the 1000 simulated networks; five of the difference's, false alarm 6e-7.
  const reach = (standardError: number): number => 5 * Math.sqrt(1.25) * standardError * 1.1;
  const { failure, failureStandardError, prunedFraction, prunedFractionStandardError } = monteCarlo!;
  expect(Math.abs(failures / networks - failure)).toBeLessThan(reach(failureStandardError));
  expect(Math.abs(fractions - prunedFraction)).toBeLessThan(reach(prunedFractionStandardError));
});

test.each([
  { kind: "node", alpha: 1.2, initStd: 0, keptFraction: 0.2, relativeError: 0.2, confidence: 0.9 },
  { kind: "coordinate", alpha: 1.5, initStd: 0, keptFraction: 0.3, relativeError: 0.4, confidence: 0.9 },
  { kind: "isotropic", alpha: 1.5, initStd: 0.7, keptFraction: 0.3, relativeError: 0.5, confidence: 0.8 },
  { kind: "node", alpha: 1.75, initStd: 0.5, keptFraction: 0.3, relativeError: 0.55, confidence: 0.8 },
  { kind: "coordinate", alpha: 1.3, initStd: 1, keptFraction: 0.05, relativeError: 0.4, confidence: 0.95 },
  { kind: "radial", alpha: 1.3, initStd: 1, keptFraction: 0.2, relativeError: 0.4, confidence: 0.9 },
] as const)("$kind α = $alpha, κ = $keptFraction, ε = $relativeError: P(E > ε) = δ at the planned width", (point) => {
  const { kind, alpha, initStd, ...promise } = point;
  const columns = history(kind, alpha, { initStd });
  const plan = planWidth({ law: columnLaw(columns), promise, drift: 0, key });
  const networks = 1500;
  const failuresAt = (width: number): number => {
    const draw = matrixNorms(columns, width);
    const kept = keptCount(promise.keptFraction, width);
    let failures = 0;
    for (let r = 0; r < networks; r++) {
      if (matrixError(draw(deriveKey(key, "width", r)), kept) > promise.relativeError) failures++;
    }
    return failures;
  };
  const { low, high } = binomialInterval(networks, 1 - promise.confidence, falseAlarm);
  for (const answer of [plan, ...(plan.monteCarlo ? [plan.monteCarlo] : [])]) {
    // Stated error: 6 % for the formula (3–10 % high, so on the safe side, where κn < 20), three standard errors for simulation.
    expect(failuresAt(fullWidth(1.1 * answer.width!, promise.keptFraction))).toBeLessThanOrEqual(high);
    expect(failuresAt(fullWidth(0.85 * answer.width!, promise.keptFraction))).toBeGreaterThanOrEqual(low);
  }
});

test.each([
  { kind: "node", alpha: 1.2, initStd: 0, keptFraction: 0.2, relativeError: 0.5, confidence: 0.8 },
  { kind: "coordinate", alpha: 1.4, initStd: 0, keptFraction: 0.3, relativeError: 0.5, confidence: 0.9 },
  { kind: "isotropic", alpha: 1.5, initStd: 0.5, keptFraction: 0.3, relativeError: 0.5, confidence: 0.95 },
  { kind: "node", alpha: 1.5, initStd: 0.5, keptFraction: 0.3, relativeError: 0.6, confidence: 0.7 },
  { kind: "radial", alpha: 1.3, initStd: 1, keptFraction: 0.3, relativeError: 0.5, confidence: 0.9 },
  { kind: "radial", alpha: 1.2, initStd: 0, keptFraction: 0.2, relativeError: 0.5, confidence: 0.8 },
] as const)("$kind α = $alpha, confidence $confidence: networks of the certified width keep the promise", (point) => {
  const { kind, alpha, initStd, ...promise } = point;
  const columns = history(kind, alpha, { initStd });
  const { rigorousWidth: width } = planWidth({ law: columnLaw(columns), promise, drift: 0, key });
  const draw = matrixNorms(columns, width!);
  const kept = keptCount(promise.keptFraction, width!);
  const networks = 1500;
  let failures = 0;
  for (let r = 0; r < networks; r++) {
    if (matrixError(draw(deriveKey(key, "certified", r)), kept) > promise.relativeError) failures++;
  }
  // A promise broken twice as often as promised would show with probability above 1 − 1e-6.
  expect(failures).toBeLessThanOrEqual(binomialInterval(networks, 1 - promise.confidence, falseAlarm).high);
});
