/** @file The kernels that change the norms of rows and leave their directions: radial noise and the group lasso's step. */
import { expect, test } from "vitest";
import { deriveKey, keyFromSeed } from "../../math/random/key.js";
import { createKernels, type UpdateOptions } from "./kernels.js";
import type { NoiseDraw } from "./noiseDraw.js";
import { referenceUpdate } from "./reference.js";

const { fround } = Math;
const kernels = createKernels({ bytes: 2 ** 24 });
const key = deriveKey(keyFromSeed(7), "rescale.spec");
const lengths = [1, 3, 4, 7, 140, 784];
const radial: NoiseDraw = { shape: "radial", alpha: 1.3, scale: 0.2, key };

/** Deterministic values of mixed sign and size; a row is zero where `zero` says so. */
function values(rows: number, columns: number, zero: (row: number) => boolean = () => false): Float32Array {
  return Float32Array.from({ length: rows * columns }, (_, i) =>
    zero(Math.floor(i / columns)) ? 0 : Math.sin(i * 1.7 + 1) * 2 ** ((i % 9) - 4),
  );
}

function inKernels(source: Float32Array): Float32Array {
  const view = kernels.allocate(source.length);
  view.set(source);
  return view;
}

const bitsOf = (view: Float32Array): Uint32Array => new Uint32Array(Float32Array.from(view).buffer);
const norm = (row: Float32Array): number => Math.sqrt(row.reduce((sum, w) => sum + w * w, 0));
const rowsOf = (matrix: Float32Array, rows: number): Float32Array[] =>
  Array.from({ length: rows }, (_, r) => matrix.subarray((r * matrix.length) / rows, ((r + 1) * matrix.length) / rows));

test.each(["node", "coordinate", "isotropic", "radial", null] as const)(
  "shrunk rows, zero rows and %s noise: the kernel equals its scalar twin bit for bit",
  (shape) => {
    const noise = shape && { ...radial, shape };
    for (const columns of lengths) {
      // Row norms lie around √columns: the step takes some rows to 0 and leaves others.
      for (const shrinkRows of [0, 0.5, 1.2 * Math.sqrt(columns), Number.MAX_VALUE]) {
        const weight = values(9, columns, (row) => row % 4 === 1);
        const gradient = values(9, columns, (row) => row % 4 === 1).map((g) => g / 3);
        const inside = inKernels(weight);
        const options: UpdateOptions = {
          learningRate: 0.1,
          weightDecay: 0.2,
          rows: 9,
          firstRow: 70,
          shrinkRows,
          noise,
        };
        kernels.update(inside, inKernels(gradient), options);
        referenceUpdate(weight, gradient, options);
        expect(bitsOf(inside)).toEqual(bitsOf(weight));
      }
    }
  },
);

test("the norm goes to |‖w‖ + s·√d·ξ| in the same direction, ξ being the draw of node noise under the same key", () => {
  const rows = 50;
  let reflected = 0;
  for (const columns of lengths) {
    const before = values(rows, columns);
    const after = inKernels(before);
    kernels.update(after, null, { rows, learningRate: 0, noise: radial });
    const unit = kernels.allocate(rows);
    kernels.update(unit, null, { rows, learningRate: 0, noise: { ...radial, shape: "node", scale: 1 } });
    rowsOf(after, rows).forEach((row, r) => {
      const start = rowsOf(before, rows)[r]!;
      const signed = norm(start) + radial.scale * Math.sqrt(columns) * unit[r]!;
      if (signed < 0) reflected++;
      // The factor and each product are rounded to float32: 2^−24 each.
      expect(Math.abs(norm(row) / Math.abs(signed) - 1)).toBeLessThan(2 ** -22);
      const factor = Math.abs(signed) / norm(start);
      row.forEach((w, c) => {
        expect(Math.abs(w - factor * start[c]!)).toBeLessThanOrEqual(2 ** -22 * Math.abs(factor * start[c]!));
      });
    });
  }
  expect(reflected).toBeGreaterThan(10);
});

test("noise in a call of its own gives the bits of one call, also for rows that the shrinking takes to 0", () => {
  for (const shape of ["coordinate", "radial"] as const) {
    const noise = { ...radial, shape };
    const rows = 40;
    const once = inKernels(values(rows, 7));
    const twice = inKernels(once);
    const gradient = inKernels(values(rows, 7).map((g) => g / 5));
    const step = { rows, learningRate: 0.1, weightDecay: 0.1, shrinkRows: 6 };
    kernels.update(once, gradient, { ...step, noise });
    kernels.update(twice, gradient, step);
    const zero = rowsOf(twice, rows).filter((row) => norm(row) === 0).length;
    expect(zero).toBeGreaterThan(3);
    expect(zero).toBeLessThan(rows);
    kernels.update(twice, null, { rows, learningRate: 0, noise });
    expect(bitsOf(twice)).toEqual(bitsOf(once));
  }
});

test("tiles of the rows get the noise and the shrinking of the whole matrix", () => {
  const [rows, columns] = [23, 45];
  const whole = inKernels(values(rows, columns));
  const tiled = inKernels(whole);
  const step = { learningRate: 0.1, shrinkRows: 0.7, noise: radial };
  kernels.update(whole, null, { ...step, rows, firstRow: 40 });
  for (const [from, to] of [
    [10, 23],
    [0, 1],
    [1, 10],
  ] as const) {
    kernels.update(tiled.subarray(from * columns, to * columns), null, {
      ...step,
      rows: to - from,
      firstRow: 40 + from,
    });
  }
  expect(bitsOf(tiled)).toEqual(bitsOf(whole));
});

test("a row of zeros stays, whatever the noise", () => {
  const zeros = kernels.allocate(3 * 5);
  expect(kernels.update(zeros, null, { rows: 3, learningRate: 0, noise: { ...radial, scale: 1e30 } })).toBe(true);
  expect(zeros.every((w) => w === 0)).toBe(true);
});

test("rows near both ends of float32 keep their norms to rounding, and what leaves its range is told", () => {
  for (const size of [1e-20, 1e18, 1e37]) {
    const rows = inKernels(Float32Array.of(size, -size, 2 * size, 0, size, 3 * size));
    expect(kernels.update(rows, null, { rows: 2, learningRate: 0, shrinkRows: size })).toBe(true);
    const expected = [Math.sqrt(6), Math.sqrt(10)].map((length) => (length - 1) * size);
    [rows.subarray(0, 3), rows.subarray(3)].forEach((row, r) => {
      expect(norm(row) / expected[r]!).toBeCloseTo(1, 6);
    });
  }
  const large = inKernels(Float32Array.of(1, 1));
  expect(kernels.update(large, null, { rows: 1, learningRate: 0, noise: { ...radial, scale: 1e39 } })).toBe(false);
});

test("shrinkRows 0 changes nothing, and without noise the norm falls by shrinkRows", () => {
  const weight = values(6, 11);
  const same = inKernels(weight);
  kernels.update(same, null, { rows: 6, learningRate: 0, shrinkRows: 0 });
  expect(bitsOf(same)).toEqual(bitsOf(weight));
  const less = inKernels(weight);
  kernels.update(less, null, { rows: 6, learningRate: 0, shrinkRows: 0.25 });
  rowsOf(weight, 6).forEach((row, r) => {
    const factor = fround((norm(row) - 0.25) / norm(row));
    expect(rowsOf(less, 6)[r]).toEqual(row.map((w) => fround(w * factor)));
  });
});
