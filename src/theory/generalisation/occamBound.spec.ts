/** @file The Occam bound: its inverse, its limits, and that it holds where the truth is known. */

import { expect, test } from "vitest";
import { ParameterError } from "../../errors.js";
import { keyFromSeed } from "../../math/random/key.js";
import { stream } from "../../math/random/stream.js";
import { binaryDivergence, inverseDivergence, occamBound } from "./occamBound.js";

test("kl(q‖kl⁻¹(q, c)) = c", () => {
  for (const q of [0, 1e-4, 0.03, 0.5, 0.9]) {
    for (const c of [1e-6, 0.01, 0.3, 2]) {
      const p = inverseDivergence(q, c);
      expect(p).toBeGreaterThan(q);
      // 1e-15 in p is 1e-15/(1 − p) in kl; p is at most 1 − 1e-9 here.
      expect(Math.abs(binaryDivergence(q, p) - c)).toBeLessThan(1e-6 * c + 1e-12);
    }
  }
  // kl is flat at p = q: its rounding of 1e-17 moves p by 1e-9.
  expect(inverseDivergence(0.2, 0)).toBeCloseTo(0.2, 8);
  expect(inverseDivergence(1, 0.1)).toBe(1);
  expect(binaryDivergence(0.3, 0.3)).toBe(0);
  expect(binaryDivergence(0.3, 0)).toBe(Number.POSITIVE_INFINITY);
});

test("no training errors: the bound is 1 − (δ 2^(−L))^(1/m), the one-sided limit of Clopper and Pearson", () => {
  const bound = occamBound({ trainError: 0, bits: 100, rows: 5000, confidence: 0.95 });
  expect(bound).toBeCloseTo(1 - (0.05 * 2 ** -100) ** (1 / 5000), 12);
});

test("it is tighter than Hoeffding's form ê + √(c/2) and grows with bits, errors and confidence", () => {
  const facts = { trainError: 0.05, bits: 2000, rows: 60_000, confidence: 0.95 };
  const bound = occamBound(facts);
  const c = (2000 * Math.LN2 + Math.log(20)) / 60_000;
  expect(bound).toBeLessThan(0.05 + Math.sqrt(c / 2));
  expect(occamBound({ ...facts, bits: 2001 })).toBeGreaterThan(bound);
  expect(occamBound({ ...facts, trainError: 0.051 })).toBeGreaterThan(bound);
  expect(occamBound({ ...facts, confidence: 0.99 })).toBeGreaterThan(bound);
  expect(occamBound({ ...facts, rows: 70_000 })).toBeLessThan(bound);
  expect(occamBound({ ...facts, bits: 1e9 })).toBe(1);
});

test("the best of 64 random classifiers breaks the bound less often than 1 − confidence", () => {
  // Labels are coins, so each of 64 classifiers (6 bits each) has true error 1/2, and the best fits the rows by chance.
  // 2000 trials at δ = 0.2: expected at most 400 violations, and 540 has probability below 1e-6 if the rate were 0.2.
  const random = stream(keyFromSeed(1987));
  let violations = 0;
  let worst = 1;
  for (let trial = 0; trial < 2000; trial++) {
    let best = 1;
    for (let h = 0; h < 64; h++) {
      let errors = 0;
      for (let word = 0; word < 2; word++) {
        for (let bits = random.uint32(); bits !== 0; bits >>>= 1) errors += bits & 1;
      }
      best = Math.min(best, errors / 64);
    }
    const bound = occamBound({ trainError: best, bits: 6, rows: 64, confidence: 0.8 });
    if (bound < 0.5) violations++;
    worst = Math.min(worst, bound);
  }
  expect(violations).toBeLessThan(540);
  // The bound is not idle: some trials came within reach of the truth.
  expect(worst).toBeLessThan(0.6);
});

test("facts outside their domains are refused by name", () => {
  const facts = { trainError: 0.1, bits: 10, rows: 100, confidence: 0.95 };
  for (const [name, value] of [
    ["trainError", -0.1],
    ["trainError", Number.NaN],
    ["bits", -1],
    ["rows", 0],
    ["confidence", 1],
    ["confidence", 0],
  ] as const) {
    expect(() => occamBound({ ...facts, [name]: value })).toThrow(ParameterError);
    expect(() => occamBound({ ...facts, [name]: value })).toThrow(new RegExp(`^${name}: expected`));
  }
});
