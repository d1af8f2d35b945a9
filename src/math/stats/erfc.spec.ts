import { expect, test } from "vitest";
import { erfc, normalTailQuantile } from "./erfc.js";

// mpmath 1.4, mp.erfc at 30 digits.
test.each([
  [0, 1],
  [0.5, 0.4795001221869535],
  [1.9999, 0.004679802092970609],
  [2, 0.004677734981047266],
  [5, 1.537459794428035e-12],
  [10, 2.088487583762545e-45],
  [-1, 1.8427007929497148],
])("erfc(%d) = %d", (x, value) => {
  // Rounding of x² is magnified to x² ulp, 1e-14 at x = 10; 1 − erf loses two digits just below x = 2.
  expect(Math.abs(erfc(x) / value - 1)).toBeLessThan(1e-13);
});

test.each([0.999, 0.5, 0.025, 1e-9, 2 ** -64, 1e-250])("P(Z > z) = q for z the quantile at q = %d", (q) => {
  // Rounding of z is magnified by z², 1e3 at 1e-250.
  expect(Math.abs(erfc(normalTailQuantile(q) / Math.SQRT2) / 2 / q - 1)).toBeLessThan(1e-12);
});
