import { expect, test } from "vitest";
import { incompleteBeta, inverseIncompleteBeta } from "./beta.js";

/** P(N ≥ k) for N ~ Binomial(n, p), summed term by term. */
function atLeast(k: number, n: number, p: number): number {
  let sum = 0;
  for (let j = k; j <= n; j++) {
    let term = p ** j * (1 - p) ** (n - j);
    for (let i = 0; i < j; i++) term *= (n - i) / (j - i);
    sum += term;
  }
  return sum;
}

test.each([
  [1, 10, 0.05],
  [3, 20, 0.3],
  [19, 20, 0.3],
  [10, 40, 0.5],
])("I_p(k, n−k+1) = P(Binomial(n, p) ≥ k) for k = %i, n = %i, p = %d", (k, n, p) => {
  // Rounding of the direct sum and of the front factor, each some 1e-14.
  expect(incompleteBeta(p, k, n - k + 1) / atLeast(k, n, p)).toBeCloseTo(1, 12);
});

test("I_x(a, 1) = x^a and I_x(a, b) = 1 − I_(1−x)(b, a)", () => {
  expect(incompleteBeta(0.3, 2.5, 1) / 0.3 ** 2.5).toBeCloseTo(1, 13); // rounding
  expect(incompleteBeta(0.3, 2.5, 4) + incompleteBeta(0.7, 4, 2.5)).toBeCloseTo(1, 14); // rounding
  expect([incompleteBeta(0, 2, 3), incompleteBeta(1, 2, 3)]).toEqual([0, 1]);
});

test.each([1e-6, 0.05, 0.5, 0.999])("I⁻¹(I) returns p = %d", (p) => {
  const x = inverseIncompleteBeta(p, 3, 98);
  expect(incompleteBeta(x, 3, 98) / p).toBeCloseTo(1, 11); // x is known to 1e-16 of about 1e-3, times a = 3
});
