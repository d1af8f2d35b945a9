/** @file The noise interface: scales, conventions and domains. */
import { expect, test } from "vitest";
import { keyFromSeed } from "../math/random/key.js";
import { levyNoise, type NoiseConfig, type NoiseKind } from "./noise.js";

const key = keyFromSeed(1);
const config: NoiseConfig = { kind: "coordinate", alpha: 1.6, sigma: 0.3, convention: "unit" };

test("the scale is σ·dt^(1/α)", () => {
  for (const kind of ["node", "coordinate", "isotropic", "radial"] as const) {
    const draw = levyNoise({ ...config, kind }).increment(0.01, key);
    expect(draw).toEqual({ shape: kind, alpha: 1.6, scale: 0.3 * 0.01 ** (1 / 1.6), key });
  }
});

test("gaussian is coordinate noise at α = 2, whatever alpha says", () => {
  const gaussian = levyNoise({ ...config, kind: "gaussian", alpha: Number.NaN });
  expect(gaussian.increment(0.25, key)).toEqual(levyNoise({ ...config, alpha: 2 }).increment(0.25, key));
  expect(gaussian.increment(0.25, key)!.scale).toBe(0.15);
});

test("none and σ = 0 have no increment", () => {
  expect(levyNoise({ ...config, kind: "none" }).increment(0.1, key)).toBeNull();
  expect(levyNoise({ ...config, sigma: 0 }).increment(0.1, key)).toBeNull();
});

test("paperCode scales isotropic noise, and node noise at α = 2, by 1/√2 and nothing else", () => {
  const ratio = (kind: NoiseKind, alpha: number): number => {
    const scale = (convention: "unit" | "paperCode"): number =>
      levyNoise({ kind, alpha, sigma: 1, convention }).increment(1, key)!.scale;
    return scale("paperCode") / scale("unit");
  };
  expect([ratio("isotropic", 1.5), ratio("isotropic", 2), ratio("node", 2)]).toEqual(Array(3).fill(Math.SQRT1_2));
  expect([ratio("node", 1.5), ratio("coordinate", 2), ratio("gaussian", 2)]).toEqual([1, 1, 1]);
  expect([ratio("radial", 1.5), ratio("radial", 2)]).toEqual([1, 1]);
});

test("values outside their domains are errors that name the domain", () => {
  expect(() => levyNoise({ ...config, alpha: 2.5 })).toThrow(
    "noise alpha: expected a tail index from 0.5 to 2, got 2.5",
  );
  expect(() => levyNoise({ ...config, alpha: 0.4 })).toThrow("noise alpha");
  expect(() => levyNoise({ ...config, alpha: Number.NaN })).toThrow("noise alpha");
  expect(() => levyNoise({ ...config, sigma: -1 })).toThrow("noise sigma: expected a finite number ≥ 0, got -1");
  expect(() => levyNoise({ ...config, sigma: Number.POSITIVE_INFINITY })).toThrow("noise sigma");
  expect(() => levyNoise({ ...config, kind: "pink" as NoiseKind })).toThrow("noise kind: expected one of none");
  expect(() => levyNoise({ ...config, convention: "nolan" as "unit" })).toThrow("noise convention");
  expect(() => levyNoise(config).increment(0, key)).toThrow("noise dt: expected a finite time > 0, got 0");
});
