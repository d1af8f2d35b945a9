/** @file Tail index estimators: what holds exactly, and what they refuse. */
import { expect, test } from "vitest";
import { ParameterError } from "../../../errors.js";
import { keyFromSeed } from "../../random/key.js";
import { stream } from "../../random/stream.js";
import { symmetricTailQuantile } from "../quantile.js";
import { symmetricSampler } from "../sample.js";
import { symmetricDensity } from "../symmetric.js";
import { leastValues } from "./estimate.js";
import { hillTailIndex } from "./hill.js";
import { logDensity } from "./logDensityTable.js";
import { maximum } from "./maximum.js";
import { mohammadiTailIndex } from "./mohammadi.js";
import { tailIndex, tailIndexMethods } from "./tailIndex.js";

/** The law's own quantiles at probabilities (i + 1/2)/n, in an order without pattern: a sample without chance. */
function idealSample(alpha: number, n: number): Float64Array {
  const half = Float64Array.from({ length: n / 2 }, (_, i) => symmetricTailQuantile((i + 0.5) / n, alpha));
  return Float64Array.from({ length: n }, (_, i) => {
    // 7919 is prime to n, so i ↦ 7919 i mod n visits every place once.
    const place = (7919 * i) % n;
    return place < n / 2 ? half[place]! : -half[place - n / 2]!;
  });
}

const random = stream(keyFromSeed(3));
const draw = symmetricSampler(1.5);
const sample = Float64Array.from({ length: 2000 }, () => draw(random));

test.each(tailIndexMethods)("%s does not depend on the scale or the signs", (method) => {
  const { alpha, scale } = tailIndex(sample, { method });
  const other = tailIndex(
    sample.map((x) => 250 * x),
    { method },
  );
  // Rounding of logarithms and bisections to 1e-6; the likelihood stops at 1e-4 of log γ and s.
  const tolerance = method === "likelihood" ? 3e-4 : 1e-5;
  expect(Math.abs(other.alpha - alpha)).toBeLessThan(tolerance);
  if (scale !== undefined) expect(Math.abs(other.scale! / (250 * scale) - 1)).toBeLessThan(tolerance);
  const mirrored = tailIndex(
    sample.map((x) => -x),
    { method },
  );
  expect(mirrored.alpha).toBe(alpha);
});

test.each(["characteristic", "likelihood", "quantile", "logMoment"] as const)(
  "%s finds α and γ of quantiles of the law",
  (method) => {
    for (const alpha of [1.2, 1.5, 1.75, 1.9]) {
      const found = tailIndex(
        idealSample(alpha, 4000).map((x) => 0.3 * x),
        { method },
      );
      // A sample of midpoints leaves out what lies beyond the quantile 1/(2n): a tenth of a standard error (1.6/√4000 = 0.025).
      expect(Math.abs(found.alpha - alpha)).toBeLessThan(0.012);
      expect(Math.abs(found.scale! / 0.3 - 1)).toBeLessThan(0.01);
      expect(found.interval![0]).toBeLessThan(alpha);
      expect(found.interval![1]).toBeGreaterThan(alpha);
    }
  },
);

test("the closed-form standard error at α = 1.2, 1.5, 1.75, 1.9 and 2 is 1.48, 1.61, 1.52, 1.22 and 0.75 over √n", () => {
  const expected = { 1.2: 1.48, 1.5: 1.61, 1.75: 1.52, 1.9: 1.22, 2: 0.75 };
  for (const [alpha, value] of Object.entries(expected)) {
    const { standardError } = tailIndex(idealSample(Number(alpha), 10_000));
    // Two digits were given; α̂ of this sample is off by up to 0.003, and se changes by 9 for 1 in α near 2.
    expect(Math.abs(100 * standardError! - value)).toBeLessThan(0.04);
  }
});

test("log-moment on ±e^(±1.5) by hand: V = 2.25 n/(n − 1), α = (6V/π² − 1/2)^(−1/2)", () => {
  const values = Float64Array.from({ length: 40 }, (_, i) => (i % 2 ? 1 : -1) * Math.exp(i % 4 < 2 ? 1.5 : -1.5));
  const variance = (2.25 * 40) / 39;
  expect(tailIndex(values, { method: "logMoment" }).alpha).toBeCloseTo(
    ((6 * variance) / Math.PI ** 2 - 0.5) ** -0.5,
    12,
  );
});

test("Hill on exact powers: sizes 2^i over a fraction k/n give 1/α = mean of log 2^j = log 2 (k + 1)/2", () => {
  const values = Float64Array.from({ length: 40 }, (_, i) => 2 ** i);
  const { alpha, standardError } = hillTailIndex(values, { fraction: 0.1 });
  expect(alpha).toBeCloseTo(1 / (Math.LN2 * 2.5), 12);
  expect(standardError).toBeCloseTo(alpha / 2, 12);
});

test("Mohammadi on equal values: sums of m are m times as large, so α = 1", () => {
  const values = new Float64Array(60).fill(0.7);
  expect(mohammadiTailIndex(values, { sums: 5 }).alpha).toBeCloseTo(1, 12);
  expect(mohammadiTailIndex(values).alpha).toBeCloseTo(1, 12);
});

test("light tails give α = 2, and the characteristic function says they are not stable", () => {
  const uniform = Float64Array.from({ length: 4000 }, (_, i) => (i + 0.5) / 2000 - 1);
  expect(tailIndex(uniform)).toMatchObject({ alpha: 2, interval: [2, 2], gaussianExcluded: false });
  expect(tailIndex(uniform, { method: "quantile" }).alpha).toBe(2);
});

test("tables of log f agree with f", () => {
  for (const alpha of [0.55, 0.97, 1.23, 1.71, 1.93, 1.999, 1.99997]) {
    const logF = logDensity(Math.log((2 - alpha) / alpha));
    for (const x of [0, 0.003, 0.4, 1.7, 3.3, 5.2, 6.6, 7.9, 12.3, 19.8, 25, 4000]) {
      const exact = Math.log(symmetricDensity(x, alpha));
      // Cubics with step 0.2 in log((2 − α)/α) and 1/80 in asinh x, worst where the Gaussian centre turns into the power tail.
      expect(Math.abs(logF(x) - exact), `α = ${alpha}, x = ${x}`).toBeLessThan(3e-4);
      expect(logF(-x)).toBe(logF(x));
    }
  }
});

test("the maximum of a parabola and of a sine", () => {
  expect(maximum((x) => 3 - (x - 0.2) ** 2, -1, 2, 1e-6).x).toBeCloseTo(0.2, 5);
  expect(maximum(Math.sin, 0, 3, 1e-6).x).toBeCloseTo(Math.PI / 2, 5);
  expect(maximum((x) => x, 0, 1, 1e-6).x).toBeCloseTo(1, 5);
});

test("bad samples and options are refused by name", () => {
  const refuses = (values: number[], options = {}, where = "values") => {
    expect(() => tailIndex(values, options)).toThrow(ParameterError);
    expect(() => tailIndex(values, options)).toThrow(new RegExp(`^${where}: expected`));
  };
  const good = Array.from(sample);
  refuses(good.slice(0, leastValues - 1));
  refuses([...good, Number.NaN]);
  refuses([...good, Number.POSITIVE_INFINITY]);
  refuses(new Array(30).fill(0));
  refuses([...good, 0], { method: "logMoment" });
  refuses(good, { confidence: 1 }, "confidence");
  refuses(good, { method: "best" as never }, "method");
  expect(() => mohammadiTailIndex(good, { sums: 1 })).toThrow(ParameterError);
  expect(() => hillTailIndex(good, { fraction: 0.6 })).toThrow(ParameterError);
  // A law of tail index 0.3 lies outside the tables of the likelihood.
  const wild = symmetricSampler(0.3);
  refuses(
    Array.from({ length: 500 }, () => wild(random)),
    { method: "likelihood" },
  );
});
