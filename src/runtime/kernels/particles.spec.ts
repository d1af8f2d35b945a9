/** @file The particle kernel's tanh against its scalar twin and the exact function, its sums, and its shape checks. */
import { expect, test } from "vitest";
import { createParticleKernels, scratchLength } from "./particles.js";
import { referenceTanh } from "./particlesReference.js";

/** Particles whose first component is a value, all else 0, and one input e_1: their activations are the values' tanh. */
const rows = 2 ** 18;
const kernels = createParticleKernels({ bytes: 4 * (rows * 9 + 4096) });
const values = new Float32Array(rows);
const bits = new Uint32Array(values.buffer);
const room = kernels.allocate(8);
const system = {
  ...{ theta: kernels.allocate(4 * rows), outer: kernels.allocate(rows), hidden: kernels.allocate(4 * rows) },
  ...{ features: kernels.allocate(16), weights: kernels.allocate(4), scratch: kernels.allocate(scratchLength(4, 4)) },
  sums: new Float64Array(room.buffer, room.byteOffset, 4),
};
system.features[0] = 1;

/** Every exponent; 2^10 evenly spread mantissas each, both signs. */
function fill(): void {
  for (let i = 0; i < rows; i++) bits[i] = ((i & 1) << 31) | ((i >>> 1) * (0x7f800000 / (rows / 2)));
}

/** What the kernel makes of the first values. */
function tanh(count = rows): Float32Array {
  for (let i = 0; i < rows; i++) system.theta[16 * (i >> 2) + (i & 3)] = values[i]!;
  kernels.stepParticles(system);
  return values.map((_, i) => system.hidden[16 * (i >> 2) + (i & 3)]!).subarray(0, count);
}

test("tanh equals its scalar twin bit for bit", () => {
  fill();
  const [got, expected] = [tanh(), values.map(referenceTanh)].map((made) => new Uint32Array(made.buffer)) as [
    Uint32Array,
    Uint32Array,
  ];
  // Zeros of either sign are one zero here.
  expect(got.findIndex((word, i) => word !== expected[i] && (word | expected[i]!) !== 2 ** 31)).toBe(-1);
});

test("tanh is within 3e-7 over every exponent and, finely, where it bends", () => {
  // 2.2e-7 of the quotient, and three roundings of numbers below 1 (6e-8) of which never all are full.
  const worst = (got: Float32Array): number =>
    got.reduce((most, value, i) => Math.max(most, Math.abs(value - Math.tanh(values[i]!))), 0);
  fill();
  expect(worst(tanh())).toBeLessThan(3e-7);
  for (let i = 0; i < rows; i++) values[i] = (9.2 * i) / rows;
  expect(worst(tanh())).toBeLessThan(3e-7);
});

test("tanh is odd, 0 at 0, ends at ±1 and gives NaN for NaN", () => {
  fill();
  const all = tanh();
  for (let i = 0; i < rows; i += 2) if (all[i]! !== -all[i + 1]!) throw new Error(`tanh ${values[i]} is not odd`);
  values.set([0, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 9, -9, 3e38]);
  expect([...tanh(8)].map((value) => value + 0)).toEqual([0, 0, 1, -1, Number.NaN, 1, -1, 1]);
});

test("sums are those of a·tanh", () => {
  // The rounding of float32 sums of 32 numbers below 1 in each lane, by tiles of 128 particles, random in sign.
  values.fill(0).set([0.1, -0.7, 2, -3, 0.4]);
  system.outer.fill(0).set([1, 2, -1, 0.5, 3]);
  tanh();
  const expected = Math.tanh(0.1) - 2 * Math.tanh(0.7) - Math.tanh(2) - 0.5 * Math.tanh(3) + 3 * Math.tanh(0.4);
  expect(Math.abs(system.sums[0]! - expected)).toBeLessThan(2e-6);
  expect([...system.sums.subarray(1)]).toEqual([0, 0, 0]);
  const weighted = system.sums[0]!;
  system.outer.fill(1);
  tanh();
  const ones = system.sums.slice();
  kernels.stepParticles({ ...system, outer: null });
  expect(system.sums).toEqual(ones);
  expect(Math.abs(ones[0]! - weighted)).toBeGreaterThan(1);
});

test("arrays that do not belong to one system are refused", () => {
  const part = { theta: system.theta.subarray(0, 16), outer: system.outer.subarray(0, 4) };
  const arrays = { ...system, ...part, hidden: system.hidden.subarray(0, 16) };
  expect(() => kernels.stepParticles(arrays)).not.toThrow();
  expect(() => kernels.stepParticles({ ...arrays, hidden: system.hidden.subarray(0, 12) })).toThrow(
    /arrays of one system/,
  );
  const noise = new Float32Array(16);
  expect(() => kernels.stepParticles(arrays, { rate: 1, noise })).toThrow(/an array in the kernels' memory/);
});
