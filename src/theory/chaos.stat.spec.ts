/** @file Propagation of chaos at a small size: the coupled systems approach each other, the uncoupled do not. */
import { expect, test } from "vitest";
import { keyFromSeed } from "../math/random/key.js";
import { levyNoise } from "../noise/noise.js";
import { blockSizes, verifyChaos } from "./chaos.js";

const small = { key: keyFromSeed(4), seeds: 6, referenceParticles: 4096, horizon: 1, step: 0.05 };
const noise = levyNoise({ kind: "coordinate", alpha: 1.5, sigma: 0.5, convention: "unit" });

test("the error falls like n^(−1/2) and the control stands still", () => {
  const { rate, control, controlHolds } = verifyChaos({ ...small, noise });
  // A seed's slope varies by 0.016·(32768/4096)^(1/2) = 0.045, the mean of 6 by 0.018: 0.1 is five of those (false alarm
  // 6e-7), and 0.01 more for the finite range. It tells −1/2 from −1/4 and −3/4.
  expect(Math.abs(rate.slope + 0.5)).toBeLessThan(0.1);
  // The independent noises are the same at every n: only the interaction, of order n^(−1/2), differs.
  expect(Math.abs(control.slope)).toBeLessThan(0.01);
  expect(controlHolds).toBe(true);
});

test("with noise of their own in the blocks the statement is refuted", () => {
  expect(verifyChaos({ ...small, noise, uncoupled: true }).verdict).toBe("refuted");
});

test("sizes outside their domain are errors", () => {
  expect(blockSizes(4096)).toEqual([16, 32, 64, 128]);
  expect(() => verifyChaos({ ...small, noise, referenceParticles: 3000 })).toThrow(
    /reference particles: expected a power/,
  );
  expect(() => verifyChaos({ ...small, noise, seeds: 2 })).toThrow(/seeds: expected/);
  expect(() => verifyChaos({ ...small, noise, step: 2 })).toThrow(/horizon and step/);
});
