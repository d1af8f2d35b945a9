/** @file The kernels against their scalar twin, bit for bit, and the edges of their memory. */
import { expect, test } from "vitest";
import { deriveKey, keyFromSeed } from "../../math/random/key.js";
import { symmetricTailQuantile } from "../../math/stable/quantile.js";
import { createKernels, type UpdateOptions } from "./kernels.js";
import type { NoiseDraw } from "./noiseDraw.js";
import { referenceNoise, referenceUpdate } from "./reference.js";

const { fround } = Math;
const kernels = createKernels({ bytes: 2 ** 24 });
const key = deriveKey(keyFromSeed(7), "kernels.spec");
const shapes: NoiseDraw["shape"][] = ["node", "coordinate", "isotropic", "radial"];
const columnCounts = [1, 3, 4, 5, 16, 17, 140, 784, 1100];

/** Deterministic values of mixed sign and size. */
function values(length: number, seed: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.sin(i * 1.7 + seed) * 2 ** ((i % 9) - 4));
}

function inKernels(source: Float32Array): Float32Array {
  const view = kernels.allocate(source.length);
  view.set(source);
  return view;
}

const bitsOf = (view: Float32Array): Uint32Array => new Uint32Array(Float32Array.from(view).buffer);

function expectTwinsEqual(rows: number, columns: number, withGradient: boolean, options: Partial<UpdateOptions>): void {
  const weight = values(rows * columns, 1);
  const gradient = withGradient ? values(rows * columns, 2) : null;
  const inside = inKernels(weight);
  const full = { learningRate: 0.013, rows, ...options };
  kernels.update(inside, gradient && inKernels(gradient), full);
  referenceUpdate(weight, gradient, full);
  expect(bitsOf(inside)).toEqual(bitsOf(weight));
}

test.each(shapes)("the update with %s noise equals its scalar twin bit for bit", (shape) => {
  for (const columns of columnCounts) {
    for (const alpha of [0.5, 1, 1.75, 2]) {
      const noise = { shape, alpha, scale: 0.37, key };
      expectTwinsEqual(5, columns, true, { noise, weightDecay: 0.1, firstRow: 1000 });
      expectTwinsEqual(3, columns, false, { noise });
    }
  }
});

test.each([1, 2, 3, 4, 5, 6, 18, 40, 300])(
  "%i rows, by fours with a rest and narrow ones by sixteens, are the twin's",
  (rows) => {
    for (const columns of [2, 4, 17, 130]) {
      const noise = { shape: "coordinate", alpha: 1.6, scale: 0.4, key } as const;
      expectTwinsEqual(rows, columns, true, { noise, firstRow: 12 });
    }
  },
);

test.each(shapes.slice(0, 3))("%s noise alone replaces what was there, whatever it was", (shape) => {
  for (const columns of [3, 4, 16, 45]) {
    const noise = { shape, alpha: 1.6, scale: 0.4, key } as const;
    expectTwinsEqual(9, columns, false, { noise, learningRate: 1, weightDecay: 1 });
  }
});

test("rows up to index 2^32 − 1 are addressed as unsigned numbers", () => {
  const noise = { shape: "coordinate", alpha: 1.5, scale: 1, key } as const;
  expectTwinsEqual(3, 5, true, { noise, firstRow: 2 ** 32 - 3 });
});

test("draws in the far tail take their extra bits as the scalar twin does", () => {
  const [rows, columns] = [300, 784];
  const noise = { shape: "coordinate", alpha: 1.2, scale: 1, key } as const;
  const drawn = kernels.allocate(rows * columns);
  kernels.update(drawn, null, { learningRate: 0, rows, noise });
  const expected = new Float32Array(rows * columns);
  for (let r = 0; r < rows; r++) expected.set(referenceNoise(noise, r, columns), r * columns);
  expect(bitsOf(drawn)).toEqual(bitsOf(expected));
  // Beyond Q(2^−16) on either side lies a share of 2^−15: 7 of 235,200 on average.
  const threshold = symmetricTailQuantile(2 ** -16, 1.2);
  expect(drawn.filter((x) => Math.abs(x) > threshold).length).toBeGreaterThan(0);
});

test.each(shapes)("splitting the rows of a matrix into tiles leaves its %s noise unchanged", (shape) => {
  const [rows, columns] = [23, 45];
  const noise = { shape, alpha: 1.6, scale: 0.2, key };
  const whole = inKernels(values(rows * columns, 3));
  const tiled = inKernels(whole);
  const gradient = inKernels(values(rows * columns, 4));
  kernels.update(whole, gradient, { learningRate: 0.1, rows, firstRow: 40, noise });
  for (const [from, to] of [
    [10, 23],
    [0, 1],
    [1, 10],
  ] as const) {
    const options = { learningRate: 0.1, rows: to - from, firstRow: 40 + from, noise };
    kernels.update(
      tiled.subarray(from * columns, to * columns),
      gradient.subarray(from * columns, to * columns),
      options,
    );
  }
  expect(bitsOf(tiled)).toEqual(bitsOf(whole));
});

test("the noise of a column does not depend on the number of columns, above four", () => {
  const noise = { shape: "coordinate", alpha: 1.6, scale: 1, key } as const;
  const long = kernels.allocate(784);
  const short = kernels.allocate(37);
  kernels.update(long, null, { learningRate: 0, rows: 1, noise });
  kernels.update(short, null, { learningRate: 0, rows: 1, noise });
  expect(bitsOf(short)).toEqual(bitsOf(long.subarray(0, 37)));
});

test("without noise, and at scale 0, the update is fround(W − fround(η·g))", () => {
  const weight = values(1001, 5);
  weight[0] = -0;
  const gradient = values(1001, 6);
  gradient[0] = 0;
  const expected = weight.map((w, i) => fround(w - fround(fround(0.013) * gradient[i]!)));
  for (const noise of [null, { shape: "coordinate", alpha: 1.5, scale: 0, key } as const]) {
    const inside = inKernels(weight);
    kernels.update(inside, inKernels(gradient), { learningRate: 0.013, rows: 7, noise });
    expect(bitsOf(inside)).toEqual(bitsOf(expected));
  }
});

test("weight decay multiplies by fround(1 − ηλ)", () => {
  expectTwinsEqual(7, 11, true, { weightDecay: 0.5 });
  expectTwinsEqual(7, 11, false, { weightDecay: 0.5 });
});

test("entries that the update does not own stay as they were", () => {
  const guard = kernels.allocate(40).fill(3);
  const noise = { shape: "coordinate", alpha: 1.5, scale: 1, key } as const;
  kernels.update(guard.subarray(3, 36), null, { learningRate: 0, rows: 3, noise });
  expect([...guard.subarray(0, 3), ...guard.subarray(36)]).toEqual([3, 3, 3, 3, 3, 3, 3]);
});

test("NaN and infinities in the gradient reach the weights, and only theirs", () => {
  for (const noise of [null, { shape: "coordinate", alpha: 1.5, scale: 0.1, key } as const]) {
    const weight = kernels.allocate(3 * 19).fill(1);
    const gradient = kernels.allocate(3 * 19);
    gradient[5] = Number.NaN;
    gradient[30] = Number.POSITIVE_INFINITY;
    gradient[56] = Number.NEGATIVE_INFINITY;
    expect(kernels.update(weight, gradient, { learningRate: 0.1, rows: 3, noise })).toBe(false);
    const broken = [...weight].flatMap((w, i) => (Number.isFinite(w) ? [] : [[i, w]]));
    expect(broken).toEqual([
      [5, Number.NaN],
      [30, Number.NEGATIVE_INFINITY],
      [56, Number.POSITIVE_INFINITY],
    ]);
  }
});

test("an update tells a single value that is not finite, wherever it is", () => {
  for (const shape of [...shapes, null]) {
    const noise = shape && { shape, alpha: 1.7, scale: 0.1, key };
    for (const columns of [1, 4, 7, 38]) {
      for (let at = 0; at < 3 * columns; at++) {
        const weight = kernels.allocate(3 * columns).fill(1);
        expect(kernels.update(weight, null, { learningRate: 0, rows: 3, noise })).toBe(true);
        weight[at] = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY][at % 3]!;
        expect(kernels.update(weight, null, { learningRate: 0, rows: 3, noise })).toBe(false);
      }
    }
  }
});

test("accumulate is fround(fround(factor·v) + g)", () => {
  const velocity = values(103, 7);
  const gradient = values(103, 8);
  const inside = inKernels(velocity);
  kernels.accumulate(inside, inKernels(gradient), 0.9);
  const expected = velocity.map((v, i) => fround(fround(fround(0.9) * v) + gradient[i]!));
  expect(bitsOf(inside)).toEqual(bitsOf(expected));
});

test("firstNonFinite finds NaN and infinities at every position of arrays of any length", () => {
  for (const length of [1, 2, 15, 16, 17, 33, 70]) {
    const view = kernels
      .allocate(length + 1)
      .subarray(1)
      .fill(-3.4e38);
    expect(kernels.firstNonFinite(view)).toBe(-1);
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      for (let at = 0; at < length; at++) {
        view.fill(1e-45);
        view[at] = bad;
        if (at + 3 < length) view[at + 3] = Number.NaN;
        expect(kernels.firstNonFinite(view)).toBe(at);
      }
    }
  }
  expect(kernels.firstNonFinite(kernels.allocate(0))).toBe(-1);
});

test("arrays are zeroed, on 64-byte boundaries and apart; the memory's end is an error", () => {
  const small = createKernels({ bytes: 4000 });
  const [a, b] = [small.allocate(3), small.allocate(997)];
  a.fill(1);
  expect((a.byteOffset % 64) + (b.byteOffset % 64)).toBe(0);
  expect(b.every((x) => x === 0)).toBe(true);
  expect(() => small.allocate(1e6)).toThrow(/kernels\.allocate: expected at most \d+ more float32 values, got 1000000/);
  expect(() => createKernels({ bytes: 2 ** 33 })).toThrow(/createKernels: expected at most/);
});

test("arrays outside the memory and shapes that do not fit are errors", () => {
  const weight = kernels.allocate(12);
  const options = { learningRate: 0.1, rows: 3 };
  expect(() => kernels.update(new Float32Array(12), null, options)).toThrow(/an array in the kernels' memory/);
  expect(() => kernels.update(weight, new Float32Array(12), options)).toThrow(/an array in the kernels' memory/);
  expect(() => kernels.update(weight, kernels.allocate(11), options)).toThrow(/a gradient of 12 values/);
  expect(() => kernels.update(weight, null, { ...options, rows: 5 })).toThrow(/5 rows of one length/);
  expect(() => kernels.update(weight, null, { ...options, firstRow: 2 ** 32 - 2 })).toThrow(/firstRow/);
  expect(() => kernels.accumulate(weight, kernels.allocate(11), 0.9)).toThrow(/as many as the velocity/);
});
