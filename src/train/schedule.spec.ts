import { expect, test } from "vitest";
import { learningRateFactor, noiseFactor } from "./schedule.js";

test("a step schedule multiplies by its factor after every `every` steps", () => {
  const schedule = { kind: "step", every: 10, factor: 0.5 } as const;
  expect([0, 9, 10, 19, 20].map((step) => learningRateFactor(schedule, step))).toEqual([1, 1, 0.5, 0.5, 0.25]);
  expect(learningRateFactor({ kind: "constant" }, 1e6)).toBe(1);
});

test("annealed noise is constant up to its fraction, falls in a straight line and ends at exactly 0", () => {
  const factors = Array.from({ length: 11 }, (_, step) => noiseFactor({ annealFrom: 0.5, annealTo: 1 }, step, 11));
  expect(factors.slice(0, 6)).toEqual([1, 1, 1, 1, 1, 1]);
  expect(factors.slice(6)).toEqual([0.8, 0.6, 0.4, 0.2, 0]);
});

test("annealFrom 1 keeps the noise constant to the last step", () => {
  expect([0, 5, 9].map((step) => noiseFactor({ annealFrom: 1, annealTo: 1 }, step, 10))).toEqual([1, 1, 1]);
  expect(noiseFactor({ annealFrom: 0, annealTo: 1 }, 0, 1)).toBe(1);
});

test("noise that comes to 0 before the end stays there, and may stop at once", () => {
  const early = Array.from({ length: 11 }, (_, step) => noiseFactor({ annealFrom: 0.2, annealTo: 0.6 }, step, 11));
  expect(early).toEqual([1, 1, 1, 0.75, 0.5, 0.25, 0, 0, 0, 0, 0]);
  const stopped = Array.from({ length: 6 }, (_, step) => noiseFactor({ annealFrom: 0.4, annealTo: 0.4 }, step, 6));
  expect(stopped).toEqual([1, 1, 1, 0, 0, 0]);
});
