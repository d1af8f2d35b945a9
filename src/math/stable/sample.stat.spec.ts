/**
 * Samplers against their laws. Every check is a bound that holds for every sample size (Massart, Bernstein, exact binomial)
 * with false-alarm rate 1e-6, so the whole file fails by chance with probability below 1e-4. A key may be changed once.
 */
import { describe, expect, test } from "vitest";
import { deriveKey, keyFromSeed } from "../random/key.js";
import { stream } from "../random/stream.js";
import { binomialInterval } from "../stats/binomial.js";
import { kolmogorovDistance, massartBound } from "../stats/kolmogorov.js";
import { symmetricTailQuantile } from "./quantile.js";
import { sampleExponential, sampleGaussian, skewedSampler, symmetricSampler } from "./sample.js";
import { sampleIsotropic, sampleLogPositive, samplePositive } from "./samplePositive.js";
import { symmetricCdf } from "./symmetric.js";

const FALSE_ALARM = 1e-6;
const LOG = Math.log(2 / FALSE_ALARM);
const root = keyFromSeed(1976);

/** Bernstein's bound for a mean of n values of variance at most `variance` that stray from it by at most `range`. */
const bernstein = (variance: number, range: number, n: number) =>
  Math.sqrt((2 * variance * LOG) / n) + (range * LOG) / (3 * n);

const mean = (values: Float64Array, f: (x: number) => number) =>
  values.reduce((sum, x) => sum + f(x), 0) / values.length;

describe.each([0.3, 0.5, 0.8, 1, 1.01, 1.2, 1.5, 1.75, 1.9, 1.999, 2])("symmetric, α = %d", (alpha) => {
  const numbers = stream(deriveKey(root, "symmetric", String(alpha)));
  const draw = symmetricSampler(alpha);
  const n = 800_000;
  const values = Float64Array.from({ length: n }, () => draw(numbers));

  test("the numbers beyond far quantiles, right, left and together, are binomial", () => {
    // n = 8e5. At r = 1e-2 a 8 % error of a tail is caught, at 1e-4 a factor 1.9; a tail cut at 1e-5 leaves none of 16.
    for (const r of [1e-2, 1e-3, 1e-4, 1e-5]) {
      const x = symmetricTailQuantile(r, alpha);
      const right = values.reduce((sum, value) => sum + (value > x ? 1 : 0), 0);
      const left = values.reduce((sum, value) => sum + (value < -x ? 1 : 0), 0);
      for (const [count, p] of [
        [right, r],
        [left, r],
        [right + left, 2 * r],
      ] as const) {
        const { low, high } = binomialInterval(n, p, FALSE_ALARM);
        expect(count, `r = ${r}`).toBeGreaterThanOrEqual(low);
        expect(count, `r = ${r}`).toBeLessThanOrEqual(high);
      }
    }
  });

  test("mean cos(uX) = exp(−u^α) and mean sin(uX) = 0", () => {
    // n = 8e5: errors of 0.008 or more are caught, such as a scale off by 2 %.
    for (const u of [0.2, 0.5, 1, 2]) {
      const target = Math.exp(-(u ** alpha));
      const double = Math.exp(-((2 * u) ** alpha));
      const cosine = mean(values, (x) => Math.cos(u * x));
      expect(Math.abs(cosine - target)).toBeLessThan(bernstein((1 + double) / 2 - target ** 2, 2, n));
      expect(Math.abs(mean(values, (x) => Math.sin(u * x)))).toBeLessThan(bernstein((1 - double) / 2, 2, n));
    }
  });

  test("16^(−1/α) times the sum of 16 draws has the same law", () => {
    // n = 5e4 sums: Massart's bound 0.012, a scale off by 6 % is caught.
    const scale = 16 ** (-1 / alpha);
    const sums = new Float64Array(n / 16);
    values.forEach((x, i) => {
      sums[i >> 4]! += scale * x;
    });
    expect(kolmogorovDistance(sums.sort(), (x) => symmetricCdf(x, alpha))).toBeLessThan(
      massartBound(sums.length, FALSE_ALARM),
    );
  });

  test("the Kolmogorov distance to the distribution function is within Massart's bound", () => {
    // n = 1e5: bound 0.0085, a scale off by 4 % is caught.
    const sorted = values.slice(0, 100_000).sort();
    expect(kolmogorovDistance(sorted, (x) => symmetricCdf(x, alpha))).toBeLessThan(
      massartBound(sorted.length, FALSE_ALARM),
    );
  });
});

test.each([0.05, 0.15, 0.4, 0.6, 0.75, 0.95, 0.9995])("positive, a = %d: mean exp(−sA) = exp(−s^a)", (a) => {
  // n = 2e5: errors of 0.006 or more are caught; a factor 2 in A moves the mean by 0.01 at a = 0.05, 0.2 at a = 0.75.
  const n = 200_000;
  const numbers = stream(deriveKey(root, "positive", String(a)));
  const logs = Float64Array.from({ length: n }, () => sampleLogPositive(numbers, a));
  for (const s of [0.2, 1, 5]) {
    const target = Math.exp(-(s ** a));
    const variance = Math.exp(-((2 * s) ** a)) - target ** 2;
    const laplace = mean(logs, (log) => Math.exp(-s * Math.exp(log)));
    expect(Math.abs(laplace - target)).toBeLessThan(bernstein(variance, 1, n));
  }
});

test("positive, a = 1/2, is Lévy: P(A ≤ x) = P(|Z| > 1/√(2x))", () => {
  // n = 2e5: Massart's bound 0.006, a scale off by 3 % is caught.
  const n = 200_000;
  const numbers = stream(deriveKey(root, "levy"));
  const sorted = Float64Array.from({ length: n }, () => samplePositive(numbers, 0.5)).sort();
  const cdf = (x: number) => 2 * (1 - symmetricCdf(1 / Math.sqrt(x), 2));
  expect(kolmogorovDistance(sorted, cdf)).toBeLessThan(massartBound(n, FALSE_ALARM));
});

test.each([0.8, 1.2, 1.75, 2])("isotropic, α = %d: mean cos(⟨u, X⟩) = exp(−‖u‖^α)", (alpha) => {
  // n = 2e5 vectors: errors of 0.012 are caught; independent coordinates, or √A in place of √(2A), differ by 0.05 or more.
  const n = 200_000;
  const numbers = stream(deriveKey(root, "isotropic", String(alpha)));
  const vector = new Float64Array(2);
  const sums = new Float64Array(n);
  const firsts = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    sampleIsotropic(numbers, alpha, vector);
    sums[i] = vector[0]! + vector[1]!;
    firsts[i] = vector[0]!;
  }
  const check = (values: Float64Array, norm: number) => {
    const target = Math.exp(-(norm ** alpha));
    const variance = (1 + Math.exp(-((2 * norm) ** alpha))) / 2 - target ** 2;
    expect(Math.abs(mean(values, Math.cos) - target)).toBeLessThan(bernstein(variance, 2, n));
  };
  check(firsts, 1);
  check(sums, Math.SQRT2);
});

describe.each([
  [0.5, 1],
  [0.7, -0.6],
  [1, 0.5],
  [1, -1],
  [1.3, 1],
  [1.8, -0.4],
])("skewed, α = %d, β = %d", (alpha, beta) => {
  test("the empirical characteristic function is that of Nolan's S1", () => {
    // log φ(u) = −u^α (1 − iβ tan(πα/2)) or −u (1 + iβ (2/π) log u); n = 2e5: errors of 0.012 are caught.
    const n = 200_000;
    const numbers = stream(deriveKey(root, "skewed", String(alpha), String(beta)));
    const draw = skewedSampler(alpha, beta);
    const values = Float64Array.from({ length: n }, () => draw(numbers));
    for (const u of [0.3, 1, 2]) {
      const size = Math.exp(-(u ** alpha));
      const skew = alpha === 1 ? (-2 / Math.PI) * u * Math.log(u) : u ** alpha * Math.tan((Math.PI * alpha) / 2);
      const bound = bernstein(1, 2, n); // variances of cosine and sine are at most 1
      expect(Math.abs(mean(values, (x) => Math.cos(u * x)) - size * Math.cos(beta * skew))).toBeLessThan(bound);
      expect(Math.abs(mean(values, (x) => Math.sin(u * x)) - size * Math.sin(beta * skew))).toBeLessThan(bound);
    }
  });
});

test("variances at α = 2 are 2 (symmetric, isotropic) and 1 (Gaussian)", () => {
  // Sum of n squares over the variance is χ²(n); Laurent and Massart (2000): |χ²/n − 1| < 2√(L/n) + 2L/n with probability
  // 1 − 1e-6. n = 5e5: errors of 1.1 % are caught.
  const n = 500_000;
  const numbers = stream(deriveKey(root, "variance"));
  const symmetric = symmetricSampler(2);
  const vector = new Float64Array(1);
  const isotropic = () => {
    sampleIsotropic(numbers, 2, vector);
    return vector[0]!;
  };
  const bound = 2 * Math.sqrt(LOG / n) + (2 * LOG) / n;
  for (const [draw, variance] of [
    [() => symmetric(numbers), 2],
    [isotropic, 2],
    [() => sampleGaussian(numbers), 1],
  ] as const) {
    const squares = Float64Array.from({ length: n }, draw);
    expect(Math.abs(mean(squares, (x) => x * x) / variance - 1)).toBeLessThan(bound);
  }
});

test("the exponential law: Kolmogorov distance within Massart's bound", () => {
  // n = 2e5: bound 0.006, a rate off by 2 % is caught.
  const n = 200_000;
  const numbers = stream(deriveKey(root, "exponential"));
  const sorted = Float64Array.from({ length: n }, () => sampleExponential(numbers)).sort();
  expect(kolmogorovDistance(sorted, (w) => -Math.expm1(-w))).toBeLessThan(massartBound(n, FALSE_ALARM));
});
