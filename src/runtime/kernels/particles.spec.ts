/** @file The particle kernel's tanh against its scalar twin and the exact function, and the kernel's shape checks. */
import { expect, test } from "vitest";
import { createParticleKernels, scratchLength } from "./particles.js";
import { referenceTanh } from "./particlesReference.js";

const kernels = createParticleKernels({ bytes: 2 ** 23 });
const values = kernels.allocate(2 ** 20);
const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);

/** Every exponent; 2^12 evenly spread mantissas each, both signs. */
function fill(): Float32Array {
  for (let i = 0; i < bits.length; i++) bits[i] = ((i & 1) << 31) | ((i >>> 1) * (0x7f800000 / (bits.length / 2)));
  return Float32Array.from(values);
}

/** The distance between neighbouring float32 numbers at y ≠ 0. */
function ulp(y: number): number {
  return 2 ** Math.max(Math.floor(Math.log2(Math.abs(y))) - 23, -149);
}

test("tanh equals its scalar twin bit for bit", () => {
  const source = fill();
  kernels.tanh(values);
  const expected = new Uint32Array(source.map(referenceTanh).buffer);
  expect(bits.findIndex((word, i) => word !== expected[i])).toBe(-1);
});

test("tanh is within 6.5 ulp over every exponent and, finely, where it bends", () => {
  const check = (source: Float32Array): number => {
    let worst = 0;
    for (let i = 0; i < source.length; i++) {
      const exact = Math.tanh(source[i]!);
      if (exact !== 0) worst = Math.max(worst, Math.abs(values[i]! - exact) / ulp(exact));
    }
    return worst;
  };
  const everywhere = fill();
  kernels.tanh(values);
  // 6.5 ulp is what the kernel promises; 6.48, at 0.015, is the largest error over all float32 numbers above 1.2e-4.
  expect(check(everywhere)).toBeLessThan(6.5);
  for (let i = 0; i < values.length; i++) values[i] = 0.05 + (9.2 * i) / values.length;
  const bend = Float32Array.from(values);
  kernels.tanh(values);
  expect(check(bend)).toBeLessThan(6.5);
});

test("tanh is odd, keeps the sign of zero, ends at ±1 and gives NaN for NaN", () => {
  const cases = values.subarray(0, 16);
  cases.set([0, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 1e-45, -1e-45, 0.5, -0.5, 9, 3e38]);
  kernels.tanh(cases);
  expect(cases[0]).toBe(0);
  expect(cases[1]).toBe(-0);
  // One ulp of 1: the quotient at the clamp may be rounded there.
  expect(Math.abs(cases[2]! - 1)).toBeLessThanOrEqual(2 ** -23);
  expect(cases[3]).toBe(-cases[2]!);
  expect(cases[4]).toBeNaN();
  expect([cases[5], cases[6]]).toEqual([Math.fround(1e-45), Math.fround(-1e-45)]);
  expect(cases[8]).toBe(-cases[7]!);
  expect([cases[9], cases[10]]).toEqual([cases[2], cases[2]]);
});

test("arrays that do not belong to one system are refused", () => {
  const room = kernels.allocate(8);
  const arrays = {
    ...{ theta: kernels.allocate(16), outer: kernels.allocate(4), hidden: kernels.allocate(16) },
    ...{ features: kernels.allocate(16), weights: kernels.allocate(4), scratch: kernels.allocate(scratchLength(4, 4)) },
    sums: new Float64Array(room.buffer, room.byteOffset, 4),
  };
  expect(() => kernels.stepParticles(arrays)).not.toThrow();
  expect(() => kernels.stepParticles({ ...arrays, hidden: kernels.allocate(12) })).toThrow(/arrays of one system/);
  const noise = new Float32Array(16);
  expect(() => kernels.stepParticles(arrays, { rate: 1, noise })).toThrow(/an array in the kernels' memory/);
  expect(() => kernels.tanh(values.subarray(0, 15))).toThrow(/a multiple of 16/);
});
