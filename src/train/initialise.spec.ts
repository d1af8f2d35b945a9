import { expect, test } from "vitest";
import { keyFromSeed } from "../math/random/key.js";
import type { Network } from "../model/network.js";
import { resolveTrainConfig, type TrainOptions } from "./config.js";
import { initialNetwork } from "./initialise.js";
import { unitScales } from "./unitScales.js";

const options: TrainOptions = { width: 40, bias: true };
const start = (changes: TrainOptions): Network =>
  initialNetwork(resolveTrainConfig({ ...options, ...changes }), { inputs: 6, classes: 3 }, keyFromSeed(4));
const tail = { initTail: 1.2, initUnits: 10 };
const scales = unitScales(40, 1.2, 10);
/** √(n/m) */
const gain = 2;

// Each factor is rounded to float32 once: 2⁻²⁴ of the value.
const rounding = 2 ** -24;
function near(values: Float32Array, expected: (at: number) => number, factors = 1): void {
  values.forEach((value, at) => {
    expect(Math.abs(value - expected(at))).toBeLessThanOrEqual(factors * rounding * Math.abs(expected(at)));
  });
}

test("initTail multiplies what goes into unit i by sᵢ and what comes out by sᵢ·√(n/m), and draws nothing anew", () => {
  const [hidden, output] = start({}).layers;
  const [scaledHidden, scaledOutput] = start(tail).layers;
  near(scaledHidden!.weight, (at) => hidden!.weight[at]! * scales[Math.floor(at / 6)]!);
  near(scaledHidden!.bias!, (unit) => hidden!.bias![unit]! * scales[unit]!);
  near(scaledOutput!.weight, (at) => output!.weight[at]! * scales[at % 40]! * gain);
  expect(scaledOutput!.bias).toEqual(output!.bias);
});

test("the first m units are those of a network of m: incoming weights as drawn, outgoing ones within ±1/√m", () => {
  const [hidden, output] = start(tail).layers;
  expect(hidden!.weight.subarray(0, 60)).toEqual(start({}).layers[0]!.weight.subarray(0, 60));
  const outgoing = output!.weight.filter((_, at) => at % 40 < 10).map(Math.abs);
  expect(Math.max(...outgoing)).toBeLessThanOrEqual(1 / Math.sqrt(10));
  // The largest of 30 uniform numbers; those of a layer of 40 would not pass half of the bound.
  expect(Math.max(...outgoing)).toBeGreaterThan(0.8 / Math.sqrt(10));
});

test("the other units raise the variance of the logits by less than α/(4 − α) of that of m units", () => {
  // Given the hidden layer a logit's variance is a sum over units of s⁴, and Σ beyond m of (m/j)^(4/α) < m/(4/α − 1).
  for (const [n, alpha, m] of [
    [1000, 0.5, 16],
    [1000, 1, 16],
    [50_000, 1.9, 16],
  ] as const) {
    const variance = unitScales(n, alpha, m).reduce((sum, s) => sum + s ** 4, 0) / m;
    expect(variance).toBeGreaterThan(1);
    expect(variance - 1).toBeLessThan(alpha / (4 - alpha));
  }
});

test("between two hidden layers weights have the sizes of both their units", () => {
  const [, middle] = start({ depth: 3 }).layers;
  const [, scaled] = start({ ...tail, depth: 3 }).layers;
  near(scaled!.weight, (at) => middle!.weight[at]! * scales[at % 40]! * gain * scales[Math.floor(at / 40)]!, 2.01);
});

test("where m is the width or more nothing changes", () => {
  for (const initUnits of [40, 1000]) expect(start({ initTail: 1, initUnits })).toEqual(start({}));
});
