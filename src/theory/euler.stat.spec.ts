/** @file The Euler scheme's order at a small size, and its limit. */
import { expect, test } from "vitest";
import { deriveKey, keyFromSeed } from "../math/random/key.js";
import { checkSample } from "../math/stable/checkSample.js";
import { levyNoise, type NoiseKind } from "../noise/noise.js";
import { teacherProblem } from "./drift.js";
import { verifyEuler } from "./euler.js";
import { ornsteinUhlenbeckCheck } from "./limit.js";
import { openParticles } from "./particles.js";

const key = deriveKey(keyFromSeed(6), "euler.spec");
const small = { key, seeds: 24, particles: 32, horizon: 1, coarse: 6 };
const noise = levyNoise({ kind: "coordinate", alpha: 1.5, sigma: 0.5, convention: "unit" });

test("the order is 1 on the grid and 1/α between grid points", () => {
  const { grid, fixedTime, limit, verdict } = verifyEuler({ ...small, noise });
  // Half-widths of the 95 % intervals are near 0.015 and 0.03 here; five standard errors and 0.03 for the finite range.
  expect(Math.abs(grid.rate.slope - 1)).toBeLessThan(0.07);
  expect(Math.abs(fixedTime.rate.slope - 1 / 1.5)).toBeLessThan(0.11);
  expect(limit.agrees).toBe(true);
  expect(verdict).not.toBe("refuted");
});

test("noise scaled by η instead of η^(1/α) is refuted by the rate and by the limit", () => {
  const { grid, limit, verdict } = verifyEuler({ ...small, noise, brokenNoise: true });
  expect(grid.verdict).toBe("refuted");
  expect(limit.agrees).toBe(false);
  expect(verdict).toBe("refuted");
});

test.each<[NoiseKind, number]>([
  ["node", 1.2],
  ["coordinate", 1.9],
  ["isotropic", 1.5],
  ["gaussian", 2],
])("%s noise at α = %d has the Ornstein–Uhlenbeck limit", (kind, alpha) => {
  // False alarm 10^−5 each; a scale wrong by 8 % is seen.
  const made = levyNoise({ kind, alpha, sigma: 0.7, convention: "paperCode" });
  expect(ornsteinUhlenbeckCheck(made, key).agrees).toBe(true);
});

test("the sum of r increments over h has the law of one over r·h", () => {
  const [count, r, alpha] = [2500, 16, 1.3];
  const room = openParticles(teacherProblem(key), { count, populations: 0, increments: 1 });
  const increments = room.increments();
  const made = levyNoise({ kind: "coordinate", alpha, sigma: 2, convention: "unit" });
  const sums = new Float64Array(increments.length);
  for (let k = 0; k < r; k++) {
    room.draw(increments, made, 0.01, deriveKey(key, "sum", k));
    for (let i = 0; i < sums.length; i++) sums[i]! += increments[i]!;
  }
  // n = 10,000, false alarm 10^−5; a scale wrong by 10 % is seen, r^(1/2) for r^(1/α) is 20 % off.
  expect(checkSample(sums, { alpha, scale: 2 * (r * 0.01) ** (1 / alpha) }).agrees).toBe(true);
});

test("sizes outside their domain are errors", () => {
  expect(() => verifyEuler({ ...small, noise, particles: 6 })).toThrow(/particles: expected a multiple of 4/);
  expect(() => verifyEuler({ ...small, noise, coarse: 4 })).toThrow(/coarse: expected/);
  const none = levyNoise({ kind: "none", alpha: 2, sigma: 1, convention: "unit" });
  expect(() => verifyEuler({ ...small, noise: none })).toThrow(/a noise with σ > 0/);
});
