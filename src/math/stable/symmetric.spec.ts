import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ParameterError } from "../../errors.js";
import { erfc } from "../stats/erfc.js";
import { nolanIntegral } from "./integral.js";
import { symmetricQuantile, symmetricTailQuantile } from "./quantile.js";
import { symmetricCdf, symmetricDensity, symmetricParts, symmetricTail } from "./symmetric.js";

/** Rows [x, P(X > x), f(x)] by α, from reference/symmetric.py: inversion of the characteristic function in 40 digits. */
const REFERENCE: Record<string, [number, number, number][]> = JSON.parse(
  readFileSync(new URL("reference/symmetric.json", import.meta.url), "utf8"),
);
const ALPHAS = Object.keys(REFERENCE).map(Number);

describe.each(Object.entries(REFERENCE))("α = %s, x from 0.001 to P(X > x) = 1e-9", (name, rows) => {
  const alpha = Number(name);

  test("tail and density agree with the inverted characteristic function", () => {
    for (const [x, tail, density] of rows) {
      // The trapezoidal sum stops near 1e-11, the series cancel up to 1e4 times rounding; measured at most 1.1e-9.
      expect(Math.abs(symmetricTail(x, alpha) / tail - 1), `tail at ${x}`).toBeLessThan(5e-9);
      expect(Math.abs(symmetricDensity(x, alpha) / density - 1), `density at ${x}`).toBeLessThan(5e-9);
    }
  });

  test("the tail quantile returns x, from any start", () => {
    for (const [x, tail] of rows.filter(([, tail]) => tail < 0.49)) {
      // The tail's 1e-9 divided by the slope α of log tail against log x, here at least 0.1 · (tail near 1/2: 0.02).
      expect(Math.abs(symmetricTailQuantile(tail, alpha) / x - 1), `quantile at ${x}`).toBeLessThan(1e-7);
      expect(Math.abs(symmetricTailQuantile(tail, alpha, 1) / x - 1), `quantile at ${x}`).toBeLessThan(1e-7);
    }
  });
});

test.each([0.3, 0.5, 0.8, 1.2, 1.5, 1.9, 1.999])("the series agree with the integral for α = %d", (alpha) => {
  for (let logX = -8; logX < 12; logX += 0.37) {
    const x = Math.exp(logX);
    const parts = symmetricParts(x, alpha);
    const integral = nolanIntegral(x, alpha);
    // Cancellation in the series, at worst 1e4 · 1e-13 at α = 0.3; measured at most 4e-9.
    expect(Math.abs(parts.tail / integral.tail - 1), `tail at ${x}`).toBeLessThan(1e-8);
    expect(Math.abs(parts.center / integral.center - 1), `center at ${x}`).toBeLessThan(1e-8);
  }
});

test("α = 1 is Cauchy, and its neighbours are close to it", () => {
  for (const x of [-1e12, -3, -0.2, 0, 1, 50]) {
    expect(symmetricCdf(x, 1)).toBeCloseTo(0.5 + Math.atan(x) / Math.PI, 15); // rounding
    for (const alpha of [1 - 1e-9, 1 + 1e-9]) {
      expect(symmetricCdf(x, alpha)).toBeCloseTo(symmetricCdf(x, 1), 8); // |∂F/∂α| < 1, times 1e-9
    }
  }
  expect(symmetricTailQuantile(0.25, 1)).toBeCloseTo(1, 15);
});

test("α = 2 is N(0, 2)", () => {
  for (const x of [-20, -2, 0, 0.5, 3]) {
    expect(symmetricCdf(x, 2) / (erfc(-x / 2) / 2)).toBeCloseTo(1, 13); // rounding of 1/2 + (1/2 − tail)
    expect(symmetricDensity(x, 2)).toBeCloseTo(Math.exp((-x * x) / 4) / Math.sqrt(4 * Math.PI), 15);
  }
});

test("P(X > q) = r for r down to 2^−64, and by symmetry below", () => {
  for (const alpha of ALPHAS) {
    for (let r = 0.3; r > 2 ** -65; r /= 7.1) {
      const x = symmetricTailQuantile(r, alpha);
      // Newton's last step leaves a square below 1e-14, the quadrature 1e-11; α = 2 magnifies rounding by x²/2.
      expect(Math.abs(symmetricTail(x, alpha) / r - 1), `α = ${alpha}, r = ${r}`).toBeLessThan(1e-10);
      expect(symmetricQuantile(r, alpha)).toBe(-x);
    }
  }
});

test("F(x) + F(−x) = 1, F rises, f is even", () => {
  for (const alpha of ALPHAS) {
    let previous = 0;
    for (let x = -8; x <= 8; x += 0.25) {
      const value = symmetricCdf(x, alpha);
      expect(value).toBeGreaterThan(previous);
      expect(value + symmetricCdf(-x, alpha)).toBeCloseTo(1, 14); // rounding
      expect(symmetricDensity(x, alpha)).toBe(symmetricDensity(-x, alpha));
      previous = value;
    }
  }
});

test("the density is the slope of the distribution function, on a fine grid and for α next to 1", () => {
  for (const alpha of [0.3, 0.9, 0.999, 0.999999, 1.000001, 1.001, 1.1, 1.9999]) {
    for (let x = 0.05; x < 12; x += 0.05) {
      const slope = (symmetricCdf(x + 1e-3, alpha) - symmetricCdf(x - 1e-3, alpha)) / 2e-3;
      // The difference quotient errs by f''·1e-6/6, f'' being up to 300 f at x = 0.05, and by rounding 1e-12/1e-3.
      const density = symmetricDensity(x, alpha);
      expect(Math.abs(slope - density), `α = ${alpha}, x = ${x}`).toBeLessThan(1e-3 * density + 1e-8);
    }
  }
});

test("the ends: P(X > ∞) = 0, f(±∞) = 0, quantile(1/2) = 0", () => {
  expect(symmetricTail(Number.POSITIVE_INFINITY, 1.5)).toBe(0);
  expect(symmetricCdf(Number.NEGATIVE_INFINITY, 0.7)).toBe(0);
  expect(symmetricDensity(Number.NEGATIVE_INFINITY, 2)).toBe(0);
  expect(symmetricQuantile(0.5, 1.3) === 0).toBe(true);
});

test("arguments outside their domain are refused", () => {
  expect(() => symmetricCdf(1, 2.5)).toThrow("alpha: expected a number in (0, 2], got 2.5.");
  expect(() => symmetricDensity(1, 0)).toThrow(ParameterError);
  expect(() => symmetricTail(Number.NaN, 1)).toThrow(ParameterError);
  expect(() => symmetricTailQuantile(0.6, 1.5)).toThrow(ParameterError);
  expect(() => symmetricQuantile(1, 1.5)).toThrow(ParameterError);
});
