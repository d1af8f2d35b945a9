import { expect, test } from "vitest";
import { gamma, logGamma } from "./gamma.js";

test("Γ(n) = (n − 1)!", () => {
  let factorial = 1;
  for (let n = 1; n <= 170; n++) {
    // exp magnifies the rounding of log Γ, up to 707, to about 1e-13.
    expect(Math.abs(gamma(n) / factorial - 1)).toBeLessThan(2e-13);
    factorial *= n;
  }
});

// mpmath 1.4, mp.loggamma at 30 digits.
test.each([
  [0.1, 2.252712651734206],
  [0.5, Math.log(Math.PI) / 2],
  [2.5, 0.2846828704729192],
  [1000, 5905.220423209181],
])("log Γ(%d) = %d", (x, value) => {
  expect(Math.abs(logGamma(x) / value - 1)).toBeLessThan(5e-15); // rounding of a few terms
});
