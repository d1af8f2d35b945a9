/** @file The quantile table against the law it tabulates, from the median to tail probability 2^−64. */
import { expect, test } from "vitest";
import { symmetricTailQuantile } from "../../math/stable/quantile.js";
import { symmetricDensity } from "../../math/stable/symmetric.js";
import { quantileTable, TABLE_LENGTH } from "./quantileTable.js";
import { tableQuantile } from "./reference.js";

const alphas = [0.5, 0.75, 1, 1.2, 1.5, 1.75, 1.9, 1.99, 1.9999, 2];

test.each(alphas)(
  "α = %d: the tail probability of a table value is right to a relative 1e-5, down to 2^−64",
  (alpha) => {
    const table = quantileTable(alpha);
    for (let octave = -33; octave < 31; octave++) {
      // Irrational steps: no point is a node, all places in segments occur.
      for (const place of [0.0711, 0.2903, 0.53125 + 0.0061, 0.8307, 0.9719]) {
        const position = Math.fround(2 ** octave * (1 + place));
        const probability = position / 2 ** 32;
        const exact = symmetricTailQuantile(probability, alpha);
        // dP = −f·dx: the error of x as an error of its tail probability.
        const error = ((tableQuantile(table, position) - exact) * symmetricDensity(exact, alpha)) / probability;
        // 1e-5 is what the table promises; 0.3e-5 of it is float32 rounding at α = 2 in the far tail, x²/2 · 2^−24.
        expect(Math.abs(error), `u = ${probability}`).toBeLessThan(1e-5);
      }
    }
  },
);

test.each(alphas)("α = %d: the table falls from segment to segment and ends in Q(1/2) = 0", (alpha) => {
  const table = quantileTable(alpha);
  for (let at = 2; at < TABLE_LENGTH; at += 2) expect(table[at]).toBeLessThan(table[at - 2]!);
  expect(table.every(Number.isFinite)).toBe(true);
  expect(tableQuantile(table, 2 ** 31)).toBe(0);
});

test("α = 1 is the Cauchy law: Q(u) = cot(πu)", () => {
  const table = quantileTable(1);
  for (const position of [3.7e-10, 1.5, 77777, 3e8, 1.2e9]) {
    // 1e-5 as above; Q and u have the same relative error in the Cauchy tail.
    const exact = 1 / Math.tan(Math.PI * (Math.fround(position) / 2 ** 32));
    expect(Math.abs(tableQuantile(table, Math.fround(position)) / exact - 1)).toBeLessThan(1e-5);
  }
});
