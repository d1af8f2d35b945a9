import { describe, expect, test } from "vitest";
import { ParameterError } from "../../errors.js";
import { keyFromSeed } from "../../math/random/key.js";
import type { ColumnKind, ColumnLaw } from "./columnLaw.js";
import { demand, formulaErrorQuantile, formulaLogWidth } from "./formula.js";
import { expectedPrunedFraction, largestAlpha, leastNoiseScale, reachableKeptFraction } from "./inverse.js";
import { planWidth, reportWidth } from "./plan.js";
import { trimmedMoments } from "./trimmedMoment.js";

const key = keyFromSeed(5);
const law = (kind: ColumnKind, alpha: number, inputs = 1, initStd = 0, noiseScale = 1): ColumnLaw => {
  return { kind, alpha, inputs, noiseScale, initStd };
};
const setting = (columns: ColumnLaw, drift = 0) => ({ law: columns, moments: trimmedMoments(columns, key), drift });
const promise = (keptFraction: number, relativeError: number, confidence = 0.95) => {
  return { keptFraction, relativeError, confidence };
};
/** The paper's third kind at scale 1 in the convention of its authors' program. */
const paperCode = Math.SQRT1_2;

describe("values computed independently, by quadrature of the same formulas and by simulation", () => {
  // M by 10^6 columns: 0.3 % for a sampled M, times α/(2−α) for N; the exact M is right in all digits given.
  test.each([
    ["node", 1.2, 1, 0.1, 0.1, 1, 2.001, 16676, 0.001],
    ["coordinate", 1.5, 10, 0.2, Math.sqrt(0.1), 1, 23.851, 5179, 0.03],
    ["node", 1.75, 1, 0.1, 0.5, 1, 1.217, 34300, 0.001],
    ["isotropic", 1.75, 10, 0.2, 0.5, paperCode, 6.378, 26538, 0.04],
  ] as const)("%s α = %d, d = %d: M_κ and N", (kind, alpha, inputs, kappa, epsilon, c, moment, width, tolerance) => {
    const found = setting(law(kind, alpha, inputs, 0, c));
    expect(Math.abs(found.moments.moment(kappa) / moment - 1)).toBeLessThan(0.01);
    expect(Math.abs(Math.exp(formulaLogWidth(found, promise(kappa, epsilon))) / width - 1)).toBeLessThan(tolerance);
  });

  test.each([
    ["node", 1.2, 1, 0.1, [4.2, 2.7, 2.1]],
    ["node", 1.5, 1, 0.2, [6.3, 3.3, 2.1]],
    ["node", 1.9, 1, 0.1, [35.7, 16.7, 9.2]],
    ["isotropic", 1.75, 10, 0.3, [13.5, 6.5, 3.7]],
    ["coordinate", 1.9, 10, 0.1, [38.2, 19.2, 11.6]],
  ] as const)("%s α = %d, d = %d, κ = %d: log10 N", (kind, alpha, inputs, kappa, expected) => {
    const found = setting(law(kind, alpha, inputs));
    [0.1, Math.sqrt(0.1), 0.5].forEach((epsilon, j) => {
      // Half a unit of the one decimal given, and 19 · 0.2 % of a sampled M at α = 1.9.
      const logWidth = formulaLogWidth(found, promise(kappa, epsilon)) / Math.LN10;
      expect(Math.abs(logWidth - expected[j]!)).toBeLessThan(0.05 + 0.02);
    });
  });

  test.each([
    [1.2, 1000, [0.019, 0.12, 0.255], 0.9827],
    [1.5, 1000, [0.089, 0.31, 0.469], 0.8977],
    [1.75, 1000, [0.248, 0.532, 0.644], 0.7247],
    [1.75, 100000, [0.178, 0.383, 0.463], 0.8464],
  ])("node α = %d, n = %d: quantiles of E and the simulated pruned fraction", (alpha, width, quantiles, pruned) => {
    const found = setting(law("node", alpha));
    [0.05, 0.5, 0.95].forEach((p, j) => {
      // Half a unit of the last digit.
      expect(Math.abs(formulaErrorQuantile(found, 0.1, width, p) - quantiles[j]!)).toBeLessThan(6e-4);
    });
    // The limit law is off by up to 0.12 points here, the simulation by 0.14.
    expect(Math.abs(expectedPrunedFraction(found, 0.1, width) - pruned)).toBeLessThan(0.003);
  });

  test.each([
    [1.2, 0.015, 0.062],
    [1.5, 0.141, 0.238],
    [1.75, 0.336, 0.379],
    [1.9, 0.415, 0.43],
  ])("node α = %d: least κ at n = 5000 and 1000", (alpha, wide, narrow) => {
    const found = setting(law("node", alpha));
    const target = { relativeError: Math.sqrt(0.1), confidence: 0.95 };
    expect(Math.abs(reachableKeptFraction(found, target, 5000) - wide)).toBeLessThan(1e-3);
    expect(Math.abs(reachableKeptFraction(found, target, 1000) - narrow)).toBeLessThan(1e-3);
  });

  test("the largest α at n = 5000: 1.10, 1.45, 1.67; with κ = 0.3 and ε = 0.5 every one", () => {
    const at = (kappa: number, epsilon: number) =>
      largestAlpha((alpha) => law("node", alpha), promise(kappa, epsilon), 5000, { drift: 0, key });
    [0.1, Math.sqrt(0.1), 0.5].forEach((epsilon, j) => {
      const found = at(0.1, epsilon);
      expect(found.status === "found" && found.value).toBeCloseTo([1.1, 1.45, 1.67][j]!, 1.9);
    });
    expect(at(0.3, 0.5).status).toBe("always");
    expect(at(0.001, 0.01).status).toBe("infeasible");
  });

  test("the least c/s₀ at n = 5000, d = 784, α = 1.5: 0.70, 0.26 and 1.00", () => {
    const at = (kind: ColumnKind, kappa = 0.1) =>
      leastNoiseScale(law(kind, 1.5, 784, 1), promise(kappa, 0.5), 5000, { drift: 0, key });
    const found = (["node", "coordinate", "isotropic"] as const).map((kind) => at(kind));
    [0.7, 0.26, 1.0 * paperCode].forEach((expected, j) => {
      const { status, ...rest } = found[j]!;
      expect(status).toBe("found");
      // Half a unit of the last digit given, and the samples' 1 %.
      expect(Math.abs((rest as { value: number }).value - expected)).toBeLessThan(0.005 + 0.015 * expected);
    });
    expect(at("node", 0.01).status).toBe("infeasible");
    expect(leastNoiseScale(law("node", 1.5), promise(0.2, 0.5), 5000, { drift: 0, key }).status).toBe("always");
  });
});

test("the inverse of M_κ gives κ back, for both ways to compute it", () => {
  for (const columns of [law("node", 1.5), law("isotropic", 1.5, 10, 0.5)]) {
    const { moment, keptFraction } = trimmedMoments(columns, key);
    // A sampled M is a step function with steps of 1/400000 in κ.
    for (const kappa of [0.01, 0.1, 0.5, 0.9]) expect(keptFraction(moment(kappa))).toBeCloseTo(kappa, 4);
    expect(keptFraction(0)).toBe(1);
  }
});

test("sampled moments and their bounds agree with the quadrature of the same law", () => {
  const exact = trimmedMoments(law("node", 1.5, 10), key);
  // A speck of initial weights makes the same law a sampled one.
  const sampled = trimmedMoments(law("node", 1.5, 10, 1e-9), key);
  expect([exact.method, sampled.method]).toEqual(["quadrature", "simulation"]);
  for (const kappa of [0.05, 0.3]) {
    // Five standard errors, false alarm 6e-7.
    const reach = 5 * sampled.relativeStandardError(kappa);
    expect(Math.abs(sampled.moment(kappa) / exact.moment(kappa) - 1)).toBeLessThan(reach);
    for (const { exceedance, moment, square } of sampled.bounds(kappa, 1e-6)) {
      const truth = exact.bounds(exceedance, 0).at(-1)!;
      // At the same exceedance the sampled threshold lies at or above the exact one, so its moments must too.
      expect(moment).toBeGreaterThan(truth.moment);
      expect(square).toBeGreaterThan(truth.square);
    }
  }
});

test("near α = 2 the width is unattainable: a logarithm, no number, and valid JSON", () => {
  for (const alpha of [1.9, 1.99, 1.999]) {
    const plan = planWidth({ law: law("node", alpha), promise: promise(0.1, 0.1), drift: 0, key });
    expect(plan).toMatchObject({ status: "unattainable", width: null, rigorousWidth: null, method: "formula" });
    expect(plan.log10Width).toBeGreaterThan(12);
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  }
});

test("what a Gaussian matrix does is trivial, and its error is that of the half-normal law", () => {
  const plan = planWidth({ law: law("node", 1.5), promise: promise(0.5, 0.5), drift: 0, key });
  expect(plan.status).toBe("trivial");
  // P(χ²_3 ≤ median of χ²_1)^(1/2) = 0.2672; 100,000 columns leave about 0.5 %.
  expect(Math.abs(plan.gaussianError! - 0.2672)).toBeLessThan(0.006);
});

test("the certificate is wider than the formula, and certifies its own failure probability", () => {
  const question = { law: law("node", 1.5), promise: promise(0.2, 0.4), drift: 0, key };
  const plan = planWidth(question);
  expect(plan.rigorousWidth!).toBeGreaterThan(plan.formula.width!);
  expect(plan.rigorousWidth!).toBeLessThan(5 * plan.formula.width!);
  const { rigorousFailure } = reportWidth(question, plan.rigorousWidth!);
  expect(rigorousFailure).toBeLessThanOrEqual(0.05 * 1.001);
  expect(rigorousFailure).toBeGreaterThan(0.045);
});

test("drift raises every width, lowers the lower bound, and 0 changes nothing", () => {
  const at = (drift: number) =>
    planWidth({ law: law("coordinate", 1.5, 4, 0.5), promise: promise(0.2, 0.4), drift, key });
  const [none, some] = [at(0), at(0.2)];
  expect(none.driftLowerLog10Width).toBeNull();
  expect(some.log10Width).toBeGreaterThan(none.log10Width);
  expect(some.log10RigorousWidth!).toBeGreaterThan(none.log10RigorousWidth!);
  expect(some.monteCarlo!.width).toBeGreaterThan(none.monteCarlo!.width);
  expect(some.driftLowerLog10Width!).toBeLessThan(none.log10Width);
  expect(demand(4, 0.5, 1)).toBe((3 / 0.5 + 1) ** 2);
  expect(demand(4, 0.5, -3)).toBe(0);
});

test.each([
  [{ keptFraction: 0 }, /no column kept/],
  [{ keptFraction: 1 }, /nothing is compressed/],
  [{ relativeError: 1 }, /nothing is promised/],
  [{ relativeError: 0 }, /never exactly zero/],
  [{ confidence: 1 }, /equally large/],
  [{ confidence: 0 }, /needs no width/],
])("%o is refused with its reason", (change, reason) => {
  const ask = () => planWidth({ law: law("node", 1.5), promise: { ...promise(0.2, 0.5), ...change }, drift: 0, key });
  expect(ask).toThrow(ParameterError);
  expect(ask).toThrow(reason);
});

test("α = 2 is refused: the law of large numbers keeps the error up", () => {
  expect(() => planWidth({ law: law("node", 2), promise: promise(0.2, 0.5), drift: 0, key })).toThrow(/large numbers/);
});
