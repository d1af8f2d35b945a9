import fc from "fast-check";
import { expect, test } from "vitest";
import { spectralNormBound } from "./spectralNorm.js";

test("‖Wx‖ ≤ bound · ‖x‖, and the bound never exceeds the Frobenius norm", () => {
  const weights = fc.float32Array({ min: -10, max: 10, noNaN: true, minLength: 20, maxLength: 20 });
  const vector = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(weights, vector, (weight, x) => {
      const bound = spectralNormBound(weight, 4, Int32Array.of(0, 2, 4));
      let image = 0;
      let frobenius = 0;
      for (const unit of [0, 2, 4]) {
        const row = [...weight.subarray(unit * 4, unit * 4 + 4)];
        image += row.reduce((sum, w, i) => sum + w * x[i]!, 0) ** 2;
        frobenius += row.reduce((sum, w) => sum + w * w, 0);
      }
      // 1e-9 is the bound's own allowance for rounding.
      expect(Math.sqrt(image)).toBeLessThanOrEqual(bound * Math.hypot(...x) * (1 + 1e-12));
      expect(bound).toBeLessThanOrEqual(Math.sqrt(frobenius) * (1 + 1e-9));
    }),
    { numRuns: 1000, seed: 1 },
  );
});

test("the bound of a diagonal matrix lies within 2 % above its largest entry, where power iteration has converged", () => {
  const weight = Float32Array.of(3, 0, 0, 0, 1, 0, 0, 0, 1);
  const bound = spectralNormBound(weight, 3, Int32Array.of(0, 1, 2));
  expect(bound).toBeGreaterThanOrEqual(3);
  expect(bound).toBeLessThan(3 * 1.02);
});

test("blocks of inputs bound a single wide row by its Euclidean norm", () => {
  const weight = new Float32Array(2500).fill(0.5);
  // √2500 · ½ = 25; each block has rank one, so its trace is its norm; 1e-9 is the allowance for rounding.
  const bound = spectralNormBound(weight, 2500, Int32Array.of(0));
  expect(bound).toBeGreaterThanOrEqual(25);
  expect(bound).toBeLessThan(25 * (1 + 1e-8));
});

test("no rows have norm 0", () => {
  expect(spectralNormBound(new Float32Array(4), 2, new Int32Array(0))).toBe(0);
});
