import { expect, test } from "vitest";
import { ParameterError } from "../../errors.js";
import { keyFromSeed } from "../random/key.js";
import { type Stream, stream } from "../random/stream.js";
import { sampleExponential, sampleGaussian, sampleSkewed, sampleSymmetric, symmetricSampler } from "./sample.js";
import { sampleIsotropic, sampleLogPositive, samplePositive } from "./samplePositive.js";

const key = keyFromSeed(3);
const ALPHAS = [0.12, 0.3, 0.7, 0.999999, 1, 1.000001, 1.5, 1.999999, 2];

/** Streams whose words cycle through the extremes, in every order that four words can come. */
const EXTREMES: Stream[] = Array.from({ length: 81 }, (_, code) => {
  const words = [0, 1, 2, 3].map((i) => [0, 1, 2 ** 32 - 1][Math.floor(code / 3 ** i) % 3]!);
  let next = 0;
  return Object.assign(stream(key), { uint32: () => words[next++ % 4]! });
});

test.each(ALPHAS)("the most extreme words give finite values for α = %d", (alpha) => {
  for (const words of EXTREMES) {
    expect(Number.isFinite(sampleSymmetric(words, alpha))).toBe(true);
    if (alpha < 2) expect(Number.isFinite(sampleLogPositive(words, alpha / 2))).toBe(true);
    for (const beta of [-1, 0.3, 1]) {
      if (Math.abs(alpha - 1) >= 0.01) expect(Number.isFinite(sampleSkewed(words, alpha, beta))).toBe(true);
    }
    expect(Number.isFinite(sampleGaussian(words))).toBe(true);
    expect(sampleExponential(words)).toBeGreaterThan(0);
  }
});

test("the largest Cauchy draw is 1/tan(π 2^−65), so the tail reaches probability 2^−65", () => {
  const smallest = Object.assign(stream(key), { uint32: () => 0 });
  expect(sampleSymmetric(smallest, 1) / (2 ** 65 / Math.PI)).toBeCloseTo(1, 14); // rounding
});

test("α → 1 and α → 2 are continuous in the draw", () => {
  for (let i = 0; i < 200; i++) {
    const at = (alpha: number) => sampleSymmetric(stream(keyFromSeed(i)), alpha);
    expect(at(1 + 1e-9) / at(1)).toBeCloseTo(1, 6); // d log|X| / dα is below 50 for these draws
  }
});

test("sampleSymmetric(stream, α) = symmetricSampler(α)(stream) and is skewed with β = 0", () => {
  expect(sampleSymmetric(stream(key), 1.3)).toBe(symmetricSampler(1.3)(stream(key)));
  expect(sampleSymmetric(stream(key), 1.3)).toBe(sampleSkewed(stream(key), 1.3, 0));
});

test("changing the sign of β and of the draw's side changes the sign of the value", () => {
  for (const alpha of [0.6, 1, 1.4]) {
    const words = [2468, 97531, 1357911, 24681012];
    const side = (bit: number) => {
      const list = [words[0]! + bit, ...words.slice(1)];
      return Object.assign(stream(key), { uint32: () => list.shift()! });
    };
    expect(sampleSkewed(side(0), alpha, 0.7)).toBe(-sampleSkewed(side(1), alpha, -0.7));
  }
});

test("isotropic fills the vector it is given, each call anew", () => {
  const out = new Float64Array(3);
  const numbers = stream(key);
  sampleIsotropic(numbers, 1.5, out);
  const first = [...out];
  sampleIsotropic(numbers, 1.5, out);
  expect(first.every((x, i) => x !== 0 && x !== out[i])).toBe(true);
});

test("arguments outside their domain are refused", () => {
  const numbers = stream(key);
  expect(() => symmetricSampler(2.5)).toThrow("alpha: expected a number in (0, 2], got 2.5. 2 is the Gaussian law");
  expect(() => sampleSymmetric(numbers, Number.NaN)).toThrow(ParameterError);
  expect(() => sampleSkewed(numbers, 1.5, 1.1)).toThrow(ParameterError);
  expect(() => sampleSkewed(numbers, 1.005, 0.5)).toThrow(ParameterError);
  expect(() => samplePositive(numbers, 1)).toThrow(ParameterError);
  expect(() => sampleIsotropic(numbers, 0, new Float64Array(2))).toThrow(ParameterError);
});
