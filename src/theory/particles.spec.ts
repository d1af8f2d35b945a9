/** @file The particle system against its loss, the scalar drift, itself in blocks, and the noise that training adds. */
import { expect, test } from "vitest";
import { deriveKey, keyFromSeed } from "../math/random/key.js";
import { levyNoise, type NoiseKind } from "../noise/noise.js";
import { createKernels } from "../runtime/kernels/kernels.js";
import { meanFieldDrift, meanFieldLoss, teacherProblem } from "./drift.js";
import { componentAt, initialParticles, openParticles } from "./particles.js";

const key = deriveKey(keyFromSeed(3), "particles.spec");
const noise = levyNoise({ kind: "coordinate", alpha: 1.6, sigma: 0.5, convention: "unit" });

test("the drift is −n times the gradient of the loss", () => {
  const problem = teacherProblem(key, { dimension: 3, inputs: 7 });
  const theta = Float64Array.from(initialParticles(key, { count: 5, dimension: 3 }));
  const outer = [1, -1, 0.5, 2, 1];
  const drift = meanFieldDrift(problem, theta, outer);
  const h = 1e-5;
  for (let at = 0; at < theta.length; at++) {
    const loss = (shift: number): number =>
      meanFieldLoss(
        problem,
        theta.map((x, i) => (i === at ? x + shift : x)),
        outer,
      );
    // Central differences: h²/6 times a third derivative of order 1, and rounding 10^−16/h = 10^−11.
    expect(Math.abs(drift[at]! + (5 * (loss(h) - loss(-h))) / (2 * h))).toBeLessThan(1e-9);
  }
});

test.each([
  [5, 3, 7],
  [16, 4, 32],
  [33, 9, 5],
  [300, 1, 1],
])("a step of %i particles in R^%i with %i inputs is θ + h·b", (count, dimension, inputs) => {
  const problem = teacherProblem(key, { dimension, inputs });
  const outer = Float32Array.from({ length: count }, (_, i) => 1 + Math.sin(i));
  let expected = Float64Array.from(initialParticles(key, { count, dimension }));
  const population = openParticles(problem, { count, populations: 1, increments: 0 }).open(count, outer);
  population.place(expected);
  for (let k = 0; k < 3; k++) {
    population.step(0.5, null);
    const drift = meanFieldDrift(problem, expected, outer);
    expected = expected.map((x, i) => x + 0.5 * drift[i]!);
  }
  for (let i = 0; i < count; i++) {
    const got = Array.from({ length: dimension }, (_, c) => population.theta[componentAt(population.stride, i, c)]);
    // Float32: each of 3 steps rounds numbers below 4 (2^−23 each) and a sum of at most 36 products.
    for (let c = 0; c < dimension; c++) expect(Math.abs(got[c]! - expected[i * dimension + c]!)).toBeLessThan(4e-6);
  }
});

test("a block of all particles is the reference bit for bit, and a block is a system of its own", () => {
  const [count, block] = [64, 16];
  const problem = teacherProblem(key);
  const start = initialParticles(key, { count, dimension: 4 });
  const room = openParticles(problem, { count, populations: 3, increments: 1 });
  const [reference, whole, blocks] = [room.open(), room.open(count), room.open(block)];
  for (const population of [reference, whole, blocks]) population.place(start);
  const second = openParticles(problem, { count: block, populations: 1, increments: 1 });
  const alone = second.open();
  alone.place(start.subarray(2 * block * 4, 3 * block * 4));
  const increments = room.increments();
  const own = second.increments();
  for (let k = 0; k < 10; k++) {
    room.draw(increments, noise, 0.1, deriveKey(key, k));
    own.set(increments.subarray(2 * block * 4, 3 * block * 4));
    for (const population of [reference, whole, blocks]) population.step(0.1, increments);
    alone.step(0.1, own);
  }
  expect(whole.theta).toEqual(reference.theta);
  expect(blocks.theta.subarray(2 * block * 4, 3 * block * 4)).toEqual(alone.theta);
  expect(blocks.theta).not.toEqual(reference.theta);
});

test.each<NoiseKind>(["node", "coordinate", "isotropic"])(
  "%s increments are those that training adds to a matrix, whatever the number of particles",
  (kind) => {
    const [count, dimension] = [9, 6];
    const made = levyNoise({ kind, alpha: 1.4, sigma: 0.3, convention: "unit" });
    const kernels = createKernels({ bytes: 4 * count * dimension });
    const weight = kernels.allocate(count * dimension);
    kernels.update(weight, null, { rows: count, learningRate: 0, noise: made.increment(0.01, key) });
    for (const particles of [count, 40]) {
      const room = openParticles(teacherProblem(key, { dimension }), {
        count: particles,
        populations: 0,
        increments: 1,
      });
      const increments = room.increments();
      increments.fill(7);
      room.draw(increments, made, 0.01, key);
      for (let i = 0; i < count; i++) {
        const row = increments.subarray(i * 8, i * 8 + dimension);
        expect(row).toEqual(weight.slice(i * dimension, (i + 1) * dimension));
      }
    }
  },
);

test("sizes outside their domain are errors", () => {
  const room = openParticles(teacherProblem(key), { count: 24, populations: 1, increments: 0 });
  expect(() => room.open(9)).toThrow(/block: expected 24, or a multiple of 4 that divides it, got 9/);
  expect(() => teacherProblem(key, { inputs: 0 })).toThrow(/inputs: expected a whole number/);
});

test("radial noise, which depends on the particle it moves, is refused", () => {
  const room = openParticles(teacherProblem(key), { count: 4, populations: 0, increments: 1 });
  const radial = levyNoise({ ...noise.config, kind: "radial" });
  expect(() => room.draw(room.increments(), radial, 0.1, key)).toThrow(
    /noise: expected noise that is added, got radial/,
  );
});
